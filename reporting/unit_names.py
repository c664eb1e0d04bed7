"""Units by id and code: what they are called, now or on a day, and which units a code or some words mean."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sqlalchemy import Select, or_, select
from sqlmodel import Session, col

from calendars.errors import FaultCode
from messages.catalogue import N_
from models.database import chunks
from models.errors import NotFound
from models.text import Folded, clean_line, folded, holds
from models.unit import Succession, Unit, UnitVersion
from models.validity import sql_is_valid


class UnknownUnit(FaultCode):
    CODE = (
        N_("no unit '%(code)s'"),
        N_("the list of units has them all with their codes"),
        "dondoc units tree",
    )


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


def units_called(words: str) -> Select[tuple[int]]:
    """The ids of units with these words in a name that they have or had, those that took over from them, and
    the unit with this code."""
    named = col(Unit.id).in_(select(col(UnitVersion.unit_id)).where(holds(col(UnitVersion.name), words)))
    coded = Folded(col(Unit.code)) == folded(clean_line(words))
    found = select(col(Unit.id).label("id")).where(or_(named, coded)).cte(recursive=True)
    heirs = select(col(Succession.successor_id)).join(found, col(Succession.unit_id) == found.c.id)
    return select(found.union(heirs).c.id)


def codes_called(session: Session, words: str) -> set[str]:
    """The codes of these units."""
    return set(session.scalars(select(col(Unit.code)).where(col(Unit.id).in_(units_called(words)))))
