"""One unit through time: its versions and its contacts, past, present and future."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from models.unit import Contact, Unit, UnitVersion
from reporting.units.hierarchy import hierarchy, split_groups


@dataclass(frozen=True, slots=True)
class PastVersion:
    """A version of the unit from `valid_from` until before `valid_to`. `superior` is a code."""

    valid_from: date
    valid_to: date | None
    name: str
    level: str
    kind: str
    groups: list[str]
    superior: str | None


@dataclass(frozen=True, slots=True)
class PastContact:
    """A contact from `valid_from` until before `valid_to`."""

    role: str
    name: str
    address: str
    language: str
    phone: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class UnitHistory:
    """A unit's versions and contacts, oldest first."""

    code: str
    versions: list[PastVersion]
    contacts: list[PastContact]


def unit_history(session: Session, code: str, today: date) -> UnitHistory:
    """The history of the unit with this code. Raises `NotFound` with near matches among today's units."""
    unit_id = session.scalar(select(col(Unit.id)).where(col(Unit.code) == code))
    if unit_id is None:
        unit_id = hierarchy(session, today).unit(code).id
    return UnitHistory(code=code, versions=_versions(session, unit_id), contacts=_contacts(session, unit_id))


def _versions(session: Session, unit_id: int) -> list[PastVersion]:
    rows = session.execute(
        select(
            col(UnitVersion.valid_from),
            col(UnitVersion.valid_to),
            col(UnitVersion.name),
            col(UnitVersion.level),
            col(UnitVersion.kind),
            col(UnitVersion.groups),
            col(Unit.code),
        )
        .outerjoin(Unit, col(UnitVersion.superior_id) == col(Unit.id))
        .where(col(UnitVersion.unit_id) == unit_id)
        .order_by(col(UnitVersion.valid_from))
    )
    return [
        PastVersion(first, end, name, level, kind, sorted(split_groups(groups)), superior)
        for first, end, name, level, kind, groups, superior in rows.tuples()
    ]


def _contacts(session: Session, unit_id: int) -> list[PastContact]:
    names = [field.name for field in fields(PastContact)]
    order = (col(Contact.role), col(Contact.address), col(Contact.valid_from))
    found = session.scalars(select(Contact).where(col(Contact.unit_id) == unit_id).order_by(*order))
    return [PastContact(*(getattr(contact, name) for name in names)) for contact in found]
