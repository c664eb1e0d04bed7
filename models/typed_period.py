"""A reporting period as people write it: tháng 9/2024, 9/2024, quý III/2024, 6 tháng đầu năm 2024, 2024-09.

It is read without marks and in any letter case. What pages show is read in every language there is; the
patterns are for the many ways of typing it. Keys are `Period.parse`'s own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from calendars.errors import FaultCode, PeriodError
from calendars.periods import ONCE, PER_YEAR, Frequency, Period
from calendars.rule_faults import RuleFault
from messages.catalogue import N_, languages
from models.text import clean_line, folded

Match = re.Match[str]
LONGEST = 60


class PeriodRemedy(FaultCode):
    WRITE = N_(
        "write it as 9/2024 (a month), Q3/2024 (a quarter), 6 months of 2024, 9 months of 2024, 2024 (a year)"
    )
    WITH_YEAR = N_("write the year too, as in %(text)s/2024")


ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
YEAR = r"(?:(?:\s*[/.,-]\s*|\s+)(?:nam\s*)?(?P<year>\d{4}))?"
"""Behind the part of a year: /2024, -2024, năm 2024, or nothing."""


def _numbered(frequency: Frequency) -> Callable[[Match, int], Period]:
    def made(match: Match, year: int) -> Period:
        number = match["number"]
        return Period(frequency, year, ROMAN.get(number) or int(number))

    return made


def _half(match: Match, year: int) -> Period:
    return Period(Frequency.HALF_YEAR, year, 2 if match["end"] == "cuoi" else 1)


def _day(match: Match, year: int) -> Period:
    return Period.parse(f"{year:04}-{int(match['month']):02}-{int(match['day']):02}")


READERS: tuple[tuple[str, Callable[[Match, int], Period]], ...] = (
    (rf"(?:thang|month|t|m)\s*(?P<number>\d{{1,2}}){YEAR}", _numbered(Frequency.MONTH)),
    (r"(?P<number>\d{1,2})\s*[/.-]\s*(?P<year>\d{4})", _numbered(Frequency.MONTH)),
    (r"(?P<year>\d{4})\s*[/.-]\s*(?P<number>\d{1,2})", _numbered(Frequency.MONTH)),
    (rf"(?:quy|quarter|q)\s*(?P<number>[1-4]|i{{1,3}}|iv){YEAR}", _numbered(Frequency.QUARTER)),
    (r"(?P<year>\d{4})\s*[/.-]?\s*(?:quy|q)\s*(?P<number>[1-4]|i{1,3}|iv)", _numbered(Frequency.QUARTER)),
    (rf"(?:0?6|sau)\s*(?:thang|months)(?: of)?(?: (?P<end>dau|cuoi))?(?: nam)?{YEAR}", _half),
    (rf"nua (?P<end>dau|cuoi)(?: nam)?{YEAR}", _half),
    (
        rf"(?P<number>0?9|chin)\s*(?:thang|months)(?: of)?(?: dau)?(?: nam)?{YEAR}",
        lambda match, year: Period(Frequency.NINE_MONTHS, year, 1),
    ),
    (r"(?:ca )?(?:nam|year)\s*(?P<year>\d{4})", lambda match, year: Period(Frequency.YEAR, year, 1)),
    (rf"(?:tuan|week|w)\s*(?P<number>\d{{1,2}}){YEAR}", _numbered(Frequency.WEEK)),
    (rf"(?:dot|round|r)\s*(?P<number>\d{{1,2}}){YEAR}", _numbered(Frequency.ROUND)),
    (r"(?:ngay )?(?P<day>\d{1,2})\s*[/.-]\s*(?P<month>\d{1,2})\s*[/.-]\s*(?P<year>\d{4})", _day),
    (
        r"(?:giai doan |nam )?(?P<year>\d{4})\s*-\s*(?P<last>\d{4})",
        lambda match, year: Period.parse(f"{year:04}-{match['last']}"),
    ),
)


def read_period(text: str, this_year: int | None = None) -> Period:
    """The period that the text means, of `this_year` where it names none. Raises `PeriodError`."""
    try:
        return Period.parse(text)
    except PeriodError:
        pass
    plain = folded(clean_line(text)[:LONGEST]).replace("–", "-").removeprefix("ky ").strip(" .,;")
    found = _shown(plain) or _typed(plain, this_year)
    if found is None:
        raise PeriodError(RuleFault.PERIOD_UNREADABLE(text=text), PeriodRemedy.WRITE())
    return found


def _typed(plain: str, this_year: int | None) -> Period | None:
    for pattern, made in READERS:
        match = re.fullmatch(pattern, plain, re.ASCII)
        if match is None:
            continue
        year = int(match["year"]) if match["year"] else this_year
        if year is None:
            raise PeriodError(RuleFault.PERIOD_UNREADABLE(text=plain), PeriodRemedy.WITH_YEAR(text=plain))
        return made(match, year)
    return None


def _shown(plain: str) -> Period | None:
    """The period that pages show in these words."""
    if any(plain == folded(ONCE.label(language)) for language in languages()):
        return ONCE
    years = {int(year) for year in re.findall(r"\b\d{4}\b", plain, re.ASCII)}
    return next(
        (
            period
            for year in years
            for period in _of_year(year)
            for language in languages()
            if folded(period.label(language)).replace("–", "-") == plain
        ),
        None,
    )


def _of_year(year: int) -> Iterator[Period]:
    if 1 <= year <= 9998:
        for frequency, number in PER_YEAR.items():
            yield from (Period(frequency, year, index) for index in range(1, number + 1))
