"""Units found by what people call them: a code, or a part of a name, without its marks; former names too."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from models.errors import NotFound
from models.plan_files.field import CODE
from models.text import clean_line, folded
from models.unit import Unit, UnitVersion
from reporting.units.hierarchy import Hierarchy, UnitAsOf, hierarchy, look

MOST_FOUND = 20


class FoundUnit(NamedTuple):
    """A unit that was found; `above` has the names above it from the top, `former` the old name that fits.
    One that has ended and left nobody in its place says since when."""

    code: str
    name: str
    above: str = ""
    former: str = ""
    ended: date | None = None


class UnitHit(NamedTuple):
    """A unit that was found, and the former name that fits where no other does."""

    unit: UnitAsOf
    former: str = ""
    ended: date | None = None


class UnitSearch:
    """The units of one day with the names that they, and those they took over from, had before; `ended` are
    those that nobody took over from, each by its id as it was last, and with its end."""

    def __init__(
        self,
        units: Hierarchy,
        former: Mapping[int, Iterable[str]],
        ended: Mapping[int, tuple[UnitAsOf, date]] | None = None,
    ) -> None:
        self.units = units
        self.ended = ended or {}
        self._former = {id: tuple(dict.fromkeys(names)) for id, names in former.items()}

    @cached_property
    def _folded(self) -> list[tuple[UnitAsOf, str, dict[str, str]]]:
        return [
            (unit, folded(unit.name), {folded(name): name for name in self._former.get(unit.id, ())})
            for unit in self.units.by_id.values()
        ]

    def find(self, words: str, most: int = MOST_FOUND) -> list[FoundUnit]:
        """The first of `hits`, as they are shown."""
        return [self.shown(hit) for hit in islice(self.hits(words), most)]

    def hits(self, words: str) -> list[UnitHit]:
        """Units whose name, code or former name has the words: those called just so first, then by name.
        Where none has, those that have each word in their name or in one above them."""
        wanted = folded(clean_line(words)).strip()
        hits = [
            (rank, name, unit.code, former)
            for unit, name, names in self._folded
            for rank, former in [_hit(wanted, unit.code, name, names)]
            if wanted and rank is not None
        ]
        if not hits and " " in wanted:
            hits = [(0, folded(unit.name), unit.code, "") for unit in self._somewhere(wanted.split())]
        return [UnitHit(self.units.by_code[code], former) for _, _, code, former in sorted(hits)]

    def ended_hits(self, words: str) -> list[UnitHit]:
        """The same among those that have ended and left nobody in their place."""
        wanted = folded(clean_line(words)).strip()
        hits = [
            (rank, name, unit.code, UnitHit(unit, ended=day))
            for unit, day in self.ended.values()
            for name in [folded(unit.name)]
            for rank, _ in [_hit(wanted, unit.code, name, {})]
            if wanted and rank is not None
        ]
        return [hit for *_, hit in sorted(hits, key=lambda each: each[:3])]

    def _somewhere(self, words: list[str]) -> Iterator[UnitAsOf]:
        """Units with a word in their own name and all others there or above: tân phú thới bình."""
        names = {unit.id: name for unit, name, _ in self._folded}
        for unit, name, _ in self._folded:
            if any(word in name for word in words):
                above = " ".join(names[each.id] for each in self.units.ancestors(unit))
                if all(word in f"{name} {above}" for word in words):
                    yield unit

    def called(self, words: str, within: UnitAsOf | None = None) -> list[FoundUnit]:
        """The unit that somebody means by these words, as in plan files; else all that it may be, those in
        the branch `within` where some are. Raises `NotFound` where it may be none."""
        alike = [unit for unit in self.units.by_id.values() if look(unit.code) == look(words.strip())]
        if len(alike) == 1:
            return [self._found(alike[0].code)]
        branch = None if within is None else {unit.code for unit in self.units.branch(within)}
        is_code = CODE.fullmatch(words) is not None and not self.units.with_name(words)
        try:
            unit = self.units.unit(words) if is_code else self.units.called(words, within)
            return [self._found(unit.code)]
        except NotFound:
            exact = self.units.with_name(words)
            marked = [unit for unit in exact if _composed(unit.name) == _composed(words)]
            found = [self._found(unit.code) for unit in marked or exact] or self.find(words, len(self.units))
            found = [unit for unit in found if branch is None or unit.code in branch] or found
            if not found:
                raise
            return found[:MOST_FOUND]

    def shown(self, hit: UnitHit) -> FoundUnit:
        """A hit with the names above it."""
        above = " › ".join(each.name for each in reversed(list(self._above(hit.unit))))
        return FoundUnit(hit.unit.code, hit.unit.name, above, hit.former, hit.ended)

    def _above(self, unit: UnitAsOf) -> Iterator[UnitAsOf]:
        seen = {unit.id}
        while (id := unit.superior_id) is not None and id not in seen:
            found = self.units.by_id.get(id) or (self.ended[id][0] if id in self.ended else None)
            if found is None:
                return
            yield found
            unit = found
            seen.add(id)

    def _found(self, code: str) -> FoundUnit:
        return self.shown(UnitHit(self.units.by_code[code]))


def _composed(name: str) -> str:
    """Marks tell units apart where they are typed: Xã Đông is not Xã Đồng, though "xa dong" finds both."""
    return clean_line(name).casefold()


def _hit(wanted: str, code: str, name: str, former: Mapping[str, str]) -> tuple[int | None, str]:
    """How well a unit fits, 0 best; and the former name that fits where no other does."""
    code = folded(re.sub(r"[-._]", " ", code))
    if re.sub(r"[-._]", " ", wanted) == code or wanted == name:
        return 0, ""
    if name.startswith(wanted):
        return 1, ""
    if wanted in name or wanted in code:
        return 2, ""
    old = next((shown for plain, shown in former.items() if wanted in plain), None)
    return (None, "") if old is None else (3, old)


def unit_search(session: Session, on: date) -> UnitSearch:
    """The search among the units of a day."""
    units = hierarchy(session, on)
    former: dict[int, list[str]] = defaultdict(list)
    ended: dict[int, tuple[UnitAsOf, date]] = {}
    version = UnitVersion
    query = (
        select(
            *(col(version.unit_id), col(version.id), col(Unit.code), col(version.name)),
            *(col(version.level), col(version.kind), col(version.superior_id), col(version.valid_to)),
        )
        .join(version, col(version.unit_id) == col(Unit.id))
        .order_by(col(version.valid_from))
    )
    for id, number, code, name, level, kind, superior, until in session.execute(query):
        heirs = units.heirs(id)
        for heir in heirs:
            if name != heir.name:
                former[heir.id].append(name)
        if not heirs and until is not None and until <= on:
            ended[id] = UnitAsOf(id, number, code, name, level, kind, frozenset(), superior), until
    return UnitSearch(units, former, ended)


def code_names(session: Session) -> dict[str, str]:
    """The newest name of every unit by its code."""
    query = (
        select(col(Unit.code), col(UnitVersion.name))
        .join(UnitVersion, col(UnitVersion.unit_id) == col(Unit.id))
        .order_by(col(UnitVersion.valid_from))
    )
    return dict(session.execute(query).tuples().all())
