"""Checks of a change of units: no twin codes; every superior in force and not of a lower level; no circles.

The hierarchy is checked on the stored units themselves after a change and before the commit, on every day on
which it could fail: the day of the change and the later days on which something begins or ends.

Twins are codes taken for one another: 00101 and 101, H1 and h1, 101 and 101.0. A table program drops leading
zeros and may write a number as 101.0. Loaded like that, the code would be a second unit beside the real one.
Official codes of different levels (01, 001 and 00001) are no twins.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date

from sqlalchemy import func, or_, select
from sqlmodel import Session, col

from calendars.errors import Fault
from models.file_faults import FilePlace, cell_fault
from models.obligation import Obligation
from models.unit import Unit, UnitVersion
from models.validity import has_ended
from models.vocabulary import Level, Lifecycle
from reporting.unit_names import names
from reporting.units.faults import UnitFault, refused
from reporting.units.hierarchy import Hierarchy, UnitAsOf, hierarchy, look, without_decimals
from reporting.units.rows import UnitRow
from reporting.units.versions import History, in_force


def waiting_at(session: Session, codes: Iterable[str]) -> int:
    """The number of reports that wait for a review by these units."""
    units = select(col(Unit.id)).where(col(Unit.code).in_(sorted(codes)))
    seated = or_(col(Obligation.recipient_id).in_(units), col(Obligation.gatherer_id).in_(units))
    query = select(func.count()).select_from(Obligation)
    return session.scalar(query.where(col(Obligation.state) == Lifecycle.SUBMITTED.value, seated)) or 0


RANK = {level.value: rank for rank, level in enumerate(Level)}
"""From the grassroots up to the centre."""


def check_from(session: Session, first: date, places: Mapping[str, str]) -> list[str]:
    """Errors on the day `first` and all later ones; `places` maps a code to its place in a file."""
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
            found.append(_at(unit, places, "superior", _orphaned(unit, unit.superior_id, units.on, session)))
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
    return cell_fault(where, column, problem)


def _round(circle: Iterable[UnitAsOf]) -> Fault:
    codes = [unit.code for unit in circle]
    return UnitFault.CIRCLE(codes=" → ".join([*codes, codes[0]]))


def _orphaned(unit: UnitAsOf, superior_id: int, on: date, session: Session) -> Fault:
    gone = names(session, [superior_id])[superior_id].name
    return UnitFault.ORPHANED(code=unit.code, superior=gone, day=on)


def _upside_down(unit: UnitAsOf, superior: UnitAsOf) -> Fault:
    return UnitFault.UPSIDE_DOWN(
        code=unit.code,
        level=Level(unit.level),
        superior=superior.code,
        superior_level=Level(superior.level),
    )


class Codes:
    """Codes by their look, with the level of each where it is known."""

    def __init__(self, codes: Iterable[tuple[str, str]]) -> None:
        self._alike: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for code, level in codes:
            self._alike[look(code)].append((code, level))

    def twins(self, code: str, level: str | None = None) -> Iterator[str]:
        """Other codes that `code` may be meant for; those that differ by zeros only if of the same level."""
        for other, its_level in self._alike.get(look(code), ()):
            same = level is None or level == its_level or without_decimals(code) == without_decimals(other)
            if other != code and same:
                yield other


class Twins:
    """The known units and the rows of the files; `ending` are the codes that the load itself ends.

    A unit in force on its day is meant by its own code. Any other code, new or of a unit that has ended, must
    not be the twin of one in force that day, nor of another new one in the same files.
    """

    def __init__(self, rows: Sequence[UnitRow], history: History, ending: Collection[str]) -> None:
        self._history = history
        self._ending = ending
        self._known = Codes((code, versions[-1].description.level) for code, versions in history.items())
        self._here = Codes((row.code, row.level) for row in rows)
        self._rows = {row.code: row for row in rows}
        self._order = {row.code: place for place, row in enumerate(rows)}

    def refuse(self, row: UnitRow, as_of: date) -> None:
        """Raises `InvalidInput`, with the right code, if the row's code is a twin."""
        day = row.valid_from or as_of
        if in_force(self._history.get(row.code, ()), day):
            return
        problem = self._of_known(row, day) or self._of_other_row(row)
        if problem is not None:
            raise refused(row.where, "code", problem)

    def meant(self, code: str) -> tuple[str, str] | None:
        """Code and name of the unit, known or in the files, that an unknown code may be meant for."""
        for other in self._known.twins(code):
            return other, self._history[other][-1].description.name
        for other in self._here.twins(code):
            return other, self._rows[other].name
        return None

    def _of_known(self, row: UnitRow, day: date) -> str | None:
        for code in self._known.twins(row.code, row.level):
            versions = self._history[code]
            if has_ended(versions[-1], day):
                continue
            if code in self._ending and row.code in self._history and len(row.code) > len(code):
                continue  # the file puts right what another made
            return UnitFault.TWIN_KNOWN(code=row.code, known=code, name=versions[-1].description.name)
        return None

    def _of_other_row(self, row: UnitRow) -> str | None:
        for code in self._here.twins(row.code, row.level):
            if self._order[code] < self._order[row.code] or code in self._history:
                return UnitFault.TWIN_HERE(code=row.code, other=code, where=self._rows[code].where)
        return None
