"""How often a duty comes, and when each of its stages is due."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeVar

from calendars.due_rules import AbsoluteRule, DueRule, Window
from calendars.errors import PeriodError, RuleError
from calendars.periods import LENGTH, MOST_ROUNDS, MOST_YEARS, PER_YEAR, Frequency, Period, following, periods
from calendars.rule_faults import OftenFault, RuleFault, RuleRemedy

R = TypeVar("R")
WORDS = tuple(
    each
    for each in Frequency
    if each not in (Frequency.YEARS, Frequency.ROUND, Frequency.REQUEST, Frequency.EVENT)
)
"""What a plan file says in one word."""
YEARS = re.compile(r"(?P<years>\d{1,2}) years from (?P<since>\d{4})", re.ASCII)
PART = re.compile(
    r"(month )?(?P<month>\d{1,2})|q ?(?P<quarter>[1-4])|h ?(?P<half>[12])|r ?(?P<round>\d{1,2})"
)
LETTERS = {Frequency.QUARTER: "Q", Frequency.HALF_YEAR: "H", Frequency.ROUND: "R", Frequency.MONTH: ""}


@dataclass(frozen=True)
class Every:
    """`month`, `5 years from 2011`: the frequency, and of years how many and since when."""

    frequency: Frequency
    years: int = 1
    since: int = 0

    @classmethod
    def parse(cls, text: str) -> Every:
        plain = " ".join(text.lower().split())
        if plain in WORDS:
            return cls(Frequency(plain))
        match = YEARS.fullmatch(plain)
        if match is None or not 2 <= int(match["years"]) <= MOST_YEARS or int(match["since"]) < 1900:
            raise RuleError(RuleFault.EVERY_UNREADABLE(text=text), RuleRemedy.OFTEN())
        return cls(Frequency.YEARS, int(match["years"]), int(match["since"]))

    def __str__(self) -> str:
        return f"{self.years} years from {self.since}" if self.since else self.frequency.value

    @property
    def months(self) -> int:
        """The months of a period, 0 where it has none of its own."""
        return 12 * self.years if self.since else LENGTH.get(self.frequency, 0)

    def periods(self, first: date, last: date) -> Iterator[Period]:
        """Those whose nominal span touches [first, last]."""
        if self.since:
            passed = max((first.year - self.since) // self.years, 0)
            start = Period(Frequency.YEARS, self.since + passed * self.years, self.years)
            return following(start, first, last)
        return periods(self.frequency, first, last)


@dataclass(frozen=True)
class Part:
    """One of the periods of each year: `1` for January, `Q1`, `H2`, `9M`, `year`, `R1` for a round."""

    frequency: Frequency
    index: int

    @classmethod
    def parse(cls, value: int | str) -> Part:
        plain = " ".join(str(value).lower().split())
        if plain in ("9m", "year"):
            return cls(Frequency.NINE_MONTHS if plain == "9m" else Frequency.YEAR, 1)
        match = PART.fullmatch(plain)
        for name, frequency in (
            ("month", Frequency.MONTH),
            ("quarter", Frequency.QUARTER),
            ("half", Frequency.HALF_YEAR),
            ("round", Frequency.ROUND),
        ):
            if match and match[name] and 1 <= int(match[name]) <= PER_YEAR.get(frequency, MOST_ROUNDS):
                return cls(frequency, int(match[name]))
        raise PeriodError(RuleFault.PART_UNREADABLE(text=str(value)), RuleRemedy.PARTS())

    def __str__(self) -> str:
        if self.frequency in LETTERS:
            return f"{LETTERS[self.frequency]}{self.index}"
        return "9M" if self.frequency is Frequency.NINE_MONTHS else "year"

    def of(self, year: int) -> Period:
        return Period(self.frequency, year, self.index)


@dataclass(frozen=True)
class Timetable:
    """`chain` has each stage's due rules from the bottom up: none, one for all periods, or one for each part.

    `named` are the parts of each year that the plan names; left out, a duty comes in all.
    """

    every: Every
    chain: Sequence[Sequence[DueRule]]
    named: Sequence[Part] = ()
    planned: Sequence[Sequence[AbsoluteRule]] = ()

    @cached_property
    def parts(self) -> Sequence[Part]:
        """The periods of each year in the order of the rules; none where the frequency says it all."""
        dates = max((len(rules) for rules in self.chain), default=1)
        if self.named or dates < 2:
            return self.named
        frequency = Frequency.ROUND if self.every.frequency is Frequency.YEAR else self.every.frequency
        most = dates if frequency is Frequency.ROUND else PER_YEAR.get(frequency, 0)
        return [Part(frequency, index) for index in range(1, most + 1)]

    def check_parts(self) -> None:
        """RuleError where a named period is none of the duty: it comes so often, or has a place in a year."""
        often = self.every.frequency
        for part in self.named:
            if part.frequency is not often and often is not Frequency.YEAR:
                fault = RuleFault.PART_MISFIT(part=str(part), how_often=OftenFault[often.name]())
                raise RuleError(fault, RuleRemedy.PARTS())

    def check_rules(self, rules: Sequence[DueRule]) -> None:
        """RuleError where these rules of one stage do not fit the duty's periods."""
        often = self.every.frequency
        if len(rules) > 1 and not self.parts:
            fault = RuleFault.PARTS_NEEDED(how_often=OftenFault[often.name](), count=len(rules))
            raise RuleError(fault, RuleRemedy.ONE_DATE())
        if len(rules) > 1 and len(rules) != len(self.parts):
            raise RuleError(
                RuleFault.PARTS_COUNT(count=len(rules), parts=len(self.parts)), RuleRemedy.DATE_FOR_EACH()
            )
        for rule in rules if not self.parts else ():
            rule.fits(often)
        alone = len(self.parts) == 1 or len(rules) > 1
        for number, part in enumerate(self.parts):
            if rules:
                rules[min(number, len(rules) - 1)].fits(part.frequency, alone)

    @property
    def has_windows(self) -> bool:
        return any(isinstance(rule, Window) for rules in self.chain for rule in rules)

    def has(self, period: Period) -> bool:
        """Whether the period is of a kind that the duty comes in."""
        if self.parts:
            return Part(period.frequency, period.index) in self.parts
        return period.frequency is self.every.frequency

    def rules(self, period: Period) -> list[DueRule | None]:
        """The stages' rules for a period, from the bottom up."""
        return [self._of(rules, period) for rules in self.chain]

    def planned_rules(self, period: Period) -> list[AbsoluteRule | None]:
        return [self._of(rules, period) for rules in self.planned]

    def _of(self, rules: Sequence[R], period: Period) -> R | None:
        if len(rules) < 2:
            return rules[0] if rules else None
        return rules[self.parts.index(Part(period.frequency, period.index))]

    def periods(self, first: date, last: date) -> Iterator[Period]:
        """The duty's periods whose nominal span touches [first, last], in order of the years."""
        if not self.parts:
            yield from self.every.periods(first, last)
            return
        for year in range(first.year, last.year + 1):
            for part in self.parts:
                period = part.of(year)
                if period.first_day <= last and period.last_day >= first:
                    yield period
