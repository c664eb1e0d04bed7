"""Lists of units and people as offices have them, made into rows: codes for names, levels for words.

A line whose unit is that of the line above, or is left empty, names one more person of it. What a list leaves
out of a unit that is known stays as it is; of a new one it follows from the name and the superior.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, count

from calendars.errors import Fault
from models.errors import InvalidInput
from models.text import clean_line, slug
from models.unit_key import unit_key
from models.vocabulary import Level
from reporting.files.table import TableFault
from reporting.units.faults import CellRemedy, ListFault, ListNote, UnitFault
from reporting.units.headings import Headed, ListColumn
from reporting.units.list_lines import ListLine, list_lines
from reporting.units.list_people import people_of
from reporting.units.list_words import kind_of_name, level_of_name, level_of_word, place_key
from reporting.units.named_units import NamedUnit, NamedUnits
from reporting.units.office import office_address
from reporting.units.rows import CODE, KIND, ContactRow, OfficeRow, UnitRow

BELOW = {Level.CENTRE: Level.PROVINCE, Level.PROVINCE: Level.DISTRICT}
"""The level of what stands below; below all others is the grassroots."""
SEVERAL_NOTES = 4
MOST_LOOKED_FOR = 20
NOTHING = re.compile(r"[\W_]*|kh\u00f4ng( c\u00f3)?", re.IGNORECASE)
"""What people write into a cell for "none"."""


@dataclass(kw_only=True)
class ListedUnit:
    """A unit of the lists: where it stands first, and all its lines; `known` is what was known of it."""

    lines: list[ListLine]
    name: str
    code: str
    superior: str
    is_described: bool
    known: NamedUnit | None = None

    @property
    def first(self) -> ListLine:
        return self.lines[0]

    def said(self, column: ListColumn) -> str:
        """What the first line that says anything of it says."""
        return next((clean_line(line[column]) for line in self.lines if line[column]), "")


@dataclass(kw_only=True)
class OfficeRows:
    """What the lists come to; errors stay with the rows, notes stop nothing."""

    units: list[UnitRow] = field(default_factory=list)
    contacts: list[ContactRow] = field(default_factory=list)
    offices: list[OfficeRow] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)


def read_office_lists(sheets: Sequence[Headed], known: NamedUnits) -> OfficeRows:
    """The rows that the lists make together, beside the units that are known."""
    found = OfficeRows()
    listed = _Listing(known)
    for sheet in sheets:
        listed.add(sheet, list_lines(sheet, found.notes), found.notes)
    listed.name_all(found.notes)
    superiors = {id(unit): listed.superior_of(unit) for unit in listed.units}
    levels = _Levels(listed, superiors)
    _note_short_numbers(listed.units, levels, found.notes)
    for unit in listed.units:
        if unit.is_described:
            found.units.append(_row(unit, superiors[id(unit)], levels.level(unit)))
        if unit.code:
            found.contacts += people_of(unit.code, unit.name, unit.lines, found.notes)
            found.offices += _office(unit, found.notes)
    lines = [line for unit in listed.units for line in unit.lines]
    found.errors = [error for line in lines for error in line.row.errors]
    found.notes = _together(dict.fromkeys(found.notes))
    return found


def _together(notes: Iterable[Fault]) -> list[Fault]:
    """The notes, those of telephone numbers as one where they are many."""
    found = list(notes)
    zeros = [note for note in found if note.code is ListNote.ZERO]
    if len(zeros) < SEVERAL_NOTES:
        return found
    one = ListNote.ZEROS(number=len(zeros), **zeros[0].values)
    return [note for note in found if note.code is not ListNote.ZERO] + [one]


def _note_short_numbers(units: Iterable[ListedUnit], levels: _Levels, notes: list[Fault]) -> None:
    """Note codes that are numbers and shorter than others of their level: their zeros may be lost."""
    digits = [unit for unit in units if unit.is_described and unit.code.isdecimal()]
    longest: dict[str, int] = {}
    for unit in digits:
        level = levels.level(unit)
        longest[level] = max(longest.get(level, 0), len(unit.code))
    for unit in digits:
        if ListColumn.CODE in unit.first.numbers and len(unit.code) < longest[levels.level(unit)]:
            notes.append(ListNote.NUMBER_CODE(where=unit.first.row.where, code=unit.code))


class _Listing:
    """The units of the lists, found again by code or name, beside those that are known."""

    def __init__(self, known: NamedUnits) -> None:
        self.units: list[ListedUnit] = []
        self._by_code: dict[str, ListedUnit] = {}
        self._by_name: dict[str, list[ListedUnit]] = defaultdict(list)
        self._known = known
        self._absent: dict[str, Fault] = {}
        self._described = False

    def add(self, sheet: Headed, lines: Iterable[ListLine], notes: list[Fault]) -> None:
        """Take a sheet's lines to their units. A sheet of people alone describes units only where there are
        no others."""
        of_people = sheet.has(ListColumn.PERSON, ListColumn.ADDRESS)
        describes = not of_people or sheet.has(ListColumn.LEVEL, ListColumn.KIND, ListColumn.SUPERIOR)
        self._described |= describes
        unit: ListedUnit | None = None
        for line in lines:
            code, name = _code(line), line.row.optional(ListColumn.NAME)
            if code or name:
                unit = self._unit(line, code, name, unit, describes)
            elif unit is not None and line.has_person:
                unit.lines.append(line)
            else:
                notes.append(ListNote.NO_UNIT(where=line.row.where))

    def _unit(
        self, line: ListLine, code: str, name: str, above: ListedUnit | None, describes: bool
    ) -> ListedUnit:
        superior = clean_line(line[ListColumn.SUPERIOR])
        superior = "" if NOTHING.fullmatch(superior) else superior
        if lost_letters(name):
            line.row.fault(ListColumn.NAME, ListFault.LOST_LETTERS(text=name))
        twin = self._by_code.get(code)
        if twin is not None and not _is_called(twin, name):
            line.row.fault(ListColumn.CODE, UnitFault.CODE_TWICE(code=code, where=twin.first.row.where))
        near = [above] if above is not None else []
        near += [twin] if twin is not None else self._by_name[place_key(name)] if name else []
        unit = twin or next((each for each in near if _is_same(each, code, name, superior)), None)
        if unit is None:
            unit = ListedUnit(lines=[], name="", code="", superior="", is_described=False)
            self.units.append(unit)
        unit.lines.append(line)
        if name and not unit.name:
            self._by_name[place_key(name)].append(unit)
        unit.code, unit.name = unit.code or code, unit.name or name
        unit.superior, unit.is_described = unit.superior or superior, unit.is_described or describes
        if unit.code:
            self._by_code.setdefault(unit.code, unit)
        return unit

    def name_all(self, notes: list[Fault]) -> None:
        """Give each unit its code: as written, that of a known unit of its name, or one made of the name."""
        is_first_list = not self._described and not len(self._known)
        for unit in self.units:
            unit.is_described |= is_first_list
            unit.known = self._known.by_code.get(unit.code) if unit.code else self._called(unit)
            if unit.known:
                unit.code, unit.name = unit.known.code, unit.name or unit.known.name
            elif not unit.name:
                unit.first.row.text(ListColumn.NAME)
        made = [unit for unit in self.units if not unit.code and unit.is_described and unit.name]
        taken = {unit.code for unit in self.units} | set(self._known.by_code)
        alike = Counter(slug(unit.name) for unit in made)
        for unit in made:
            unit.code = _made_code(unit, alike[slug(unit.name)] > 1, taken)
            taken.add(unit.code)
        if made:
            notes.append(ListNote.MADE_CODES(number=len(made)))

    def _called(self, unit: ListedUnit) -> NamedUnit | None:
        found = self._known.called(unit.name, unit.superior)
        if len(found) > 1:
            units = [f"{each.code} ({each.name})" for each in found[:5]]
            unit.first.row.fault(ListColumn.NAME, UnitFault.SEVERAL_CALLED(name=unit.name, units=units))
            unit.is_described = False
        elif not found and not unit.is_described:
            unit.first.row.fault(ListColumn.NAME, self._missing(unit.name))
        return found[0] if len(found) == 1 else None

    def superior_of(self, unit: ListedUnit) -> ListedUnit | NamedUnit | None:
        """The superior that the list names by code or name; None for none."""
        text = unit.superior
        if not text or not unit.is_described:
            return None
        found: Sequence[ListedUnit | NamedUnit] = self._named(text, unit)
        if len(found) == 1:
            return found[0]
        problem = self._missing(text)
        if found:
            units = [f"{each.code} ({each.name})" for each in found[:5]]
            problem = UnitFault.SEVERAL_CALLED(name=text, units=units)
        unit.first.row.fault(ListColumn.SUPERIOR, problem)
        return None

    def _missing(self, name: str) -> Fault:
        """What to say of a name that nobody has. The nearest is looked for among the first such names alone:
        a column that is wrong as a whole would take hours."""
        if name not in self._absent:
            listed = [each.name for each in self.units if each.name != name]
            is_one_of_few = len(self._absent) < MOST_LOOKED_FOR
            self._absent[name] = (
                self._known.missing(name, listed) if is_one_of_few else ListFault.NO_UNIT(name=name)
            )
        return self._absent[name]

    def _named(self, text: str, below: ListedUnit) -> Sequence[ListedUnit | NamedUnit]:
        """The units that the text may mean as a superior: by code, else by name, listed ones first."""
        by_code = self._by_code.get(text) or self._known.by_code.get(text)
        if by_code is not None:
            return [by_code]
        found = [each for each in self._by_name[place_key(text)] if each is not below]
        exact = [each for each in found if unit_key(each.name) == unit_key(text)]
        return exact or found or self._known.called(text)


def _is_called(unit: ListedUnit, name: str) -> bool:
    return not name or not unit.name or place_key(name) == place_key(unit.name)


def _is_same(unit: ListedUnit, code: str, name: str, superior: str) -> bool:
    """Whether a line with this code and name is about that unit."""
    if code and unit.code:
        return code == unit.code and _is_called(unit, name)
    is_below = not superior or not unit.superior or place_key(superior) == place_key(unit.superior)
    return _is_called(unit, name) and is_below and bool(name and unit.name)


def _code(line: ListLine) -> str:
    return line.row.matching(ListColumn.CODE, CODE, CellRemedy.CODE()) if line[ListColumn.CODE] else ""


def _made_code(unit: ListedUnit, is_one_of_several: bool, taken: set[str]) -> str:
    """A code of the name's letters; with those of the superior where another unit has the same name."""
    code = slug(unit.name)[:60].strip("-") or "unit"
    if is_one_of_several and unit.superior:
        code = f"{code[:40]}-{slug(unit.superior)[:35]}".strip("-")
    tries = chain([code], (f"{code}-{number}" for number in count(2)))
    return next(each for each in tries if each not in taken)


class _Levels:
    """The level of each unit: as written, as known, by its name, or one below its superior."""

    def __init__(self, listed: _Listing, superiors: dict[int, ListedUnit | NamedUnit | None]) -> None:
        self._superiors = superiors
        self._found: dict[int, str] = {}

    def level(self, unit: ListedUnit) -> str:
        if id(unit) not in self._found:
            self._found[id(unit)] = ""  # a circle of superiors ends here; it is refused later on
            self._found[id(unit)] = self._level(unit)
        return self._found[id(unit)]

    def _level(self, unit: ListedUnit) -> str:
        word = unit.said(ListColumn.LEVEL)
        level: Level | None = None
        if word:
            try:
                level = level_of_word(word)
            except KeyError:
                unit.first.row.fault(ListColumn.LEVEL, TableFault.UNKNOWN_WORD(text=word, words=list(Level)))
                return ""
        elif unit.known:
            return unit.known.level
        else:
            level = level_of_name(unit.name)
        return level.value if level else self._below(unit)

    def _below(self, unit: ListedUnit) -> str:
        superior = self._superiors.get(id(unit))
        if superior is None:
            if kind_of_name(unit.name) == "thanh-pho":
                return Level.PROVINCE.value
            unit.first.row.fault(ListColumn.LEVEL, ListFault.NO_LEVEL(name=unit.name))
            return ""
        above = superior.level if isinstance(superior, NamedUnit) else self.level(superior)
        return BELOW.get(Level(above), Level.GRASSROOTS).value if above else ""


def _row(unit: ListedUnit, superior: ListedUnit | NamedUnit | None, level: str) -> UnitRow:
    known = unit.known
    groups = unit.said(ListColumn.GROUPS)
    parts = groups.split(";" if ";" in groups else ",")
    return UnitRow(
        where=unit.first.row.where,
        code=unit.code,
        name=unit.name,
        level=level,
        kind=_kind(unit),
        superior=superior.code if superior else None,
        groups=frozenset(filter(None, map(str.strip, parts))) or (known.groups if known else frozenset()),
    )


def _kind(unit: ListedUnit) -> str:
    word = unit.said(ListColumn.KIND)
    if word:
        kind = slug(word)
        if KIND.fullmatch(kind):
            return kind
        unit.first.row.fault(ListColumn.KIND, TableFault.NOT_POSSIBLE(text=word, remedy=CellRemedy.KIND()))
    if unit.known:
        return unit.known.kind
    return kind_of_name(unit.name) or slug(unit.said(ListColumn.LEVEL)) or "don-vi"


def _office(unit: ListedUnit, notes: list[Fault]) -> Iterator[OfficeRow]:
    """Where the unit's office is: what the first line says that says anything; another address is noted."""
    address = ""
    for line in unit.lines:
        try:
            text = office_address(line[ListColumn.OFFICE])
        except InvalidInput as error:
            line.row.fault(ListColumn.OFFICE, error.reason)
            continue
        if not text or NOTHING.fullmatch(text) or text == address:
            continue
        if address:
            notes.append(ListNote.OTHER_OFFICE(where=line.row.where, address=text, unit=unit.name))
        else:
            address = text
    if address:
        yield OfficeRow(unit=unit.code, address=address)


def lost_letters(text: str) -> bool:
    """Whether a table program turned letters of the text into question marks."""
    return re.search(r"\w\?\w|\?\w+\?", text) is not None
