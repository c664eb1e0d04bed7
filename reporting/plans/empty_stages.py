"""Stages that choose nobody on some day ahead: units end, a level is abolished, a group is given up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from sqlmodel import Session, col, select

from models.plan_files.plan import DutyFile, PlanFile
from models.unit import UnitVersion
from reporting.plans.reporters import select_reporters
from reporting.plans.schedule import DutyOccurrence
from reporting.units.hierarchy import Hierarchy, hierarchy

LOOKED_AHEAD = timedelta(days=3 * 366)
LATEST_DUE = timedelta(days=400)
"""How long after its plan a report may be due."""
MOST_DAYS = 24
"""Of days on which units change."""


def hierarchies_ahead(session: Session, first: date, last: date | None = None) -> list[Hierarchy]:
    """The hierarchy of the first day, and of each later one on which units begin, end or change, as long as
    reports of a plan that ends on the day `last` may be due."""
    days: set[date] = set()
    until = first + LOOKED_AHEAD if last is None else min(last + LATEST_DUE, first + LOOKED_AHEAD)
    for column in (col(UnitVersion.valid_from), col(UnitVersion.valid_to)):
        query = select(column).where(column > first, column <= until).distinct()
        days |= {day for day in session.exec(query) if day is not None}
    return [hierarchy(session, day) for day in (first, *sorted(days)[:MOST_DAYS])]


def empty_ahead(
    plan: PlanFile, duty: DutyFile, occurrences: Sequence[DutyOccurrence], ahead: Sequence[Hierarchy]
) -> Iterator[tuple[int, date]]:
    """The stages, counted from 1, that choose somebody on the first day and nobody on a later one on which
    the report may be owed; with that day."""
    for number, stage in enumerate(duty.chain):
        if not ahead or not select_reporters(plan, stage, ahead[0]):
            continue
        for place, here in enumerate(ahead[1:], start=2):
            ends = ahead[place].on if place < len(ahead) else None
            owed = _is_owed(plan, duty, occurrences, number, here.on, ends)
            if owed and not select_reporters(plan, stage, here):
                yield number + 1, here.on
                break


def _is_owed(
    plan: PlanFile,
    duty: DutyFile,
    occurrences: Sequence[DutyOccurrence],
    stage: int,
    first: date,
    ends: date | None,
) -> bool:
    """Whether the stage may be owed by the units of these days; what waits to be asked for may be on any."""
    if occurrences:
        days = (each.membership_day(stage) for each in occurrences)
        return any(first <= day and (ends is None or day < ends) for day in days)
    last = plan.span_of(duty)[1]
    return last is None or first <= last
