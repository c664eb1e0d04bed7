"""When each rung of a ladder speaks: a pure function of the deadline, never "now plus a delay".

What comes before the deadline aims at the safe day; what comes after starts from the last day that is really
on time, so that nobody is told to be late on a day that a plan still counts as good.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from calendars.deadline import ONE_DAY
from calendars.office import OfficeCalendar
from models.ladder_file import LadderFile, Rung
from models.vocabulary import Audience

Seat = tuple[Audience, str | None]
"""An audience of its own among others, with the unit's code where that is what tells them apart."""


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """A rung, or one of its repeats (counted from 1), and its moment.

    `whom` are those of its audiences that it speaks to. `late` marks one whose day lay before the deadline
    came to hold: it is for the unit itself alone.
    """

    moment: datetime
    rung: Rung
    repeat: int
    whom: tuple[Audience, ...]
    late: bool = False

    @property
    def key(self) -> tuple[str, int]:
        return self.rung.id, self.repeat

    @property
    def seats(self) -> list[Seat]:
        """Whom it speaks to: two rungs for one named unit share a seat, those for two units do not."""
        return [(each, self.rung.unit if each is Audience.UNIT else None) for each in self.whom]


class Schedule:
    """All slots of a ladder for any deadline, in order; each deadline is reckoned once."""

    def __init__(self, ladder: LadderFile, calendar: OfficeCalendar) -> None:
        self.ladder = ladder
        self.calendar = calendar
        self._known: dict[tuple[datetime, date, date | None], tuple[Slot, ...]] = {}
        self.shapes: dict[tuple[object, ...], Any] = {}
        """What was found for obligations that stand alike, for whoever finds it."""

    def slots(self, deadline: datetime, safe_day: date, told_on: date | None = None) -> tuple[Slot, ...]:
        """`told_on` is the day on which the unit was first told, where that was after the last day: what
        comes after the deadline counts from it."""
        key = (deadline, safe_day, told_on)
        found = self._known.get(key)
        if found is None:
            last_day = max(self.calendar.last_day(deadline), told_on or date.min)
            every = (
                slot
                for rung in self.ladder.rungs
                for slot in self._of_rung(rung, deadline, safe_day, last_day)
            )
            found = tuple(sorted(every, key=lambda slot: slot.moment))
            self._known[key] = found
        return found

    def ahead(self, last_day: date) -> tuple[Slot, ...]:
        """The weekly look-ahead that has the last day in the week it speaks of.

        On a day off it waits for the next day on which the office is open; none where it would come too late.
        """
        weekly = self.ladder.weekly
        if weekly is None:
            return ()
        monday = last_day - last_day.weekday() * ONE_DAY
        day = self.calendar.days.next_or_same(monday - (-weekly.on.number % 7) * ONE_DAY)
        rung = weekly.rung
        return (Slot(self.calendar.at(day, weekly.hour), rung, 0, rung.audience),) if day <= last_day else ()

    def review(self, submitted_at: datetime) -> tuple[Slot, ...]:
        """The reviewer's clock: counted from the day of the submission, in order."""
        day = self.calendar.day(submitted_at)
        found = [
            slot
            for rung in self.ladder.review
            for slot in self._repeated(rung, self.calendar.offset(rung.at, day, day))
        ]
        return tuple(sorted(found, key=lambda slot: slot.moment))

    def _of_rung(self, rung: Rung, deadline: datetime, safe_day: date, last_day: date) -> list[Slot]:
        day = self.calendar.offset(rung.at, safe_day, last_day)
        slots = self._repeated(rung, day)
        # A reminder that repeats must not go on after the deadline: then the report is overdue, not due.
        return [slot for slot in slots if rung.is_after or slot.moment < deadline]

    def _repeated(self, rung: Rung, day: date) -> list[Slot]:
        calendar, days = self.calendar, [day]
        if rung.repeat:
            every = rung.repeat.every
            days += [
                calendar.later(day, every.count * n, every.measure) for n in range(1, rung.repeat.max + 1)
            ]
        return [Slot(calendar.at(day, rung.hour), rung, n, rung.audience) for n, day in enumerate(days)]
