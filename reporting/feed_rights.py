"""Whether the owner of a feed may still see it: asked each time the feed is looked at, never remembered.

What counts is what the address is today: a contact of units, an account with grants, or nothing any more.
A feed without an owner belongs to the office and lives until it is revoked.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, or_, select
from sqlmodel import Session, col

from models.account import Account, Grant
from models.contact import Contact
from models.plan import Plan
from models.subscription import Subscription
from models.unit import Unit
from reporting.rights import Person, branch_ids


def is_entitled(session: Session, subscription: Subscription, today: date) -> bool:
    """Whether the subscription's owner may see today what it shows."""
    if subscription.kind == "person":
        return bool(_units_as_contact(session, subscription.key, today))
    if not subscription.owner:
        return True
    units = _units_as_contact(session, subscription.owner, today)
    granted = _units_granted(session, subscription.owner, today)
    return None in granted or _covers(session, units | granted, subscription.kind, subscription.key, today)


def may_subscribe(session: Session, person: Person, kind: str, key: str, today: date) -> bool:
    """Whether somebody who is signed in may have this feed; their own is always theirs."""
    if kind == "person":
        return key == person.address
    contact = _units_as_contact(session, person.address, today)
    return person.sees_all or _covers(session, contact | person.units, kind, key, today)


def _covers(session: Session, units: set[int | None], kind: str, key: str, today: date) -> bool:
    """Whether the unit, or the plan's monitor, is one of these units or stands below one of them."""
    code = key if kind != "plan" else select(col(Plan.monitor)).where(col(Plan.slug) == key).scalar_subquery()
    branch = branch_ids([unit for unit in units if unit is not None], today)
    query = select(col(Unit.id)).where(col(Unit.code) == code, col(Unit.id).in_(select(branch.c.unit_id)))
    return session.execute(query).first() is not None


def _units_as_contact(session: Session, address: str, today: date) -> set[int | None]:
    return set(session.execute(_served(), {"address": address, "today": today}).scalars())


def _units_granted(session: Session, address: str, today: date) -> set[int | None]:
    """Where the address's open account has a role; None among them is the whole installation."""
    return set(session.execute(_granted(), {"address": address, "today": today}).scalars())


# Made once: they are asked at every fetch after a change.
_ADDRESS: BindParameter[Any] = bindparam("address")
_TODAY: BindParameter[Any] = bindparam("today")


@lru_cache(maxsize=1)
def _served() -> Select[Any]:
    return select(col(Contact.unit_id)).where(
        col(Contact.address) == _ADDRESS,
        col(Contact.valid_from) <= _TODAY,
        or_(col(Contact.valid_to).is_(None), col(Contact.valid_to) > _TODAY),
    )


@lru_cache(maxsize=1)
def _granted() -> Select[Any]:
    return (
        select(col(Grant.unit_id))
        .join(Account, col(Account.id) == col(Grant.account_id))
        .where(
            col(Account.address) == _ADDRESS,
            col(Account.closed_at).is_(None),
            col(Grant.valid_from) <= _TODAY,
            or_(col(Grant.valid_to).is_(None), col(Grant.valid_to) > _TODAY),
        )
    )
