"""Which feeds somebody may subscribe to: their own, their units' and the branches', the plans they watch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlmodel import Session, col

from models.contact import Contact
from models.obligation import Obligation
from models.plan import Plan
from models.unit import Unit, UnitVersion
from reporting.feed_sources import contacts_of
from reporting.rights import Person

MOST_UNITS = 50


@dataclass(frozen=True, order=True)
class FeedChoice:
    """A feed on offer; `name` is the unit's, the plan's number, or the person's."""

    kind: str
    key: str
    name: str

    @property
    def value(self) -> str:
        """As a form carries it."""
        return f"{self.kind}|{self.key}"


def feed_choices(session: Session, person: Person, today: date) -> list[FeedChoice]:
    """What to offer, the person's own calendar of everything first."""
    contacts = contacts_of(session, [person.address], today)[person.address]
    found = [FeedChoice("person", person.address, person.name)] if contacts else []
    unit_ids = {contact.unit_id for contact in contacts} | person.units
    units = _units(session, unit_ids, today, with_roots=person.sees_all)
    found += [FeedChoice("unit", code, name) for code, name in units]
    found += [FeedChoice("branch", code, name) for code, name in units]
    return found + _plans(session, {code for code, _ in units}, person.sees_all)


def contacts_of_obligation(session: Session, obligation_id: int, today: date) -> tuple[str, list[Contact]]:
    """The unit that owes it, by code, and the people who serve that unit today."""
    row = session.execute(
        select(col(Unit.code), col(Unit.id))
        .join(Obligation, col(Obligation.unit_id) == col(Unit.id))
        .where(col(Obligation.id) == obligation_id)
    ).first()
    if row is None:
        return "", []
    code, unit_id = row
    query = select(Contact).where(
        col(Contact.unit_id) == unit_id,
        col(Contact.valid_from) <= today,
        or_(col(Contact.valid_to).is_(None), col(Contact.valid_to) > today),
    )
    return code, list(session.execute(query.order_by(col(Contact.name), col(Contact.id))).scalars())


def _units(session: Session, unit_ids: set[int], today: date, with_roots: bool) -> list[tuple[str, str]]:
    """Code and name. Whoever sees all is offered the top of the hierarchy; others by code on the form."""
    wanted = col(Unit.id).in_(unit_ids)
    query = (
        select(col(Unit.code), col(UnitVersion.name))
        .join(UnitVersion, col(UnitVersion.unit_id) == col(Unit.id))
        .where(or_(wanted, col(UnitVersion.superior_id).is_(None)) if with_roots else wanted)
        .where(col(UnitVersion.valid_from) <= today)
        .where(or_(col(UnitVersion.valid_to).is_(None), col(UnitVersion.valid_to) > today))
        .order_by(col(UnitVersion.name))
        .limit(MOST_UNITS)
    )
    return [(code, name) for code, name in session.execute(query)]


def _plans(session: Session, codes: set[str], sees_all: bool) -> list[FeedChoice]:
    query = select(col(Plan.slug), col(Plan.number)).order_by(col(Plan.slug))
    if not sees_all:
        query = query.where(col(Plan.monitor).in_(codes))
    return [FeedChoice("plan", slug, number) for slug, number in session.execute(query)]
