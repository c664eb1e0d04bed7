"""The dates a plan comes to: each duty's occurrences with the due date of every stage, version by version.

A changed plan holds from a day on: a period is governed by the newest version that held on its first day, so
each period has one version and none falls between two. One-time duties follow the newest version outright.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from calendars.deadlines import DueDate, occurrences
from calendars.periods import Frequency, Period
from calendars.working_days import WorkingDays
from models.plan_file import DutyFile, PlanFile

LONG_AGO = date(1900, 1, 1)


@dataclass(frozen=True, kw_only=True)
class PlanEdition:
    """One version of a plan's file and the local day from which it governs.

    `redates` says that it was loaded to replace what lies ahead and is open already.
    """

    version_id: int
    file: PlanFile
    first: date
    redates: bool = False


@dataclass(frozen=True, kw_only=True)
class DutyOccurrence:
    """One duty in one period; `dues` from the bottom up, None for a stage without a deadline."""

    edition: PlanEdition
    duty: DutyFile
    period: Period
    data_start: date
    cutoff: date
    dues: Sequence[DueDate | None]

    def membership_day(self, stage: int) -> date:
        """The day whose units owe the stage's report: its last day, else the cut-off."""
        due = self.dues[stage]
        return self.cutoff if due is None else due.last_day


def duty_occurrences(
    editions: Sequence[PlanEdition], key: str, until: date, days: WorkingDays
) -> Iterator[DutyOccurrence]:
    """A duty's occurrences up to the anchor day `until`, each period once; `editions` oldest first."""
    for edition in editions:
        duty = edition.file.duty(key)
        if duty is None or duty.every is Frequency.ON_DEMAND:
            continue
        for found in _of_edition(edition, duty, until, days):
            if governing(editions, found.period) is edition:
                yield found


def governing(editions: Sequence[PlanEdition], period: Period) -> PlanEdition:
    """The newest edition that held on the period's first day; the newest of all for one-time duties."""
    if period.is_once:
        return editions[-1]
    held = [edition for edition in editions if edition.first <= period.first_day]
    return held[-1] if held else editions[0]


def _of_edition(
    edition: PlanEdition, duty: DutyFile, until: date, days: WorkingDays
) -> Iterator[DutyOccurrence]:
    plan = edition.file
    in_force_from, in_force_to = plan.span_of(duty)
    for period, dues in occurrences(
        duty.rules,
        duty.every,
        LONG_AGO if duty.every is Frequency.ONCE else in_force_from,
        until,
        in_force_from,
        in_force_to,
        days,
        plan.roll,
        plan.before,
    ):
        start, cutoff = _data_span(plan, duty, period, dues, in_force_from)
        yield DutyOccurrence(
            edition=edition, duty=duty, period=period, data_start=start, cutoff=cutoff, dues=dues
        )


def _data_span(
    plan: PlanFile, duty: DutyFile, period: Period, dues: Sequence[DueDate | None], first: date
) -> tuple[date, date]:
    about = Period.parse(duty.period) if duty.period else period
    if not about.is_once:
        return about.span(plan.cutoff_of(duty))
    dated = [due.last_day for due in dues if due is not None]
    return first, max(dated, default=first)


def absorbing_periods(
    larger: DutyFile, smaller: Period, editions: Sequence[PlanEdition], until: date, days: WorkingDays
) -> list[DutyOccurrence]:
    """The occurrences of `larger` whose report absorbs the period `smaller`."""
    return [
        found for found in duty_occurrences(editions, larger.id, until, days) if found.period.absorbs(smaller)
    ]
