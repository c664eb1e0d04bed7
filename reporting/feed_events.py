"""From rows to calendar events: what a reader sees of an obligation, or of a count, and on which day.

An event is a function of its row, the reader's language and the address of the pages, so its bytes can be
kept until one of these changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Session

from calendars.ical_event import FeedEvent, event_uid
from calendars.ical_feed import DAYS_AHEAD, DAYS_BACK
from calendars.zone import local_date, midnight
from models.settings import Settings
from models.vocabulary import Lifecycle
from reporting.feed_rows import CountRow, DueFacts, OwedRow, count_rows, overdue_names, owed_rows
from reporting.feed_text import (
    Speaker,
    categories,
    count_description,
    count_state,
    count_title,
    owed_description,
    owed_state,
    owed_title,
)

# Long enough for every program to fetch it, then it goes: Outlook shows a cancelled event as a normal one.
CANCELLED_SHOWN = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """An event, and whether it is one to keep when a feed is too long."""

    event: FeedEvent
    overdue: bool


def owed_events(
    session: Session, settings: Settings, now: datetime, unit_ids: set[int], speaker: Speaker
) -> list[Shown]:
    since, until = _window(now, speaker)
    rows = owed_rows(session, unit_ids, since, until, now - CANCELLED_SHOWN)
    return [owed_event(row, settings, speaker) for row in rows]


def owed_event(row: OwedRow, settings: Settings, speaker: Speaker) -> Shown:
    state = owed_state(row)
    link = f"{settings.base_url.rstrip('/')}/obligations/{row.id}"
    mending = row.state == Lifecycle.RETURNED and row.correction_deadline is not None
    deadline = row.correction_deadline if mending else row.deadline
    event = FeedEvent(
        uid=event_uid(*_key(row.due), row.unit),
        last_day=speaker.last_day(deadline or row.deadline),
        summary=owed_title(row, speaker),
        description=owed_description(row, link, speaker),
        created=row.opened_at,
        changed=row.changed_at,
        sequence=row.row_version,
        url=link,
        cancelled=state == "cancelled",
        categories=categories(row.due, state, speaker),
        alarm=state != "filed",
    )
    return Shown(event=event, overdue=state == "overdue")


def count_events(
    session: Session,
    settings: Settings,
    now: datetime,
    scope: ColumnElement[bool],
    key: tuple[str, str],
    speaker: Speaker,
) -> list[Shown]:
    since, until = _window(now, speaker)
    late = overdue_names(session, scope, since)
    return [
        _count_event(row, late.get(row.occurrence_id, []), key, settings, speaker)
        for row in count_rows(session, scope, since, until)
        if row.expected or (row.closed_at is not None and row.closed_at > now - CANCELLED_SHOWN)
    ]


def _count_event(
    row: CountRow, late: list[str], key: tuple[str, str], settings: Settings, speaker: Speaker
) -> Shown:
    state = count_state(row)
    link = f"{settings.base_url.rstrip('/')}/plans/{row.due.plan}"
    event = FeedEvent(
        uid=event_uid(*_key(row.due), *key),
        last_day=speaker.last_day(row.deadline),
        summary=count_title(row, speaker),
        description=count_description(row, late, link, speaker),
        created=row.opened_at,
        changed=row.changed_at,
        sequence=row.versions,
        url=link,
        cancelled=state == "cancelled",
        categories=categories(row.due, state, speaker),
        alarm=state != "filed",
    )
    return Shown(event=event, overdue=state == "overdue")


def _key(due: DueFacts) -> tuple[str, ...]:
    """What an event is about for life. Dates that a changed plan has replaced are another event."""
    revised = () if due.revision == 1 else (f"revision {due.revision}",)
    return (due.plan, due.duty, str(due.stage), due.period, *revised)


def _window(now: datetime, speaker: Speaker) -> tuple[datetime, datetime]:
    """The deadlines that end a day of the window; `choose` draws the exact line."""
    today = local_date(now, speaker.zone)
    first, last = today - timedelta(days=DAYS_BACK), today + timedelta(days=DAYS_AHEAD + 2)
    return midnight(first, speaker.zone), midnight(last, speaker.zone)
