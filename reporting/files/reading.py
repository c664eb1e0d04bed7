"""Lists of any format as sheets: the one reader for pages and the command line. What a file is, its content
says, whatever its name says."""

from __future__ import annotations

from pathlib import Path

from reporting.files.csv_text import read_csv
from reporting.files.html_table import is_page, read_page
from reporting.files.table import LARGEST_FILE, SheetGrid, TableFault, file_refused
from reporting.files.workbook import OLE, ZIP, WorkbookFault, read_workbook

PDF = b"%PDF"
SPREADSHEET_XML = b"urn:schemas-microsoft-com:office:spreadsheet"


def read_sheets(path: Path, name: str = "") -> list[SheetGrid]:
    """The sheets of a file, which errors call by its `name`. Raises `InvalidInput` where the file as a whole
    cannot be read; what is too large is not opened."""
    name = name or str(path)
    if path.stat().st_size > LARGEST_FILE:
        raise file_refused(name, TableFault.TOO_LARGE(limit=LARGEST_FILE // 2**20))
    raw = path.read_bytes()
    if raw.startswith((ZIP, OLE)):
        return read_workbook(raw, name)
    if raw.startswith(PDF):
        raise file_refused(name, WorkbookFault.NO_WORKBOOK(kind=WorkbookFault.PDF()))
    if SPREADSHEET_XML in raw[:2000]:
        raise file_refused(name, WorkbookFault.BROKEN())
    return read_page(raw, name) if is_page(raw) else [read_csv(raw, name)]
