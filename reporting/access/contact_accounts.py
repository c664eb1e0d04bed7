"""Accounts for contacts, many at once: one for each address, with the roles in which it is a contact."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from itertools import groupby

from sqlmodel import Session

from models.settings import Settings
from models.text import are_in
from models.vocabulary import AccessRole
from reporting.access.accounts import grant, open_account
from reporting.access.directory import administered
from reporting.access.reset_links import send_ticket
from reporting.access.rights import Person
from reporting.units.contacts import NamedContact, contacts_without_account

People = dict[str, list[NamedContact]]
"""Contacts by address."""


def people_without_account(session: Session, viewer: Person, today: date, words: str = "") -> People:
    """The contacts that have no account, in units that the viewer administers; `words` are searched in
    address, name and unit."""
    found = contacts_without_account(session, today)
    mine = administered(session, viewer, {each.unit_id for each in found}, today)
    by_address = groupby((each for each in found if each.unit_id in mine), lambda each: each.address)
    people = {address: list(contacts) for address, contacts in by_address}
    return {
        address: contacts
        for address, contacts in people.items()
        if any(are_in(words, address, each.name, each.unit, each.unit_name) for each in contacts)
    }


def open_for_contacts(
    session: Session,
    settings: Settings,
    people: Collection[list[NamedContact]],
    today: date,
    now: datetime,
    actor: str,
) -> None:
    """An account for each, with its roles from today on, and the mail with the link to set a password."""
    for contacts in people:
        first = contacts[0]
        account = open_account(session, first.address, first.name, now, actor, language=first.language)
        for each in contacts:
            grant(session, account, AccessRole(each.role), each.unit, today, now, actor)
        send_ticket(session, settings, account, now, actor)
