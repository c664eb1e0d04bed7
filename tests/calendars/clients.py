"""Calendar programs that nobody here wrote, each reduced to: what does it read out of these bytes?"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import icalendar
import vobject  # type: ignore[import-untyped]
from ical.calendar_stream import IcsCalendarStream


@dataclass(frozen=True)
class Read:
    """One event as a program understood it."""

    uid: str
    first_day: date | None
    end: date | None
    summary: str
    description: str
    status: str
    sequence: int
    alarms: int


def read_with_ical(data: bytes) -> list[Read]:
    calendar = IcsCalendarStream.calendar_from_ics(data.decode())
    return [
        Read(
            uid=event.uid,
            first_day=event.dtstart,
            end=event.dtend,
            summary=event.summary or "",
            description=event.description or "",
            status=str(event.status.value) if event.status else "",
            sequence=event.sequence or 0,
            alarms=len(event.alarm),
        )
        for event in calendar.events
    ]


def read_with_vobject(data: bytes) -> list[Read]:
    calendar = vobject.readOne(data.decode())
    calendar.validate(raiseException=True)
    return [
        Read(
            uid=event.uid.value,
            first_day=event.dtstart.value,
            end=event.dtend.value,
            summary=event.summary.value,
            description=event.description.value,
            status=event.status.value,
            sequence=int(event.sequence.value),
            alarms=len(event.contents.get("valarm", [])),
        )
        for event in calendar.contents.get("vevent", [])
    ]


def read_with_icalendar(data: bytes) -> list[Read]:
    calendar = icalendar.Calendar.from_ical(data)
    assert isinstance(calendar, icalendar.Calendar)
    assert calendar.errors == []
    return [
        Read(
            uid=str(event["uid"]),
            first_day=event.decoded("dtstart"),
            end=event.decoded("dtend"),
            summary=str(event["summary"]),
            description=str(event["description"]),
            status=str(event["status"]),
            sequence=int(event.decoded("sequence")),
            alarms=len(event.walk("VALARM")),
        )
        for event in calendar.walk("VEVENT")
    ]


Reader = Callable[[bytes], list[Read]]
READERS: list[Reader] = [read_with_ical, read_with_vobject, read_with_icalendar]


def calcurse_missing() -> bool:
    return shutil.which("calcurse") is None


def read_with_calcurse(data: bytes, folder: Path) -> tuple[list[str], str]:
    """The lines of calcurse's own store after an import, and what it complained of."""
    feed, store = folder / "feed.ics", folder / "calcurse"
    feed.write_bytes(data)
    store.mkdir()
    command = ["calcurse", "-q", "-D", str(store), "-i", str(feed)]
    done = subprocess.run(command, env={"LC_ALL": "C.UTF-8"}, capture_output=True, timeout=20, check=True)
    return (store / "apts").read_text(encoding="utf-8").splitlines(), (done.stdout + done.stderr).decode()
