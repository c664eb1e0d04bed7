"""Looking back: what an obligation was at an instant before its last change.

Most of it is on the row itself (filed, accepted and closed when). What does not, the deadline before an
extension, a return that was answered since and a cancellation that was undone since, is read set-based, and
only if something changed after `at`. A submission or review that was undone counts as never made.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, type_coerce
from sqlalchemy import select as sa_select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from models.columns import Instant
from models.decision import Closing, Extension, Review
from models.obligation import Obligation, Submission
from models.vocabulary import Lifecycle, Verdict


class Standing(Protocol):
    """What an obligation is now, and since when: its row, or a view with these columns."""

    @property
    def id(self) -> int: ...
    @property
    def state(self) -> str: ...
    @property
    def deadline(self) -> datetime | None: ...
    @property
    def first_submitted_at(self) -> datetime | None: ...
    @property
    def submitted_at(self) -> datetime | None: ...
    @property
    def accepted_at(self) -> datetime | None: ...
    @property
    def closed_at(self) -> datetime | None: ...
    @property
    def changed_at(self) -> datetime: ...


@dataclass(frozen=True)
class StandingThen:
    """Lifecycle, deadline and times as they were."""

    state: str
    deadline: datetime | None
    first_submitted_at: datetime | None
    submitted_at: datetime | None
    accepted_at: datetime | None
    closed_at: datetime | None


@dataclass
class PastView:
    """The past as of `at`, for any number of obligations, in at most four queries."""

    at: datetime
    deadlines: dict[int, datetime | None] = field(default_factory=dict)
    returned: dict[int, datetime] = field(default_factory=dict)
    corrections: dict[int, datetime | None] = field(default_factory=dict)
    submitted: dict[int, datetime] = field(default_factory=dict)
    closed: dict[int, tuple[str, datetime]] = field(default_factory=dict)

    def standing(self, obligation: Standing) -> StandingThen:
        """What the obligation was at that instant."""
        if obligation.changed_at <= self.at:
            return StandingThen(
                obligation.state,
                obligation.deadline,
                obligation.first_submitted_at,
                obligation.submitted_at,
                obligation.accepted_at,
                obligation.closed_at,
            )
        key = obligation.id
        accepted = self._if_past(obligation.accepted_at)
        undone, undone_from = self.closed.get(key, (None, None))
        closed = self._if_past(obligation.closed_at) or undone_from
        first = self._if_past(obligation.first_submitted_at)
        return StandingThen(
            undone or self._state(obligation, first, accepted, closed),
            self.deadlines.get(key, obligation.deadline),
            first,
            self.submitted.get(key) if first else None,
            accepted,
            closed,
        )

    def _if_past(self, instant: datetime | None) -> datetime | None:
        return instant if instant is not None and instant <= self.at else None

    def _state(
        self,
        obligation: Standing,
        first: datetime | None,
        accepted: datetime | None,
        closed: datetime | None,
    ) -> str:
        if closed is not None:
            return obligation.state
        if accepted is not None:
            return Lifecycle.ACCEPTED
        if first is None:
            return Lifecycle.OPEN
        key = obligation.id
        returned, handed_in = self.returned.get(key), self.submitted.get(key, first)
        return Lifecycle.RETURNED if returned is not None and returned >= handed_in else Lifecycle.SUBMITTED


def past_view(session: Session, at: datetime) -> PastView:
    """The view of `at`; asks the history only if anything changed since."""
    view = PastView(at)
    newest = session.execute(sa_select(func.max(col(Obligation.changed_at)))).scalar()
    if newest is None or newest <= at:
        return view
    later = (
        sa_select(col(Extension.obligation_id), col(Extension.old_deadline))
        .where(col(Extension.granted).is_(True), col(Extension.decided_at) > at)
        .order_by(col(Extension.decided_at).desc())
    )
    view.deadlines = {row[0]: row[1] for row in session.execute(later)}
    returns = (
        sa_select(col(Review.obligation_id), col(Review.at), col(Review.correction_deadline))
        .where(col(Review.verdict) == Verdict.RETURNED.value, col(Review.at) <= at)
        .order_by(col(Review.at), col(Review.id))
    )
    for id, returned_at, correction in session.execute(returns):
        view.returned[id], view.corrections[id] = returned_at, correction
    filed = (
        sa_select(col(Submission.obligation_id), func.max(col(Submission.filed_at)))
        .where(col(Submission.filed_at) <= at, col(Submission.undone_at).is_(None))
        .group_by(col(Submission.obligation_id))
    )
    view.submitted = {row[0]: row[1] for row in session.execute(filed)}
    undone = sa_select(col(Closing.obligation_id), col(Closing.kind), col(Closing.at)).where(undone_since(at))
    view.closed = {row[0]: (row[1], row[2]) for row in session.execute(undone)}
    return view


def undone_since(at: datetime) -> ColumnElement[bool]:
    """Closings that held at `at` and were undone later."""
    return and_(col(Closing.undone_at) > at, col(Closing.at) <= at)


@dataclass(frozen=True)
class ColumnsAsOf:
    """The same in SQL: an obligation's deadline at `at`, whether it was closed then, and whether it was
    returned and not handed in again, with the deadline for that."""

    at: datetime
    deadline: ColumnElement[datetime]
    is_closed: ColumnElement[bool]
    is_returned: ColumnElement[bool]
    correction: ColumnElement[datetime]


def columns_as_of(session: Session, at: datetime) -> ColumnsAsOf:
    """The columns of `at`; they look into the history only if anything in it came later."""
    deadline: ColumnElement[datetime] = type_coerce(col(Obligation.deadline), Instant)
    closed: ColumnElement[bool] = col(Obligation.closed_at) <= at
    extended = and_(col(Extension.granted).is_(True), col(Extension.decided_at) > at)
    is_extended, is_undone = session.execute(
        sa_select(exists().where(extended), exists().where(undone_since(at)))
    ).one()
    if is_extended:
        later = (extended, col(Extension.obligation_id) == col(Obligation.id))
        old = (
            sa_select(col(Extension.old_deadline)).where(*later).order_by(col(Extension.decided_at)).limit(1)
        )
        deadline = case((exists().where(*later), old.scalar_subquery()), else_=deadline)
    if is_undone:
        mine = exists().where(undone_since(at), col(Closing.obligation_id) == col(Obligation.id))
        closed = or_(closed, mine)
    return ColumnsAsOf(at, deadline, closed, *_returns_as_of(session, at))


def _returns_as_of(session: Session, at: datetime) -> tuple[ColumnElement[bool], ColumnElement[datetime]]:
    """Whether it was returned at `at`, and its correction deadline then."""
    later = (exists().where(col(each) > at) for each in (Review.at, Review.undone_at, Submission.filed_at))
    if not any(session.execute(sa_select(*later)).one()):
        return (
            col(Obligation.state) == Lifecycle.RETURNED,
            type_coerce(col(Obligation.correction_deadline), Instant),
        )
    again = aliased(Submission)
    answered = exists().where(
        col(again.obligation_id) == col(Review.obligation_id),
        col(again.filed_at) > col(Review.at),
        col(again.filed_at) <= at,
        col(again.undone_at).is_(None),
    )
    standing = (
        col(Review.obligation_id) == col(Obligation.id),
        col(Review.verdict) == Verdict.RETURNED,
        col(Review.at) <= at,
        ~answered,
    )
    correction = sa_select(func.max(col(Review.correction_deadline))).where(*standing).correlate(Obligation)
    returned = exists().where(*standing).correlate(Obligation)
    return returned, type_coerce(correction.scalar_subquery(), Instant)
