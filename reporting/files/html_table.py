"""The table of a web page as a sheet: what many programs write and call .xls."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from reporting.files.csv_text import decoded
from reporting.files.table import MOST_COLUMNS, MOST_ROWS, SheetGrid, TableFault, file_refused

PAGE = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|table|meta|head|style|\?xml[^>]*>\s*<html)",
    re.IGNORECASE,
)
Cell = tuple[int, int]


def is_page(raw: bytes) -> bool:
    """Whether the octets begin like a web page."""
    return PAGE.match(raw.replace(b"\0", b"")[:400].removeprefix(b"\xff\xfe")) is not None


def read_page(raw: bytes, name: str) -> list[SheetGrid]:
    """Its tables with something in them, one sheet each. Raises `InvalidInput` where there is none."""
    reader = _Tables(name)
    reader.feed(decoded(raw, name))
    reader.close()
    if not reader.grids:
        raise file_refused(name, TableFault.EMPTY())
    return reader.grids


class _Tables(HTMLParser):
    """Gathers the cells of tables; a cell over several rows or columns stands in each of them."""

    def __init__(self, name: str) -> None:
        super().__init__(convert_charrefs=True)
        self.grids: list[SheetGrid] = []
        self._name = name
        self._cells: dict[Cell, str] = {}
        self._across: set[Cell] = set()
        self._row, self._column, self._span = 0, 0, (1, 1)
        self._text: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._finish()
        elif tag == "tr":
            self._end_cell()
            self._row, self._column = self._row + 1, 0
            if self._row > MOST_ROWS + 1:
                raise file_refused(self._name, TableFault.TOO_MANY_ROWS(most=MOST_ROWS))
        elif tag in ("td", "th"):
            self._end_cell()
            values = dict(attrs)
            self._span = _number(values.get("rowspan")), _number(values.get("colspan"))
            self._text = []
        elif tag in ("br", "p", "div") and self._text:
            self._text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr"):
            self._end_cell()
        elif tag == "table":
            self._finish()

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(" ".join(data.split()) if data.strip() else " ")

    def close(self) -> None:
        super().close()
        self._finish()

    def _end_cell(self) -> None:
        if self._text is None:
            return
        text, self._text = "".join(self._text).strip(), None
        while (self._row, self._column) in self._cells:
            self._column += 1
        down, across = self._span
        if self._column + across > MOST_COLUMNS:
            raise file_refused(self._name, TableFault.TOO_MANY_COLUMNS(most=MOST_COLUMNS))
        for row in range(self._row, self._row + down):
            for column in range(self._column, self._column + across):
                self._cells[row, column] = text
                if column > self._column:
                    self._across.add((row, column))
        self._column += across

    def _finish(self) -> None:
        self._end_cell()
        lines: dict[int, list[str]] = {}
        for (row, column), text in sorted(self._cells.items()):
            line = lines.setdefault(row, [])
            line.extend([""] * (column - len(line)))
            line.append(text)
        found = tuple((row, line) for row, line in lines.items() if any(line) and row <= self._row)
        if found:
            sheet = str(len(self.grids) + 1)
            self.grids.append(
                SheetGrid(file=self._name, sheet=sheet, lines=found, across=frozenset(self._across))
            )
        self._cells, self._across, self._row, self._column = {}, set(), 0, 0


def _number(text: str | None) -> int:
    return max(1, min(int(text), MOST_COLUMNS)) if text and text.isdecimal() and len(text) < 6 else 1
