"""What is owed: obligations with their dates and their standing at an instant, in a few queries.

This is the one list that the command line, feeds and pages show, so they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from calendars.deadline import stated
from models.obligation import Obligation
from models.occurrence import Occurrence
from models.plan import Duty, Plan, Stage
from models.unit import Unit, UnitVersion
from models.vocabulary import Lifecycle, Timeliness
from reporting.as_of import PastView, past_view
from reporting.due_soon import DueSoonFrom
from reporting.selection import Selection, joined, stood_at
from reporting.status import timeliness


@dataclass(frozen=True, kw_only=True)
class Owed:
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
) -> list[Owed]:
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


def _owed(row: Row[Any], past: PastView, zone: ZoneInfo, due_soon_from: DueSoonFrom) -> Owed:
    obligation, occurrence, stage, duty, plan, version, unit, recipient = row
    return Owed(
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
