"""Loading contacts: all or nothing, and idempotent, like units.

A contact is known by unit, role and address. A new name or language from a later day ends the stored contact
and adds another; on the same day it is a correction (`versions.Step`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import insert, select, update
from sqlmodel import Session

from messages.catalogue import DEFAULT_LANGUAGE
from models.errors import InputErrors, InvalidInput, NotFound
from models.file_faults import cell_fault
from models.unit import Contact
from models.validity import is_valid
from reporting.audit.log import record_all
from reporting.units.faults import UnitFault, refused
from reporting.units.hierarchy import Hierarchy, hierarchy
from reporting.units.rows import ContactRow, held
from reporting.units.versions import Step

Key = tuple[int, str, str]
"""Unit id, role and address."""


class ListedPerson(NamedTuple):
    """What may change of a contact."""

    name: str
    language: str
    phone: str


class ContactLine(NamedTuple):
    """A contact that a load adds, changes or ends, as people read it."""

    change: str
    unit: str
    name: str
    role: str
    address: str


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownContact:
    """A stored contact."""

    id: int
    unit_id: int
    role: str
    address: str
    name: str
    language: str
    phone: str
    valid_from: date
    valid_to: date | None

    @property
    def description(self) -> ListedPerson:
        return ListedPerson(self.name, self.language, self.phone)


@dataclass(frozen=True, kw_only=True)
class ContactStep(Step[KnownContact, ListedPerson]):
    """One contact's change."""

    key: Key


@dataclass(kw_only=True)
class ContactChanges:
    """The number of contacts that a load changed, and who they are."""

    added: int = 0
    changed: int = 0
    ended: int = 0
    unchanged: int = 0
    people: list[ContactLine] = field(default_factory=list)

    @property
    def any(self) -> bool:
        return bool(self.added or self.changed or self.ended)


def load_contacts(
    session: Session,
    rows: Sequence[ContactRow],
    as_of: date,
    now: datetime,
    actor: str,
    *,
    replace: bool = False,
) -> ContactChanges:
    """Load contacts; one that takes the place of another ends that one. `replace` ends, on `as_of`, those of
    the named units that the rows no longer have.

    Raises `InputErrors` with every error, and then has changed nothing.
    """
    if not rows:
        return ContactChanges()
    steps: list[ContactStep] = []
    errors: list[str] = []
    stored = _stored(session)
    units: dict[date, Hierarchy] = {}
    for row in rows:
        try:
            steps.append(_step(session, row, as_of, units, stored))
        except (InvalidInput, NotFound) as error:
            errors.append(error.reason)
    if errors:
        raise InputErrors(errors)
    changed = [step for step in steps if not step.is_nothing]
    ended = [*_replaced(steps, rows, stored, as_of)]
    if replace:
        ended += [known for known in _gone(steps, rows, stored, units[as_of]) if known not in ended]
    _write(session, changed, ended, as_of, now, actor)
    added = sum(step.before is None for step in changed)
    return ContactChanges(
        added=added,
        changed=len(changed) - added,
        ended=len(ended),
        unchanged=len(steps) - len(changed),
        people=list(_people(steps, rows, ended, units[as_of])),
    )


def _people(
    steps: Sequence[ContactStep],
    rows: Sequence[ContactRow],
    ended: Sequence[KnownContact],
    units: Hierarchy,
) -> Iterator[ContactLine]:
    for step, row in zip(steps, rows, strict=True):
        if not step.is_nothing:
            change = "added" if step.before is None else "changed"
            yield ContactLine(change, row.unit, row.name, row.role, row.address)
    for known in ended:
        unit = units.by_id.get(known.unit_id)
        yield ContactLine("ended", unit.code if unit else "", known.name, known.role, known.address)


def _stored(session: Session) -> dict[Key, list[KnownContact]]:
    columns = Contact.__table__.columns  # type: ignore[attr-defined]
    chosen = [columns[name] for name in KnownContact.__dataclass_fields__]
    found = defaultdict(list)
    for row in session.execute(select(*chosen).order_by(columns.valid_from)):
        contact = KnownContact(**row._mapping)
        found[contact.unit_id, contact.role, contact.address].append(contact)
    return found


def _step(
    session: Session,
    row: ContactRow,
    as_of: date,
    units: dict[date, Hierarchy],
    stored: dict[Key, list[KnownContact]],
) -> ContactStep:
    """The change that the row makes. `units` keeps the hierarchies that were read."""
    day = row.valid_from or as_of
    if row.valid_to and row.valid_to <= day:
        problem = UnitFault.ENDS_EARLY(who=row.address, end=row.valid_to, day=day)
        raise refused(row.where, "valid_to", problem)
    for each in {as_of, max(day, as_of)} - units.keys():
        units[each] = hierarchy(session, each)
    try:
        unit = units[max(day, as_of)].unit(row.unit)
    except NotFound as error:
        raise NotFound(cell_fault(row.where, "unit", error.reason)) from error
    key = unit.id, row.role, row.address
    before = _before(row, day, stored.get(key, []))
    kept_end = before.valid_to if before and is_valid(before, day) else None
    return ContactStep(
        key=key,
        before=before,
        after=_after(row, before),
        valid_from=day,
        valid_to=row.valid_to or kept_end,
    )


def _after(row: ContactRow, before: KnownContact | None) -> ListedPerson:
    """What the row says; where it says nothing, what is known."""
    known = ListedPerson("", DEFAULT_LANGUAGE, "") if before is None else before.description
    return ListedPerson(
        row.name, row.language or known.language, known.phone if row.phone is None else row.phone
    )


def _before(row: ContactRow, day: date, same: Sequence[KnownContact]) -> KnownContact | None:
    """The stored contact of the day. Raises `InvalidInput` where the row would overlap a later one."""
    before = next((known for known in same if is_valid(known, day) or known.valid_from == day), None)
    later = next((known for known in same if known.valid_from > day), None)
    if before is None and later and (row.valid_to is None or row.valid_to > later.valid_from):
        problem = UnitFault.CONTACT_OVERTAKES(later=later.valid_from, **held(row))
        raise refused(row.where, "address", problem)
    return before


def _replaced(
    steps: Sequence[ContactStep],
    rows: Sequence[ContactRow],
    stored: dict[Key, list[KnownContact]],
    on: date,
) -> Iterator[KnownContact]:
    """The contacts of the day in whose place rows name another, and that no row names."""
    named = {step.key for step in steps}
    former = {(step.key[0], row.role, row.instead_of) for step, row in zip(steps, rows, strict=True)} - named
    return (known for key in former for known in stored.get(key, []) if is_valid(known, on))


def _gone(
    steps: Sequence[ContactStep],
    rows: Sequence[ContactRow],
    stored: dict[Key, list[KnownContact]],
    units: Hierarchy,
) -> list[KnownContact]:
    """The contacts of the rows' units that are valid on the hierarchy's day and in no row."""
    ids = {units.by_code[row.unit].id for row in rows if row.unit in units}
    seen = {step.before.id for step in steps if step.before is not None}
    return [
        known
        for same in stored.values()
        for known in same
        if known.unit_id in ids and known.id not in seen and is_valid(known, units.on)
    ]


def _write(
    session: Session,
    steps: Sequence[ContactStep],
    ended: Sequence[KnownContact],
    as_of: date,
    now: datetime,
    actor: str,
) -> None:
    updates = [(step.before, _new_values(step)) for step in steps if step.before is not None]
    updates += [(known, {"valid_to": as_of}) for known in ended]
    for names in {tuple(values) for _, values in updates}:
        same = [{"id": known.id, **values} for known, values in updates if tuple(values) == names]
        session.execute(update(Contact), same)
    audited = [
        (known.id, {name: getattr(known, name) for name in values}, values) for known, values in updates
    ]
    record_all(session, now, actor, "change", "contact", audited)
    new = [_row(step) for step in steps if not step.in_place]
    if new:
        session.execute(insert(Contact), new)
    session.expire_all()


def _new_values(step: ContactStep) -> dict[str, object]:
    """New values of the stored contact."""
    if not step.in_place:
        return {"valid_to": step.valid_from}
    if step.before is not None and step.before.description == step.after:
        return {"valid_to": step.valid_to}
    return {**step.after._asdict(), "valid_to": step.valid_to}


def _row(step: ContactStep) -> dict[str, object]:
    unit_id, role, address = step.key
    return {
        **step.after._asdict(),
        "unit_id": unit_id,
        "role": role,
        "address": address,
        "valid_from": step.valid_from,
        "valid_to": step.valid_to,
    }
