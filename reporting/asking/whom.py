"""Whom a request or an event asks: units, stage by stage, with their recipients, last days and people.

The preview and the deed work it out in the same way, so that what was shown is what is done.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from calendars.deadline import Deadline
from calendars.deadline import stated as stated_deadline
from calendars.due_rules import DueRule
from calendars.errors import Fault, SaidDay
from calendars.periods import Period
from calendars.working_days import WorkingDays
from calendars.zone import local_date
from models.errors import IllegalMove, InvalidInput, NotFound
from models.plan import Duty, Plan
from models.plan_files.faults import PlanFault
from models.plan_files.plan import DutyFile
from models.settings import Settings
from reporting.asking.faults import AskingFault
from reporting.obligations.recipients import SentTo
from reporting.opening.owing import Owing
from reporting.plans.loading import editions
from reporting.plans.reporters import Reporter
from reporting.plans.schedule import DutyOccurrence, PlanEdition, asked_occurrence
from reporting.reminders.audience import own_people
from reporting.special_days import working_days
from reporting.units.hierarchy import Hierarchy, UnitAsOf


@dataclass(frozen=True, kw_only=True)
class Whom:
    """The units named: by their codes or names, a branch, or all whom the duty chooses."""

    units: tuple[str, ...] = ()
    branch: str | None = None

    def __post_init__(self) -> None:
        if self.units and self.branch:
            raise InvalidInput(AskingFault.UNITS_AND_BRANCH())

    @property
    def is_all(self) -> bool:
        return not self.units and self.branch is None

    def ids(self, units: Hierarchy) -> frozenset[int] | None:
        """None for all. Raises `NotFound`."""
        if self.branch is not None:
            return frozenset(each.id for each in units.branch(units.called(self.branch)))
        return frozenset(units.called(each).id for each in self.units) or None


ALL = Whom()


class AskedReport(NamedTuple):
    """One report asked for: the unit, to whom it goes, by codes and in words, and the addresses of those who
    are told."""

    unit_id: int
    unit: str
    unit_name: str
    recipient: str
    copies: tuple[str, ...]
    sent_to: SentTo
    people: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        values = self._asdict() | {"recipient_name": self.sent_to.receiving}
        del values["unit_id"], values["sent_to"]
        return values | {"copies": list(self.copies), "people": list(self.people)}


@dataclass(frozen=True, kw_only=True)
class AskedStage:
    """One stage's reports; None where it has no deadline."""

    number: int
    name: str
    deadline: Deadline | None
    reports: Sequence[AskedReport]

    def as_json(self, zone: ZoneInfo) -> dict[str, object]:
        return {
            "stage": self.number,
            "stage_name": self.name,
            "deadline": self.deadline and self.deadline.instant.astimezone(zone).isoformat(),
            "last_day": self.deadline and self.deadline.last_day.isoformat(),
        }


@dataclass(frozen=True, kw_only=True)
class AskedDuty:
    """What is asked of one duty, from the bottom up; `occurrence` is how it opens."""

    duty: str
    title: str
    stages: Sequence[AskedStage]
    occurrence: DutyOccurrence

    @property
    def unit_ids(self) -> frozenset[int]:
        return frozenset(report.unit_id for stage in self.stages for report in stage.reports)

    def opened_as(self, period: Period) -> DutyOccurrence:
        """How it opens under the period that its row has given it."""
        return replace(self.occurrence, period=period)


@dataclass(frozen=True, kw_only=True)
class Foreseen:
    """What a request, or saying that something happened, opens and whom it tells. `named`: ids of the units
    chosen; None for all whom the plan chooses. `twin`: the number of a request that asks the same already."""

    plan: str
    plan_title: str
    duties: Sequence[AskedDuty]
    named: frozenset[int] | None
    twin: int = 0

    def require_new(self) -> None:
        """Raises `IllegalMove` where the same is asked already; after rights were checked, as it tells so."""
        if self.twin:
            raise IllegalMove(AskingFault.ASKED_ALREADY(number=self.twin))

    @property
    def reports(self) -> list[AskedReport]:
        return [report for duty in self.duties for stage in duty.stages for report in stage.reports]

    @property
    def people(self) -> list[str]:
        """Addresses of those who are told, each once."""
        return sorted({address for report in self.reports for address in report.people})

    @property
    def unreached(self) -> list[AskedReport]:
        """Reports of which nobody can be told."""
        return [report for report in self.reports if not report.people]

    @property
    def unit_ids(self) -> frozenset[int]:
        return frozenset(report.unit_id for report in self.reports)

    def as_json(self, zone: ZoneInfo) -> dict[str, object]:
        """For scripts: who is told, and a document for each report."""
        reports = [
            {"duty": duty.duty, **stage.as_json(zone), **report.as_json()}
            for duty in self.duties
            for stage in duty.stages
            for report in stage.reports
        ]
        return {"people": self.people, "reports": reports}

    @property
    def deadline(self) -> Deadline | None:
        """The last of them."""
        found = [stage.deadline for duty in self.duties for stage in duty.stages if stage.deadline]
        return max(found, key=lambda each: each.instant, default=None)


@dataclass(frozen=True, kw_only=True)
class PlanNow:
    """A plan as it governs at `now`: what is asked, is asked under this version. `plan` is locked."""

    session: Session
    settings: Settings
    plan: Plan
    edition: PlanEdition
    owing: Owing
    now: datetime

    def under(self, version_id: int) -> PlanNow:
        """The plan as that version of it has it."""
        edition = next(each for each in self.owing.editions if each.version_id == version_id)
        return replace(self, edition=edition)

    @property
    def today(self) -> date:
        return local_date(self.now, self.settings.zone)

    @property
    def units(self) -> Hierarchy:
        return self.owing.hierarchy(self.today)

    def duty_row(self, key: str) -> Duty:
        """The duty on which its reports hang."""
        return self.session.exec(select(Duty).where(Duty.plan_id == self.plan.id, Duty.key == key)).one()

    def in_force(self, duties: Sequence[DutyFile], day: date) -> list[DutyFile]:
        """Those that are on the day. Raises `IllegalMove` where none is."""
        found = [duty for duty in duties if self.is_in_force(duty, day)]
        if duties and not found:
            raise IllegalMove(self._why_not(duties[0], day))
        return found

    def is_in_force(self, duty: DutyFile, day: date) -> bool:
        first, last = self.edition.file.span_of(duty)
        return first <= day and (last is None or day <= last)

    def _why_not(self, duty: DutyFile, day: date) -> Fault:
        first, last = self.edition.file.span_of(duty)
        if day < first or last is None:
            return AskingFault.NOT_YET(title=duty.title, first=SaidDay.of(first))
        return AskingFault.NOT_IN_FORCE(title=duty.title, first=SaidDay.of(first), last=SaidDay.of(last))

    def foresee(self, asked: Sequence[DutyOccurrence], whom: Whom) -> Foreseen:
        """Without what is due before the plan is tracked. Raises `NotFound`, `IllegalMove` where that is all,
        or `InvalidInput` naming units that do not owe it."""
        named = whom.ids(self.units)
        duties = [self._duty(each, named) for each in self._tracked(asked)]
        reached = frozenset[int]().union(*(duty.unit_ids for duty in duties))
        title = duties[0].title
        if whom.units and named is not None:
            missing = [self.units.by_id[id] for id in sorted(named) if id not in reached]
            if missing:
                said = tuple(f"{unit.code} ({unit.name})" for unit in missing)
                raise InvalidInput(AskingFault.NOT_ASKED(units=said, title=title, plan=self.plan.slug))
        if not reached:
            raise InvalidInput(AskingFault.NOBODY(title=title, plan=self.plan.slug))
        return Foreseen(
            plan=self.plan.slug,
            plan_title=self.plan.title,
            duties=[duty for duty in duties if duty.unit_ids],
            named=named,
        )

    def _tracked(self, asked: Sequence[DutyOccurrence]) -> Sequence[DutyOccurrence]:
        first = self.edition.file.track_from
        if first is None:
            return asked
        found = [each for each in asked if any(due is None or due.last_day >= first for due in each.dues)]
        if not found:
            raise IllegalMove(AskingFault.UNTRACKED(title=asked[0].duty.title, first=SaidDay.of(first)))
        return found

    def occurrence(self, duty: DutyFile, period: Period, rule: DueRule | None = None) -> DutyOccurrence:
        """The duty as asked of everybody."""
        zone = self.settings.zone
        return asked_occurrence(self.edition, duty, period, None, self.owing.days, self.now, zone, rule)

    def everybody(self, found: DutyOccurrence) -> list[list[Reporter]]:
        """All who owe it, of each stage."""
        stages = range(len(found.duty.chain))
        return [self.owing.owing(found, number, found.membership_day(number)) for number in stages]

    def due(self, found: DutyOccurrence) -> datetime:
        """The instant by which the topmost stage of a request is due."""
        due = found.dues[-1]
        assert due is not None
        return due.deadline(self.settings.zone)

    def without(self, found: Foreseen, duty: str, units: Collection[int]) -> Foreseen:
        """The same without what these units would owe of the duty."""
        every = [each if each.duty != duty else self._only(each, units) for each in found.duties]
        return replace(found, duties=[each for each in every if each.unit_ids])

    def _only(self, duty: AskedDuty, less: Collection[int]) -> AskedDuty:
        if not duty.unit_ids & set(less):
            return duty
        stages = [
            replace(stage, reports=[each for each in stage.reports if each.unit_id not in less])
            for stage in duty.stages
        ]
        kept = replace(duty, stages=stages)
        return replace(kept, occurrence=replace(duty.occurrence, asked_of=kept.unit_ids))

    def _duty(self, found: DutyOccurrence, named: frozenset[int] | None) -> AskedDuty:
        everybody = self.everybody(found)
        asked = None if named is None else _with_gatherers(everybody, named)
        chosen = [[each for each in owing if asked is None or each.unit_id in asked] for owing in everybody]
        people = own_people(self.session, {each.unit_id for some in chosen for each in some}, self.today)
        addresses = {unit: tuple(each.address for each in some) for unit, some in people.items()}
        stages = [self._stage(found, i, reporters, addresses) for i, reporters in enumerate(chosen)]
        occurrence = replace(found, asked_of=asked)
        return AskedDuty(duty=found.duty.id, title=found.duty.title, stages=stages, occurrence=occurrence)

    def _stage(
        self,
        found: DutyOccurrence,
        number: int,
        reporters: Sequence[Reporter],
        addresses: Mapping[int, tuple[str, ...]],
    ) -> AskedStage:
        there = self.owing.hierarchy(found.membership_day(number)).by_id
        due, zone = found.dues[number], self.settings.zone
        reports = [_report(each, there, addresses.get(each.unit_id, ())) for each in reporters]
        instant = None if due is None else due.deadline(zone)
        return AskedStage(
            number=number + 1,
            name=found.duty.chain[number].title(number + 1),
            deadline=stated_deadline(instant, instant, None if due is None else due.safe_day, zone),
            reports=reports,
        )


def _report(reporter: Reporter, there: Mapping[int, UnitAsOf], people: tuple[str, ...]) -> AskedReport:
    unit, recipient = there[reporter.unit_id], there.get(reporter.recipient_id or 0)
    copies = [there[id] for id in reporter.copies if id in there]
    return AskedReport(
        unit_id=reporter.unit_id,
        unit=unit.code,
        unit_name=unit.name,
        recipient=recipient.code if recipient else "",
        copies=tuple(copy.code for copy in copies),
        sent_to=SentTo(
            receiving=recipient.name if recipient else "",
            copies=tuple(copy.name for copy in copies),
            is_via=reporter.via,
        ),
        people=people,
    )


def _with_gatherers(stages: Sequence[Sequence[Reporter]], named: Collection[int]) -> frozenset[int]:
    """The units named that owe something, and those above them in the chain that gather their reports."""
    asked = {each.unit_id for stage in stages for each in stage if each.unit_id in named}
    for stage in stages:
        asked |= {each.gatherer_id for each in stage if each.unit_id in asked and each.gatherer_id}
    return frozenset(asked)


def plan_now(session: Session, settings: Settings, slug: str, now: datetime, *, lock: bool) -> PlanNow:
    """The plan with the version that governs today. Raises `NotFound`, or `IllegalMove` for a retired one.

    With `lock` its row is locked, as a pass locks it, until the transaction ends.
    """
    query = select(Plan).where(Plan.slug == slug)
    query = query.with_for_update().execution_options(populate_existing=True) if lock else query
    plan = session.exec(query).one_or_none()
    if plan is None:
        raise NotFound(PlanFault.NO_PLAN(slug=slug))
    if plan.retired_at is not None:
        raise IllegalMove(AskingFault.RETIRED(plan=slug))
    days: WorkingDays = working_days(session)
    known, today = editions(session, plan), local_date(now, settings.zone)
    begun = [each for each in known if each.first <= today]
    edition = (begun or known)[-1 if begun else 0]
    owing = Owing(session, known, today, days, settings.zone)
    return PlanNow(session=session, settings=settings, plan=plan, edition=edition, owing=owing, now=now)


def plans_now(session: Session, settings: Settings, slugs: Iterable[str], now: datetime) -> Iterator[PlanNow]:
    """Those of the plans that can be read: one whose kept file this version refuses hides no other."""
    for slug in slugs:
        with suppress(InvalidInput):
            yield plan_now(session, settings, slug, now, lock=False)
