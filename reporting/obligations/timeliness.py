"""Timeliness: an obligation's state against its deadline, a pure function of a few values and `now`.

It is computed and never stored, so it cannot disagree with the dates. The reviewer's clock plays no part: a
report that was filed in time stays on time however long the superior takes. One that is returned is to be
handed in again, and after its correction day overdue for correction. `is_overdue` is the same in SQL.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol

from sqlalchemy import ColumnElement, and_, case, literal_column, not_, or_, type_coerce
from sqlmodel import Session, col

from calendars.deadline import Deadline, stated
from calendars.office import OfficeCalendar
from calendars.zone import midnight
from models.columns import Instant
from models.deadline import has_passed
from models.obligation import Obligation, opens_on
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
    def correction_deadline(self) -> datetime | None: ...
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
            filed_at, until = row.first_submitted_at, row.correction_deadline
            return self.judged(row.state, self.deadline(row), filed_at, row.ladder, None, until)
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
        correction: datetime | None = None,
    ) -> Timeliness:
        """Of the values themselves; before the day on which it `opens` nothing is due soon."""
        soon = None
        if deadline is not None and first_submitted_at is None:
            soon = self._due_soon_from(ladder, deadline)
            if soon is not None and opens is not None:
                soon = max(soon, midnight(opens, self.zone))
        return timeliness(state, deadline, first_submitted_at, self.at, soon, correction)

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
    correction: datetime | None = None,
) -> Timeliness:
    """The timeliness at `now`, which is aware.

    `correction` is the deadline of what is returned, `due_soon_from` the moment of the ladder's first rung;
    the last day has its own timeliness.
    """
    if Lifecycle(state) not in COUNTED:
        return Timeliness.NOT_COUNTED
    if state == Lifecycle.RETURNED:
        is_past = correction is not None and correction <= now
        return Timeliness.CORRECTION_OVERDUE if is_past else Timeliness.RETURNED
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


def came_late(deadline: datetime | None, first_submitted_at: datetime | None) -> bool:
    """Whether the first filing came late, whatever became of it."""
    return deadline is not None and first_submitted_at is not None and first_submitted_at >= deadline


def held_to() -> ColumnElement[datetime]:
    """The deadline that an obligation is held to now: of what is returned that of the correction."""
    is_returned = col(Obligation.state) == Lifecycle.RETURNED
    return type_coerce(
        case((is_returned, col(Obligation.correction_deadline)), else_=col(Obligation.deadline)), Instant
    )


def is_correction_overdue(now: datetime) -> ColumnElement[bool]:
    """Returned, and not handed in again by its correction day."""
    return and_(in_state(Lifecycle.RETURNED), has_passed(col(Obligation.correction_deadline), now))


def is_overdue(now: datetime) -> ColumnElement[bool]:
    """Not handed in, or not handed in again, and too late: `PAST_DUE`."""
    never = and_(in_state(Lifecycle.OPEN), has_passed(col(Obligation.deadline), now))
    return or_(never, is_correction_overdue(now))


def is_on_last_day(now: datetime, today_ends: datetime) -> ColumnElement[bool]:
    """Not handed in, and still on time today alone: `LAST_DAY`."""
    deadline = col(Obligation.deadline)
    return and_(in_state(Lifecycle.OPEN), not_(has_passed(deadline, now)), deadline <= today_ends)


def in_state(state: Lifecycle) -> ColumnElement[bool]:
    # A literal, not a parameter: only so do both databases see that a partial index holds the answer.
    return col(Obligation.state) == literal_column(f"'{state.value}'")
