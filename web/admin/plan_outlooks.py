"""What a plan asks for, of how many units, when next, and what in it deserves a second look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session

from calendars.periods import Language
from models.plan_file import PlanFile
from models.settings import Settings
from reporting.plans.checking import KnownUnits, check_plan, known_units
from reporting.plans.outline import EVERY, plan_outline
from reporting.plans.reporters import select_reporters
from reporting.plans.schedule import PlanEdition
from reporting.plans.warnings import PlanWarning
from reporting.special_days import working_days


@dataclass(frozen=True)
class Outlook:
    """Duties with stages and next dates; `reporters` counts units by duty and stage; `every` has words."""

    outline: dict[str, Any]
    reporters: dict[str, list[int]]
    warnings: Sequence[PlanWarning]
    every: dict[str, str]


def outlook_of(
    session: Session,
    settings: Settings,
    content: PlanFile,
    versions: Sequence[PlanEdition],
    today: date,
    language: Language,
) -> Outlook:
    """The plan as of today; `versions` are its editions, with the one that is not loaded yet."""
    units = known_units(session, content, today)
    days = working_days(session)
    return Outlook(
        plan_outline(content, versions, today, days, settings.zone, language),
        _reporters(content, units),
        check_plan(content, None if units is None else units.hierarchy, days),
        {each.value: said for each, said in EVERY[language].items()},
    )


def _reporters(content: PlanFile, units: KnownUnits | None) -> dict[str, list[int]]:
    if units is None:
        return {duty.id: [0] * len(duty.chain) for duty in content.duties}
    return {
        duty.id: [len(select_reporters(content, stage, units.hierarchy)) for stage in duty.chain]
        for duty in content.duties
    }
