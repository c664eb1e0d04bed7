"""The lines of an office's list: which of them speak of a unit or a person, each with its cells by column.

Lists have more in them than rows: numbers of the columns, names of groups, headings repeated page by page,
totals and signatures. What is passed over is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from calendars.errors import Fault
from models.text import clean_line
from reporting.files.table import Row, SheetGrid, TableFault, column_place
from reporting.units.faults import ListNote
from reporting.units.headings import Headed, ListColumn
from reporting.units.list_words import plain

COLUMN_NUMBER = re.compile(r"\(?(?:[0-9]{1,2}|[A-Z])\)?", re.ASCII)
ORDINAL = re.compile(r"\(?(?:[IVXLC]+|[A-Z])\)?[.)]?", re.ASCII)
FOOTERS = re.compile(
    r"(tong|tong cong|tong so|cong|tong cong .*|nguoi lap( .*)?|noi nhan.*|ghi chu .*|"
    r"(.* )?ngay .*thang .*nam.*|tm .*|kt .*|tl .*|(thu truong|nguoi) ky.*)"
)
MOST_OF_FOOTER = 3
"""Cells of a line below the list."""
KEPT_BREAKS = frozenset({ListColumn.ADDRESS, ListColumn.PHONE, ListColumn.PERSON})


@dataclass(frozen=True, kw_only=True)
class ListLine:
    """One line about a unit or a person. `row` reads single cells; `texts` are the cells as they are, several
    columns of one kind joined by line breaks."""

    number: int
    row: Row
    texts: Mapping[ListColumn, str]
    numbers: frozenset[ListColumn]

    def __getitem__(self, column: ListColumn) -> str:
        return self.texts.get(column, "")

    @property
    def has_person(self) -> bool:
        return bool(self[ListColumn.PERSON] or self[ListColumn.ADDRESS])


def list_lines(headed: Headed, notes: list[Fault]) -> list[ListLine]:
    """The lines below the headings; what is passed over is added to the notes."""
    found = list(_rows(headed, notes))
    if not headed.has(ListColumn.NUMBER):
        return found
    last = max(
        (at for at, line in enumerate(found) if line[ListColumn.NUMBER].isdecimal()), default=len(found)
    )
    kept = []
    for at, line in enumerate(found):
        if at > last and not line[ListColumn.CODE] and not line.has_person and not line[ListColumn.NUMBER]:
            notes.append(ListNote.FOOTER(where=line.row.where, text=_first_text(line.texts.values())))
        else:
            kept.append(line)
    return kept


def _rows(headed: Headed, notes: list[Fault]) -> Iterator[ListLine]:
    titles = [clean_line(each.text) for each in headed.headings]
    places, width = _places(headed), 1 + max((each.at for each in headed.headings if each.text), default=0)
    across = headed.grid.across
    for at, (number, cells) in enumerate(headed.grid.lines[headed.first :]):
        texts = ["" if (number, place) in across else cell.strip() for place, cell in enumerate(cells)]
        filled = [text for text in texts if text]
        if at == 0 and len(filled) > 2 and all(map(COLUMN_NUMBER.fullmatch, filled)):
            continue
        if _repeats(texts, titles):
            continue
        line = _line(headed, number, texts, places)
        if not headed.grid.sheet and any(texts[width:]):
            cells_fault = TableFault.TOO_MANY_CELLS(cells=len(texts), columns=width)
            line.row.fault(TableFault.ROW(), cells_fault)
        if _is_group(headed.grid, number, line, texts):
            notes.append(ListNote.GROUP(where=line.row.where, text=_first_text(_words(line))))
        elif len(filled) <= MOST_OF_FOOTER and _is_footer(line):
            notes.append(ListNote.FOOTER(where=line.row.where, text=_first_text(_words(line))))
        elif any(line[each] for each in ListColumn if each not in (ListColumn.NUMBER, ListColumn.NOTHING)):
            yield line


def _repeats(texts: Sequence[str], titles: Sequence[str]) -> bool:
    """Whether the line has the headings again, as on the next page of a print."""
    filled = [(text, title) for text, title in zip(texts, titles, strict=False) if text]
    return bool(filled) and sum(clean_line(text) == title for text, title in filled[:3]) * 2 > len(filled[:3])


def _is_footer(line: ListLine) -> bool:
    words = plain(_first_text(_words(line)))
    return FOOTERS.fullmatch(words) is not None and not line[ListColumn.ADDRESS] and not line[ListColumn.CODE]


def _words(line: ListLine) -> list[str]:
    """The cells without the number, or that alone."""
    found = [text for column, text in line.texts.items() if column is not ListColumn.NUMBER and text]
    return found or list(line.texts.values())


def _first_text(texts: Iterable[str]) -> str:
    return clean_line(next((text for text in texts if text), ""))[:80]


def _is_group(grid: SheetGrid, number: int, line: ListLine, own: Sequence[str]) -> bool:
    """Whether the line is but the name of a group: one cell merged over others, or I, II, A, B before it."""
    texts = [text for text in own if text]
    if len(texts) == 1:
        return any((number, at) in grid.across for at in range(len(own))) and "@" not in texts[0]
    return len(texts) == 2 and ORDINAL.fullmatch(line[ListColumn.NUMBER]) is not None and not line.has_person


def _places(headed: Headed) -> dict[str, str]:
    """What the file calls the columns that errors name."""
    places: dict[str, str] = {}
    for each in headed.headings:
        if each.column is not None:
            places.setdefault(each.column, column_place(each.at, each.text))
    return places


def _line(headed: Headed, number: int, texts: Sequence[str], places: Mapping[str, str]) -> ListLine:
    cells: dict[ListColumn, str] = {}
    numbers = set()
    for each in headed.headings:
        text = texts[each.at] if each.at < len(texts) else ""
        if each.column is None or (each.column in cells and not text):
            continue
        if cells.get(each.column):
            text = f"{cells[each.column]}\n{text}"
        cells[each.column] = text if each.column in KEPT_BREAKS else " ".join(text.split())
        if (number, each.at) in headed.grid.numbers:
            numbers.add(each.column)
    row = Row(headed.grid.place(number, places), {column.value: text for column, text in cells.items()})
    return ListLine(number=number, row=row, texts=cells, numbers=frozenset(numbers))
