"""Tables as offices send them: CSV with commas, semicolons or tabs, in UTF-8 or UTF-16.

A cell comes out NFC-normalised, trimmed and with single spaces. Whatever cannot be read becomes an error of
the form `file:row: column: what; remedy`, and reading goes on, so that one pass shows all errors.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path

from calendars.errors import Fault, FaultCode, ImpossibleDate
from calendars.rules import written_date
from messages.catalogue import N_, NP_, Plural, languages
from models.errors import InvalidInput
from models.file_faults import FilePlace
from models.text import clean_line
from models.vocabulary import say


class TableFault(FaultCode):
    """A table, its header and its cells."""

    TOO_LARGE = (N_("is larger than %(limit)s MB"), N_("split it"))
    QUOTES = (
        N_("a quotation mark stands in the wrong place, or is not closed"),
        N_("close every quotation mark"),
    )
    EMPTY = (NP_("file", "is empty"), N_("begin it with a line of column names"))
    ENCODING = (N_("is neither UTF-8 nor UTF-16 (byte %(byte)s)"), N_("save it again as 'CSV UTF-8'"))
    COLUMN_TWICE = (N_("column '%(column)s' stands there twice"), N_("keep one"))
    UNKNOWN_COLUMNS = (N_("these columns are of no known format"), N_("known are %(formats)s"))
    COLUMN_MISSING = (N_("the column is missing (%(format)s)"), NP_("column", "add it"))
    UNKNOWN_COLUMN = (N_("unknown column"), N_("possible are %(possible)s"))
    UNITS = N_("units")
    CONTACTS = N_("contacts")
    THREE_TIERS = N_("official list, three tiers")
    TWO_TIERS = N_("official list, two tiers")
    AND_FORMAT = N_("%(some)s; %(one)s")
    ROW = N_("row")
    HOLDS = (N_("holds %(character)s"), NP_("character", "take it out"))
    LINE_BREAK = N_("a line break")
    NUL = N_("a NUL")
    CONTROL = N_("the control character %(code)s")
    TOO_LONG = (N_("has %(length)s characters"), N_("shorten it to %(most)s"))
    EMPTY_CELL = (N_("is empty"), N_("fill it in"))
    NOT_POSSIBLE = (N_("'%(text)s' is not possible"), "%(remedy)s")
    UNKNOWN_WORD = (N_("'%(text)s' is unknown"), N_("write one of %(words)s"))
    NO_SUCH_DAY = (N_("there is no day %(text)s"), N_("correct the date"))
    NO_DATE = (N_("'%(text)s' is no date"), N_("write it as 2024-02-17 or 17/2/2024"))
    ENDS_EARLY = (
        N_("%(end)s is not after valid_from %(first)s"),
        N_("it is the first day on which it ended"),
    )
    TOO_MANY_CELLS = (
        Plural(
            "has %(cells)s cells under %(columns)s column",
            "has %(cells)s cells under %(columns)s columns",
            "columns",
        ),
        N_("quote a value that holds a separator"),
    )


LARGEST_FILE = 50 * 2**20
LONGEST_CELL = 200
SEPARATOR_LINE = re.compile(r"\s*\"?sep=([^\w\s\"]|\t)\"?[;,\t ]*(?:\r?\n|\r|\Z)", re.IGNORECASE)
"""What Excel writes above a table, and reads: `sep=;`."""
END_OF_DOS = "\x1a"
"""Ctrl-Z, with which old programs close a text."""


@dataclass
class Row:
    """One row of a table. Reading a wrong cell records the error and returns an empty value."""

    where: str
    cells: Mapping[str, str]
    errors: list[str] = field(default_factory=list)

    def fault(self, column: str, problem: str) -> None:
        self.errors.append(FilePlace.COLUMN(where=self.where, column=column, problem=problem))

    def optional(self, column: str) -> str:
        """The cell's text, empty where there is none."""
        text = self.cells.get(column, "")
        refused = next((char for char in text if not _is_text(char)), None)
        if refused is not None:
            self.fault(column, TableFault.HOLDS(character=_name(refused)))
            return ""
        text = clean_line(text)
        if len(text) > LONGEST_CELL:
            self.fault(column, TableFault.TOO_LONG(length=len(text), most=LONGEST_CELL))
            return ""
        return text

    def text(self, column: str) -> str:
        """The cell's text; an empty cell is an error."""
        before = len(self.errors)
        text = self.optional(column)
        if not text and len(self.errors) == before:
            self.fault(column, TableFault.EMPTY_CELL())
        return text

    def matching(self, column: str, pattern: re.Pattern[str], remedy: Fault) -> str:
        """The cell's text, which must have this form."""
        text = self.text(column)
        if text and not pattern.fullmatch(text):
            self.fault(column, TableFault.NOT_POSSIBLE(text=text, remedy=remedy))
            return ""
        return text

    def word(self, column: str, words: type[StrEnum]) -> str:
        """One word of the vocabulary, in any language there is, as its English form."""
        text = self.text(column)
        for word in words:
            if text.casefold() in (word.value, *(say(word, language) for language in languages())):
                return word.value
        if text:
            self.fault(column, TableFault.UNKNOWN_WORD(text=text, words=list(words)))
        return ""

    def day(self, column: str) -> date | None:
        """A date as 2024-02-17 or 17/2/2024, or none."""
        text = self.optional(column)
        try:
            found = written_date(text)
        except ImpossibleDate:
            self.fault(column, TableFault.NO_SUCH_DAY(text=text))
            return None
        if text and found is None:
            self.fault(column, TableFault.NO_DATE(text=text))
        return found

    def span(self) -> tuple[date | None, date | None]:
        """`valid_from` and `valid_to`, which must come later."""
        first, end = self.day("valid_from"), self.day("valid_to")
        if first and end and end <= first:
            self.fault("valid_to", TableFault.ENDS_EARLY(end=end, first=first))
        return first, end


def _is_text(char: str) -> bool:
    category = unicodedata.category(char)
    return not (category.startswith("C") or category in {"Zl", "Zp"})


def _name(char: str) -> Fault:
    if char in "\r\n\u2028\u2029":
        return TableFault.LINE_BREAK()
    return TableFault.NUL() if char == "\0" else TableFault.CONTROL(code=f"U+{ord(char):04X}")


@dataclass(frozen=True)
class Table:
    """A file's header, in lower case, and its rows, each with its place as `file:line`."""

    name: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]


def read_table(path: Path, name: str = "") -> Table:
    """The table in a file, which errors call by its `name`. Raises `InvalidInput` where the file as a whole
    cannot be read."""
    name = name or str(path)
    if path.stat().st_size > LARGEST_FILE:
        raise _refused(name, TableFault.TOO_LARGE(limit=LARGEST_FILE // 2**20))
    separator, text = _separated(_decoded(path, name))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        lines = list(_numbered(reader))
    except csv.Error as error:
        problem = TableFault.QUOTES()
        raise InvalidInput(FilePlace.LINE(file=name, line=reader.line_num, problem=problem)) from error
    if not lines:
        raise _refused(name, TableFault.EMPTY())
    header = _header(name, *lines[0])
    return Table(name, header, tuple(_row(name, header, number, cells) for number, cells in lines[1:]))


def _decoded(path: Path, name: str) -> str:
    raw = path.read_bytes()
    try:
        text = raw.decode(_encoding(raw))
    except UnicodeDecodeError as error:
        raise _refused(name, TableFault.ENCODING(byte=error.start)) from error
    return text.rstrip(f"{END_OF_DOS}\r\n") if text.rstrip().endswith(END_OF_DOS) else text


def _refused(name: str, problem: Fault) -> InvalidInput:
    return InvalidInput(FilePlace.FILE(file=name, problem=problem))


def _encoding(raw: bytes) -> str:
    """UTF-16 shows by its mark, or, where a program left that out, by the zero byte of its first letter."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if raw[:1] and raw[1:2] == b"\0":
        return "utf-16-le"
    return "utf-16-be" if raw[:1] == b"\0" and raw[1:2] != b"\0" else "utf-8-sig"


def _separated(text: str) -> tuple[str, str]:
    """What separates the cells, and the text with an empty line in place of the one that says so to Excel."""
    said = SEPARATOR_LINE.match(text)
    if said:
        return said[1], "\n" + text[said.end() :]
    header = next((line for line in text.splitlines() if line.strip()), "")
    return max(",;\t", key=header.count), text


def _numbered(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, with the number of the line they begin on."""
    begins = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield begins, cells
        begins = reader.line_num + 1  # type: ignore[attr-defined]


def _header(file: str, number: int, cells: list[str]) -> tuple[str, ...]:
    names = [clean_line(cell).casefold() for cell in cells]
    while names and not names[-1]:
        names.pop()
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        problem = TableFault.COLUMN_TWICE(column=twice[0])
        raise InvalidInput(FilePlace.LINE(file=file, line=number, problem=problem))
    return tuple(names)


def _row(file: str, header: tuple[str, ...], number: int, cells: list[str]) -> Row:
    row = Row(FilePlace.ROW(file=file, line=number), dict(zip(header, cells, strict=False)))
    if any(cell.strip() for cell in cells[len(header) :]):
        row.fault(TableFault.ROW(), TableFault.TOO_MANY_CELLS(cells=len(cells), columns=len(header)))
    return row
