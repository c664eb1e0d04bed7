"""The moments that documents name: dates whole and in part, spans, hours, delays, events. Pure values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class MomentKind(StrEnum):
    DATE = "date"
    DAY_MONTH = "day-month"
    DAY = "day"
    LAST_DAY = "last-day"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    NINE_MONTHS = "nine-months"
    YEAR = "year"
    WEEK = "week"
    WEEKDAY = "weekday"
    HOUR = "hour"
    DELAY = "delay"
    EVENT = "event"


class MonthOf(StrEnum):
    """Which month a day is in, where the text says it by the period: "ngày 05 của tháng sau"."""

    OWN = "own"
    NEXT = "next"
    FIRST = "first"
    LAST = "last"
    PREVIOUS = "previous"


@dataclass(frozen=True)
class Moment:
    """One moment as written. What is not written is None: nothing is worked out here."""

    kind: MomentKind
    day: int | None = None
    month: int | None = None
    year: int | None = None
    index: int | None = (
        None  # of a quarter, a half, a weekday (1 is Monday), a week of its month (0 is the last)
    )
    month_of: MonthOf | None = None
    span: str | None = None  # the period that `month_of` counts in: month, quarter, half-year, year
    hour: str | None = None
    count: int | None = None
    unit: str | None = None  # of a delay: day, workday, hour, week, month
    anchor: str | None = None
    next_year: bool = False
    counts_back: bool = False  # a delay before its anchor: "95 ngày trước ngày bầu cử"
    part: str | None = None  # early, middle, late

    @property
    def is_span(self) -> bool:
        """Whether it is a stretch of time, any day of which will do."""
        return self.kind in SPANS

    def year_from(self, issued: date | None) -> int | None:
        """The year written, else that of the day of issue, or the one after it."""
        return self.year or (issued.year + self.next_year if issued else None)

    def is_over(self, issued: date) -> bool:
        """Whether it, without a year, would in the year of issue not lie after the day of issue."""
        if self.year is not None or self.next_year:
            return False
        if self.kind is MomentKind.QUARTER:
            return (self.index or 4) * 3 < issued.month
        if self.kind is MomentKind.MONTH:
            return (self.month or 12) < issued.month
        days = self.kind is MomentKind.DAY_MONTH
        return days and (self.month or 12, self.day or 31) <= (issued.month, issued.day)

    @property
    def from_this_paper(self) -> bool:
        """Whether it is counted from the document itself: "kể từ ngày nhận được văn bản này"."""
        return THIS_PAPER.search(self.anchor or "") is not None


THIS_PAPER = re.compile(
    r"\b(?:kế hoạch|công văn|văn bản|chỉ thị|quyết định|chương trình|thông báo|công điện|thông tư|hướng dẫn"
    r"|nghị quyết|quy định|quy chế|nghị định) này\b"
)
SPANS = frozenset(
    {
        MomentKind.MONTH,
        MomentKind.QUARTER,
        MomentKind.HALF,
        MomentKind.NINE_MONTHS,
        MomentKind.YEAR,
        MomentKind.WEEK,
    }
)


class Limit(StrEnum):
    """How the text ties a duty to a moment; `FROM` begins a window and is no deadline."""

    BEFORE = "before"
    BY = "by"
    IN = "in"
    ON = "on"
    AT_ONCE = "immediately"
    FROM = "from"


@dataclass(frozen=True)
class Written:
    """A moment where it stands in a text: `start` to `end` with the words of its limit, without from
    `moment_start`.

    `hard` limits (before, at the latest, not after) order by themselves; others need more. `opens` is where a
    window begins, `planned` the day meant beside the last one allowed.
    """

    start: int
    end: int
    moment_start: int
    moment: Moment
    limit: Limit | None = None
    hard: bool = False
    opens: Moment | None = None
    planned: Moment | None = None
    rule: str = ""
