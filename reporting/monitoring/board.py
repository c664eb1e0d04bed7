"""What needs attention today, for monitors: the lists and counts of the board.

Each list is one query of at most a page, each count a pass over an index; how many queries there are does not
depend on how many reports there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    SQLColumnExpression,
    and_,
    func,
    literal,
    not_,
    null,
    select,
)
from sqlmodel import Session, col

from models.deadline import has_passed
from models.decision import Extension, Review
from models.obligation import Obligation, Occurrence
from models.plan import Duty, Plan, Stage
from models.unit import marker, step_below
from models.vocabulary import Act, Lifecycle, Verdict
from reporting.access.rights import permitted
from reporting.monitoring.scope import MonitorScope
from reporting.obligations.named import obligations, occurrences, read
from reporting.obligations.timeliness import held_to, in_state, is_overdue
from reporting.rates.sums import Conditions


class Matter(StrEnum):
    """What needs a hand; the lists of the board in its order."""

    OVERDUE = "overdue"
    COMING = "coming"
    RETURNED = "returned"
    REVIEW = "review"
    EXTENSIONS = "extensions"
    COPIES = "copies"


class Matters(NamedTuple):
    """One report on a list."""

    id: int
    plan: str
    plan_number: str
    plan_title: str
    duty: str
    duty_title: str
    stage_name: str
    period: str
    unit: str
    unit_name: str
    opens_at: datetime | None
    planned: date | None
    deadline: datetime | None
    correction_deadline: datetime | None
    submitted_at: datetime | None
    state: str
    reason: str | None

    @property
    def held_to(self) -> datetime | None:
        return self.correction_deadline if self.state == Lifecycle.RETURNED else self.deadline


class Copied(NamedTuple):
    """One report that is there for information."""

    id: int
    plan: str
    plan_number: str
    plan_title: str
    duty: str
    duty_title: str
    stage_name: str
    period: str
    unit: str
    unit_name: str
    state: str
    submitted_at: datetime


class Asked(NamedTuple):
    """A request for a later deadline that waits for a decision."""

    id: int
    plan: str
    plan_number: str
    plan_title: str
    duty: str
    duty_title: str
    stage_name: str
    period: str
    unit: str
    unit_name: str
    deadline: datetime | None
    reason: str
    requested_at: datetime
    requested_by: str
    asked_deadline: datetime
    may_decide: bool


class OverdueBranch(NamedTuple):
    """How much is overdue below one unit; 0 is what the branch's own unit owes."""

    unit_id: int
    number: int
    oldest: datetime


class Coming(NamedTuple):
    """A stage in a period whose reports come due soon."""

    plan: str
    plan_number: str
    plan_title: str
    duty: str
    duty_title: str
    stage_name: str
    period: str
    opens_at: datetime | None
    planned: date | None
    deadline: datetime
    waiting: int


def is_returned() -> ColumnElement[bool]:
    return in_state(Lifecycle.RETURNED)


def awaits_review(scope: MonitorScope) -> ColumnElement[bool]:
    """Handed in, and for this person to accept or return."""
    return and_(in_state(Lifecycle.SUBMITTED), permitted(scope.person, Act.REVIEW, scope.today))


def count(session: Session, conditions: Conditions) -> int:
    query = select(func.count()).select_from(Obligation).where(*conditions)
    return int(session.execute(query).scalar_one())


def overdue_branches(
    session: Session, conditions: Conditions, top: int | None, now: datetime
) -> list[OverdueBranch]:
    """By the unit right below `top`, the most first."""
    step = step_below(col(Obligation.branch), literal(marker(top))).label("step")
    number = func.count().label("number")
    query = (
        select(step, number, func.min(held_to()))
        .where(is_overdue(now), *conditions)
        .group_by(step)
        .order_by(number.desc(), step)
    )
    return [OverdueBranch._make(row) for row in session.execute(query)]


def coming_due(session: Session, conditions: Conditions, now: datetime, until: datetime) -> list[Coming]:
    """What is not filed and has a deadline after now and not after `until`, by stage and day."""
    deadline = col(Obligation.deadline)
    waiting = (
        select(col(Obligation.occurrence_id).label("occurrence"), deadline, func.count().label("waiting"))
        .where(in_state(Lifecycle.OPEN), not_(has_passed(deadline, now)), deadline <= until, *conditions)
        .group_by(col(Obligation.occurrence_id), deadline)
        .subquery()
    )
    query = (
        occurrences(Coming, deadline=waiting.c.deadline, waiting=waiting.c.waiting)
        .join(waiting, waiting.c.occurrence == col(Occurrence.id))
        .order_by(waiting.c.deadline, col(Plan.slug), col(Duty.position), col(Stage.position))
    )
    return read(session, Coming, query)


def listed(
    session: Session,
    conditions: Conditions,
    order: Sequence[SQLColumnExpression[object]],
    limit: int | None,
    offset: int = 0,
    reason: ColumnElement[str] | None = None,
) -> list[Matters]:
    """The reports that meet the conditions; a page of them, or all without a limit."""
    query = obligations(Matters, reason=null() if reason is None else reason)
    return read(session, Matters, query.where(*conditions).order_by(*order).limit(limit).offset(offset))


def overdue(
    session: Session, conditions: Conditions, now: datetime, limit: int | None, offset: int = 0
) -> list[Matters]:
    """The oldest first."""
    oldest = (held_to(), col(Obligation.branch))
    return listed(session, [is_overdue(now), *conditions], oldest, limit, offset)


def returned(session: Session, conditions: Conditions, limit: int | None, offset: int = 0) -> list[Matters]:
    """Returned and not filed again, with the reason; the soonest correction deadline first."""
    soonest = (col(Obligation.correction_deadline), col(Obligation.branch))
    return listed(session, [is_returned(), *conditions], soonest, limit, offset, _last_reason())


def to_review(
    session: Session, conditions: Conditions, scope: MonitorScope, limit: int | None, offset: int = 0
) -> list[Matters]:
    """Waiting for this person; the longest first."""
    longest = (col(Obligation.submitted_at), col(Obligation.id))
    return listed(session, [awaits_review(scope), *conditions], longest, limit, offset)


def copied(session: Session, conditions: Conditions, limit: int | None, offset: int = 0) -> list[Copied]:
    """What meets the conditions, which are those of what comes for information; the newest first."""
    newest = (col(Obligation.submitted_at).desc(), col(Obligation.id).desc())
    query = obligations(Copied).where(*conditions).order_by(*newest)
    return read(session, Copied, query.limit(limit).offset(offset))


def requests(
    session: Session, conditions: Conditions, scope: MonitorScope, limit: int | None, offset: int = 0
) -> list[Asked]:
    """Requests without a decision, the oldest first."""
    query = (
        obligations(
            Asked,
            reason=col(Extension.reason),
            requested_at=col(Extension.requested_at),
            requested_by=col(Extension.requested_by),
            asked_deadline=col(Extension.asked_deadline),
            may_decide=permitted(scope.person, Act.DECIDE, scope.today),
        )
        .join(Extension, col(Extension.obligation_id) == col(Obligation.id))
        .where(col(Extension.decided_at).is_(None), *conditions)
        .order_by(col(Extension.requested_at), col(Extension.id))
    )
    return read(session, Asked, query.limit(limit).offset(offset))


def count_requests(session: Session, conditions: Conditions) -> int:
    query = (
        select(func.count())
        .select_from(Obligation)
        .join(Extension, col(Extension.obligation_id) == col(Obligation.id))
        .where(col(Extension.decided_at).is_(None), *conditions)
    )
    return int(session.execute(query).scalar_one())


def _last_reason() -> ColumnElement[str]:
    return (
        select(col(Review.reason))
        .where(col(Review.obligation_id) == col(Obligation.id), col(Review.verdict) == Verdict.RETURNED)
        .order_by(col(Review.id).desc())
        .limit(1)
        .scalar_subquery()
    )
