"""Checking plan files on the command line, with the database's units where there is a database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlmodel import Session

from calendars.periods import Language
from calendars.working_days import WorkingDays
from cli.output import say
from models.database import open_engine, reading, require_current
from models.errors import DatabaseNotReady, InputErrors
from models.settings import Settings
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
            remedy = "load it first (dondoc ladder load FILE), or take `default`"
            errors += read.located([(("ladder",), f"no ladder {read.plan.ladder!r} is loaded; {remedy}")])
        hierarchy = None if units is None else units.hierarchy
        checked.append(CheckedPlan(read, check_plan(read.plan, hierarchy, days), units is not None))
    if errors:
        raise InputErrors(errors)
    return checked


@contextmanager
def session_if_any(settings: Settings) -> Iterator[Session | None]:
    """A session that reads, or None where no database is ready; none is made for a check."""
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        yield None
        return
    engine = open_engine(settings.database)
    try:
        if _is_ready(engine):
            with reading(engine) as session:
                yield session
        else:
            yield None
    finally:
        engine.dispose()


def _is_ready(engine: Engine) -> bool:
    try:
        require_current(engine)
    except DatabaseNotReady as error:
        say(f"units are not checked: {error}")
        return False
    return True


def tell_warnings(checked: Sequence[CheckedPlan], language: Language) -> None:
    """Warnings and hints for people, a line each."""
    words = {"vi": ("lưu ý", "gợi ý"), "en": ("warning", "hint")}[language]
    for each in checked:
        for warning in each.warnings:
            say(f"{each.read.document.name}: {words[warning.is_hint]}: {warning.text(language)}")
