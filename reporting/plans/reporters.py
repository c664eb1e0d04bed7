"""The reporters of a plan's stages and their recipients, in the hierarchy of one day.

Opening obligations and checking a plan ask the same functions. A unit never owes a report to itself.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from models.plan_files.plan import DutyFile, PlanFile
from models.plan_files.stage import SUPERIOR, Selector, StageFile
from reporting.units.hierarchy import Hierarchy, UnitAsOf


def select_reporters(plan: PlanFile, stage: StageFile, units: Hierarchy) -> list[UnitAsOf]:
    """The units that owe the stage's report, in order of their codes; only those of the plan's scope."""
    chosen = {unit.id for chooser in stage.reporters for unit in chosen_by(plan, chooser, units)}
    return [unit for id, unit in units.by_id.items() if id in chosen]


def chosen_by(plan: PlanFile, chooser: Selector, units: Hierarchy) -> list[UnitAsOf]:
    """The units of one selection."""
    inside = _ids_in_scope(plan, units)
    chosen = units.select(
        level=chooser.level,
        kinds=chooser.kinds,
        groups=chooser.groups,
        codes=chooser.codes,
        excluding=chooser.excluding,
    )
    return [unit for unit in chosen if inside is None or unit.id in inside or unit.code in chooser.codes]


def _ids_in_scope(plan: PlanFile, units: Hierarchy) -> set[int] | None:
    if plan.scope is None:
        return None
    top = units.by_code.get(plan.scope)
    return set() if top is None else {unit.id for unit in units.branch(top)}


def select_recipients(stage: StageFile, unit: UnitAsOf, units: Hierarchy) -> list[UnitAsOf]:
    """To whom `unit` reports: the first receives, which is `via` where it is given; the others get a copy.
    Never the unit itself; a unit that has ended is replaced by its successor."""
    named = [recipient_called(code, unit, units) for code in stage.recipients]
    found = {each.id: each for each in [_through(stage, unit, units), *named] if each is not None}
    found.pop(unit.id, None)
    return list(found.values())


def recipient_called(code: str, unit: UnitAsOf, units: Hierarchy) -> UnitAsOf | None:
    """Whom the plan means by a code, or `superior`, in a report of `unit`; nobody who has ended for good."""
    return units.superior(unit) if code == SUPERIOR else units.standing_for(code, unit)


def _through(stage: StageFile, unit: UnitAsOf, units: Hierarchy) -> UnitAsOf | None:
    """The unit that `via` names, for a reporter that is another one."""
    return None if stage.via is None else units.standing_for(stage.via, unit)


def owes_only_itself(stage: StageFile, unit: UnitAsOf) -> bool:
    """Whether the stage would make `unit` report to itself and to nobody else; then it owes nothing."""
    return set(stage.recipients) == {unit.code}


class Reporter(NamedTuple):
    """One unit that owes a stage's report: ids of units, and `branch`, the path of ids from the top; `via`:
    the recipient is the one that `via` names."""

    unit_id: int
    unit_version_id: int
    branch: str
    recipient_id: int | None
    gatherer_id: int | None
    via: bool
    copies: tuple[int, ...] = ()
    """The further recipients, in the plan's order; a row of its own for each, not a column."""

    @property
    def row(self) -> tuple[object, ...]:
        """Its own values in the obligation's row."""
        return self[:-1]


def reporters_of(plan: PlanFile, duty: DutyFile, units: Hierarchy) -> list[list[Reporter]]:
    """The reporters of each stage of the duty's chain, from the bottom up, in order of their codes."""
    chosen = [
        [unit for unit in select_reporters(plan, stage, units) if not owes_only_itself(stage, unit)]
        for stage in duty.chain
    ]
    found = []
    for number, stage in enumerate(duty.chain):
        above = {unit.id for unit in chosen[number + 1]} if number + 1 < len(chosen) else set()
        found.append([_reporter(unit, stage, above, units) for unit in chosen[number]])
    return found


def _reporter(unit: UnitAsOf, stage: StageFile, above: Collection[int], units: Hierarchy) -> Reporter:
    recipients = [recipient.id for recipient in select_recipients(stage, unit, units)]
    superior = units.superior(unit)
    if not recipients and superior is not None:
        recipients = [superior.id]  # whom the plan names has ended without a successor
    through = _through(stage, unit, units)
    return Reporter(
        unit_id=unit.id,
        unit_version_id=unit.version_id,
        branch=units.path(unit),
        recipient_id=recipients[0] if recipients else None,
        gatherer_id=_gatherer(unit, recipients, above, units),
        via=through is not None,
        copies=tuple(recipients[1:]),
    )


def _gatherer(
    unit: UnitAsOf, recipients: Sequence[int], above: Collection[int], units: Hierarchy
) -> int | None:
    for candidate in (*recipients, *(superior.id for superior in units.ancestors(unit))):
        if candidate in above and candidate != unit.id:
            return candidate
    only = next(iter(above)) if len(above) == 1 else None
    return only if only != unit.id else None
