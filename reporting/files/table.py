"""Tables as offices send them: the cells of a sheet as texts, and rows read column by column.

A cell comes out NFC-normalised, trimmed and with single spaces. Whatever cannot be read becomes an error of
the form `file:row: column: what; remedy`, and reading goes on, so that one pass shows all errors.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from calendars.errors import Fault, FaultCode, ImpossibleDate
from calendars.rules import written_date
from messages.catalogue import N_, NP_, Plural, languages
from models.errors import InvalidInput
from models.file_faults import FilePlace, cell_fault
from models.text import clean_line
from models.validity import YEARS
from models.vocabulary import say


class TableFault(FaultCode):
    """A table, its header and its cells."""

    TOO_LARGE = (N_("is larger than %(limit)s MB"), N_("split it"))
    TOO_MANY_COLUMNS = (N_("has more than %(most)s columns"), N_("take out what is not part of the list"))
    TOO_MANY_ROWS = (N_("has more than %(most)s rows"), N_("split it, such as branch by branch"))
    QUOTES = (
        N_("a quotation mark stands in the wrong place, or is not closed"),
        N_("close every quotation mark"),
    )
    EMPTY = (NP_("file", "is empty"), N_("begin it with a line of column names"))
    ENCODING = (N_("is neither UTF-8 nor UTF-16 (byte %(byte)s)"), N_("save it again as 'CSV UTF-8'"))
    COLUMN_TWICE = (N_("column '%(column)s' stands there twice"), N_("keep one"))
    COLUMN_MISSING = (N_("the column is missing (%(format)s)"), NP_("column", "add it"))
    UNKNOWN_COLUMN = (N_("unknown column"), N_("possible are %(possible)s"))
    UNITS = N_("units")
    CONTACTS = N_("contacts")
    THREE_TIERS = N_("official list, three tiers")
    TWO_TIERS = N_("official list, two tiers")
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
    FAR_DATE = (N_("%(text)s lies outside the years 1900 to 2200"), N_("leave out a day that has no end"))
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
MOST_ROWS = 15_000
"""Of one load; the longest list there is, of the whole country, has 11,000."""
SPARE_ROWS = 100
"""Title lines, headings and blank lines that a list may have beside its rows."""
MOST_COLUMNS = 200
LONGEST_CELL = 200


@dataclass(frozen=True, kw_only=True)
class SheetGrid:
    """The cells of one sheet as texts: lines that are not blank, each with its number from 1.

    What a merged cell says stands in each of its cells; `across` are those filled from their left, `numbers`
    those that are numbers without leading zeros, both as line number and column from 0.
    """

    file: str
    sheet: str = ""
    lines: tuple[tuple[int, Sequence[str]], ...]
    across: frozenset[tuple[int, int]] = frozenset()
    numbers: frozenset[tuple[int, int]] = frozenset()

    def place(self, line: int, columns: Mapping[str, str] | None = None) -> Fault:
        """Where a line stands; `columns` says what the file calls the columns that errors name."""
        more = {"columns": columns} if columns else {}
        if not self.sheet:
            return FilePlace.ROW(file=self.file, line=line, **more)
        return FilePlace.SHEET_ROW(file=self.file, sheet=self.sheet, line=line, **more)


@dataclass
class Row:
    """One row of a table. Reading a wrong cell records the error and returns an empty value."""

    where: str
    cells: Mapping[str, str]
    errors: list[str] = field(default_factory=list)

    def fault(self, column: str, problem: str) -> None:
        self.errors.append(cell_fault(self.where, column, problem))

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
        if found is not None and found.year not in YEARS:
            self.fault(column, TableFault.FAR_DATE(text=text))
            return None
        return found

    def span(self) -> tuple[date | None, date | None]:
        """`valid_from` and `valid_to`, which must come later."""
        first, end = self.day("valid_from"), self.day("valid_to")
        if first and end and end <= first:
            self.fault("valid_to", TableFault.ENDS_EARLY(end=end, first=first))
        return first, end


def file_refused(name: str, problem: Fault) -> InvalidInput:
    """The error of a file as a whole."""
    return InvalidInput(FilePlace.FILE(file=name, problem=problem))


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


def table_of(grid: SheetGrid, at: int = 0) -> Table:
    """The table whose header is the sheet's line `at`. Raises `InvalidInput` for a column that is twice."""
    number, cells = grid.lines[at]
    header = _header(grid, number, cells)
    return Table(grid.file, header, tuple(_row(grid, header, *line) for line in grid.lines[at + 1 :]))


def column_letter(column: int) -> str:
    """What a table program calls the column, counted from 0: A to Z, then AA."""
    letters = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


def _header(grid: SheetGrid, number: int, cells: Sequence[str]) -> tuple[str, ...]:
    names = [clean_line(cell).casefold() for cell in cells]
    while names and not names[-1]:
        names.pop()
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        problem = TableFault.COLUMN_TWICE(column=twice[0])
        raise InvalidInput(FilePlace.LINE(file=grid.file, line=number, problem=problem))
    return tuple(names)


def _row(grid: SheetGrid, header: tuple[str, ...], number: int, cells: Sequence[str]) -> Row:
    columns = {}
    if grid.sheet:
        columns = {name: column_place(column, name) for column, name in enumerate(header)}
    row = Row(grid.place(number, columns), dict(zip(header, cells, strict=False)))
    if any(cell.strip() for cell in cells[len(header) :]):
        row.fault(TableFault.ROW(), TableFault.TOO_MANY_CELLS(cells=len(cells), columns=len(header)))
    return row


def column_place(column: int, heading: str) -> Fault:
    """A column as a person finds it in a table program."""
    return FilePlace.CELL_COLUMN(letter=column_letter(column), heading=heading)
