"""From a due rule and a period to a deadline, for one stage and for a whole chain of stages.

Three days are kept apart: the written one, the safe day (the last that is on time however the text is read),
and the last day that is on time as this plan reads it. The deadline is the midnight that ends the last day,
or the hour of it that is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from calendars.cutoffs import clamped
from calendars.due_rules import (
    AbsoluteRule,
    After,
    AfterPeriod,
    Bound,
    ByEvent,
    Dated,
    DayOfMonth,
    DayOfYear,
    DueRule,
    HourOfDay,
    Lead,
    Window,
    WithinOfEvent,
)
from calendars.errors import RuleError
from calendars.periods import Frequency, Period
from calendars.timetable import Timetable
from calendars.working_days import ONE_DAY, WorkingDays
from calendars.zone import midnight, moment


class Roll(StrEnum):
    """What happens when the last day is no working day: nothing; it moves to the next working day (Civil Code
    2015, art. 148); it moves to the working day before (Decree 315/2025, model rules for communes)."""

    NONE = "none"
    FOLLOWING = "following"
    PRECEDING = "preceding"


class BeforeReading(StrEnum):
    """Whether "trước ngày 18" makes the 18th itself late (strict) or not (inclusive). No text defines it."""

    STRICT = "strict"
    INCLUSIVE = "inclusive"


@dataclass(frozen=True)
class DueDate:
    """What a due rule comes to. All are local days; `rolled` says that a day off moved them.

    With an `hour` the deadline is that hour of the last day. `opens` is the first day of a window, `planned`
    the day on which the document expects the report; neither decides lateness.
    """

    written: date
    bound: Bound
    safe_day: date
    last_day: date
    rolled: bool = False
    hour: time | None = None
    opens: date | None = None
    planned: date | None = None

    def deadline(self, zone: ZoneInfo) -> datetime:
        """The first UTC instant at which it is too late."""
        if self.hour is None:
            return midnight(self.last_day + ONE_DAY, zone)
        return moment(self.last_day, self.hour, zone)

    def is_later(self, other: DueDate) -> bool:
        """Whether its deadline comes after the other's."""
        return (self.last_day, self.hour or time.max) > (other.last_day, other.hour or time.max)

    def hint(self, days: WorkingDays) -> date | None:
        """The working day to send by when the last day is a day off, else None."""
        return None if days.is_working(self.last_day) else days.previous_or_same(self.last_day)


DueDates = list[DueDate | None]


def due_date(
    rule: AbsoluteRule,
    period: Period,
    days: WorkingDays,
    roll: Roll = Roll.NONE,
    reading: BeforeReading = BeforeReading.STRICT,
) -> DueDate:
    """The due date of `period` by a rule of its own; RuleError if the rule does not fit such a period."""
    rule.fits(period.frequency, once_a_year=True)
    if isinstance(rule, WithinOfEvent | AfterPeriod):
        return _counted(rule, period, days, roll)
    if isinstance(rule, Window):
        return replace(due_date(rule.last, period, days, roll, reading), opens=rule.opens(period))
    if isinstance(rule, HourOfDay | ByEvent):
        roll = Roll.NONE  # what is due every day, or on the day itself, waits for no working day
    return _rolled(_unrolled(rule, period, reading), days, roll)


def _unrolled(rule: Dated | HourOfDay | ByEvent, period: Period, reading: BeforeReading) -> DueDate:
    written = rule.days(period)[1]
    if (
        isinstance(rule, DayOfMonth | DayOfYear)
        and rule.is_beyond_month(written)
        and rule.bound is Bound.BEFORE
    ):
        return DueDate(written, Bound.BY, written, written)  # "before 31" in April: all of it lies before
    if rule.hour is not None:
        return DueDate(written, rule.bound, written, written, hour=rule.hour)
    safe = written - ONE_DAY if rule.bound is Bound.BEFORE else written
    return DueDate(written, rule.bound, safe, written if reading is BeforeReading.INCLUSIVE else safe)


def _counted(rule: WithinOfEvent | AfterPeriod, period: Period, days: WorkingDays, roll: Roll) -> DueDate:
    """Hours count from the moment itself; days from the day after the event, or after the period's last;
    months end on the day of the same number, or with a shorter month."""
    start = rule.days(period)[1]
    if rule.measure == "wd":
        return _relative(days.forward(start + ONE_DAY, rule.count) - ONE_DAY, days, Roll.NONE)
    if rule.measure == "d":
        return _relative(start + rule.count * ONE_DAY, days, roll)
    if rule.measure == "m":
        return _relative(clamped(start.year, start.month + rule.count, start.day), days, roll)
    ends = datetime.combine(start, period.clock or time.min) + timedelta(hours=rule.count)
    if ends.time() == time.min:  # midnight ends the day before
        return _relative(ends.date() - ONE_DAY, days, Roll.NONE)
    return DueDate(ends.date(), Bound.BY, ends.date(), ends.date(), hour=ends.time())


def chain_due_dates(
    rules: Sequence[DueRule | None],
    period: Period,
    days: WorkingDays,
    roll: Roll = Roll.NONE,
    reading: BeforeReading = BeforeReading.STRICT,
) -> DueDates:
    """The due dates of a chain's stages, from the bottom up. None stays None: a stage without a deadline."""
    dues: DueDates = [
        due_date(rule, period, days, roll, reading) if isinstance(rule, AbsoluteRule) else None
        for rule in rules
    ]
    for i in reversed(range(len(rules))):
        rule = rules[i]
        if isinstance(rule, Lead):
            dues[i] = _leading(rule, i, dues, days, roll)
    for i, rule in enumerate(rules):
        if isinstance(rule, After):
            dues[i] = _following(rule, i, dues, days, roll)
    return dues


def occurrences(
    timetable: Timetable,
    first: date,
    last: date,
    in_force_from: date,
    in_force_to: date | None,
    days: WorkingDays,
    roll: Roll = Roll.NONE,
    reading: BeforeReading = BeforeReading.STRICT,
) -> Iterator[tuple[Period, DueDates]]:
    """The plan's periods whose anchor lies in [first, last], with their due dates from the bottom up.

    The anchor is the last day of the topmost stage with a date of its own, else the period's nominal end; for
    a one-time duty without a date it is the day the plan comes into force. Each occurrence has one anchor, so
    ranges laid end to end give it exactly once.
    """
    often = timetable.every.frequency
    for period in timetable.periods(*_searched(often, first, last)):
        if often is Frequency.WORKDAY and not days.is_working(period.first_day):
            continue
        rules = timetable.rules(period)
        anchor_rule = _anchor_rule(rules)
        anchor = (
            due_date(anchor_rule, period, days, roll, reading).last_day
            if anchor_rule is not None
            else (in_force_from if period.is_once else period.last_day)
        )
        if first <= anchor <= last and _belongs(period, anchor, in_force_from, in_force_to):
            dues = chain_due_dates(rules, period, days, roll, reading)
            yield period, with_planned(dues, timetable, period)


def with_planned(dues: DueDates, timetable: Timetable, period: Period) -> DueDates:
    """The due dates with the days on which the document expects the reports."""
    planned = timetable.planned_rules(period)
    return [
        due if due is None or rule is None else replace(due, planned=rule.days(period)[1])
        for due, rule in zip(dues, planned or [None] * len(dues), strict=True)
    ]


def _leading(rule: Lead, i: int, dues: DueDates, days: WorkingDays, roll: Roll) -> DueDate:
    upper = dues[i + 1] if i + 1 < len(dues) else None
    if upper is None:
        raise RuleError(
            f"stage {i + 1} from the bottom has `{rule}`, but no later stage to lead",
            "give the next stage a due rule, or this stage a date of its own",
        )
    end = upper.safe_day + ONE_DAY
    if not rule.working:
        return _relative(end - timedelta(rule.count) - ONE_DAY, days, roll, upper=upper.safe_day)
    # Rolled forward, it would lose a working day that it promises; rolled back, it keeps them all.
    roll = Roll.NONE if roll is Roll.FOLLOWING else roll
    return _relative(days.back(end, rule.count) - ONE_DAY, days, roll)


def _following(rule: After, i: int, dues: DueDates, days: WorkingDays, roll: Roll) -> DueDate:
    lower = dues[i - 1] if i else None
    if lower is None:
        raise RuleError(
            f"stage {i + 1} from the bottom has `{rule}`, but no dated stage before it",
            "give the stage before it a due rule of its own, or this stage a date of its own",
        )
    start = lower.last_day + ONE_DAY
    if rule.working:
        return _relative(days.forward(start, rule.count) - ONE_DAY, days, Roll.NONE)
    upper = dues[i + 1] if i + 1 < len(dues) else None
    day = lower.last_day + timedelta(rule.count)
    return _relative(day, days, roll, upper=upper.safe_day if upper else None)


def _rolled(due: DueDate, days: WorkingDays, roll: Roll) -> DueDate:
    """`due` moved off a day off; the written day stays."""
    safe = _roll_day(due.safe_day, days, roll)
    last = _roll_day(due.last_day, days, roll)
    return replace(due, safe_day=safe, last_day=last, rolled=(safe, last) != (due.safe_day, due.last_day))


def _relative(day: date, days: WorkingDays, roll: Roll, upper: date | None = None) -> DueDate:
    """A due date that no text writes down: its written day is its last day."""
    moved = _roll_day(day, days, roll, upper)
    return DueDate(moved, Bound.BY, moved, moved, rolled=moved != day)


def _roll_day(day: date, days: WorkingDays, roll: Roll, upper: date | None = None) -> date:
    """`day` moved to a working day; forward only if that lies before the next stage's day, `upper`.

    Else the next stage would get this report on its own last day. Rolling back needs no such
    bound: the stage below has rolled to a working day already, where a move stops.
    """
    match roll:
        case Roll.FOLLOWING:
            moved = days.next_or_same(day)
            return moved if upper is None or moved < upper else day
        case Roll.PRECEDING:
            return days.previous_or_same(day)
    return day


def _anchor_rule(rules: Sequence[DueRule | None]) -> AbsoluteRule | None:
    own = [rule for rule in rules if isinstance(rule, AbsoluteRule)]
    return own[-1] if own else None


def _searched(often: Frequency, first: date, last: date) -> tuple[date, date]:
    """The range and what lies around it: whole years, as a deadline may lie in the year after its period, and
    be rolled on. Days and weeks are due a few days later at most."""
    if often in (Frequency.DAY, Frequency.WORKDAY, Frequency.WEEK):
        around = 31 * ONE_DAY
        return first - min(around, first - date.min), last + min(around, date(9990, 12, 31) - last)
    return date(max(first.year - 2, 1), 1, 1), date(min(last.year + 1, 9990), 12, 31)


def _belongs(period: Period, anchor: date, in_force_from: date, in_force_to: date | None) -> bool:
    """Whether the plan in force [from, to] asks for this period. It names its one-time duties."""
    if period.is_once:
        return True
    if period.last_day < in_force_from or anchor < in_force_from:
        return False
    return in_force_to is None or period.last_day <= in_force_to or anchor <= in_force_to
