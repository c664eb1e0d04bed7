"""What a changed plan finds opened already, and which of it stays as it was opened.

What is filed, extended by a decision or overdue stays; what is open and lies ahead follows the plan.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists
from sqlmodel import Session, col, select

from calendars.zone import local_date
from models.obligation import Obligation, Occurrence
from models.plan import Duty, Plan, Stage
from models.vocabulary import Lifecycle

StagePeriod = tuple[int, str]
"""A stage's position and a period's key."""


def sql_follows() -> ColumnElement[bool]:
    """Whether a changed plan may replace an obligation whose occurrence lies ahead."""
    extended = col(Obligation.deadline).is_distinct_from(col(Obligation.original_deadline))
    return and_(col(Obligation.state) == Lifecycle.OPEN.value, ~extended)


def is_over(occurrence: Occurrence, now: datetime, zone: ZoneInfo) -> bool:
    """Whether its deadline has passed, or its day where it has no deadline."""
    if occurrence.deadline is not None:
        return occurrence.deadline <= now
    return occurrence.membership_day < local_date(now, zone)


def opened_periods(session: Session, plan: Plan) -> dict[str, set[str]]:
    """The periods that are opened, by the duty's key."""
    query = select(Duty.key, Occurrence.period).join(Stage, col(Stage.duty_id) == Duty.id)
    found = defaultdict(set)
    for key, period in session.exec(query.join(Occurrence).where(*_standing(plan)).distinct()):
        found[key].add(period)
    return found


def kept_stages(session: Session, plan: Plan, now: datetime, zone: ZoneInfo) -> dict[str, set[StagePeriod]]:
    """The stages and periods of which a change at `now` moves nothing, by the duty's key."""
    mine = col(Obligation.occurrence_id) == col(Occurrence.id)
    follows = exists().where(mine, sql_follows())
    query = select(Duty.key, Stage.position, Occurrence, follows).join(Stage, col(Stage.duty_id) == Duty.id)
    found = defaultdict(set)
    for key, position, occurrence, moves in session.exec(query.join(Occurrence).where(*_standing(plan))):
        if not moves or is_over(occurrence, now, zone):
            found[key].add((position, occurrence.period))
    return found


def _standing(plan: Plan) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return col(Duty.plan_id) == plan.id, col(Occurrence.replaced_at).is_(None)
