"""One obligation as one all-day VEVENT (RFC 5545, section 3.6.1).

Nothing here comes from the clock or from chance: icalendar's Event.new() would stamp "now" and a random UID,
and every fetch would look like a change. The bytes are a function of the row, so they can be kept with it.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from icalendar import Alarm, Event, vCategory, vText, vUri

from calendars.errors import CalendarError
from calendars.ical_text import FeedText

UID_DOMAIN = "obligation.dondoc"
# Counted from midnight at the start of the last day: 09:00 on the day before. -P1D would ring at midnight.
ALARM_BEFORE = timedelta(hours=15)

_UID = re.compile(r"[0-9A-Za-z._-]+@[0-9A-Za-z.-]+")
_URL = re.compile(r"https?://[!-~]+")


@dataclass(frozen=True, kw_only=True)
class FeedEvent:
    """What a reader can see of an obligation: `sequence` moves when any of it does.

    What is `overdue` is kept first when a feed is too long.
    """

    uid: str
    last_day: date
    summary: str
    description: str
    created: datetime
    changed: datetime
    sequence: int
    url: str | None = None
    cancelled: bool = False
    categories: tuple[str, ...] = ()
    alarm: bool = True
    overdue: bool = False

    def __post_init__(self) -> None:
        if None in (self.created.tzinfo, self.changed.tzinfo):
            raise CalendarError(f"event {self.uid}: created or changed is naive", "give it a time zone")
        if isinstance(self.last_day, datetime):
            raise CalendarError(f"event {self.uid}: last_day is an instant", "give its local date")
        if not _UID.fullmatch(self.uid):
            raise CalendarError(f"event UID {self.uid!r} is not plain", "make it with event_uid()")
        if self.url is not None and not _URL.fullmatch(self.url):
            raise CalendarError(f"event URL {self.url!r} is not an http(s) address", "percent-encode it")


def event_uid(*key: str) -> str:
    """A UID that stays for life and tells nobody what the event is about."""
    digest = hashlib.sha256("\x1f".join(key).encode("utf-8")).hexdigest()
    return f"{digest[:32]}@{UID_DOMAIN}"


def event_bytes(event: FeedEvent, *, alarms: bool) -> bytes:
    """The VEVENT with CRLF line ends, folded at 75 octets; the same event gives the same bytes."""
    changed, title = event.changed.astimezone(UTC), FeedText.line(event.summary)
    vevent = Event()
    vevent.add("uid", vText(event.uid))
    vevent.add("dtstamp", changed)
    vevent.add("created", event.created.astimezone(UTC))
    vevent.add("last-modified", changed)
    vevent.add("sequence", event.sequence)
    # The end is exclusive: with equal dates calcurse, Outlook and Canvas drop the event.
    vevent.add("dtstart", event.last_day)
    vevent.add("dtend", event.last_day + timedelta(days=1))
    vevent.add("summary", title)
    vevent.add("description", FeedText(event.description))
    if event.url is not None:
        vevent.add("url", vUri(event.url))
    if event.categories:
        categories = vCategory([])
        categories.cats = [FeedText.line(category) for category in event.categories]
        vevent.add("categories", categories)
    vevent.add("status", vText("CANCELLED" if event.cancelled else "CONFIRMED"))
    # A deadline must not make its reader look busy all day.
    vevent.add("transp", vText("TRANSPARENT"))
    vevent.add("x-microsoft-cdo-busystatus", vText("FREE"))
    if alarms and event.alarm and not event.cancelled:
        alarm = Alarm()
        alarm.add("action", vText("DISPLAY"))
        alarm.add("description", title)
        alarm.add("trigger", -ALARM_BEFORE)
        vevent.add_component(alarm)
    return bytes(vevent.to_ical(sorted=False))
