"""What a row of a file changes about a unit's versions: nothing, a new unit, a new version, or an end.

A version that began before the change is closed on its day and followed by a new one; one that began on that
very day is corrected in place (`Step`, shared with contacts). A change before a known later one is refused.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Generic, Protocol, TypeVar

from sqlalchemy import ColumnElement, Executable, insert, select, update
from sqlmodel import Session, col

from models.database import chunks
from models.unit import Contact, Succession, Unit, UnitVersion
from models.validity import Valid, is_valid, sql_is_valid
from models.visible_changes import names_changed
from reporting.audit.log import Changed, record_all
from reporting.units.faults import UnitFault, refused
from reporting.units.hierarchy import join_groups, split_groups, successions
from reporting.units.rows import UnitRow


class Stored(Valid, Protocol):
    """A stored version of a unit or a contact."""

    @property
    def description(self) -> object: ...


V = TypeVar("V", bound=Stored)
D = TypeVar("D")


@dataclass(frozen=True, kw_only=True)
class Step(Generic[V, D]):
    """One change: `after` is valid from `valid_from` until before `valid_to`; `before` is the version that it
    replaces, corrects or continues."""

    before: V | None
    after: D
    valid_from: date
    valid_to: date | None

    @property
    def is_nothing(self) -> bool:
        """Whether the stored version says all of it already."""
        before = self.before
        return before is not None and before.description == self.after and before.valid_to == self.valid_to

    @property
    def in_place(self) -> bool:
        """Whether the stored version is corrected: it begins that day, or only its end changes."""
        return self.before is not None and (
            self.before.valid_from == self.valid_from or self.before.description == self.after
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Description:
    """The versioned values of a unit. `superior` is a code."""

    name: str
    level: str
    kind: str
    groups: frozenset[str]
    superior: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitState:
    """A stored version of a unit, in force from `valid_from` until before `valid_to`."""

    id: int
    unit_id: int
    valid_from: date
    valid_to: date | None
    description: Description


@dataclass(frozen=True, kw_only=True)
class VersionStep(Step[UnitState, Description]):
    """One unit's change; `before` is the version in force, or the one that ended on that day."""

    code: str

    @property
    def is_back(self) -> bool:
        """Whether the unit had ended on that very day: the end is taken back."""
        return self.before is not None and self.before.valid_to == self.valid_from


@dataclass(frozen=True, kw_only=True, slots=True)
class Ending:
    """The end of a unit on the day `on`, exclusive."""

    code: str
    version: UnitState
    on: date


History = dict[str, list[UnitState]]


def read_history(session: Session) -> History:
    """All versions of all units by code, oldest first."""
    codes = {row.id: row.code for row in session.execute(select(col(Unit.id), col(Unit.code)))}
    found: History = defaultdict(list)
    columns = UnitVersion.__table__.columns  # type: ignore[attr-defined]
    for row in session.execute(select(*columns).order_by(columns.valid_from)):
        found[codes[row.unit_id]].append(
            UnitState(
                id=row.id,
                unit_id=row.unit_id,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
                description=Description(
                    name=row.name,
                    level=row.level,
                    kind=row.kind,
                    groups=split_groups(row.groups),
                    superior=codes.get(row.superior_id),
                ),
            )
        )
    return found


def in_force(versions: Sequence[UnitState], day: date) -> UnitState | None:
    return next((version for version in versions if is_valid(version, day)), None)


def ended_on(versions: Sequence[UnitState], day: date) -> UnitState | None:
    """The version that ended on that very day: a unit that comes back then was never away."""
    return next((version for version in reversed(versions) if version.valid_to == day), None)


def step_for(
    row: UnitRow, superior: str | None, as_of: date, versions: Sequence[UnitState]
) -> VersionStep | None:
    """The change that the row makes, None for none. Raises `InvalidInput` before a known later change."""
    day = row.valid_from or as_of
    before = in_force(versions, day)
    step = VersionStep(
        code=row.code,
        before=before or ended_on(versions, day),
        after=Description(
            name=row.name, level=row.level, kind=row.kind, groups=row.groups, superior=superior
        ),
        valid_from=day,
        valid_to=row.valid_to or (before.valid_to if before else None),
    )
    if before and step.is_nothing:
        return None
    refuse_overtaking(row.where, row.code, day, versions)
    if row.valid_to and row.valid_to <= day:
        problem = UnitFault.ENDS_EARLY(who=row.code, end=row.valid_to, day=day)
        raise refused(row.where, "valid_to", problem)
    return step


def refuse_overtaking(where: str, code: str, day: date, versions: Sequence[UnitState]) -> None:
    """Raises `InvalidInput` where the unit has a version that begins after `day`."""
    later = next((version for version in versions if version.valid_from > day), None)
    if later:
        problem = UnitFault.OVERTAKES(code=code, later=later.valid_from, day=day)
        raise refused(where, "code", problem)


def write_units(
    session: Session, steps: Sequence[VersionStep], ends: Sequence[Ending], now: datetime
) -> None:
    """Store new and corrected versions, and the ends of units with those of their contacts."""
    ids = _ids(session)
    new = [{"code": step.code, "created_at": now} for step in steps if step.code not in ids]
    if new:
        _execute(session, insert(Unit), new)
        ids = _ids(session)
    _execute(session, update(UnitVersion), _closed(steps, ends))
    _execute(session, update(UnitVersion), _corrected(steps, ids))
    _execute(session, insert(UnitVersion), [_row(step, ids) for step in steps if not step.in_place])
    _end_contacts(session, ends)
    _return_contacts(session, steps)
    _show_new_names(session, steps, now)
    session.expire_all()


def write_successions(session: Session, succeeds: Mapping[str, Collection[str]]) -> list[str]:
    """Store who takes over from whom, by codes; returns the units of which this is new."""
    if not any(succeeds.values()):
        return []
    ids, known = _ids(session), {(each.unit_id, each.successor_id) for each in successions(session)}
    pairs = [(former, code) for code, formers in succeeds.items() for former in sorted(formers)]
    new = [(former, code) for former, code in pairs if (ids[former], ids[code]) not in known]
    session.add_all(Succession(unit_id=ids[former], successor_id=ids[code]) for former, code in new)
    session.flush()
    return [former for former, _ in new]


def _show_new_names(session: Session, steps: Sequence[VersionStep], now: datetime) -> None:
    renamed = [
        (step, step.before)
        for step in steps
        if step.before and step.before.description.name != step.after.name
    ]
    corrected = [before.id for step, before in renamed if step.in_place]
    names_changed(session, now, corrected, [(before.unit_id, step.valid_from) for step, before in renamed])


def _ids(session: Session) -> dict[str, int]:
    rows = session.execute(select(col(Unit.code), col(Unit.id)))
    return {row.code: row.id for row in rows}


def _execute(session: Session, statement: Executable, rows: list[dict[str, object]]) -> None:
    if rows:
        session.execute(statement, rows)


def _closed(steps: Iterable[VersionStep], ends: Iterable[Ending]) -> list[dict[str, object]]:
    replaced = [
        {"id": step.before.id, "valid_to": step.valid_from}
        for step in steps
        if step.before and not step.in_place
    ]
    return replaced + [{"id": end.version.id, "valid_to": end.on} for end in ends]


def _corrected(steps: Iterable[VersionStep], ids: dict[str, int]) -> list[dict[str, object]]:
    return [
        _row(step, ids) | {"id": step.before.id, "valid_from": step.before.valid_from}
        for step in steps
        if step.before and step.in_place
    ]


def _row(step: VersionStep, ids: dict[str, int]) -> dict[str, object]:
    after = step.after
    return {
        "unit_id": ids[step.code],
        "valid_from": step.valid_from,
        "valid_to": step.valid_to,
        "name": after.name,
        "level": after.level,
        "kind": after.kind,
        "groups": join_groups(after.groups),
        "superior_id": ids[after.superior] if after.superior else None,
    }


def _end_contacts(session: Session, ends: Sequence[Ending]) -> None:
    """End the contacts of the ended units."""
    for on in {end.on for end in ends}:
        units = [end.version.unit_id for end in ends if end.on == on]
        _set_contacts_end(session, units, sql_is_valid(Contact, on), on)


def _return_contacts(session: Session, steps: Sequence[VersionStep]) -> None:
    """Take back the end of contacts that ended together with a unit that is back."""
    back: dict[date, list[int]] = defaultdict(list)
    for step in steps:
        if step.before is not None and step.is_back:
            back[step.valid_from].append(step.before.unit_id)
    for day, units in back.items():
        _set_contacts_end(session, units, col(Contact.valid_to) == day, None)


def _set_contacts_end(
    session: Session, unit_ids: Iterable[int], which: ColumnElement[bool], end: date | None
) -> None:
    for some in chunks(unit_ids):
        session.execute(
            update(Contact)
            .where(col(Contact.unit_id).in_(some), which)
            .values(valid_to=end)
            .execution_options(synchronize_session=False)
        )


def audit_units(
    session: Session, steps: Iterable[VersionStep], ends: Iterable[Ending], now: datetime, actor: str
) -> None:
    """Write one audit entry for each known unit that changes or ends."""
    changed: list[Changed] = []
    for step in steps:
        if step.before is not None:
            old = _facts(step.before.description) | {"valid_to": step.before.valid_to}
            new = _facts(step.after) | {"valid_to": step.valid_to}
            before = {name: value for name, value in old.items() if value != new[name]}
            after = {"from": step.valid_from} | {name: new[name] for name in before}
            changed.append((step.before.unit_id, before, after))
    record_all(session, now, actor, "change", "unit", changed)
    ended: list[Changed] = [
        (end.version.unit_id, {"valid_to": end.version.valid_to}, {"valid_to": end.on}) for end in ends
    ]
    record_all(session, now, actor, "end", "unit", ended)


def _facts(description: Description) -> dict[str, object]:
    return asdict(description) | {"groups": sorted(description.groups)}
