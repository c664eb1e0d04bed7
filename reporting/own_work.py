"""What a person's own units have to do now: hand in, mend, and look at what was handed in to them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlmodel import Session, col

from models.obligation import Obligation
from models.settings import Settings
from models.vocabulary import Act, Lifecycle
from reporting.rights import Person, permitted
from reporting.unit_year import Report, read_reports, reports_query

AHEAD = timedelta(days=45)
"""How far ahead a report is work for now."""
RECENT = timedelta(days=30)
MOST = 100


@dataclass(frozen=True)
class OwnWork:
    """To hand in, by deadline; to review, the longest waiting first, `waiting` in all; handed in lately."""

    to_file: Sequence[Report]
    left_out: int
    to_review: Sequence[Report]
    waiting: int
    handed_in: Sequence[Report]


def own_work(session: Session, settings: Settings, person: Person, now: datetime) -> OwnWork:
    """The work of the person's own units, in a constant number of queries."""
    units = person.units
    to_file = _to_file(session, settings, units, now)
    waiting, to_review = _to_review(session, settings, person, now)
    return OwnWork(
        to_file[:MOST],
        max(len(to_file) - MOST, 0),
        to_review,
        waiting,
        _handed_in(session, settings, units, now),
    )


def _to_file(session: Session, settings: Settings, units: Collection[int], now: datetime) -> list[Report]:
    """Unfiled and near; without a deadline it is always work for now."""
    near = or_(col(Obligation.deadline).is_(None), col(Obligation.deadline) <= now + AHEAD)
    unfiled = or_(
        and_(col(Obligation.state) == Lifecycle.OPEN.value, near),
        col(Obligation.state) == Lifecycle.RETURNED.value,
    )
    query = reports_query().where(col(Obligation.unit_id).in_(sorted(units)), unfiled).limit(MOST + 1)
    return read_reports(session, settings, query, now)


def _to_review(
    session: Session, settings: Settings, person: Person, now: datetime
) -> tuple[int, list[Report]]:
    today = now.astimezone(settings.zone).date()
    mine = and_(col(Obligation.state) == Lifecycle.SUBMITTED.value, permitted(person, Act.REVIEW, today))
    received = or_(
        col(Obligation.recipient_id).in_(sorted(person.units)),
        col(Obligation.gatherer_id).in_(sorted(person.units)),
    )
    waiting = session.scalar(select(func.count()).select_from(Obligation).where(mine, received)) or 0
    query = reports_query().where(mine, received).order_by(None)
    query = query.order_by(col(Obligation.submitted_at), col(Obligation.id)).limit(MOST)
    return waiting, read_reports(session, settings, query, now)


def _handed_in(session: Session, settings: Settings, units: Collection[int], now: datetime) -> list[Report]:
    query = (
        reports_query()
        .where(
            col(Obligation.unit_id).in_(sorted(units)),
            col(Obligation.state).in_([Lifecycle.SUBMITTED.value, Lifecycle.ACCEPTED.value]),
            col(Obligation.submitted_at) > now - RECENT,
        )
        .order_by(None)
        .order_by(col(Obligation.submitted_at).desc())
        .limit(20)
    )
    return read_reports(session, settings, query, now)
