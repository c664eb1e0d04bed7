"""Evolution's data server, which GNOME's calendars show, subscribes to a feed and follows it."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import date
from itertools import chain
from pathlib import Path

import icalendar
import pytest

from tests.clients.conftest import Served
from tests.clients.life import Seen, live, named

SCRIPT = Path(__file__).with_name("evolution.py")
INSTALLED = Path("/usr/libexec/evolution-source-registry").exists() and bool(shutil.which("dbus-run-session"))
NEEDS = "apt-get install evolution-data-server gir1.2-ecal-2.0 python3-gi dbus"
ASKS = 20


def seen(texts: list[str]) -> Seen:
    found = []
    for text in texts:
        event = icalendar.Event.from_ical(text)
        day = event.decoded("dtstart")
        assert isinstance(day, date)
        found.append((str(event["summary"]), day, str(event["status"])))
    return named(found)


def ask(program: subprocess.Popen[str]) -> Seen:
    assert program.stdin is not None
    assert program.stdout is not None
    program.stdin.write("again\n")
    program.stdin.flush()
    return seen(json.loads(program.stdout.readline()))


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    folder = str(tmp_path / "home")
    Path(folder).mkdir()
    return {"HOME": folder, "XDG_RUNTIME_DIR": folder, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}


@pytest.mark.skipif(not INSTALLED, reason=f"Evolution's data server is not installed: {NEEDS}")
def test_it_follows_events_through_their_life(
    served: Served, environment: dict[str, str], tmp_path: Path
) -> None:
    steps = live(served)
    first = next(steps)
    command = ["dbus-run-session", "--", "/usr/bin/python3", str(SCRIPT), served.order("unit", "dat-mui")]
    pipe = subprocess.PIPE
    with (
        (tmp_path / "log").open("wb") as log,
        subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, stderr=log, text=True) as program,
    ):
        for step, wanted in chain([first], steps):
            assert any(ask(program) == wanted for _ in range(ASKS)), step
