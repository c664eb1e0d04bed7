"""Checks of a plan file: its dates over the coming years, and the units it names.

`check_plan` gives warnings, which refuse nothing. Units that do not exist are errors (`named_units`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property, partial

from sqlmodel import Session, col, select

from calendars.data_span import Span
from calendars.deadlines import DueDate, Roll
from calendars.due_rules import ByEvent, Window
from calendars.periods import WHEN_ASKED, Frequency, Language
from calendars.wording import word_date, word_deadline
from calendars.working_days import ONE_DAY, WorkingDays
from models.account import Grant
from models.errors import InputErrors
from models.plan import Plan
from models.plan_files.faults import PlanFault
from models.plan_files.field import Path
from models.plan_files.plan import DutyFile, PlanFile
from models.unit import Contact, Unit
from models.validity import sql_not_ended
from reporting.plans.empty_stages import LOOKED_AHEAD, empty_ahead, hierarchies_ahead
from reporting.plans.loading import current_plan_file
from reporting.plans.named_units import FormerNames, unit_problems, with_codes
from reporting.plans.no_effect import without_effect
from reporting.plans.quotes import misquoted
from reporting.plans.reading import ReadPlan
from reporting.plans.reporters import owes_only_itself, select_recipients, select_reporters
from reporting.plans.schedule import DutyOccurrence, PlanEdition, duty_occurrences, longest_period
from reporting.plans.warnings import Caution, PlanWarning
from reporting.reminders.ladders import missing_ladders
from reporting.special_days import working_days
from reporting.units.hierarchy import Hierarchy, UnitAsOf


@dataclass(frozen=True)
class KnownUnits:
    """The hierarchy on one day and on those ahead on which it changes, the codes of units of any day, and the
    units that have people: contacts or accounts. None where nobody at all is known yet."""

    ahead: Sequence[Hierarchy]
    codes: frozenset[str]
    peopled: frozenset[int] | None
    former: FormerNames = field(default_factory=FormerNames)

    @property
    def hierarchy(self) -> Hierarchy:
        return self.ahead[0]


def known_units(session: Session, plan: PlanFile, today: date) -> KnownUnits | None:
    """The units on today, or on the plan's nearest day; None where no units are loaded at all."""
    codes = frozenset(session.exec(select(Unit.code)))
    if not codes:
        return None
    found = hierarchies_ahead(session, day_to_check(plan, today), plan.in_force.last)
    return KnownUnits(found, codes, _peopled(session, today) or None, FormerNames(session))


def _peopled(session: Session, today: date) -> frozenset[int]:
    contacts = select(Contact.unit_id).where(sql_not_ended(Contact, today), col(Contact.bounced_at).is_(None))
    grants = select(Grant.unit_id).where(sql_not_ended(Grant, today), col(Grant.unit_id).is_not(None))
    return frozenset(session.exec(contacts)) | {unit for unit in session.exec(grants) if unit is not None}


def day_to_check(plan: PlanFile, today: date) -> date:
    """Today, or the plan's first or last day where it is not in force today."""
    day = max(today, plan.in_force.first)
    return day if plan.in_force.last is None else min(day, plan.in_force.last)


def warnings_of(plan: PlanFile, units: KnownUnits | None, days: WorkingDays) -> list[PlanWarning]:
    """The warnings and hints about a plan, with all that is known of units."""
    if units is None:
        return check_plan(plan, None, days)
    return check_plan(plan, units.hierarchy, days, units.peopled, units.ahead)


FOREVER = date(9990, 12, 31)
MOST = timedelta(days=10 * 366)
"""A plan in force for longer is checked for its first years."""
WORKING_DAYS_AFTER_CUTOFF = 2
FAR_YEARS = 10
FAR = timedelta(days=FAR_YEARS * 366)
"""A deadline so long after the plan's last day, or its issue, is a year mistyped."""


def check_plan(
    plan: PlanFile,
    units: Hierarchy | None,
    days: WorkingDays,
    peopled: Collection[int] | None = None,
    ahead: Sequence[Hierarchy] = (),
) -> list[PlanWarning]:
    """The warnings and hints about a plan; without `units` only those about the file and its dates, without
    `peopled` none about recipients that nobody could tell, without `ahead` none about units to come."""
    checks = {duty.id: DutyCheck(plan, duty, days) for duty in plan.duties}
    found = [warning for check in checks.values() for warning in check.warnings()]
    if units is not None:
        found += [warning for duty in plan.duties for warning in _unit_warnings(plan, duty, units, peopled)]
        found += [warning for check in checks.values() for warning in check.empty_ahead(ahead)]
    found += without_effect(plan, units, lambda duty: checks[duty.id].occurrences)
    called = {duty.id: plan.called(duty) for duty in plan.duties}
    return [replace(warning, called=called.get(warning.duty, "")) for warning in found]


@dataclass(frozen=True)
class DutyCheck:
    """The dates of one duty, looked at period by period up to three years ahead."""

    plan: PlanFile
    duty: DutyFile
    days: WorkingDays

    def warnings(self) -> Iterator[PlanWarning]:
        if self.duty.every in WHEN_ASKED or self.duty.event is not None:
            yield from self._waiting()
            return
        if not any(self.duty.timetable.chain):
            yield PlanWarning(concern=Caution.NO_DATE, duty=self.duty.id)
        found = self.occurrences
        if not found:
            yield PlanWarning(concern=Caution.NEVER_COMES, duty=self.duty.id)
        else:
            yield from self._missing_parts(found)
        for number in range(len(self.duty.chain)):
            yield from self._stage_warnings(found, number)

    def _waiting(self) -> Iterator[PlanWarning]:
        """Windows that end with an event: until it has happened, nothing is opened of them."""
        for number, rules in enumerate(self.duty.timetable.chain, start=1):
            for rule in rules:
                if isinstance(rule, Window) and isinstance(rule.last, ByEvent):
                    yield self._about(Caution.WAITS_FOR_EVENT, number, rule=str(rule))

    def _missing_parts(self, found: Sequence[DutyOccurrence]) -> Iterator[PlanWarning]:
        """The periods of a year that are named, or have dates of their own, of which none comes."""
        there = {(each.period.frequency, each.period.index) for each in found}
        for part in self.duty.timetable.parts:
            if (part.frequency, part.index) not in there:
                rules = [str(rule) for rule in self.duty.timetable.rules(part.of(2024)) if rule is not None]
                yield self._about(
                    Caution.PART_NEVER_COMES, None, part=str(part), rule=rules[-1] if rules else "–"
                )

    def _about(self, concern: Caution, stage: int | None, **values: str) -> PlanWarning:
        return PlanWarning(concern=concern, duty=self.duty.id, stage=stage, example=lambda _language: values)

    def empty_ahead(self, ahead: Sequence[Hierarchy]) -> Iterator[PlanWarning]:
        """Stages that choose somebody today, and nobody on a later day."""
        occurrences = () if len(ahead) < 2 else self.occurrences
        for stage, day in empty_ahead(self.plan, self.duty, occurrences, ahead):
            yield PlanWarning(
                concern=Caution.NOBODY_AHEAD,
                duty=self.duty.id,
                called=self.plan.called(self.duty),
                stage=stage,
                example=partial(_day, day),
            )

    @cached_property
    def occurrences(self) -> Sequence[DutyOccurrence]:
        first, last = self.plan.span_of(self.duty)
        # The date of a one-time duty may lie anywhere, wrongly or not.
        until = (
            FOREVER if self.duty.every is Frequency.ONCE else min(last or first, first + MOST) + LOOKED_AHEAD
        )
        edition = PlanEdition(version_id=0, file=self.plan, first=first)
        until = min(until, FOREVER - MOST) + longest_period([edition], self.duty.id)
        return list(duty_occurrences([edition], self.duty.id, until, self.days))

    def _stage_warnings(self, found: Sequence[DutyOccurrence], number: int) -> Iterator[PlanWarning]:
        tests: dict[Caution, Callable[[DutyOccurrence, int, DueDate], bool]] = {
            Caution.CUTOFF_TOO_LATE: self._is_cut_off_too_late,
            Caution.SHORT_AFTER_CUTOFF: self._is_short,
            Caution.NOT_LATER_THAN_REPORTERS: self._is_not_later,
            Caution.PAST_ON_ISSUE: self._is_past,
            Caution.FAR_AHEAD: self._is_far,
            Caution.PLANNED_TOO_LATE: self._is_planned_late,
            Caution.DAY_OFF: self._is_day_off,
        }
        dated = [(each, due) for each in found if (due := each.dues[number]) is not None]
        for concern, test in tests.items():
            hit = [(each, due) for each, due in dated if test(each, number, due)]
            if hit:
                yield PlanWarning(
                    concern=concern,
                    duty=self.duty.id,
                    stage=number + 1,
                    count=len(hit),
                    total=len(dated),
                    example=partial(self._example, *hit[0], number),
                )

    def _is_short(self, found: DutyOccurrence, number: int, due: DueDate) -> bool:
        span = found.data_span(number)
        return span is not None and self._days_left(span, due) < WORKING_DAYS_AFTER_CUTOFF

    def _days_left(self, span: Span, due: DueDate) -> int:
        return self.days.count(span[1] + ONE_DAY, due.safe_day + ONE_DAY)

    def _is_cut_off_too_late(self, found: DutyOccurrence, number: int, due: DueDate) -> bool:
        """Whether the plan itself has the data end on the last day or later."""
        stated = self.plan.states_cutoff(self.duty) and found.span is not None
        return stated and found.data_span(number) is None

    def _is_not_later(self, found: DutyOccurrence, number: int, due: DueDate) -> bool:
        below = _stage_below(found, number)
        return below is not None and not due.is_later(below)

    def _is_past(self, found: DutyOccurrence, number: int, due: DueDate) -> bool:
        return due.last_day < self._issued

    def _is_far(self, found: DutyOccurrence, number: int, due: DueDate) -> bool:
        return due.last_day > self._far

    def _is_planned_late(self, found: DutyOccurrence, number: int, due: DueDate) -> bool:
        return due.planned is not None and due.planned > due.last_day

    @property
    def _ends(self) -> date:
        return self.plan.in_force.last or self._issued

    @property
    def _far(self) -> date:
        return min(self._ends, FOREVER - FAR) + FAR

    def _is_day_off(self, found: DutyOccurrence, number: int, due: DueDate) -> bool:
        daily = self.duty.every in (Frequency.DAY, Frequency.WORKDAY)
        return self.plan.roll is Roll.NONE and not daily and due.hint(self.days) is not None

    @property
    def _issued(self) -> date:
        return self.plan.issued_on or self.plan.in_force.first

    def _example(self, found: DutyOccurrence, due: DueDate, number: int, said: Language) -> dict[str, str]:
        below = _stage_below(found, number)
        return {
            "period": found.period.label(said),
            "cutoff": word_date(found.span[1] if found.span else due.last_day, said),
            "deadline": word_deadline(due, said),
            "below": "" if below is None else word_deadline(below, said),
            "issued": word_date(self._issued, said),
            "limit": word_date(self._ends, said),
            "years": str(FAR_YEARS),
            "planned": "" if due.planned is None else word_date(due.planned, said),
            "last": word_date(due.last_day, said),
            "name": self.days.name(due.last_day, said) or "",
            "send": word_date(self.days.previous_or_same(due.last_day), said),
        }


def _stage_below(found: DutyOccurrence, number: int) -> DueDate | None:
    """The due date of the nearest dated stage below."""
    return next((due for due in reversed(found.dues[:number]) if due is not None), None)


def _unit_warnings(
    plan: PlanFile, duty: DutyFile, units: Hierarchy, peopled: Collection[int] | None
) -> Iterator[PlanWarning]:
    for number, stage in enumerate(duty.chain, start=1):
        reporters = select_reporters(plan, stage, units)
        if not reporters:
            yield _nobody(duty, number, units)
        alone = [unit for unit in reporters if owes_only_itself(stage, unit)]
        owing = [unit for unit in reporters if not owes_only_itself(stage, unit)]
        sent_to = [select_recipients(stage, unit, units) for unit in owing]
        unheard = [unit for unit, recipients in zip(owing, sent_to, strict=True) if not recipients]
        named = {unit.id: unit for recipients in sent_to for unit in recipients}.values()
        silent = [unit for unit in named if peopled is not None and unit.id not in peopled]
        for concern, hit, total in (
            (Caution.TO_ITSELF, alone, len(reporters)),
            (Caution.NO_RECIPIENT, unheard, len(reporters)),
            (Caution.NO_PEOPLE, silent, len(named)),
        ):
            if hit:
                yield PlanWarning(
                    concern=concern,
                    duty=duty.id,
                    stage=number,
                    count=len(hit),
                    total=total,
                    example=partial(_unit, hit[0]),
                )


def _nobody(duty: DutyFile, stage: int, units: Hierarchy) -> PlanWarning:
    return PlanWarning(concern=Caution.NOBODY, duty=duty.id, stage=stage, example=partial(_day, units.on))


def empty_stages(session: Session, today: date) -> list[tuple[str, PlanWarning]]:
    """The stages of all plans in force or to come that choose nobody, now or on a day ahead, by slug."""
    days, found = working_days(session), []
    known: dict[date, list[Hierarchy]] = {}
    for plan in session.exec(select(Plan).where(col(Plan.retired_at).is_(None)).order_by(Plan.slug)):
        if plan.in_force_to is not None and plan.in_force_to < today:
            continue
        content = current_plan_file(session, plan)
        first = day_to_check(content, today)
        if first not in known:
            known[first] = hierarchies_ahead(session, first)
        ahead = known[first]
        for duty in content.duties:
            now = [
                replace(_nobody(duty, number, ahead[0]), called=content.called(duty))
                for number, stage in enumerate(duty.chain, start=1)
                if not select_reporters(content, stage, ahead[0])
            ]
            later = DutyCheck(content, duty, days).empty_ahead(ahead)
            found += [(plan.slug, warning) for warning in (*now, *later)]
    return found


def _day(day: date, language: Language) -> dict[str, str]:
    return {"day": word_date(day, language)}


def _unit(unit: UnitAsOf, _language: Language) -> dict[str, str]:
    return {"unit": unit.name}


def unknown_names(session: Session, plan: PlanFile, units: KnownUnits | None) -> list[tuple[Path, str]]:
    """The units and the ladder that the plan names and the database does not have, and words that it quotes
    and its document does not have."""
    problems = [] if units is None else unit_problems(plan, units.hierarchy, units.codes, units.former)
    if missing_ladders(session, [plan.ladder]):
        problems.append((("ladder",), PlanFault.NO_LADDER(ladder=plan.ladder)))
    return [*problems, *misquoted(session, plan)]


@dataclass(frozen=True)
class CheckedPlan:
    """A plan file without errors, and what deserves a second look in it."""

    read: ReadPlan
    warnings: list[PlanWarning]
    units_checked: bool

    def as_json(self, language: Language) -> dict[str, object]:
        return {
            "file": self.read.document.name,
            "slug": self.read.plan.slug,
            "duties": len(self.read.plan.duties),
            "units_checked": self.units_checked,
            "warnings": [{**warning.as_json(), "text": warning.text(language)} for warning in self.warnings],
        }


def check_plans(session: Session | None, plans: Sequence[ReadPlan], today: date) -> list[CheckedPlan]:
    """The plans with their warnings, and with codes for the names of units. Raises `InputErrors` for every
    unit that does not exist."""
    days = WorkingDays.from_country() if session is None else working_days(session)
    errors: list[str] = []
    checked = []
    for read in plans:
        units = None if session is None else known_units(session, read.plan, today)
        wrong = [] if session is None else unknown_names(session, read.plan, units)
        errors += read.located(wrong)
        if units is not None and not wrong:
            try:
                read = with_codes(read, units.hierarchy, units.codes, units.former)
            except InputErrors as error:
                errors += error.errors
        checked.append(CheckedPlan(read, warnings_of(read.plan, units, days), units is not None))
    if errors:
        raise InputErrors(errors)
    return checked
