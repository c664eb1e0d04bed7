"""What is owed: obligations with their dates and their standing at an instant, in a few queries.

This is the one list that the command line, feeds and pages show, so they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import NamedTuple, cast
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from models.obligation import Obligation, ObligationCopy, Occurrence
from models.settings import Settings
from models.unit import Unit
from models.vocabulary import Lifecycle, Timeliness
from reporting.obligations.as_of import PastView, past_view
from reporting.obligations.asked import AskedBy, read_asked
from reporting.obligations.filters import Selection, stood_at
from reporting.obligations.named import joined, obligations, read
from reporting.obligations.timeliness import TimelinessAt


class DueRow(NamedTuple):
    """One obligation as it stood at an instant. Instants are aware UTC, dates local.

    `correction_deadline` is None unless it is returned; `written` and `bound` are the text's own; `copies`
    are the codes of the further recipients; `asked` is the request or the event that made it due.
    """

    id: int
    plan: str
    plan_number: str
    plan_title: str
    ladder: str
    duty: str
    duty_title: str
    basis: str
    stage: int
    stage_name: str
    unit: str
    unit_name: str
    unit_id: int
    level: str
    branch: str
    period: str
    period_start: date | None
    cutoff: date | None
    begins: date
    opens_at: datetime | None
    planned: date | None
    hour: str | None
    rule: str
    written: date | None
    bound: str | None
    written_deadline: datetime | None
    replaced_at: datetime | None
    safe_day: date | None
    deadline: datetime | None
    original_deadline: datetime | None
    correction_deadline: datetime | None
    state: str
    first_submitted_at: datetime | None
    submitted_at: datetime | None
    accepted_at: datetime | None
    closed_at: datetime | None
    recipient: str | None
    gatherer_id: int | None
    via: bool | None
    row_version: int
    opened_at: datetime
    changed_at: datetime
    timeliness: Timeliness = Timeliness.NOT_COUNTED
    last_day: date | None = None
    copies: tuple[str, ...] = ()
    asked: AskedBy | None = None

    @property
    def is_replaced(self) -> bool:
        """Whether a changed plan has cancelled it and opened the period again."""
        return self.state == Lifecycle.CANCELLED and self.replaced_at is not None


def owed(
    session: Session,
    settings: Settings,
    selection: Selection,
    at: datetime,
    timely: Collection[Timeliness] | None = None,
) -> list[DueRow]:
    """The obligations of the selection as of `at`, by deadline, then unit; those without a deadline last."""
    deadline = col(Obligation.deadline)
    conditions = (*selection.conditions(session), stood_at(at))
    query = (
        obligations(DueRow)
        .where(*conditions)
        .order_by(deadline.is_(None), deadline, col(Unit.code), col(Obligation.id))
    )
    past, timeliness = past_view(session, at), TimelinessAt(session, settings, at)
    found = read(session, DueRow, query)
    asked = read_asked(session, {row.period for row in found}, settings.zone)
    rows = (_as_of(row, past, timeliness) for row in found)
    copies = _copies(session, conditions)
    return [
        row._replace(copies=tuple(copies.get(row.id, ())), asked=asked.get(row.period))
        for row in rows
        if timely is None or row.timeliness in timely
    ]


_Copied = cast(type[Unit], aliased(Unit))


def _copies(session: Session, conditions: Iterable[ColumnElement[bool]]) -> dict[int, list[str]]:
    """By obligation, the codes of its further recipients."""
    query = (
        joined(select(col(Obligation.id), col(_Copied.code)), Occurrence)
        .join(ObligationCopy, col(ObligationCopy.obligation_id) == col(Obligation.id))
        .join(_Copied, col(_Copied.id) == col(ObligationCopy.unit_id))
        .where(*conditions)
        .order_by(col(Obligation.id), col(ObligationCopy.position))
    )
    found: dict[int, list[str]] = {}
    for id, code in session.execute(query):
        found.setdefault(id, []).append(code)
    return found


def _as_of(row: DueRow, past: PastView, timeliness: TimelinessAt) -> DueRow:
    then = past.standing(row)
    row = row._replace(
        state=then.state,
        deadline=then.deadline,
        correction_deadline=(
            past.corrections.get(row.id, row.correction_deadline)
            if then.state == Lifecycle.RETURNED
            else None
        ),
        first_submitted_at=then.first_submitted_at,
        submitted_at=then.submitted_at,
        accepted_at=then.accepted_at,
        closed_at=then.closed_at,
    )
    deadline = timeliness.deadline(row)
    return row._replace(
        timeliness=timeliness.of(row),
        safe_day=None if deadline is None else deadline.safe_day,
        last_day=None if deadline is None else deadline.last_day,
    )


def iso(instant: datetime | None, zone: ZoneInfo) -> str | None:
    """An instant for scripts: ISO 8601 with the local offset."""
    return None if instant is None else instant.astimezone(zone).isoformat()


def row_json(row: DueRow, zone: ZoneInfo) -> dict[str, object]:
    """An obligation for scripts: instants in ISO 8601 with the local offset, dates as 2024-02-17."""
    return {
        "id": row.id,
        "plan": row.plan,
        "duty": row.duty,
        "title": row.duty_title,
        "basis": row.basis,
        "stage": row.stage,
        "stage_name": row.stage_name,
        "unit": row.unit,
        "unit_name": row.unit_name,
        "level": row.level,
        "period": row.period,
        "period_start": row.period_start and row.period_start.isoformat(),
        "cutoff": row.cutoff and row.cutoff.isoformat(),
        "opens_at": iso(row.opens_at, zone),
        "planned": row.planned and row.planned.isoformat(),
        "hour": row.hour,
        "event": row.asked and row.asked.event_json(),
        "request": row.asked and row.asked.request_json(),
        "rule": row.rule,
        "written": row.written and row.written.isoformat(),
        "bound": row.bound,
        "safe_day": row.safe_day and row.safe_day.isoformat(),
        "last_day": row.last_day and row.last_day.isoformat(),
        "deadline": iso(row.deadline, zone),
        "original_deadline": iso(row.original_deadline, zone),
        "correction_deadline": iso(row.correction_deadline, zone),
        "state": row.state,
        "timeliness": row.timeliness.value,
        "first_submitted_at": iso(row.first_submitted_at, zone),
        "submitted_at": iso(row.submitted_at, zone),
        "accepted_at": iso(row.accepted_at, zone),
        "recipient": row.recipient,
        "receiving": row.recipient,
        "copies": list(row.copies),
        "via": row.recipient if row.via else None,
    }


MOST_LOOKS = 4
"""Pages of rows looked through for one page of those with the timeliness asked for."""


def next_page(
    session: Session,
    settings: Settings,
    selection: Selection,
    at: datetime,
    *,
    after: int,
    limit: int,
    timely: Collection[Timeliness] | None = None,
) -> tuple[list[DueRow], int | None]:
    """At most `limit` obligations with ids beyond `after`, and where to go on; None at the end."""
    found: list[DueRow] = []
    conditions = selection.conditions(session)
    for _ in range(MOST_LOOKS if timely else 1):
        query = select(col(Obligation.id)).where(*conditions, col(Obligation.id) > after)
        ids = list(session.scalars(query.order_by(col(Obligation.id)).limit(limit)))
        if not ids:
            return found, None
        these = Selection(further=(col(Obligation.id).in_(ids),))
        rows = sorted(owed(session, settings, these, at, timely), key=lambda row: row.id)
        room = limit - len(found)
        found += rows[:room]
        if len(rows) > room:
            return found, found[-1].id
        after = ids[-1]
        if len(ids) < limit:
            return found, None
        if len(found) == limit:
            break
    return found, after
