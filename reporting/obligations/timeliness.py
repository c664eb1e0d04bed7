"""Timeliness: how an obligation stands against its deadline, a pure function of a few values and `now`.

It is computed and never stored, so it cannot disagree with the dates. The reviewer's clock plays no part: a
report that was filed in time stays on time however long the superior takes, or if it is returned.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from calendars.deadline import Deadline
from calendars.office import OfficeCalendar
from models.settings import Settings
from models.vocabulary import COUNTED, Lifecycle, Timeliness
from reporting.reminders.ladders import ladders
from reporting.reminders.schedule import Schedule
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


def timeliness(
    state: str,
    deadline: Deadline | None,
    first_submitted_at: datetime | None,
    now: datetime,
    due_soon_from: datetime | None = None,
) -> Timeliness:
    """The timeliness at `now`, which is aware.

    `due_soon_from` is the moment of the ladder's first rung; the last day has its own timeliness.
    """
    if Lifecycle(state) not in COUNTED:
        return Timeliness.NOT_COUNTED
    if deadline is None:
        return Timeliness.NO_DEADLINE
    if first_submitted_at is not None:
        return filed_timeliness(deadline, first_submitted_at)
    if deadline.is_late(now):
        return Timeliness.OVERDUE
    if now >= deadline.last_day_begins:
        return Timeliness.LAST_DAY
    if due_soon_from is not None and now >= due_soon_from:
        return Timeliness.DUE_SOON
    return Timeliness.IN_TERM


def filed_timeliness(deadline: Deadline, first_submitted_at: datetime) -> Timeliness:
    """Of what is filed."""
    return Timeliness.LATE if deadline.is_late(first_submitted_at) else Timeliness.ON_TIME
