"""The rates month by month: each report counts in the month in which it first fell due."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from calendars.deadline import Deadline
from calendars.periods import Frequency, Period
from reporting.rates import Tally
from reporting.summing import StageSums


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
