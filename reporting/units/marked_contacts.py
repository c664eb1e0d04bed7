"""Contacts whose addresses are marked as refusing mail, so that wrong marks can be taken away at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session, col

from models.text import are_in
from models.unit import Contact, Unit
from models.validity import sql_not_ended
from reporting.units.hierarchy import hierarchy


@dataclass(frozen=True, kw_only=True)
class MarkedContact:
    """Somebody whose address is marked, and since when."""

    id: int
    unit: str
    unit_name: str
    name: str
    role: str
    address: str
    since: datetime


def marked_contacts(
    session: Session, on: date, since: datetime | None = None, words: str = ""
) -> list[MarkedContact]:
    """Those who are contacts on the day `on`, or will be, and have been marked since that instant, the newest
    first; `words` stand in the address, the unit's code or its name."""
    names = {unit.code: unit.name for unit in hierarchy(session, on).by_id.values()}
    query = (
        select(Contact, col(Unit.code))
        .join(Unit, col(Unit.id) == col(Contact.unit_id))
        .where(is_marked(on))
        .order_by(col(Contact.bounced_at).desc(), col(Unit.code), col(Contact.address))
    )
    if since is not None:
        query = query.where(col(Contact.bounced_at) >= since)
    found = (_marked(contact, code, names.get(code, "")) for contact, code in session.execute(query))
    return [each for each in found if are_in(words, each.address, each.unit, each.unit_name)]


def is_marked(on: date) -> ColumnElement[bool]:
    """Contacts that are marked and have not ended by the day."""
    return col(Contact.bounced_at).is_not(None) & sql_not_ended(Contact, on)


def marked_number(session: Session, on: date) -> tuple[int, datetime | None]:
    """How many there are, and since when the first is."""
    query = select(func.count(), func.min(col(Contact.bounced_at))).where(is_marked(on))
    number, since = session.execute(query).one()
    return number, since


def _marked(contact: Contact, code: str, name: str) -> MarkedContact:
    assert contact.id is not None and contact.bounced_at is not None
    return MarkedContact(
        id=contact.id,
        unit=code,
        unit_name=name,
        name=contact.name,
        role=contact.role,
        address=contact.address,
        since=contact.bounced_at,
    )
