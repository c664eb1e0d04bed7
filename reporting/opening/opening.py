"""Opening of obligations ahead to the horizon: set-based, idempotent, frozen once done.

An occurrence (a stage in a period) is opened once; its dates never change afterwards. When units change,
only occurrences whose day still lies ahead are looked at again: new units are added, and a unit that will not
exist on that day, and has handed nothing in, is cancelled. What was cancelled so opens again as soon as the
unit is in place on that day after all, even if the day is over. A mark per plan says what it was opened
against, so that a pass with nothing to do asks two questions for all plans and is done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from dataclasses import replace as dataclass_replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Self
from zoneinfo import ZoneInfo

from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from calendars.deadlines import DueDate
from calendars.periods import Frequency, Period
from calendars.working_days import WorkingDays
from calendars.zone import local_date, midnight
from models.obligation import Occurrence
from models.plan import Duty, Plan, Stage
from models.settings import Settings
from models.unit import UnitVersion
from models.upkeep import Marker
from reporting.audit.log import DONDOC, record
from reporting.opening.bulk_rows import (
    cancel_units,
    insert_obligations,
    missing_units,
    refresh_units,
    reopen_units,
)
from reporting.opening.redating import (
    NEVER,
    Replaced,
    StagePeriod,
    replace_changed,
    replaced_before,
    standing_occurrences,
)
from reporting.plans.loading import editions
from reporting.plans.reporters import Reporter, reporters_of
from reporting.plans.schedule import DutyOccurrence, PlanEdition, absorbing_periods, duty_occurrences
from reporting.units.hierarchy import Hierarchy, hierarchy, units_revision

MARK = "opened-plan-"
ABSORBING_DAYS = 400
"""How far beyond the horizon to look for a larger report that absorbs a smaller one."""

AHEAD = {Frequency.DAY.value: 14, Frequency.WORKDAY.value: 14, Frequency.WEEK.value: 63}
"""Days ahead to which what comes often is opened; a year of daily reports would be of no use to anybody."""
WINDOW_DAYS = 800
"""How far beyond the horizon to look for what has a window that opens long before it ends."""

FirstLook = Callable[[DueDate | None], datetime]


@dataclass
class OpeningCount:
    """What a pass opened, refreshed and cancelled, in obligations."""

    opened: int = 0
    cancelled: int = 0
    refreshed: int = 0

    def add(self, other: OpeningCount) -> None:
        self.opened += other.opened
        self.cancelled += other.cancelled
        self.refreshed += other.refreshed


@dataclass(frozen=True)
class OpeningBasis:
    """What all plans are opened against in the pass at `now`, and the markers of what they were last time."""

    settings: Settings
    days: WorkingDays
    now: datetime
    units_revision: int
    markers: Mapping[str, Marker]

    @classmethod
    def read(cls, session: Session, settings: Settings, days: WorkingDays, now: datetime) -> Self:
        """Read it once the plans are locked, so that what another pass opened is seen."""
        found = session.exec(select(Marker).where(col(Marker.name).startswith(MARK, autoescape=True)))
        markers = {marker.name: marker for marker in found}
        return cls(settings, days, now, units_revision(session), markers)

    @cached_property
    def today(self) -> date:
        return local_date(self.now, self.settings.zone)

    @cached_property
    def until(self) -> date:
        return self.today + timedelta(days=self.settings.horizon_days)

    def horizon(self, frequency: str) -> date:
        """The day up to which what comes so often is opened."""
        ahead = AHEAD.get(frequency)
        return self.until if ahead is None else min(self.until, self.today + timedelta(days=ahead))

    def is_opened(self, plan: Plan) -> bool:
        """Whether the plan was opened against just this, so that there is nothing to do."""
        marker = self.markers.get(f"{MARK}{plan.id}")
        return marker is not None and marker.value == self._value(plan)

    def mark(self, session: Session, plan: Plan) -> None:
        """Note that the plan is opened against this."""
        name = f"{MARK}{plan.id}"
        marker = self.markers.get(name) or Marker(name=name, value="")
        marker.value = self._value(plan)
        session.add(marker)

    def _value(self, plan: Plan) -> str:
        days = self.days
        special = f"{sorted(days.off)}{sorted(days.worked)}" if days.off or days.worked else ""
        return f"{plan.version}|{self.units_revision}|{self.until}|{special}"


@dataclass
class Opening:
    """One plan's opening; holds what the stages of its duties share.

    `first_look` is the first moment at which reminders have something to do about a due date.
    """

    session: Session
    plan: Plan
    basis: OpeningBasis
    first_look: FirstLook
    count: OpeningCount = field(default_factory=OpeningCount)
    _units: dict[date, Hierarchy] = field(default_factory=dict)
    _reporters: dict[tuple[int, str, date], list[list[Reporter]]] = field(default_factory=dict)
    _missing: set[int] = field(default_factory=set)

    def run(self) -> OpeningCount:
        """Open what is due to be opened."""
        for duty in self._duties():
            self._open_duty(duty)
        self.basis.mark(self.session, self.plan)
        return self.count

    @cached_property
    def _changes(self) -> list[date]:
        """The days on which any unit changed: between two of them the hierarchy stays the same."""
        starts = self.session.scalars(sa_select(col(UnitVersion.valid_from)).distinct())
        ends = self.session.scalars(sa_select(col(UnitVersion.valid_to)).distinct())
        return sorted({*starts, *(day for day in ends if day is not None)})

    @cached_property
    def _editions(self) -> list[PlanEdition]:
        return editions(self.session, self.plan)

    def _duties(self) -> Sequence[Duty]:
        query = select(Duty).where(Duty.plan_id == self.plan.id).order_by(col(Duty.position))
        return self.session.exec(query).all()

    def _open_duty(self, duty: Duty) -> None:
        query = select(Stage).where(Stage.duty_id == duty.id).order_by(col(Stage.position))
        stages = self.session.exec(query).all()
        standing = standing_occurrences(self.session, stages)
        found = self._due_to_be_open(duty)
        self.count.cancelled += replace_changed(
            self.session, standing, found, self._editions, self.basis.now, self.basis.settings.zone
        )
        behind = [each for each in standing.values() if self._is_other(each) and not self._is_ahead(each)]
        self._missing = missing_units(self.session, behind)
        for each in found:
            self._open_period(each, stages, standing)

    def _due_to_be_open(self, duty: Duty) -> list[DutyOccurrence]:
        """What has its day within the horizon, and what has a window that is open already."""
        today, until = self.basis.today, self.basis.horizon(duty.frequency)
        files = [file for edition in self._editions if (file := edition.file.duty(duty.key)) is not None]
        further = WINDOW_DAYS if any(file.timetable.has_windows for file in files) else 0
        found = duty_occurrences(self._editions, duty.key, until + timedelta(days=further), self.basis.days)
        return [each for each in found if each.anchor <= until or each.is_open_by(today)]

    def _open_period(
        self, found: DutyOccurrence, stages: Sequence[Stage], standing: dict[StagePeriod, Occurrence]
    ) -> None:
        absorbed: set[int] | None = None
        for number, stage in zip(range(len(found.duty.chain)), stages, strict=False):
            existing = standing.get((stage.position, found.period.key))
            if not self._is_wanted(found, number, existing):
                continue
            if absorbed is None:
                absorbed = self._absorbed(found)
            source = found if existing is None else self._as_opened(found, existing)
            day = found.membership_day(number) if existing is None else existing.membership_day
            owing = [r for r in self._owing(source, number, day) if r.unit_id not in absorbed]
            if existing is None:
                self._open(found, number, stage, owing)
            else:
                self._reopen(existing, stage, found.period, owing)

    def _is_wanted(self, found: DutyOccurrence, number: int, existing: Occurrence | None) -> bool:
        """Whether there is anything to do: it is new, or was opened against other units and lies ahead or
        misses a unit that may be in place after all."""
        if existing is not None:
            return self._is_other(existing) and (self._is_ahead(existing) or existing.id in self._missing)
        # A stage whose day lay before the plan came into force would be overdue before it was asked for; what
        # is asked for once has its date written out all the same.
        return found.period.is_once or found.membership_day(number) >= found.first

    def _is_other(self, existing: Occurrence) -> bool:
        return existing.units_revision != self.basis.units_revision

    def _is_ahead(self, existing: Occurrence) -> bool:
        return existing.membership_day >= self.basis.today

    def _as_opened(self, found: DutyOccurrence, existing: Occurrence) -> DutyOccurrence:
        """The occurrence under the version it was opened by, whose choice of reporters still holds."""
        for edition in self._editions:
            duty = edition.file.duty(found.duty.id)
            if edition.version_id == existing.plan_version_id and duty is not None:
                return dataclass_replace(found, edition=edition, duty=duty)
        return found

    def _owing(self, found: DutyOccurrence, number: int, day: date) -> list[Reporter]:
        era = max((change for change in self._changes if change <= day), default=day)
        key = (found.edition.version_id, found.duty.id, era)
        if key not in self._reporters:
            if era not in self._units:
                self._units[era] = hierarchy(self.session, day)
            self._reporters[key] = reporters_of(found.edition.file, found.duty, self._units[era])
        return self._reporters[key][number]

    def _absorbed(self, found: DutyOccurrence) -> set[int]:
        """Units that owe a larger report of the same plan which absorbs this one."""
        units: set[int] = set()
        further = self.basis.until + timedelta(days=ABSORBING_DAYS)
        for larger in found.edition.file.duties:
            if found.duty.id not in larger.absorbs:
                continue
            for above in absorbing_periods(larger, found.period, self._editions, further, self.basis.days):
                for number in range(len(above.duty.chain)):
                    owing = self._owing(above, number, above.membership_day(number))
                    units.update(reporter.unit_id for reporter in owing)
        return units

    def _open(self, found: DutyOccurrence, number: int, stage: Stage, owing: Sequence[Reporter]) -> None:
        due = found.dues[number]
        earlier = replaced_before(self.session, stage, found.period)
        occurrence = Occurrence(
            stage_id=stage.id,
            plan_version_id=found.edition.version_id,
            period=found.period.key,
            begins=found.begins(number),
            rule=found.rule_text(number),
            membership_day=found.membership_day(number),
            units_revision=self.basis.units_revision,
            revision=earlier.revision + 1,
            opened_at=self.basis.now,
        )
        occurrence.period_start, occurrence.cutoff = found.data_span(number) or (None, None)
        if due is not None:
            _set_dates(occurrence, due, self.basis.settings.zone)
        self.session.add(occurrence)
        self.session.flush()
        owing = [reporter for reporter in owing if reporter.unit_id not in earlier.settled]
        self.count.opened += self._insert(occurrence, owing, self.first_look(due), earlier)
        after = {"obligations": len(owing), "period": occurrence.period, "deadline": occurrence.deadline}
        self._record("open", occurrence, after)

    def _reopen(
        self, occurrence: Occurrence, stage: Stage, period: Period, owing: Sequence[Reporter]
    ) -> None:
        """Let an occurrence follow the units; where its day is over only what opens again."""
        now, count = self.basis.now, OpeningCount()
        earlier = NEVER if occurrence.revision == 1 else replaced_before(self.session, stage, period)
        owes = {each.unit_id: each for each in owing if each.unit_id not in earlier.settled}
        count.opened = reopen_units(self.session, occurrence, owes, now)
        if self._is_ahead(occurrence):
            count.cancelled = cancel_units(self.session, occurrence, owes.keys(), now)
            count.refreshed = refresh_units(self.session, occurrence, owes, now)
            count.opened += self._insert(occurrence, list(owes.values()), now, earlier)
        occurrence.units_revision = self.basis.units_revision
        self.session.add(occurrence)
        if count != OpeningCount():
            self.count.add(count)
            self._record("follow-units", occurrence, asdict(count))

    def _insert(
        self, occurrence: Occurrence, owing: Sequence[Reporter], look: datetime, earlier: Replaced
    ) -> int:
        now = self.basis.now
        versions = earlier.versions
        return insert_obligations(
            self.session, self.plan.id, occurrence, owing, now, max(look, now), versions
        )

    def _record(self, action: str, occurrence: Occurrence, after: Mapping[str, object]) -> None:
        record(self.session, self.basis.now, DONDOC, action, "occurrence", occurrence.id, {}, after)


def _set_dates(occurrence: Occurrence, due: DueDate, zone: ZoneInfo) -> None:
    occurrence.written, occurrence.safe_day = due.written, due.safe_day
    occurrence.bound = due.bound.value
    occurrence.deadline = due.deadline(zone)
    occurrence.hour = None if due.hour is None else f"{due.hour:%H:%M}"
    occurrence.opens_at = None if due.opens is None else midnight(due.opens, zone)
    occurrence.planned = due.planned
