"""Due rules that name a day: of a week, month or year, a date, or every day by its hour.

Each has its canonical text (`str`), the frequencies it fits, and its days in a period.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from typing import Literal

from calendars.cutoffs import DAYS_IN_MONTH, clamped
from calendars.errors import Fault, ImpossibleDate, RuleError
from calendars.periods import LENGTH, OF_MONTHS, Frequency, Period
from calendars.rule_faults import OftenFault, RuleFault, RuleRemedy


class Bound(StrEnum):
    """Whether the written day is too late (before), is still good (by), or any day of a span is (in)."""

    BEFORE = "before"
    BY = "by"
    IN = "in"


DayBound = Literal[Bound.BEFORE, Bound.BY]
MonthOf = Literal["own", "next", "first", "last", "previous"] | int
YearOf = Literal[-1, 0, 1]
"""The year before the period, the one in which it ends, and the one after it."""
Days = tuple[date, date]
"""The first and the last day that a rule names in a period; where it names a day, both are that day."""
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ONE_DAY = timedelta(days=1)
YEARLY = (Frequency.YEAR, Frequency.NINE_MONTHS, Frequency.YEARS, Frequency.ROUND)
"""What comes once a year, or less often."""
ONE_TIME = (Frequency.ONCE, Frequency.REQUEST)


class Rule(ABC):
    """A rule with days of its own. `place` is its canonical text without bound and hour."""

    bound: Bound
    hour: time | None = None

    @property
    @abstractmethod
    def place(self) -> str: ...

    def __str__(self) -> str:
        return " ".join(word for word in (self.bound, self.hour_and_place) if word)

    @property
    def hour_and_place(self) -> str:
        return " ".join(word for word in (hour_text(self.hour), self.place) if word)

    @abstractmethod
    def fits(self, frequency: Frequency, once_a_year: bool = False) -> None:
        """RuleError if a duty that comes so often cannot have it. `once_a_year`: it is for one period of each
        year alone, so that a day of the year will do."""

    @abstractmethod
    def days(self, period: Period) -> Days:
        """What it names in a period that it fits."""


def hour_text(hour: time | None) -> str:
    """As rules are written: 9:00."""
    return "" if hour is None else f"{hour.hour}:{hour.minute:02}"


@dataclass(frozen=True)
class HourOfDay(Rule):
    """`before 16:00` for a duty of every day, `before 8:00 next day`; without an hour `by 24:00`."""

    bound: DayBound
    next_day: bool = False
    hour: time | None = None

    @property
    def place(self) -> str:
        day = "next day" if self.next_day else ""
        return day if self.hour is not None else f"24:00 {day}".strip()

    def fits(self, frequency: Frequency, once_a_year: bool = False) -> None:
        if frequency not in (Frequency.DAY, Frequency.WORKDAY):
            raise misfit(self, frequency, advice(frequency))

    def days(self, period: Period) -> Days:
        return one(period.first_day + self.next_day * ONE_DAY)


@dataclass(frozen=True)
class DayOfWeek(Rule):
    """`by friday`, `before 15:00 friday`, `by monday next week`; `weekday` counts from Monday, 1."""

    bound: DayBound
    weekday: int
    next_week: bool = False
    hour: time | None = None

    @property
    def place(self) -> str:
        return WEEKDAYS[self.weekday - 1] + (" next week" if self.next_week else "")

    def fits(self, frequency: Frequency, once_a_year: bool = False) -> None:
        if frequency is not Frequency.WEEK:
            raise misfit(self, frequency, advice(frequency))

    def days(self, period: Period) -> Days:
        return one(period.first_day + (self.weekday - 1 + 7 * self.next_week) * ONE_DAY)


@dataclass(frozen=True)
class DayOfMonth(Rule):
    """`before 18`, `by last day next month`, `before 15 last month`, `by 18 month 2`. None: last day."""

    bound: DayBound
    day: int | None
    month: MonthOf = "own"
    hour: time | None = None

    def __post_init__(self) -> None:
        if self.day is not None and not 1 <= self.day <= 31:
            raise ImpossibleDate(RuleFault.NO_DAY_IN_MONTH(day=self.day), RuleRemedy.DAYS_OF_MONTH())
        require_month(self.month)

    @property
    def place(self) -> str:
        day = "last day" if self.day is None else str(self.day)
        return day if self.month == "own" else f"{day} {month_text(self.month)}"

    def fits(self, frequency: Frequency, once_a_year: bool = False) -> None:
        require_month_of(self, self.month, frequency)

    def days(self, period: Period) -> Days:
        return one(clamped(period.year, month_number(self.month, period), self.day or 31))

    def is_beyond_month(self, day: date) -> bool:
        """Whether the month is too short for it, so that its last day, `day`, stands for it."""
        return self.day is not None and day.day < self.day


@dataclass(frozen=True)
class DayOfYear(Rule):
    """`before 10/12`, `by 15/1 next year`, `by 31/12 previous year`: for what comes once a year, or for one
    period of each year."""

    bound: DayBound
    day: int
    month: int
    year: YearOf = 0
    hour: time | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.month <= 12:
            raise ImpossibleDate(RuleFault.NO_MONTH(month=self.month), RuleRemedy.DAY_AND_MONTH())
        if not 1 <= self.day <= DAYS_IN_MONTH[self.month - 1]:
            raise ImpossibleDate(
                RuleFault.NO_SUCH_DAY(day=self.day, month=self.month),
                RuleRemedy.MONTH_ENDS(month=self.month, last=DAYS_IN_MONTH[self.month - 1]),
            )

    @property
    def place(self) -> str:
        return f"{self.day}/{self.month}{year_text(self.year)}"

    def fits(self, frequency: Frequency, once_a_year: bool = False) -> None:
        require_yearly(self, frequency, once_a_year)

    def days(self, period: Period) -> Days:
        return one(clamped(year_number(self.year, period), self.month, self.day))

    def is_beyond_month(self, day: date) -> bool:
        return day.day < self.day


@dataclass(frozen=True)
class OnDate(Rule):
    """`before 30/6/2024`: for one-time duties."""

    bound: DayBound
    day: date
    hour: time | None = None

    @property
    def place(self) -> str:
        return f"{self.day.day}/{self.day.month}/{self.day.year:04}"

    def fits(self, frequency: Frequency, once_a_year: bool = False) -> None:
        require_once(self, frequency)

    def days(self, period: Period) -> Days:
        return one(self.day)


def one(day: date) -> Days:
    return day, day


def month_text(month: MonthOf) -> str:
    return f"month {month}" if isinstance(month, int) else f"{month} month"


def year_text(year: YearOf) -> str:
    return {0: "", 1: " next year", -1: " previous year"}[year]


def year_number(year: YearOf, period: Period) -> int:
    """The previous year is the one before the period begins."""
    return period.year - 1 if year < 0 else period.last_day.year + year


def month_number(month: MonthOf, period: Period) -> int:
    """Counted from January of the period's year; 13 is the next January, 0 the December before."""
    match month:
        case "own" | "last":
            return period.last_month
        case "next":
            return period.last_month + 1
        case "first":
            return period.first_month
        case "previous":
            return period.first_month - 1
    return period.first_month + month - 1


def require_month(month: MonthOf) -> None:
    if isinstance(month, int) and not 2 <= month <= 12:
        raise RuleError(RuleFault.NO_MONTH(month=month), RuleRemedy.MONTHS_OF_PERIOD())


def require_month_of(rule: Rule, month: MonthOf, frequency: Frequency) -> None:
    """The month is one of such a period."""
    if frequency not in OF_MONTHS:
        raise misfit(rule, frequency, advice(frequency))
    if frequency is Frequency.MONTH and month not in ("own", "next", "previous"):
        raise misfit(rule, frequency, RuleRemedy.ONLY_THE_DAY())
    if frequency is not Frequency.MONTH and month == "own":
        raise misfit(rule, frequency, RuleRemedy.WHICH_MONTH())
    if isinstance(month, int) and month > LENGTH.get(frequency, 12):
        raise misfit(rule, frequency, RuleRemedy.MONTHS_THERE_ARE(months=LENGTH[frequency]))


def require_once(rule: Rule, frequency: Frequency) -> None:
    if frequency not in ONE_TIME:
        raise misfit(rule, frequency, RuleRemedy.MAKE_IT_ONCE(advice=advice(frequency)))


def require_yearly(rule: Rule, frequency: Frequency, once_a_year: bool) -> None:
    if frequency not in YEARLY and not (once_a_year and frequency in LENGTH):
        raise misfit(rule, frequency, advice(frequency))


def advice(frequency: Frequency) -> Fault:
    """What to write for a duty that comes so often."""
    match frequency:
        case Frequency.DAY | Frequency.WORKDAY:
            return RuleRemedy.HOUR_OF_DAY()
        case Frequency.WEEK:
            return RuleRemedy.DAY_OF_WEEK()
        case Frequency.ONCE | Frequency.REQUEST:
            return RuleRemedy.FULL_DATE()
        case Frequency.ON_DEMAND | Frequency.UNSPECIFIED | Frequency.EVENT:
            return RuleRemedy.NO_DATE()
        case Frequency.MONTH:
            return RuleRemedy.DAY_OF_MONTH()
        case Frequency.YEAR | Frequency.NINE_MONTHS | Frequency.YEARS | Frequency.ROUND:
            return RuleRemedy.DAY_OF_YEAR()
    return RuleRemedy.DAY_OF_PERIOD()


def misfit(rule: object, frequency: Frequency, remedy: Fault) -> RuleError:
    return RuleError(RuleFault.MISFIT(rule=str(rule), how_often=OftenFault[frequency.name]()), remedy)
