"""Reporting periods: month, quarter, half-year, nine months, year, or once; and where their data is cut off.

A period has a nominal span (the calendar's) and a data span (up to the cut-off day).
Neither is the deadline.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Literal

from calendars.errors import PeriodError
from calendars.rule_faults import RuleFault, RuleRemedy, SpanFault

Language = str
"""The code of a language that has a catalogue."""

ROMAN = ("I", "II", "III", "IV")
MONTHS_EN = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


class Frequency(StrEnum):
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half-year"
    NINE_MONTHS = "nine-months"
    YEAR = "year"
    ONCE = "once"
    ON_DEMAND = "on-demand"


LENGTH = {
    Frequency.MONTH: 1,
    Frequency.QUARTER: 3,
    Frequency.HALF_YEAR: 6,
    Frequency.NINE_MONTHS: 9,
    Frequency.YEAR: 12,
}
# Twelve months hold one period of nine, which leaves the fourth quarter to the year report.
PER_YEAR = {frequency: 12 // length for frequency, length in LENGTH.items()}
KEY = re.compile(r"(?P<year>\d{4})(-(?P<part>\d{2}|Q[1-4]|H[12]|9M))?", re.ASCII | re.IGNORECASE)


def clamped(year: int, month: int, day: int) -> date:
    """That day of that month, or its last day if the month is shorter. Months may overflow the year."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, min(day, monthrange(year, month)[1]))


@dataclass(frozen=True)
class Cutoff:
    """The day of a period's last month up to which its data counts, or "end" for the month's last day."""

    value: int | Literal["end"]

    def __post_init__(self) -> None:
        if self.value != "end" and (isinstance(self.value, bool) or not 1 <= self.value <= 31):
            raise PeriodError(RuleFault.CUTOFF_IMPOSSIBLE(day=self.value), RuleRemedy.CUTOFF_DAYS())

    @classmethod
    def parse(cls, value: int | str) -> Cutoff:
        text = str(value).strip().lower()
        if text == "end":
            return cls("end")
        if not re.fullmatch(r"\d{1,2}", text, re.ASCII):
            raise PeriodError(RuleFault.CUTOFF_UNREADABLE(text=str(value)), RuleRemedy.CUTOFF_DAY())
        return cls(int(text))

    def __str__(self) -> str:
        return str(self.value)

    @property
    def day(self) -> int:
        return 31 if self.value == "end" else self.value


# Decree 09/2019/NĐ-CP, article 12: a month's data runs from the 15th of the month before to the 14th.
DECREE_09 = Cutoff(14)


@dataclass(frozen=True, order=True)
class Period:
    """One reporting period; `index` counts within the year from 1. The only `once` is Period(ONCE, 0, 0)."""

    frequency: Frequency
    year: int
    index: int

    def __post_init__(self) -> None:
        if self.frequency is Frequency.ONCE and (self.year, self.index) == (0, 0):
            return
        if not 1 <= self.index <= PER_YEAR.get(self.frequency, 0) or not 1 <= self.year <= 9998:
            values = {"frequency": SpanFault[self.frequency.name](), "index": self.index, "year": self.year}
            raise PeriodError(RuleFault.NO_PERIOD(**values), RuleRemedy.PERIODS())

    @classmethod
    def parse(cls, text: str) -> Period:
        """From a key: 2024-02, 2024-Q1, 2024-H1, 2024-9M, 2024, once."""
        key = text.strip()
        if key.lower() == "once":
            return ONCE
        match = KEY.fullmatch(key)
        if match is None:
            raise PeriodError(RuleFault.PERIOD_UNREADABLE(text=text), RuleRemedy.PERIOD_KEYS())
        return cls._from_parts(int(match["year"]), (match["part"] or "").upper())

    @classmethod
    def _from_parts(cls, year: int, part: str) -> Period:
        if not part:
            return cls(Frequency.YEAR, year, 1)
        if part == "9M":
            return cls(Frequency.NINE_MONTHS, year, 1)
        if part[0] == "Q":
            return cls(Frequency.QUARTER, year, int(part[1]))
        if part[0] == "H":
            return cls(Frequency.HALF_YEAR, year, int(part[1]))
        return cls(Frequency.MONTH, year, int(part))

    @property
    def key(self) -> str:
        match self.frequency:
            case Frequency.MONTH:
                return f"{self.year:04}-{self.index:02}"
            case Frequency.QUARTER:
                return f"{self.year:04}-Q{self.index}"
            case Frequency.HALF_YEAR:
                return f"{self.year:04}-H{self.index}"
            case Frequency.NINE_MONTHS:
                return f"{self.year:04}-9M"
            case Frequency.YEAR:
                return f"{self.year:04}"
        return "once"

    def __str__(self) -> str:
        return self.key

    @property
    def is_once(self) -> bool:
        """Whether it is the period of a one-time duty, which has neither span nor cut-off."""
        return self.frequency is Frequency.ONCE

    @property
    def months(self) -> int:
        """How many months it covers; PeriodError for `once`, which covers none."""
        if self.is_once:
            raise PeriodError("a one-time duty has no calendar span", "ask is_once first")
        return LENGTH[self.frequency]

    @property
    def first_month(self) -> int:
        return (self.index - 1) * self.months + 1

    @property
    def last_month(self) -> int:
        return self.first_month + self.months - 1

    @property
    def first_day(self) -> date:
        return date(self.year, self.first_month, 1)

    @property
    def last_day(self) -> date:
        return clamped(self.year, self.last_month, 31)

    def span(self, cutoff: Cutoff = DECREE_09) -> tuple[date, date]:
        """The first and the last day whose data the report covers. Spans of one frequency tile the year,
        except nine months, which leaves the last quarter out."""
        before = clamped(self.year, self.first_month - 1, cutoff.day)
        return before + timedelta(days=1), clamped(self.year, self.last_month, cutoff.day)

    def next(self) -> Period:
        if self.index < PER_YEAR.get(self.frequency, 0):
            return Period(self.frequency, self.year, self.index + 1)
        if self.is_once:
            raise PeriodError("a one-time duty has no next period", "ask is_once first")
        return Period(self.frequency, self.year + 1, 1)

    def absorbs(self, other: Period) -> bool:
        """Whether this larger period's report stands for `other`'s: both end alike, `other` is shorter."""
        if self.is_once or other.is_once:
            return False
        same_end = (self.year, self.last_month) == (other.year, other.last_month)
        return same_end and other.months < self.months

    def label(self, language: Language) -> str:
        return self._label_vi() if language == "vi" else self._label_en()

    def _label_vi(self) -> str:
        match self.frequency:
            case Frequency.MONTH:
                return f"tháng {self.index}/{self.year}"
            case Frequency.QUARTER:
                return f"quý {ROMAN[self.index - 1]}/{self.year}"
            case Frequency.HALF_YEAR:
                return f"6 tháng {'đầu' if self.index == 1 else 'cuối'} năm {self.year}"
            case Frequency.NINE_MONTHS:
                return f"9 tháng năm {self.year}"
            case Frequency.YEAR:
                return f"năm {self.year}"
        return "một lần"

    def _label_en(self) -> str:
        match self.frequency:
            case Frequency.MONTH:
                return f"{MONTHS_EN[self.index - 1]} {self.year}"
            case Frequency.QUARTER:
                return f"Q{self.index} {self.year}"
            case Frequency.HALF_YEAR:
                return f"the {'first' if self.index == 1 else 'second'} half of {self.year}"
            case Frequency.NINE_MONTHS:
                return f"the first nine months of {self.year}"
            case Frequency.YEAR:
                return f"the year {self.year}"
        return "once"


ONCE = Period(Frequency.ONCE, 0, 0)


def period_words(key: str, language: Language) -> str:
    """A period in words; a key that is none as it is, and nothing for `once`, whose title says it all."""
    try:
        period = Period.parse(key)
    except PeriodError:
        return key
    return "" if period.is_once else period.label(language)


def period_of(frequency: Frequency, day: date) -> Period:
    """The period whose nominal span holds `day`; for nine months, that of the day's year."""
    if frequency not in LENGTH:
        raise PeriodError(f"a day has no {frequency} period", "use month, quarter, half-year or year")
    index = min((day.month - 1) // LENGTH[frequency] + 1, PER_YEAR[frequency])
    return Period(frequency, day.year, index)


def periods(frequency: Frequency, first: date, last: date) -> Iterator[Period]:
    """Those whose nominal span touches [first, last], in order. `once` has one period; on-demand has none."""
    if frequency is Frequency.ONCE:
        yield ONCE
    if frequency not in LENGTH or first > last:
        return
    period = period_of(frequency, first)
    while period.first_day <= last:
        if period.last_day >= first:
            yield period
        period = period.next()
