"""A table as a file: XLSX, or CSV as Excel opens it (UTF-8 with its mark), with the cells the page shows.

A CSV holds numbers as programs read them: 1234.5, a share of 65.5% as 0.655. A code that Excel would change,
such as 001, stands there as ="001".

A text that begins like a formula stays a text: in a name or a reason that others typed, Excel would otherwise
compute, or ask another program.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from datetime import date, datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from starlette.responses import Response

from calendars.periods import Language
from messages.catalogue import N_, NP_, translate
from models.text import clean_lines
from web.monitor.table import TableCell, TableSheet, words

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
WIDEST, NARROWEST = 60, 9
CHANGED = re.compile(
    r"0\d+|\d{12,}|\d+\.?\d*e-?\d+|\d[\d.-]*[.-][\d.-]*|true|false"
    r"|(\d{1,4}[-.]?)?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[-.]?\d{0,4}",
    re.ASCII | re.IGNORECASE,
)
"""What Excel reads as a number, a date or a truth value, whatever sign it has for decimals and thousands."""
CODES_KEPT = N_('written as ="001" so that Excel keeps it')
BYTE_ORDER_MARK = "\ufeff"


def download(
    sheet: TableSheet, kind: str, language: Language, zone: ZoneInfo, about: Sequence[tuple[str, str]]
) -> Response:
    """The file; `about` says in pairs what it is, as of when, with which filters (a sheet of its own)."""
    data = (
        csv_bytes(sheet, language, zone, about) if kind == "csv" else xlsx_bytes(sheet, language, zone, about)
    )
    name, own = f"dondoc-{sheet.name}.{kind}", quote(f"{file_name(sheet.title)}.{kind}")
    disposition = f"attachment; filename=\"{name}\"; filename*=UTF-8''{own}"
    headers = {"Content-Disposition": disposition, "Cache-Control": "no-store"}
    return Response(data, media_type=CSV if kind == "csv" else XLSX, headers=headers)


def file_name(title: str) -> str:
    """A title as a file is called: no signs that a system minds, and not long."""
    kept = "".join(c if c.isalnum() or c in " -" else " " for c in title)
    return " ".join(kept.split())[:80] or "dondoc"


def plain(text: str) -> str:
    """A text that no program takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def text_of(cell: TableCell, language: Language, zone: ZoneInfo) -> str:
    return f"{cell.mark} {words(cell, language, zone)}".strip()


def csv_bytes(
    sheet: TableSheet, language: Language, zone: ZoneInfo, about: Sequence[tuple[str, str]] = ()
) -> bytes:
    """With the `about` of a page's table its headings say how codes are written."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    kept = columns_kept(sheet)
    note = translate(language, CODES_KEPT)
    headings = [f"{each} ({note})" if about and n in kept else each for n, each in enumerate(sheet.headings)]
    writer.writerow([plain(heading) for heading in headings])
    for row in sheet.rows:
        writer.writerow([_csv_text(cell, language, zone) for cell in row])
    return (BYTE_ORDER_MARK + out.getvalue()).encode()


def columns_kept(sheet: TableSheet) -> set[int]:
    """The columns with codes that Excel would take for other numbers, or for dates."""
    return {n for row in sheet.rows for n, cell in enumerate(row) if _is_changed(cell)}


def _csv_text(cell: TableCell, language: Language, zone: ZoneInfo) -> str:
    """A number as a program reads it. Only what somebody typed can be a formula; our own figures may well
    begin with a minus."""
    value = cell.value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int | float):
        return f"{cell.mark} {value}".strip()
    if not isinstance(value, str):
        return "" if value is None else text_of(cell, language, zone)
    return f'="{value}"' if _is_changed(cell) else plain(text_of(cell, language, zone))


def _is_changed(cell: TableCell) -> bool:
    return cell.is_code and isinstance(cell.value, str) and CHANGED.fullmatch(cell.value) is not None


def xlsx_bytes(
    sheet: TableSheet, language: Language, zone: ZoneInfo, about: Sequence[tuple[str, str]]
) -> bytes:
    book = Workbook(write_only=True)
    page = book.create_sheet("dondoc")
    page.freeze_panes = "A2"
    for number, width in enumerate(_widths(sheet, language, zone), start=1):
        page.column_dimensions[get_column_letter(number)].width = width
    page.append([_text(page, heading, bold=True) for heading in sheet.headings])
    for row in sheet.rows:
        page.append([_cell(page, cell, language, zone) for cell in row])
    page.auto_filter.ref = f"A1:{get_column_letter(max(len(sheet.headings), 1))}{len(sheet.rows) + 1}"
    notes = book.create_sheet(translate(language, NP_("export", "About")))
    notes.column_dimensions["A"].width, notes.column_dimensions["B"].width = 24, WIDEST
    for name, value in about:
        notes.append([_text(notes, name, bold=True), _text(notes, value)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _widths(sheet: TableSheet, language: Language, zone: ZoneInfo) -> list[int]:
    found = [max(len(heading), NARROWEST) for heading in sheet.headings]
    for row in sheet.rows[:200]:
        found = [max(w, len(text_of(c, language, zone)) + 2) for w, c in zip(found, row, strict=True)]
    return [min(width, WIDEST) for width in found]


def _cell(page: WriteOnlyWorksheet, cell: TableCell, language: Language, zone: ZoneInfo) -> Cell:
    value = cell.value
    if cell.mark or value is None or isinstance(value, str):
        return _text(page, text_of(cell, language, zone))
    if isinstance(value, datetime):
        return _formatted(page, value.astimezone(zone).replace(tzinfo=None), "dd/mm/yyyy hh:mm")
    if isinstance(value, date):
        return _formatted(page, value, "dd/mm/yyyy")
    return _formatted(page, value, "0.0%" if cell.is_share else "General")


def _formatted(page: WriteOnlyWorksheet, value: date | float, number_format: str) -> Cell:
    found: Cell = WriteOnlyCell(page)
    found.value = value
    found.number_format = number_format
    return found


def _text(page: WriteOnlyWorksheet, text: str, *, bold: bool = False) -> Cell:
    found: Cell = WriteOnlyCell(page)
    found.value = clean_lines(text)
    found.data_type = "s"  # never a formula, whatever it begins with
    if bold:
        found.font = Font(bold=True)
    return found
