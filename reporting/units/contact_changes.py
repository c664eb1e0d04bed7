"""Changing the people of a unit one by one: added, changed or ended from a day on, bounced or not.

By the same rules as a file of contacts; each change has its own entry in the audit.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime

from sqlmodel import Session, col, select

from models.errors import InvalidInput, NotFound
from models.unit import Contact, Unit
from models.validity import has_ended
from reporting.audit.log import record
from reporting.units.contact_loading import load_contacts
from reporting.units.contact_rows import ContactRow, mail_address
from reporting.units.faults import UnitFault
from reporting.user_text import TextName, one_line_text


def add_contact(session: Session, row: ContactRow, on: date, now: datetime, actor: str) -> None:
    """A new person from the day `on`, or a new name or language of one who is there already.

    Raises `InvalidInput` or `NotFound`.
    """
    row = replace(row, name=_name(row.name), address=mail_address(row.address))
    changes = load_contacts(session, [row], on, now, actor)
    if changes.added:
        after = {"unit": row.unit, "name": row.name, "role": row.role, "address": row.address, "from": on}
        record(session, now, actor, "add", "contact", _id_of(session, row, on), {}, after)
    session.flush()


def change_contact(
    session: Session, contact_id: int, row: ContactRow, on: date, now: datetime, actor: str
) -> None:
    """What holds of the person from the day `on`; another address or role ends one and begins another."""
    contact = find_contact(session, contact_id)
    address = mail_address(row.address)
    if (address, row.role) != (contact.address, contact.role):
        end_contact(session, contact_id, on, now, actor)
    add_contact(session, row, on, now, actor)


def end_contact(session: Session, contact_id: int, on: date, now: datetime, actor: str) -> None:
    """The person is no contact any more from the day `on`. Raises `NotFound` or `InvalidInput`."""
    contact = find_contact(session, contact_id)
    if has_ended(contact, on):
        return
    if on < contact.valid_from:
        first = f"{contact.valid_from:%d/%m/%Y}"
        raise InvalidInput(UnitFault.CONTACT_ENDS_EARLY(address=contact.address, first=first))
    before = {"valid_to": contact.valid_to}
    contact.valid_to = on
    session.add(contact)
    after = {"valid_to": on, "address": contact.address}
    record(session, now, actor, "end", "contact", contact_id, before, after)
    session.flush()


def mark_bounced(session: Session, contact_id: int, now: datetime, actor: str) -> None:
    """The address refuses mail: it is not used until the mark is taken away. Raises `NotFound`."""
    contact = find_contact(session, contact_id)
    if contact.bounced_at is None:
        contact.bounced_at = now
        session.add(contact)
        record(session, now, actor, "bounce", "contact", contact_id, {}, {"address": contact.address})


def clear_bounced(session: Session, contact_ids: Collection[int], now: datetime, actor: str) -> int:
    """These addresses take mail again, and earlier refusals are forgotten; gives how many were marked."""
    query = select(Contact).where(col(Contact.id).in_(contact_ids), col(Contact.bounced_at).is_not(None))
    found = session.exec(query.with_for_update()).all()
    for contact in found:
        before = {"bounced_at": contact.bounced_at}
        contact.bounced_at = contact.refused_at = None
        session.add(contact)
        after = {"address": contact.address}
        record(session, now, actor, "clear-bounce", "contact", contact.id, before, after)
    return len(found)


def find_contact(session: Session, contact_id: int) -> Contact:
    """Raises `NotFound`."""
    contact = session.get(Contact, contact_id)
    if contact is None:
        raise NotFound(UnitFault.NO_CONTACT(number=contact_id))
    return contact


def _name(text: str) -> str:
    name = one_line_text(text, TextName.NAME(), 200)
    if not name:
        raise InvalidInput(UnitFault.NO_NAME())
    return name


def _id_of(session: Session, row: ContactRow, on: date) -> int:
    query = (
        select(Contact.id)
        .join(Unit, col(Unit.id) == col(Contact.unit_id))
        .where(Unit.code == row.unit, Contact.role == row.role, Contact.address == row.address)
        .where(Contact.valid_from == on)
    )
    return session.exec(query).first() or 0
