"""Who is overdue in a plan, the longest first; of each stage as many as a person reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlmodel import Session, col

from models.obligation import Obligation
from models.occurrence import Occurrence
from models.plan import Duty, Plan, Stage
from models.unit import UnitVersion
from models.vocabulary import COUNTED
from reporting.selection import joined
from reporting.stage_periods import StageKey

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

    def days(self, now: datetime) -> int:
        """Begun days past the deadline."""
        return (now - self.deadline).days + 1


def overdue_reports(session: Session, plan: Plan, now: datetime, most: int = MOST) -> list[OverdueReport]:
    """The reports of the plan that are overdue at `now`: the `most` longest of each stage of each duty."""
    filed_at, deadline = col(Obligation.first_submitted_at), col(Obligation.deadline)
    stage = (col(Duty.key), col(Stage.position), col(UnitVersion.level))
    order = func.row_number().over(partition_by=stage, order_by=(deadline, col(Obligation.id)))
    found = (
        joined(
            col(Obligation.id).label("id"),
            col(UnitVersion.name).label("unit_name"),
            col(UnitVersion.level).label("level"),
            col(Duty.key).label("duty"),
            col(Duty.title).label("duty_title"),
            col(Stage.position).label("stage"),
            col(Occurrence.period).label("period"),
            deadline.label("deadline"),
            order.label("place"),
        )
        .where(col(Obligation.plan_id) == plan.id, deadline <= now)
        .where(or_(filed_at.is_(None), filed_at > now))
        .where(col(Obligation.state).in_([state.value for state in COUNTED]))
        .subquery()
    )
    columns = [found.c[name] for name in OverdueReport.__dataclass_fields__]
    query = select(*columns).where(found.c.place <= most).order_by(found.c.deadline, found.c.id)
    return [OverdueReport(**row._mapping) for row in session.execute(query)]
