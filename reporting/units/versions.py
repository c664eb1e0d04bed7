"""What a row of a file changes about a unit's versions: nothing, a new unit, a new version, or an end.

A version that began before the change is closed on its day and followed by a new one; one that began on that
very day is corrected in place. What is known of later days is never overtaken: such a change is refused.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Executable, insert, select, update
from sqlmodel import Session, col

from models.change_watch import names_changed
from models.errors import InvalidInput
from models.file_faults import FilePlace
from models.unit import Contact, Succession, Unit, UnitVersion
from models.validity import is_valid, sql_is_valid
from reporting.audit.log import record
from reporting.units.faults import UnitFault
from reporting.units.hierarchy import join_groups, split_groups, successions
from reporting.units.rows import UnitRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Description:
    """What holds of a unit for a time. `superior` is a code."""

    name: str
    level: str
    kind: str
    groups: frozenset[str]
    superior: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitState:
    """A stored version: in force from `valid_from` until before `valid_to`."""

    id: int
    unit_id: int
    valid_from: date
    valid_to: date | None
    description: Description


@dataclass(frozen=True, kw_only=True, slots=True)
class VersionStep:
    """One unit's change: `before` is the version in force or one that ended that day, `after` what holds from
    `valid_from`."""

    code: str
    before: UnitState | None
    after: Description
    valid_from: date
    valid_to: date | None

    @property
    def in_place(self) -> bool:
        """Whether the stored version is corrected: it begins that day, or only its end changes."""
        return self.before is not None and (
            self.before.valid_from == self.valid_from or self.before.description == self.after
        )

    @property
    def is_back(self) -> bool:
        """Whether the unit had ended on that very day, and has not after all."""
        return self.before is not None and self.before.valid_to == self.valid_from


@dataclass(frozen=True, kw_only=True, slots=True)
class Ending:
    """A unit that exists no longer from the day `on`."""

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
    """The version that ended on that very day: what comes back then was never away."""
    return next((version for version in reversed(versions) if version.valid_to == day), None)


def step_for(
    row: UnitRow, superior: str | None, as_of: date, versions: Sequence[UnitState]
) -> VersionStep | None:
    """What the row changes; None is nothing. Raises `InvalidInput` where it would change what comes later."""
    day = row.valid_from or as_of
    before = in_force(versions, day)
    kept_end = before.valid_to if before else None
    step = VersionStep(
        code=row.code,
        before=before or ended_on(versions, day),
        after=_described(row, superior),
        valid_from=day,
        valid_to=row.valid_to or kept_end,
    )
    if before and before.description == step.after and before.valid_to == step.valid_to:
        return None
    refuse_overtaking(row.where, row.code, day, versions)
    if row.valid_to and row.valid_to <= day:
        problem = UnitFault.ENDS_EARLY(who=row.code, end=row.valid_to, day=day)
        raise InvalidInput(FilePlace.COLUMN(where=row.where, column="valid_to", problem=problem))
    return step


def refuse_overtaking(where: str, code: str, day: date, versions: Sequence[UnitState]) -> None:
    """Raises `InvalidInput` where the unit has a version that begins after `day`."""
    later = next((version for version in versions if version.valid_from > day), None)
    if later:
        problem = UnitFault.OVERTAKES(code=code, later=later.valid_from, day=day)
        raise InvalidInput(FilePlace.COLUMN(where=where, column="code", problem=problem))


def _described(row: UnitRow, superior: str | None) -> Description:
    return Description(name=row.name, level=row.level, kind=row.kind, groups=row.groups, superior=superior)


CHUNK = 500
"""Ids named in one statement."""


def write_units(
    session: Session, steps: Sequence[VersionStep], ends: Sequence[Ending], now: datetime
) -> None:
    """Store the new versions, and end what they or the endings put an end to."""
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
    """Store who takes over from whom, by codes; gives the units of which it was not known."""
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


def _execute(session: Session, statement: Executable, rows: list[dict[str, Any]]) -> None:
    if rows:
        session.execute(statement, rows)


def _closed(steps: Iterable[VersionStep], ends: Iterable[Ending]) -> list[dict[str, Any]]:
    replaced = [
        {"id": step.before.id, "valid_to": step.valid_from}
        for step in steps
        if step.before and not step.in_place
    ]
    return replaced + [{"id": end.version.id, "valid_to": end.on} for end in ends]


def _corrected(steps: Iterable[VersionStep], ids: dict[str, int]) -> list[dict[str, Any]]:
    return [
        _row(step, ids) | {"id": step.before.id, "valid_from": step.before.valid_from}
        for step in steps
        if step.before and step.in_place
    ]


def _row(step: VersionStep, ids: dict[str, int]) -> dict[str, Any]:
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
    """Nobody is told on behalf of a unit that exists no longer."""
    for start in range(0, len(ends), CHUNK):
        chunk = ends[start : start + CHUNK]
        on = chunk[0].on
        session.execute(
            update(Contact)
            .where(col(Contact.unit_id).in_([end.version.unit_id for end in chunk]))
            .where(sql_is_valid(Contact, on))
            .values(valid_to=on)
            .execution_options(synchronize_session=False)
        )


def _return_contacts(session: Session, steps: Sequence[VersionStep]) -> None:
    """The contacts that ended with a unit come back with it where its end is taken back."""
    back = [step.before for step in steps if step.before is not None and step.is_back]
    for start in range(0, len(back), CHUNK):
        for day, units in _by_end(back[start : start + CHUNK]).items():
            session.execute(
                update(Contact)
                .where(col(Contact.unit_id).in_(units), col(Contact.valid_to) == day)
                .values(valid_to=None)
                .execution_options(synchronize_session=False)
            )


def _by_end(versions: Iterable[UnitState]) -> dict[date | None, list[int]]:
    found: dict[date | None, list[int]] = defaultdict(list)
    for version in versions:
        found[version.valid_to].append(version.unit_id)
    return found


def audit_units(
    session: Session, steps: Iterable[VersionStep], ends: Iterable[Ending], now: datetime, actor: str
) -> None:
    """One entry for each unit that was there before."""
    for step in steps:
        if step.before is not None:
            old = _facts(step.before.description) | {"valid_to": step.before.valid_to}
            new = _facts(step.after) | {"valid_to": step.valid_to}
            before = {name: value for name, value in old.items() if value != new[name]}
            after = {"from": step.valid_from} | {name: new[name] for name in before}
            record(session, now, actor, "change", "unit", step.before.unit_id, before, after)
    for end in ends:
        before = {"valid_to": end.version.valid_to}
        record(session, now, actor, "end", "unit", end.version.unit_id, before, {"valid_to": end.on})


def _facts(description: Description) -> dict[str, Any]:
    return {
        "name": description.name,
        "level": description.level,
        "kind": description.kind,
        "groups": sorted(description.groups),
        "superior": description.superior,
    }
