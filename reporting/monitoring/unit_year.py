"""A unit's year: every report it owes, plan by plan and duty by duty, each in its present state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select
from sqlmodel import Session, col

from calendars.periods import ONCE
from calendars.zone import midnight
from models.obligation import Obligation, Occurrence
from models.settings import Settings
from models.vocabulary import Act, Lifecycle, Timeliness
from reporting.access.rights import Person, for_information, permitted
from reporting.obligations.named import obligations, read
from reporting.obligations.timeliness import TimelinessAt


class YearRow(NamedTuple):
    """One report, as a line or a cell shows it."""

    id: int
    plan: str
    plan_number: str
    plan_title: str
    ladder: str
    duty_title: str
    duty_id: int
    stage: int
    stage_name: str
    unit_name: str
    unit_id: int
    period: str
    begins: date
    opens_at: datetime | None
    planned: date | None
    state: Lifecycle
    deadline: datetime | None
    written_deadline: datetime | None
    safe_day: date | None
    correction_deadline: datetime | None
    first_submitted_at: datetime | None
    submitted_at: datetime | None
    timeliness: Timeliness = Timeliness.NOT_COUNTED

    @property
    def held_to(self) -> datetime | None:
        """The deadline that holds now: of what is returned that of the correction."""
        return self.correction_deadline if self.state == Lifecycle.RETURNED else self.deadline


@dataclass(frozen=True)
class DutyYear:
    """A duty's reports of one stage, in order of their periods."""

    title: str
    stage: str
    reports: Sequence[YearRow]


@dataclass(frozen=True)
class PlanYear:
    """What one plan asks of the unit in the year."""

    slug: str
    number: str
    title: str
    duties: Sequence[DutyYear]


@dataclass(frozen=True)
class UnitYear:
    """The year on one page, with how many are in which state."""

    plans: Sequence[PlanYear]
    counts: Counter[Timeliness]


def unit_year(
    session: Session,
    settings: Settings,
    unit_id: int,
    year: int,
    now: datetime,
    scope: ColumnElement[bool],
) -> UnitYear:
    """What the unit owes in a year, within `scope`; by the period's year, else by the deadline's."""
    query = _reports(col(Obligation.unit_id) == unit_id, _in_year(year, settings.zone), scope)
    found = _read(session, settings, query, now)
    found.sort(key=lambda each: (each.plan_number, each.plan, each.duty_id, each.stage))
    plans = [
        PlanYear(slug, number, title, _duties(list(some)))
        for (slug, number, title), some in groupby(
            found, key=lambda each: (each.plan, each.plan_number, each.plan_title)
        )
    ]
    return UnitYear(plans, Counter(each.timeliness for each in found))


def _duties(reports: Iterable[YearRow]) -> list[DutyYear]:
    by_duty = groupby(reports, key=lambda each: (each.duty_id, each.stage))
    return [
        DutyYear(theirs[0].duty_title, theirs[0].stage_name, theirs)
        for _, some in by_duty
        if (theirs := list(some))
    ]


OF_NO_YEAR = ("req-%", "ev-%", "____-____")
"""Keys of periods that are no part of one year: requests, events, spans of years."""


def _in_year(year: int, zone: ZoneInfo) -> ColumnElement[bool]:
    key = f"{year:04}"
    of_year = or_(col(Occurrence.period) == key, col(Occurrence.period).like(f"{key}-%"))
    first, last = midnight(date(year, 1, 1), zone), midnight(date(year + 1, 1, 1), zone)
    of_no_year = or_(
        col(Occurrence.period) == ONCE.key, *(col(Occurrence.period).like(each) for each in OF_NO_YEAR)
    )
    once = and_(
        of_no_year,
        or_(
            and_(col(Obligation.deadline) > first, col(Obligation.deadline) <= last),
            and_(col(Obligation.deadline).is_(None), col(Occurrence.begins) < date(year + 1, 1, 1)),
        ),
    )
    return or_(and_(of_year, not_(of_no_year)), once)


def _reports(*conditions: ColumnElement[bool]) -> Select[YearRow]:
    """Reports in order of their deadlines; those without one last."""
    deadline = col(Obligation.deadline)
    return obligations(YearRow).where(*conditions).order_by(deadline.is_(None), deadline, col(Obligation.id))


def _read(session: Session, settings: Settings, query: Select[YearRow], now: datetime) -> list[YearRow]:
    """The rows as they are at `now`."""
    timeliness = TimelinessAt(session, settings, now)
    return [
        row._replace(state=Lifecycle(row.state), timeliness=timeliness.of(row))
        for row in read(session, YearRow, query)
    ]


AHEAD = timedelta(days=45)
"""How far ahead a report is work for now."""
RECENT = timedelta(days=30)
MOST = 100
NEWEST = 10
"""Of what came for information lately; the board has all."""


@dataclass(frozen=True)
class OwnWork:
    """To hand in, by deadline; to review, the longest waiting first, `waiting` in all; handed in lately; what
    others have handed in that comes for information, the newest first."""

    to_file: Sequence[YearRow]
    left_out: int
    to_review: Sequence[YearRow]
    waiting: int
    handed_in: Sequence[YearRow]
    informing: Sequence[YearRow]
    has_more: bool


def own_work(session: Session, settings: Settings, person: Person, now: datetime) -> OwnWork:
    """The work of the person's own units, in a constant number of queries."""
    units = person.units
    to_file = _to_file(session, settings, units, now)
    waiting, to_review = _to_review(session, settings, person, now)
    informing = _informing(session, settings, person, now)
    return OwnWork(
        to_file[:MOST],
        max(len(to_file) - MOST, 0),
        to_review,
        waiting,
        _handed_in(session, settings, units, now),
        informing[:NEWEST],
        len(informing) > NEWEST,
    )


def _to_file(session: Session, settings: Settings, units: Collection[int], now: datetime) -> list[YearRow]:
    """Unfiled and near; without a deadline it is always work for now, and with a window once that is open."""
    deadline, opens = col(Obligation.deadline), col(Occurrence.opens_at)
    near = or_(deadline.is_(None), and_(opens.is_(None), deadline <= now + AHEAD), opens <= now)
    unfiled = or_(
        and_(col(Obligation.state) == Lifecycle.OPEN.value, near),
        col(Obligation.state) == Lifecycle.RETURNED.value,
    )
    query = _reports(col(Obligation.unit_id).in_(sorted(units)), unfiled).limit(MOST + 1)
    return _read(session, settings, query, now)


def _to_review(
    session: Session, settings: Settings, person: Person, now: datetime
) -> tuple[int, list[YearRow]]:
    today = now.astimezone(settings.zone).date()
    mine = and_(col(Obligation.state) == Lifecycle.SUBMITTED.value, permitted(person, Act.REVIEW, today))
    received = or_(
        col(Obligation.recipient_id).in_(sorted(person.units)),
        col(Obligation.gatherer_id).in_(sorted(person.units)),
    )
    waiting = session.scalar(select(func.count()).select_from(Obligation).where(mine, received)) or 0
    query = _reports(mine, received).order_by(None)
    query = query.order_by(col(Obligation.submitted_at), col(Obligation.id)).limit(MOST)
    return waiting, _read(session, settings, query, now)


def _handed_in(session: Session, settings: Settings, units: Collection[int], now: datetime) -> list[YearRow]:
    query = (
        _reports(
            col(Obligation.unit_id).in_(sorted(units)),
            col(Obligation.state).in_([Lifecycle.SUBMITTED.value, Lifecycle.ACCEPTED.value]),
            col(Obligation.submitted_at) > now - RECENT,
        )
        .order_by(None)
        .order_by(col(Obligation.submitted_at).desc())
        .limit(20)
    )
    return _read(session, settings, query, now)


def _informing(session: Session, settings: Settings, person: Person, now: datetime) -> list[YearRow]:
    """One more than are shown, so that it is known whether there are."""
    which = for_information(person, now.astimezone(settings.zone).date())
    query = _reports(which, col(Obligation.submitted_at) > now - RECENT).order_by(None)
    newest = (col(Obligation.submitted_at).desc(), col(Obligation.id).desc())
    return _read(session, settings, query.order_by(*newest).limit(NEWEST + 1), now)
