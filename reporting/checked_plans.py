"""Plan files checked against the database: units and ladders that they name, and what deserves a second look.

The command line and the administrator's pages ask the same; without a database only the dates are looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session

from calendars.periods import Language
from calendars.working_days import WorkingDays
from models.errors import InputErrors
from models.plan_faults import PlanFault
from reporting.ladders import missing_ladders
from reporting.plan_checking import check_plan, unit_problems
from reporting.plan_reading import ReadPlan
from reporting.plan_units import known_units
from reporting.plan_warnings import PlanWarning
from reporting.special_days import working_days


@dataclass(frozen=True)
class CheckedPlan:
    """A plan file without errors, and what deserves a second look in it."""

    read: ReadPlan
    warnings: list[PlanWarning]
    units_checked: bool

    def as_json(self, language: Language) -> dict[str, Any]:
        return {
            "file": self.read.document.name,
            "slug": self.read.plan.slug,
            "duties": len(self.read.plan.duties),
            "units_checked": self.units_checked,
            "warnings": [{**warning.as_json(), "text": warning.text(language)} for warning in self.warnings],
        }


def check_plans(session: Session | None, plans: Sequence[ReadPlan], today: date) -> list[CheckedPlan]:
    """The plans with their warnings. Raises `InputErrors` for every unit that does not exist."""
    days = WorkingDays.from_country() if session is None else working_days(session)
    errors: list[str] = []
    checked = []
    for read in plans:
        units = None if session is None else known_units(session, read.plan, today)
        if units is not None:
            errors += read.located(unit_problems(read.plan, units.hierarchy, units.codes))
        if session is not None and missing_ladders(session, [read.plan.ladder]):
            errors += read.located([(("ladder",), PlanFault.NO_LADDER(ladder=read.plan.ladder))])
        hierarchy = None if units is None else units.hierarchy
        checked.append(CheckedPlan(read, check_plan(read.plan, hierarchy, days), units is not None))
    if errors:
        raise InputErrors(errors)
    return checked
