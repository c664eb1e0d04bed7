"""What the readers of Vietnamese and English phrases share: patterns tried in turn, and what they build."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import cast

from calendars.errors import CalendarError, ImpossibleDate, RuleError
from calendars.periods import Frequency, Period
from calendars.rule_faults import RuleFault
from calendars.rules import (
    DayBound,
    DayOfMonth,
    DayOfYear,
    DueRule,
    MonthOf,
    OnDate,
    WithinEachYear,
    WithinPeriod,
    exact_date,
)

Reading = tuple[DueRule, Frequency | None]
Match = re.Match[str]
Phrase = tuple[re.Pattern[str], Callable[[Match], Reading]]
LONGEST_PHRASE = 200


def compiled(phrases: Sequence[tuple[str, Callable[[Match], Reading]]]) -> tuple[Phrase, ...]:
    return tuple((re.compile(pattern), build) for pattern, build in phrases)


def first_match(plain: str, text: str, phrases: Sequence[Phrase], remedy: str) -> Reading:
    """What the first pattern that covers the whole of `plain` builds; RuleError quoting `text` otherwise."""
    if len(plain) <= LONGEST_PHRASE:
        for pattern, build in phrases:
            match = pattern.fullmatch(plain)
            if match is not None:
                return _built(build, match, text)
    raise RuleError(RuleFault.UNREADABLE_PHRASE(text=text[:LONGEST_PHRASE]), remedy)


def _built(build: Callable[[Match], Reading], match: Match, text: str) -> Reading:
    try:
        return build(match)
    except CalendarError as error:
        kind = type(error) if isinstance(error, RuleError) else ImpossibleDate
        raise kind(RuleFault.IN_PHRASE(text=text, problem=error.problem), error.remedy) from error


def in_month(bound: DayBound, day: str | None, month: str | int, frequency: Frequency | None) -> Reading:
    """A day of a month of the period; `day` None is the month's last."""
    if month == 1:
        month = "first"
    return DayOfMonth(bound, None if day is None else int(day), cast(MonthOf, month)), frequency


def in_year(bound: DayBound, day: str, month: str | int, next_year: bool, said: bool) -> Reading:
    """A day of every year; `said` is whether the phrase itself says that it is yearly."""
    rule = DayOfYear(bound, int(day), int(month), next_year)
    return rule, Frequency.YEAR if said or next_year else None


def on_date(bound: DayBound, day: str, month: str | int, year: str) -> Reading:
    return OnDate(bound, exact_date(int(year), int(month), int(day))), Frequency.ONCE


def within(part: Frequency, index: int, year: str | None, next_year: bool) -> Reading:
    """A span of a named year, or of each year when `year` is None."""
    if year is not None:
        return WithinPeriod(Period(part, int(year), index)), Frequency.ONCE
    return WithinEachYear(part, index, next_year), Frequency.YEAR
