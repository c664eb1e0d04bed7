"""The people a rung goes to: contacts by unit and role, read with a few queries, and who wants no look-ahead.

Contacts come with the days from and until which they hold, so that a preview can ask about any day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Row, Select, select
from sqlmodel import Session, col

from calendars.errors import FaultCode
from messages.catalogue import N_
from models.database import chunks
from models.errors import NotFound
from models.ladder_file import Rung
from models.obligation import Obligation, Occurrence, reviewer_of
from models.plan import Stage
from models.unit import Contact, Unit, UnitVersion, Unsubscription
from models.validity import is_valid, sql_is_valid
from models.vocabulary import Audience, Lifecycle, Role
from reporting.audit.log import record
from reporting.reminders.ledger import NoticeRecipient, ObligationView

OWN = frozenset({Audience.CLERK, Audience.HEAD})
UNFILED = (Lifecycle.OPEN, Lifecycle.RETURNED)


class Recipient(NamedTuple):
    """A contact who takes mail, from `valid_from` until before `valid_to`."""

    contact_id: int
    unit_id: int
    role: Role
    address: str
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, kw_only=True)
class Audiences:
    """Contacts by unit and role, units' superiors, lower units that hold one up, and units by code."""

    contacts: Mapping[tuple[int, Role], Sequence[Recipient]] = field(default_factory=dict)
    superiors: Mapping[int, int] = field(default_factory=dict)
    below: Mapping[int, Sequence[int]] = field(default_factory=dict)
    codes: Mapping[str, int] = field(default_factory=dict)

    def of(
        self, view: ObligationView, audience: Audience, on: date, unit: str | None = None
    ) -> list[Recipient]:
        """The people of an audience on a day; none where there are none."""
        role = HEADS.get(audience, Role.CLERK)
        units = self.units(view, audience, unit)
        return [person for each in units for person in self._people(each, role, on)]

    def people(
        self, view: ObligationView, audiences: Iterable[Audience], on: date, unit: str | None = None
    ) -> list[NoticeRecipient]:
        """The people of several audiences, each address once, in the first audience that has it."""
        found: dict[str, NoticeRecipient] = {}
        for audience in audiences:
            for person in self.of(view, audience, on, unit):
                found.setdefault(person.address, NoticeRecipient(audience, person.address, person.contact_id))
        return list(found.values())

    def units(self, view: ObligationView, audience: Audience, unit: str | None = None) -> list[int]:
        """The units an audience means; none where there is no such unit, as above the topmost."""
        if audience is Audience.BELOW:
            return list(self.below.get(view.id, ()))
        found = SEATS[audience](self, view, unit)
        return [] if found is None else [found]

    def _people(self, unit_id: int, role: Role, on: date) -> list[Recipient]:
        found = [each for each in self.contacts.get((unit_id, role), ()) if is_valid(each, on)]
        return self._people(unit_id, Role.CLERK, on) if role is Role.MONITOR and not found else found

    def next_superior(self, view: ObligationView) -> int | None:
        head = superior_for_head(view)
        return None if head is None else self.superiors.get(head)


def superior_for_clerk(view: ObligationView) -> int | None:
    """The unit that awaits the report first: the gatherer, else its recipient, else the superior; once it is
    handed in, the one that is to review it."""
    awaiting = reviewer_of(view) if view.state is Lifecycle.SUBMITTED else view.gatherer_id
    return awaiting or superior_for_head(view)


def superior_for_head(view: ObligationView) -> int | None:
    return view.recipient_id or (view.superior_ids[-1] if view.superior_ids else None)


Seat = Callable[[Audiences, ObligationView, str | None], int | None]
SEATS: dict[Audience, Seat] = {
    Audience.CLERK: lambda _, view, __: view.unit_id,
    Audience.HEAD: lambda _, view, __: view.unit_id,
    Audience.MONITOR: lambda _, view, __: view.monitor_id,
    Audience.SUPERIOR_CLERK: lambda _, view, __: superior_for_clerk(view),
    Audience.SUPERIOR_HEAD: lambda _, view, __: superior_for_head(view),
    Audience.NEXT_SUPERIOR_CLERK: lambda all, view, _: all.next_superior(view),
    Audience.NEXT_SUPERIOR_HEAD: lambda all, view, _: all.next_superior(view),
    Audience.UNIT: lambda all, _, code: all.codes.get(code or ""),
}
HEADS = {
    Audience.HEAD: Role.HEAD,
    Audience.SUPERIOR_HEAD: Role.HEAD,
    Audience.NEXT_SUPERIOR_HEAD: Role.HEAD,
    Audience.MONITOR: Role.MONITOR,
}
"""The role that an audience means where it is not the clerk."""


def load_audiences(
    session: Session, views: Sequence[ObligationView], on: date, rungs: Sequence[Rung]
) -> Audiences:
    """The picture for these obligations and rungs; a constant number of queries for a few hundred units."""
    codes = _codes(session, {rung.unit for rung in rungs if rung.unit})
    asked = any(Audience.BELOW in rung.audience for rung in rungs)
    below = units_holding_up(session, [view.id for view in views]) if asked else {}
    heads = {head for view in views if (head := superior_for_head(view)) is not None}
    superiors = _superiors(session, heads, on)
    units = {view.unit_id for view in views} | heads | set(superiors.values()) | set(codes.values())
    units |= {view.gatherer_id for view in views if view.gatherer_id is not None}
    units |= {view.monitor_id for view in views if view.monitor_id is not None}
    units |= {unit for lower in below.values() for unit in lower}
    return Audiences(contacts=_contacts(session, units), superiors=superiors, below=below, codes=codes)


def _contacts(session: Session, units: Iterable[int]) -> dict[tuple[int, Role], list[Recipient]]:
    found: dict[tuple[int, Role], list[Recipient]] = defaultdict(list)
    for some in chunks(units):
        query = select(
            col(Contact.id),
            col(Contact.unit_id),
            col(Contact.role),
            col(Contact.address),
            col(Contact.valid_from),
            col(Contact.valid_to),
        ).where(col(Contact.unit_id).in_(some), col(Contact.bounced_at).is_(None))
        for row in session.execute(query.order_by(col(Contact.id))):
            role = Role(row.role)
            found[row.unit_id, role].append(Recipient(row.id, row.unit_id, role, *row[3:]))
    return found


def own_people(session: Session, units: Iterable[int], on: date) -> dict[int, list[NoticeRecipient]]:
    """By unit, its clerks on the day, or its heads where it has none; nothing for one that has neither."""
    contacts = _contacts(session, units)
    found: dict[int, list[NoticeRecipient]] = {}
    for audience, role in ((Audience.HEAD, Role.HEAD), (Audience.CLERK, Role.CLERK)):
        for (unit, held), every in contacts.items():
            people = [each for each in every if held is role and is_valid(each, on)]
            if people:
                found[unit] = [NoticeRecipient(audience, each.address, each.contact_id) for each in people]
    return found


def _superiors(session: Session, units: Iterable[int], on: date) -> dict[int, int]:
    found: dict[int, int] = {}
    for some in chunks(units):
        query = select(col(UnitVersion.unit_id), col(UnitVersion.superior_id)).where(
            col(UnitVersion.unit_id).in_(some),
            col(UnitVersion.superior_id).is_not(None),
            sql_is_valid(UnitVersion, on),
        )
        found |= {row.unit_id: row.superior_id for row in session.execute(query)}
    return found


def _codes(session: Session, codes: Collection[str]) -> dict[str, int]:
    if not codes:
        return {}
    query = select(col(Unit.code), col(Unit.id)).where(col(Unit.code).in_(codes))
    return {row.code: row.id for row in session.execute(query)}


def units_holding_up(session: Session, obligation_ids: Iterable[int]) -> dict[int, list[int]]:
    """For each obligation the units of its duty's lower stages, in its branch or reporting to it, that have
    not filed for the same period."""
    missing = reports_below(session, obligation_ids, UNFILED)
    return {id: [each.unit_id for each in lower] for id, lower in missing.items()}


class LowerReport(NamedTuple):
    """A report that one further up waits for."""

    id: int
    unit_id: int
    state: str
    position: int


def reports_below(
    session: Session, obligation_ids: Iterable[int], states: Collection[str]
) -> dict[int, list[LowerReport]]:
    """For each obligation the reports of its duty's lower stages for the same period, in its branch or made
    to its unit, that are in one of the states."""
    uppers: dict[tuple[int, str, int], list[tuple[int, int]]] = defaultdict(list)
    for some in chunks(obligation_ids):
        for row in session.execute(_in_chain(col(Obligation.id).in_(some))):
            if row.position > 1:
                uppers[row.duty_id, row.period, row.unit_id].append((row.id, row.position))
    found: dict[int, list[LowerReport]] = defaultdict(list)
    in_question = col(Obligation.state).in_(states), col(Occurrence.period).in_({key[1] for key in uppers})
    for some in chunks(duty for duty, _, _ in uppers):
        for row in session.execute(_in_chain(col(Stage.duty_id).in_(some), *in_question)):
            lower = LowerReport(row.id, row.unit_id, row.state, row.position)
            for unit in _units_above(row):
                for upper_id, upper_position in uppers.get((row.duty_id, row.period, unit), ()):
                    if row.position < upper_position:
                        found[upper_id].append(lower)
    return found


def _units_above(row: Row[tuple[object, ...]]) -> set[int]:
    above = {int(part) for part in row.branch.split("/") if part} - {row.unit_id}
    return above | {each for each in (row.recipient_id, row.gatherer_id) if each is not None}


def _in_chain(
    *conditions: ColumnElement[bool],
) -> Select[tuple[int, int, str, int | None, int | None, str, int, int, str]]:
    return (
        select(
            col(Obligation.id),
            col(Obligation.unit_id),
            col(Obligation.branch),
            col(Obligation.recipient_id),
            col(Obligation.gatherer_id),
            col(Obligation.state),
            col(Stage.duty_id),
            col(Stage.position),
            col(Occurrence.period),
        )
        .join(Occurrence, col(Occurrence.id) == col(Obligation.occurrence_id))
        .join(Stage, col(Stage.id) == col(Occurrence.stage_id))
        .where(*conditions, col(Obligation.deadline).is_not(None))
    )


class UnknownContact(FaultCode):
    ID = N_("no contact %(number)s; ask for a new mail")


def address_of(session: Session, contact_id: int) -> str:
    """The contact's address. Raises `NotFound`."""
    contact = session.get(Contact, contact_id)
    if contact is None:
        raise NotFound(UnknownContact.ID(number=contact_id))
    return contact.address


def is_unsubscribed(session: Session, address: str) -> bool:
    return session.get(Unsubscription, address) is not None


def unsubscribed(session: Session) -> set[str]:
    """All addresses that want no look-ahead."""
    return set(session.scalars(select(col(Unsubscription.address))))


def unsubscribe(session: Session, contact_id: int, now: datetime) -> None:
    """Stop the look-ahead for a contact's address; duties cannot be unsubscribed. Raises `NotFound`."""
    address = address_of(session, contact_id)
    if not is_unsubscribed(session, address):
        session.add(Unsubscription(address=address, at=now))
        record(session, now, address, "unsubscribe", "contact", contact_id)


def subscribe_again(session: Session, contact_id: int, now: datetime) -> None:
    """Send the look-ahead again. Raises `NotFound`."""
    address = address_of(session, contact_id)
    found = session.get(Unsubscription, address)
    if found is not None:
        session.delete(found)
        session.flush()
        record(session, now, address, "subscribe", "contact", contact_id)
