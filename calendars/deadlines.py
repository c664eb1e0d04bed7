"""From a due rule and a period to a deadline, for one stage and for a whole chain of stages.

Three days are kept apart: the written one, the safe day (the last that is on time however the text is read),
and the last day that is on time as this plan reads it. The deadline is the midnight that ends the last day,
or the hour of it that is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from calendars.cutoffs import clamped
from calendars.derivation import (
    DerivationStep,
    InWords,
    StepCode,
    Steps,
    at_stage,
    day_off_step,
    local_text,
    meanwhile,
    rule_step,
)
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
    the day on which the document expects the report; neither decides lateness. `steps` say how it came about.
    """

    written: date
    bound: Bound
    safe_day: date
    last_day: date
    rolled: bool = False
    hour: time | None = None
    opens: date | None = None
    planned: date | None = None
    steps: Steps = field(default=(), compare=False, repr=False)

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
    often: Frequency | None = None,
) -> DueDate:
    """The due date of `period` by a rule of its own; RuleError if the rule does not fit such a period.
    `often` is how the duty comes, where its periods do not say it: days, of every working day."""
    rule.fits(period.frequency, once_a_year=True)
    return _due_date(rule, period, days, roll, reading, rule_step(rule, often or period.frequency))


def _due_date(
    rule: AbsoluteRule,
    period: Period,
    days: WorkingDays,
    roll: Roll,
    reading: BeforeReading,
    first: DerivationStep,
) -> DueDate:
    if isinstance(rule, WithinOfEvent | AfterPeriod):
        return _counted(rule, period, days, roll, first)
    if isinstance(rule, Window):
        return replace(_due_date(rule.last, period, days, roll, reading, first), opens=rule.opens(period))
    if isinstance(rule, HourOfDay | ByEvent):
        roll = Roll.NONE  # what is due every day, or on the day itself, waits for no working day
    return _rolled(_unrolled(rule, period, reading, first), days, roll)


def _unrolled(
    rule: Dated | HourOfDay | ByEvent, period: Period, reading: BeforeReading, first: DerivationStep
) -> DueDate:
    written, hour = rule.days(period)[1], rule.hour
    is_beyond = isinstance(rule, DayOfMonth | DayOfYear) and rule.is_beyond_month(written)
    steps = [first, _named(period, written, hour)]
    if is_beyond:
        steps.append(DerivationStep(StepCode.SHORT_MONTH, {"day": written}, written, hour))
    if is_beyond and rule.bound is Bound.BEFORE:  # "before 31" in April: all of it lies before
        return DueDate(written, Bound.BY, written, written, steps=tuple(steps))
    if hour is not None:
        return DueDate(written, rule.bound, written, written, hour=hour, steps=tuple(steps))
    if rule.bound is not Bound.BEFORE:
        return DueDate(written, rule.bound, written, written, steps=tuple(steps))
    safe = written - ONE_DAY
    last = written if reading is BeforeReading.INCLUSIVE else safe
    code = StepCode.INCLUDED if reading is BeforeReading.INCLUSIVE else StepCode.EXCLUSIVE
    steps.append(DerivationStep(code, {"day": last, "safe": safe}, last))
    return DueDate(written, rule.bound, safe, last, steps=tuple(steps))


def _named(period: Period, day: date, hour: time | None) -> DerivationStep:
    if period.is_once:
        code = StepCode.WRITTEN if hour is None else StepCode.WRITTEN_HOUR
    else:
        code = StepCode.NAMED if hour is None else StepCode.NAMED_HOUR
    values: dict[str, object] = {} if period.is_once else {"period": InWords(period.label)}
    values |= {"day": day} if hour is None else {"day": day, "hour": hour}
    return DerivationStep(code, values, day, hour)


def _counted(
    rule: WithinOfEvent | AfterPeriod, period: Period, days: WorkingDays, roll: Roll, first: DerivationStep
) -> DueDate:
    """Hours count from the moment itself; days from the day after the event, or after the period's last;
    months end on the day of the same number, or with a shorter month."""
    start = rule.days(period)[1]
    if rule.measure == "wd":
        day = days.forward(start + ONE_DAY, rule.count) - ONE_DAY
        step = _counting(StepCode.COUNTED_WORKING_DAYS, rule.count, start, day)
        return _relative(day, days, Roll.NONE, first, step, *meanwhile(days, start, day, day))
    if rule.measure == "d":
        day = start + rule.count * ONE_DAY
        return _relative(day, days, roll, first, _counting(StepCode.COUNTED_DAYS, rule.count, start, day))
    if rule.measure == "m":
        day = clamped(start.year, start.month + rule.count, start.day)
        return _relative(day, days, roll, first, _counting(StepCode.COUNTED_MONTHS, rule.count, start, day))
    return _counted_hours(rule.count, datetime.combine(start, period.clock or time.min), days, first)


def _counted_hours(count: int, start: datetime, days: WorkingDays, first: DerivationStep) -> DueDate:
    ends = start + timedelta(hours=count)
    begins = InWords(lambda said: local_text(start, said))
    if ends.time() == time.min:  # midnight ends the day before
        day = ends.date() - ONE_DAY
        step = DerivationStep(
            StepCode.COUNTED_TO_MIDNIGHT, {"number": count, "start": begins, "day": day}, day
        )
        return _relative(day, days, Roll.NONE, first, step)
    values = {"number": count, "start": begins, "day": ends.date(), "hour": ends.time()}
    step = DerivationStep(StepCode.COUNTED_HOURS, values, ends.date(), ends.time())
    return DueDate(ends.date(), Bound.BY, ends.date(), ends.date(), hour=ends.time(), steps=(first, step))


def _counting(code: StepCode, count: int, start: date, day: date) -> DerivationStep:
    return DerivationStep(code, {"number": count, "start": start, "day": day}, day)


def chain_due_dates(
    rules: Sequence[DueRule | None],
    period: Period,
    days: WorkingDays,
    roll: Roll = Roll.NONE,
    reading: BeforeReading = BeforeReading.STRICT,
    often: Frequency | None = None,
) -> DueDates:
    """The due dates of a chain's stages, from the bottom up. None stays None: a stage without a deadline."""
    dues: DueDates = [
        due_date(rule, period, days, roll, reading, often) if isinstance(rule, AbsoluteRule) else None
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
            dues = chain_due_dates(rules, period, days, roll, reading, often_of(timetable, period))
            yield period, with_planned(dues, timetable, period)


def often_of(timetable: Timetable, period: Period) -> Frequency:
    """How often such a period comes: a working day's is that of the day."""
    often = timetable.every.frequency
    return often if often is Frequency.WORKDAY else period.frequency


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
    if rule.working:
        day = days.back(end, rule.count) - ONE_DAY
        # Rolled forward, it would lose a working day that it promises; rolled back, it keeps them all.
        roll = Roll.NONE if roll is Roll.FOLLOWING else roll
    else:
        day = end - timedelta(rule.count) - ONE_DAY
    code = StepCode.LEAD_WORKING if rule.working else StepCode.LEAD
    step = DerivationStep(code, {"number": rule.count, "upper": upper.safe_day, "day": day}, day)
    before = (*at_stage(upper.steps, i + 2), rule_step(rule, Frequency.YEAR), step)
    if rule.working:
        before += meanwhile(days, day, upper.safe_day, day)
    return _relative(day, days, roll, *before, upper=None if rule.working else upper.safe_day)


def _following(rule: After, i: int, dues: DueDates, days: WorkingDays, roll: Roll) -> DueDate:
    lower = dues[i - 1] if i else None
    if lower is None:
        raise RuleError(
            f"stage {i + 1} from the bottom has `{rule}`, but no dated stage before it",
            "give the stage before it a due rule of its own, or this stage a date of its own",
        )
    if rule.working:
        day, roll = days.forward(lower.last_day + ONE_DAY, rule.count) - ONE_DAY, Roll.NONE
    else:
        day = lower.last_day + timedelta(rule.count)
    code = StepCode.AFTER_WORKING if rule.working else StepCode.AFTER
    step = DerivationStep(code, {"number": rule.count, "lower": lower.last_day, "day": day}, day)
    before = (*at_stage(lower.steps, i), rule_step(rule, Frequency.YEAR), step)
    if rule.working:
        before += meanwhile(days, lower.last_day, day, day)
    upper = dues[i + 1] if i + 1 < len(dues) else None
    return _relative(day, days, roll, *before, upper=upper.safe_day if upper else None)


def _rolled(due: DueDate, days: WorkingDays, roll: Roll) -> DueDate:
    """`due` moved off a day off; the written day stays."""
    safe = _roll_day(due.safe_day, days, roll)
    last = _roll_day(due.last_day, days, roll)
    noted = _day_off(due.last_day, last, days, due.hour)
    is_rolled = (safe, last) != (due.safe_day, due.last_day)
    if not (is_rolled or noted):
        return due
    return replace(due, safe_day=safe, last_day=last, rolled=is_rolled, steps=(*due.steps, *noted))


def _relative(
    day: date, days: WorkingDays, roll: Roll, *steps: DerivationStep, upper: date | None = None
) -> DueDate:
    """A due date that no text writes down: its written day is its last day."""
    moved = _roll_day(day, days, roll, upper)
    noted = (*steps, *_day_off(day, moved, days))
    return DueDate(moved, Bound.BY, moved, moved, rolled=moved != day, steps=noted)


def _day_off(day: date, moved: date, days: WorkingDays, hour: time | None = None) -> Steps:
    """What a day off did to the last day; nothing where it is a working day."""
    if moved == day and days.is_working(day):
        return ()
    code = StepCode.STAYS
    if moved != day:
        code = StepCode.ROLLED_ON if moved > day else StepCode.ROLLED_BACK
    return (day_off_step(code, day, days, moved)._replace(hour=hour),)


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
