"""Contacts that are missing, as a file of contacts with empty places: to be filled in, and loaded again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from models.vocabulary import Role, say
from reporting.unit_names import UnitName
from reporting.units.contacts import NamedContact
from web.monitor.export import download
from web.monitor.table import Column, code, make_sheet
from web.page import Page


@dataclass(frozen=True)
class _Line:
    unit: UnitName
    name: str = ""
    role: Role = Role.CLERK
    instead_of: str = ""


def units_to_fill_in(page: Page, units: Sequence[UnitName]) -> Response:
    """For each unit a clerk without name and address."""
    return _file(page, page.t("Units without a contact"), [_Line(unit) for unit in units])


def addresses_to_fill_in(page: Page, contacts: Sequence[NamedContact]) -> Response:
    """Each contact without its address, beside the one that the new one is to replace."""
    lines = [
        _Line(UnitName(each.unit, each.unit_name), each.name, each.role, each.address) for each in contacts
    ]
    return _file(page, page.t("Addresses that refuse mail"), lines)


def _file(page: Page, title: str, lines: Sequence[_Line]) -> Response:
    """The columns are those that `reporting.units.rows` reads."""
    columns: list[Column[_Line]] = [
        code("unit", lambda line: line.unit.code),
        Column("unit_name", lambda line: line.unit.name),
        Column("name", lambda line: line.name),
        Column("role", lambda line: say(line.role, page.language)),
        Column("address", lambda line: ""),
        Column("instead_of", lambda line: line.instead_of),
    ]
    sheet = make_sheet("contacts", title, columns, lines)
    return download(sheet, "csv", page.language, page.zone, ())
