"""The units that a plan file names, by code or by name, found in the hierarchy of one day.

The file stays as it is written; what is checked and kept has codes, so that a unit renamed later is still
meant, and by the name it had in a file that is loaded again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from sqlmodel import Session, col, select

from models.errors import InputErrors, NotFound
from models.plan_files.field import CODE, Path
from models.plan_files.plan import DutyFile, PlanFile
from models.plan_files.stage import SUPERIOR, Selector, StageFile
from models.unit import Unit, UnitVersion
from models.unit_key import unit_key
from reporting.plans.reading import ReadPlan, validated
from reporting.units.hierarchy import Hierarchy, UnitAsOf

CodeOf = Callable[[str], str]


class FormerNames:
    """The codes of units by all names that they have had; looked up where a name is none of today's."""

    def __init__(self, session: Session | None = None) -> None:
        self._session = session

    def code(self, name: str) -> str | None:
        """The only unit that was ever called so."""
        found = self._codes.get(unit_key(name), set())
        return next(iter(found)) if len(found) == 1 else None

    @cached_property
    def _codes(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        query = select(Unit.code, UnitVersion.name).where(col(UnitVersion.unit_id) == col(Unit.id))
        for code, name in [] if self._session is None else self._session.exec(query):
            found[unit_key(name)].add(code)
        return found


NONE_KNOWN = FormerNames()


def with_codes(
    read: ReadPlan,
    units: Hierarchy,
    known: Collection[str] = frozenset(),
    former: FormerNames = NONE_KNOWN,
) -> ReadPlan:
    """The plan with the code of every unit that it names, of whom none is a problem; `known` are codes and
    `former` names of units of other days. Raises `InputErrors` where a unit is named twice, by its code and
    by its name."""
    within = _scope(read.plan, units)
    plan = _with_codes(read.plan, lambda text: _code(text, units, known, within, former))
    found, wrong = validated(plan.content())
    if found is None:
        raise InputErrors(read.located(wrong))
    return replace(read, plan=found)


def unit_problems(
    plan: PlanFile,
    units: Hierarchy,
    known: Collection[str] = frozenset(),
    former: FormerNames = NONE_KNOWN,
) -> list[tuple[Path, str]]:
    """The codes and names in the plan that no unit has, neither on the hierarchy's day nor, by `known` and
    `former`, on another, and the names that several have."""
    found = []
    within = _scope(plan, units)
    for path, text in named_units(plan):
        try:
            _code(text, units, known, None if path == ("scope",) else within, former)
        except NotFound as error:
            found.append((path, error.reason))
    return found


def _scope(plan: PlanFile, units: Hierarchy) -> UnitAsOf | None:
    """The unit of the plan's scope, in whose branch a name is meant that others have as well."""
    try:
        return None if plan.scope is None else units.called(plan.scope)
    except NotFound:
        return None


def _code(
    text: str, units: Hierarchy, known: Collection[str], within: UnitAsOf | None, former: FormerNames
) -> str:
    if text in units or text in known:
        return text
    if CODE.fullmatch(text) and not units.with_name(text):
        return units.unit(text).code  # raises, with the codes that come near
    try:
        return units.called(text, within).code
    except NotFound:
        renamed = None if units.with_name(text) else former.code(text)
        if renamed is None:
            raise
        return renamed


def _with_codes(plan: PlanFile, code: CodeOf) -> PlanFile:
    duties = tuple(_duty(duty, code) for duty in plan.duties)
    monitor, scope = (None if text is None else code(text) for text in (plan.monitor, plan.scope))
    return plan.model_copy(update={"monitor": monitor, "scope": scope, "duties": duties})


def _duty(duty: DutyFile, code: CodeOf) -> DutyFile:
    return duty.model_copy(update={"chain": tuple(_stage(stage, code) for stage in duty.chain)})


def _stage(stage: StageFile, code: CodeOf) -> StageFile:
    return stage.model_copy(
        update={
            "reporters": tuple(_selector(each, code) for each in stage.reporters),
            "to": tuple(text if text == SUPERIOR else code(text) for text in stage.to),
            "via": None if stage.via is None else code(stage.via),
        }
    )


def _selector(chooser: Selector, code: CodeOf) -> Selector:
    return chooser.model_copy(
        update={
            "unit": None if chooser.unit is None else code(chooser.unit),
            "units": tuple(map(code, chooser.units)),
            "excluding": tuple(map(code, chooser.excluding)),
        }
    )


def named_units(plan: PlanFile) -> Iterator[tuple[Path, str]]:
    """Every unit that the plan names, by code or name, with its path in the file."""
    for name, text in (("monitor", plan.monitor), ("scope", plan.scope)):
        if text is not None:
            yield (name,), text
    for i, duty in enumerate(plan.duties):
        for k, stage in enumerate(duty.chain):
            for below, text in _of_stage(stage):
                yield ("duties", i, "chain", k, *below), text


def _of_stage(stage: StageFile) -> Iterator[tuple[Path, str]]:
    lists: list[tuple[Path, Sequence[str]]] = []
    for number, chooser in enumerate(stage.reporters):
        where: Path = ("from",) if len(stage.reporters) == 1 else ("from", number)
        lists += [
            ((*where, "unit"), () if chooser.unit is None else (chooser.unit,)),
            ((*where, "units"), chooser.units),
            ((*where, "except"), chooser.excluding),
        ]
    lists += [
        (("to",), [text for text in stage.to if text != SUPERIOR]),
        (("via",), () if stage.via is None else (stage.via,)),
    ]
    for path, texts in lists:
        for text in texts:
            yield path, text
