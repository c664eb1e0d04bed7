"""Rates added up by the database: by stage and period, and by the branches below a unit.

The figures are those of `rating.py` as of now, but only as fine as a page shows them, so that a page over a
hundred thousand obligations costs a few passes over one index. A test holds the two together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, func, literal, select
from sqlmodel import Session, col

from calendars.deadline import Deadline
from calendars.periods import Frequency, Period
from models.deadline import begun_days_between, days_late, has_passed, is_late, is_on_time
from models.decision import Review
from models.obligation import Obligation, Occurrence, Submission
from models.plan import Duty, Plan, Stage
from models.unit import marker, step_below
from reporting.rates.rates import Counts, Tally, total_of

Conditions = Sequence[ColumnElement[bool]]
FIGURES = ("expected", "filed", "on_time", "original_on_time", "overdue", "no_deadline", "not_counted")


@dataclass(frozen=True, kw_only=True)
class StageSums:
    """A stage in a period, and how its obligations stand."""

    plan: str
    plan_number: str
    duty: str
    duty_title: str
    basis: str
    duty_position: int
    stage: int
    stage_name: str
    period: str
    period_start: date
    cutoff: date
    deadline: datetime | None
    revision: int
    tally: Tally


def figures(at: datetime) -> list[ColumnElement[int]]:
    """The columns that `FIGURES` names."""
    open_ended = col(Obligation.closed_at).is_(None)
    deadline, filed_at = col(Obligation.deadline), col(Obligation.first_submitted_at)
    counted = and_(open_ended, deadline.is_not(None))
    filed = and_(counted, filed_at.is_not(None))
    first = func.coalesce(col(Obligation.original_deadline), deadline)
    wanted = (
        counted,
        filed,
        and_(filed, is_on_time(deadline, filed_at)),
        and_(filed, is_on_time(first, filed_at)),
        and_(counted, filed_at.is_(None), has_passed(deadline, at)),
        and_(open_ended, deadline.is_(None)),
        col(Obligation.closed_at).is_not(None),
    )
    return [func.sum(case((condition, 1), else_=0)) for condition in wanted]


def tally(values: Sequence[Any]) -> Tally:
    """From one row of `figures`."""
    found = Tally(**dict(zip(FIGURES, values, strict=True)))
    found.in_term = found.expected - found.filed - found.overdue
    return found


def stage_sums(session: Session, conditions: Conditions, at: datetime) -> list[StageSums]:
    """By plan, duty, period and stage, in that order."""
    counting = (
        select(col(Obligation.occurrence_id).label("occurrence"), *_named(figures(at)))
        .where(*conditions)
        .group_by(col(Obligation.occurrence_id))
        .subquery()
    )
    about = (Plan.slug, Plan.number, Duty.key, Duty.title, Duty.basis, Duty.position, Stage.position)
    dates = (Occurrence.period, Occurrence.period_start, Occurrence.cutoff, Occurrence.deadline)
    columns: list[Any] = [*about, Stage.name, *dates, Occurrence.revision]
    query = (
        select(*columns, *(counting.c[name] for name in FIGURES))
        .join(counting, counting.c.occurrence == col(Occurrence.id))
        .join(Stage, col(Stage.id) == col(Occurrence.stage_id))
        .join(Duty, col(Duty.id) == col(Stage.duty_id))
        .join(Plan, col(Plan.id) == col(Duty.plan_id))
        .order_by(col(Plan.slug), col(Duty.position), col(Occurrence.period_start), col(Occurrence.period))
        .order_by(col(Stage.position))
    )
    return [_stage_sums(row) for row in session.execute(query)]


def _named(columns: Sequence[ColumnElement[int]]) -> list[Any]:
    return [column.label(name) for name, column in zip(FIGURES, columns, strict=True)]


def _stage_sums(row: Any) -> StageSums:
    (
        plan,
        number,
        duty,
        title,
        basis,
        place,
        stage,
        name,
        period,
        start,
        cutoff,
        deadline,
        revision,
        *values,
    ) = row
    return StageSums(
        plan=plan,
        plan_number=number,
        duty=duty,
        duty_title=title,
        basis=basis,
        duty_position=place,
        stage=stage,
        stage_name=name,
        period=period,
        period_start=start,
        cutoff=cutoff,
        deadline=deadline,
        revision=revision,
        tally=tally(values),
    )


def branch_sums(session: Session, conditions: Conditions, top: int | None, at: datetime) -> dict[int, Tally]:
    """By the unit right below `top`; what the top itself owes stands under 0."""
    step: Any = step_below(col(Obligation.branch), literal(marker(top))).label("step")
    query = select(step, *figures(at)).where(*conditions).group_by(step)
    return {row[0]: tally(row[1:]) for row in session.execute(query)}


def late_days(session: Session, conditions: Conditions) -> Counts:
    """By how many begun days what was filed came late."""
    deadline, filed_at = col(Obligation.deadline), col(Obligation.first_submitted_at)
    days = days_late(deadline, filed_at).label("days")
    counted = (col(Obligation.closed_at).is_(None), is_late(deadline, filed_at))
    query = select(days, func.count()).where(*counted, *conditions).group_by(days)
    return {row[0]: row[1] for row in session.execute(query)}


def review_days(session: Session, conditions: Conditions) -> Counts:
    """In how many begun days each review came."""
    days = begun_days_between(col(Review.at), col(Submission.filed_at)).label("days")
    query = (
        select(days, func.count())
        .select_from(Obligation)
        .join(Review, col(Review.obligation_id) == col(Obligation.id))
        .join(Submission, col(Submission.id) == col(Review.submission_id))
        .where(col(Review.undone_at).is_(None), *conditions)
        .group_by(days)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def never_filed(session: Session, conditions: Conditions, at: datetime) -> int:
    """How many units have something overdue in a plan and nothing filed in it."""
    _, filed, _, _, overdue, _, _ = figures(at)
    units = (
        select(col(Obligation.unit_id), col(Obligation.plan_id))
        .where(*conditions)
        .group_by(col(Obligation.unit_id), col(Obligation.plan_id))
        .having(and_(overdue > 0, filed == 0))
        .subquery()
    )
    return int(session.execute(select(func.count()).select_from(units)).scalar_one())


def whole(session: Session, sums: Sequence[StageSums], conditions: Conditions, at: datetime) -> Tally:
    """All together, with the medians and the units that never filed."""
    total = total_of(each.tally for each in sums)
    total.days_late = late_days(session, conditions)
    total.review_days = review_days(session, conditions)
    total.units_never_filed = never_filed(session, conditions, at)
    return total


@dataclass(frozen=True)
class Month:
    """All that fell due in one month."""

    period: Period
    tally: Tally


def by_month(sums: Iterable[StageSums], now: datetime, zone: ZoneInfo) -> list[Month]:
    """In order of time, of what has fallen due; a month in which nothing did is left out."""
    found: dict[Period, Tally] = defaultdict(Tally)
    for each in sums:
        if each.deadline is not None and each.deadline <= now and each.tally.expected:
            last_day = Deadline(each.deadline, zone).last_day
            found[Period(Frequency.MONTH, last_day.year, last_day.month)].add(each.tally)
    return [Month(period, found[period]) for period in sorted(found)]


def by_plan(sums: Iterable[StageSums]) -> dict[tuple[str, str], Tally]:
    """By slug and number."""
    found: dict[tuple[str, str], Tally] = defaultdict(Tally)
    for each in sums:
        found[each.plan, each.plan_number].add(each.tally)
    return dict(found)


def by_stage(sums: Iterable[StageSums]) -> dict[tuple[str, int, str], Tally]:
    """By duty's title, stage's position and name, in the plan's order."""
    found: dict[tuple[str, int, str], Tally] = defaultdict(Tally)
    for each in sums:
        found[each.duty_title, each.stage, each.stage_name].add(each.tally)
    return dict(found)
