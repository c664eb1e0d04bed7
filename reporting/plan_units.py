"""The units a plan is checked against: the hierarchy on a day of its time, and every code ever used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, select

from models.plan_file import PlanFile
from models.unit import Unit
from reporting.units import Hierarchy, hierarchy


@dataclass(frozen=True)
class KnownUnits:
    """The hierarchy on one day, and the codes of units of any day."""

    hierarchy: Hierarchy
    codes: frozenset[str]


def known_units(session: Session, plan: PlanFile, today: date) -> KnownUnits | None:
    """The units on today, or on the plan's nearest day; None where no units are loaded at all."""
    codes = frozenset(session.exec(select(Unit.code)))
    if not codes:
        return None
    return KnownUnits(hierarchy(session, day_to_check(plan, today)), codes)


def day_to_check(plan: PlanFile, today: date) -> date:
    """Today, or the plan's first or last day where it is not in force today."""
    day = max(today, plan.in_force.first)
    return day if plan.in_force.last is None else min(day, plan.in_force.last)
