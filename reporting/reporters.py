"""The whole chain's reporters on one day: who owes each stage, to whom, and who further up gathers it.

The gatherer is the unit of the next stage that waits for this report: the one the plan names (`via`, `to`),
else the nearest superior that reports in that stage, else the only reporter there is.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from models.plan_file import DutyFile, PlanFile
from models.plan_stage import StageFile
from reporting.plan_reporters import owes_only_itself, select_recipients, select_reporters
from reporting.units import Hierarchy, UnitAsOf


@dataclass(frozen=True, slots=True)
class Reporter:
    """One unit that owes a stage's report; all are ids of the units table but `branch`, the path of ids."""

    unit_id: int
    unit_version_id: int
    branch: str
    recipient_id: int | None
    gatherer_id: int | None


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
    return Reporter(
        unit_id=unit.id,
        unit_version_id=unit.version_id,
        branch=units.path(unit),
        recipient_id=recipients[0] if recipients else None,
        gatherer_id=_gatherer(unit, stage, recipients, above, units),
    )


def _gatherer(
    unit: UnitAsOf, stage: StageFile, recipients: Sequence[int], above: Collection[int], units: Hierarchy
) -> int | None:
    via = units.standing_for(stage.via, unit) if stage.via else None
    candidates = [via.id] if via is not None else []
    candidates += [*recipients, *(superior.id for superior in units.ancestors(unit))]
    for candidate in candidates:
        if candidate in above and candidate != unit.id:
            return candidate
    only = next(iter(above)) if len(above) == 1 else None
    return only if only != unit.id else None
