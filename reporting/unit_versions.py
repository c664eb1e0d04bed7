"""What a row of a file changes about a unit's versions: nothing, a new unit, a new version, or an end.

A version that began before the change is closed on its day and followed by a new one; one that began on that
very day is corrected in place. What is known of later days is never overtaken: such a change is refused.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from models.errors import InvalidInput
from models.file_faults import Place
from models.unit import Unit, UnitVersion
from reporting.unit_faults import UnitFault
from reporting.unit_rows import UnitRow
from reporting.units import split_groups


@dataclass(frozen=True, kw_only=True, slots=True)
class Description:
    """What holds of a unit for a time. `superior` is a code."""

    name: str
    level: str
    kind: str
    groups: frozenset[str]
    superior: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    """A stored version: in force from `valid_from` until before `valid_to`."""

    id: int
    unit_id: int
    valid_from: date
    valid_to: date | None
    description: Description

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One unit's change: `before` is the version in force or one that ended that day, `after` what holds from
    `valid_from`."""

    code: str
    before: Version | None
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
    version: Version
    on: date


History = dict[str, list[Version]]


def read_history(session: Session) -> History:
    """All versions of all units by code, oldest first."""
    codes = {row.id: row.code for row in session.execute(select(col(Unit.id), col(Unit.code)))}
    found: History = defaultdict(list)
    columns = UnitVersion.__table__.columns  # type: ignore[attr-defined]
    for row in session.execute(select(*columns).order_by(columns.valid_from)):
        found[codes[row.unit_id]].append(
            Version(
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


def in_force(versions: Sequence[Version], day: date) -> Version | None:
    return next((version for version in versions if version.holds_on(day)), None)


def ended_on(versions: Sequence[Version], day: date) -> Version | None:
    """The version that ended on that very day: what comes back then was never away."""
    return next((version for version in reversed(versions) if version.valid_to == day), None)


def step_for(row: UnitRow, superior: str | None, as_of: date, versions: Sequence[Version]) -> Step | None:
    """What the row changes; None is nothing. Raises `InvalidInput` where it would change what comes later."""
    day = row.valid_from or as_of
    before = in_force(versions, day)
    kept_end = before.valid_to if before else None
    step = Step(
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
        raise InvalidInput(Place.COLUMN(where=row.where, column="valid_to", problem=problem))
    return step


def refuse_overtaking(where: str, code: str, day: date, versions: Sequence[Version]) -> None:
    """Raises `InvalidInput` where the unit has a version that begins after `day`."""
    later = next((version for version in versions if version.valid_from > day), None)
    if later:
        problem = UnitFault.OVERTAKES(code=code, later=later.valid_from, day=day)
        raise InvalidInput(Place.COLUMN(where=where, column="code", problem=problem))


def _described(row: UnitRow, superior: str | None) -> Description:
    return Description(name=row.name, level=row.level, kind=row.kind, groups=row.groups, superior=superior)
