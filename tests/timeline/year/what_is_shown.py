"""What the database and the feeds say at the end of a life, read over the program's own lists."""

from __future__ import annotations

import re
from datetime import datetime

from icalendar import Calendar

from models.database import reading
from reporting.feeds.feeds import build_feed
from reporting.feeds.view import FeedRequest
from reporting.obligations.filters import Selection
from reporting.obligations.listing import owed
from tests.timeline.harness import Timeline
from tests.timeline.year.story import Entry, Event

ABOUT = re.compile(r"/obligations/(\d+)$")
MARK = re.compile(r"^\[(.+?)\]")


def entries(world: Timeline, now: datetime) -> list[Entry]:
    """Each report as lists, pages and the API have it."""
    with reading(world.engine) as session:
        rows = owed(session, world.settings, Selection(), now)
    return [
        Entry(
            obligation=row.id,
            state=row.state,
            timeliness=row.timeliness,
            deadline=row.deadline,
            filed_at=row.first_submitted_at,
            receiver=row.recipient,
        )
        for row in rows
    ]


def events(world: Timeline, unit: str, now: datetime) -> list[Event]:
    """The unit's calendar as a calendar program reads it."""
    with reading(world.engine) as session:
        feed = build_feed(session, world.settings, now, FeedRequest(kind="unit", key=unit))
    found = []
    for event in Calendar.from_ical(feed.data).walk("VEVENT"):
        about, mark = ABOUT.search(str(event["URL"])), MARK.match(str(event["SUMMARY"]))
        assert about is not None
        found.append(
            Event(
                unit=unit,
                obligation=int(about[1]),
                day=event.decoded("DTSTART"),
                mark=mark[1] if mark else "",
            )
        )
    return found
