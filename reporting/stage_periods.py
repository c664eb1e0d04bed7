"""How each stage of a plan stands in each period, counted by the database in one query.

A row is a stage in a period at one level: a few hundred rows a year, however many units there are. What a
flow shows is all made from them: the stages of a run, the chain's tables, the periods in real days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, func, or_
from sqlmodel import Session, col

from calendars.zone import local_date
from models.obligation import Obligation
from models.occurrence import Occurrence
from models.plan import Duty, Plan, Stage
from models.unit import UnitVersion
from models.vocabulary import COUNTED, Level
from reporting.selection import joined

Standing = Literal["received", "overdue", "waiting"]
LEVELS = [level.value for level in Level]
AHEAD = timedelta(days=1)
"""A local day begins at another instant than one of UTC; what begins tomorrow may come along."""
Place = tuple[int, int]
"""Where a stage stands in the plan: its level, and how many stages of its duty come before at that level."""
StageKey = tuple[str, int, str]
"""Duty, position, level."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StagePeriod:
    """One stage of a duty in a period, in obligations that have a deadline and count; dates are local.

    `planned` is the deadline before extensions, `deadline` the latest with them; exclusive, as everywhere.
    """

    duty: str
    duty_title: str
    stage: int
    stage_name: str
    level: str
    period: str
    period_start: date
    cutoff: date
    expected: int
    filed: int
    late: int
    overdue: int
    planned: datetime
    deadline: datetime
    first_filed_at: datetime | None
    last_filed_at: datetime | None

    @property
    def key(self) -> StageKey:
        return self.duty, self.stage, self.level

    @property
    def waiting(self) -> int:
        """Not filed, and still in term."""
        return self.expected - self.filed - self.overdue

    @property
    def standing(self) -> Standing:
        return standing_of(self.expected, self.filed, self.overdue)

    def last_day(self, zone: ZoneInfo) -> date:
        return local_date(self.deadline - timedelta(microseconds=1), zone)


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
    started = col(Occurrence.period_start) <= now.date() + AHEAD
    rows = [_row(*row) for row in session.execute(_query(plan, now).where(started))]
    return rows or [_row(*row) for row in session.execute(_query(plan, now))]


def _row(*values: Any) -> StagePeriod:
    names = (
        "duty duty_title stage stage_name level period period_start cutoff "
        "expected filed late overdue planned deadline first_filed_at last_filed_at"
    )
    return StagePeriod(**dict(zip(names.split(), values, strict=True)))


def _query(plan: Plan, now: datetime) -> Any:
    filed_at, deadline = col(Obligation.first_submitted_at), col(Obligation.deadline)
    is_filed = filed_at <= now
    keys = (
        *(col(Duty.key), col(Duty.title), col(Stage.position), col(Stage.name), col(UnitVersion.level)),
        *(col(Occurrence.period), func.min(col(Occurrence.period_start)), func.max(col(Occurrence.cutoff))),
    )
    counts = (
        func.count(),
        _number(is_filed),
        _number(and_(is_filed, filed_at >= deadline)),
        _number(and_(or_(filed_at.is_(None), filed_at > now), deadline <= now)),
        func.max(col(Obligation.original_deadline)),
        func.max(deadline),
        func.min(case((is_filed, filed_at))),
        func.max(case((is_filed, filed_at))),
    )
    grouped = (col(Duty.position), col(Duty.id), *keys[:-2])
    return (
        joined(*keys, *counts)
        .where(col(Obligation.plan_id) == plan.id, deadline.is_not(None))
        .where(col(Obligation.state).in_([state.value for state in COUNTED]))
        .group_by(*grouped)
        .order_by(col(Duty.position), col(Duty.id), col(Occurrence.period), col(Stage.position))
    )


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def begun(rows: Sequence[StagePeriod], now: datetime, zone: ZoneInfo) -> list[StagePeriod]:
    """Those whose data has begun."""
    today = local_date(now, zone)
    return [row for row in rows if row.period_start <= today]


def places(rows: Sequence[StagePeriod]) -> dict[StageKey, Place]:
    """The place of each stage of the plan that has these rows."""
    stages = {row.key for row in rows}
    return {
        key: (LEVELS.index(key[2]), sum(each[::2] == key[::2] and each[1] < key[1] for each in stages))
        for key in stages
    }
