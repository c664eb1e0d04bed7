"""A feed: a VCALENDAR of all-day events, cut to what every calendar program still shows.

Google silently loses the events of a calendar over 1 MB, so what does not fit is chosen here and counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from icalendar import Calendar, Timezone, vDuration

from calendars.errors import CalendarError
from calendars.ical_event import FeedEvent, event_bytes
from calendars.ical_text import FeedText
from messages.catalogue import Language

DAYS_BACK = 60
DAYS_AHEAD = 400
MOST_EVENTS = 1_000
MOST_BYTES = 900_000
REFRESH_EVERY = timedelta(hours=1)

# COLOR takes a CSS3 name (RFC 7986, section 5.9); Apple wants the same colour as #RRGGBB.
COLOURS = {
    "steelblue": "#4682B4",
    "seagreen": "#2E8B57",
    "rebeccapurple": "#663399",
    "teal": "#008080",
}
_CLOSE = b"END:VCALENDAR\r\n"
# No feed reaches further back; the zone's older offsets would only make every feed longer.
_ZONE_FROM, _ZONE_UNTIL = date(2000, 1, 1), date(2038, 1, 1)


@dataclass(frozen=True)
class FeedHeader:
    """What a calendar program shows of the feed itself."""

    name: str
    language: Language
    zone: ZoneInfo
    colour: str = "steelblue"

    def __post_init__(self) -> None:
        if self.colour not in COLOURS:
            raise CalendarError(f"feed colour {self.colour!r} is unknown", f"use one of {', '.join(COLOURS)}")


class RenderedFeed(NamedTuple):
    """The bytes of a calendar, how many events it shows, and how many in its window did not fit."""

    data: bytes
    events: int
    left_out: int


def render_feed(
    header: FeedHeader, events: Iterable[FeedEvent], *, alarms: bool, today: date
) -> RenderedFeed:
    """The events of the window around `today`, ordered by last day and UID.

    Overdue ones come first, then those nearest to today, until the limit of events or bytes is reached.
    """
    first, last = today - timedelta(days=DAYS_BACK), today + timedelta(days=DAYS_AHEAD)
    within = [event for event in events if first <= event.last_day <= last]
    within.sort(key=lambda event: (not event.overdue, abs(event.last_day - today), event.last_day, event.uid))
    opening = _opening(header)
    left = MOST_BYTES - len(opening) - len(_CLOSE)
    kept: list[tuple[date, str, bytes]] = []
    for event in within[:MOST_EVENTS]:
        data = event_bytes(event, alarms=alarms)
        left -= len(data)
        if left < 0:
            break
        kept.append((event.last_day, event.uid, data))
    whole = b"".join((opening, *(data for _, _, data in sorted(kept)), _CLOSE))
    return RenderedFeed(whole, len(kept), len(within) - len(kept))


def entry_bytes(language: Language, block: bytes) -> bytes:
    """One event as a file to be opened by hand: no METHOD, which would make it an invitation, and no name,
    which would make Outlook open another calendar for it. All-day events need no VTIMEZONE."""
    return _without_end(_calendar(language)) + block + _CLOSE


def _opening(header: FeedHeader) -> bytes:
    calendar = _calendar(header.language)
    for name in ("name", "x-wr-calname"):
        calendar.add(name, FeedText.line(header.name))
    calendar.add("x-wr-timezone", FeedText(header.zone.key))
    calendar.add("color", FeedText(header.colour))
    calendar.add("x-apple-calendar-color", FeedText(COLOURS[header.colour]))
    calendar.add("refresh-interval", vDuration(REFRESH_EVERY), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH_EVERY))
    # VTIMEZONE stays also without any event: it keeps the calendar valid.
    return _without_end(calendar) + _timezone(header.zone)


def _calendar(language: Language) -> Calendar:
    """No METHOD: PUBLISH without an ORGANIZER fails libical's check."""
    calendar = Calendar()
    calendar.add("version", FeedText("2.0"))
    calendar.add("prodid", FeedText(f"-//dondoc//dondoc//{language.upper()}"))
    calendar.add("calscale", FeedText("GREGORIAN"))
    return calendar


def _without_end(calendar: Calendar) -> bytes:
    return bytes(calendar.to_ical(sorted=False)).removesuffix(_CLOSE)


@lru_cache(maxsize=8)
def _timezone(zone: ZoneInfo) -> bytes:
    """Kept, since finding the zone's changes takes as long as serialising 25 events (40 ms against 1.6)."""
    timezone = Timezone.from_tzinfo(zone, zone.key, first_date=_ZONE_FROM, last_date=_ZONE_UNTIL)
    timezone.pop("COMMENT", None)
    return bytes(timezone.to_ical(sorted=False))
