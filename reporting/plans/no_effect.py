"""What a plan file says that changes nothing: each is a warning that says why and what would help.

What follows from the file alone is told without units; with them also what nobody is chosen by, or reached.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial

from calendars.cutoffs import DECREE_09, NO_CUTOFF
from calendars.day_rules import Bound, Rule
from calendars.deadlines import BeforeReading, Roll
from calendars.periods import OF_MONTHS, WHEN_ASKED, Frequency, Language, Period
from calendars.wording import word_date
from models.plan_files.plan import DutyFile, PlanFile
from models.plan_files.stage import Selector, StageFile
from models.vocabulary import DutyType
from reporting.plans.reporters import chosen_by, recipient_called, select_reporters
from reporting.plans.schedule import DutyOccurrence
from reporting.plans.warnings import Caution, PlanWarning
from reporting.units.hierarchy import Hierarchy

Value = str | date
Occurrences = Callable[[DutyFile], Sequence[DutyOccurrence]]


def _warning(concern: Caution, duty: str = "", stage: int | None = None, **values: Value) -> PlanWarning:
    return PlanWarning(concern=concern, duty=duty, stage=stage, example=partial(_said, values))


def _said(values: Mapping[str, Value], language: Language) -> Mapping[str, str]:
    words = partial(word_date, language=language)
    return {name: value if isinstance(value, str) else words(value) for name, value in values.items()}


def without_effect(
    plan: PlanFile, units: Hierarchy | None, occurrences: Occurrences
) -> Iterator[PlanWarning]:
    """Everything in the plan that changes nothing; `occurrences` gives those of a duty."""
    yield from _of_plan(plan)
    for duty in plan.duties:
        yield from _of_duty(plan, duty)
        yield from _of_absorbs(plan, duty, units, occurrences)
        for number, stage in enumerate(duty.chain, start=1):
            yield from (
                _warning(concern, duty.id, number, **values)
                for concern, values in (*_of_choice(plan, stage, units), *_of_recipients(plan, stage, units))
            )


def _of_plan(plan: PlanFile) -> Iterator[PlanWarning]:
    stages = [stage for duty in plan.duties for stage in duty.chain]
    is_asked = any(duty.every in WHEN_ASKED or duty.event is not None for duty in plan.duties)
    if plan.scope is not None and all(chooser.codes for stage in stages for chooser in stage.reporters):
        yield _warning(Caution.IDLE_SCOPE)
    if plan.roll is not Roll.NONE and not is_asked and not any(stage.rules for stage in stages):
        yield _warning(Caution.IDLE_ROLL)
    rules = [rule for stage in stages for rule in stage.rules]
    is_before = any(isinstance(rule, Rule) and _is_before_a_day(rule) for rule in rules)
    if plan.before is BeforeReading.INCLUSIVE and not is_asked and not is_before:
        yield _warning(Caution.IDLE_BEFORE)
    if plan.cutoff != str(DECREE_09) and not any(_heeds_cutoff(plan, duty) for duty in plan.duties):
        yield _warning(Caution.IDLE_CUTOFF, cutoff=plan.cutoff)


def _is_before_a_day(rule: Rule) -> bool:
    return rule.bound is Bound.BEFORE and rule.hour is None


def _heeds_cutoff(plan: PlanFile, duty: DutyFile) -> bool:
    """Whether the plan's cut-off, or that there is none, says where the duty's data ends."""
    if duty.cutoff is not None or duty.type is not DutyType.REPORT:
        return False
    if not any(kind in OF_MONTHS for kind in duty.kinds):
        return False
    return plan.cutoff == NO_CUTOFF or [str(each) for each in plan.cutoffs_of(duty)] == [plan.cutoff]


def _of_duty(plan: PlanFile, duty: DutyFile) -> Iterator[PlanWarning]:
    if duty.period is not None and plan.data_span(duty, Period.parse(duty.period)) is None:
        yield _warning(Caution.IDLE_PERIOD, duty.id, period=duty.period)
    if duty.first is not None and duty.first < plan.in_force.first:
        yield _outside("from", duty, duty.first, plan.in_force.first)
    if duty.last is not None and duty.every is Frequency.ONCE:
        yield _warning(Caution.IDLE_END, duty.id)
    elif duty.last is not None and plan.in_force.last is not None and duty.last > plan.in_force.last:
        yield _outside("to", duty, duty.last, plan.in_force.last)
    for absorbed in _twice(duty.absorbs):
        yield _warning(Caution.NAMED_TWICE, duty.id, field="absorbs", value=absorbed)


def _outside(field: str, duty: DutyFile, day: date, limit: date) -> PlanWarning:
    return _warning(Caution.IDLE_SPAN, duty.id, field=field, day=day, limit=limit)


def _twice(values: Sequence[str]) -> list[str]:
    return [value for value in dict.fromkeys(values) if values.count(value) > 1]


def _of_absorbs(
    plan: PlanFile, duty: DutyFile, units: Hierarchy | None, occurrences: Occurrences
) -> Iterator[PlanWarning]:
    for key in dict.fromkeys(duty.absorbs):
        smaller = plan.duty(key)
        if smaller is None:
            continue
        larger = [found.period for found in occurrences(duty)]
        some = [found.period for found in occurrences(smaller)]
        if larger and some and not any(each.absorbs(other) for each in larger for other in some):
            yield _warning(Caution.IDLE_ABSORBS, duty.id, other=key)
        elif units is not None and not _owing(plan, duty, units) & _owing(plan, smaller, units):
            yield _warning(Caution.ABSORBS_NOBODY, duty.id, other=key)


def _owing(plan: PlanFile, duty: DutyFile, units: Hierarchy) -> set[int]:
    return {unit.id for stage in duty.chain for unit in select_reporters(plan, stage, units)}


Found = Iterator[tuple[Caution, dict[str, Value]]]


def _of_choice(plan: PlanFile, stage: StageFile, units: Hierarchy | None) -> Found:
    for chooser in stage.reporters:
        lists = {
            "kinds": chooser.kinds,
            "groups": chooser.groups,
            "units": (*([chooser.unit] if chooser.unit else []), *chooser.units),
            "except": chooser.excluding,
        }
        for field, values in lists.items():
            for value in _twice(values):
                yield Caution.NAMED_TWICE, {"field": field, "value": value}
        if units is not None:
            yield from _idle_choices(plan, chooser, units)
    if units is not None and len(stage.reporters) > 1:
        yield from _idle_selectors(plan, stage, units)


def _idle_choices(plan: PlanFile, chooser: Selector, units: Hierarchy) -> Found:
    """Entries of one selector that choose nobody, leave out nobody, or narrow nothing beside codes."""

    def chosen(**changes: object) -> set[str]:
        other = chooser.model_copy(update=changes)
        return {unit.code for unit in chosen_by(plan, other, units)}

    idle: list[tuple[str, str]] = []
    for field, values in (("kinds", chooser.kinds), ("groups", chooser.groups), ("units", chooser.codes)):
        if len(values) > 1:
            alone = {"unit": None} if field == "units" else {}
            idle += [(field, value) for value in values if not chosen(**alone, **{field: (value,)})]
    everybody = chosen(excluding=()) if chooser.excluding else set()
    idle += [("except", code) for code in chooser.excluding if code not in everybody]
    here = chosen() if chooser.codes else set()
    for field, nothing in (("level", None), ("kinds", ()), ("groups", ())):
        given = getattr(chooser, field)
        if here and given and chosen(**{field: nothing}) == here:
            idle.append((field, given if isinstance(given, str) else ", ".join(given)))
    for field, value in idle:
        yield Caution.IDLE_CHOICE, {"field": field, "value": value, "day": units.on}


def _idle_selectors(plan: PlanFile, stage: StageFile, units: Hierarchy) -> Found:
    """Selections of which every unit is in another one."""
    every = [{unit.code for unit in chosen_by(plan, chooser, units)} for chooser in stage.reporters]
    for number, (chooser, codes) in enumerate(zip(stage.reporters, every, strict=True)):
        others = {code for place, each in enumerate(every) if place != number for code in each}
        if codes and codes <= others:
            said = chooser.model_dump(mode="json", by_alias=True, exclude_defaults=True)
            yield Caution.IDLE_SELECTION, {"value": ", ".join(f"{k}: {v}" for k, v in said.items())}


def _of_recipients(plan: PlanFile, stage: StageFile, units: Hierarchy | None) -> Found:
    """Recipients that get nothing which they would not get without being named."""
    reached: set[str] = set()
    passes_on = False
    for reporter, called in _views(plan, stage, units):
        others: set[Hashable] = set()
        through = None if stage.via is None else called(stage.via)
        for code in stage.recipients:
            unit = called(code)
            if unit is not None and unit != reporter and unit != through and unit not in others:
                reached.add(code)
                others.add(unit)
        passes_on |= through is not None and through != reporter and bool(others)
    if stage.via is not None and not passes_on:
        yield Caution.IDLE_VIA, {"code": stage.via}
    for code in stage.to:
        if code not in reached and code != stage.via:
            yield Caution.IDLE_TO, {"code": code}


Called = Callable[[str], Hashable]
ANYBODY = "?"
"""Some reporter that is not known by its code."""


def _views(plan: PlanFile, stage: StageFile, units: Hierarchy | None) -> Iterator[tuple[Hashable, Called]]:
    """Each reporter, and whom it means by a code or `superior`; without units by the codes alone."""
    reporters = [] if units is None else select_reporters(plan, stage, units)
    if units is None or not reporters:
        unnamed = () if all(chooser.codes for chooser in stage.reporters) else (ANYBODY,)
        yield from ((code, str) for code in (*stage.codes, *unnamed))
        return
    for unit in reporters:
        yield unit, partial(recipient_called, unit=unit, units=units)
