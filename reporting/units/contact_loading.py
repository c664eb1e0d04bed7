"""Loading contacts: like units, all or nothing, and twice is the same as once.

One person in one role of one unit is known by their address. A new name or language from a later day closes
what was and begins anew; on the same day it is a correction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlmodel import Session, col

from models.errors import InputErrors, InvalidInput, NotFound
from models.file_faults import FilePlace
from models.unit import Contact
from models.validity import is_valid
from reporting.audit.log import record
from reporting.units.contact_rows import ContactRow, held
from reporting.units.faults import UnitFault
from reporting.units.hierarchy import Hierarchy, hierarchy


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """A stored contact."""

    id: int
    unit_id: int
    role: str
    address: str
    name: str
    language: str
    valid_from: date
    valid_to: date | None

    @property
    def key(self) -> tuple[int, str, str]:
        return self.unit_id, self.role, self.address


@dataclass(kw_only=True)
class ContactChanges:
    """How many contacts a load touched."""

    added: int = 0
    changed: int = 0
    ended: int = 0
    unchanged: int = 0

    @property
    def any(self) -> bool:
        return bool(self.added or self.changed or self.ended)


@dataclass(kw_only=True)
class ContactLoadPlan:
    """What is to be stored: new rows, and new values of rows that are there."""

    fresh: list[dict[str, Any]] = field(default_factory=list)
    updates: list[tuple[Known, dict[str, Any]]] = field(default_factory=list)
    changes: ContactChanges = field(default_factory=ContactChanges)
    seen: set[int] = field(default_factory=set)

    def take(self, before: Known | None, wanted: dict[str, Any]) -> None:
        """Add what leads from `before` to `wanted`."""
        if before is None:
            self.changes.added += 1
            self.fresh.append(wanted)
            return
        self.seen.add(before.id)
        end = wanted["valid_to"] or (before.valid_to if is_valid(before, wanted["valid_from"]) else None)
        new = {"name": wanted["name"], "language": wanted["language"]}
        if (before.name, before.language) == tuple(new.values()):
            self._end_only(before, end)
            return
        self.changes.changed += 1
        if before.valid_from == wanted["valid_from"]:
            self.updates.append((before, new | {"valid_to": end}))
            return
        self.updates.append((before, {"valid_to": wanted["valid_from"]}))
        self.fresh.append(wanted | {"valid_to": end})

    def _end_only(self, before: Known, end: date | None) -> None:
        if end == before.valid_to:
            self.changes.unchanged += 1
            return
        self.changes.changed += 1
        self.updates.append((before, {"valid_to": end}))

    def drop(self, known: Known, on: date) -> None:
        self.changes.ended += 1
        self.updates.append((known, {"valid_to": on}))


def load_contacts(
    session: Session,
    rows: Sequence[ContactRow],
    as_of: date,
    now: datetime,
    actor: str,
    *,
    replace: bool = False,
) -> ContactChanges:
    """Take over contacts. `replace` ends, on `as_of`, those of the named units that the rows no longer have.

    Raises `InputErrors` with every error, and then has changed nothing.
    """
    if not rows:
        return ContactChanges()
    plan = ContactLoadPlan()
    errors: list[str] = []
    stored = _stored(session)
    units: dict[date, Hierarchy] = {}
    for row in rows:
        try:
            wanted = _wanted(session, row, as_of, units)
            plan.take(_before(row, wanted, stored), wanted)
        except (InvalidInput, NotFound) as error:
            errors.append(error.reason)
    if errors:
        raise InputErrors(errors)
    if replace:
        _drop_others(plan, stored, {row.unit for row in rows}, units[as_of], as_of)
    _write(session, plan, now, actor)
    return plan.changes


def _stored(session: Session) -> dict[tuple[int, str, str], list[Known]]:
    columns = Contact.__table__.columns  # type: ignore[attr-defined]
    chosen = [columns[name] for name in Known.__dataclass_fields__]
    found = defaultdict(list)
    for row in session.execute(select(*chosen).order_by(columns.valid_from)):
        contact = Known(**row._mapping)
        found[contact.key].append(contact)
    return found


def _wanted(session: Session, row: ContactRow, as_of: date, units: dict[date, Hierarchy]) -> dict[str, Any]:
    """The row as it would be stored."""
    day = row.valid_from or as_of
    if row.valid_to and row.valid_to <= day:
        problem = UnitFault.ENDS_EARLY(who=row.address, end=row.valid_to, day=day)
        raise InvalidInput(FilePlace.COLUMN(where=row.where, column="valid_to", problem=problem))
    for each in {as_of, max(day, as_of)} - units.keys():
        units[each] = hierarchy(session, each)
    try:
        unit = units[max(day, as_of)].unit(row.unit)
    except NotFound as error:
        raise NotFound(FilePlace.COLUMN(where=row.where, column="unit", problem=error.reason)) from error
    return {
        "unit_id": unit.id,
        "name": row.name,
        "role": row.role,
        "address": row.address,
        "language": row.language,
        "valid_from": day,
        "valid_to": row.valid_to,
    }


def _before(
    row: ContactRow, wanted: dict[str, Any], stored: dict[tuple[int, str, str], list[Known]]
) -> Known | None:
    """The stored contact that the row speaks of. Raises `InvalidInput` where it runs into a later one."""
    same = stored.get((wanted["unit_id"], wanted["role"], wanted["address"]), [])
    day = wanted["valid_from"]
    before = next((known for known in same if is_valid(known, day) or known.valid_from == day), None)
    later = next((known for known in same if known.valid_from > day), None)
    if before is None and later and (row.valid_to is None or row.valid_to > later.valid_from):
        problem = UnitFault.CONTACT_OVERTAKES(later=later.valid_from, **held(row))
        raise InvalidInput(FilePlace.COLUMN(where=row.where, column="address", problem=problem))
    return before


def _drop_others(
    plan: ContactLoadPlan,
    stored: dict[tuple[int, str, str], list[Known]],
    codes: set[str],
    units: Hierarchy,
    as_of: date,
) -> None:
    ids = {units.by_code[code].id for code in codes if code in units}
    for known in (each for same in stored.values() for each in same):
        if known.unit_id in ids and known.id not in plan.seen and is_valid(known, as_of):
            plan.drop(known, as_of)


def _write(session: Session, plan: ContactLoadPlan, now: datetime, actor: str) -> None:
    for known, values in plan.updates:
        session.execute(update(Contact).where(col(Contact.id) == known.id).values(**values))
        before = {name: getattr(known, name) for name in values}
        record(session, now, actor, "change", "contact", known.id, before, values)
    if plan.fresh:
        session.execute(insert(Contact), plan.fresh)
    session.expire_all()
