"""Units as a file describes them: the rows of our own units CSV."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from models.vocabulary import Level
from reporting.files.csv_table import Row, Table
from reporting.units.faults import CellRemedy

COLUMNS = frozenset({"code", "name", "level", "kind", "superior"})
MORE_COLUMNS = frozenset({"groups", "succeeds", "valid_from", "valid_to"})
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}", re.ASCII)
KIND = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitRow:
    """What one row says of a unit, from `valid_from` (None: the day of loading) until before `valid_to`;
    `succeeds` are the codes of units from which it takes over."""

    where: str
    code: str
    name: str
    level: str
    kind: str
    superior: str | None = None
    groups: frozenset[str] = frozenset()
    succeeds: frozenset[str] = frozenset()
    valid_from: date | None = None
    valid_to: date | None = None


def read_unit_rows(table: Table) -> list[UnitRow]:
    """The units of our own CSV; errors stay with the table's rows."""
    return [_unit(row) for row in table.rows]


def _unit(row: Row) -> UnitRow:
    valid_from, valid_to = row.span()
    return UnitRow(
        where=row.where,
        code=row.matching("code", CODE, CellRemedy.CODE()),
        name=row.text("name"),
        level=row.word("level", Level),
        kind=row.matching("kind", KIND, CellRemedy.KIND()),
        superior=row.optional("superior") or None,
        groups=_several(row, "groups"),
        succeeds=_several(row, "succeeds"),
        valid_from=valid_from,
        valid_to=valid_to,
    )


def _several(row: Row, column: str) -> frozenset[str]:
    return frozenset(filter(None, (each.strip() for each in row.optional(column).split(";"))))
