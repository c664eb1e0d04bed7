"""Peers for building a calendar: `vobject`, and where they are installed `ics` and `ical-generator`.

DONDOC_BENCH_PEERS names a folder with an environment `venv` that has `ics`, and a `node_modules` that has
`ical-generator`; what is not there is not measured. Each builds the same events from the same values.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile

import vobject  # type: ignore[import-untyped]

from calendars.ical_event import FeedEvent

ICS = """
import json, sys, time
from datetime import date
from ics import Calendar, Event
rows = json.load(open(sys.argv[1]))
start = time.process_time()
calendar = Calendar()
for row in rows:
    texts = {"name": row["summary"], "description": row["description"], "url": row["url"]}
    event = Event(begin=row["day"], uid=row["uid"], **texts)
    event.make_all_day()
    calendar.events.add(event)
text = calendar.serialize() if hasattr(calendar, "serialize") else str(calendar)
print(time.process_time() - start)
"""
ICAL_GENERATOR = """
const { readFileSync } = await import("node:fs");
const { default: ical } = await import(process.argv[2]);
const rows = JSON.parse(readFileSync(process.argv[1], "utf-8"));
const start = process.cpuUsage();
const calendar = ical({ name: "x" });
for (const row of rows)
  calendar.createEvent({ id: row.uid, start: new Date(row.day), allDay: true, summary: row.summary,
    description: row.description, url: row.url, sequence: row.sequence });
calendar.toString();
const used = process.cpuUsage(start);
console.log((used.user + used.system) / 1e6);
"""


@dataclass(frozen=True)
class Peer:
    name: str
    seconds: Callable[[Sequence[FeedEvent]], float]


def peers() -> list[Peer]:
    """Those that are installed."""
    found = [Peer("vobject", _with_vobject)]
    folder = os.environ.get("DONDOC_BENCH_PEERS")
    if folder is None:
        return found
    python, generator = Path(folder) / "venv/bin/python", Path(folder) / "node_modules/ical-generator"
    if python.exists():
        found.append(Peer("ics", lambda events: _in_process([str(python), "-c", ICS], events)))
    if generator.exists():
        exports = json.loads((generator / "package.json").read_text())["exports"]
        main = exports.get(".", exports)["import"]
        entry = generator / (main if isinstance(main, str) else main["default"])
        command = ["node", "--input-type=module", "-e", ICAL_GENERATOR]
        found.append(Peer("ical-generator", lambda events: _in_process(command, events, str(entry))))
    return found


def _with_vobject(events: Sequence[FeedEvent]) -> float:
    start = time.process_time()
    calendar = vobject.iCalendar()
    for event in events:
        made = calendar.add("vevent")
        made.add("uid").value = event.uid
        made.add("dtstamp").value = event.changed.astimezone(vobject.icalendar.utc)
        made.add("dtstart").value = event.last_day
        made.add("dtend").value = event.last_day + timedelta(days=1)
        made.add("summary").value = event.summary
        made.add("description").value = event.description
    calendar.serialize()
    return time.process_time() - start


def _in_process(command: list[str], events: Sequence[FeedEvent], *more: str) -> float:
    rows = [
        {
            "uid": event.uid,
            "day": str(event.last_day),
            "summary": event.summary,
            "description": event.description,
            "url": event.url,
            "sequence": event.sequence,
        }
        for event in events
    ]
    with NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(rows, file)
        file.flush()
        done = subprocess.run([*command, file.name, *more], capture_output=True, text=True, check=True)
    return float(done.stdout)
