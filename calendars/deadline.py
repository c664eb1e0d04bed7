"""A deadline: the first instant at which it is too late, and the two days that people see.

The **last day** is the local day that ends at the instant, or that has its hour: on it a report is still on
time. The **safe day** is on time however the text is read. They differ only where "before the 18th" is read
so that the 18th counts.
All code that shows a day, counts days or decides lateness uses this; `models.deadline` is the same in SQL.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import overload
from zoneinfo import ZoneInfo

from calendars.working_days import WorkingDays
from calendars.zone import local_date, midnight

MOMENT = timedelta(microseconds=1)
"""From a deadline back to the last instant that is on time."""
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Deadline:
    """`instant` is aware and exclusive; `safe` is the safe day, None where it is the last day itself."""

    instant: datetime
    zone: ZoneInfo
    safe: date | None = None

    @property
    def last_day(self) -> date:
        """The last local day on which it is on time."""
        return local_date(self.instant - MOMENT, self.zone)

    @property
    def hour(self) -> time | None:
        """The hour of the last day at which it is too late; None where the whole day is on time."""
        clock = self.instant.astimezone(self.zone).time()
        return None if clock == time.min else clock

    @property
    def last_day_begins(self) -> datetime:
        return midnight(self.last_day, self.zone)

    @property
    def safe_day(self) -> date:
        return self.safe or self.last_day

    def is_late(self, filed: datetime) -> bool:
        """Whether what is filed at that instant comes too late; at `now`, whether the deadline has passed."""
        return filed >= self.instant

    def days_late(self, filed: datetime) -> int:
        """Whole and begun days past the deadline: 1 on the day after the last day, 0 in time."""
        return (filed - self.instant) // ONE_DAY + 1 if self.is_late(filed) else 0

    def days_left(self, now: datetime) -> int:
        """Calendar days to the last day: 0 on it; once it is late, the days late with a minus."""
        if self.is_late(now):
            return -self.days_late(now)
        return (self.last_day - local_date(now, self.zone)).days

    def send_by(self, days: WorkingDays, today: date) -> date | None:
        """The working day to send by where it is earlier than the last day and not over yet: the last day is
        a day off, or on time only as this plan reads the text."""
        open_day = days.previous_or_same(self.safe_day)
        return open_day if today <= open_day < self.last_day else None


@overload
def stated(
    instant: datetime, written: datetime | None, safe_day: date | None, zone: ZoneInfo
) -> Deadline: ...
@overload
def stated(
    instant: datetime | None, written: datetime | None, safe_day: date | None, zone: ZoneInfo
) -> Deadline | None: ...
def stated(
    instant: datetime | None, written: datetime | None, safe_day: date | None, zone: ZoneInfo
) -> Deadline | None:
    """The deadline in force. It keeps the safe day of the text while it is the `written` one; a deadline set
    by a decision has none."""
    if instant is None:
        return None
    return Deadline(instant, zone, safe_day if instant == written else None)
