"""Who is overdue in a plan, the longest first; of each stage as many as a person reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_
from sqlmodel import Session, col

from models.deadline import has_passed
from models.obligation import Obligation
from models.occurrence import Occurrence
from models.plan import Duty, Plan, Stage
from models.unit import UnitVersion
from reporting.selection import joined
from reporting.stage_periods import StageKey, StagePeriod

MOST = 20
"""Of each stage of a duty."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OverdueReport:
    """A report that is owed and overdue."""

    id: int
    unit_name: str
    level: str
    duty: str
    duty_title: str
    stage: int
    period: str
    deadline: datetime

    @property
    def key(self) -> StageKey:
        return self.duty, self.stage, self.level


def overdue_reports(
    session: Session, plan: Plan, now: datetime, rows: Sequence[StagePeriod], most: int = MOST
) -> list[OverdueReport]:
    """The reports that are overdue at `now`: the `most` longest of each stage that by its `rows` has any.

    A stage is asked for its few by itself: to number all that are overdue would mean to sort them.
    """
    periods: dict[StageKey, set[str]] = defaultdict(set)
    for row in rows:
        if row.overdue:
            periods[row.key].add(row.period)
    found = [
        OverdueReport(**report._mapping)
        for key, some in periods.items()
        for report in session.execute(_longest(plan, now, key, some).limit(most))
    ]
    return sorted(found, key=lambda report: (report.deadline, report.id))


def _longest(plan: Plan, now: datetime, key: StageKey, periods: Iterable[str]) -> Select[Any]:
    """The overdue reports of one stage at one level, in these periods."""
    duty, stage, level = key
    filed_at, deadline = col(Obligation.first_submitted_at), col(Obligation.deadline)
    columns = {
        "id": col(Obligation.id),
        "unit_name": col(UnitVersion.name),
        "level": col(UnitVersion.level),
        "duty": col(Duty.key),
        "duty_title": col(Duty.title),
        "stage": col(Stage.position),
        "period": col(Occurrence.period),
        "deadline": deadline,
    }
    return (
        joined(*(column.label(name) for name, column in columns.items()))
        .where(col(Duty.plan_id) == plan.id, col(Duty.key) == duty, col(Stage.position) == stage)
        .where(col(Occurrence.period).in_(sorted(periods)), col(UnitVersion.level) == level)
        .where(col(Obligation.closed_at).is_(None), has_passed(deadline, now))
        .where(or_(filed_at.is_(None), filed_at > now))
        .order_by(deadline, col(Obligation.id))
    )
