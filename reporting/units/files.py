"""Files of units and contacts: which of the known formats a file has, and what it says.

Several files are read as one, so that units and their contacts come in together. All errors of all files are
collected; if there is one, nothing is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import chain
from pathlib import Path

from calendars.errors import Fault
from models.errors import InputErrors, InvalidInput
from models.file_faults import FilePlace
from reporting.files.csv_table import Table, TableFault, read_table
from reporting.units import official_lists, rows
from reporting.units.faults import UnitFault
from reporting.units.rows import ContactRow, UnitRow


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
    """Units and contacts to be loaded. `official`: the units are those of an official list.

    A file says nothing of what is above its top units, so a unit keeps its superior where a row names none;
    unless `exact`.
    """

    units: tuple[UnitRow, ...] = ()
    contacts: tuple[ContactRow, ...] = ()
    official: bool = False
    exact: bool = False
    files: tuple[str, ...] = ()


def read_unit_files(paths: Iterable[Path], name: Callable[[Path], str] = str) -> UnitInput:
    """What the files say together. Raises `InputErrors` with every error of every file; `name` is what errors
    call a file."""
    units: list[UnitRow] = []
    contacts: list[ContactRow] = []
    errors: list[str] = []
    names, official = [], []
    for path in paths:
        names.append(path.name)
        try:
            table = read_table(path, name(path))
            form = recognise(table)
        except InvalidInput as error:
            errors.append(error.reason)
            continue
        for found in form.read(table):
            if isinstance(found, UnitRow):
                units.append(found)
                official.append(form.official)
            else:
                contacts.append(found)
        errors += chain.from_iterable(row.errors for row in table.rows)
    errors += _repeated(units)
    if errors:
        raise InputErrors(list(dict.fromkeys(errors)))
    return UnitInput(
        units=tuple(units),
        contacts=tuple(contacts),
        official=bool(official) and all(official),
        files=tuple(names),
    )


def recognise(table: Table) -> Format:
    """The format that a table's header belongs to. Raises `InvalidInput` for none, or for a wrong column."""
    form = max(FORMATS, key=lambda each: len(each.columns.intersection(table.header)) / len(each.columns))
    missing = form.columns.difference(table.header)
    if len(missing) * 2 > len(form.columns):
        raise _refused(table, TableFault.UNKNOWN_COLUMNS(formats=_formats()))
    if missing:
        problem = TableFault.COLUMN_MISSING(format=form.name)
        raise _refused(table, FilePlace.VALUE(field=sorted(missing)[0], problem=problem))
    unknown = [name for name in table.header if name not in form.columns | form.more]
    if unknown:
        possible = ", ".join(sorted(form.columns | form.more))
        problem = TableFault.UNKNOWN_COLUMN(possible=possible)
        raise _refused(table, FilePlace.VALUE(field=unknown[0], problem=problem))
    return form


def _refused(table: Table, problem: Fault) -> InvalidInput:
    return InvalidInput(FilePlace.LINE(file=table.name, line=1, problem=problem))


def _formats() -> Fault:
    """Every format with its columns."""
    each = [FilePlace.VALUE(field=form.name, problem=", ".join(sorted(form.columns))) for form in FORMATS]
    return reduce(lambda some, one: TableFault.AND_FORMAT(some=some, one=one), each)


def _repeated(units: Iterable[UnitRow]) -> list[str]:
    first: dict[str, UnitRow] = {}
    errors: list[str] = []
    for unit in units:
        before = first.setdefault(unit.code, unit)
        if unit.code and before is not unit:
            problem = UnitFault.CODE_TWICE(code=unit.code, where=before.where)
            errors.append(FilePlace.COLUMN(where=unit.where, column="code", problem=problem))
    return errors
