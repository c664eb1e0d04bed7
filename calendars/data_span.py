"""Which days a report's data covers: up to the cut-off, from the day after the one before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from calendars.cutoffs import Cutoff
from calendars.day_rules import ONE_DAY
from calendars.periods import OF_MONTHS, Frequency, Period
from calendars.timetable import Part

Span = tuple[date, date]
YEARLY = (Frequency.YEAR, Frequency.YEARS)


def data_span(period: Period, cutoffs: Sequence[Cutoff], parts: Sequence[Part]) -> Span | None:
    """First and last day of a period's data; None where it has no cut-off. Of several each is that of
    one of the `parts` of a year, and the data of one begins where that of the one before ends."""
    if len(cutoffs) < 2:
        return period.span(cutoffs[0]) if cutoffs and period.frequency in OF_MONTHS else None
    number = parts.index(Part(period.frequency, period.index))
    before = period.year if number else period.year - 1
    start = _end(cutoffs[number - 1], parts[number - 1].of(before)) + ONE_DAY
    return start, _end(cutoffs[number], period)


def _end(cutoff: Cutoff, period: Period) -> date:
    return cutoff.last_day(period.last_day.year, period.last_day.month)


def fits(cutoff: Cutoff, period: Frequency) -> bool:
    """Whether a period of that frequency can end its data so, if it is the only cut-off."""
    return period in YEARLY if cutoff.month is not None else period in OF_MONTHS
