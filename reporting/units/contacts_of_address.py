"""Where an address is a contact: whoever reads its mails has links that hand reports in, account or not.

Closing an account does not end that; it is named there, and can be ended with it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlmodel import Session, col

from models.unit import Contact, Unit
from models.validity import sql_not_ended
from models.vocabulary import Role
from reporting.access.rights import names_on
from reporting.units.contact_changes import end_contact


@dataclass(frozen=True, kw_only=True)
class NamedContact:
    """A person of a unit; with the unit's code and present name."""

    id: int
    unit_id: int
    unit: str
    unit_name: str
    role: Role
    valid_from: date


def contacts_of(session: Session, address: str, today: date) -> list[NamedContact]:
    """Where the address is a contact today, or is going to be."""
    query = (
        select(Contact, col(Unit.code))
        .join(Unit, col(Unit.id) == col(Contact.unit_id))
        .where(col(Contact.address) == address.lower())
        .where(sql_not_ended(Contact, today))
        .order_by(col(Unit.code), col(Contact.role), col(Contact.valid_from))
    )
    found = session.execute(query).all()
    names = names_on(session, {contact.unit_id for contact, _ in found}, today)
    return [
        NamedContact(
            id=contact.id,
            unit_id=contact.unit_id,
            unit=code,
            unit_name=names.get(contact.unit_id, code),
            role=Role(contact.role),
            valid_from=contact.valid_from,
        )
        for contact, code in found
    ]


def end_contacts(
    session: Session, contacts: Collection[NamedContact], today: date, now: datetime, actor: str
) -> None:
    """From today on they are told nothing any more; one that is still to come never begins."""
    for each in contacts:
        end_contact(session, each.id, max(today, each.valid_from), now, actor)
