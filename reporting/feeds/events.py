"""From rows to calendar events: what a reader sees of an obligation, or of a count, and on which day.

An event is a function of its row, the reader's language and the address of the pages: it never asks the hour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from calendars.deadline import Deadline, stated
from calendars.ical_event import FeedEvent, event_uid
from models.settings import Settings
from models.vocabulary import Timeliness
from reporting.feeds.rows import Counted, DueRow, OwedRow
from reporting.feeds.text import (
    Speaker,
    categories,
    count_description,
    count_state,
    count_title,
    owed_description,
    owed_state,
    owed_title,
)
from reporting.obligations.timeliness import filed_timeliness


@dataclass(frozen=True, kw_only=True)
class EventContext:
    """An event and the timeliness of what it is about, by which subscribers choose."""

    event: FeedEvent
    timeliness: Timeliness


def owed_event(row: OwedRow, settings: Settings, speaker: Speaker) -> EventContext:
    state, filed_at = owed_state(row), row.first_submitted_at
    link = f"{settings.base_url.rstrip('/')}/obligations/{row.id}"
    event = FeedEvent(
        uid=_uid(row, row.unit),
        last_day=stated(row.held_to or row.due, row.original_deadline, row.safe_day, speaker.zone).safe_day,
        summary=owed_title(row, speaker),
        description=owed_description(row, link, speaker),
        created=row.opened_at,
        changed=row.changed_at,
        sequence=row.row_version,
        url=link,
        categories=categories(row, state, speaker),
        **_flags(state),
    )
    filed = filed_timeliness(Deadline(row.due, speaker.zone), filed_at) if filed_at else Timeliness.ON_TIME
    return EventContext(event=event, timeliness=_timeliness(state, filed))


def count_event(
    counted: Counted, late: Sequence[str], key: tuple[str, str], settings: Settings, speaker: Speaker
) -> EventContext:
    """`late` are the first names of overdue units; `key` is the kind and key of the view that counts."""
    row, counts = counted
    state = count_state(counts)
    link = f"{settings.base_url.rstrip('/')}/plans/{row.plan}"
    event = FeedEvent(
        uid=_uid(row, *key),
        last_day=Deadline(row.written_deadline, speaker.zone, row.safe_day).safe_day,
        summary=count_title(counted, speaker),
        description=count_description(counted, late, link, speaker),
        created=counts.opened_at,
        changed=counts.changed_at,
        sequence=counts.versions,
        url=link,
        categories=categories(row, state, speaker),
        **_flags(state),
    )
    filed = Timeliness.LATE if counts.late else Timeliness.ON_TIME
    return EventContext(event=event, timeliness=_timeliness(state, filed))


def _uid(row: DueRow, *of: str) -> str:
    """What an event is about for life, whatever dates a changed plan gives it."""
    return event_uid(row.plan, row.duty, str(row.stage), row.period, *of)


def _flags(state: str | None) -> dict[str, bool]:
    return {"cancelled": state == "cancelled", "alarm": state != "filed", "overdue": state == "overdue"}


def _timeliness(state: str | None, filed: Timeliness) -> Timeliness:
    """A returned report is work to do, hence in term."""
    named = {"filed": filed, "cancelled": Timeliness.NOT_COUNTED, "overdue": Timeliness.OVERDUE}
    return named.get(state or "", Timeliness.IN_TERM)
