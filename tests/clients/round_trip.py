"""Run in the clients' own environment: each event of a calendar goes to a CalDAV server and comes back.

Usage: round_trip.py ADDRESS FILE. Prints what the server gives back, a JSON list of calendars. What is sent
goes as it is: the client's own `add_event` would write it again with icalendar, which damages backslashes.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path

FRAME = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//dondoc//test//VI\r\nBEGIN:VEVENT\r\n{}END:VCALENDAR\r\n"
TYPE = {"Content-Type": "text/calendar; charset=utf-8"}


def main(address: str, path: str) -> None:
    caldav = import_module("caldav")
    text = Path(path).read_bytes().decode()
    with caldav.DAVClient(address, username="test", password="test") as client:
        calendar = client.principal().make_calendar(name="Báo cáo")
        for number, event in enumerate(text.split("BEGIN:VEVENT\r\n")[1:]):
            whole = FRAME.format(event.removesuffix("END:VCALENDAR\r\n"))
            client.put(f"{calendar.url}{number}.ics", whole.encode(), TYPE)
        print(json.dumps([event.data for event in calendar.events()]))


if __name__ == "__main__":
    main(*sys.argv[1:])
