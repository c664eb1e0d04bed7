"""The kinds of due rule, each with its canonical text (`str`) and the frequencies it fits.

A rule keeps what the document wrote (the date and its bound). What it comes to in a period is
deadlines.due_date's business; how an official writes it is wording's. `calendars.rules` reads them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar, Literal

from calendars.errors import Fault, ImpossibleDate, RuleError
from calendars.periods import LENGTH, PER_YEAR, Frequency, Period
from calendars.rule_faults import OftenFault, RuleFault, RuleRemedy, SpanFault


class Bound(StrEnum):
    """Whether the written day is too late (before), is still good (by), or any day of a span is (in)."""

    BEFORE = "before"
    BY = "by"
    IN = "in"


DayBound = Literal[Bound.BEFORE, Bound.BY]
MonthOf = Literal["own", "next", "first", "last"] | int
DAYS_IN_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
LONGEST_COUNT = 366
PER_YEAR_ONLY = (Frequency.YEAR, Frequency.NINE_MONTHS)


@dataclass(frozen=True)
class DayOfMonth:
    """`before 18`, `by last day next month`, `before 15 last month`, `by 18 month 2`. None: last day."""

    bound: DayBound
    day: int | None
    month: MonthOf = "own"

    def __post_init__(self) -> None:
        if self.day is not None and not 1 <= self.day <= 31:
            raise ImpossibleDate(RuleFault.NO_DAY_IN_MONTH(day=self.day), RuleRemedy.DAYS_OF_MONTH())
        if isinstance(self.month, int) and not 2 <= self.month <= 12:
            raise RuleError(RuleFault.NO_MONTH(month=self.month), RuleRemedy.MONTHS_OF_PERIOD())

    def __str__(self) -> str:
        day = "last day" if self.day is None else str(self.day)
        if self.month == "own":
            return f"{self.bound} {day}"
        named = f"month {self.month}" if isinstance(self.month, int) else f"{self.month} month"
        return f"{self.bound} {day} {named}"

    def fits(self, frequency: Frequency) -> None:
        if frequency not in LENGTH:
            raise _misfit(self, frequency, _advice(frequency))
        if frequency is Frequency.MONTH and self.month not in ("own", "next"):
            raise _misfit(self, frequency, RuleRemedy.ONLY_THE_DAY())
        if frequency is not Frequency.MONTH and self.month == "own":
            raise _misfit(self, frequency, RuleRemedy.WHICH_MONTH())
        if isinstance(self.month, int) and self.month > LENGTH[frequency]:
            raise _misfit(self, frequency, RuleRemedy.MONTHS_THERE_ARE(months=LENGTH[frequency]))


@dataclass(frozen=True)
class DayOfYear:
    """`before 10/12`, `by 15/1 next year`: for duties that come once a year."""

    bound: DayBound
    day: int
    month: int
    next_year: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.month <= 12:
            raise ImpossibleDate(RuleFault.NO_MONTH(month=self.month), RuleRemedy.DAY_AND_MONTH())
        if not 1 <= self.day <= DAYS_IN_MONTH[self.month - 1]:
            raise ImpossibleDate(
                RuleFault.NO_SUCH_DAY(day=self.day, month=self.month),
                RuleRemedy.MONTH_ENDS(month=self.month, last=DAYS_IN_MONTH[self.month - 1]),
            )

    def __str__(self) -> str:
        return f"{self.bound} {self.day}/{self.month}{' next year' if self.next_year else ''}"

    def fits(self, frequency: Frequency) -> None:
        _require_yearly(self, frequency)


@dataclass(frozen=True)
class OnDate:
    """`before 30/6/2024`: for one-time duties."""

    bound: DayBound
    day: date

    def __str__(self) -> str:
        return f"{self.bound} {self.day.day}/{self.day.month}/{self.day.year:04}"

    def fits(self, frequency: Frequency) -> None:
        _require_once(self, frequency)


@dataclass(frozen=True)
class WithinPeriod:
    """`within Q1/2024`, `within 7/2024`, `within 2023`: any day of it, for one-time duties."""

    period: Period

    def __post_init__(self) -> None:
        if self.period.is_once:
            raise RuleError(RuleFault.WITHIN_ONCE(), RuleRemedy.NAME_A_SPAN())

    def __str__(self) -> str:
        year = f"{self.period.year:04}"
        if self.period.frequency is Frequency.YEAR:
            return f"within {year}"
        part = _part(self.period.frequency, self.period.index).removeprefix("month ")
        return f"within {part}/{year}"

    def fits(self, frequency: Frequency) -> None:
        _require_once(self, frequency)


@dataclass(frozen=True)
class WithinEachYear:
    """`within Q1`, `within month 7`, `within H1 next year`: any day of it, for yearly duties."""

    part: Frequency
    index: int
    next_year: bool = False

    def __post_init__(self) -> None:
        if self.part in (Frequency.YEAR, Frequency.ONCE, Frequency.ON_DEMAND):
            raise RuleError(
                RuleFault.NO_PART_OF_YEAR(part=SpanFault[self.part.name]()), RuleRemedy.NAME_A_PART()
            )
        if not 1 <= self.index <= PER_YEAR[self.part]:
            problem = RuleFault.NO_SUCH_PART(part=SpanFault[self.part.name](), index=self.index)
            raise ImpossibleDate(problem, RuleRemedy.UP_TO(most=PER_YEAR[self.part]))

    def __str__(self) -> str:
        return f"within {_part(self.part, self.index)}{' next year' if self.next_year else ''}"

    def fits(self, frequency: Frequency) -> None:
        _require_yearly(self, frequency)


@dataclass(frozen=True)
class Relative:
    """A number of working (or calendar) days from another stage's deadline."""

    word: ClassVar[str]
    count: int
    working: bool = True

    def __post_init__(self) -> None:
        if not 1 <= self.count <= LONGEST_COUNT:
            problem = RuleFault.OUT_OF_RANGE(word=self.word, count=self.count)
            raise RuleError(problem, RuleRemedy.UP_TO_DAYS(most=LONGEST_COUNT))

    def __str__(self) -> str:
        return f"{self.word} {self.count}{'wd' if self.working else 'd'}"

    def fits(self, frequency: Frequency) -> None:
        """Fits every frequency: it depends on another stage."""


class Lead(Relative):
    """`lead 3wd`, `lead 5d`: that many days before the next stage's safe deadline."""

    word = "lead"


class After(Relative):
    """`after 3wd`, `after 5d`: that many days after the previous stage's deadline."""

    word = "after"


AbsoluteRule = DayOfMonth | DayOfYear | OnDate | WithinPeriod | WithinEachYear
DueRule = AbsoluteRule | Lead | After


def _part(frequency: Frequency, index: int) -> str:
    match frequency:
        case Frequency.MONTH:
            return f"month {index}"
        case Frequency.QUARTER:
            return f"Q{index}"
        case Frequency.HALF_YEAR:
            return f"H{index}"
    return "9M"


def _require_once(rule: DueRule, frequency: Frequency) -> None:
    if frequency is not Frequency.ONCE:
        raise _misfit(rule, frequency, RuleRemedy.MAKE_IT_ONCE(advice=_advice(frequency)))


def _require_yearly(rule: DueRule, frequency: Frequency) -> None:
    if frequency not in PER_YEAR_ONLY:
        raise _misfit(rule, frequency, _advice(frequency))


def _advice(frequency: Frequency) -> Fault:
    match frequency:
        case Frequency.ONCE:
            return RuleRemedy.FULL_DATE()
        case Frequency.ON_DEMAND:
            return RuleRemedy.NO_DATE()
        case Frequency.MONTH:
            return RuleRemedy.DAY_OF_MONTH()
        case Frequency.YEAR | Frequency.NINE_MONTHS:
            return RuleRemedy.DAY_OF_YEAR()
    return RuleRemedy.DAY_OF_PERIOD()


def _misfit(rule: DueRule, frequency: Frequency, remedy: Fault) -> RuleError:
    return RuleError(RuleFault.MISFIT(rule=str(rule), how_often=OftenFault[frequency.name]()), remedy)
