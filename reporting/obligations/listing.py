"""What is owed: obligations with their dates and their standing at an instant, in a few queries.

This is the one list that the command line, feeds and pages show, so they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from calendars.deadline import stated
from models.obligation import Obligation, Occurrence
from models.plan import Duty, Plan, Stage
from models.unit import Unit, UnitVersion
from models.vocabulary import Lifecycle, Timeliness
from reporting.obligations.as_of import PastView, past_view
from reporting.obligations.filters import Selection, joined, stood_at
from reporting.obligations.timeliness import DueSoonFrom, timeliness


@dataclass(frozen=True, kw_only=True)
class DueRow:
    """One obligation as it stood at an instant. Instants are aware UTC, dates local."""

    id: int
    plan: str
    plan_number: str
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
    period_start: date
    cutoff: date
    rule: str
    written: date | None
    bound: str | None
    safe_day: date | None
    last_day: date | None
    deadline: datetime | None
    original_deadline: datetime | None
    correction_deadline: datetime | None
    state: str
    timeliness: Timeliness
    first_submitted_at: datetime | None
    submitted_at: datetime | None
    accepted_at: datetime | None
    closed_at: datetime | None
    recipient: str | None
    gatherer_id: int | None
    row_version: int
    opened_at: datetime
    changed_at: datetime
    is_replaced: bool


_unit = aliased(Unit, name="owing_unit")
_recipient = aliased(Unit, name="recipient_unit")


def owed(
    session: Session,
    selection: Selection,
    at: datetime,
    zone: ZoneInfo,
    due_soon_from: DueSoonFrom,
    timely: Iterable[Timeliness] | None = None,
) -> list[DueRow]:
    """The obligations of the selection as of `at`, by deadline, then unit; those without a deadline last."""
    query = (
        joined(Obligation, Occurrence, Stage, Duty, Plan, UnitVersion, col(_unit.code), col(_recipient.code))
        .join(Plan, col(Plan.id) == col(Obligation.plan_id))
        .join(_unit, col(_unit.id) == col(Obligation.unit_id))
        .outerjoin(_recipient, col(_recipient.id) == col(Obligation.recipient_id))
        .where(*selection.conditions(session), stood_at(at))
        .order_by(
            col(Obligation.deadline).is_(None), col(Obligation.deadline), col(_unit.code), col(Obligation.id)
        )
    )
    past = past_view(session, at)
    wanted = None if timely is None else set(timely)
    rows = (_owed(row, past, zone, due_soon_from) for row in session.execute(query))
    return [row for row in rows if wanted is None or row.timeliness in wanted]


def _owed(row: Row[Any], past: PastView, zone: ZoneInfo, due_soon_from: DueSoonFrom) -> DueRow:
    obligation, occurrence, stage, duty, plan, version, unit, recipient = row
    return DueRow(
        **_duty_fields(plan, duty, stage),
        **_unit_fields(version, obligation),
        **_date_fields(occurrence),
        **_standing_fields(plan, occurrence, obligation, past, zone, due_soon_from),
        unit=unit,
        recipient=recipient,
    )


def _duty_fields(plan: Plan, duty: Duty, stage: Stage) -> dict[str, Any]:
    return {
        "plan": plan.slug,
        "plan_number": plan.number,
        "duty": duty.key,
        "duty_title": duty.title,
        "basis": duty.basis,
        "stage": stage.position,
        "stage_name": stage.name,
    }


def _unit_fields(version: UnitVersion, obligation: Obligation) -> dict[str, Any]:
    return {
        "id": obligation.id,
        "unit_name": version.name,
        "level": version.level,
        "unit_id": obligation.unit_id,
        "branch": obligation.branch,
        "gatherer_id": obligation.gatherer_id,
        "row_version": obligation.row_version,
        "opened_at": obligation.opened_at,
        "changed_at": obligation.changed_at,
    }


def _date_fields(occurrence: Occurrence) -> dict[str, Any]:
    names = ("period", "period_start", "cutoff", "rule", "written", "bound")
    return {name: getattr(occurrence, name) for name in names}


def _standing_fields(
    plan: Plan,
    occurrence: Occurrence,
    obligation: Obligation,
    past: PastView,
    zone: ZoneInfo,
    due_soon_from: DueSoonFrom,
) -> dict[str, Any]:
    then = past.standing(obligation)
    deadline = stated(then.deadline, occurrence.deadline, occurrence.safe_day, zone)
    soon = None if deadline is None else due_soon_from(plan.ladder, deadline)
    returned = then.state == Lifecycle.RETURNED
    return {
        "state": str(then.state),
        "timeliness": timeliness(then.state, deadline, then.first_submitted_at, past.at, soon),
        "safe_day": deadline and deadline.safe_day,
        "last_day": deadline and deadline.last_day,
        "deadline": then.deadline,
        "original_deadline": obligation.original_deadline,
        "correction_deadline": obligation.correction_deadline if returned else None,
        "first_submitted_at": then.first_submitted_at,
        "submitted_at": then.submitted_at,
        "accepted_at": then.accepted_at,
        "closed_at": then.closed_at,
        "is_replaced": then.state == Lifecycle.CANCELLED and occurrence.replaced_at is not None,
    }


def iso(instant: datetime | None, zone: ZoneInfo) -> str | None:
    """An instant for scripts: ISO 8601 with the local offset."""
    return None if instant is None else instant.astimezone(zone).isoformat()


def row_json(row: DueRow, zone: ZoneInfo) -> dict[str, Any]:
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
        "period_start": row.period_start.isoformat(),
        "cutoff": row.cutoff.isoformat(),
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
    }


def reference(row: DueRow) -> str:
    """Which duty of which document: "01/CTr-UBND IV.1.2"; slug and id where the document gives neither."""
    return f"{row.plan_number or row.plan} {row.basis or row.duty}"


MOST_LOOKS = 4
"""Pages of rows looked through for one page of those that stand as wished."""


@dataclass(frozen=True, kw_only=True)
class Among(Selection):
    """A selection within further conditions, such as what somebody may see."""

    further: tuple[ColumnElement[bool], ...] = ()

    def conditions(self, session: Session) -> list[ColumnElement[bool]]:
        return [*super().conditions(session), *self.further]


def next_page(
    session: Session,
    wish: Among,
    after: int,
    limit: int,
    at: datetime,
    zone: ZoneInfo,
    due_soon_from: DueSoonFrom,
    timely: Collection[Timeliness] | None = None,
) -> tuple[list[DueRow], int | None]:
    """At most `limit` obligations with ids beyond `after`, and where to go on; None at the end."""
    found: list[DueRow] = []
    conditions = wish.conditions(session)
    for _ in range(MOST_LOOKS if timely else 1):
        query = select(col(Obligation.id)).where(*conditions, col(Obligation.id) > after)
        ids = [id or 0 for id in session.scalars(query.order_by(col(Obligation.id)).limit(limit))]
        if not ids:
            return found, None
        these = Among(further=(col(Obligation.id).in_(ids),))
        rows = sorted(owed(session, these, at, zone, due_soon_from, timely), key=lambda row: row.id)
        room = limit - len(found)
        found += rows[:room]
        if len(rows) > room:
            return found, found[-1].id
        after = ids[-1] or 0
        if len(ids) < limit:
            return found, None
        if len(found) == limit:
            break
    return found, after
