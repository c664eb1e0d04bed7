"""Workbooks of table programs as sheets: .xlsx, .xlsm, .xls and .ods; nothing in them is run or looked up.

How large one is, is known before it is opened: by the sizes that its parts declare, and by how far its sheets
reach. Hidden sheets are passed over.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from calendars.errors import Fault, FaultCode
from messages.catalogue import N_
from reporting.files.table import MOST_COLUMNS, MOST_ROWS, SPARE_ROWS, SheetGrid, TableFault, file_refused
from reporting.files.workbook_parts import (
    LARGEST_PART,
    BadPart,
    Cell,
    SheetMarks,
    TooFar,
    ods_marks,
    xlsx_marks,
)

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
LARGEST_UNPACKED = 2 * LARGEST_PART
Value = float | str | bool | date | time | timedelta


class WorkbookFault(FaultCode):
    """A workbook that cannot be read as a whole."""

    PASSWORD = (
        N_("is locked with a password"),
        N_("open it, take the password away (File, Info, Protect Workbook), save it and send it again"),
    )
    BROKEN = (N_("cannot be opened as a workbook"), N_("open it in a table program and save it as .xlsx"))
    NO_WORKBOOK = (
        N_("is %(kind)s, not a table"),
        N_("copy the list into a table program and save it as .xlsx"),
    )
    TOO_FAR = (
        N_("has more than %(rows)s rows or %(columns)s columns"),
        N_("split it, such as branch by branch; delete what stands far below or beside the list"),
    )
    UNPACKS = (N_("is far too large once it is unpacked"), N_("take pictures and other sheets out"))
    WORD = N_("a Word document")
    PDF = N_("a PDF document")
    ARCHIVE = N_("an archive")
    NO_SHEET = (N_("has no sheet with anything in it"), N_("choose the file with the list"))


def read_workbook(raw: bytes, name: str) -> list[SheetGrid]:
    """The visible sheets that have something in them. Raises `InvalidInput` with the remedy."""
    marks = _marks(raw, name) if raw.startswith(ZIP) else {}
    if ENCRYPTED in raw:
        raise file_refused(name, WorkbookFault.PASSWORD())
    try:
        with CalamineWorkbook.from_object(io.BytesIO(raw)) as book:
            grids = [_grid(book.get_sheet_by_name(each), name, marks) for each in _visible(book)]
    except PasswordError as error:
        raise file_refused(name, WorkbookFault.PASSWORD()) from error
    except (CalamineError, OSError, ValueError) as error:
        problem = WorkbookFault.PASSWORD() if "assword" in str(error) else WorkbookFault.BROKEN()
        raise file_refused(name, problem) from error
    found = [grid for grid in grids if grid.lines]
    if not found:
        raise file_refused(name, WorkbookFault.NO_SHEET())
    if sum(len(grid.lines) for grid in found) > MOST_ROWS + SPARE_ROWS:
        raise file_refused(name, TableFault.TOO_MANY_ROWS(most=MOST_ROWS))
    return found


def _visible(book: CalamineWorkbook) -> Iterator[str]:
    for sheet in book.sheets_metadata:
        if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet:
            yield sheet.name


def _marks(raw: bytes, name: str) -> Mapping[str, SheetMarks]:
    """What the parts of a packed workbook say; refuses what is none, or would be too large."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            if sum(part.file_size for part in archive.infolist()) > LARGEST_UNPACKED:
                raise file_refused(name, WorkbookFault.UNPACKS())
            names = set(archive.namelist())
            if "xl/workbook.xml" in names:
                return xlsx_marks(archive)
            if "content.xml" in names and b"spreadsheet" in archive.read("mimetype")[:100]:
                return ods_marks(archive)
            kind = WorkbookFault.WORD if "word/document.xml" in names else WorkbookFault.ARCHIVE
            raise file_refused(name, WorkbookFault.NO_WORKBOOK(kind=kind()))
    except TooFar as error:
        raise file_refused(name, _too_far()) from error
    except (BadPart, zipfile.BadZipFile, KeyError, RuntimeError, NotImplementedError) as error:
        raise file_refused(name, WorkbookFault.BROKEN()) from error


def _too_far() -> Fault:
    return WorkbookFault.TOO_FAR(rows=MOST_ROWS, columns=MOST_COLUMNS)


def _grid(sheet: CalamineSheet, name: str, marks: Mapping[str, SheetMarks]) -> SheetGrid:
    end = sheet.end or (0, 0)
    if end[0] >= MOST_ROWS + SPARE_ROWS or end[1] >= MOST_COLUMNS:
        raise file_refused(name, _too_far())
    own = marks.get(sheet.name, SheetMarks())
    values = sheet.to_python(skip_empty_area=False)
    cells = [
        [own.zeros.get((row, column)) or _text(value) for column, value in enumerate(line)]
        for row, line in enumerate(values)
    ]
    across = _fill(cells, [*(sheet.merged_cell_ranges or ()), *own.merged])
    numbers = {
        (row + 1, column)
        for row, line in enumerate(values)
        for column, value in enumerate(line)
        if isinstance(value, float) and (row, column) not in own.zeros
    }
    lines = ((number, line) for number, line in enumerate(cells, start=1) if any(map(str.strip, line)))
    return SheetGrid(
        file=name, sheet=sheet.name, lines=tuple(lines), across=across, numbers=frozenset(numbers)
    )


def _fill(cells: list[list[str]], merged: list[tuple[Cell, Cell]]) -> frozenset[Cell]:
    """Put what a merged cell says into each of its cells; returns those that got it from their left."""
    across = set()
    for (top, left), (bottom, right) in merged:
        if top >= len(cells) or left >= len(cells[top]):
            continue
        text = cells[top][left]
        for row in range(top, min(bottom + 1, len(cells))):
            for column in range(left, min(right + 1, len(cells[row]))):
                cells[row][column] = text
                if column > left:
                    across.add((row + 1, column))
    return frozenset(across)


def _text(value: Value) -> str:
    """A cell's value as it is read on: whole numbers without .0, days as 2024-10-18."""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)
