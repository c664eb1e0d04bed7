"""Office time: spans such as 3wd or 5d, and the calendar that counts them in working days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from calendars.deadline import ONE_DAY, Deadline
from calendars.working_days import WorkingDays
from calendars.zone import local_date, moment


class Measure(StrEnum):
    """What an offset counts: calendar days or working days."""

    DAYS = "d"
    WORKING_DAYS = "wd"


@dataclass(frozen=True)
class Offset:
    """Days before (negative) or after the last day; 0 is that day, 0wd the last day the office is open."""

    count: int
    measure: Measure

    def __str__(self) -> str:
        return f"{self.count:+d}{self.measure}" if self.count else "0" + self.measure.removeprefix("d")


@dataclass(frozen=True)
class Span:
    """A length of time between two repeats."""

    count: int
    measure: Measure

    def __str__(self) -> str:
        return f"{self.count}{self.measure}"


@dataclass(frozen=True)
class OfficeCalendar:
    """The days on which offices are open, and the zone in which they keep their hours."""

    days: WorkingDays
    zone: ZoneInfo

    def day(self, instant: datetime) -> date:
        return local_date(instant, self.zone)

    def at(self, day: date, hour: time) -> datetime:
        """The UTC instant of an hour of a local day."""
        return moment(day, hour, self.zone)

    def last_day(self, deadline: datetime) -> date:
        """The last local day before the exclusive instant."""
        return Deadline(deadline, self.zone).last_day

    def later(self, day: date, count: int, measure: Measure) -> date:
        """`count` days after `day`; counted in working days it is one on which the office is open."""
        if measure is Measure.DAYS:
            return day + count * ONE_DAY
        return self.days.forward(day + ONE_DAY, count) - ONE_DAY

    def offset(self, at: Offset, safe_day: date, last_day: date) -> date:
        """The day that an offset names."""
        if at.count > 0:
            return self.later(last_day, at.count, at.measure)
        if at.measure is Measure.DAYS:
            return safe_day + at.count * ONE_DAY
        return self.days.back(safe_day, -at.count) if at.count else self.days.previous_or_same(safe_day)
