"""Events alike: one is written by icalendar, others are the same lines with their own words and instants.

The morning's mails bring ten thousand entries for one day, which differ in a unit's name and a link. A line
is folded here as icalendar folds it; tests hold both ways to the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator
from datetime import UTC, datetime
from functools import lru_cache

from calendars.ical_event import FeedEvent, event_bytes
from calendars.ical_text import clean_text, escape, one_line

LINE_OCTETS = 74
"""Of a line with the blank that continues it RFC 5545 (section 3.1) allows 75."""
ESCAPES = b"\\^"
_LINES = re.compile(rb"(?<=\r\n)(?![ ])")


@lru_cache(maxsize=8)
def _summary(text: str) -> str:
    """An event with an alarm says it twice."""
    return escape(one_line(text))


_OWN: dict[bytes, Callable[[FeedEvent], str]] = {
    b"UID": lambda event: escape(event.uid),
    b"DTSTAMP": lambda event: _utc(event.changed),
    b"CREATED": lambda event: _utc(event.created),
    b"LAST-MODIFIED": lambda event: _utc(event.changed),
    b"SEQUENCE": lambda event: str(event.sequence),
    b"SUMMARY": lambda event: _summary(event.summary),
    b"DESCRIPTION": lambda event: escape(clean_text(event.description)),
    b"URL": lambda event: event.url or "",
}
"""What events alike have each for themselves."""


_SUMMARY_OF_ALARM = b"alarm"


class EventPattern:
    """Made from one event, it gives the bytes of each that is alike."""

    def __init__(self, event: FeedEvent, *, alarms: bool) -> None:
        self._lines = list(_cut(event_bytes(event, alarms=alarms)))

    def filled(self, event: FeedEvent) -> bytes:
        """The bytes that `event_bytes` gives for an event of the same likeness."""
        own = {name: folded(name + b":" + say(event).encode()) for name, say in _OWN.items()}
        if _SUMMARY_OF_ALARM in self._lines:
            own[_SUMMARY_OF_ALARM] = folded(b"DESCRIPTION:" + _summary(event.summary).encode())
        return b"".join([own.get(line, line) for line in self._lines])


def likeness(event: FeedEvent) -> Hashable:
    """The same for events alike: what they show of day and state."""
    return event.last_day, event.cancelled, event.categories, event.alarm, event.url is None


def folded(line: bytes) -> bytes:
    """The line with its end, cut between characters, and not behind one that escapes the next."""
    pieces, start = [], 0
    while len(line) - start > LINE_OCTETS:
        cut = start + LINE_OCTETS
        while line[cut] & 0xC0 == 0x80:  # within a character of UTF-8
            cut -= 1
        if line[cut - 1] in ESCAPES:
            cut -= 1
        pieces.append(line[start:cut])
        start = cut
    pieces.append(line[start:])
    return b"\r\n ".join(pieces) + b"\r\n"


def _cut(block: bytes) -> Iterator[bytes]:
    """The lines, of those that each event has for itself only the name."""
    in_alarm = False
    for line in _LINES.split(block):
        in_alarm = in_alarm or line.startswith(b"BEGIN:VALARM")
        name = line.partition(b":")[0]
        if in_alarm:
            yield _SUMMARY_OF_ALARM if name == b"DESCRIPTION" else line
        else:
            yield name if name in _OWN else line


def _utc(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y%m%dT%H%M%SZ}"
