"""Single contacts: add, change and end them, mark addresses as bounced, list them by address or by mark.

Changes follow the rules of a contact file; each has its own audit entry. Mails to a contact hold links that
submit reports, with an account or without. Closing an account does not end the contacts with its address, so
they are listed there and can be ended with it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, SQLColumnExpression, exists, func
from sqlmodel import Session, col, select

from calendars.errors import SaidDay
from models.account import Account
from models.errors import InvalidInput, NotFound
from models.obligation import Obligation
from models.text import are_in
from models.unit import Contact, Unit
from models.validity import has_ended, sql_is_valid, sql_not_ended
from models.vocabulary import Lifecycle, Role
from reporting.audit.log import record
from reporting.unit_names import UnitName, names
from reporting.units.contact_loading import load_contacts
from reporting.units.faults import UnitFault
from reporting.units.rows import ContactRow, mail_address
from reporting.user_text import TextName, one_line_text


def add_contact(session: Session, row: ContactRow, on: date, now: datetime, actor: str) -> None:
    """Add a contact from the day `on`, or change the name or language of a known one.

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
    """Change a contact from the day `on`; another address or role ends it and adds another."""
    contact = find_contact(session, contact_id)
    address = mail_address(row.address)
    if (address, row.role) != (contact.address, contact.role):
        end_contact(session, contact_id, on, now, actor)
    add_contact(session, row, on, now, actor)


def end_contact(session: Session, contact_id: int, on: date, now: datetime, actor: str) -> None:
    """End the contact on the day `on`, exclusive. Raises `NotFound` or `InvalidInput`."""
    contact = find_contact(session, contact_id)
    if has_ended(contact, on):
        return
    if on < contact.valid_from:
        first = SaidDay.of(contact.valid_from)
        raise InvalidInput(UnitFault.CONTACT_ENDS_EARLY(address=contact.address, first=first))
    before = {"valid_to": contact.valid_to}
    contact.valid_to = on
    session.add(contact)
    after = {"valid_to": on, "address": contact.address}
    record(session, now, actor, "end", "contact", contact_id, before, after)
    session.flush()


def mark_bounced(session: Session, contact_id: int, now: datetime, actor: str) -> None:
    """Mark the address as bounced: no mail goes there until the mark is cleared. Raises `NotFound`."""
    contact = find_contact(session, contact_id)
    if contact.bounced_at is None:
        contact.bounced_at = now
        session.add(contact)
        record(session, now, actor, "bounce", "contact", contact_id, {}, {"address": contact.address})


def clear_bounced(session: Session, contact_ids: Collection[int], now: datetime, actor: str) -> int:
    """Clear the marks and the earlier refusals of these contacts; returns how many were marked."""
    query = select(Contact).where(col(Contact.id).in_(contact_ids), col(Contact.bounced_at).is_not(None))
    found = session.exec(query.with_for_update()).all()
    for contact in found:
        before = {"bounced_at": contact.bounced_at}
        contact.bounced_at = contact.refused_at = None
        session.add(contact)
        after = {"address": contact.address}
        record(session, now, actor, "clear-bounce", "contact", contact.id, before, after)
    return len(found)


def serves_unit(session: Session, contact: Contact, on: date) -> bool:
    """Whether the contact's address is one of the unit's on that day, in whatever role and under whatever
    name."""
    same = select(Contact.id).where(
        Contact.unit_id == contact.unit_id, Contact.address == contact.address, sql_is_valid(Contact, on)
    )
    return session.exec(same).first() is not None


def revoke_links(session: Session, contact_id: int, now: datetime, actor: str) -> None:
    """End all links mailed to the contact's address for this unit; new mails bring
    new ones. Raises `NotFound`."""
    contact = find_contact(session, contact_id)
    same = select(Contact).where(Contact.unit_id == contact.unit_id, Contact.address == contact.address)
    for each in session.exec(same.with_for_update()):
        each.link_series += 1
        session.add(each)
    record(session, now, actor, "revoke-links", "contact", contact_id, {}, {"address": contact.address})


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


@dataclass(frozen=True, kw_only=True)
class NamedContact:
    """A contact with its unit's code and present name; `since` is when the address was marked as bounced."""

    id: int
    unit_id: int
    unit: str
    unit_name: str
    name: str
    role: Role
    address: str
    language: str
    valid_from: date
    since: datetime | None


def contacts_of(session: Session, address: str, today: date) -> list[NamedContact]:
    """The contacts with this address that hold today or later, by unit and role."""
    return _named(
        session,
        (col(Contact.address) == address.lower()) & sql_not_ended(Contact, today),
        (col(Unit.code), col(Contact.role), col(Contact.valid_from)),
        today,
    )


def end_contacts(
    session: Session, contacts: Iterable[NamedContact], today: date, now: datetime, actor: str
) -> None:
    """End the contacts today; one that begins later ends on its first day."""
    for each in contacts:
        end_contact(session, each.id, max(today, each.valid_from), now, actor)


def marked_contacts(
    session: Session, on: date, since: datetime | None = None, words: str = ""
) -> list[NamedContact]:
    """The contacts not ended by the day whose address was marked as bounced since that instant, newest first;
    `words` are searched in the address, the unit's code and its name."""
    marked = is_marked(on) if since is None else is_marked(on) & (col(Contact.bounced_at) >= since)
    found = _named(
        session, marked, (col(Contact.bounced_at).desc(), col(Unit.code), col(Contact.address)), on
    )
    return [each for each in found if are_in(words, each.address, each.unit, each.unit_name)]


def is_marked(on: date) -> ColumnElement[bool]:
    """Contacts not ended by the day whose address is marked as bounced."""
    return col(Contact.bounced_at).is_not(None) & sql_not_ended(Contact, on)


def marked_number(session: Session, on: date) -> tuple[int, datetime | None]:
    """The number of marked contacts, and the instant of the oldest mark."""
    return session.exec(select(func.count(), func.min(col(Contact.bounced_at))).where(is_marked(on))).one()


def unreachable_units(session: Session, on: date) -> list[UnitName]:
    """The units that owe a report and have no contact on the day whom mails reach, by code."""
    heard = sql_is_valid(Contact, on) & col(Contact.bounced_at).is_(None)
    owing = col(Obligation.state).in_([Lifecycle.OPEN, Lifecycle.RETURNED])
    query = select(Unit.id).where(
        exists().where(col(Obligation.unit_id) == col(Unit.id), owing),
        ~exists().where(col(Contact.unit_id) == col(Unit.id), heard),
    )
    found = names(session, session.exec(query).all(), on)
    return sorted(found.values(), key=lambda unit: unit.code)


def contacts_without_account(session: Session, on: date) -> list[NamedContact]:
    """The contacts of the day whom mails reach and who have no account, open or closed; by address."""
    heard = sql_is_valid(Contact, on) & col(Contact.bounced_at).is_(None)
    unknown = ~exists().where(col(Account.address) == col(Contact.address))
    return _named(session, heard & unknown, (col(Contact.address), col(Unit.code), col(Contact.role)), on)


def _named(
    session: Session, which: ColumnElement[bool], order: tuple[SQLColumnExpression[object], ...], on: date
) -> list[NamedContact]:
    query = select(Contact).join(Unit, col(Unit.id) == col(Contact.unit_id)).where(which)
    found = session.exec(query.order_by(*order)).all()
    units = names(session, {contact.unit_id for contact in found}, on)
    return [
        NamedContact(
            id=contact.id,
            unit_id=contact.unit_id,
            unit=units[contact.unit_id].code,
            unit_name=units[contact.unit_id].name,
            name=contact.name,
            role=Role(contact.role),
            address=contact.address,
            language=contact.language,
            valid_from=contact.valid_from,
            since=contact.bounced_at,
        )
        for contact in found
    ]
