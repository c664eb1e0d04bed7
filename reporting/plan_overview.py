"""All plans at a glance: whether each holds, its next deadline, how much in it deserves a second look.

Three queries, however many plans there are; what a plan's dates are warned of is worked out once a version.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache

from sqlalchemy import func
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from calendars.working_days import WorkingDays
from models.occurrence import Occurrence
from models.plan import Duty, Plan, PlanVersion, Stage
from models.plan_file import PlanFile
from reporting.plan_checking import check_plan
from reporting.plan_editions import plan_content
from reporting.plan_warnings import PlanWarning
from reporting.special_days import working_days


class PlanStanding(StrEnum):
    """Whether a plan holds today."""

    IN_FORCE = "in force"
    COMING = "coming"
    ENDED = "ended"
    RETIRED = "retired"


@dataclass(frozen=True, kw_only=True)
class PlanLine:
    """A plan in the list; `warnings` and `hints` are about its dates."""

    plan: Plan
    content: PlanFile
    standing: PlanStanding
    next_deadline: datetime | None
    warnings: int
    hints: int


def plan_lines(session: Session, now: datetime, today: date) -> list[PlanLine]:
    """Every plan, those in force first."""
    days = working_days(session)
    deadlines = _next_deadlines(session, now)
    query = (
        select(Plan, PlanVersion.content)
        .join(PlanVersion, (col(PlanVersion.plan_id) == Plan.id) & (PlanVersion.number == Plan.version))
        .order_by(Plan.slug)
    )
    lines = [_line(plan, content, days, deadlines, today) for plan, content in session.exec(query)]
    order = list(PlanStanding)
    return sorted(lines, key=lambda line: order.index(line.standing))


def standing_of(plan: Plan, today: date) -> PlanStanding:
    """Whether the plan holds on this day."""
    if plan.retired_at is not None:
        return PlanStanding.RETIRED
    if plan.in_force_from > today:
        return PlanStanding.COMING
    ended = plan.in_force_to is not None and plan.in_force_to < today
    return PlanStanding.ENDED if ended else PlanStanding.IN_FORCE


@lru_cache(maxsize=256)
def date_warnings(content: str, days: WorkingDays) -> tuple[PlanWarning, ...]:
    """What the dates in a kept content are warned of."""
    return tuple(check_plan(plan_content(content), None, days))


def _line(
    plan: Plan, content: str, days: WorkingDays, deadlines: dict[int, datetime], today: date
) -> PlanLine:
    found = date_warnings(content, days)
    return PlanLine(
        plan=plan,
        content=plan_content(content),
        standing=standing_of(plan, today),
        next_deadline=deadlines.get(plan.id or 0),
        warnings=sum(not each.is_hint for each in found),
        hints=sum(each.is_hint for each in found),
    )


def _next_deadlines(session: Session, now: datetime) -> dict[int, datetime]:
    query = (
        sa_select(col(Duty.plan_id), func.min(col(Occurrence.deadline)))
        .join(Stage, col(Stage.duty_id) == Duty.id)
        .join(Occurrence, col(Occurrence.stage_id) == Stage.id)
        .where(col(Occurrence.deadline) > now, col(Occurrence.replaced_at).is_(None))
        .group_by(col(Duty.plan_id))
    )
    return {row[0]: row[1] for row in session.execute(query)}
