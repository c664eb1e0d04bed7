"""The due-rule language of plan files: `parse_rule("before 18")`, and back with `str(rule)`.

Case, spaces and leading zeros do not matter. Anything else is refused, with the remedy.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import TypeVar, cast

from calendars.due_rules import (
    After,
    Bound,
    DayBound,
    DayOfMonth,
    DayOfYear,
    DueRule,
    Lead,
    MonthOf,
    OnDate,
    WithinEachYear,
    WithinPeriod,
)
from calendars.errors import CalendarError, Fault, ImpossibleDate, RuleError
from calendars.periods import Frequency, Period
from calendars.rule_faults import RuleFault, RuleRemedy

LONGEST_TEXT = 60
ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
OUR_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)

DAY_OF_MONTH = (
    r"(?P<bound>before|by) (?P<day>\d{1,2}|last day)"
    r"( (?P<which>next|first|last) month| month (?P<nth>\d{1,2}))?"
)
DAY_OF_YEAR = r"(?P<bound>before|by) (?P<day>\d{1,2}) ?/ ?(?P<month>\d{1,2})(?P<next> next year)?"
ON_DATE = r"(?P<bound>before|by) (?P<day>\d{1,2}) ?/ ?(?P<month>\d{1,2}) ?/ ?(?P<year>\d{4})"
ON_ISO_DATE = r"(?P<bound>before|by) (?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"
WITHIN_PERIOD = r"within ((?P<part>\d{1,2}|q ?\d|h ?\d|9 ?m) ?/ ?)?(?P<year>\d{4})"
WITHIN_EACH_YEAR = r"within (?P<part>q ?\d|h ?\d|9 ?m|month \d{1,2})(?P<next> next year)?"
RELATIVE = r"(?P<word>lead|after) (?P<count>\d{1,4}) ?(?P<unit>wd|d)"

Match = re.Match[str]
T = TypeVar("T")


@lru_cache(maxsize=4096)
def parse_rule(text: str) -> DueRule:
    """The rule that `text` states. RuleError (ImpossibleDate for 30/2 and the like) quotes it."""
    plain = " ".join(text.lower().split())
    if len(plain) > LONGEST_TEXT:
        raise RuleError(RuleFault.UNREADABLE_LONG(text=text[:LONGEST_TEXT]), RuleRemedy.FORMS())
    for pattern, build in GRAMMAR:
        match = pattern.fullmatch(plain)
        if match is not None:
            return built(build, match, RuleFault.IN_RULE, " ".join(text.split()))
    raise RuleError(RuleFault.UNREADABLE(text=text), _remedy(plain))


def built(build: Callable[[Match], T], match: Match, fault: RuleFault, text: str) -> T:
    """What `build` makes of the match; its errors quote the text by `fault`."""
    try:
        return build(match)
    except CalendarError as error:
        kind = type(error) if isinstance(error, RuleError) else ImpossibleDate
        raise kind(fault(text=text, problem=error.problem), error.remedy) from error


def _bound(match: Match) -> DayBound:
    return Bound.BEFORE if match["bound"] == "before" else Bound.BY


def _day_of_month(match: Match) -> DueRule:
    day = None if match["day"] == "last day" else int(match["day"])
    return DayOfMonth(_bound(match), day, _month_of(match))


def _month_of(match: Match) -> MonthOf:
    if match["nth"]:
        return "first" if int(match["nth"]) == 1 else int(match["nth"])
    return cast(MonthOf, match["which"] or "own")


def _day_of_year(match: Match) -> DueRule:
    return DayOfYear(_bound(match), int(match["day"]), int(match["month"]), bool(match["next"]))


def _on_date(match: Match) -> DueRule:
    return OnDate(_bound(match), exact_date(int(match["year"]), int(match["month"]), int(match["day"])))


def written_date(text: str) -> date | None:
    """A date as people write it: 2024-01-19 or 19/1/2024; None for other text. Raises `ImpossibleDate`."""
    if iso := ISO_DATE.fullmatch(text):
        year, month, day = iso.groups()
    elif ours := OUR_DATE.fullmatch(text):
        day, month, year = ours.groups()
    else:
        return None
    return exact_date(int(year), int(month), int(day))


def exact_date(year: int, month: int, day: int) -> date:
    """That date, or ImpossibleDate: a date written in full is never moved to a day that exists."""
    try:
        return date(year, month, day)
    except ValueError as error:
        problem = RuleFault.NO_SUCH_DATE(day=day, month=month, year=year)
        raise ImpossibleDate(problem, RuleRemedy.DAY_THAT_EXISTS()) from error


def _within_period(match: Match) -> DueRule:
    frequency, index = _part(match["part"]) if match["part"] else (Frequency.YEAR, 1)
    return WithinPeriod(Period(frequency, int(match["year"]), index))


def _within_each_year(match: Match) -> DueRule:
    return WithinEachYear(*_part(match["part"]), next_year=bool(match["next"]))


def _part(text: str) -> tuple[Frequency, int]:
    month = text.removeprefix("month").strip()
    if month.isdecimal():
        return Frequency.MONTH, int(month)
    if text.startswith("9"):
        return Frequency.NINE_MONTHS, 1
    return (Frequency.QUARTER if text[0] == "q" else Frequency.HALF_YEAR), int(text[1:])


def _relative(match: Match) -> DueRule:
    kind = Lead if match["word"] == "lead" else After
    return kind(int(match["count"]), match["unit"] == "wd")


def _remedy(plain: str) -> Fault:
    """Advice for the near misses that people do write."""
    if re.fullmatch(r"within \d{1,2}", plain):
        return RuleRemedy.NAME_THE_MONTH(month=plain.split()[1])
    if re.search(r"/\d{1,3}$", plain) and plain.count("/") == 2:
        return RuleRemedy.FOUR_DIGITS()
    if re.fullmatch(r"(lead|after) \d+", plain):
        return RuleRemedy.WHICH_DAYS(text=plain)
    if re.match(r"\d", plain):
        return RuleRemedy.BOUND_FIRST(forms=RuleRemedy.FORMS())
    return RuleRemedy.FORMS()


GRAMMAR: tuple[tuple[re.Pattern[str], Callable[[Match], DueRule]], ...] = tuple(
    (re.compile(pattern, re.ASCII), build)
    for pattern, build in (
        (DAY_OF_MONTH, _day_of_month),
        (DAY_OF_YEAR, _day_of_year),
        (ON_DATE, _on_date),
        (ON_ISO_DATE, _on_date),
        (WITHIN_PERIOD, _within_period),
        (WITHIN_EACH_YEAR, _within_each_year),
        (RELATIVE, _relative),
    )
)
