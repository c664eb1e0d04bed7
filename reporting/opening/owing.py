"""Who owes what in a plan's occurrences, day by day: what opening inserts and a preview counts.

The hierarchy and the reporters chosen from it are kept from one change of the units to the next.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from sqlalchemy import select as sa_select
from sqlmodel import Session, col

from calendars.periods import Period
from calendars.working_days import WorkingDays
from models.unit import UnitVersion
from reporting.plans.reporters import Reporter, reporters_of
from reporting.plans.schedule import DutyOccurrence, PlanEdition, absorbing_periods
from reporting.units.hierarchy import Hierarchy, hierarchy

ABSORBING_DAYS = 400
"""How far beyond the horizon to look for a larger report that absorbs a smaller one."""


@dataclass
class Owing:
    """The reporters of a plan's occurrences up to the anchor day `until`; `editions` oldest first."""

    session: Session
    editions: Sequence[PlanEdition]
    until: date
    days: WorkingDays
    zone: ZoneInfo
    _units: dict[date, Hierarchy] = field(default_factory=dict)
    _reporters: dict[tuple[int, str, date], list[list[Reporter]]] = field(default_factory=dict)
    _excused: dict[tuple[int, str, Period], set[int]] = field(default_factory=dict)

    def is_asked(self, found: DutyOccurrence, number: int) -> bool:
        """Whether the stage is asked for at all. One whose day lay before the plan, or whose deadline had
        passed before the change that asks for it, would be overdue before it was asked for; what is asked for
        once, by a request or for an event has its date written out."""
        if found.period.is_once or found.period.is_asked_for:
            return True
        is_first = found.edition.version_id == self.editions[0].version_id
        is_new = is_first or found.is_ahead_of_edition(number, self.zone)
        return is_new and found.membership_day(number) >= found.first

    def owing(self, found: DutyOccurrence, number: int, day: date) -> list[Reporter]:
        """The units that owe the stage's report on the day, without those that a larger report excuses; of
        those that were asked, or the unit that stands in their place on that day."""
        key = (found.edition.version_id, found.duty.id, found.period)
        if key not in self._excused:
            self._excused[key] = self._absorbed(found)
        chosen = [each for each in self._chosen(found, number, day) if each.unit_id not in self._excused[key]]
        if found.asked_of is None:
            return chosen
        asked = self._standing_for(found.asked_of, day)
        return [each for each in chosen if each.unit_id in asked]

    def hierarchy(self, day: date) -> Hierarchy:
        """The units of a day."""
        era = self._era(day)
        if era not in self._units:
            self._units[era] = hierarchy(self.session, day)
        return self._units[era]

    def _standing_for(self, units: Collection[int], day: date) -> set[int]:
        there = self.hierarchy(day)
        return {each.id for unit in units if (each := there.in_place_of(unit, None)) is not None}

    def _era(self, day: date) -> date:
        return max((change for change in self._changes if change <= day), default=day)

    @cached_property
    def _changes(self) -> list[date]:
        """The days on which any unit changed: between two of them the hierarchy stays the same."""
        starts = self.session.scalars(sa_select(col(UnitVersion.valid_from)).distinct())
        ends = self.session.scalars(sa_select(col(UnitVersion.valid_to)).distinct())
        return sorted({*starts, *(day for day in ends if day is not None)})

    def _chosen(self, found: DutyOccurrence, number: int, day: date) -> list[Reporter]:
        key = (found.edition.version_id, found.duty.id, self._era(day))
        if key not in self._reporters:
            self._reporters[key] = reporters_of(found.edition.file, found.duty, self.hierarchy(day))
        return self._reporters[key][number]

    def _absorbed(self, found: DutyOccurrence) -> set[int]:
        """Units that owe a larger report of the same plan which absorbs this one."""
        units: set[int] = set()
        further = self.until + timedelta(days=ABSORBING_DAYS)
        for larger in found.edition.file.duties:
            if found.duty.id not in larger.absorbs:
                continue
            for above in absorbing_periods(larger, found.period, self.editions, further, self.days):
                for number in range(len(above.duty.chain)):
                    owing = self._chosen(above, number, above.membership_day(number))
                    units.update(reporter.unit_id for reporter in owing)
        return units
