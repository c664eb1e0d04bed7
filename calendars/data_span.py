"""Which days a report's data covers: up to the cut-off, from the day after the one before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from calendars.cutoffs import Cutoff, clamped
from calendars.day_rules import ONE_DAY
from calendars.periods import OF_MONTHS, Frequency, Period
from calendars.timetable import Part

Span = tuple[date, date]
YEARLY = (Frequency.YEAR, Frequency.YEARS)


def data_span(period: Period, cutoffs: Sequence[Cutoff], parts: Sequence[Part]) -> Span | None:
    """First and last day of a period's data; None where it has no cut-off. Of several each is that of
    one of the `parts` of a year."""
    if len(cutoffs) < 2:
        return period.span(cutoffs[0]) if cutoffs and period.frequency in OF_MONTHS else None
    number = parts.index(Part(period.frequency, period.index))
    return _last_before(period, number, cutoffs, parts) + ONE_DAY, _end(cutoffs[number], period)


def _last_before(period: Period, number: int, cutoffs: Sequence[Cutoff], parts: Sequence[Part]) -> date:
    """The end of the data before: of the round before, or of the part that ends where this period begins (of
    two the one of its own kind). Where the plan names no such part, as many months earlier."""
    if period.frequency is Frequency.ROUND:
        before = parts[number - 1].of(period.year if number else period.year - 1)
        return _end(cutoffs[number - 1], before)
    earlier = [
        (part.frequency is period.frequency, _end(cutoff, part.of(year)))
        for part, cutoff in zip(parts, cutoffs, strict=True)
        for year in (period.year - 1, period.year)
        if part.of(year).last_day + ONE_DAY == period.first_day
    ]
    return max(earlier)[1] if earlier else _months_earlier(_end(cutoffs[number], period), period.months)


def _months_earlier(day: date, months: int) -> date:
    """The last day of a month stays the last."""
    is_last = (day + ONE_DAY).day == 1
    return clamped(day.year - 2, day.month + 24 - months, 31 if is_last else day.day)


def _end(cutoff: Cutoff, period: Period) -> date:
    return cutoff.last_day(period.last_day.year, period.last_day.month)


def fits(cutoff: Cutoff, period: Frequency) -> bool:
    """Whether a period of that frequency can end its data so, if it is the only cut-off."""
    return period in YEARLY if cutoff.month is not None else period in OF_MONTHS
