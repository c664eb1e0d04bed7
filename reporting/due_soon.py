"""From when on a report is "due soon": the moment of its ladder's first rung."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from calendars.deadline import Deadline
from models.settings import Settings
from reporting.ladders import ladders
from reporting.rungs import OfficeCalendar, Schedule
from reporting.special_days import working_days

DueSoonFrom = Callable[[str, Deadline], datetime | None]
"""From a ladder's slug and a deadline to the moment of the ladder's first rung, None without a ladder."""


def due_soon_from(session: Session, settings: Settings) -> DueSoonFrom:
    """By the ladders and the days off as they are now."""
    calendar = OfficeCalendar(working_days(session), settings.zone)
    schedules = {slug: Schedule(ladder, calendar) for slug, ladder in ladders(session).items()}

    def moment(slug: str, deadline: Deadline) -> datetime | None:
        schedule = schedules.get(slug)
        slots = schedule.slots(deadline.instant, deadline.safe_day) if schedule else ()
        return slots[0].moment if slots else None

    return moment
