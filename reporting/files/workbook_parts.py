"""What the reader of workbooks does not tell, from the XML inside: how far a sheet reaches, before anything
of it is in memory; numbers that are shown with leading zeros; in .ods the merged cells.

The XML is read as a stream and let go. A document type, with which XML can be made to swell, is refused.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO
from xml.etree import ElementTree
from xml.parsers import expat

from reporting.files.table import MOST_COLUMNS, MOST_ROWS, SPARE_ROWS

Cell = tuple[int, int]
"""Row and column from 0."""
LARGEST_PART = 300 * 2**20
SMALL_PART = 4 * 2**20
ZEROS = re.compile(r"(?:\[[^\]]*\])?(0{2,})(?:;.*)?", re.ASCII)
SHOWN_ZEROS = re.compile(r"0[0-9]+", re.ASCII)
REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})", re.ASCII)
XLSX_NAMES = re.compile(r"\{[^}]*\}")


class TooFar(Exception):
    """A sheet reaches further than any list."""


class BadPart(Exception):
    """A part of the workbook that is missing, too large, or no plain XML."""


@dataclass
class SheetMarks:
    """Of one sheet: cells shown with leading zeros, with the text shown; and merged cells, first to last."""

    zeros: dict[Cell, str] = field(default_factory=dict)
    merged: list[tuple[Cell, Cell]] = field(default_factory=list)


def xlsx_marks(archive: zipfile.ZipFile) -> dict[str, SheetMarks]:
    """Of each sheet of an .xlsx, by its name. Raises `TooFar` or `BadPart`."""
    relations = _small(archive, "xl/_rels/workbook.xml.rels")
    targets = {each.get("Id"): each.get("Target", "") for each in relations}
    formats = _zero_formats(archive)
    found = {}
    for sheet in _tree_items(_small(archive, "xl/workbook.xml"), "sheet"):
        relation = next((value for name, value in sheet.items() if _plain(name) == "id"), "")
        part = targets.get(relation, "")
        path = part.lstrip("/") if part.startswith("/") else f"xl/{part}"
        is_sheet = "worksheets" in path and sheet.get("state", "visible") == "visible"
        if is_sheet:
            found[sheet.get("name", "")] = _sheet_marks(archive, path, formats)
    return found


def _small(archive: zipfile.ZipFile, path: str) -> ElementTree.Element:
    try:
        with archive.open(path) as part:
            data = part.read(SMALL_PART + 1)
        if len(data) > SMALL_PART or b"<!DOCTYPE" in data:
            raise BadPart(path)
        return ElementTree.fromstring(data)
    except (KeyError, zipfile.BadZipFile, ElementTree.ParseError, NotImplementedError, RuntimeError) as error:
        raise BadPart(path) from error


def _tree_items(tree: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
    return (each for each in tree.iter() if _plain(each.tag) == name)


def _plain(name: str) -> str:
    return XLSX_NAMES.sub("", name)


def _zero_formats(archive: zipfile.ZipFile) -> dict[str, int]:
    """Styles that show numbers with leading zeros, with how many digits."""
    if "xl/styles.xml" not in archive.namelist():
        return {}
    tree = _small(archive, "xl/styles.xml")
    digits = {}
    for each in _tree_items(tree, "numFmt"):
        zeros = ZEROS.fullmatch(each.get("formatCode", "").replace("\\", "").replace('"', ""))
        if zeros:
            digits[each.get("numFmtId")] = len(zeros[1])
    styles = next(_tree_items(tree, "cellXfs"), None)
    ids = [each.get("numFmtId") for each in styles if _plain(each.tag) == "xf"] if styles is not None else []
    return {str(number): digits[id] for number, id in enumerate(ids) if id in digits}


def _sheet_marks(archive: zipfile.ZipFile, path: str, formats: Mapping[str, int]) -> SheetMarks:
    reader = _XlsxSheet(formats)
    _parse(archive, path, reader.start, reader.end, reader.text)
    return reader.marks


def _parse(
    archive: zipfile.ZipFile,
    path: str,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    text: Callable[[str], None],
) -> None:
    parser = expat.ParserCreate(namespace_separator=None)
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text

    def no_document_type(*_: object) -> None:
        raise BadPart(path)

    parser.StartDoctypeDeclHandler = no_document_type
    try:
        with archive.open(path) as part:
            _feed(parser, part, path)
    except (KeyError, zipfile.BadZipFile, expat.ExpatError, NotImplementedError, RuntimeError) as error:
        raise BadPart(path) from error


def _feed(parser: expat.XMLParserType, part: IO[bytes], path: str) -> None:
    read = 0
    while data := part.read(2**18):
        read += len(data)
        if read > LARGEST_PART:
            raise BadPart(path)
        parser.Parse(data, False)
    parser.Parse(b"", True)


def _check(row: int, column: int) -> None:
    if row >= MOST_ROWS + SPARE_ROWS or column >= MOST_COLUMNS:
        raise TooFar


class _XlsxSheet:
    """Follows the elements of one sheet of an .xlsx."""

    def __init__(self, formats: Mapping[str, int]) -> None:
        self.marks = SheetMarks()
        self._formats = formats
        self._cell, self._digits, self._value, self._is_value = (-1, -1), 0, "", False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        row, column = self._cell
        if name == "row":
            self._cell = (int(attributes["r"]) - 1 if attributes.get("r", "").isdecimal() else row + 1, -1)
        elif name == "c":
            at = REFERENCE.fullmatch(attributes.get("r", ""))
            self._cell = (int(at[2]) - 1, _column(at[1])) if at else (row, column + 1)
            is_number = attributes.get("t", "n") == "n"
            self._digits = self._formats.get(attributes.get("s", ""), 0) if is_number else 0
        elif name in ("v", "is"):
            _check(*self._cell)
            self._is_value, self._value = name == "v" and bool(self._digits), ""

    def text(self, text: str) -> None:
        if self._is_value:
            self._value += text

    def end(self, name: str) -> None:
        if name.rpartition(":")[2] == "v" and self._is_value:
            self._is_value = False
            number = self._value.removesuffix(".0")
            if number.isdecimal():
                self.marks.zeros[self._cell] = number.zfill(self._digits)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def ods_marks(archive: zipfile.ZipFile) -> dict[str, SheetMarks]:
    """Of each sheet of an .ods, by its name. Raises `TooFar` or `BadPart`."""
    reader = _OdsSheets()
    _parse(archive, "content.xml", reader.start, reader.end, reader.text)
    return reader.sheets


class _OdsSheets:
    """Follows the elements of an .ods, in which rows and cells are repeated by a number."""

    def __init__(self) -> None:
        self.sheets: dict[str, SheetMarks] = {}
        self._marks = SheetMarks()
        self._row, self._rows, self._column, self._columns = 0, 1, 0, 1
        self._shown, self._is_number, self._is_filled = "", False, False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "table":
            self._marks = self.sheets[attributes.get("table:name", "")] = SheetMarks()
            self._row = 0
        elif name == "table-row":
            self._rows, self._column = _number(attributes, "table:number-rows-repeated"), 0
        elif name in ("table-cell", "covered-table-cell"):
            self._columns = _number(attributes, "table:number-columns-repeated")
            self._shown, self._is_number = "", attributes.get("office:value-type") == "float"
            self._is_filled = "office:value-type" in attributes
            down = _number(attributes, "table:number-rows-spanned")
            across = _number(attributes, "table:number-columns-spanned")
            if down * across > 1:
                _check(down - 1, across - 1)
                first = self._row, self._column
                self._marks.merged.append((first, (first[0] + down - 1, first[1] + across - 1)))

    def text(self, text: str) -> None:
        if len(self._shown) < 100:
            self._shown += text

    def end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if name == "table-row":
            self._row += self._rows
        elif name in ("table-cell", "covered-table-cell"):
            if self._is_filled or self._shown.strip():
                _check(self._row + self._rows - 1, self._column + self._columns - 1)
                if self._is_number and SHOWN_ZEROS.fullmatch(self._shown.strip()):
                    self._marks.zeros[self._row, self._column] = self._shown.strip()
            self._column += self._columns


def _number(attributes: Mapping[str, str], name: str) -> int:
    text = attributes.get(name, "1")
    return min(int(text), 2**31) if text.isdecimal() and len(text) < 12 else 1
