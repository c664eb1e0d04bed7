"""The list of accounts as an administrator sees it, and the administrator's rights over each account.

An administrator of everything manages all accounts. One of a branch sees the accounts that have, or had, a
role in it, grants and ends roles there, and manages the accounts that have no role elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, func, or_, select, true
from sqlmodel import Session, col

from models.account import Account, Grant, SignIn
from models.errors import InvalidInput, NotFound
from models.text import clean_line, holds
from models.unit import Unit
from models.vocabulary import AccessRole
from reporting.access.faults import AccountFault
from reporting.access.rights import NamedGrant, Person, branch_ids, grants_by_account, named_grants
from reporting.unit_names import units_called
from reporting.units.search import unit_search

MOST_SUGGESTED = 8


@dataclass(frozen=True, kw_only=True)
class Listed:
    """An account with its roles and its last activity."""

    account: Account
    grants: Sequence[NamedGrant]
    seen_at: datetime | None

    def held(self, today: date) -> list[NamedGrant]:
        return [grant for grant in self.grants if not grant.has_ended(today)]


@dataclass(frozen=True, kw_only=True)
class AccountRequest:
    """Filter and page of the list: part of a name, an address or a unit's name; a unit's code or part of its
    name; closed accounts too."""

    words: str = ""
    unit: str = ""
    closed: bool = False
    start: int = 0
    limit: int = 50


def list_people(
    session: Session, viewer: Person | None, request: AccountRequest, today: date
) -> tuple[int, list[Listed]]:
    """The total, and the accounts of the page by address. `viewer` None is the command line, which sees
    all."""
    conditions = [_within_reach(viewer, today), *_conditions(request)]
    count = session.scalar(select(func.count()).select_from(Account).where(*conditions)) or 0
    query = select(Account).where(*conditions).order_by(col(Account.address))
    accounts = session.scalars(query.offset(request.start).limit(request.limit)).all()
    ids = [each.id for each in accounts]
    grants, seen = grants_by_account(session, ids, today), _seen(session, ids)
    return count, [
        Listed(account=each, grants=grants.get(each.id, []), seen_at=seen.get(each.id)) for each in accounts
    ]


def _within_reach(viewer: Person | None, today: date) -> ColumnElement[bool]:
    if viewer is None or viewer.administers_all:
        return true()
    branch = branch_ids(viewer.units_as(AccessRole.ADMINISTRATOR), today)
    there = select(branch.c.unit_id)
    return exists().where(col(Grant.account_id) == col(Account.id), col(Grant.unit_id).in_(there))


def _conditions(request: AccountRequest) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if not request.closed:
        found.append(col(Account.closed_at).is_(None))
    if request.words:
        called = holds(col(Account.name), request.words), holds(col(Account.address), request.words)
        found.append(or_(*called, _has_role_in(request.words)))
    if request.unit:
        found.append(_has_role_in(request.unit))
    return found


def _has_role_in(words: str) -> ColumnElement[bool]:
    """Has, or had, a role in a unit that is called so."""
    there = col(Grant.unit_id).in_(units_called(words))
    return exists().where(col(Grant.account_id) == col(Account.id), there)


def _seen(session: Session, account_ids: Sequence[int]) -> dict[int, datetime]:
    query = (
        select(col(SignIn.account_id), func.max(col(SignIn.seen_at)))
        .where(col(SignIn.account_id).in_(account_ids))
        .group_by(col(SignIn.account_id))
    )
    return {row[0]: row[1] for row in session.execute(query)}


@dataclass(frozen=True, kw_only=True)
class Reach:
    """An administrator's rights over one account. The right to grant roles depends on the unit alone."""

    sees: bool
    manages: bool
    units: frozenset[int] | None
    """The account's units in which the administrator may end a role; None for all."""

    def ends(self, grant: NamedGrant) -> bool:
        return self.units is None or (grant.unit_id is not None and grant.unit_id in self.units)


def reach(session: Session, viewer: Person, account_id: int, today: date) -> Reach:
    """The administrator's rights over this account."""
    if viewer.administers_all:
        return Reach(sees=True, manages=True, units=None)
    grants = named_grants(session, account_id, today)
    mine = administered(session, viewer, {each.unit_id for each in grants if each.unit_id}, today)
    held = [each for each in grants if not each.has_ended(today)] or grants
    manages = bool(held) and all(each.unit_id in mine for each in held)
    return Reach(sees=bool(mine), manages=manages, units=mine)


def administered(session: Session, viewer: Person, unit_ids: set[int], today: date) -> frozenset[int]:
    """Those of the units that lie in the administrator's branch."""
    if viewer.administers_all:
        return frozenset(unit_ids)
    branch = branch_ids(viewer.units_as(AccessRole.ADMINISTRATOR), today)
    found = session.scalars(select(branch.c.unit_id).where(branch.c.unit_id.in_(unit_ids)))
    return frozenset(found)


def account_by_id(session: Session, account_id: int) -> Account:
    """Raises `NotFound`."""
    account = session.get(Account, account_id, with_for_update=True)
    if account is None:
        raise NotFound(AccountFault.NO_ACCOUNT_ID(number=account_id))
    return account


def grant_by_id(session: Session, account_id: int, grant_id: int) -> Grant:
    """A grant of this account. Raises `NotFound`."""
    held = session.get(Grant, grant_id, with_for_update=True)
    if held is None or held.account_id != account_id:
        raise NotFound(AccountFault.NO_ROLE(number=grant_id))
    return held


class UnclearUnit(InvalidInput):
    """No unit, or more than one, matches the text; the message lists candidates."""

    def __init__(self, words: str, near: Sequence[str]) -> None:
        nearest = ", ".join(near) or AccountFault.WRITE_ITS_CODE()
        super().__init__(AccountFault.UNCLEAR_UNIT(words=words[:80], near=nearest))


def unit_meant(session: Session, text: str, today: date) -> Unit:
    """The unit that the words mean, as a search finds it: a code, or the only one with this name or a part of
    it. Raises `UnclearUnit`."""
    words = clean_line(text)
    unit = session.scalars(select(Unit).where(col(Unit.code) == words)).first()
    if unit is not None:
        return unit
    try:
        found = unit_search(session, today).called(words) if words else []
    except NotFound:
        found = []
    if len(found) != 1:
        raise UnclearUnit(words, [f"{each.code} ({each.name})" for each in found[:MOST_SUGGESTED]])
    return session.scalars(select(Unit).where(col(Unit.code) == found[0].code)).one()
