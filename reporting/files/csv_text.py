"""A CSV file as a sheet: commas, semicolons or tabs; UTF-8, UTF-16, or Vietnamese Windows of old."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from itertools import zip_longest

from models.errors import InvalidInput
from models.file_faults import FilePlace
from reporting.files.table import MOST_ROWS, SPARE_ROWS, SheetGrid, TableFault, file_refused

SEPARATOR_LINE = re.compile(r"\s*\"?sep=([^\w\s\"]|\t)\"?[;,\t ]*(?:\r?\n|\r|\Z)", re.IGNORECASE)
"""What Excel writes above a table, and reads: `sep=;`."""
VIETNAMESE = re.compile(
    "(?:[\0-\x7f\u0110\u0111]"  # d with a stroke is the only other letter without a mark
    "|[aeiouyAEIOUY][\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323]+"
    "|[\u2013\u2014\u2018\u2019\u201c\u201d\u2026\u2022\u00a0])*"  # as word processors put them
)
"""A decomposed text in which nothing tells of another language or encoding."""
LOOKED_AT = 10_000
"""Characters in which the separator shows, even below titles that have none."""
END_OF_DOS = "\x1a"
"""Ctrl-Z, with which old programs close a text."""
KEPT_AS_TEXT = re.compile(r"""\A\s*="([^"]*)"\s*\Z""")
"""How a code is written so that Excel keeps its zeros: ="001"."""
OLD_WINDOWS = "cp1258"
"""What Vietnamese table programs wrote before UTF-8, and still write as plain "CSV"."""


def read_csv(raw: bytes, name: str) -> SheetGrid:
    """The sheet, which errors call by its `name`. Raises `InvalidInput` where it cannot be read at all."""
    separator, text = _separated(decoded(raw, name))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    lines: list[tuple[int, list[str]]] = []
    try:
        for line in _numbered(reader):
            lines.append(line)
            if len(lines) > MOST_ROWS + SPARE_ROWS:
                raise file_refused(name, TableFault.TOO_MANY_ROWS(most=MOST_ROWS))
    except csv.Error as error:
        problem = TableFault.QUOTES()
        raise InvalidInput(FilePlace.LINE(file=name, line=reader.line_num, problem=problem)) from error
    if not lines:
        raise file_refused(name, TableFault.EMPTY())
    return SheetGrid(file=name, lines=tuple(lines))


def decoded(raw: bytes, name: str) -> str:
    """The text. Raises `InvalidInput` for an encoding that is not read."""
    try:
        text = raw.decode(_encoding(raw))
    except UnicodeDecodeError as error:
        text = _of_old_windows(raw)
        if not text:
            raise file_refused(name, TableFault.ENCODING(byte=error.start)) from error
    return text.rstrip(f"{END_OF_DOS}\r\n") if text.rstrip().endswith(END_OF_DOS) else text


def _of_old_windows(raw: bytes) -> str:
    """The text, if all its letters are such as Vietnamese has; empty for another encoding."""
    try:
        text = raw.decode(OLD_WINDOWS)
    except UnicodeDecodeError:
        return ""
    return text if VIETNAMESE.fullmatch(unicodedata.normalize("NFD", text)) else ""


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
    lines = [line for line in text[:LOOKED_AT].splitlines() if line.strip()]
    for line, following in zip_longest(lines, lines[1:], fillvalue=""):
        separator = max(",;\t", key=line.count)
        if separator in line and (separator in following or not following):
            return separator, text
    return ",", text


def _numbered(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, with the number of the line they begin on."""
    begins = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield begins, [KEPT_AS_TEXT.sub(r"\1", cell) for cell in cells]
        begins = reader.line_num + 1  # type: ignore[attr-defined]
