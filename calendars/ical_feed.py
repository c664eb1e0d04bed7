"""A feed: a VCALENDAR around event blocks that were serialised when their rows changed.

Joining kept blocks costs a thousandth of building them again. What does not fit is chosen here and counted,
since Google silently loses the events of a calendar over 1 MB.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from icalendar import Calendar, Timezone, vDuration

from calendars.errors import CalendarError
from calendars.ical_text import FeedText, one_line

DAYS_BACK = 60
DAYS_AHEAD = 400
MOST_EVENTS = 1_000
MOST_BYTES = 900_000
REFRESH_EVERY = timedelta(hours=1)

# COLOR takes a CSS3 name (RFC 7986, section 5.9); Apple wants the same colour as #RRGGBB.
COLOURS = {
    "steelblue": "#4682B4",
    "seagreen": "#2E8B57",
    "firebrick": "#B22222",
    "darkorange": "#FF8C00",
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
    language: Literal["vi", "en"]
    zone: ZoneInfo
    colour: str = "steelblue"

    def __post_init__(self) -> None:
        if self.colour not in COLOURS:
            raise CalendarError(f"feed colour {self.colour!r} is unknown", f"use one of {', '.join(COLOURS)}")


@dataclass(frozen=True, kw_only=True, slots=True)
class EventBlock:
    """An event already serialised, with the little that placing it in a feed needs."""

    uid: str
    last_day: date
    overdue: bool
    data: bytes


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The blocks a feed shows, in order, and how many were left out for which reason."""

    kept: tuple[EventBlock, ...]
    outside_window: int
    over_limit: int


def feed_bytes(header: FeedHeader, blocks: Iterable[bytes]) -> bytes:
    """The whole calendar; without any event it is still a valid one, because VTIMEZONE is always there."""
    return b"".join((_opening(header), *blocks, _CLOSE))


def entry_bytes(language: Literal["vi", "en"], block: bytes) -> bytes:
    """One event as a file to be opened by hand: no METHOD, which would make it an invitation, and no name,
    which would make Outlook open another calendar for it. All-day events need no VTIMEZONE."""
    return _opening_of_entry(language) + block + _CLOSE


@lru_cache(maxsize=4)
def _opening_of_entry(language: str) -> bytes:
    calendar = Calendar()
    calendar.add("version", FeedText("2.0"))
    calendar.add("prodid", FeedText(_product(language)))
    calendar.add("calscale", FeedText("GREGORIAN"))
    return bytes(calendar.to_ical(sorted=False)).removesuffix(_CLOSE)


def _product(language: str) -> str:
    return f"-//dondoc//dondoc//{language.upper()}"


def room(header: FeedHeader) -> int:
    """The octets that the header leaves for events."""
    return MOST_BYTES - len(_opening(header)) - len(_CLOSE)


def days_shown(today: date) -> tuple[date, date]:
    """The first and the last day whose events a feed shows."""
    return today - timedelta(days=DAYS_BACK), today + timedelta(days=DAYS_AHEAD)


def choose(
    blocks: Iterable[EventBlock], *, today: date, most_bytes: int, most_events: int = MOST_EVENTS
) -> Choice:
    """Open overdue events first, then those nearest to today, until the count or the room is used up."""
    every = list(blocks)
    first, last = days_shown(today)
    within = [block for block in every if first <= block.last_day <= last]
    kept = within
    if len(within) > most_events or sum(len(block.data) for block in within) > most_bytes:
        within.sort(
            key=lambda block: (not block.overdue, abs(block.last_day - today), block.last_day, block.uid)
        )
        kept = _fitting(within, most_bytes, most_events)
    return Choice(
        kept=tuple(sorted(kept, key=lambda block: (block.last_day, block.uid))),
        outside_window=len(every) - len(within),
        over_limit=len(within) - len(kept),
    )


def _fitting(ranked: list[EventBlock], most_bytes: int, most_events: int) -> list[EventBlock]:
    kept: list[EventBlock] = []
    used = 0
    for block in ranked[:most_events]:
        used += len(block.data)
        if used > most_bytes:
            break
        kept.append(block)
    return kept


@lru_cache(maxsize=4_096)
def _opening(header: FeedHeader) -> bytes:
    calendar = Calendar()
    calendar.add("version", FeedText("2.0"))
    calendar.add("prodid", FeedText(_product(header.language)))
    # No METHOD: PUBLISH without an ORGANIZER fails libical's check.
    calendar.add("calscale", FeedText("GREGORIAN"))
    for name in ("name", "x-wr-calname"):
        calendar.add(name, FeedText(one_line(header.name)))
    calendar.add("x-wr-timezone", FeedText(header.zone.key))
    calendar.add("color", FeedText(header.colour))
    calendar.add("x-apple-calendar-color", FeedText(COLOURS[header.colour]))
    calendar.add("refresh-interval", vDuration(REFRESH_EVERY), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH_EVERY))
    calendar.add_component(_timezone(header.zone))
    return bytes(calendar.to_ical(sorted=False)).removesuffix(_CLOSE)


def _timezone(zone: ZoneInfo) -> Timezone:
    timezone = Timezone.from_tzinfo(zone, zone.key, first_date=_ZONE_FROM, last_date=_ZONE_UNTIL)
    timezone.pop("COMMENT", None)
    return timezone
