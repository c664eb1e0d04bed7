"""The due-rule language of plan files: `parse_rule("before 18")`, and back with `str(rule)`.

Case, spaces and leading zeros do not matter. Anything else is refused, with the remedy.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time
from functools import lru_cache
from typing import Literal, TypeVar, cast

from calendars.day_rules import WEEKDAYS
from calendars.due_rules import (
    After,
    AfterPeriod,
    Bound,
    ByEvent,
    Dated,
    DayBound,
    DayOfMonth,
    DayOfWeek,
    DayOfYear,
    DueRule,
    HourOfDay,
    Lead,
    MonthOf,
    OnDate,
    Window,
    WithinEachYear,
    WithinLastWeek,
    WithinMonth,
    WithinOfEvent,
    WithinPeriod,
    YearOf,
)
from calendars.errors import CalendarError, Fault, ImpossibleDate, RuleError
from calendars.periods import Frequency, Period
from calendars.rule_faults import RuleFault, RuleRemedy

LONGEST_TEXT = 60
ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
OUR_DATE = re.compile(
    r"(?:ng\S{1,3}y )?(\d{1,2})(?: ?([/.-]) ?(\d{1,2}) ?\2 ?| th\S{1,3}ng (\d{1,2}),? n\S{1,3}m )(\d{4})",
    re.ASCII | re.IGNORECASE,
)


HOUR = r"(?P<hour>\d{1,2}) ?[:h] ?(?P<minute>\d{2})?"
BOUND = rf"(?P<bound>before|by|on)( {HOUR})?"
DAY_OF_MONTH = (
    rf"{BOUND} (?P<day>\d{{1,2}}|last day)"
    r"( (?P<which>next|first|last|previous) month| month (?P<nth>\d{1,2}))?"
)
OF_YEAR = r"( (?P<of_year>next|previous) year)?"
DAY_OF_YEAR = rf"{BOUND} (?P<day>\d{{1,2}}) ?/ ?(?P<month>\d{{1,2}}){OF_YEAR}"
ON_DATE = rf"{BOUND} (?P<day>\d{{1,2}}) ?/ ?(?P<month>\d{{1,2}}) ?/ ?(?P<year>\d{{4}})"
ON_ISO_DATE = rf"{BOUND} (?P<year>\d{{4}})-(?P<month>\d{{1,2}})-(?P<day>\d{{1,2}})"
DAY_OF_WEEK = rf"{BOUND} (?P<weekday>{'|'.join(WEEKDAYS)})(?P<next> next week)?"
HOUR_OF_DAY = rf"(?P<bound>before|by|on) {HOUR}(?P<next> next day)?"
BY_EVENT = r"(by|on) event"
WITHIN_PERIOD = r"within ((?P<part>\d{1,2}|q ?\d|h ?\d|9 ?m) ?/ ?)?(?P<year>\d{4})"
WITHIN_EACH_YEAR = rf"within (?P<part>q ?\d|h ?\d|9 ?m|month \d{{1,2}}){OF_YEAR}"
WITHIN_MONTH = r"within (?P<which>next|first|last|previous) month"
WITHIN_LAST_WEEK = r"within last week"
AFTER_PERIOD = r"within (?P<count>\d{1,4}) ?(?P<unit>wd|d) after period"
WITHIN_OF_EVENT = r"within (?P<count>\d{1,4}) ?(?P<unit>h|wd|d|m) of (?P<event>[a-z0-9]+(-[a-z0-9]+)*)"
WINDOW = r"from (?P<first>.+?) to (?P<last>.+)"
RELATIVE = r"(?P<word>lead|after) (?P<count>\d{1,4}) ?(?P<unit>wd|d)"

Match = re.Match[str]
T = TypeVar("T")
PlannedDay = DayOfWeek | DayOfMonth | DayOfYear | OnDate


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


def _bound(match: Match) -> tuple[DayBound, time | None]:
    """The bound and the hour; by 24:00 is the whole day."""
    bound: DayBound = Bound.BEFORE if match["bound"] == "before" else Bound.BY
    if match["hour"] is None:
        return bound, None
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if (hour, minute) == (24, 0):
        return Bound.BY, None
    if not 0 < hour * 60 + minute < 24 * 60 or minute > 59:
        raise ImpossibleDate(RuleFault.NO_SUCH_HOUR(hour=f"{hour}:{minute:02}"), RuleRemedy.HOURS())
    return bound, time(hour, minute)


def _day_of_month(match: Match) -> Dated:
    bound, hour = _bound(match)
    day = None if match["day"] == "last day" else int(match["day"])
    return DayOfMonth(bound, day, _month_of(match), hour)


def _month_of(match: Match) -> MonthOf:
    if match["nth"]:
        return "first" if int(match["nth"]) == 1 else int(match["nth"])
    return cast(MonthOf, match["which"] or "own")


def _day_of_year(match: Match) -> Dated:
    bound, hour = _bound(match)
    return DayOfYear(bound, int(match["day"]), int(match["month"]), _year_of(match), hour)


def _year_of(match: Match) -> YearOf:
    return 0 if match["of_year"] is None else 1 if match["of_year"] == "next" else -1


def _on_date(match: Match) -> Dated:
    bound, hour = _bound(match)
    return OnDate(bound, exact_date(int(match["year"]), int(match["month"]), int(match["day"])), hour)


def _day_of_week(match: Match) -> Dated:
    bound, hour = _bound(match)
    return DayOfWeek(bound, WEEKDAYS.index(match["weekday"]) + 1, bool(match["next"]), hour)


def _hour_of_day(match: Match) -> DueRule:
    bound, hour = _bound(match)
    return HourOfDay(bound, bool(match["next"]), hour)


def written_date(text: str) -> date | None:
    """A date as people write it: 2024-01-19, 19/1/2024, 19-01-2024, 19.1.2024, and as documents word it in
    Vietnamese, with its marks or without; None for other text. Raises `ImpossibleDate`.

    The one reader of dates in forms, files and commands.
    """
    text = " ".join(text.split())
    if iso := ISO_DATE.fullmatch(text):
        year, month, day = iso.groups()
    elif ours := OUR_DATE.fullmatch(text):
        day, year = ours[1], ours[5]
        month = ours[3] or ours[4]
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


def _within_period(match: Match) -> Dated:
    frequency, index = _part(match["part"]) if match["part"] else (Frequency.YEAR, 1)
    return WithinPeriod(Period(frequency, int(match["year"]), index))


def _within_each_year(match: Match) -> Dated:
    return WithinEachYear(*_part(match["part"]), _year_of(match))


def _within_month(match: Match) -> Dated:
    return WithinMonth(cast(MonthOf, match["which"]))


def _within_of_event(match: Match) -> DueRule:
    return WithinOfEvent(
        int(match["count"]), cast(Literal["h", "d", "wd", "m"], match["unit"]), match["event"]
    )


def _after_period(match: Match) -> DueRule:
    return AfterPeriod(int(match["count"]), cast(Literal["d", "wd"], match["unit"]))


def _window(match: Match) -> DueRule:
    if match["last"] == "event":
        return Window(_end_of_window(match["first"]), ByEvent())
    last = _end_of_window(match["last"])
    return Window(_like(_end_of_window(match["first"]), last), last)


def _end_of_window(text: str) -> Dated:
    for rule in (f"by {text}", f"within {text}"):
        for pattern, build in DATED:
            if match := pattern.fullmatch(rule):
                return build(match)
    raise RuleError(RuleFault.UNREADABLE(text=text), RuleRemedy.WINDOWS())


def parse_planned(text: str) -> PlannedDay:
    """The day that `text` names, as in `5`, `5/12` or `5/12/2025`, without a bound."""
    try:
        rule = parse_rule(f"by {text}")
    except RuleError as error:
        raise RuleError(RuleFault.UNREADABLE_DAY(text=text), RuleRemedy.PLANNED_DAYS()) from error
    if not isinstance(rule, PlannedDay) or rule.hour is not None:
        raise RuleError(RuleFault.UNREADABLE_DAY(text=text), RuleRemedy.PLANNED_DAYS())
    return rule


def _like(first: Dated, last: Dated) -> Dated:
    """The start of a window with what it leaves to the end to say, as in from 20 to 25/12."""
    match first, last:
        case DayOfMonth(day=int(day), month="own"), DayOfMonth(month="first" | "last" | int()):
            return DayOfMonth(first.bound, day, last.month)
        case DayOfMonth(day=int(day), month="own"), DayOfYear():
            return DayOfYear(first.bound, day, last.month, last.year)
        case DayOfMonth(day=int(day), month="own"), OnDate():
            return OnDate(first.bound, exact_date(last.day.year, last.day.month, day))
        case DayOfYear(year=0), OnDate():
            return OnDate(first.bound, exact_date(last.day.year, first.month, first.day))
        case DayOfMonth(day=int(day), month="own"), WithinPeriod(period=Period(frequency=Frequency.MONTH)):
            return WithinPeriod(Period(Frequency.MONTH, last.period.year, day))
        case WithinEachYear(year=0), WithinPeriod():
            return WithinPeriod(Period(first.part, last.period.year, first.index))
    return first


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


def _compiled(
    *patterns: tuple[str, Callable[[Match], T]],
) -> tuple[tuple[re.Pattern[str], Callable[[Match], T]], ...]:
    return tuple((re.compile(pattern, re.ASCII), build) for pattern, build in patterns)


DATED = _compiled(
    (DAY_OF_MONTH, _day_of_month),
    (DAY_OF_YEAR, _day_of_year),
    (ON_DATE, _on_date),
    (ON_ISO_DATE, _on_date),
    (DAY_OF_WEEK, _day_of_week),
    (WITHIN_PERIOD, _within_period),
    (WITHIN_EACH_YEAR, _within_each_year),
    (WITHIN_MONTH, _within_month),
    (WITHIN_LAST_WEEK, lambda _match: WithinLastWeek()),
)
GRAMMAR = DATED + _compiled(
    (HOUR_OF_DAY, _hour_of_day),
    (BY_EVENT, lambda _match: ByEvent()),
    (WITHIN_OF_EVENT, _within_of_event),
    (AFTER_PERIOD, _after_period),
    (WINDOW, _window),
    (RELATIVE, _relative),
)
