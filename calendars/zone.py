"""Local days and UTC instants. The zone is always a parameter; `HCM` is the default of the program's edge."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from calendars.errors import NaiveInstant

HCM = ZoneInfo("Asia/Ho_Chi_Minh")


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The UTC instant at which `day` begins in `zone`."""
    return moment(day, time.min, zone)


def moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The UTC instant of an hour of a local day."""
    return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)


def local_date(instant: datetime, zone: ZoneInfo) -> date:
    """The day that people in `zone` have at `instant`."""
    return require_aware(instant).astimezone(zone).date()


def require_aware(instant: datetime) -> datetime:
    """`instant` itself, or NaiveInstant if it carries no zone."""
    if instant.utcoffset() is None:
        raise NaiveInstant(
            f"{instant.isoformat()} has no time zone", "add one, e.g. +07:00 for Vietnam or Z for UTC"
        )
    return instant
