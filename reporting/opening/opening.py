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
from functools import cached_property, partial
from typing import Self
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from calendars.deadlines import DueDate
from calendars.periods import Frequency, Period
from calendars.working_days import WorkingDays
from calendars.zone import local_date, midnight
from models.decision import DAY_OFF
from models.obligation import Occurrence
from models.plan import Duty, Plan, Stage
from models.settings import Settings
from models.upkeep import Marker
from reporting.audit.log import DONDOC, record
from reporting.closing_reasons import WORKED
from reporting.opening.asked import standing_asked
from reporting.opening.bulk_rows import (
    cancel_units,
    insert_obligations,
    missing_units,
    refresh_units,
    reopen_units,
    track_again,
    untrack,
)
from reporting.opening.owing import Owing
from reporting.opening.redating import (
    NEVER,
    Replaced,
    replace_changed,
    replaced_before,
    standing_occurrences,
)
from reporting.plans.loading import editions
from reporting.plans.opened import StagePeriod
from reporting.plans.reporters import Reporter
from reporting.plans.schedule import (
    DutyOccurrence,
    PlanEdition,
    duty_occurrences,
    governing,
)
from reporting.units.hierarchy import units_revision

MARK = "opened-plan-"

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
    _missing: set[int] = field(default_factory=set)

    def run(self) -> OpeningCount:
        """Open what is due to be opened."""
        for duty in self._duties():
            self._open_duty(duty)
        self._follow_tracking()
        self.basis.mark(self.session, self.plan)
        return self.count

    def open_asked(self, duty: Duty, found: DutyOccurrence) -> OpeningCount:
        """Open what a request or an event makes due, all its stages at once; no pass opens it. What another
        opened under the same period gets the units that it lacks."""
        stages = self._stages(duty)
        standing = standing_occurrences(self.session, stages)
        for stage in stages:
            existing = standing.get((stage.position, found.period.key))
            if existing is None:
                self._open_period(found, [stage], {})
            else:
                self._join(existing, found, stage.position - 1)
        return self.count

    def _join(self, existing: Occurrence, found: DutyOccurrence, number: int) -> None:
        owing = self._owing.owing(found, number, existing.membership_day)
        is_tracked = _is_tracked(found, number)
        added = self._insert(existing, owing, self.basis.now, NEVER, is_tracked)
        self.count.opened += added
        self._record("follow-units", existing, asdict(OpeningCount(opened=added)))

    def _follow_tracking(self) -> None:
        """What was open before a version said from which day on the plan is tracked, or what lies ahead and
        is tracked after all."""
        first, now = self._editions[-1].file.track_from, self.basis.now
        if first is None:
            return
        since = midnight(first, self.basis.settings.zone)
        for action, change in (("untrack", untrack), ("track", track_again)):
            if number := change(self.session, self.plan.id, since, now):
                after = {"obligations": number, "track_from": first}
                record(self.session, now, DONDOC, action, "plan", self.plan.id, {}, after)

    @cached_property
    def _editions(self) -> list[PlanEdition]:
        return editions(self.session, self.plan)

    @cached_property
    def _owing(self) -> Owing:
        zone = self.basis.settings.zone
        return Owing(self.session, self._editions, self.basis.until, self.basis.days, zone)

    def _stages(self, duty: Duty) -> Sequence[Stage]:
        query = select(Stage).where(Stage.duty_id == duty.id).order_by(col(Stage.position))
        return self.session.exec(query).all()

    def _duties(self) -> Sequence[Duty]:
        query = select(Duty).where(Duty.plan_id == self.plan.id).order_by(col(Duty.position))
        return self.session.exec(query).all()

    def _open_duty(self, duty: Duty) -> None:
        stages = self._stages(duty)
        standing = standing_occurrences(self.session, stages)
        found = self._due_to_be_open(duty)
        governs = partial(governing, self._editions, duty.key, days=self.basis.days)
        self.count.cancelled += replace_changed(
            self.session,
            standing,
            found,
            governs,
            self._owes_alike,
            self.basis.now,
            self.basis.settings.zone,
        )
        behind = [each for each in standing.values() if self._is_other(each) and not self._is_ahead(each)]
        self._missing = missing_units(self.session, behind)
        for each in found:
            self._open_period(each, stages, standing)
        if duty.frequency == Frequency.WORKDAY.value:
            self._follow_days(found, standing)
        self._follow_asked(duty, stages, standing)

    def _follow_days(self, found: Sequence[DutyOccurrence], standing: dict[StagePeriod, Occurrence]) -> None:
        """Let reports of working days follow the days ahead: of one that became a day off none is owed."""
        worked = {each.period.key: each for each in found}
        for (position, period), existing in standing.items():
            if not self._is_ahead(existing):
                continue
            if period in worked:
                each = self._as_opened(worked[period], existing)
                owing = self._owing.owing(each, position - 1, existing.membership_day)
                owes = {reporter.unit_id: reporter for reporter in owing}
                count = reopen_units(self.session, existing, owes, self.basis.now, DAY_OFF, WORKED)
                self.count.opened += count
            elif not self.basis.days.is_working(date.fromisoformat(period)):
                count = cancel_units(self.session, existing, (), self.basis.now, DAY_OFF)
                self.count.cancelled += count
            else:
                continue
            if count:
                self._record("follow-days", existing, {"obligations": count, "period": period})

    def _follow_asked(
        self, duty: Duty, stages: Sequence[Stage], standing: dict[StagePeriod, Occurrence]
    ) -> None:
        """Let what was asked for follow the units, while their plan is in place."""
        other = {key: each for key, each in standing.items() if self._is_other(each)}
        keys = {period for _, period in other}
        zone = self.basis.settings.zone
        for each in standing_asked(self.session, self._editions, duty, keys, self.basis.days, zone):
            there = [stage for stage in stages if (stage.position, each.period.key) in other]
            self._open_period(each, there, other)

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
        for stage in stages:
            number = stage.position - 1
            existing = standing.get((stage.position, found.period.key))
            if number >= len(found.duty.chain) or not self._is_wanted(found, number, existing):
                continue
            source = found if existing is None else self._as_opened(found, existing)
            day = found.membership_day(number) if existing is None else existing.membership_day
            owing = self._owing.owing(source, number, day)
            if existing is None:
                self._open(found, number, stage, owing)
            else:
                self._reopen(existing, stage, found.period, owing)

    def _is_wanted(self, found: DutyOccurrence, number: int, existing: Occurrence | None) -> bool:
        """Whether there is anything to do: it is new, or was opened against other units and lies ahead or
        misses a unit that may be in place after all."""
        if existing is not None:
            return self._is_other(existing) and (self._is_ahead(existing) or existing.id in self._missing)
        return self._owing.is_asked(found, number)

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

    def _owes_alike(self, found: DutyOccurrence, number: int, existing: Occurrence) -> bool:
        """Whether the version that governs now has the same units owe it to the same as the one it was opened
        by. What a larger report excuses is looked at in both."""
        opened = self._as_opened(found, existing)
        if opened.edition.version_id == found.edition.version_id or number >= len(opened.duty.chain):
            return True
        day = existing.membership_day
        return self._owing.owing(opened, number, day) == self._owing.owing(found, number, day)

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
        look, is_tracked = self.first_look(due), _is_tracked(found, number)
        self.count.opened += self._insert(occurrence, owing, look, earlier, is_tracked)
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
        self,
        occurrence: Occurrence,
        owing: Sequence[Reporter],
        look: datetime,
        earlier: Replaced,
        is_tracked: bool = True,
    ) -> int:
        now, versions = self.basis.now, earlier.versions
        return insert_obligations(
            self.session, self.plan.id, occurrence, owing, now, max(look, now), versions, is_tracked
        )

    def _record(self, action: str, occurrence: Occurrence, after: Mapping[str, object]) -> None:
        record(self.session, self.basis.now, DONDOC, action, "occurrence", occurrence.id, {}, after)


def _is_tracked(found: DutyOccurrence, number: int) -> bool:
    due, first = found.dues[number], found.edition.file.track_from
    return due is None or first is None or due.last_day >= first


def _set_dates(occurrence: Occurrence, due: DueDate, zone: ZoneInfo) -> None:
    occurrence.written, occurrence.safe_day = due.written, due.safe_day
    occurrence.bound = due.bound.value
    occurrence.deadline = due.deadline(zone)
    occurrence.hour = None if due.hour is None else f"{due.hour:%H:%M}"
    occurrence.opens_at = None if due.opens is None else midnight(due.opens, zone)
    occurrence.planned = due.planned
