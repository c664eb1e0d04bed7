"""Rights over obligations: one table, and the same rule as an SQL condition.

A grant is a role in a unit and, through it, in the unit's branch as of today: after a reorganisation the new
superior sees what the old one saw. Nobody decides about a report of their own unit. A further recipient sees
what is filed, and it counts in no figure or list of what somebody follows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import CTE, ColumnElement, Select, and_, false, or_, select, true
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from models.account import Grant
from models.database import chunks
from models.obligation import Obligation, ObligationCopy
from models.plan import Plan
from models.unit import Unit, UnitVersion
from models.validity import has_ended, sql_is_valid
from models.vocabulary import AccessRole, Act
from reporting.unit_names import UnitName, names

ONE_DAY = timedelta(days=1)
EVERYWHERE = UnitName(code="", name="")
"""In place of a unit, for a grant in the whole installation."""


@dataclass(frozen=True, kw_only=True)
class NamedGrant:
    """A grant with its unit's code and present name; both empty for the whole installation."""

    id: int
    account_id: int
    role: AccessRole
    unit_id: int | None
    unit: str
    unit_name: str
    valid_from: date
    valid_to: date | None

    def has_ended(self, today: date) -> bool:
        return has_ended(self, today)

    @property
    def last_day(self) -> date | None:
        return None if self.valid_to is None else self.valid_to - ONE_DAY


def named_grants(session: Session, account_id: int, today: date) -> list[NamedGrant]:
    """All grants of an account, those that have ended among them."""
    return grants_by_account(session, [account_id], today).get(account_id, [])


def grants_by_account(
    session: Session, account_ids: Iterable[int], today: date
) -> dict[int, list[NamedGrant]]:
    """The grants of many accounts in a few queries."""
    query = select(Grant).order_by(col(Grant.id))
    grants = [
        grant
        for some in chunks(account_ids)
        for grant in session.scalars(query.where(col(Grant.account_id).in_(some)))
    ]
    units = names(session, {grant.unit_id for grant in grants if grant.unit_id is not None}, today)
    found: dict[int, list[NamedGrant]] = {}
    for grant in grants:
        unit = EVERYWHERE if grant.unit_id is None else units[grant.unit_id]
        found.setdefault(grant.account_id, []).append(
            NamedGrant(
                id=grant.id,
                account_id=grant.account_id,
                role=AccessRole(grant.role),
                unit_id=grant.unit_id,
                unit=unit.code,
                unit_name=unit.name,
                valid_from=grant.valid_from,
                valid_to=grant.valid_to,
            )
        )
    return found


CLERK, HEAD, MONITOR = AccessRole.CLERK, AccessRole.HEAD, AccessRole.MONITOR
EVERYBODY = frozenset({CLERK, HEAD, MONITOR})
LEADERS = frozenset({HEAD, MONITOR})


class Relation(StrEnum):
    """Relation of a grant's unit to an obligation."""

    OWN = "own"
    RECIPIENT = "recipient"
    GATHERER = "gatherer"
    RECEIVING_GATHERER = "receiving gatherer"
    """Of what was opened before it was kept whether the recipient is the one that `via` names."""
    ABOVE = "above"
    WATCHES = "watches"
    COPY = "copy"


FOLLOWS = (Relation.RECIPIENT, Relation.GATHERER, Relation.ABOVE, Relation.WATCHES)
ALLOWED: dict[Act, dict[Relation, frozenset[AccessRole]]] = {
    Act.SEE: dict.fromkeys((Relation.OWN, *FOLLOWS, Relation.COPY), EVERYBODY),
    Act.FILE: {Relation.OWN: EVERYBODY},
    Act.REVIEW: dict.fromkeys((Relation.RECIPIENT, Relation.RECEIVING_GATHERER), EVERYBODY),
    Act.DECIDE: dict.fromkeys(FOLLOWS, LEADERS),
    Act.CHASE: dict.fromkeys(FOLLOWS, LEADERS),
    Act.CORRECT: {},
}
"""An administrator of a superior or of everything may do each of them as a deputy; one of the unit itself may
see and file."""
OF_OTHERS = frozenset({Act.REVIEW, Act.DECIDE, Act.CHASE, Act.CORRECT})
"""Forbidden for reports of a unit in which the person has any grant, whatever the roles elsewhere."""


@dataclass(frozen=True)
class HeldRole:
    """A grant in force today; `unit_id` None is the whole installation."""

    role: AccessRole
    unit_id: int | None


@dataclass(frozen=True, kw_only=True)
class Person:
    """The acting person, with the grants in force today."""

    account_id: int
    name: str
    address: str
    language: str
    held: tuple[HeldRole, ...] = ()

    @property
    def actor(self) -> str:
        """The name for the audit."""
        return f"{self.name} <{self.address}>"

    @property
    def administers_all(self) -> bool:
        return any(held.role is AccessRole.ADMINISTRATOR and held.unit_id is None for held in self.held)

    @property
    def administers(self) -> bool:
        return bool(self.units_as(AccessRole.ADMINISTRATOR)) or self.administers_all

    @property
    def sees_all(self) -> bool:
        return any(held.unit_id is None for held in self.held)

    def units_as(self, *roles: AccessRole) -> frozenset[int]:
        """The units in which one of the roles is held."""
        return frozenset(
            held.unit_id for held in self.held if held.role in roles and held.unit_id is not None
        )

    @property
    def units(self) -> frozenset[int]:
        return self.units_as(*AccessRole)

    @property
    def monitors(self) -> bool:
        """Whether the pages of a monitor are of use: more than filing for one's own unit."""
        return any(held.role is not CLERK for held in self.held)


def held_grants(session: Session, account_id: int, today: date) -> tuple[HeldRole, ...]:
    """What the account may do today."""
    query = select(col(Grant.role), col(Grant.unit_id)).where(
        col(Grant.account_id) == account_id,
        sql_is_valid(Grant, today),
    )
    return tuple(HeldRole(AccessRole(role), unit_id) for role, unit_id in session.execute(query))


def branch_ids(unit_ids: Iterable[int], today: date) -> CTE:
    """The units with all below them as of today, as a query of `unit_id`."""
    # The CTE has no name: two branches in one query would clash.
    given = col(Unit.id).in_(sorted(unit_ids))
    branch = select(col(Unit.id).label("unit_id")).where(given).cte(recursive=True)
    version = aliased(UnitVersion)
    below = select(col(version.unit_id)).join(branch, col(version.superior_id) == branch.c.unit_id)
    return branch.union(below.where(sql_is_valid(version, today)))  # UNION ends circles, UNION ALL would not


def visible(person: Person, today: date) -> ColumnElement[bool]:
    """The obligations that the person may see, as a condition."""
    return permitted(person, Act.SEE, today)


def followed(person: Person, today: date) -> ColumnElement[bool]:
    """What lists and figures are about: all that the person may see but what comes for information alone."""
    return true() if person.administers_all else _given(person, Act.SEE, today, without=Relation.COPY)


def seen_units(person: Person, today: date) -> Select[tuple[int]]:
    """The ids of the units that the person may be told of: those of their own branches, and those that owe
    what they follow."""
    query = select(col(Unit.id))
    if person.sees_all:
        return query
    branch = branch_ids(person.units, today)
    owes = select(col(Obligation.id)).where(col(Obligation.unit_id) == col(Unit.id), followed(person, today))
    return query.where(or_(col(Unit.id).in_(select(branch.c.unit_id)), owes.exists()))


def for_information(person: Person, today: date) -> ColumnElement[bool]:
    """What is filed and comes to the person's units for information."""
    return _conditions(Relation.COPY, person.units_as(*ALLOWED[Act.SEE][Relation.COPY]), today)


def permitted(person: Person, act: Act, today: date) -> ColumnElement[bool]:
    """The obligations with which the person may do this, as a condition; the same rule as `may`."""
    if person.administers_all:
        return true()
    given = _given(person, act, today)
    if act in OF_OTHERS and person.units:
        return and_(given, col(Obligation.unit_id).not_in(person.units))
    return given


def _given(person: Person, act: Act, today: date, without: Relation | None = None) -> ColumnElement[bool]:
    if _everywhere(person, act):
        return true()
    found = [
        _conditions(place, person.units_as(*roles), today)
        for place, roles in ALLOWED[act].items()
        if place is not without
    ]
    administered = person.units_as(AccessRole.ADMINISTRATOR)
    found += [
        _conditions(Relation.OWN, administered, today),
        _conditions(Relation.ABOVE, administered, today),
    ]
    return or_(*found)


def _everywhere(person: Person, act: Act) -> bool:
    roles = {held.role for held in person.held if held.unit_id is None}
    return bool(roles & ALLOWED[act].get(Relation.ABOVE, frozenset()))


def _conditions(place: Relation, units: frozenset[int], today: date) -> ColumnElement[bool]:
    if not units:
        return false()
    owing, gathered = col(Obligation.unit_id), col(Obligation.gatherer_id).in_(units)
    found: ColumnElement[bool]
    match place:
        case Relation.OWN:
            return owing.in_(units)
        case Relation.RECIPIENT:
            found = col(Obligation.recipient_id).in_(units)
        case Relation.GATHERER:
            found = gathered
        case Relation.RECEIVING_GATHERER:
            found = and_(gathered, col(Obligation.via).is_(None))
        case Relation.ABOVE:
            branch = branch_ids(units, today)
            found = owing.in_(select(branch.c.unit_id))
        case Relation.COPY:
            copied = select(col(ObligationCopy.obligation_id)).where(col(ObligationCopy.unit_id).in_(units))
            found = and_(col(Obligation.id).in_(copied), col(Obligation.first_submitted_at).is_not(None))
        case Relation.WATCHES:
            codes = select(col(Unit.code)).where(col(Unit.id).in_(units))
            found = col(Obligation.plan_id).in_(select(col(Plan.id)).where(col(Plan.monitor).in_(codes)))
    return and_(found, owing.not_in(units))


def may(session: Session, person: Person, act: Act, obligation_id: int, today: date) -> bool:
    """Whether the person may do this with the obligation."""
    query = select(col(Obligation.id)).where(
        col(Obligation.id) == obligation_id, permitted(person, act, today)
    )
    return session.execute(query).first() is not None


def acting_units(
    session: Session, person: Person, act: Act, obligation_ids: Iterable[int], today: date
) -> dict[int, int]:
    """By obligation, the unit whose role allows the person to do this; none where no unit's does."""
    units = sorted({held.unit_id for held in person.held if held.unit_id is not None})
    found: dict[int, int] = {}
    for unit in units:
        there = replace(person, held=tuple(held for held in person.held if held.unit_id == unit))
        for some in chunks(set(obligation_ids) - found.keys()):
            query = select(col(Obligation.id)).where(
                col(Obligation.id).in_(some), permitted(there, act, today)
            )
            found |= dict.fromkeys(session.scalars(query), unit)
    return found


def acts(session: Session, person: Person, obligation_id: int, today: date) -> frozenset[Act]:
    """All that the person may do with the obligation, in one query."""
    columns = [permitted(person, act, today).label(act.value) for act in Act]
    row = session.execute(select(*columns).where(col(Obligation.id) == obligation_id)).first()
    if row is None:
        return frozenset()
    return frozenset(act for act, allowed in zip(Act, row, strict=True) if allowed)
