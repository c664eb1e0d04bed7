"""A calendar of events that are serialised already, or damaged on purpose."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from calendars.ical_feed import FeedHeader, render_feed

END = b"END:VCALENDAR\r\n"


def feed_bytes(header: FeedHeader, blocks: Iterable[bytes]) -> bytes:
    empty = render_feed(header, [], alarms=False, today=date(2024, 1, 1)).data
    return b"".join((empty.removesuffix(END), *blocks, END))
