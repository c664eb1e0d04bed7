"""What documents write and no due rule says, with what a plan file writes instead."""

from __future__ import annotations

from collections.abc import Callable

from calendars.errors import Fault
from calendars.periods import PER_YEAR, Frequency
from calendars.phrases import Match
from calendars.reading_words import SPANS, number
from calendars.rule_faults import RuleRemedy

Remedy = Callable[[Match], Fault]
OF_THREE, OF_SIX = 3, 6


def repeated(match: Match) -> Fault:
    """Every two months, every three years, every ten days."""
    count = number(match["count"])
    months = count * {Frequency.MONTH: 1, Frequency.QUARTER: 3}.get(SPANS[match["span"]], 0)
    if SPANS[match["span"]] is Frequency.YEAR:
        return RuleRemedy.EVERY_YEARS(count=count)
    if months in (OF_THREE, OF_SIX):
        return RuleRemedy.EVERY_PART(every="quarter" if months == OF_THREE else "half-year")
    if months and PER_YEAR[Frequency.MONTH] % months == 0:
        named = range(months, PER_YEAR[Frequency.MONTH] + 1, months)
        return RuleRemedy.EVERY_MONTHS(months=", ".join(map(str, named)))
    return RuleRemedy.DATES_OF_YEAR()


def before_end(_match: Match) -> Fault:
    return RuleRemedy.BEFORE_END()


def opening_hour(_match: Match) -> Fault:
    return RuleRemedy.OPENS_BY_DAY()


def lunar(_match: Match) -> Fault:
    return RuleRemedy.SOLAR_DATE()


def counted_back(_match: Match) -> Fault:
    return RuleRemedy.COUNTS_BACK()


def later_month(_match: Match) -> Fault:
    return RuleRemedy.LATER_MONTH()
