"""Stopping the weekly look-ahead for a person, and taking it up again. Duties cannot be unsubscribed."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from models.errors import NotFound
from models.unit import Contact, Unsubscription
from reporting.audit.log import record


def address_of(session: Session, contact_id: int) -> str:
    """The contact's address. Raises `NotFound`."""
    contact = session.get(Contact, contact_id)
    if contact is None:
        raise NotFound(f"no contact {contact_id}; ask for a new mail")
    return contact.address


def is_unsubscribed(session: Session, address: str) -> bool:
    return session.get(Unsubscription, address) is not None


def unsubscribed(session: Session) -> set[str]:
    """All addresses that want no looks at the week ahead."""
    return set(session.scalars(select(col(Unsubscription.address))))


def unsubscribe(session: Session, contact_id: int, now: datetime) -> None:
    """No more looks at the week ahead; said twice it is the same. Raises `NotFound`."""
    address = address_of(session, contact_id)
    if not is_unsubscribed(session, address):
        session.add(Unsubscription(address=address, at=now))
        record(session, now, address, "unsubscribe", "contact", contact_id)


def subscribe_again(session: Session, contact_id: int, now: datetime) -> None:
    """The looks at the week ahead come again. Raises `NotFound`."""
    address = address_of(session, contact_id)
    found = session.get(Unsubscription, address)
    if found is not None:
        session.delete(found)
        session.flush()
        record(session, now, address, "subscribe", "contact", contact_id)
