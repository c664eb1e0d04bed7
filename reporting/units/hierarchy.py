"""The hierarchy of all units on one day, in memory, and the revision that counts its changes.

Built with one query and never changed afterwards, so every rule of one tick sees the same superiors.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cached_property, reduce
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from calendars.errors import Fault, SaidDay
from models.errors import NotFound
from models.plan_files.field import CODE
from models.unit import Succession, Unit, UnitVersion
from models.unit_key import unit_key
from models.upkeep import Marker
from models.validity import sql_is_valid
from reporting.units.faults import UnitFault

UNITS_REVISION = "units-revision"
DECIMALS = re.compile(r"\.0*\Z")
BEFORE_A_PLACE = (" tinh", " thanh pho")
MOST_LISTED = 12
LEADING_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])", re.ASCII)


def without_decimals(code: str) -> str:
    """The code in one letter case, without the `.0` of a number: 101.0 is 101."""
    return DECIMALS.sub("", code.casefold())


def look(code: str) -> str:
    """The code without letter case, leading zeros and `.0`, which table programs change: 00101 is 101."""
    return LEADING_ZEROS.sub("", without_decimals(code))


@dataclass(frozen=True, slots=True)
class UnitAsOf:
    """A unit on the hierarchy's day."""

    id: int
    version_id: int
    code: str
    name: str
    level: str
    kind: str
    groups: frozenset[str]
    superior_id: int | None


class Succeeded(NamedTuple):
    """A unit, by id and code, and another one that takes over from it."""

    unit_id: int
    code: str
    successor_id: int


class Hierarchy:
    """All units in force on the day `on`, in order of their codes, and who took over from whom."""

    def __init__(self, on: date, units: Iterable[UnitAsOf], successions: Sequence[Succeeded] = ()) -> None:
        self.on = on
        self._former = {each.code: each.unit_id for each in successions}
        self._heirs: dict[int, list[int]] = defaultdict(list)
        for each in successions:
            self._heirs[each.unit_id].append(each.successor_id)
        self.by_id = {unit.id: unit for unit in units}
        self.by_code = {unit.code: unit for unit in self.by_id.values()}
        self._below: dict[int | None, list[UnitAsOf]] = defaultdict(list)
        for unit in self.by_id.values():
            known = unit.superior_id if unit.superior_id in self.by_id else None
            self._below[known].append(unit)

    def __len__(self) -> int:
        return len(self.by_id)

    def __contains__(self, code: object) -> bool:
        return code in self.by_code

    @property
    def roots(self) -> list[UnitAsOf]:
        """Units without a superior in force."""
        return list(self._below.get(None, ()))

    def unit(self, code: str) -> UnitAsOf:
        """The unit with this code. Raises `NotFound` with the codes that come near."""
        found = self.by_code.get(code)
        if found is None:
            remedy = self._remedy(code)
            raise NotFound(UnitFault.NO_UNIT(code=code, day=SaidDay.of(self.on), remedy=remedy))
        return found

    def called(self, text: str, within: UnitAsOf | None = None) -> UnitAsOf:
        """The unit with this code or name; of several of that name the only one in the branch `within`.
        Raises `NotFound` with the names that come near, or all that have it."""
        if text in self.by_code:
            return self.by_code[text]
        found = self.with_name(text) or self._going_on(unit_key(text))
        if len(found) > 1 and within is not None:
            branch = {unit.id for unit in self.branch(within)}
            found = [unit for unit in found if unit.id in branch] or found
        if len(found) == 1:
            return found[0]
        if found:
            raise NotFound(UnitFault.SEVERAL_CALLED(name=text, units=self._listed(found)))
        near = get_close_matches(unit_key(text), self._by_name, n=3, cutoff=0.6)
        units = [unit for key in near for unit in self._by_name[key]]
        remedy = UnitFault.NEAR(near=self._listed(units)) if units else UnitFault.LIST_THEM()
        raise NotFound(UnitFault.NO_UNIT_CALLED(name=text, day=SaidDay.of(self.on), remedy=remedy))

    def with_name(self, text: str) -> list[UnitAsOf]:
        """The units that have just this name, however it is typed; so-noi-vu is a code, no name."""
        is_code = CODE.fullmatch(text) and not text.isalnum()
        return [] if is_code else list(self._by_name.get(unit_key(text), ()))

    @cached_property
    def _by_name(self) -> dict[str, list[UnitAsOf]]:
        found: dict[str, list[UnitAsOf]] = defaultdict(list)
        for unit in self.by_id.values():
            found[unit_key(unit.name)].append(unit)
        return found

    def _going_on(self, key: str) -> list[UnitAsOf]:
        """Units whose names go on with the place, as UBND tỉnh Cà Mau does from UBND tỉnh."""
        if not key.endswith(BEFORE_A_PLACE):
            return []
        return [
            unit for known, units in self._by_name.items() if known.startswith(f"{key} ") for unit in units
        ]

    def _listed(self, units: Sequence[UnitAsOf]) -> Fault | str:
        shown: list[Fault | str] = []
        for unit in units[:MOST_LISTED]:
            superior = self.superior(unit)
            place = f", {superior.name}" if superior else ""
            shown.append(f"{unit.code} ({unit.name}{place})")
        if len(units) > MOST_LISTED:
            shown.append("…")
        return reduce(lambda one, other: UnitFault.OR(one=one, other=other), shown)

    def _remedy(self, code: str) -> Fault:
        # A twin is meant, however few characters it shares: 00001 for 1.
        alike = sorted(other for other in self.by_code if look(other) == look(code))
        near = alike or get_close_matches(code, self.by_code, n=3, cutoff=0.5)
        if not near:
            return UnitFault.LIST_THEM()
        shown: list[str] = [f"{each} ({self.by_code[each].name})" for each in near]
        return UnitFault.NEAR(near=reduce(lambda one, other: UnitFault.OR(one=one, other=other), shown))

    def superior(self, unit: UnitAsOf) -> UnitAsOf | None:
        return None if unit.superior_id is None else self.by_id.get(unit.superior_id)

    def ancestors(self, unit: UnitAsOf) -> list[UnitAsOf]:
        """From the direct superior to the top."""
        found = []
        superior = self.superior(unit)
        while superior is not None:
            found.append(superior)
            superior = self.superior(superior)
        return found

    def in_place_of(self, unit_id: int, of: UnitAsOf | None) -> UnitAsOf | None:
        """The unit itself while it is in force, else its successor, or the successor's where that has ended
        too; of several the one above `of`, else the first. Never `of`."""
        above = {each.id for each in self.ancestors(of)} if of else set()
        able = [each for each in self.heirs(unit_id) if of is None or each.id != of.id]
        return min(able, key=lambda each: (each.id not in above, each.code), default=None)

    def heirs(self, unit_id: int) -> list[UnitAsOf]:
        """The unit itself while it is in force, else all that took over from it and are in force."""
        found: list[UnitAsOf] = []
        waiting, seen = [unit_id], set()
        while waiting:
            here = waiting.pop()
            if here in seen:
                continue
            seen.add(here)
            if here in self.by_id:
                found.append(self.by_id[here])
            else:
                waiting.extend(self._heirs.get(here, ()))
        return found

    def standing_for(self, code: str, of: UnitAsOf) -> UnitAsOf | None:
        """The unit with this code, or its successor."""
        unit = self.by_code.get(code)
        former = unit.id if unit is not None else self._former.get(code)
        return None if former is None else self.in_place_of(former, of)

    def below(self, unit: UnitAsOf) -> list[UnitAsOf]:
        """The units directly below."""
        return list(self._below.get(unit.id, ()))

    def branch(self, unit: UnitAsOf) -> list[UnitAsOf]:
        """The unit and all below it, each before those below it."""
        found, waiting = [], [unit]
        while waiting:
            here = waiting.pop()
            found.append(here)
            waiting.extend(reversed(self._below.get(here.id, ())))
        return found

    def path(self, unit: UnitAsOf) -> str:
        """The ids from the top to the unit itself, as /1/5/77/: a branch is what begins with its path."""
        ids = [each.id for each in reversed(self.ancestors(unit))] + [unit.id]
        return "/" + "".join(f"{id}/" for id in ids)

    def select(
        self,
        level: str | None = None,
        kinds: Collection[str] = (),
        groups: Collection[str] = (),
        codes: Collection[str] = (),
        excluding: Collection[str] = (),
        within: UnitAsOf | None = None,
    ) -> list[UnitAsOf]:
        """Units that meet every condition given; of several kinds, groups or codes one is enough.

        `within` keeps to one unit's branch, itself included.
        """
        return [
            unit
            for unit in (self.by_id.values() if within is None else self.branch(within))
            if (level is None or unit.level == level)
            and (not kinds or unit.kind in kinds)
            and (not groups or not unit.groups.isdisjoint(groups))
            and (not codes or unit.code in codes)
            and unit.code not in excluding
        ]


def hierarchy(session: Session, on: date) -> Hierarchy:
    """The hierarchy of the day `on`."""
    rows = session.execute(
        select(
            col(Unit.id),
            col(UnitVersion.id),
            col(Unit.code),
            col(UnitVersion.name),
            col(UnitVersion.level),
            col(UnitVersion.kind),
            col(UnitVersion.groups),
            col(UnitVersion.superior_id),
        )
        .join(UnitVersion, col(UnitVersion.unit_id) == Unit.id)
        .where(sql_is_valid(UnitVersion, on))
        .order_by(col(Unit.code))
    )
    units = (
        UnitAsOf(id, version_id, code, name, level, kind, split_groups(groups), superior_id)
        for id, version_id, code, name, level, kind, groups, superior_id in rows.tuples()
    )
    return Hierarchy(on, units, successions(session))


def successions(session: Session) -> list[Succeeded]:
    """Every unit that another one takes over from."""
    query = select(col(Unit.id), col(Unit.code), col(Succession.successor_id)).join(
        Succession, col(Succession.unit_id) == col(Unit.id)
    )
    return [Succeeded(*row) for row in session.execute(query)]


def split_groups(stored: str) -> frozenset[str]:
    """Groups from their stored form ;a;b; (the outer marks make a whole group findable with LIKE)."""
    return frozenset(filter(None, stored.split(";"))) if stored else frozenset()


def join_groups(groups: Iterable[str]) -> str:
    """The stored form of groups."""
    ordered = sorted(set(groups))
    return f";{';'.join(ordered)};" if ordered else ""


def units_revision(session: Session) -> int:
    """A number that grows with each change of units; 0 before the first."""
    marker = session.get(Marker, UNITS_REVISION)
    return 0 if marker is None else int(marker.value)


def bump_units_revision(session: Session) -> int:
    """Count a change of units; returns the new revision."""
    marker = session.get(Marker, UNITS_REVISION, with_for_update=True)
    if marker is None:
        marker = Marker(name=UNITS_REVISION, value="0")
    marker.value = str(int(marker.value) + 1)
    session.add(marker)
    return int(marker.value)
