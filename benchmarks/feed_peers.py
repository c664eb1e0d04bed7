"""Peers for building a calendar from the same events: plain `icalendar`, `vobject`, and `ics` where it is.

DONDOC_BENCH_PEERS names a folder with an environment `venv` that has `ics`; without it `ics` is left out.
Each writes the same properties, as far as the library knows them, and checks and cleans nothing.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile

import icalendar
import vobject  # type: ignore[import-untyped]

from benchmarks.country import HCM
from calendars.ical_event import ALARM_BEFORE, FeedEvent

TIMEZONE = icalendar.Timezone.from_tzinfo(HCM, first_date=date(2000, 1, 1), last_date=date(2038, 1, 1))
"""Made once, as finding a zone's changes takes longer than thirty events."""
Serialise = Callable[[Sequence[FeedEvent]], float]
"""Builds the calendar, with alarms, and gives the seconds of processor time."""
ICS = """
import json, sys, time
from datetime import datetime, timedelta
from ics import Calendar, Event
from ics.alarm import DisplayAlarm
rows = json.load(open(sys.argv[1]))
start = time.process_time()
calendar = Calendar()
for row in rows:
    texts = {"name": row["summary"], "description": row["description"], "url": row["url"]}
    changed = datetime.fromisoformat(row["changed"])
    event = Event(begin=row["day"], uid=row["uid"], created=changed, last_modified=changed,
                  status="CONFIRMED", transparent=True, categories=row["categories"], **texts)
    event.make_all_day()
    event.alarms.append(DisplayAlarm(trigger=timedelta(hours=-15), display_text=row["summary"]))
    calendar.events.add(event)
text = calendar.serialize() if hasattr(calendar, "serialize") else str(calendar)
print(time.process_time() - start)
"""


def peers() -> dict[str, Serialise]:
    """Those that are installed, by name."""
    found: dict[str, Serialise] = {"icalendar": with_icalendar, "vobject": with_vobject}
    folder = os.environ.get("DONDOC_BENCH_PEERS")
    python = Path(folder or "/nowhere") / "venv/bin/python"
    if python.exists():
        found["ics"] = lambda events: _with_ics(python, events)
    return found


def with_icalendar(events: Sequence[FeedEvent]) -> float:
    start = time.process_time()
    calendar = icalendar.Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//x//x//EN")
    calendar.add("x-wr-calname", "x")
    calendar.add_component(TIMEZONE)
    for event in events:
        made = icalendar.Event()
        made.add("uid", event.uid)
        for name, moment in (("dtstamp", "changed"), ("created", "created"), ("last-modified", "changed")):
            made.add(name, getattr(event, moment))
        made.add("sequence", event.sequence)
        made.add("dtstart", event.last_day)
        made.add("dtend", event.last_day + timedelta(days=1))
        for name in ("summary", "description", "url"):
            made.add(name, getattr(event, name))
        made.add("categories", list(event.categories))
        made.add("status", "CONFIRMED")
        made.add("transp", "TRANSPARENT")
        made.add("x-microsoft-cdo-busystatus", "FREE")
        alarm = icalendar.Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", event.summary)
        alarm.add("trigger", -ALARM_BEFORE)
        made.add_component(alarm)
        calendar.add_component(made)
    calendar.to_ical()
    return time.process_time() - start


def with_vobject(events: Sequence[FeedEvent]) -> float:
    start = time.process_time()
    calendar = vobject.iCalendar()
    for event in events:
        made = calendar.add("vevent")
        made.add("uid").value = event.uid
        for name, moment in (("dtstamp", "changed"), ("created", "created"), ("last-modified", "changed")):
            made.add(name).value = getattr(event, moment).astimezone(vobject.icalendar.utc)
        made.add("sequence").value = str(event.sequence)
        made.add("dtstart").value = event.last_day
        made.add("dtend").value = event.last_day + timedelta(days=1)
        for name in ("summary", "description", "url"):
            made.add(name).value = getattr(event, name)
        made.add("categories").value = list(event.categories)
        made.add("status").value = "CONFIRMED"
        made.add("transp").value = "TRANSPARENT"
        made.add("x-microsoft-cdo-busystatus").value = "FREE"
        alarm = made.add("valarm")
        alarm.add("action").value = "DISPLAY"
        alarm.add("description").value = event.summary
        alarm.add("trigger").value = -ALARM_BEFORE
    calendar.serialize()
    return time.process_time() - start


def _with_ics(python: Path, events: Sequence[FeedEvent]) -> float:
    rows = [
        {
            "uid": event.uid,
            "day": str(event.last_day),
            "summary": event.summary,
            "description": event.description,
            "url": event.url,
            "changed": event.changed.isoformat(),
            "categories": list(event.categories),
        }
        for event in events
    ]
    with NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(rows, file)
        file.flush()
        command = [str(python), "-c", ICS, file.name]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout)
