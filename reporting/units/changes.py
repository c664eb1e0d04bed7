"""Changing or ending a single unit from a day on, by the same rules as loading a file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from models.errors import InputErrors
from models.file_faults import FilePlace
from reporting.audit.log import record
from reporting.units.checks import check_from
from reporting.units.files import UnitInput
from reporting.units.hierarchy import bump_units_revision, hierarchy
from reporting.units.loading import UnitChanges, load_units
from reporting.units.rows import UnitRow
from reporting.units.versions import (
    Ending,
    audit_units,
    in_force,
    read_history,
    refuse_overtaking,
    write_units,
)


def open_unit(session: Session, unit: UnitRow, on: date, now: datetime, actor: str) -> UnitChanges:
    """A new unit from the day `on`, or from the row's own `valid_from`."""
    return load_units(session, UnitInput(units=(unit,)), on, now, actor)


def change_unit(
    session: Session, code: str, on: date, now: datetime, actor: str, **changes: Any
) -> UnitChanges:
    """A new version of the unit from the day `on`.

    `changes` are `name`, `level`, `kind`, `groups` (a frozenset) or `superior` (a code, None for the top);
    what is not named stays. Raises `NotFound` or `InputErrors`.
    """
    known = hierarchy(session, on)
    unit = known.unit(code)
    superior = known.superior(unit)
    row = UnitRow(
        where=FilePlace.UNIT(code=code),
        code=code,
        name=unit.name,
        level=unit.level,
        kind=unit.kind,
        groups=unit.groups,
        superior=superior.code if superior else None,
    )
    return load_units(session, UnitInput(units=(replace(row, **changes),), exact=True), on, now, actor)


def end_unit(session: Session, code: str, on: date, now: datetime, actor: str) -> None:
    """The unit exists no longer from the day `on`. Raises `InputErrors` while others are below it."""
    hierarchy(session, on).unit(code)
    versions = read_history(session)[code]
    refuse_overtaking(FilePlace.UNIT(code=code), code, on, versions)
    version = in_force(versions, on)
    if version is None:
        return
    ends = [Ending(code=code, version=version, on=on)]
    with session.begin_nested():
        write_units(session, [], ends, now)
        errors = check_from(session, on, {})
        if errors:
            raise InputErrors(errors)
        audit_units(session, [], ends, now, actor)
        record(session, now, actor, "end", "units", bump_units_revision(session), after={"ended": [code]})
        session.flush()
