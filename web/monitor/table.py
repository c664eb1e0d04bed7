"""A table as data: the page shows it, and the exported file holds the very same cells, and keys beside them.

So the two cannot disagree. A cell knows what kind of value it holds; how a person reads it is decided here,
how a program does in `export.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from messages.catalogue import Language, translate
from messages.formats import number_text, percent_text
from web.rendering import day_words, moment_words

Value = str | int | float | date | datetime | None


@dataclass(frozen=True, slots=True)
class TableCell:
    """One value; `share` is a part of 1 shown in percent. `mark` precedes the words."""

    value: Value
    href: str = ""
    kind: str = ""
    mark: str = ""
    is_share: bool = False
    is_code: bool = False
    """A unit's code, which table programs would take for a number."""
    without: str = ""
    """What a page says where there is no value."""


def share(value: float | None) -> TableCell:
    """A rate, rounded down, so that 100% means all; None is "not available"."""
    return TableCell(None if value is None else int(value * 1000) / 1000, is_share=True)


@dataclass(frozen=True, kw_only=True)
class TableSheet:
    """A table: its name in addresses, its title, headings and rows; `figures` are columns of numbers."""

    name: str
    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[TableCell]]
    figures: frozenset[int] = frozenset()
    ids: Sequence[int] = ()
    total: int = 0
    empty: str = ""
    narrow: frozenset[int] = frozenset()
    """Columns that must not break."""
    codes: frozenset[int] = frozenset()
    """Columns of codes, which the file has beside the names, and the page has not."""
    chases: Sequence[str] = ()
    """For each row where it can be chased; on the screen alone."""

    reports: int | None = None
    """How many reports its rows are about, where a row is about several."""

    @property
    def count(self) -> int:
        """How many rows there are in all; a page may show fewer."""
        return max(self.total, len(self.rows))


Row = TypeVar("Row")


@dataclass(frozen=True)
class Column(Generic[Row]):
    """A column: its heading, and what gives a row's cell; figures go right, narrow ones do not break."""

    heading: str
    cell: Callable[[Row], TableCell | Value]
    is_figure: bool = False
    is_narrow: bool = False
    is_code: bool = False


def figure(heading: str, cell: Callable[[Row], TableCell | Value]) -> Column[Row]:
    return Column(heading, cell, is_figure=True)


def code(heading: str, cell: Callable[[Row], str]) -> Column[Row]:
    return Column(heading, cell, is_code=True)


def narrow(heading: str, cell: Callable[[Row], TableCell | Value]) -> Column[Row]:
    return Column(heading, cell, is_narrow=True)


def make_sheet(
    name: str,
    title: str,
    columns: Sequence[Column[Row]],
    rows: Sequence[Row],
    *,
    total: int = 0,
    empty: str = "",
    ids: Sequence[int] = (),
    chases: Sequence[str] = (),
) -> TableSheet:
    """The table of `rows`; a cell that is only a value needs no `TableCell`."""

    def cell(column: Column[Row], row: Row) -> TableCell:
        made = column.cell(row)
        return made if isinstance(made, TableCell) else TableCell(made, is_code=column.is_code)

    return TableSheet(
        name=name,
        title=title,
        headings=[column.heading for column in columns],
        rows=[[cell(column, row) for column in columns] for row in rows],
        figures=frozenset(number for number, column in enumerate(columns) if column.is_figure),
        narrow=frozenset(number for number, column in enumerate(columns) if column.is_narrow),
        codes=frozenset(number for number, column in enumerate(columns) if column.is_code),
        total=total,
        empty=empty,
        ids=ids,
        chases=chases,
    )


def words(cell: TableCell, language: Language, zone: ZoneInfo) -> str:
    """The cell as a person reads it, without its mark."""
    value = cell.value
    if cell.is_share:
        return percent_text(value, language) if isinstance(value, int | float) else translate(language, "n/a")
    if isinstance(value, datetime):
        return moment_words(value, zone, language)
    if isinstance(value, date):
        return day_words(value, zone, language)
    if isinstance(value, float):
        return number_text(float(f"{value:g}"), language)
    if isinstance(value, int):
        return number_text(value, language)
    return value or cell.without
