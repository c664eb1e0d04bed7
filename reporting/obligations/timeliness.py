"""Timeliness: an obligation's state against its deadline, a pure function of a few values and `now`.

It is computed and never stored, so it cannot disagree with the dates. The reviewer's clock plays no part: a
report that was filed in time stays on time however long the superior takes, or if it is returned.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol

from sqlmodel import Session

from calendars.deadline import Deadline, stated
from calendars.office import OfficeCalendar
from calendars.zone import midnight
from models.obligation import opens_on
from models.settings import Settings
from models.vocabulary import COUNTED, Lifecycle, Timeliness
from reporting.reminders.ladders import ladders
from reporting.reminders.schedule import Schedule
from reporting.special_days import working_days


class Dated(Protocol):
    """What timeliness depends on: a row of `named.py` with these columns."""

    @property
    def state(self) -> str: ...
    @property
    def deadline(self) -> datetime | None: ...
    @property
    def written_deadline(self) -> datetime | None: ...
    @property
    def safe_day(self) -> date | None: ...
    @property
    def first_submitted_at(self) -> datetime | None: ...
    @property
    def ladder(self) -> str: ...
    @property
    def period(self) -> str: ...
    @property
    def begins(self) -> date: ...
    @property
    def opens_at(self) -> datetime | None: ...


class TimelinessAt:
    """The timeliness of rows at an instant, by the ladders and the days off as they are now."""

    def __init__(self, session: Session, settings: Settings, at: datetime) -> None:
        calendar = OfficeCalendar(working_days(session), settings.zone)
        self.at = at
        self.zone = settings.zone
        self._schedules = {slug: Schedule(ladder, calendar) for slug, ladder in ladders(session).items()}
        self._unfiled: dict[tuple[object, ...], Timeliness] = {}

    def deadline(self, row: Dated) -> Deadline | None:
        """The deadline that holds, with the safe day of the text where it is the written one."""
        return stated(row.deadline, row.written_deadline, row.safe_day, self.zone)

    def of(self, row: Dated) -> Timeliness:
        """Of what is not filed many rows have the same deadline, and so the same timeliness."""
        if row.first_submitted_at is not None:
            return self.judged(row.state, self.deadline(row), row.first_submitted_at, row.ladder, None)
        opens = opens_on(row.period, row.begins, row.opens_at)
        key = (row.state, row.ladder, row.deadline, row.written_deadline, row.safe_day, opens)
        found = self._unfiled.get(key)
        if found is None:
            found = self._unfiled[key] = self.judged(row.state, self.deadline(row), None, row.ladder, opens)
        return found

    def judged(
        self,
        state: str,
        deadline: Deadline | None,
        first_submitted_at: datetime | None,
        ladder: str,
        opens: date | None,
    ) -> Timeliness:
        """Of the values themselves; before the day on which it `opens` nothing is due soon."""
        soon = None
        if deadline is not None and first_submitted_at is None:
            soon = self._due_soon_from(ladder, deadline)
            if soon is not None and opens is not None:
                soon = max(soon, midnight(opens, self.zone))
        return timeliness(state, deadline, first_submitted_at, self.at, soon)

    def _due_soon_from(self, ladder: str, deadline: Deadline) -> datetime | None:
        """The moment of the ladder's first rung."""
        schedule = self._schedules.get(ladder)
        slots = schedule.slots(deadline.instant, deadline.safe_day) if schedule else ()
        return slots[0].moment if slots else None


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
