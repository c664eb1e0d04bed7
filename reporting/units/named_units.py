"""The units that are known, as a list names them: by code, or by a name that is typed in many ways."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import chain

from calendars.errors import Fault
from models.unit_key import unit_key
from reporting.units.faults import ListFault
from reporting.units.hierarchy import Hierarchy
from reporting.units.list_words import place_key
from reporting.units.rows import UnitRow


@dataclass(frozen=True, kw_only=True)
class NamedUnit:
    """A unit of the database or of another file; `superior` is a code."""

    code: str
    name: str
    level: str
    kind: str
    groups: frozenset[str] = frozenset()
    superior: str | None = None


class NamedUnits:
    """Those of a day, and those of other files of the same load, which go before."""

    def __init__(self, units: Hierarchy | None = None, rows: Iterable[UnitRow] = ()) -> None:
        self.by_code: dict[str, NamedUnit] = {}
        for unit in units.by_id.values() if units is not None else ():
            above = units.superior(unit) if units is not None else None
            self.by_code[unit.code] = NamedUnit(
                code=unit.code,
                name=unit.name,
                level=unit.level,
                kind=unit.kind,
                groups=unit.groups,
                superior=above.code if above else None,
            )
        for row in rows:
            self.by_code[row.code] = NamedUnit(
                code=row.code, name=row.name, level=row.level, kind=row.kind, superior=row.superior
            )
        self._names: dict[str, list[NamedUnit]] = defaultdict(list)
        for each in self.by_code.values():
            self._names[place_key(each.name)].append(each)

    def __len__(self) -> int:
        return len(self.by_code)

    def called(self, name: str, superior: str = "") -> Sequence[NamedUnit]:
        """The units of this name, below the superior where one is named; those called just so, if any."""
        found = self._names.get(place_key(name), [])
        if superior:
            found = [unit for unit in found if self._is_below(unit, superior)]
        return [unit for unit in found if unit_key(unit.name) == unit_key(name)] or found

    def _is_below(self, unit: NamedUnit, superior: str) -> bool:
        above = self.by_code.get(unit.superior or "")
        return above is not None and (above.code == superior or place_key(above.name) == place_key(superior))

    def missing(self, name: str, listed: Iterable[str] = ()) -> Fault:
        """What to say of a name that no unit has: the one that comes nearest, if any does."""
        known = (each.name for each in self.by_code.values())
        names = {place_key(each): each for each in chain(known, listed) if each}
        near = get_close_matches(place_key(name), names, n=1, cutoff=0.75)
        if near:
            return ListFault.NEAR(name=name, near=names[near[0]])
        return ListFault.NO_UNIT(name=name)
