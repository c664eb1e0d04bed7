"""The dates a plan comes to: each duty's occurrences with the due date of every stage, version by version.

A changed plan holds from a day on: a period, the running one too, is governed by the newest version under
which its deadline still lay ahead on that day. So each period has one version, and none falls between two.
One-time duties follow the newest version outright.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from calendars.cutoffs import clamped
from calendars.data_span import Span
from calendars.deadlines import DueDate, DueDates, chain_due_dates, occurrences, often_of
from calendars.derivation import DerivationStep, StepCode
from calendars.due_rules import AbsoluteRule, DueRule, Lead
from calendars.periods import OF_MONTHS, ONE_DAY, WHEN_ASKED, Frequency, Period
from calendars.working_days import WorkingDays
from calendars.zone import local_date
from models.plan_files.plan import DutyFile, PlanFile

LONG_AGO = date(1900, 1, 1)
LONGEST_MOVE = timedelta(days=800)
"""How far an edition may move a period's deadline and still govern the period at once."""


@dataclass(frozen=True, kw_only=True)
class PlanEdition:
    """One version of a plan's file and the local day from which it governs.

    `redates` says that it was loaded to replace what lies ahead and is open already, as every change is now;
    `loaded_at` is None for one that is not loaded.
    """

    version_id: int
    file: PlanFile
    first: date
    redates: bool = False
    loaded_at: datetime | None = None

    def came_before(self, due: DueDate, zone: ZoneInfo) -> bool:
        """Whether the deadline still lay ahead when it began to govern: on its first day it may have been
        loaded after the hour."""
        if due.last_day != self.first or self.loaded_at is None:
            return due.last_day >= self.first
        return local_date(self.loaded_at, zone) != self.first or due.deadline(zone) > self.loaded_at


@dataclass(frozen=True, kw_only=True)
class DutyOccurrence:
    """One duty in one period; `dues` from the bottom up, None for a stage without a deadline. `span` has the
    first and last day of its data by the cut-off, None without one; `first` is the duty's own first day.

    `asked_rule` is what a request says of the topmost stage, `asked_of` the ids of the units that it, or an
    event, is for; None for all.
    """

    edition: PlanEdition
    duty: DutyFile
    period: Period
    span: Span | None
    first: date
    dues: Sequence[DueDate | None]
    asked_rule: DueRule | None = None
    asked_of: frozenset[int] | None = None

    def data_span(self, stage: int) -> Span | None:
        """What the stage's report is about; None where that would end on its last day or later."""
        due = self.dues[stage]
        is_possible = self.span is not None and (due is None or self.span[1] < due.last_day)
        return self.span if is_possible else None

    def begins(self, stage: int) -> date:
        """The first day on which the stage can report: of its window, its data, its period, or the duty."""
        due, span = self.dues[stage], self.span
        if due is not None and due.opens is not None:
            return due.opens
        if self.period.is_once:
            return span[0] if span else self.first
        first = span[0] if span else self.period.first_day
        if due is None or first < due.last_day or self.period.frequency not in OF_MONTHS:
            return first
        last = due.last_day  # due before its period begins: it can be reported in the month until then
        return clamped(last.year, last.month - 1, last.day) + ONE_DAY

    def membership_day(self, stage: int) -> date:
        """The day whose units owe the stage's report: its last day, else the end of its data or period. What
        was due before the duty began is owed by those of its first day."""
        due = self.dues[stage]
        if due is not None:
            return max(due.last_day, self.first) if self.period.is_once else due.last_day
        if self.span is not None:
            return self.span[1]
        dated = [each.last_day for each in self.dues if each is not None]
        return max(dated, default=self.first if self.period.is_once else self.period.last_day)

    def is_ahead_of_edition(self, stage: int, zone: ZoneInfo) -> bool:
        """Whether the stage's deadline, or its day without one, still lay ahead when the edition began."""
        due = self.dues[stage]
        if due is None:
            return self.membership_day(stage) >= self.edition.first
        return self.edition.came_before(due, zone)

    def rule_text(self, stage: int) -> str:
        """The stage's due rule in this period as plan files write it; empty without one."""
        return str(self._rules[stage] or "")

    @property
    def _rules(self) -> list[DueRule | None]:
        return stage_rules(self.duty, self.period, self.asked_rule)

    @property
    def anchor(self) -> date:
        """The day by which the period is counted: see `calendars.deadlines.occurrences`."""
        own = [
            due for due, rule in zip(self.dues, self._rules, strict=True) if isinstance(rule, AbsoluteRule)
        ]
        if own and own[-1] is not None:
            return own[-1].last_day
        return self.first if self.period.is_once else self.period.last_day

    def is_open_by(self, day: date) -> bool:
        """Whether a stage has a window that is open on the day."""
        return any(due is not None and due.opens is not None and due.opens <= day for due in self.dues)


def stage_rules(duty: DutyFile, period: Period, asked: DueRule | None = None) -> list[DueRule | None]:
    """The due rules of the stages, from the bottom up; the topmost has what was `asked`, if anything was."""
    rules = duty.timetable.rules(period)
    return rules if asked is None else [*rules[:-1], asked]


def period_dues(
    plan: PlanFile, duty: DutyFile, period: Period, days: WorkingDays, asked: DueRule | None = None
) -> DueDates:
    """The due dates of the stages in one period, from the bottom up."""
    rules, often = stage_rules(duty, period, asked), often_of(duty.timetable, period)
    return chain_due_dates(rules, period, days, plan.roll, plan.before, often)


def asked_dues(
    plan: PlanFile,
    duty: DutyFile,
    period: Period,
    days: WorkingDays,
    now: datetime,
    zone: ZoneInfo,
    rule: DueRule | None = None,
) -> DueDates:
    """Those of what is asked for at `now` by `rule`, or made due by an event. Where a lead would have ended
    before anybody was asked, the stage has as long as the one above it."""
    found, rules = period_dues(plan, duty, period, days, rule), stage_rules(duty, period, rule)
    for i in reversed(range(len(found) - 1)):
        due, above = found[i], found[i + 1]
        if isinstance(rules[i], Lead) and due and above and due.deadline(zone) <= now < above.deadline(zone):
            step = DerivationStep(StepCode.AS_LONG, {"day": above.last_day}, above.last_day, above.hour)
            found[i] = replace(above, steps=(*due.steps, step))
    return found


def asked_occurrence(
    edition: PlanEdition,
    duty: DutyFile,
    period: Period,
    asked: Collection[int] | None,
    days: WorkingDays,
    now: datetime,
    zone: ZoneInfo,
    rule: DueRule | None = None,
) -> DutyOccurrence:
    """One duty of a plan's version as a request made at `now` asks for it by `rule`, or as an event does."""
    return DutyOccurrence(
        edition=edition,
        duty=duty,
        period=period,
        span=None,
        first=edition.file.span_of(duty)[0],
        dues=asked_dues(edition.file, duty, period, days, now, zone, rule),
        asked_rule=rule,
        asked_of=None if asked is None else frozenset(asked),
    )


def longest_period(editions: Sequence[PlanEdition], key: str) -> timedelta:
    """How much further to look ahead for the next period of what comes every few years; nothing else."""
    duties = (edition.file.duty(key) for edition in editions)
    return timedelta(days=366 * max((duty.recurrence.years - 1 for duty in duties if duty), default=0))


def duty_occurrences(
    editions: Sequence[PlanEdition], key: str, until: date, days: WorkingDays
) -> Iterator[DutyOccurrence]:
    """A duty's occurrences up to the anchor day `until`, each period once; `editions` oldest first."""
    # What one edition moves beyond `until` is not to come from another.
    further = until + LONGEST_MOVE if len(editions) > 1 else until
    by_edition = [_by_period(edition, key, further, days) for edition in editions]
    for edition, own in zip(editions, by_edition, strict=True):
        for period, found in own.items():
            if found.anchor <= until and _governing(editions, by_edition, period) is edition:
                yield found


def _by_period(
    edition: PlanEdition, key: str, until: date, days: WorkingDays
) -> dict[Period, DutyOccurrence]:
    duty = edition.file.duty(key)
    if duty is None or duty.every in WHEN_ASKED or duty.event is not None:
        return {}
    return {found.period: found for found in _of_edition(edition, duty, until, days)}


def _governing(
    editions: Sequence[PlanEdition],
    by_edition: Sequence[Mapping[Period, DutyOccurrence]],
    period: Period,
) -> PlanEdition:
    """The newest edition whose first day is not after the period's anchor under it: its deadline still lay
    ahead then. One that has no such period governs those that begin under it; the newest has one-time duties.
    """
    if period.is_once:
        return editions[-1]
    for edition, own in zip(reversed(editions), reversed(by_edition), strict=True):
        found = own.get(period)
        if edition.first <= (period.first_day if found is None else found.anchor):
            return edition
    return editions[0]


def governing(editions: Sequence[PlanEdition], key: str, period: Period, days: WorkingDays) -> PlanEdition:
    """The edition that governs one period of a duty."""
    until = period.last_day + LONGEST_MOVE if not period.is_once else LONG_AGO
    return _governing(editions, [_by_period(each, key, until, days) for each in editions], period)


def _of_edition(
    edition: PlanEdition, duty: DutyFile, until: date, days: WorkingDays
) -> Iterator[DutyOccurrence]:
    plan = edition.file
    in_force_from, in_force_to = plan.span_of(duty)
    for period, dues in occurrences(
        duty.timetable,
        LONG_AGO if duty.every is Frequency.ONCE else in_force_from,
        until,
        in_force_from,
        in_force_to,
        days,
        plan.roll,
        plan.before,
    ):
        yield DutyOccurrence(
            edition=edition,
            duty=duty,
            period=period,
            span=plan.data_span(duty, period),
            first=in_force_from,
            dues=dues,
        )


def absorbing_periods(
    larger: DutyFile, smaller: Period, editions: Sequence[PlanEdition], until: date, days: WorkingDays
) -> list[DutyOccurrence]:
    """The occurrences of `larger` whose report absorbs the period `smaller`."""
    return [
        found for found in duty_occurrences(editions, larger.id, until, days) if found.period.absorbs(smaller)
    ]
