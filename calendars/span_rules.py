"""Due rules that name a span: a part of the calendar, a month or week of the period, a window, an event.

Any day of a part of the calendar is on time; a window opens on a day of its own and is due as its end says.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, TypeVar

from calendars.cutoffs import clamped
from calendars.day_rules import (
    ONE_DAY,
    ONE_TIME,
    Bound,
    DayOfMonth,
    DayOfWeek,
    DayOfYear,
    Days,
    MonthOf,
    OnDate,
    Rule,
    YearOf,
    advice,
    misfit,
    month_number,
    month_text,
    one,
    require_month_of,
    require_once,
    require_yearly,
    year_number,
    year_text,
)
from calendars.errors import ImpossibleDate, RuleError
from calendars.periods import LENGTH, OF_MONTHS, ONCE, PER_YEAR, Frequency, Period
from calendars.rule_faults import RuleFault, RuleRemedy, SpanFault

T = TypeVar("T")
LONGEST_COUNT = 366
WITH_EVENT = (Frequency.ON_DEMAND, Frequency.ONCE, Frequency.EVENT)


class _Within(Rule):
    """Any day of a span."""

    bound = Bound.IN

    def __str__(self) -> str:
        return f"within {self.place}"


@dataclass(frozen=True)
class WithinPeriod(_Within):
    """`within Q1/2024`, `within 7/2024`, `within 2023`: for one-time duties."""

    period: Period

    def __post_init__(self) -> None:
        if self.period.frequency not in LENGTH:
            raise RuleError(RuleFault.WITHIN_ONCE(), RuleRemedy.NAME_A_SPAN())

    @property
    def place(self) -> str:
        year = f"{self.period.year:04}"
        if self.period.frequency is Frequency.YEAR:
            return year
        return f"{_part(self.period.frequency, self.period.index).removeprefix('month ')}/{year}"

    def fits(self, frequency: Frequency, once_a_year: bool = False) -> None:
        require_once(self, frequency)

    def days(self, period: Period) -> Days:
        return self.period.first_day, self.period.last_day


@dataclass(frozen=True)
class WithinEachYear(_Within):
    """`within Q1`, `within month 7`, `within H1 next year`: where a day of the year fits. `within month 2`
    is the second one of any period that has so many, and `of_year` February."""

    part: Frequency
    index: int
    year: YearOf = 0
    of_year: bool = False

    def __post_init__(self) -> None:
        if self.part not in PER_YEAR or self.part is Frequency.YEAR:
            raise RuleError(
                RuleFault.NO_PART_OF_YEAR(part=SpanFault[self.part.name]()), RuleRemedy.NAME_A_PART()
            )
        if not 1 <= self.index <= PER_YEAR[self.part]:
            problem = RuleFault.NO_SUCH_PART(part=SpanFault[self.part.name](), index=self.index)
            raise ImpossibleDate(problem, RuleRemedy.UP_TO(most=PER_YEAR[self.part]))

    @property
    def place(self) -> str:
        return _part(self.part, self.index) + year_text(self.year)

    def fits(self, frequency: Frequency, once_a_year: bool = False) -> None:
        if not self.is_month_of(frequency):
            require_yearly(self, frequency, once_a_year)

    def is_month_of(self, frequency: Frequency) -> bool:
        longest = LENGTH.get(frequency, 12 if frequency is Frequency.YEARS else 0)
        is_own = not (self.year or self.of_year)
        return self.part is Frequency.MONTH and is_own and self.index <= longest > 1

    def days(self, period: Period) -> Days:
        if self.is_month_of(period.frequency):
            return _month(period, period.first_month + self.index - 1)
        named = Period(self.part, year_number(self.year, period), self.index)
        return named.first_day, named.last_day


@dataclass(frozen=True)
class WithinMonth(_Within):
    """`within last month`, `within first month`, `within next month`: any day of it."""

    month: MonthOf

    @property
    def place(self) -> str:
        return month_text(self.month)

    def fits(self, frequency: Frequency, once_a_year: bool = False) -> None:
        require_month_of(self, self.month, frequency)

    def days(self, period: Period) -> Days:
        return _month(period, month_number(self.month, period))


@dataclass(frozen=True)
class WithinLastWeek(_Within):
    """`within last week`: from the Monday before the period's end."""

    @property
    def place(self) -> str:
        return "last week"

    def fits(self, frequency: Frequency, once_a_year: bool = False) -> None:
        if frequency not in OF_MONTHS:
            raise misfit(self, frequency, advice(frequency))

    def days(self, period: Period) -> Days:
        return period.last_day - period.last_day.weekday() * ONE_DAY, period.last_day


Dated = (
    DayOfWeek | DayOfMonth | DayOfYear | OnDate | WithinPeriod | WithinEachYear | WithinMonth | WithinLastWeek
)


@dataclass(frozen=True)
class ByEvent(Rule):
    """`by event`: on the day on which it happens."""

    bound = Bound.BY

    @property
    def place(self) -> str:
        return "event"

    def fits(self, frequency: Frequency, once_a_year: bool = False) -> None:
        _require_event(self, frequency)

    def days(self, period: Period) -> Days:
        return one(period.first_day)


@dataclass(frozen=True)
class Window:
    """`from 1 to 5`, `from 25 to 16:00 5 next month`, `from Q4/2025 to Q1/2026`, `from 11/2025 to event`: it
    opens on the first day of `first`; `last` is what it is due by."""

    first: Dated
    last: Dated | ByEvent

    def __post_init__(self) -> None:
        if Bound.BEFORE in (self.first.bound, self.last.bound) or self.first.hour is not None:
            raise RuleError(RuleFault.WINDOW_BOUND(), RuleRemedy.WINDOWS())
        if isinstance(self.last, ByEvent) and not isinstance(self.first, OnDate | WithinPeriod):
            raise RuleError(RuleFault.WINDOW_OF_EVENT(first=self.first.place), RuleRemedy.WINDOW_OF_EVENT())

    def __str__(self) -> str:
        return f"from {self.first.place} to {self.last.hour_and_place}"

    def fits(self, frequency: Frequency, once_a_year: bool = False) -> None:
        self.last.fits(frequency, once_a_year)
        if isinstance(self.last, ByEvent):
            return
        self.first.fits(frequency, once_a_year)
        example = _example(frequency)
        if self.opens(example) > self.days(example)[1]:
            raise RuleError(RuleFault.WINDOW_BACKWARDS(rule=str(self)), RuleRemedy.WINDOW_NEXT())

    def days(self, period: Period) -> Days:
        return self.first.days(period)[0], self.last.days(period)[1]

    def opens(self, period: Period) -> date:
        """Its first day; no later than what happens before it."""
        return min(self.days(period)) if isinstance(self.last, ByEvent) else self.days(period)[0]


@dataclass(frozen=True)
class AfterPeriod(_Within):
    """`within 5wd after period`, `within 45d after period`: working days or days since the period ended."""

    count: int
    measure: Literal["d", "wd"]

    def __post_init__(self) -> None:
        require_count(self.count, self.measure)

    @property
    def place(self) -> str:
        return f"{self.count}{self.measure} after period"

    def fits(self, frequency: Frequency, once_a_year: bool = False) -> None:
        if frequency not in (Frequency.WEEK, *OF_MONTHS):
            raise misfit(self, frequency, advice(frequency))

    def days(self, period: Period) -> Days:
        return one(period.last_day)


@dataclass(frozen=True)
class WithinOfEvent(_Within):
    """`within 24h of flood`, `within 10d of flood`, `within 5wd of flood`, `within 1m of flood`: hours, days,
    working days or months."""

    count: int
    measure: Literal["h", "d", "wd", "m"]
    event: str

    def __post_init__(self) -> None:
        require_count(self.count, self.measure)

    @property
    def place(self) -> str:
        return f"{self.count}{self.measure} of {self.event}"

    def fits(self, frequency: Frequency, once_a_year: bool = False) -> None:
        _require_event(self, frequency)

    def days(self, period: Period) -> Days:
        return one(period.first_day)


def require_count(count: int, measure: str) -> None:
    if not 1 <= count <= LONGEST_COUNT:
        problem = RuleFault.OUT_OF_RANGE(word="within", count=f"{count}{measure}")
        raise RuleError(problem, RuleRemedy.UP_TO(most=LONGEST_COUNT))


def of_year(rule: T) -> T:
    """A rule in a list with a date for each period: its months are those of the year, as its days are."""
    if isinstance(rule, WithinEachYear):
        return replace(rule, of_year=True)
    if isinstance(rule, Window):
        return replace(rule, first=of_year(rule.first), last=of_year(rule.last))
    return rule


def _month(period: Period, number: int) -> Days:
    return clamped(period.year, number, 1), clamped(period.year, number, 31)


def _part(frequency: Frequency, index: int) -> str:
    match frequency:
        case Frequency.MONTH:
            return f"month {index}"
        case Frequency.QUARTER:
            return f"Q{index}"
        case Frequency.HALF_YEAR:
            return f"H{index}"
    return "9M"


def _example(frequency: Frequency) -> Period:
    """A period of that frequency, to try a rule on."""
    if frequency in ONE_TIME:
        return ONCE
    return Period(frequency, 2024, 5 if frequency is Frequency.YEARS else 1)


def _require_event(rule: Rule, frequency: Frequency) -> None:
    if frequency not in WITH_EVENT:
        raise misfit(rule, frequency, RuleRemedy.MAKE_IT_HAPPEN(advice=advice(frequency)))
