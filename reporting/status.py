"""Timeliness: how an obligation stands against its deadline, a pure function of a few values and `now`.

It is computed and never stored, so it cannot disagree with the dates. The reviewer's clock plays no part: a
report that was filed in time stays on time however long the superior takes, or if it is returned.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from calendars.zone import local_date, midnight
from models.vocabulary import COUNTED, Lifecycle, Timeliness


def timeliness(
    state: str,
    deadline: datetime | None,
    first_submitted_at: datetime | None,
    now: datetime,
    zone: ZoneInfo,
    due_soon_from: datetime | None = None,
) -> Timeliness:
    """The timeliness at `now`. Instants are aware; `deadline` is exclusive.

    `due_soon_from` is the moment of the ladder's first rung; the last day has its own timeliness.
    """
    if Lifecycle(state) not in COUNTED:
        return Timeliness.NOT_COUNTED
    if deadline is None:
        return Timeliness.NO_DEADLINE
    if first_submitted_at is not None:
        return Timeliness.ON_TIME if first_submitted_at < deadline else Timeliness.LATE
    if now >= deadline:
        return Timeliness.OVERDUE
    if now >= last_day_begins(deadline, zone):
        return Timeliness.LAST_DAY
    if due_soon_from is not None and now >= due_soon_from:
        return Timeliness.DUE_SOON
    return Timeliness.IN_TERM


def last_day_begins(deadline: datetime, zone: ZoneInfo) -> datetime:
    """The first instant of the last day on which it is on time."""
    return midnight(local_date(deadline - timedelta(microseconds=1), zone), zone)


def days_late(deadline: datetime, filed_at: datetime) -> int:
    """Whole and begun days past the deadline: filed on the day after the last day is one day late."""
    return 0 if filed_at < deadline else (filed_at - deadline) // timedelta(days=1) + 1


def days_left(deadline: datetime, now: datetime, zone: ZoneInfo) -> int:
    """Calendar days from today to the last day: 0 on the last day, negative when overdue."""
    return (local_date(deadline - timedelta(microseconds=1), zone) - local_date(now, zone)).days
