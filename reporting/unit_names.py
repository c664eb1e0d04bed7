"""Units by id and code: what they are called, now or on a day, and which unit a code means."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from calendars.errors import FaultCode
from messages.catalogue import N_
from models.database import chunks
from models.errors import NotFound
from models.unit import Unit, UnitVersion
from models.validity import sql_is_valid


class UnknownUnit(FaultCode):
    CODE = N_("no unit '%(code)s'; dondoc units tree lists them with their codes")


class UnitName(NamedTuple):
    """A unit as people know it."""

    code: str
    name: str


def names(
    session: Session, unit_ids: Iterable[int | None], on: date | None = None, *, in_force: bool = False
) -> dict[int, UnitName]:
    """The newest name of each unit by id; with `on` that of the local day or the last one before it, and the
    code of a unit that is still to come. With `in_force` units that are not in force on the day are left out,
    and the names are in order.
    """
    known = col(UnitVersion.unit_id) == col(Unit.id)
    if on is not None:
        known &= sql_is_valid(UnitVersion, on) if in_force else col(UnitVersion.valid_from) <= on
    query = (
        select(col(Unit.id), col(Unit.code), col(UnitVersion.name))
        .join(UnitVersion, known, isouter=not in_force)
        .order_by(col(UnitVersion.name) if in_force else col(UnitVersion.valid_from))
    )
    found: dict[int, UnitName] = {}
    for some in chunks(unit for unit in unit_ids if unit is not None):
        rows = session.execute(query.where(col(Unit.id).in_(some)))
        found |= {id: UnitName(code, name or code) for id, code, name in rows}
    return found


def unit_id(session: Session, code: str) -> int:
    """The id of the unit with this code, whether it still exists or not. Raises `NotFound`."""
    found = session.scalar(select(col(Unit.id)).where(col(Unit.code) == code))
    if found is None:
        raise NotFound(UnknownUnit.CODE(code=code))
    return found
