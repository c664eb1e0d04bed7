"""One unit through time: its versions, and the people who stood or stand for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from models.unit import Contact, Unit, UnitVersion
from reporting.units.hierarchy import hierarchy, split_groups


@dataclass(frozen=True, kw_only=True, slots=True)
class PastVersion:
    """What the unit was from `valid_from` until before `valid_to`. `superior` is a code."""

    valid_from: date
    valid_to: date | None
    name: str
    level: str
    kind: str
    groups: list[str]
    superior: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PastContact:
    """A contact from `valid_from` until before `valid_to`."""

    role: str
    name: str
    address: str
    language: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitHistory:
    """A unit's versions and contacts, oldest first."""

    code: str
    versions: list[PastVersion]
    contacts: list[PastContact]


def unit_history(session: Session, code: str, today: date) -> UnitHistory:
    """The history of the unit with this code. Raises `NotFound` with near matches among today's units."""
    unit_id = session.exec(select(Unit.id).where(Unit.code == code)).first()
    if unit_id is None:
        unit_id = hierarchy(session, today).unit(code).id
    return UnitHistory(code=code, versions=_versions(session, unit_id), contacts=_contacts(session, unit_id))


def _versions(session: Session, unit_id: int) -> list[PastVersion]:
    rows = session.exec(
        select(UnitVersion, Unit.code)
        .join(Unit, col(UnitVersion.superior_id) == Unit.id, isouter=True)
        .where(UnitVersion.unit_id == unit_id)
        .order_by(col(UnitVersion.valid_from))
    )
    return [
        PastVersion(
            valid_from=version.valid_from,
            valid_to=version.valid_to,
            name=version.name,
            level=version.level,
            kind=version.kind,
            groups=sorted(split_groups(version.groups)),
            superior=superior,
        )
        for version, superior in rows
    ]


def _contacts(session: Session, unit_id: int) -> list[PastContact]:
    order = (col(Contact.role), col(Contact.address), col(Contact.valid_from))
    return [
        PastContact(
            role=contact.role,
            name=contact.name,
            address=contact.address,
            language=contact.language,
            valid_from=contact.valid_from,
            valid_to=contact.valid_to,
        )
        for contact in session.exec(select(Contact).where(Contact.unit_id == unit_id).order_by(*order))
    ]
