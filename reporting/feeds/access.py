"""Whether the owner of a feed may still see it: asked each time the feed is looked at, never stored.

What counts is what the address is today: a contact of units, an account with grants, or nothing any more.
A feed without an owner belongs to the office and lives until it is revoked.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlmodel import Session, col

from models.account import Account, Grant
from models.obligation import Obligation
from models.plan import Plan
from models.subscription import Subscription
from models.unit import Contact, Unit, UnitVersion
from models.validity import sql_is_valid
from reporting.access.rights import Person, branch_ids
from reporting.feeds.sources import contacts_of

MOST_UNITS = 50


class FeedChoice(NamedTuple):
    """A feed on offer; `name` is the unit's, the plan's number, or the person's."""

    kind: str
    key: str
    name: str


def feed_choices(session: Session, person: Person, today: date) -> list[FeedChoice]:
    """What to offer, the person's own calendar of everything first."""
    contacts = contacts_of(session, [person.address], today)[person.address]
    found = [FeedChoice("person", person.address, person.name)] if contacts else []
    unit_ids = {contact.unit_id for contact in contacts} | person.units
    units = _units(session, unit_ids, today, with_roots=person.sees_all)
    found += [FeedChoice(kind, code, name) for kind in ("unit", "branch") for code, name in units]
    return found + _plans(session, {code for code, _ in units}, person.sees_all)


def contacts_of_obligation(session: Session, obligation_id: int, today: date) -> tuple[str, list[Contact]]:
    """The unit that owes it, by code, and the people who serve that unit today."""
    owing = select(Unit).join(Obligation, col(Obligation.unit_id) == col(Unit.id))
    unit = session.scalar(owing.where(col(Obligation.id) == obligation_id))
    if unit is None:
        return "", []
    query = select(Contact).where(col(Contact.unit_id) == unit.id, sql_is_valid(Contact, today))
    return unit.code, list(session.scalars(query.order_by(col(Contact.name), col(Contact.id))))


def _units(session: Session, unit_ids: set[int], today: date, with_roots: bool) -> list[tuple[str, str]]:
    """Code and name. Those who see all are offered the top of the hierarchy; others by code on the form."""
    wanted = col(Unit.id).in_(unit_ids)
    query = (
        select(col(Unit.code), col(UnitVersion.name))
        .join(UnitVersion, col(UnitVersion.unit_id) == col(Unit.id))
        .where(or_(wanted, col(UnitVersion.superior_id).is_(None)) if with_roots else wanted)
        .where(sql_is_valid(UnitVersion, today))
        .order_by(col(UnitVersion.name))
        .limit(MOST_UNITS)
    )
    return [(code, name) for code, name in session.execute(query)]


def _plans(session: Session, codes: set[str], sees_all: bool) -> list[FeedChoice]:
    query = select(col(Plan.slug), col(Plan.number)).order_by(col(Plan.slug))
    if not sees_all:
        query = query.where(col(Plan.monitor).in_(codes))
    return [FeedChoice("plan", slug, number) for slug, number in session.execute(query)]


def is_entitled(session: Session, subscription: Subscription, today: date) -> bool:
    """Whether the subscription's owner may see today what it shows."""
    if subscription.kind == "person" or not subscription.owner:
        return True  # a person's shows the units whose contact they are today, and stops where there is none
    owner, granted = subscription.owner, _units_granted(session, subscription.owner, today)
    units = granted.union(contact.unit_id for contact in contacts_of(session, [owner], today)[owner])
    return None in granted or _covers(session, units, subscription.kind, subscription.key, today)


def may_subscribe(session: Session, person: Person, kind: str, key: str, today: date) -> bool:
    """Whether somebody who is signed in may have this feed; their own is always theirs."""
    if kind == "person":
        return key == person.address
    contacts = contacts_of(session, [person.address], today)[person.address]
    units = person.units.union(contact.unit_id for contact in contacts)
    return person.sees_all or _covers(session, units, kind, key, today)


def _covers(session: Session, units: Iterable[int | None], kind: str, key: str, today: date) -> bool:
    """Whether the unit, or the plan's monitor, is one of these units or below one of them."""
    code = key if kind != "plan" else select(col(Plan.monitor)).where(col(Plan.slug) == key).scalar_subquery()
    branch = branch_ids([unit for unit in units if unit is not None], today)
    query = select(col(Unit.id)).where(col(Unit.code) == code, col(Unit.id).in_(select(branch.c.unit_id)))
    return session.execute(query).first() is not None


def _units_granted(session: Session, address: str, today: date) -> set[int | None]:
    """Where the address's open account has a role; None among them is the whole installation."""
    query = (
        select(col(Grant.unit_id))
        .join(Account, col(Account.id) == col(Grant.account_id))
        .where(col(Account.address) == address, col(Account.closed_at).is_(None), sql_is_valid(Grant, today))
    )
    return set(session.scalars(query))
