"""What the demonstration loads: units and contacts at the start, each plan on the day it comes into force."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlmodel import Session

from cli.demonstration.home import shipped
from models.settings import Settings
from reporting.checked_plans import check_plans
from reporting.ladders import load_ladder, shipped_ladder
from reporting.plan_loading import load_plan
from reporting.plan_reading import ReadPlan, read_plans
from reporting.unit_files import read_unit_files
from reporting.unit_loading import load_units

ACTOR = "demo"
EXERCISE = "exercise-four-levels"
UNITS: tuple[tuple[date, tuple[str, ...]], ...] = (
    # The plan of the ministry is of June 2023 and asks for a report of that year.
    (date(2023, 6, 1), ("centre.csv", "bo-tnmt.csv")),
    (date(2024, 1, 1), ("ca-mau-2024.csv", "ca-mau-2024-contacts.csv", "lai-chau.csv", "nghe-an.csv")),
)


def load_all_units(session: Session, now: datetime) -> int:
    """Units, contacts and the ladder; gives how many units."""
    number = 0
    for as_of, names in UNITS:
        rows = read_unit_files([shipped("units", name) for name in names])
        number += len(load_units(session, rows, as_of, now, ACTOR).added)
    load_ladder(session, shipped_ladder(), now)
    return number


def shipped_plans(exercise: bool) -> list[ReadPlan]:
    """The plans of the seed documents, and the exercise if wished, in order of their first day."""
    found = read_plans(sorted(shipped().glob("*.yaml")))
    wanted = (read for read in found if exercise or read.plan.slug != EXERCISE)
    return sorted(wanted, key=lambda read: (read.plan.in_force.first, read.plan.slug))


def load_due_plans(
    session: Session, settings: Settings, waiting: list[ReadPlan], now: datetime, today: date
) -> list[ReadPlan]:
    """Load those that are in force by `today`, and take them from `waiting`; gives those loaded."""
    due = [read for read in waiting if read.plan.in_force.first <= today]
    check_plans(session, due, today)
    for read in due:
        load_plan(session, read.plan, now, ACTOR, read.plan.in_force.first, settings.zone)
        waiting.remove(read)
    return due


def slugs(plans: Iterable[ReadPlan]) -> list[str]:
    return [read.plan.slug for read in plans]
