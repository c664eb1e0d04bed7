"""Opening obligations ahead to the horizon: set-based, idempotent, frozen once done.

An occurrence (a stage in a period) is opened once; its dates never change afterwards. When units change,
only occurrences whose day still lies ahead are looked at again: new units are added, and a unit that will not
exist on that day, and has handed nothing in, is cancelled. What was cancelled so opens again as soon as the
unit is in place on that day after all, even if the day is over. A mark per plan says what it was opened
against, so that a pass with nothing to do asks two questions for all plans and is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as dataclass_replace
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any, Self

from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from calendars.deadlines import DueDate
from calendars.periods import Period
from calendars.working_days import WorkingDays
from calendars.zone import local_date
from models.obligation import Occurrence
from models.plan import Duty, Plan, Stage
from models.plan_file import DutyFile
from models.settings import Settings
from models.unit import UnitVersion
from models.upkeep import Marker
from reporting.audit.log import DONDOC, record
from reporting.opening.bulk_rows import (
    Reporter,
    cancel_units,
    insert_obligations,
    missing_units,
    refresh_units,
    reopen_units,
    reporters_of,
)
from reporting.opening.redating import (
    NEVER,
    StagePeriod,
    replace_changed,
    replaced_before,
    standing_occurrences,
)
from reporting.plans.loading import editions
from reporting.plans.schedule import DutyOccurrence, PlanEdition, absorbing_periods, duty_occurrences
from reporting.units.hierarchy import Hierarchy, hierarchy, units_revision

MARK = "opened-plan-"
ABSORBING_DAYS = 400
"""How far beyond the horizon a larger report is looked for that stands for a smaller one."""

NOTHING: Mapping[int, int] = MappingProxyType({})
FirstLook = Callable[[DueDate | None], datetime]


@dataclass
class OpeningCount:
    """What a pass opened, refreshed and cancelled, in obligations."""

    opened: int = 0
    cancelled: int = 0
    refreshed: int = 0


@dataclass(frozen=True)
class Ground:
    """What plans are opened against at a pass, the same for all of them, and the marks they bear of it."""

    today: date
    until: date
    units_revision: int
    special_days: str
    marks: dict[str, Marker]

    @classmethod
    def read(cls, session: Session, settings: Settings, days: WorkingDays, now: datetime) -> Self:
        """Read it once the plans are locked, so that what another pass opened is seen."""
        today = local_date(now, settings.zone)
        until = today + timedelta(days=settings.horizon_days)
        marks = session.exec(select(Marker).where(col(Marker.name).startswith(MARK, autoescape=True)))
        found = {marker.name: marker for marker in marks}
        return cls(today, until, units_revision(session), hash_of(days), found)

    def is_opened(self, plan: Plan) -> bool:
        """Whether the plan was opened against just this, so that there is nothing to do."""
        marker = self.marks.get(f"{MARK}{plan.id}")
        return marker is not None and marker.value == self._value(plan)

    def mark(self, session: Session, plan: Plan) -> None:
        name = f"{MARK}{plan.id}"
        marker = self.marks.get(name) or Marker(name=name, value="")
        marker.value = self._value(plan)
        session.add(marker)

    def _value(self, plan: Plan) -> str:
        return f"{plan.version}|{self.units_revision}|{self.until}|{self.special_days}"


@dataclass
class Opening:
    """One plan's opening pass at `now`; holds what the stages of its duties share."""

    session: Session
    settings: Settings
    days: WorkingDays
    plan: Plan
    now: datetime
    ground: Ground
    first_look: FirstLook
    count: OpeningCount = field(default_factory=OpeningCount)
    _units: dict[date, Hierarchy] = field(default_factory=dict)
    _reporters: dict[tuple[int, str, date], list[list[Reporter]]] = field(default_factory=dict)
    _changes: list[date] = field(default_factory=list)
    _missing: set[int] = field(default_factory=set)
    _editions: list[PlanEdition] = field(default_factory=list)

    def run(self) -> OpeningCount:
        """Open what is due to be opened."""
        self._changes = change_days(self.session)
        self._editions = editions(self.session, self.plan)
        for duty in self._duties():
            self._open_duty(duty)
        self.ground.mark(self.session, self.plan)
        return self.count

    def _duties(self) -> Sequence[Duty]:
        query = select(Duty).where(Duty.plan_id == self.plan.id).order_by(col(Duty.position))
        return self.session.exec(query).all()

    def _open_duty(self, duty: Duty) -> None:
        query = select(Stage).where(Stage.duty_id == duty.id).order_by(col(Stage.position))
        stages = self.session.exec(query).all()
        standing = standing_occurrences(self.session, stages)
        found = list(duty_occurrences(self._editions, duty.key, self.ground.until, self.days))
        self.count.cancelled += replace_changed(
            self.session, standing, found, self._editions, self.ground.today, self.now
        )
        behind = [each for each in standing.values() if self._is_other(each) and not self._is_ahead(each)]
        self._missing = missing_units(self.session, behind)
        for each in found:
            self._open_period(each, stages, standing)

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
        # A stage whose day lay before the plan came into force would be overdue before it was asked for.
        return found.membership_day(number) >= found.edition.file.span_of(found.duty)[0]

    def _is_other(self, existing: Occurrence) -> bool:
        return existing.units_revision != self.ground.units_revision

    def _is_ahead(self, existing: Occurrence) -> bool:
        return existing.membership_day >= self.ground.today

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
        """Units that owe a larger report which stands for this one."""
        units: set[int] = set()
        further = self.ground.until + timedelta(days=ABSORBING_DAYS)
        for larger in larger_duties(found):
            for above in absorbing_periods(larger, found.period, self._editions, further, self.days):
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
            period_start=found.data_start,
            cutoff=found.cutoff,
            rule=found.duty.chain[number].rule_text,
            membership_day=found.membership_day(number),
            units_revision=self.ground.units_revision,
            revision=earlier.revision + 1,
            opened_at=self.now,
            **self._dates(due),
        )
        self.session.add(occurrence)
        self.session.flush()
        owing = [reporter for reporter in owing if reporter.unit_id not in earlier.settled]
        self._insert(occurrence, owing, self.first_look(due), earlier.versions)
        after = {"obligations": len(owing), "period": occurrence.period, "deadline": occurrence.deadline}
        record(self.session, self.now, DONDOC, "open", "occurrence", occurrence.id, {}, after)

    def _dates(self, due: DueDate | None) -> dict[str, Any]:
        if due is None:
            return {}
        return {
            "written": due.written,
            "bound": due.bound.value,
            "safe_day": due.safe_day,
            "deadline": due.deadline(self.settings.zone),
        }

    def _insert(
        self,
        occurrence: Occurrence,
        owing: Sequence[Reporter],
        look: datetime,
        versions: Mapping[int, int] = NOTHING,
    ) -> None:
        if not owing:
            return
        self.count.opened += insert_obligations(
            self.session, self.plan.id, occurrence, owing, self.now, max(look, self.now), versions
        )

    def _reopen(
        self, occurrence: Occurrence, stage: Stage, period: Period, owing: Sequence[Reporter]
    ) -> None:
        """Let an occurrence follow the units; where its day is over only what opens again."""
        earlier = NEVER if occurrence.revision == 1 else replaced_before(self.session, stage, period)
        owing = [reporter for reporter in owing if reporter.unit_id not in earlier.settled]
        owes = {reporter.unit_id: reporter for reporter in owing}
        gone = moved = 0
        before = self.count.opened
        self.count.opened += reopen_units(self.session, occurrence, owes, self.now)
        if self._is_ahead(occurrence):
            gone = cancel_units(self.session, occurrence, owes.keys(), self.now)
            moved = refresh_units(self.session, occurrence, owes, self.now)
            self._insert(occurrence, owing, self.now, earlier.versions)
        opened = self.count.opened - before
        self.count.cancelled += gone
        self.count.refreshed += moved
        occurrence.units_revision = self.ground.units_revision
        self.session.add(occurrence)
        if gone or moved or opened:
            after = {"opened": opened, "cancelled": gone, "refreshed": moved}
            record(self.session, self.now, DONDOC, "follow-units", "occurrence", occurrence.id, {}, after)


def larger_duties(found: DutyOccurrence) -> Iterator[DutyFile]:
    """The duties of the same plan whose report stands for this one in some periods."""
    return (duty for duty in found.edition.file.duties if found.duty.id in duty.absorbs)


def change_days(session: Session) -> list[date]:
    """The days on which any unit changed: between two of them the hierarchy stays the same."""
    starts = session.execute(sa_select(col(UnitVersion.valid_from)).distinct()).scalars()
    ends = session.execute(sa_select(col(UnitVersion.valid_to)).distinct()).scalars()
    return sorted({*starts, *(day for day in ends if day is not None)})


def hash_of(days: WorkingDays) -> str:
    """What tells one list of special days from another."""
    return f"{sorted(days.off)}{sorted(days.worked)}" if days.off or days.worked else ""
