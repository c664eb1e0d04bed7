"""What needs a hand today, for whoever watches: the lists and counts of the board.

Each list is one query of at most a page, each count a pass over an index; how many queries there are does not
depend on how many reports there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, literal_column, not_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from models.deadline import has_passed
from models.decision import Extension, Review
from models.obligation import Obligation, Occurrence
from models.plan import Duty, Plan, Stage
from models.unit import Unit, UnitVersion, marker, step_below
from models.vocabulary import Act, Lifecycle, Verdict
from reporting.access.rights import permitted
from reporting.monitoring.scope import MonitorScope

Conditions = Sequence[ColumnElement[bool]]


class Matter(StrEnum):
    """What needs a hand; the lists of the board in its order."""

    OVERDUE = "overdue"
    COMING = "coming"
    RETURNED = "returned"
    REVIEW = "review"
    EXTENSIONS = "extensions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Matters:
    """One report on a list."""

    id: int
    plan: str
    plan_number: str
    duty: str
    duty_title: str
    stage_name: str
    period: str
    unit: str
    unit_name: str
    deadline: datetime | None
    correction_deadline: datetime | None
    submitted_at: datetime | None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request for a later deadline that waits for a decision."""

    report: Matters
    requested_at: datetime
    requested_by: str
    reason: str
    asked_deadline: datetime
    may_decide: bool


@dataclass(frozen=True, slots=True)
class OverdueBranch:
    """How much is overdue below one unit; 0 is what the branch's own unit owes."""

    unit_id: int
    count: int
    oldest: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """A stage in a period whose reports come due soon."""

    plan: str
    plan_number: str
    duty: str
    duty_title: str
    stage_name: str
    period: str
    deadline: datetime
    waiting: int


def is_overdue(now: datetime) -> ColumnElement[bool]:
    """Not filed, past the deadline."""
    return and_(_state(Lifecycle.OPEN), has_passed(col(Obligation.deadline), now))


def is_returned() -> ColumnElement[bool]:
    return _state(Lifecycle.RETURNED)


def awaits_review(scope: MonitorScope) -> ColumnElement[bool]:
    """Handed in, and for this person to accept or return."""
    return and_(_state(Lifecycle.SUBMITTED), permitted(scope.person, Act.REVIEW, scope.today))


def _state(state: Lifecycle) -> ColumnElement[bool]:
    # A literal, not a parameter: only so do both databases see that a partial index holds the answer.
    return col(Obligation.state) == literal_column(f"'{state.value}'")


def count(session: Session, conditions: Conditions) -> int:
    query = select(func.count()).select_from(Obligation).where(*conditions)
    return int(session.execute(query).scalar_one())


def overdue_branches(
    session: Session, conditions: Conditions, top: int | None, now: datetime
) -> list[OverdueBranch]:
    """By the unit right below `top`, the most first."""
    step: Any = step_below(col(Obligation.branch), literal(marker(top))).label("step")
    number = func.count().label("number")
    query = (
        select(step, number, func.min(col(Obligation.deadline)))
        .where(is_overdue(now), *conditions)
        .group_by(step)
        .order_by(number.desc(), step)
    )
    return [OverdueBranch(*row) for row in session.execute(query)]


def coming_due(session: Session, conditions: Conditions, now: datetime, until: datetime) -> list[Coming]:
    """What is not filed and has a deadline after now and not after `until`, by stage and day."""
    deadline = col(Obligation.deadline)
    waiting = (
        select(col(Obligation.occurrence_id).label("occurrence"), deadline, func.count().label("waiting"))
        .where(_state(Lifecycle.OPEN), not_(has_passed(deadline, now)), deadline <= until, *conditions)
        .group_by(col(Obligation.occurrence_id), deadline)
        .subquery()
    )
    columns: tuple[Any, ...] = (
        *_names(),
        col(Occurrence.period),
        waiting.c.deadline,
        waiting.c.waiting,
    )
    query = (
        select(*columns)
        .select_from(waiting)
        .join(Occurrence, col(Occurrence.id) == waiting.c.occurrence)
        .join(Stage, col(Stage.id) == col(Occurrence.stage_id))
        .join(Duty, col(Duty.id) == col(Stage.duty_id))
        .join(Plan, col(Plan.id) == col(Duty.plan_id))
        .order_by(waiting.c.deadline, col(Plan.slug), col(Duty.position), col(Stage.position))
    )
    return [Coming(**row._mapping) for row in session.execute(query)]


def listed(
    session: Session,
    conditions: Conditions,
    order: Sequence[Any],
    limit: int | None,
    offset: int = 0,
    *reason: ColumnElement[Any],
) -> list[Matters]:
    """The reports that meet the conditions; a page of them, or all without a limit."""
    query = _listing(*(each.label("reason") for each in reason)).where(*conditions).order_by(*order)
    return [Matters(**row._mapping) for row in session.execute(query.limit(limit).offset(offset))]


def overdue(
    session: Session, conditions: Conditions, now: datetime, limit: int | None, offset: int = 0
) -> list[Matters]:
    """The oldest first."""
    oldest = (col(Obligation.deadline), col(Obligation.branch))
    return listed(session, [is_overdue(now), *conditions], oldest, limit, offset)


def returned(session: Session, conditions: Conditions, limit: int | None, offset: int = 0) -> list[Matters]:
    """Returned and not handed in again, with what was to be mended; the soonest first."""
    soonest = (col(Obligation.correction_deadline), col(Obligation.branch))
    return listed(session, [is_returned(), *conditions], soonest, limit, offset, _last_reason())


def to_review(
    session: Session, conditions: Conditions, scope: MonitorScope, limit: int | None, offset: int = 0
) -> list[Matters]:
    """Waiting for this person; the longest first."""
    longest = (col(Obligation.submitted_at), col(Obligation.id))
    return listed(session, [awaits_review(scope), *conditions], longest, limit, offset)


def requests(
    session: Session, conditions: Conditions, scope: MonitorScope, limit: int | None, offset: int = 0
) -> list[Asked]:
    """Requests without a decision, the oldest first."""
    columns: tuple[Any, ...] = (
        col(Extension.requested_at),
        col(Extension.requested_by),
        col(Extension.reason).label("asked_because"),
        col(Extension.asked_deadline),
        permitted(scope.person, Act.DECIDE, scope.today).label("may_decide"),
    )
    query = (
        _listing(*columns)
        .join(Extension, col(Extension.obligation_id) == col(Obligation.id))
        .where(col(Extension.decided_at).is_(None), *conditions)
        .order_by(col(Extension.requested_at), col(Extension.id))
    )
    return [_asked(dict(row._mapping)) for row in session.execute(query.limit(limit).offset(offset))]


def count_requests(session: Session, conditions: Conditions) -> int:
    query = (
        select(func.count())
        .select_from(Obligation)
        .join(Extension, col(Extension.obligation_id) == col(Obligation.id))
        .where(col(Extension.decided_at).is_(None), *conditions)
    )
    return int(session.execute(query).scalar_one())


def _asked(values: dict[str, Any]) -> Asked:
    reason = values.pop("asked_because")
    own = {name: values.pop(name) for name in ("requested_at", "requested_by", "asked_deadline")}
    may_decide = bool(values.pop("may_decide"))
    return Asked(report=Matters(**values), reason=reason, may_decide=may_decide, **own)


def _last_reason() -> ColumnElement[Any]:
    return (
        select(col(Review.reason))
        .where(col(Review.obligation_id) == col(Obligation.id), col(Review.verdict) == Verdict.RETURNED)
        .order_by(col(Review.id).desc())
        .limit(1)
        .scalar_subquery()
    )


def _names() -> tuple[Any, ...]:
    return (
        col(Plan.slug).label("plan"),
        col(Plan.number).label("plan_number"),
        col(Duty.key).label("duty"),
        col(Duty.title).label("duty_title"),
        col(Stage.name).label("stage_name"),
    )


def _listing(*columns: Any) -> Any:
    unit = aliased(Unit, name="owing_unit")
    shown: tuple[Any, ...] = (
        col(Obligation.id),
        *_names(),
        col(Occurrence.period),
        col(unit.code).label("unit"),
        col(UnitVersion.name).label("unit_name"),
        col(Obligation.deadline),
        col(Obligation.correction_deadline),
        col(Obligation.submitted_at),
        *columns,
    )
    return (
        select(*shown)
        .select_from(Obligation)
        .join(Occurrence, col(Occurrence.id) == col(Obligation.occurrence_id))
        .join(Stage, col(Stage.id) == col(Occurrence.stage_id))
        .join(Duty, col(Duty.id) == col(Stage.duty_id))
        .join(Plan, col(Plan.id) == col(Obligation.plan_id))
        .join(UnitVersion, col(UnitVersion.id) == col(Obligation.unit_version_id))
        .join(unit, col(unit.id) == col(Obligation.unit_id))
    )
