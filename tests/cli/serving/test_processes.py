"""The environment of each part of the group: flows send to the mailbox, pages show it, and Prefect."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli.serving import supervisor
from cli.serving.processes import Ports, parts
from cli.serving.supervisor import set_aside
from models.settings import Settings
from tests.demonstrations import ROOT
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


def test_a_log_goes_on_and_a_large_one_is_set_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each start once deleted what would have said why the last one ended."""
    log = tmp_path / "pages.log"
    log.write_text("why")
    set_aside(log)
    assert log.read_text() == "why"
    monkeypatch.setattr(supervisor, "LARGE_LOG", 2)
    with log.open("ab", buffering=0) as open_in_a_part:
        set_aside(log)
        assert (log.read_text(), (tmp_path / "pages.log.1").read_text()) == ("", "why")
        open_in_a_part.write(b"on")
    set_aside(log)
    assert log.read_text() == "on"
    set_aside(tmp_path / "none.log")


def test_a_part_ends_in_order_while_it_waits_for_the_end_of_the_group(tmp_path: Path) -> None:
    """At Ctrl-C Python once ended in "Fatal Python error", its input being read by a thread."""
    (tmp_path / "part.py").write_text("print('begun', flush=True)\nimport time\ntime.sleep(0.2)\n")
    part = subprocess.Popen(
        [sys.executable, "-m", "cli.serving.process", "part"],
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert part.stdin and part.stdout and part.stderr
    with part.stdin, part.stdout, part.stderr:  # its input stays open: the group lives
        said = part.stderr.read()
        assert (part.wait(30), said) == (0, "")
