"""The state of each stage of a plan in each period, counted by the database in one query.

A row is a stage in a period at one level: a few hundred rows a year, however many units there are. What a
flow shows is all made from them: the stages of a run, the chain's tables, the periods in real days.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Integer, Select, Subquery, and_, case, cast, func, or_, select
from sqlmodel import Session, col

from calendars.deadline import Deadline
from calendars.periods import Language
from calendars.zone import local_date
from messages.catalogue import N_, translate
from models.deadline import has_passed, is_late
from models.obligation import Obligation, Occurrence
from models.plan import Duty, Plan, Stage
from models.unit import UnitVersion
from models.vocabulary import Level, Lifecycle, say
from reporting.obligations.filters import in_plan
from reporting.obligations.named import joined, occurrences, read
from reporting.obligations.timeliness import in_state, is_correction_overdue

Standing = Literal["received", "overdue", "waiting"]
LEVELS = [level.value for level in Level]
FIGURES = ("expected", "filed", "late", "overdue", "returned", "correction_overdue")
AHEAD = timedelta(days=1)
"""A local day begins at another instant than one of UTC; what begins tomorrow may come along."""
Place = tuple[int, int]
"""A stage's place in the plan: its level, and how many stages of its duty come before at that level."""
StageKey = tuple[str, int, str]
"""Duty, position, level."""


class StagePeriod(NamedTuple):
    """One stage of a duty in a period, in obligations that have a deadline and count; dates are local.

    Of what is filed some is `returned`, and of that some overdue for correction. `planned` is the deadline
    before extensions, `deadline` the latest with them; exclusive, as everywhere.
    `planned_day` is the day on which the document expects the reports.
    """

    duty: str
    duty_title: str
    stage: int
    stage_name: str
    level: str
    period: str
    begins: date
    cutoff: date | None
    opens_at: datetime | None
    planned_day: date | None
    expected: int
    filed: int
    late: int
    overdue: int
    planned: datetime
    deadline: datetime
    first_filed_at: datetime | None
    last_filed_at: datetime | None
    returned: int
    correction_overdue: int

    @property
    def key(self) -> StageKey:
        return self.duty, self.stage, self.level

    @property
    def too_late(self) -> int:
        """Overdue, for the first time or for correction."""
        return self.overdue + self.correction_overdue

    @property
    def waiting(self) -> int:
        """Not filed, and still in term."""
        return self.expected - self.filed - self.overdue

    @property
    def standing(self) -> Standing:
        return standing_of(self.expected, self.filed - self.returned, self.too_late)

    def last_day(self, zone: ZoneInfo) -> date:
        return Deadline(self.deadline, zone).last_day


def standing_of(expected: int, filed: int, overdue: int) -> Standing:
    """Overdue if anything is, waiting while anything may still come, received when all is there."""
    if overdue:
        return "overdue"
    return "received" if expected and filed == expected else "waiting"


def stage_periods(session: Session, plan: Plan, now: datetime) -> list[StagePeriod]:
    """Every stage of the plan in every period whose data has begun, by duty, period and position.

    What is opened further ahead is looked at only while nothing has begun, for the stages' names: of a year
    that is opened at once most still lies ahead.
    """
    rows = read(session, StagePeriod, _query(plan, now.date() + AHEAD, now))
    return rows or read(session, StagePeriod, _query(plan, None, now))


def _query(plan: Plan, begun_by: date | None, now: datetime) -> Select[StagePeriod]:
    """Obligations are counted first, by what their own index holds; names are joined to the few counts."""
    counted = _counted(plan, begun_by, now)
    # PostgreSQL adds counts up to a decimal number.
    sums = {
        name: cast(func.sum(counted.c[name]), Integer)
        for name in ("expected", "filed", "late", "overdue", "returned", "correction_overdue")
    }
    keys = (col(Duty.position), col(Duty.id), col(Occurrence.period), col(Stage.position))
    return (
        occurrences(
            StagePeriod,
            level=counted.c.level,
            begins=func.min(col(Occurrence.begins)),
            cutoff=func.max(col(Occurrence.cutoff)),
            opens_at=func.min(col(Occurrence.opens_at)),
            planned_day=func.max(col(Occurrence.planned)),
            planned=func.max(counted.c.planned),
            deadline=func.max(counted.c.deadline),
            first_filed_at=func.min(counted.c.first_filed_at),
            last_filed_at=func.max(counted.c.last_filed_at),
            **sums,
        )
        .join(counted, counted.c.occurrence_id == col(Occurrence.id))
        .group_by(*keys, col(Duty.key), col(Duty.title), col(Stage.name), counted.c.level)
        .order_by(*keys)
    )


def _counted(plan: Plan, begun_by: date | None, now: datetime) -> Subquery:
    """What has a deadline and counts, by occurrence and level."""
    filed_at, deadline = col(Obligation.first_submitted_at), col(Obligation.deadline)
    is_filed = filed_at <= now
    is_waiting = or_(filed_at.is_(None), filed_at > now)
    return (
        joined(
            select(
                col(Obligation.occurrence_id),
                col(UnitVersion.level),
                func.count().label("expected"),
                _number(is_filed).label("filed"),
                _number(and_(is_filed, is_late(deadline, filed_at))).label("late"),
                _number(and_(is_waiting, has_passed(deadline, now))).label("overdue"),
                _number(and_(is_filed, in_state(Lifecycle.RETURNED))).label("returned"),
                _number(is_correction_overdue(now)).label("correction_overdue"),
                func.max(col(Obligation.original_deadline)).label("planned"),
                func.max(deadline).label("deadline"),
                func.min(case((is_filed, filed_at))).label("first_filed_at"),
                func.max(case((is_filed, filed_at))).label("last_filed_at"),
            ),
            UnitVersion,
        )
        .where(in_plan(plan.id, begun_by), deadline.is_not(None), col(Obligation.closed_at).is_(None))
        .group_by(col(Obligation.occurrence_id), col(UnitVersion.level))
        .subquery()
    )


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def begun(rows: Sequence[StagePeriod], now: datetime, zone: ZoneInfo) -> list[StagePeriod]:
    """Those whose data has begun."""
    today = local_date(now, zone)
    return [row for row in rows if row.begins <= today]


def places(rows: Sequence[StagePeriod]) -> dict[StageKey, Place]:
    """The place of each stage of the plan that has these rows."""
    stages = {row.key for row in rows}
    return {
        key: (LEVELS.index(key[2]), sum(each[::2] == key[::2] and each[1] < key[1] for each in stages))
        for key in stages
    }


Verdict = Standing
SAID: dict[Verdict, str] = {
    "received": N_("all %(filed)s received"),
    "overdue": N_("%(overdue)s of %(expected)s overdue"),
    "waiting": N_("%(waiting)s of %(expected)s awaited, none overdue"),
}
RETURNS = N_("; %(number)s returned and not handed in again")
NOTHING_YET = N_("nothing is owed yet")


@dataclass(frozen=True, kw_only=True)
class StageStanding:
    """One stage of the plan: what has begun and has a deadline, in obligations."""

    number: int
    name: str
    expected: int
    filed: int
    overdue: int
    returned: int = 0
    correction_overdue: int = 0

    @property
    def too_late(self) -> int:
        """Overdue, for the first time or for correction."""
        return self.overdue + self.correction_overdue

    @property
    def waiting(self) -> int:
        """Not filed, and still in term."""
        return self.expected - self.filed - self.overdue

    @property
    def verdict(self) -> Verdict:
        return standing_of(self.expected, self.filed - self.returned, self.too_late)

    @property
    def title(self) -> str:
        return f"{self.number} {self.name}"

    def said(self, language: Language) -> str:
        """The verdict with its figures, for people."""
        if not self.expected:
            return translate(language, NOTHING_YET)
        figures = {
            "filed": self.filed,
            "overdue": self.too_late,
            "waiting": self.waiting + self.returned,
        }
        said = translate(language, SAID[self.verdict], expected=self.expected, **figures)
        return said + (translate(language, RETURNS, number=self.returned) if self.returned else "")


def standings_of(
    rows: Sequence[StagePeriod], counted: Iterable[StagePeriod], language: Language
) -> list[StageStanding]:
    """The stages of the plan's `rows`, from the bottom up, with the figures of those that are `counted`."""
    place = places(rows)
    figures: dict[Place, list[StagePeriod]] = defaultdict(list)
    for row in counted:
        figures[place[row.key]].append(row)
    return [
        StageStanding(
            number=number,
            name=name,
            expected=sum(row.expected for row in figures[there]),
            filed=sum(row.filed for row in figures[there]),
            overdue=sum(row.overdue for row in figures[there]),
            returned=sum(row.returned for row in figures[there]),
            correction_overdue=sum(row.correction_overdue for row in figures[there]),
        )
        for number, (there, name) in enumerate(place_names(rows, language).items(), start=1)
    ]


def place_names(rows: Sequence[StagePeriod], language: Language) -> dict[Place, str]:
    """The plan's places from the bottom up, with what each is called."""
    place = places(rows)
    names: dict[Place, set[str]] = defaultdict(set)
    for row in rows:
        names[place[row.key]].add(row.stage_name)
    return {there: _name(there, names[there], language) for there in sorted(names)}


def _name(place: Place, names: set[str], language: Language) -> str:
    level = say(Level(LEVELS[place[0]]), language)
    if place[1] and len(names) == 1:
        return next(iter(names))
    word = level[0].upper() + level[1:]
    return f"{word} ({place[1] + 1})" if place[1] else word
