"""vdirsyncer and khal follow a feed over HTTP through the full life of its events."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path

import icalendar

from tests.clients.conftest import Served
from tests.clients.life import live, named
from tests.clients.programs import program

VDIRSYNCER = """\
[general]
status_path = "{folder}/status"
[pair feed]
a = "remote"
b = "local"
collections = null
conflict_resolution = "a wins"
[storage remote]
type = "http"
url = "{url}"
[storage local]
type = "filesystem"
path = "{folder}/calendar"
fileext = ".ics"
"""
KHAL = """\
[calendars]
[[feed]]
path = {folder}/calendar
[locale]
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
local_timezone = Asia/Ho_Chi_Minh
default_timezone = Asia/Ho_Chi_Minh
[sqlite]
path = {folder}/khal.db
"""


def run(folder: Path, *command: str) -> str:
    environment = {"HOME": str(folder), "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, env=environment, capture_output=True, timeout=60, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def khal_list(folder: Path) -> list[tuple[str, date, str]]:
    """Title and day as khal shows them; the status from the file that vdirsyncer keeps."""
    shown = run(
        folder,
        program("python"),
        "-m",
        "khal",
        "-c",
        str(folder / "khal.conf"),
        "list",
        "--day-format",
        "",
        "--format",
        "{uid}\t{start-date}\t{end-date}\t{title}",
        "2024-10-01",
        "60d",
    )
    status: dict[str, str] = {}
    for path in (folder / "calendar").glob("*.ics"):
        calendar = icalendar.Calendar.from_ical(path.read_bytes())
        status |= {str(event["uid"]): str(event["status"]) for event in calendar.walk("VEVENT")}
    found = []
    for line in filter(None, shown.splitlines()):
        uid, start, end, title = line.split("\t")
        assert start == end, "an event of one day"
        found.append((title, date.fromisoformat(start), status[uid]))
    return found


def test_they_follow_an_event_through_its_life(served: Served, tmp_path: Path) -> None:
    syncer = (program("python"), "-m", "vdirsyncer", "-c")
    url = served.order("unit", "dat-mui")
    folder = tmp_path / "client"
    (folder / "calendar").mkdir(parents=True)
    config = folder / "vdirsyncer.conf"
    config.write_text(VDIRSYNCER.format(folder=folder, url=url), encoding="utf-8")
    (folder / "khal.conf").write_text(KHAL.format(folder=folder), encoding="utf-8")
    for step, wanted in live(served):
        if step == "new":
            run(folder, *syncer, str(config), "discover")
        run(folder, *syncer, str(config), "sync")
        assert named(khal_list(folder)) == wanted, step
