"""A command costs what it needs itself: it is imported when it is called, and the others are not."""

from __future__ import annotations

import stat
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from cli.app import PLACES, Commands
from tests.cli.conftest import Dondoc
from tests.reporting.world import World

ROOT = Path(__file__).parents[2]
HEAVY = ("icalendar", "jinja2", "aiosmtplib", "aiosmtpd", "alembic", "prefect")
LIGHT = (
    "due --json",
    "due",
    "rates",
    "chain p-2024 monthly 2024-02",
    "tick --at 2024-01-03",
)
AFTERWARDS = f"""
import sys
from cli.app import main
for command in sys.argv[1:]:
    try:
        main(command.split())
    except SystemExit as ended:
        assert not ended.code, command
    print(command, *[name for name in {HEAVY!r} if name in sys.modules], sep="|", file=sys.stderr)
"""


def loaded(*commands: str) -> list[str]:
    """Each command, all of which went well in one process, with the heavy packages loaded after it."""
    run = subprocess.run(
        [sys.executable, "-c", AFTERWARDS, *commands], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [line for line in run.stderr.splitlines() if line.partition("|")[0] in commands]


def test_it_loads_neither_mail_nor_calendars_for_what_needs_none(province: World) -> None:
    """One command after the other, and then one that does need something, which is seen."""
    calendar = "feed write --unit x1 --out -"
    assert loaded(*LIGHT, calendar) == [*LIGHT, f"{calendar}|icalendar"]


@pytest.mark.parametrize("name", PLACES)
def test_it_finds_every_command_where_it_is_said_to_be(name: str) -> None:
    assert Commands(PLACES)[name].name == name


def test_it_says_what_an_unknown_command_may_mean(dondoc: Dondoc) -> None:
    outcome = dondoc("rate")
    assert outcome.code == 2
    assert "rates" in outcome.err


def test_it_says_its_version(dondoc: Dondoc) -> None:
    outcome = dondoc("--version")
    assert (outcome.code, outcome.out) == (0, f"dondoc {metadata.version('dondoc')}\n")


def test_what_it_writes_is_for_its_own_account_alone(
    dondoc: Dondoc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DONDOC_HOME", str(tmp_path / "fresh"))
    monkeypatch.delenv("DONDOC_DATABASE_URL")
    assert dondoc("init").code == 0
    assert dondoc("tick").code == 0
    made = [tmp_path / "fresh.mark", *(tmp_path / "fresh").rglob("*"), tmp_path / "fresh"]
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in made}
    assert modes["dondoc.sqlite3"] == modes["fresh.mark"] == 0o600
    assert [name for name, mode in modes.items() if mode & 0o077] == []
