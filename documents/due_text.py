"""The due rule of a duty in the language of plan files, and what of it the text does not say itself.

Where `calendars.due_rules` has the kind of rule, its own canonical text is used. Hours, windows, weeks and
events are written in the forms that plan files take for them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from calendars.due_rules import Bound, DayBound, DayOfMonth, DayOfYear, OnDate, WithinEachYear, WithinPeriod
from calendars.due_rules import MonthOf as MonthOfRule
from calendars.errors import CalendarError
from calendars.periods import Frequency, Period
from calendars.rules import exact_date
from documents.duty import Duty
from documents.frequencies import Often
from documents.moments import Limit, Moment, MomentKind, MonthOf, Written


class Assumption(StrEnum):
    """What was worked out: each is shown, and confirmed by a person."""

    YEAR_OF_ISSUE = "year-of-issue"
    LAST_MONTH = "last-month-of-period"
    FIRST_HALF = "half-year-of-the-date"
    FIRST_DAY = "first-day-of-span"


@dataclass(frozen=True)
class Due:
    """`rule` as a plan file writes it; `periods` where a date is that of one period only; `event` is the
    words for what the rule counts from."""

    rule: str
    assumed: tuple[Assumption, ...] = ()
    periods: tuple[str, ...] = ()
    planned: str = ""
    event: str = ""


WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
EVENT = "event-1"
"""The id of a duty's own event in the draft."""
DELAYS = {"day": ("d", 1), "workday": ("wd", 1), "hour": ("h", 1), "week": ("d", 7)}
MONTHS: dict[MonthOf, MonthOfRule] = {
    MonthOf.NEXT: "next",
    MonthOf.FIRST: "first",
    MonthOf.LAST: "last",
}
YEARLY = frozenset({Often.YEAR, Often.NINE_MONTHS, Often.YEARS})


def due_of(duty: Duty, issued: date | None) -> Due | None:
    """The rule of the duty's time; None where it has none that a rule can say (a lunar day, a day without a
    year in a document without a date)."""
    time = duty.time
    if time is None:
        return None
    found = _window(time, duty.often, issued) if time.opens is not None else _single(time, duty.often, issued)
    if found is None or time.planned is None:
        return found
    planned = _day_text(time.planned, issued if duty.often is Often.ONCE else None)
    return replace(found, planned=planned)


def _single(time: Written, often: Often, issued: date | None) -> Due | None:
    try:
        found = _rule(time.moment, time.limit or Limit.BY, often, issued)
    except CalendarError:
        return None
    if found is None or time.moment.hour is None or time.moment.kind is MomentKind.HOUR:
        return found
    bound, _, rest = found.rule.partition(" ")
    return replace(found, rule=f"{bound} {_hour(time.moment)} {rest}")


def _rule(moment: Moment, limit: Limit, often: Often, issued: date | None) -> Due | None:
    bound: DayBound = Bound.BEFORE if limit is Limit.BEFORE else Bound.BY
    match moment.kind:
        case MomentKind.DATE | MomentKind.DAY_MONTH:
            return _of_date(moment, bound, often, issued)
        case MomentKind.DAY | MomentKind.LAST_DAY:
            return _of_day(moment, bound, often)
        case (
            MomentKind.MONTH | MomentKind.QUARTER | MomentKind.HALF | MomentKind.NINE_MONTHS | MomentKind.YEAR
        ):
            return _of_span(moment, bound, often, issued)
        case MomentKind.WEEK:
            return _of_week(moment, bound)
        case MomentKind.WEEKDAY:
            return Due(f"{bound} {WEEKDAYS[(moment.index or 1) - 1]}")
        case MomentKind.HOUR:
            return Due(f"{bound} {_hour(moment)}")
        case MomentKind.DELAY:
            return _of_delay(moment)
        case MomentKind.EVENT:
            return Due("by event", event=moment.anchor or "")


def _of_date(moment: Moment, bound: DayBound, often: Often, issued: date | None) -> Due | None:
    day, month = moment.day or 0, moment.month or 0
    if often is Often.ONCE:
        year = moment.year_from(issued)
        if year is None:
            return None
        assumed = () if moment.year else (Assumption.YEAR_OF_ISSUE,)
        return Due(str(OnDate(bound, exact_date(year, month, day))), assumed)
    rule = str(DayOfYear(bound, day, month, 1 if moment.next_year else 0))
    if often is Often.HALF_YEAR:
        half = "H1" if 3 < month < 10 else "H2"
        return Due(rule, (Assumption.FIRST_HALF,), (half,))
    return Due(rule)


def _of_day(moment: Moment, bound: DayBound, often: Often) -> Due:
    """A day of a month of the period; where the text names no month, a longer period's last one."""
    month = moment.month_of if moment.month_of is not MonthOf.OWN else None
    if month is MonthOf.PREVIOUS:
        return Due(f"{DayOfMonth(bound, moment.day)} previous month")
    if month is None and often not in (Often.MONTH, Often.DAY, Often.WEEK, Often.UNSPECIFIED, Often.ONCE):
        return Due(str(DayOfMonth(bound, moment.day, "last")), (Assumption.LAST_MONTH,))
    return Due(str(DayOfMonth(bound, moment.day, MONTHS[month] if month else "own")))


def _of_span(moment: Moment, bound: DayBound, often: Often, issued: date | None) -> Due | None:
    """Any day of a span will do, whether the text says in it or by it; before it, not its first day."""
    if moment.span is not None:
        return Due(f"within {moment.month_of} month")
    frequency, index = _part(moment)
    if moment.year is None and often in (YEARLY | {Often.HALF_YEAR, Often.QUARTER}):
        half = ("H1" if index <= 6 else "H2",) if often is Often.HALF_YEAR else ()
        return Due(str(WithinEachYear(frequency, index)), (), half)
    year = moment.year_from(issued)
    if year is None:
        return None
    assumed = () if moment.year else (Assumption.YEAR_OF_ISSUE,)
    period = Period(frequency, year, index)
    if bound is Bound.BEFORE:
        return Due(str(OnDate(bound, period.first_day)), (*assumed, Assumption.FIRST_DAY))
    return Due(str(WithinPeriod(period)), assumed)


def _part(moment: Moment) -> tuple[Frequency, int]:
    match moment.kind:
        case MomentKind.MONTH:
            return Frequency.MONTH, moment.month or 1
        case MomentKind.QUARTER:
            return Frequency.QUARTER, moment.index or 1
        case MomentKind.HALF:
            return Frequency.HALF_YEAR, moment.index or 1
        case MomentKind.NINE_MONTHS:
            return Frequency.NINE_MONTHS, 1
    return Frequency.YEAR, 1


def _of_week(moment: Moment, bound: DayBound) -> Due | None:
    """The last week of a period; a week of a certain month has no rule."""
    if moment.span is None or moment.index != 0 or moment.month_of is not MonthOf.LAST:
        return None
    return Due("within last week")


def _of_delay(moment: Moment) -> Due | None:
    unit, factor = DELAYS.get(moment.unit or "", ("", 0))
    if not unit:
        return None
    return Due(f"within {(moment.count or 0) * factor}{unit} of {EVENT}", event=moment.anchor or "")


def _window(time: Written, often: Often, issued: date | None) -> Due | None:
    opens = time.opens
    assert opens is not None
    once = issued if often is Often.ONCE else None
    first, last = _day_text(opens, once), _day_text(time.moment, once)
    if not first or not last:
        return None
    worked_out = often is Often.ONCE and None in (opens.year, time.moment.year)
    return Due(f"from {first} to {last}", (Assumption.YEAR_OF_ISSUE,) if worked_out else ())


def _day_text(moment: Moment, issued: date | None) -> str:
    """A day, a month, a quarter or a year as windows and planned days are written."""
    year = moment.year_from(issued)
    behind = f"/{year}" if year else ""
    match moment.kind:
        case MomentKind.DATE | MomentKind.DAY_MONTH:
            return f"{moment.day}/{moment.month}{behind}"
        case MomentKind.DAY:
            return f"{moment.day}{' next month' if moment.month_of is MonthOf.NEXT else ''}"
        case MomentKind.MONTH if moment.month and year:
            return f"{moment.month}{behind}"
        case MomentKind.QUARTER if year:
            return f"Q{moment.index}{behind}"
        case MomentKind.YEAR:
            return f"{moment.year}"
    return ""


def _hour(moment: Moment) -> str:
    hour, _, minute = (moment.hour or "0:00").partition(":")
    return f"{int(hour)}:{minute}"
