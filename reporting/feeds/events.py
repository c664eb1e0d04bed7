"""From rows to calendar events: what a reader sees of an obligation, or of a count, and on which day.

An event is a function of its row, the reader's language and the address of the pages, so its bytes can be
kept until one of these changes.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement
from sqlmodel import Session

from calendars.deadline import Deadline
from calendars.ical_event import FeedEvent, event_uid
from models.settings import Settings
from models.vocabulary import Timeliness
from reporting.feeds.rows import CountRow, DueFacts, OwedRow, count_rows, overdue_names, owed_rows_of
from reporting.feeds.text import (
    Speaker,
    categories,
    count_description,
    count_state,
    count_title,
    held_deadline,
    owed_description,
    owed_state,
    owed_title,
)
from reporting.obligations.timeliness import filed_timeliness


@dataclass(frozen=True, kw_only=True)
class EventContext:
    """An event and how what it is about stands; what is overdue is kept when a feed is too long."""

    event: FeedEvent
    timeliness: Timeliness

    @property
    def overdue(self) -> bool:
        return self.timeliness is Timeliness.OVERDUE


def owed_events(
    session: Session, settings: Settings, obligation_ids: Collection[int], speaker: Speaker
) -> dict[int, EventContext]:
    """By obligation."""
    rows = owed_rows_of(session, obligation_ids)
    return {row.id: owed_event(row, settings, speaker) for row in rows}


def owed_event(row: OwedRow, settings: Settings, speaker: Speaker) -> EventContext:
    state = owed_state(row)
    link = f"{settings.base_url.rstrip('/')}/obligations/{row.id}"
    event = FeedEvent(
        uid=event_uid(*_key(row.due), row.unit),
        last_day=held_deadline(row, speaker.zone).safe_day,
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
    return EventContext(event=event, timeliness=_owed_timeliness(row, state, speaker.zone))


def count_events(
    session: Session,
    settings: Settings,
    occurrence_ids: Collection[int],
    scope: ColumnElement[bool],
    key: tuple[str, str],
    speaker: Speaker,
) -> dict[int, EventContext]:
    """By occurrence."""
    late = overdue_names(session, scope, occurrence_ids)
    return {
        row.occurrence_id: count_event(row, late.get(row.occurrence_id, []), key, settings, speaker)
        for row in count_rows(session, scope, occurrence_ids)
    }


def count_event(
    row: CountRow, late: list[str], key: tuple[str, str], settings: Settings, speaker: Speaker
) -> EventContext:
    state = count_state(row)
    link = f"{settings.base_url.rstrip('/')}/plans/{row.due.plan}"
    event = FeedEvent(
        uid=event_uid(*_key(row.due), *key),
        last_day=Deadline(row.deadline, speaker.zone, row.due.safe_day).safe_day,
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
    return EventContext(event=event, timeliness=_count_timeliness(row, state))


def _key(due: DueFacts) -> tuple[str, ...]:
    """What an event is about for life, whatever dates a changed plan gives it."""
    return (due.plan, due.duty, str(due.stage), due.period)


def _owed_timeliness(row: OwedRow, state: str | None, zone: ZoneInfo) -> Timeliness:
    """What the row says. A returned report is work to do, hence in term; nothing here asks the hour."""
    if state == "cancelled":
        return Timeliness.NOT_COUNTED
    if state == "overdue":
        return Timeliness.OVERDUE
    if state == "filed" and row.first_submitted_at is not None:
        return filed_timeliness(Deadline(row.deadline, zone), row.first_submitted_at)
    return Timeliness.IN_TERM


def _count_timeliness(row: CountRow, state: str | None) -> Timeliness:
    if state == "filed":
        return Timeliness.LATE if row.late else Timeliness.ON_TIME
    named = {"cancelled": Timeliness.NOT_COUNTED, "overdue": Timeliness.OVERDUE}
    return named.get(state or "", Timeliness.IN_TERM)
