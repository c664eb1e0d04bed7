"""The kinds of due rule, all of them: days, spans, and days counted from another stage.

A rule keeps what the document wrote: the day or span, its bound, its hour. What is then on time is
deadlines.due_date's business; how an official writes it is wording's. `calendars.rules` reads them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from calendars.day_rules import Bound as Bound
from calendars.day_rules import DayBound as DayBound
from calendars.day_rules import DayOfMonth as DayOfMonth
from calendars.day_rules import DayOfWeek as DayOfWeek
from calendars.day_rules import DayOfYear as DayOfYear
from calendars.day_rules import HourOfDay as HourOfDay
from calendars.day_rules import MonthOf as MonthOf
from calendars.day_rules import OnDate as OnDate
from calendars.day_rules import YearOf as YearOf
from calendars.errors import RuleError
from calendars.periods import Frequency
from calendars.rule_faults import RuleFault, RuleRemedy
from calendars.span_rules import LONGEST_COUNT
from calendars.span_rules import AfterPeriod as AfterPeriod
from calendars.span_rules import ByEvent as ByEvent
from calendars.span_rules import Dated as Dated
from calendars.span_rules import Window as Window
from calendars.span_rules import WithinEachYear as WithinEachYear
from calendars.span_rules import WithinLastWeek as WithinLastWeek
from calendars.span_rules import WithinMonth as WithinMonth
from calendars.span_rules import WithinOfEvent as WithinOfEvent
from calendars.span_rules import WithinPeriod as WithinPeriod
from calendars.span_rules import of_year as of_year


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

    def fits(self, frequency: Frequency, once_a_year: bool = False) -> None:
        """Fits every frequency: it depends on another stage."""


class Lead(Relative):
    """`lead 3wd`, `lead 5d`: that many days before the next stage's safe deadline."""

    word = "lead"


class After(Relative):
    """`after 3wd`, `after 5d`: that many days after the previous stage's deadline."""

    word = "after"


EventRule = WithinOfEvent | ByEvent
AbsoluteRule = Dated | HourOfDay | Window | AfterPeriod | EventRule
DueRule = AbsoluteRule | Lead | After
