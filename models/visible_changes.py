"""Row versions of obligations, counted up when a unit, plan, duty or day that a feed shows has changed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, or_, select, update
from sqlmodel import Session, col

from models.database import chunks
from models.obligation import Obligation, ObligationCopy, Occurrence
from models.plan import Stage

_REACH = timedelta(days=20)
"""Longer than any row of days off, across which a hint "send it by the working day before" looks back."""


def names_changed(
    session: Session, now: datetime, version_ids: Collection[int], recipients: Collection[tuple[int, date]]
) -> None:
    """Bump the obligations of renamed units: of these corrected versions, or, as recipients, from a day
    on."""
    for some in chunks(version_ids):
        _count_up(session, now, col(Obligation.unit_version_id).in_(some))
    for since in {since for _, since in recipients}:
        ahead = select(col(Occurrence.id)).where(col(Occurrence.membership_day) >= since)
        for some in chunks(unit for unit, its_since in recipients if its_since == since):
            copied = select(col(ObligationCopy.obligation_id)).where(col(ObligationCopy.unit_id).in_(some))
            for received in (col(Obligation.recipient_id).in_(some), col(Obligation.id).in_(copied)):
                _count_up(session, now, and_(received, col(Obligation.occurrence_id).in_(ahead)))


def plan_reworded(session: Session, now: datetime, plan_id: int) -> None:
    """Bump the obligations of a plan with another title or number."""
    _count_up(session, now, col(Obligation.plan_id) == plan_id)


def duty_reworded(session: Session, now: datetime, duty_id: int) -> None:
    """Bump the obligations of a duty with another title, type, basis or stage name."""
    stages = select(col(Stage.id)).where(col(Stage.duty_id) == duty_id)
    _count_up(session, now, _of_occurrences(col(Occurrence.stage_id).in_(stages)))


def day_changed(session: Session, now: datetime, day: date) -> None:
    """Bump the obligations around a day that has become a day off, or a working day."""
    near = and_(col(Occurrence.safe_day) >= day, col(Occurrence.safe_day) <= day + _REACH)
    _count_up(session, now, _of_occurrences(near))


def _of_occurrences(which: ColumnElement[bool]) -> ColumnElement[bool]:
    return col(Obligation.occurrence_id).in_(select(col(Occurrence.id)).where(which))


def _count_up(session: Session, now: datetime, which: ColumnElement[bool]) -> None:
    session.flush()
    changed_at = col(Obligation.changed_at)
    session.execute(
        update(Obligation)
        .where(which, or_(col(Obligation.closed_at).is_(None), col(Obligation.closed_at) > now - _REACH * 2))
        .values(
            row_version=Obligation.row_version + 1,
            changed_at=case((changed_at > now, changed_at), else_=now),
        )
        .execution_options(synchronize_session=False)
    )
