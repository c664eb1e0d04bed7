"""Who reports in a stage of a plan, and to whom, in the hierarchy of one day.

Opening obligations and checking a plan ask the same functions. A unit never owes a report to itself.
"""

from __future__ import annotations

from models.plan_file import PlanFile
from models.plan_stage import SUPERIOR, StageFile
from reporting.units.hierarchy import Hierarchy, UnitAsOf


def select_reporters(plan: PlanFile, stage: StageFile, units: Hierarchy) -> list[UnitAsOf]:
    """The units that owe the stage's report, in order of their codes; only those of the plan's scope."""
    chooser = stage.reporters
    chosen = units.select(
        level=chooser.level,
        kinds=chooser.kinds,
        groups=chooser.groups,
        codes=chooser.codes,
        excluding=chooser.excluding,
    )
    inside = _ids_in_scope(plan, units)
    return [unit for unit in chosen if inside is None or unit.id in inside or unit.code in chooser.codes]


def _ids_in_scope(plan: PlanFile, units: Hierarchy) -> set[int] | None:
    if plan.scope is None:
        return None
    top = units.by_code.get(plan.scope)
    return set() if top is None else {unit.id for unit in units.branch(top)}


def select_recipients(stage: StageFile, unit: UnitAsOf, units: Hierarchy) -> list[UnitAsOf]:
    """To whom `unit` reports: the first receives, the others get a copy. Never the unit itself. In place of
    a unit that has ended stands its successor."""
    found: dict[int, UnitAsOf] = {}
    for code in stage.recipients:
        recipient = units.superior(unit) if code == SUPERIOR else units.standing_for(code, unit)
        if recipient is not None and recipient.id != unit.id:
            found[recipient.id] = recipient
    return list(found.values())


def owes_only_itself(stage: StageFile, unit: UnitAsOf) -> bool:
    """Whether the stage would make `unit` report to itself and to nobody else; then it owes nothing."""
    return set(stage.recipients) == {unit.code}
