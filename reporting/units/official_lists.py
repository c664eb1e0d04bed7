"""The General Statistics Office's lists of administrative units: three tiers, since 1/7/2025 two.

The official code is the unit's code. A list has one row per commune and repeats its province and district, so
what is repeated must agree. An island district without communes has one row of its own.
"""

from __future__ import annotations

import re
from dataclasses import replace

from models.text import slug
from models.vocabulary import Level
from reporting.files.table import Row, Table
from reporting.units.faults import CellRemedy, UnitFault
from reporting.units.rows import UnitRow

THREE_TIERS = frozenset({"tỉnh thành phố", "mã tp", "quận huyện", "mã qh", "phường xã", "mã px", "cấp"})
TWO_TIERS = frozenset({"province_code", "province", "commune_code", "commune", "division_type"})
ENGLISH_NAME = "tên tiếng anh"
KINDS = {
    Level.PROVINCE: ("tinh", "thanh-pho"),
    Level.DISTRICT: ("quan", "huyen", "thi-xa", "thanh-pho"),
    Level.GRASSROOTS: ("phuong", "xa", "thi-tran", "dac-khu"),
}
ADMINISTRATIVE_KINDS = frozenset(kind for kinds in KINDS.values() for kind in kinds)
DIGITS = {Level.PROVINCE: 2, Level.DISTRICT: 3, Level.GRASSROOTS: 5}


def read_three_tiers(table: Table) -> list[UnitRow]:
    """Provinces, districts and communes of the list before 1/7/2025."""
    found: dict[str, UnitRow] = {}
    for row in table.rows:
        province = _unit(row, Level.PROVINCE, "mã tp", "tỉnh thành phố")
        district = _unit(row, Level.DISTRICT, "mã qh", "quận huyện", superior=province)
        _add_repeated(found, row, "mã tp", province)
        _add_repeated(found, row, "mã qh", district)
        if row.optional("mã px") or row.optional("phường xã"):
            commune = _unit(row, Level.GRASSROOTS, "mã px", "phường xã", kind="cấp", superior=district)
            _add_once(found, row, "mã px", commune)
    return list(found.values())


def read_two_tiers(table: Table) -> list[UnitRow]:
    """Provinces and communes of the list since 1/7/2025."""
    found: dict[str, UnitRow] = {}
    for row in table.rows:
        province = _unit(row, Level.PROVINCE, "province_code", "province")
        _add_repeated(found, row, "province_code", province)
        commune = _unit(
            row, Level.GRASSROOTS, "commune_code", "commune", kind="division_type", superior=province
        )
        _add_once(found, row, "commune_code", commune)
    return list(found.values())


def _unit(
    row: Row, level: Level, code: str, name: str, kind: str | None = None, superior: UnitRow | None = None
) -> UnitRow:
    title = row.text(name)
    return UnitRow(
        where=row.where,
        code=_code(row, code, DIGITS[level]),
        name=title,
        level=level.value,
        kind=_kind(row, kind or name, level),
        superior=superior.code if superior else None,
    )


def _code(row: Row, column: str, digits: int) -> str:
    return row.matching(
        column,
        re.compile(rf"[0-9]{{{digits}}}"),
        CellRemedy.DIGITS(digits=digits),
    )


def _kind(row: Row, column: str, level: Level) -> str:
    """The kind that a word or a name begins with."""
    text = slug(row.optional(column))
    for kind in KINDS[level]:
        if f"{text}-".startswith(f"{kind}-"):
            return kind
    if text:
        row.fault(column, UnitFault.UNKNOWN_KIND(text=row.optional(column), kinds=KINDS[level]))
    return ""


def _add_repeated(found: dict[str, UnitRow], row: Row, column: str, unit: UnitRow) -> None:
    """A province or district, which every row of its communes repeats."""
    first = found.setdefault(unit.code, unit)
    if unit.code and replace(unit, where=first.where) != first:
        none = UnitFault.NO_SUPERIOR()
        here = {"code": unit.code, "name": unit.name, "superior": unit.superior or none}
        there = {"other": first.name, "other_superior": first.superior or none, "where": first.where}
        row.fault(column, UnitFault.DISAGREE(**here, **there))


def _add_once(found: dict[str, UnitRow], row: Row, column: str, unit: UnitRow) -> None:
    first = found.setdefault(unit.code, unit)
    if unit.code and first is not unit:
        row.fault(column, UnitFault.OFFICIAL_CODE_TWICE(code=unit.code, where=first.where))
