"""Reporting periods: parts of the calendar, rounds of a year, one-time duties, requests and events.

A period has a nominal span (the calendar's) and a data span (up to the cut-off day). Neither is the deadline.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache

from calendars.cutoffs import DECREE_09, Cutoff, clamped
from calendars.errors import PeriodError
from calendars.rule_faults import RuleFault, RuleRemedy, SpanFault
from messages.catalogue import N_, NP_, translate
from messages.catalogue import Language as Language
from messages.formats import clock_text, month_name, short_day_text, word_date

QUARTERS = (N_("Q1"), N_("Q2"), N_("Q3"), N_("Q4"))
ONE_DAY = timedelta(days=1)


class Frequency(StrEnum):
    """How often a duty comes. The last three are kinds of period alone."""

    DAY = "day"
    WORKDAY = "workday"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half-year"
    NINE_MONTHS = "nine-months"
    YEAR = "year"
    YEARS = "years"
    ONCE = "once"
    ON_DEMAND = "on-demand"
    UNSPECIFIED = "unspecified"
    ROUND = "round"
    REQUEST = "request"
    EVENT = "event"


LENGTH = {
    Frequency.MONTH: 1,
    Frequency.QUARTER: 3,
    Frequency.HALF_YEAR: 6,
    Frequency.NINE_MONTHS: 9,
    Frequency.YEAR: 12,
}
"""The months of each part of a year."""
# Twelve months hold one period of nine, which leaves the fourth quarter to the year report.
PER_YEAR = {frequency: 12 // length for frequency, length in LENGTH.items()}
OF_MONTHS = (*LENGTH, Frequency.YEARS)
"""What has a first and a last month."""
WHEN_ASKED = (Frequency.ON_DEMAND, Frequency.UNSPECIFIED)
"""What opens only when somebody asks or something happens."""
MOST_ROUNDS, MOST_YEARS = 99, 50
DAY_KEY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
KEY = re.compile(
    r"(?P<year>\d{4})(-(?P<part>\d{2}|Q[1-4]|H[12]|9M|R\d{1,2}|W\d{2}))?"
    r"|(?P<first>\d{4})-(?P<last>\d{4})"
    r"|(?P<day>\d{4}-\d{2}-\d{2})"
    r"|REQ-(?P<request>\d{1,18})-(?P<asked>\d{8})"
    r"|EV-(?P<event>\d{1,18})-(?P<happened>\d{8}-\d{4})",
    re.ASCII,
)


@dataclass(frozen=True, order=True)
class Period:
    """One reporting period. `index` counts within the year from 1; of years it says how many, of a request or
    event it is the number of its row, with its local day and hour. The only `once` is Period(ONCE, 0, 0)."""

    frequency: Frequency
    year: int
    index: int
    day: date | None = None
    clock: time | None = None

    def __post_init__(self) -> None:
        if self.frequency is Frequency.ONCE and (self.year, self.index) == (0, 0):
            return
        if not 1 <= self.year <= 9998 or not self._has_index():
            values = {"frequency": SpanFault[self.frequency.name](), "index": self.index, "year": self.year}
            raise PeriodError(RuleFault.NO_PERIOD(**values), RuleRemedy.PERIODS())

    def _has_index(self) -> bool:
        match self.frequency:
            case Frequency.DAY:
                return 1 <= self.index <= date(self.year, 12, 31).timetuple().tm_yday
            case Frequency.WEEK:
                return 1 <= self.index <= date(self.year, 12, 28).isocalendar().week
            case Frequency.YEARS:
                return 2 <= self.index <= MOST_YEARS and self.year + self.index <= 9998
            case Frequency.ROUND:
                return 1 <= self.index <= MOST_ROUNDS
            case Frequency.REQUEST:
                return self.day is not None
            case Frequency.EVENT:
                return self.day is not None and self.clock is not None
        return 1 <= self.index <= PER_YEAR.get(self.frequency, 0)

    @classmethod
    def parse(cls, text: str) -> Period:
        """From a key: 2026-04-28, 2026-W18, 2024-02, 2024-Q1, 2024-H1, 2024-9M, 2024, 2011-2015, 2026-R1,
        req-12-20260428, ev-7-20260428-1405, once."""
        key = text.strip().upper()
        if key == "ONCE":
            return ONCE
        match = KEY.fullmatch(key)
        if match is None:
            raise PeriodError(RuleFault.PERIOD_UNREADABLE(text=text), RuleRemedy.PERIOD_KEYS())
        try:
            return cls._from_key(match)
        except ValueError as error:
            if isinstance(error, PeriodError):
                raise
            raise PeriodError(RuleFault.PERIOD_UNREADABLE(text=text), RuleRemedy.PERIOD_KEYS()) from error

    @classmethod
    def _from_key(cls, match: re.Match[str]) -> Period:
        if match["day"]:
            return cls.of_day(date.fromisoformat(match["day"]))
        if match["first"]:
            first = int(match["first"])
            return cls(Frequency.YEARS, first, int(match["last"]) - first + 1)
        if match["request"]:
            return cls.of_request(int(match["request"]), date.fromisoformat(match["asked"]))
        if match["event"]:
            local = datetime.strptime(match["happened"], "%Y%m%d-%H%M")  # noqa: DTZ007 (a local time)
            return cls.of_event(int(match["event"]), local.date(), local.time())
        return cls._from_parts(int(match["year"]), match["part"] or "")

    @classmethod
    def _from_parts(cls, year: int, part: str) -> Period:
        if not part:
            return cls(Frequency.YEAR, year, 1)
        if part == "9M":
            return cls(Frequency.NINE_MONTHS, year, 1)
        frequency = LETTERS.get(part[0])
        return cls(frequency, year, int(part[1:])) if frequency else cls(Frequency.MONTH, year, int(part))

    @classmethod
    def of_day(cls, day: date) -> Period:
        return cls(Frequency.DAY, day.year, day.timetuple().tm_yday)

    @classmethod
    def of_request(cls, number: int, day: date) -> Period:
        """The period of a request: the number of its row, and the local day on which it was made."""
        return cls(Frequency.REQUEST, day.year, number, day)

    @classmethod
    def of_event(cls, number: int, day: date, clock: time) -> Period:
        """The period of an event: the number of its row, and when it happened, local time."""
        return cls(Frequency.EVENT, day.year, number, day, clock.replace(second=0, microsecond=0))

    @property
    def key(self) -> str:
        year = f"{self.year:04}"
        match self.frequency:
            case Frequency.DAY:
                return self.first_day.isoformat()
            case Frequency.WEEK:
                return f"{year}-W{self.index:02}"
            case Frequency.MONTH:
                return f"{year}-{self.index:02}"
            case Frequency.QUARTER | Frequency.HALF_YEAR | Frequency.ROUND:
                return f"{year}-{self.frequency[0].upper()}{self.index}"
            case Frequency.NINE_MONTHS:
                return f"{year}-9M"
            case Frequency.YEAR:
                return year
            case Frequency.YEARS:
                return f"{year}-{self.year + self.index - 1:04}"
            case Frequency.REQUEST:
                return f"req-{self.index}-{self.first_day:%Y%m%d}"
            case Frequency.EVENT:
                return f"ev-{self.index}-{self.first_day:%Y%m%d}-{self.clock:%H%M}"
        return "once"

    def __str__(self) -> str:
        return self.key

    @property
    def is_once(self) -> bool:
        """Whether it is the period of a one-time duty, which has neither span nor cut-off."""
        return self.frequency is Frequency.ONCE

    @property
    def is_asked_for(self) -> bool:
        """Whether a request or an event opened it, and no calendar."""
        return self.frequency in (Frequency.REQUEST, Frequency.EVENT)

    @property
    def months(self) -> int:
        """How many months it covers; PeriodError for what covers none."""
        if self.frequency is Frequency.YEARS:
            return 12 * self.index
        if self.frequency not in LENGTH:
            raise _no_calendar(self, "span")
        return LENGTH[self.frequency]

    @property
    def first_month(self) -> int:
        return 1 if self.frequency is Frequency.YEARS else (self.index - 1) * self.months + 1

    @property
    def last_month(self) -> int:
        """Counted from January of the first year."""
        return self.first_month + self.months - 1

    @property
    def first_day(self) -> date:
        match self.frequency:
            case Frequency.DAY:
                return date(self.year, 1, 1) + (self.index - 1) * ONE_DAY
            case Frequency.WEEK:
                return date.fromisocalendar(self.year, self.index, 1)
            case Frequency.ROUND:
                return date(self.year, 1, 1)
        return self.day or date(self.year, self.first_month, 1)

    @property
    def last_day(self) -> date:
        match self.frequency:
            case Frequency.DAY:
                return self.first_day
            case Frequency.WEEK:
                return self.first_day + 6 * ONE_DAY
            case Frequency.ROUND:
                return date(self.year, 12, 31)
        return self.day or clamped(self.year, self.last_month, 31)

    def span(self, cutoff: Cutoff = DECREE_09) -> tuple[date, date]:
        """The first and the last day whose data the report covers. Spans of one frequency tile the year,
        except nine months, which leaves the last quarter out."""
        last = cutoff.last_day(self.last_day.year, self.last_day.month)
        before = clamped(last.year, last.month - self.months, cutoff.day)
        return before + ONE_DAY, last

    def next(self) -> Period:
        match self.frequency:
            case Frequency.DAY:
                return Period.of_day(self.first_day + ONE_DAY)
            case Frequency.WEEK:
                return period_of(Frequency.WEEK, self.last_day + ONE_DAY)
            case Frequency.YEARS:
                return Period(Frequency.YEARS, self.year + self.index, self.index)
        if self.frequency not in LENGTH:
            raise _no_calendar(self, "next period")
        if self.index < PER_YEAR[self.frequency]:
            return Period(self.frequency, self.year, self.index + 1)
        return Period(self.frequency, self.year + 1, 1)

    def absorbs(self, other: Period) -> bool:
        """Whether this larger period's report stands for `other`'s: both end alike, `other` is shorter."""
        if self.frequency not in OF_MONTHS or other.frequency not in OF_MONTHS:
            return False
        return self.last_day == other.last_day and other.months < self.months

    def label(self, language: Language) -> str:
        """E.g. tháng 9/2024, quý III/2024, tuần 18/2026 (27/4–3/5); September 2024, Q3 2024."""
        values: dict[str, object] = {"year": f"{self.year:04}", "number": self.index}
        match self.frequency:
            case Frequency.MONTH | Frequency.QUARTER:
                values["part"] = part_words(self.frequency, self.index, language)
            case Frequency.HALF_YEAR if self.index == 2:
                return translate(language, SECOND_HALF, **values)
            case Frequency.WEEK:
                values["first"] = short_day_text(self.first_day, language)
                values["last"] = short_day_text(self.last_day, language)
            case Frequency.YEARS:
                values["last"] = f"{self.year + self.index - 1:04}"
            case Frequency.DAY | Frequency.REQUEST | Frequency.EVENT:
                values["date"] = word_date(self.first_day, language)
                values["time"] = clock_text(self.clock or time.min, language)
        return translate(language, LABELS[self.frequency], **values)


ONCE = Period(Frequency.ONCE, 0, 0)
LETTERS = {
    "Q": Frequency.QUARTER,
    "H": Frequency.HALF_YEAR,
    "W": Frequency.WEEK,
    "R": Frequency.ROUND,
}
LABELS = {
    Frequency.DAY: NP_("period", "%(date)s"),
    Frequency.WEEK: N_("week %(number)s of %(year)s (%(first)s–%(last)s)"),
    Frequency.MONTH: N_("%(part)s %(year)s"),
    Frequency.QUARTER: N_("%(part)s %(year)s"),
    Frequency.HALF_YEAR: N_("the first half of %(year)s"),
    Frequency.NINE_MONTHS: N_("the first nine months of %(year)s"),
    Frequency.YEAR: N_("the year %(year)s"),
    Frequency.YEARS: N_("the years %(year)s–%(last)s"),
    Frequency.ONCE: N_("once"),
    Frequency.ROUND: N_("round %(number)s of %(year)s"),
    Frequency.REQUEST: N_("the request of %(date)s"),
    Frequency.EVENT: N_("what happened at %(time)s on %(date)s"),
}
SECOND_HALF = N_("the second half of %(year)s")


def part_words(part: Frequency, index: int, language: Language) -> str:
    """A month or a quarter of whatever year."""
    if part is Frequency.MONTH:
        return month_name(index, language)
    return translate(language, QUARTERS[index - 1])


@lru_cache(maxsize=4096)
def period_words(key: str, language: Language) -> str:
    """A period in words; a key that is none as it is, and nothing for `once`, whose title says it all.

    Kept: every line of a feed or a list asks, 6 µs each time, and there are few periods.
    """
    try:
        period = Period.parse(key)
    except PeriodError:
        return key
    return "" if period.is_once else period.label(language)


def numbers_asked(keys: Iterable[str], frequency: Frequency) -> set[int]:
    """The numbers of the requests, or of the events, among keys of periods."""
    mark = "req-" if frequency is Frequency.REQUEST else "ev-"
    return {Period.parse(key).index for key in keys if key.startswith(mark)}


def is_daily(key: str) -> bool:
    """Whether it is the key of a single day, whose report waits for no working day."""
    return DAY_KEY.fullmatch(key) is not None


@lru_cache(maxsize=4096)
def is_short(key: str) -> bool:
    """Whether it is the key of a day or a week, of which nothing is said before it begins.

    Kept: reminders ask of every obligation, 6 µs each time, and there are few periods.
    """
    return Period.parse(key).frequency in (Frequency.DAY, Frequency.WEEK)


def period_of(frequency: Frequency, day: date) -> Period:
    """The period whose nominal span holds `day`; for nine months, that of the day's year."""
    match frequency:
        case Frequency.DAY | Frequency.WORKDAY:
            return Period.of_day(day)
        case Frequency.WEEK:
            year, week, _ = day.isocalendar()
            return Period(frequency, year, week)
    if frequency not in LENGTH:
        raise PeriodError(f"a day has no {frequency} period", "use month, quarter, half-year or year")
    index = min((day.month - 1) // LENGTH[frequency] + 1, PER_YEAR[frequency])
    return Period(frequency, day.year, index)


def periods(frequency: Frequency, first: date, last: date) -> Iterator[Period]:
    """Those whose nominal span touches [first, last], in order: every day for `workday` too. `once` has one
    period; what is opened when asked has none, nor has anything that needs to know its first year."""
    if frequency is Frequency.ONCE:
        yield ONCE
    if frequency not in (*LENGTH, Frequency.DAY, Frequency.WORKDAY, Frequency.WEEK) or first > last:
        return
    yield from following(period_of(frequency, first), first, last)


def following(period: Period, first: date, last: date) -> Iterator[Period]:
    """Those of its frequency from `period` on whose nominal span touches [first, last]."""
    while period.first_day <= last:
        if period.last_day >= first:
            yield period
        period = period.next()


def _no_calendar(period: Period, what: str) -> PeriodError:
    return PeriodError(f"the period {period.key} has no calendar {what}", "ask is_once first")
