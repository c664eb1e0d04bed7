"""The environment of each part of the group: flows send to the mailbox, pages show it, and Prefect."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.serving.processes import Ports, parts
from models.settings import Settings
from web.admin.mailbox import has_mailbox

PORTS = Ports(pages=8123, prefect=8124)


def told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, **given: str) -> Settings:
    """The settings that a part reads from its environment."""
    settings = Settings(_env_file=None, home=tmp_path, **given)  # type: ignore[call-arg, arg-type]
    (part,) = (part for part in parts(settings, PORTS) if part.name == name)
    for variable, value in part.environment.items():
        monkeypatch.setenv(variable, value)
    return Settings(_env_file=None)  # type: ignore[call-arg]


def test_the_pages_show_the_mailbox_that_the_flows_send_to(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert has_mailbox(told(monkeypatch, tmp_path, "pages"))
    flows = told(monkeypatch, tmp_path, "flows")
    assert (flows.smtp_host, flows.home) == ("127.0.0.1", tmp_path)


def test_a_mail_server_of_the_office_is_everybodys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("pages", "flows"):
        assert told(monkeypatch, tmp_path, name, smtp_host="mail.example").smtp_host == "mail.example"


def test_the_pages_lead_to_prefect_where_it_listens(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert told(monkeypatch, tmp_path, "pages").prefect_ui == "http://127.0.0.1:8124"


def test_addresses_that_were_set_stay(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given = {"base_url": "https://dondoc.example", "prefect_ui_url": "https://prefect.example"}
    found = told(monkeypatch, tmp_path, "pages", **given)
    assert (found.base_url, found.prefect_ui) == tuple(given.values())
