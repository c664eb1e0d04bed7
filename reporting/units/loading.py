"""Loading units and contacts, from files or for one unit: all or nothing, and idempotent.

A changed unit gets a new version from the day of loading, so the past stays as it was. Units that a file no
longer has are kept, unless the load replaces what was there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as changed
from datetime import date, datetime
from typing import TypedDict, Unpack

from sqlmodel import Session

from calendars.errors import Fault
from models.errors import InputErrors, InvalidInput
from models.file_faults import FilePlace, cell_fault
from reporting.audit.log import record
from reporting.units.checks import Twins, check_from, waiting_at
from reporting.units.contact_loading import ContactChanges, load_contacts
from reporting.units.faults import UnitFault, refused
from reporting.units.files import UnitInput
from reporting.units.hierarchy import bump_units_revision, hierarchy
from reporting.units.office import OfficeChange, load_offices
from reporting.units.official_lists import ADMINISTRATIVE_KINDS
from reporting.units.rows import UnitRow
from reporting.units.versions import (
    Ending,
    History,
    VersionStep,
    audit_units,
    ended_on,
    in_force,
    read_history,
    refuse_overtaking,
    step_for,
    write_successions,
    write_units,
)

CONTACT_COUNTS = ("added", "changed", "ended", "unchanged")


@dataclass(kw_only=True)
class UnitChanges:
    """What a load changed, as unit codes. A unit can be both renamed and moved; `kept` are those no file has,
    `succeeded` those from which another takes over; `waiting` is the number of reports that wait for a review
    at ended units; `offices` are those with another address."""

    added: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    unchanged: int = 0
    kept: list[str] = field(default_factory=list)
    succeeded: list[str] = field(default_factory=list)
    waiting: int = 0
    offices: list[OfficeChange] = field(default_factory=list)
    contacts: ContactChanges = field(default_factory=ContactChanges)

    @property
    def any(self) -> bool:
        """Whether anything is different now."""
        return self.any_unit or bool(self.offices) or self.contacts.any

    @property
    def any_unit(self) -> bool:
        return any((self.added, self.renamed, self.moved, self.changed, self.ended, self.succeeded))

    def counts(self) -> dict[str, int]:
        """The number of each, for the audit and the command line."""
        names = ("added", "renamed", "moved", "changed", "ended", "kept")
        return {
            **{f"units_{name}": len(getattr(self, name)) for name in names},
            "units_unchanged": self.unchanged,
            "units_succeeded": len(self.succeeded),
            "office_addresses": len(self.offices),
            "reports_waiting": self.waiting,
            **{f"contacts_{name}": getattr(self.contacts, name) for name in CONTACT_COUNTS},
        }


def load_units(
    session: Session,
    rows: UnitInput,
    as_of: date,
    now: datetime,
    actor: str,
    *,
    under: str | None = None,
    replace: bool = False,
) -> UnitChanges:
    """Load the files' units and contacts, valid from the day `as_of`.

    `under` is the code of a unit below which the files' top units come. `replace` ends, on that day, what the
    files no longer have. Raises `InputErrors` with every error, and then has changed nothing.
    """
    history = read_history(session)
    gone = _gone(session, rows, as_of, under)
    steps = _steps(rows, as_of, under, history, frozenset(gone if replace else ()))
    ends = _ends(gone, as_of, history) if replace else []
    changes = _summary(steps, len(rows.units), ends, [] if replace else gone)
    with session.begin_nested():
        write_units(session, steps, ends, now)
        changes.succeeded = write_successions(session, {row.code: row.succeeds for row in rows.units})
        changes.waiting = waiting_at(session, changes.ended)
        if changes.any_unit:
            _check(session, rows, steps, as_of)
        changes.offices = load_offices(session, rows.offices, now, actor)
        changes.contacts = load_contacts(session, rows.contacts, as_of, now, actor, replace=replace)
        if changes.any:
            audit_units(session, steps, ends, now, actor)
            _audit_load(session, rows, changes, as_of, now, actor)
    return changes


def _check(session: Session, rows: UnitInput, steps: Sequence[VersionStep], as_of: date) -> None:
    first = min([as_of, *(step.valid_from for step in steps)])
    errors = check_from(session, first, {row.code: row.where for row in rows.units})
    if errors:
        raise InputErrors(errors)


def _audit_load(
    session: Session, rows: UnitInput, changes: UnitChanges, as_of: date, now: datetime, actor: str
) -> None:
    """One entry for the load as a whole; it names the units added, so that they need none each."""
    revision = bump_units_revision(session)
    after = {"as_of": as_of, "files": list(rows.files), "added": changes.added, **changes.counts()}
    record(session, now, actor, "load", "units", revision, after=after)
    session.flush()


def _steps(
    rows: UnitInput, as_of: date, under: str | None, history: History, ending: Collection[str]
) -> list[VersionStep]:
    twins = Twins(rows.units, history, ending)
    found: list[VersionStep] = []
    errors: list[str] = []
    if under is not None and in_force(history.get(under, ()), as_of) is None:
        raise InputErrors([FilePlace.VALUE(field="--under", problem=_unknown_under(under, as_of, twins))])
    known = {row.code for row in rows.units} | history.keys()
    for row in rows.units:
        errors += _refuse_unknown_former(row, known)
        superior = row.superior or (under if row.code != under else None)
        if superior is None and not rows.exact:
            superior = _kept_superior(row, as_of, history)
        try:
            twins.refuse(row, as_of)
            if superior == row.code:
                raise refused(row.where, "superior", UnitFault.OWN_SUPERIOR(code=row.code))
            if superior is not None and superior not in known:
                raise refused(row.where, "superior", _unknown_superior(superior, twins))
            step = step_for(row, superior, as_of, history.get(row.code, ()))
        except InvalidInput as error:
            errors.append(error.reason)
            continue
        if step:
            found.append(step)
    if errors:
        raise InputErrors(errors)
    return found


def _unknown_under(under: str, as_of: date, twins: Twins) -> Fault:
    meant = twins.meant(under)
    if meant is None:
        return UnitFault.UNDER(code=under, day=as_of)
    return UnitFault.SUPERIOR_NEAR(code=under, known=meant[0], name=meant[1])


def _kept_superior(row: UnitRow, as_of: date, history: History) -> str | None:
    versions, day = history.get(row.code, ()), row.valid_from or as_of
    version = in_force(versions, day) or ended_on(versions, day)
    return version.description.superior if version else None


def _unknown_superior(superior: str, twins: Twins) -> Fault:
    meant = twins.meant(superior)
    if meant is None:
        return UnitFault.NO_SUCH_SUPERIOR(code=superior)
    return UnitFault.SUPERIOR_NEAR(code=superior, known=meant[0], name=meant[1])


def _refuse_unknown_former(row: UnitRow, known: set[str]) -> list[str]:
    problems = [UnitFault.NO_SUCH_SUPERIOR(code=code) for code in sorted(row.succeeds - known)]
    if row.code in row.succeeds:
        problems.append(UnitFault.OWN_SUCCESSOR(code=row.code))
    return [cell_fault(row.where, "succeeds", each) for each in problems]


def _gone(session: Session, rows: UnitInput, as_of: date, under: str | None) -> list[str]:
    """Units that the files could speak of and do not.

    For an official list these are the administrative units (in the branch of `under`, if given); for our own
    file the branches of its top units. Departments of a province are in no official list and stay.
    """
    known = hierarchy(session, as_of)
    if under is not None and under not in known:
        return []
    codes = {row.code for row in rows.units}
    if rows.official:
        within = known.unit(under) if under else None
        pool = known.select(kinds=ADMINISTRATIVE_KINDS, within=within)
    else:
        tops = [row.code for row in rows.units if row.superior not in codes and row.code in known]
        pool = [unit for top in tops for unit in known.branch(known.unit(top))]
    return sorted({unit.code for unit in pool} - codes - {under or ""})


def _ends(gone: Iterable[str], as_of: date, history: History) -> list[Ending]:
    found = []
    for code in gone:
        refuse_overtaking(FilePlace.UNIT(code=code), code, as_of, history[code])
        version = in_force(history[code], as_of)
        if version is not None:
            found.append(Ending(code=code, version=version, on=as_of))
    return found


def _summary(steps: Sequence[VersionStep], rows: int, ends: list[Ending], kept: list[str]) -> UnitChanges:
    changes = UnitChanges(unchanged=rows - len(steps), kept=kept, ended=[end.code for end in ends])
    for step in steps:
        if step.before is None or step.is_back:
            changes.added.append(step.code)
            continue
        old, new = step.before.description, step.after
        if old.name != new.name:
            changes.renamed.append(step.code)
        if old.superior != new.superior:
            changes.moved.append(step.code)
        if (old.level, old.kind, old.groups) != (new.level, new.kind, new.groups):
            changes.changed.append(step.code)
        if step.before.valid_to != step.valid_to:
            changes.ended.append(step.code)
    return changes


class UnitValues(TypedDict, total=False):
    """New values of a unit; `superior` is a code, None for the top. Omitted values stay."""

    name: str
    level: str
    kind: str
    groups: frozenset[str]
    superior: str | None


def change_unit(
    session: Session, code: str, on: date, now: datetime, actor: str, **changes: Unpack[UnitValues]
) -> UnitChanges:
    """Change a unit from the day `on`, by the same rules as a file. Raises `NotFound` or `InputErrors`."""
    known = hierarchy(session, on)
    unit = known.unit(code)
    superior = known.superior(unit)
    row = UnitRow(
        where=FilePlace.UNIT(code=code),
        code=code,
        name=unit.name,
        level=unit.level,
        kind=unit.kind,
        groups=unit.groups,
        superior=superior.code if superior else None,
    )
    return load_units(session, UnitInput(units=(changed(row, **changes),), exact=True), on, now, actor)
