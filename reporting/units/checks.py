"""Whether the hierarchy stands on a day: every superior is there, nobody is above their superior, no circles.

It is checked on the stored units themselves after a change and before it becomes final, on every day on which
it could fail: the day of the change and the later days on which something begins or ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import func, or_, select
from sqlmodel import Session, col

from calendars.errors import Fault
from models.file_faults import FilePlace
from models.obligation import Obligation
from models.unit import Unit, UnitVersion
from models.vocabulary import Level, Lifecycle, say
from reporting.unit_names import names
from reporting.units.faults import UnitFault
from reporting.units.hierarchy import Hierarchy, UnitAsOf, hierarchy


def waiting_at(session: Session, codes: Iterable[str]) -> int:
    """How many reports wait for the review of these units."""
    units = select(col(Unit.id)).where(col(Unit.code).in_(sorted(codes)))
    seated = or_(col(Obligation.recipient_id).in_(units), col(Obligation.gatherer_id).in_(units))
    query = select(func.count()).select_from(Obligation)
    return session.scalar(query.where(col(Obligation.state) == Lifecycle.SUBMITTED.value, seated)) or 0


RANK = {level.value: rank for rank, level in enumerate(Level)}
"""From the grassroots up to the centre."""


def check_from(session: Session, first: date, places: Mapping[str, str]) -> list[str]:
    """Errors on the day `first` and all later ones; `places` says where in a file a code stands."""
    columns = (col(UnitVersion.valid_from), col(UnitVersion.valid_to))
    rows = session.execute(select(*columns).where(or_(*(column > first for column in columns))).distinct())
    days = {first} | {day for row in rows for day in row if day is not None and day > first}
    errors: dict[str, None] = {}
    for day in sorted(days):
        errors |= dict.fromkeys(check(hierarchy(session, day), places, session))
    return list(errors)


def check(units: Hierarchy, places: Mapping[str, str], session: Session) -> list[str]:
    """Errors of the hierarchy of one day."""
    found: list[str] = [_at(each[0], places, "superior", _round(each)) for each in circles(units)]
    for unit in units.by_id.values():
        superior = units.superior(unit)
        if unit.superior_id is not None and superior is None:
            found.append(_at(unit, places, "superior", _orphaned(unit, units, session)))
        elif superior is not None and RANK[unit.level] > RANK[superior.level]:
            found.append(_at(unit, places, "level", _upside_down(unit, superior)))
    return found


def circles(units: Hierarchy) -> list[list[UnitAsOf]]:
    """Each circle of superiors once, beginning with its smallest code."""
    settled: set[int] = set()
    found = []
    for start in units.by_id.values():
        trail: dict[int, UnitAsOf] = {}
        unit: UnitAsOf | None = start
        while unit is not None and unit.id not in settled and unit.id not in trail:
            trail[unit.id] = unit
            unit = units.superior(unit)
        if unit is not None and unit.id in trail:
            members = list(trail.values())
            found.append(_from_smallest(members[members.index(unit) :]))
        settled |= trail.keys()
    return found


def _from_smallest(circle: list[UnitAsOf]) -> list[UnitAsOf]:
    first = min(range(len(circle)), key=lambda place: circle[place].code)
    return circle[first:] + circle[:first]


def _at(unit: UnitAsOf, places: Mapping[str, str], column: str, problem: Fault) -> Fault:
    where = places.get(unit.code) or FilePlace.UNIT(code=unit.code)
    return FilePlace.COLUMN(where=where, column=column, problem=problem)


def _round(circle: Iterable[UnitAsOf]) -> Fault:
    codes = [unit.code for unit in circle]
    return UnitFault.CIRCLE(codes=" → ".join([*codes, codes[0]]))


def _orphaned(unit: UnitAsOf, units: Hierarchy, session: Session) -> Fault:
    (gone,) = names(session, [unit.superior_id]).values()
    return UnitFault.ORPHANED(code=unit.code, superior=gone.name, day=units.on)


def _upside_down(unit: UnitAsOf, superior: UnitAsOf) -> Fault:
    return UnitFault.UPSIDE_DOWN(
        code=unit.code,
        level=unit.level,
        level_vi=say(Level(unit.level), "vi"),
        superior=superior.code,
        superior_level=superior.level,
        superior_level_vi=say(Level(superior.level), "vi"),
    )
