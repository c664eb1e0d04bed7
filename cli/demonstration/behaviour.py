"""How people are: who files when, late or never, who asks for more time, who is slow to accept.

Every choice is drawn from a generator of its own, named by the seed and by what is chosen, so that nothing
depends on the order in which things happen and the same seed gives the same year.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from calendars.office import Measure, OfficeCalendar
from models.vocabulary import Level
from reporting.obligations.listing import DueRow

WORKING = Measure.WORKING_DAYS
CARELESS_SHARE = 0.08
NEVER = {"careful": 0.006, "careless": 0.08}
LATE = {"careful": 0.05, "careless": 0.28}
ASKS_SHARE, GRANTED_SHARE, WAIVED_SHARE = 0.02, 0.7, 0.002
ACKNOWLEDGED_SHARE, RETURNED_SHARE, FILES_SHARE = 0.25, 0.06, 0.03
NEVER_MENDED, NEVER_REVIEWED, SLOW_REVIEW = 0.06, 0.01, 0.12
NO_DATE_SHARE = 0.75
DAYS_BEFORE = (0, 1, 1, 2, 2, 3, 3, 4, 5, 6, 7, 8)
"""Working days before the last day on which those in time file; most come shortly before it."""


@dataclass(frozen=True, kw_only=True)
class Intention:
    """What a unit means to do about one report; `file_at` None: never, `patience` in working days."""

    file_at: datetime | None
    patience: int = 0
    ask_at: datetime | None = None
    ask_until: date | None = None
    waive_at: datetime | None = None


@dataclass(frozen=True)
class Behaviour:
    """Draws every choice for one seed."""

    seed: int
    calendar: OfficeCalendar

    def draw(self, owed: DueRow, what: str) -> Random:
        return Random(f"{self.seed}/{what}/{owed.unit}/{owed.plan}/{owed.duty}/{owed.stage}/{owed.period}")

    def is_careless(self, owed: DueRow) -> bool:
        """Some communes are careless, and more of them in some branches than in others."""
        if owed.level != Level.GRASSROOTS:
            return Random(f"{self.seed}/temper/{owed.unit}").random() < CARELESS_SHARE / 2
        climate = Random(f"{self.seed}/climate/{owed.recipient}").uniform(0, 2 * CARELESS_SHARE)
        return Random(f"{self.seed}/temper/{owed.unit}").random() < climate

    def intention(self, owed: DueRow) -> Intention:
        """What the unit means to do, as of the opening of the obligation."""
        draw = self.draw(owed, "intention")
        if owed.deadline is None:
            return Intention(file_at=self._without_date(owed, draw))
        kind = "careless" if self.is_careless(owed) else "careful"
        chance, patience = draw.random(), draw.choice((0, 0, 1, 2, 4))
        last = self.calendar.last_day(owed.deadline)
        if chance < NEVER[kind]:
            return Intention(file_at=None, patience=patience)
        if chance < NEVER[kind] + LATE[kind]:
            return Intention(file_at=self.office_hour(self._late_day(last, draw), draw), patience=patience)
        if chance > 1 - WAIVED_SHARE:
            return Intention(file_at=None, waive_at=self._before(last, 4, draw))
        if chance > 1 - WAIVED_SHARE - ASKS_SHARE:
            until = self.calendar.days.next_or_same(last + timedelta(days=draw.randint(3, 8)))
            # File as the decision has it: after it, whichever it is.
            file_at = self._before(last, 0, draw)
            return Intention(
                file_at=file_at, patience=patience, ask_at=self._before(last, 2, draw), ask_until=until
            )
        return Intention(file_at=self._in_time(last, draw), patience=patience)

    def _without_date(self, owed: DueRow, draw: Random) -> datetime | None:
        if draw.random() > NO_DATE_SHARE:
            return None
        day = self.calendar.days.next_or_same(
            (owed.cutoff or owed.begins) + timedelta(days=draw.randint(2, 20))
        )
        return self.office_hour(day, draw)

    def _in_time(self, last: date, draw: Random) -> datetime:
        before = draw.choice(DAYS_BEFORE)
        if before == 0 and draw.random() < 0.06:
            return self.calendar.at(last, time(23, draw.randint(0, 59), 59))
        return self._before(last, before, draw)

    def _before(self, last: date, working: int, draw: Random) -> datetime:
        """An office hour `working` working days before the last one on which the office is open."""
        day = self.calendar.days.previous_or_same(last)
        return self.office_hour(self.calendar.days.back(day, working), draw)

    def _late_day(self, last: date, draw: Random) -> date:
        working = min(1 + int(draw.expovariate(1 / 4)), 25)
        return self.calendar.later(last, working, WORKING)

    def office_hour(self, day: date, draw: Random) -> datetime:
        """Some minute of an office day."""
        return self.calendar.at(day, time(draw.choice((8, 9, 10, 13, 14, 15, 16)), draw.randint(0, 59)))

    def working_days_after(self, instant: datetime, working: int, draw: Random) -> datetime:
        """An office hour that many working days after the day of `instant`."""
        day = self.calendar.later(self.calendar.day(instant), working, WORKING)
        return self.office_hour(day, draw)

    def review_at(self, owed: DueRow, version: int, filed_at: datetime) -> datetime | None:
        """When the recipient turns to it; None: not in this year."""
        draw = self.draw(owed, f"review {version}")
        chance = draw.random()
        if chance < NEVER_REVIEWED:
            return None
        slow = chance < NEVER_REVIEWED + SLOW_REVIEW
        return self.working_days_after(filed_at, draw.randint(5, 15) if slow else draw.randint(1, 3), draw)

    def is_returned(self, owed: DueRow, version: int) -> bool:
        return version == 1 and self.draw(owed, "verdict").random() < RETURNED_SHARE

    def corrected_at(self, owed: DueRow, returned_at: datetime) -> datetime | None:
        draw = self.draw(owed, "mending")
        if draw.random() < NEVER_MENDED:
            return None
        return self.working_days_after(returned_at, draw.randint(1, 4), draw)
