"""Storing changes of units, set by set, so that a national list takes seconds; and their audit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Executable, insert, or_, select, update
from sqlmodel import Session, col

from models.contact import Contact
from models.unit import Succession, Unit, UnitVersion
from reporting.auditing import record
from reporting.unit_versions import Description, Ending, Step, Version
from reporting.units import join_groups, successions
from reporting.visible_changes import names_changed

CHUNK = 500
"""Ids named in one statement."""


def write_units(session: Session, steps: Sequence[Step], ends: Sequence[Ending], now: datetime) -> None:
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


def _show_new_names(session: Session, steps: Sequence[Step], now: datetime) -> None:
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


def _closed(steps: Iterable[Step], ends: Iterable[Ending]) -> list[dict[str, Any]]:
    replaced = [
        {"id": step.before.id, "valid_to": step.valid_from}
        for step in steps
        if step.before and not step.in_place
    ]
    return replaced + [{"id": end.version.id, "valid_to": end.on} for end in ends]


def _corrected(steps: Iterable[Step], ids: dict[str, int]) -> list[dict[str, Any]]:
    return [
        _row(step, ids) | {"id": step.before.id, "valid_from": step.before.valid_from}
        for step in steps
        if step.before and step.in_place
    ]


def _row(step: Step, ids: dict[str, int]) -> dict[str, Any]:
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
    valid_to = col(Contact.valid_to)
    for start in range(0, len(ends), CHUNK):
        chunk = ends[start : start + CHUNK]
        on = chunk[0].on
        session.execute(
            update(Contact)
            .where(col(Contact.unit_id).in_([end.version.unit_id for end in chunk]))
            .where(col(Contact.valid_from) <= on, or_(valid_to.is_(None), valid_to > on))
            .values(valid_to=on)
            .execution_options(synchronize_session=False)
        )


def _return_contacts(session: Session, steps: Sequence[Step]) -> None:
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


def _by_end(versions: Iterable[Version]) -> dict[date | None, list[int]]:
    found: dict[date | None, list[int]] = defaultdict(list)
    for version in versions:
        found[version.valid_to].append(version.unit_id)
    return found


def audit_units(
    session: Session, steps: Iterable[Step], ends: Iterable[Ending], now: datetime, actor: str
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
