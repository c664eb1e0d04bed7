"""What deserves a second look in a plan: its dates over the coming years, and the units it names.

`check_plan` gives warnings, which refuse nothing. `unit_problems` gives the codes that no unit has: those are
errors, each with its path in the plan file.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from calendars.deadlines import DueDate, Roll
from calendars.periods import Frequency, Language
from calendars.wording import word_date, word_deadline
from calendars.working_days import ONE_DAY, WorkingDays
from models.errors import NotFound
from models.plan_field import Path
from models.plan_file import DutyFile, PlanFile
from models.plan_stage import SUPERIOR, StageFile
from models.vocabulary import DutyType
from reporting.calendar_of_plan import DutyOccurrence, PlanEdition, duty_occurrences
from reporting.plan_reporters import owes_only_itself, select_recipients, select_reporters
from reporting.plan_warnings import Concern, PlanWarning
from reporting.units import Hierarchy, UnitAsOf

EARLIEST = date(1990, 1, 1)
FOREVER = date(9990, 12, 31)
LOOKED_AHEAD = timedelta(days=3 * 366)
MOST = timedelta(days=10 * 366)
"""A plan in force for longer is checked for its first years."""
WORKING_DAYS_AFTER_CUTOFF = 2
LANGUAGES: tuple[Language, Language] = ("vi", "en")

Values = dict[Language, dict[str, Any]]


def check_plan(plan: PlanFile, units: Hierarchy | None, days: WorkingDays) -> list[PlanWarning]:
    """The warnings and hints about a plan; without `units` only those about its dates."""
    found = [warning for duty in plan.duties for warning in DutyCheck(plan, duty, days).warnings()]
    if units is not None:
        found += [warning for duty in plan.duties for warning in _unit_warnings(plan, duty, units)]
    return found


@dataclass(frozen=True)
class DutyCheck:
    """The dates of one duty, looked at period by period up to three years ahead."""

    plan: PlanFile
    duty: DutyFile
    days: WorkingDays

    def warnings(self) -> Iterator[PlanWarning]:
        if self.duty.every is Frequency.ON_DEMAND:
            return
        if not any(self.duty.rules):
            yield self._warning(Concern.NO_DATE, None, 0, 0, {"vi": {}, "en": {}})
        found = list(self._occurrences())
        if not found:
            yield self._warning(Concern.NEVER_COMES, None, 0, 0, {"vi": {}, "en": {}})
        for number in range(len(self.duty.chain)):
            yield from self._stage_warnings(found, number)

    def _occurrences(self) -> Iterator[DutyOccurrence]:
        first, last = self.plan.span_of(self.duty)
        # The date of a one-time duty may lie anywhere, wrongly or not.
        until = (
            FOREVER if self.duty.every is Frequency.ONCE else min(last or first, first + MOST) + LOOKED_AHEAD
        )
        edition = PlanEdition(version_id=0, file=self.plan, first=first)
        return duty_occurrences([edition], self.duty.id, until, self.days)

    def _stage_warnings(self, found: Sequence[DutyOccurrence], number: int) -> Iterator[PlanWarning]:
        tests: dict[Concern, Callable[[DutyOccurrence, int, DueDate], bool]] = {
            Concern.SHORT_AFTER_CUTOFF: self._is_short,
            Concern.NOT_LATER_THAN_REPORTERS: self._is_not_later,
            Concern.PAST_ON_ISSUE: self._is_past,
            Concern.DAY_OFF: self._is_day_off,
        }
        dated = [(each, due) for each in found if (due := each.dues[number]) is not None]
        for concern, test in tests.items():
            hit = [(each, due) for each, due in dated if test(each, number, due)]
            if hit:
                example = {said: self._example(*hit[0], number, said) for said in LANGUAGES}
                yield self._warning(concern, number + 1, len(hit), len(dated), example)

    def _warning(
        self, concern: Concern, stage: int | None, count: int, total: int, example: Values
    ) -> PlanWarning:
        return PlanWarning(
            concern=concern, duty=self.duty.id, stage=stage, count=count, total=total, example=example
        )

    def _is_short(self, found: DutyOccurrence, number: int, due: DueDate) -> bool:
        has_data = self.duty.type is DutyType.REPORT and (
            self.duty.every is not Frequency.ONCE or self.duty.period is not None
        )
        left = self.days.count(found.cutoff + ONE_DAY, due.safe_day + ONE_DAY)
        return has_data and left < WORKING_DAYS_AFTER_CUTOFF

    def _is_not_later(self, found: DutyOccurrence, number: int, due: DueDate) -> bool:
        below = _stage_below(found, number)
        return below is not None and due.last_day <= below.last_day

    def _is_past(self, found: DutyOccurrence, number: int, due: DueDate) -> bool:
        return due.last_day < self._issued

    def _is_day_off(self, found: DutyOccurrence, number: int, due: DueDate) -> bool:
        return self.plan.roll is Roll.NONE and due.hint(self.days) is not None

    @property
    def _issued(self) -> date:
        return self.plan.issued_on or self.plan.in_force.first

    def _example(self, found: DutyOccurrence, due: DueDate, number: int, said: Language) -> dict[str, Any]:
        below = _stage_below(found, number)
        return {
            "period": found.period.label(said),
            "cutoff": word_date(found.cutoff, said),
            "deadline": word_deadline(due, said),
            "below": "" if below is None else word_deadline(below, said),
            "issued": word_date(self._issued, said),
            "last": word_date(due.last_day, said),
            "name": self.days.name(due.last_day, said) or "",
            "send": word_date(self.days.previous_or_same(due.last_day), said),
        }


def _stage_below(found: DutyOccurrence, number: int) -> DueDate | None:
    """The due date of the nearest dated stage below."""
    return next((due for due in reversed(found.dues[:number]) if due is not None), None)


def _unit_warnings(plan: PlanFile, duty: DutyFile, units: Hierarchy) -> Iterator[PlanWarning]:
    for number, stage in enumerate(duty.chain):
        reporters = select_reporters(plan, stage, units)
        if not reporters:
            day = {said: {"day": word_date(units.on, said)} for said in LANGUAGES}
            yield PlanWarning(
                concern=Concern.NOBODY, duty=duty.id, stage=number + 1, count=0, total=0, example=day
            )
        alone = [unit for unit in reporters if owes_only_itself(stage, unit)]
        owing = [unit for unit in reporters if not owes_only_itself(stage, unit)]
        unheard = [unit for unit in owing if not select_recipients(stage, unit, units)]
        for concern, hit in ((Concern.TO_ITSELF, alone), (Concern.NO_RECIPIENT, unheard)):
            if hit:
                yield _about_units(concern, duty, number, hit, len(reporters))


def _about_units(
    concern: Concern, duty: DutyFile, number: int, hit: Sequence[UnitAsOf], total: int
) -> PlanWarning:
    unit = f"{hit[0].name} ({hit[0].code})"
    return PlanWarning(
        concern=concern,
        duty=duty.id,
        stage=number + 1,
        count=len(hit),
        total=total,
        example={"vi": {"unit": unit}, "en": {"unit": unit}},
    )


def unit_problems(
    plan: PlanFile, units: Hierarchy, known: Collection[str] = frozenset()
) -> list[tuple[Path, str]]:
    """The codes in the plan that no unit has: neither on the hierarchy's day nor, by `known`, on another."""
    problems = []
    for path, code in named_codes(plan):
        if code in units or code in known:
            continue
        try:
            units.unit(code)
        except NotFound as error:
            problems.append((path, error.reason))
    return problems


def named_codes(plan: PlanFile) -> Iterator[tuple[Path, str]]:
    """Every code of a unit that the plan names, with its path in the file."""
    for name, code in (("monitor", plan.monitor), ("scope", plan.scope)):
        if code is not None:
            yield (name,), code
    for i, duty in enumerate(plan.duties):
        for k, stage in enumerate(duty.chain):
            for below, code in _stage_codes(stage):
                yield ("duties", i, "chain", k, *below), code


def _stage_codes(stage: StageFile) -> Iterator[tuple[Path, str]]:
    chooser = stage.reporters
    lists: tuple[tuple[Path, Sequence[str]], ...] = (
        (("from", "unit"), () if chooser.unit is None else (chooser.unit,)),
        (("from", "units"), chooser.units),
        (("from", "except"), chooser.excluding),
        (("to",), [code for code in stage.to if code != SUPERIOR]),
        (("via",), () if stage.via is None else (stage.via,)),
    )
    for path, codes in lists:
        for code in codes:
            yield path, code
