"""From when on a report is "due soon": the moment of its ladder's first rung."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlmodel import Session

from calendars.zone import local_date
from models.settings import Settings
from reporting.ladders import ladders
from reporting.rungs import OfficeCalendar, Schedule
from reporting.special_days import working_days

MOMENT = timedelta(microseconds=1)


def due_soon_from(session: Session, settings: Settings) -> Callable[[str, datetime], datetime | None]:
    """A function from a ladder's slug and a deadline to the first rung's moment, None without a ladder."""
    calendar = OfficeCalendar(working_days(session), settings.zone)
    schedules = {slug: Schedule(ladder, calendar) for slug, ladder in ladders(session).items()}
    known: dict[tuple[str, datetime], datetime | None] = {}

    def moment(slug: str, deadline: datetime) -> datetime | None:
        key = (slug, deadline)
        if key not in known:
            schedule = schedules.get(slug)
            last_day = local_date(deadline - MOMENT, settings.zone)
            slots = schedule.slots(deadline, last_day) if schedule else ()
            known[key] = slots[0].moment if slots else None
        return known[key]

    return moment
