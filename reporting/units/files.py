"""Files of units and contacts: which of the known formats a file has, or that it is an office's own list, and
what it says.

Several files are read as one, so that units and their contacts come in together. All errors of all files are
collected; if there is one, nothing is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from calendars.errors import Fault
from models.errors import InputErrors, InvalidInput
from models.file_faults import FilePlace, cell_fault
from models.text import clean_line
from reporting.files.reading import read_sheets
from reporting.files.table import (
    MOST_ROWS,
    SPARE_ROWS,
    SheetGrid,
    Table,
    TableFault,
    column_place,
    file_refused,
    table_of,
)
from reporting.units import official_lists, rows
from reporting.units.faults import ListFault, ListNote, UnitFault
from reporting.units.headings import LOOKED_AT, Headed, ListColumn, find_headings
from reporting.units.hierarchy import Hierarchy
from reporting.units.named_units import NamedUnits
from reporting.units.office_list import read_office_lists
from reporting.units.rows import ContactRow, OfficeRow, UnitRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Format:
    """A kind of file, known by its columns."""

    name: Fault
    columns: frozenset[str]
    more: frozenset[str]
    official: bool = False
    read: Callable[[Table], Sequence[UnitRow | ContactRow]]


FORMATS = (
    Format(
        name=TableFault.UNITS(),
        columns=rows.UNIT_COLUMNS,
        more=rows.MORE_UNIT_COLUMNS,
        read=rows.read_unit_rows,
    ),
    Format(
        name=TableFault.CONTACTS(),
        columns=rows.CONTACT_COLUMNS,
        more=rows.MORE_CONTACT_COLUMNS,
        read=rows.read_contact_rows,
    ),
    Format(
        name=TableFault.THREE_TIERS(),
        columns=official_lists.THREE_TIERS,
        official=True,
        more=frozenset({official_lists.ENGLISH_NAME}),
        read=official_lists.read_three_tiers,
    ),
    Format(
        name=TableFault.TWO_TIERS(),
        columns=official_lists.TWO_TIERS,
        official=True,
        more=frozenset(),
        read=official_lists.read_two_tiers,
    ),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitInput:
    """Units and contacts to be loaded. `official`: the units are those of an official list; `notes` say what
    was done with an office's list, of which `is_list` says that there is one.

    A file says nothing of what is above its top units, so a unit keeps its superior where a row names none;
    unless `exact`.
    """

    units: tuple[UnitRow, ...] = ()
    contacts: tuple[ContactRow, ...] = ()
    offices: tuple[OfficeRow, ...] = ()
    official: bool = False
    exact: bool = False
    files: tuple[str, ...] = ()
    notes: tuple[Fault, ...] = ()
    is_list: bool = False


class UnknownHeadings(InvalidInput):
    """An office's list with columns of which nobody has said what they are; `sheets` are all its lists."""

    def __init__(self, sheets: Sequence[Headed]) -> None:
        super().__init__(_unknown(sheets))
        self.sheets = tuple(sheets)


def _unknown(sheets: Sequence[Headed]) -> Fault:
    asked = next((sheet for sheet in sheets if sheet.unknown), sheets[0])
    problem = ListFault.UNKNOWN_HEADINGS(headings=[each.text for each in asked.unknown])
    if not asked.has(ListColumn.CODE, ListColumn.NAME):
        problem = ListFault.NO_NAMES()
    return FilePlace.FILE(file=asked.grid.file, problem=problem)


@dataclass
class _Gathered:
    """What the files say so far."""

    units: list[UnitRow] = field(default_factory=list)
    contacts: list[ContactRow] = field(default_factory=list)
    offices: list[OfficeRow] = field(default_factory=list)
    official: list[bool] = field(default_factory=list)
    lists: list[Headed] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    rows: int = 0


def read_unit_files(
    paths: Iterable[Path],
    name: Callable[[Path], str] = str,
    *,
    known: Hierarchy | None = None,
    remembered: Mapping[str, str] | None = None,
    ask: bool = False,
) -> UnitInput:
    """What the files say together. `name` is what errors call a file; `known` are the units that lists may
    name; `remembered` says what headings mean.

    Raises `InputErrors` with every error of every file, and `UnknownHeadings` where headings are unknown, or
    with `ask` for every list.
    """
    found, names = _Gathered(), []
    for path in paths:
        names.append(path.name)
        try:
            _gather(found, read_sheets(path, name(path)), remembered or {})
        except InvalidInput as error:
            found.errors.append(error.reason)
    if not found.errors:
        _read_lists(found, known, ask)
    errors = found.errors + _repeated(found.units)
    if errors:
        raise InputErrors(list(dict.fromkeys(errors)))
    return UnitInput(
        units=tuple(found.units),
        contacts=tuple(found.contacts),
        offices=tuple(found.offices),
        official=bool(found.official) and all(found.official),
        files=tuple(names),
        notes=tuple(found.notes),
        is_list=bool(found.lists),
    )


def _gather(found: _Gathered, grids: Sequence[SheetGrid], remembered: Mapping[str, str]) -> None:
    """Read the sheets of one file that are of a known format; keep those that are an office's list."""
    found.rows += sum(len(grid.lines) for grid in grids)
    if found.rows > MOST_ROWS + SPARE_ROWS:
        raise file_refused(grids[0].file, TableFault.TOO_MANY_ROWS(most=MOST_ROWS))
    others: list[Headed] = []
    for grid in grids:
        known = recognise(grid)
        if known is None:
            others.append(find_headings(grid, remembered))
            continue
        form, table = known
        for row in form.read(table):
            if isinstance(row, UnitRow):
                found.units.append(row)
                found.official.append(form.official)
            else:
                found.contacts.append(row)
        found.errors += chain.from_iterable(row.errors for row in table.rows)
    lists = [each for each in others if each.is_list]
    lists = [each for each in lists if each.has(ListColumn.CODE, ListColumn.NAME)] or lists
    if not lists and len(others) == len(grids):
        lists = others[:1]
        if not any(each.columns or len(each.unknown) > 1 for each in lists):
            raise file_refused(grids[0].file, ListFault.NO_LIST())
    for sheet in others:
        if sheet not in lists:
            found.notes.append(ListNote.SHEET(file=sheet.grid.file, sheet=sheet.grid.sheet))
    found.lists += lists


def _read_lists(found: _Gathered, known: Hierarchy | None, ask: bool) -> None:
    """Read the offices' lists, with the units of all other files before their eyes."""
    sheets = found.lists
    if not sheets:
        return
    if ask or any(sheet.unknown or not sheet.has(ListColumn.CODE, ListColumn.NAME) for sheet in sheets):
        raise UnknownHeadings(sheets)
    for sheet in sheets:
        unread = [
            column_place(each.at, each.text or "–")
            for each in sheet.headings
            if each.column in (ListColumn.NOTHING, None) and each.samples
        ]
        if unread:
            found.notes.append(ListNote.NOT_READ(file=sheet.grid.file, columns=unread))
    rows = read_office_lists(sheets, NamedUnits(known, found.units))
    found.units += rows.units
    found.official += [False] * len(rows.units)
    found.contacts += rows.contacts
    found.offices += rows.offices
    found.notes += rows.notes
    found.errors += rows.errors


def recognise(grid: SheetGrid) -> tuple[Format, Table] | None:
    """The known format that a line of the sheet is the header of, with the table below it; None for an
    office's list. Raises `InvalidInput` for a wrong column."""
    for at, (_, cells) in enumerate(grid.lines[:LOOKED_AT]):
        names = {clean_line(cell).casefold() for cell in cells} - {""}
        form = max(FORMATS, key=lambda each: len(each.columns & names) / len(each.columns))
        is_own = len(names) > 1 and names <= form.columns | form.more
        if form.columns <= names or (is_own and len(form.columns - names) * 2 <= len(form.columns)):
            table = table_of(grid, at)
            _check_columns(grid, grid.lines[at][0], form, table)
            return form, table
    return None


def _check_columns(grid: SheetGrid, line: int, form: Format, table: Table) -> None:
    missing = form.columns.difference(table.header)
    unknown = [name for name in table.header if name not in form.columns | form.more]
    if missing:
        problem = TableFault.COLUMN_MISSING(format=form.name)
        raise _refused(grid, line, FilePlace.VALUE(field=sorted(missing)[0], problem=problem))
    if unknown:
        possible = ", ".join(sorted(form.columns | form.more))
        problem = TableFault.UNKNOWN_COLUMN(possible=possible)
        raise _refused(grid, line, FilePlace.VALUE(field=unknown[0], problem=problem))


def _refused(grid: SheetGrid, line: int, problem: Fault) -> InvalidInput:
    return InvalidInput(FilePlace.LINE(file=grid.file, line=line, problem=problem))


def _repeated(units: Iterable[UnitRow]) -> list[str]:
    first: dict[str, UnitRow] = {}
    errors: list[str] = []
    for unit in units:
        before = first.setdefault(unit.code, unit)
        if unit.code and before is not unit:
            problem = UnitFault.CODE_TWICE(code=unit.code, where=before.where)
            errors.append(cell_fault(unit.where, "code", problem))
    return errors
