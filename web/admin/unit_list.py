"""Units and contacts as one workbook: an empty template, or what there is. Both can be loaded again."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from sqlmodel import Session, col, select
from starlette.responses import Response

from messages.catalogue import NP_
from messages.choice import language_name
from models.unit import Contact
from models.validity import sql_is_valid
from models.vocabulary import Level, Role, say
from reporting.units.headings import TITLES, ListColumn
from reporting.units.hierarchy import Hierarchy, UnitAsOf, hierarchy
from reporting.units.list_words import place_key
from reporting.units.office import office_addresses
from web.admin.units import roots_of
from web.auth import OwnForm
from web.monitor.export import download
from web.monitor.table import Column, make_sheet
from web.page import BranchPage, Page

router = APIRouter(prefix="/admin/unit-list", dependencies=[OwnForm], include_in_schema=False)
HINTS = {
    ListColumn.CODE: NP_("list of units", "any; keeps its zeros; empty: one is made of the name"),
    ListColumn.NAME: NP_("list of units", "as it stands on letters"),
    ListColumn.LEVEL: NP_("list of units", "commune, district, department, province …; empty: by the name"),
    ListColumn.SUPERIOR: NP_("list of units", "its name or its code; empty at the top"),
    ListColumn.KIND: NP_("list of units", "such as commune, ward, department; empty: by the name"),
    ListColumn.GROUPS: NP_("list of units", "may be left out; several parted by semicolons"),
    ListColumn.PERSON: NP_("list of units", "who gets the mails; further people of a unit on further lines"),
    ListColumn.ROLE: NP_("list of units", "clerk, head, monitor, or the position"),
    ListColumn.ADDRESS: NP_("list of units", "without one a person cannot be loaded"),
    ListColumn.PHONE: NP_("list of units", "may be left out"),
    ListColumn.OFFICE: NP_("list of units", "where letters to the unit go; may be left out"),
    ListColumn.LANGUAGE: NP_("list of units", "may be left out"),
}


@dataclass(frozen=True, kw_only=True)
class _UnitLine:
    """A line of the list; `number` is None where it names one more person of the unit above."""

    number: int | None
    unit: UnitAsOf
    superior: str
    contact: Contact | None


@router.get("")
def current(page: BranchPage) -> Response:
    """What there is today, of what the person administers."""
    with page.reading() as session:
        known = hierarchy(session, page.today)
        units = [unit for root in roots_of(page.person, known) for unit in known.branch(root)]
        lines = list(_lines(known, units, _contacts(session, page)))
        offices = office_addresses(session)
    return _file(page, page.t("Units and contacts"), lines, offices)


@router.get("/template")
def template(page: BranchPage) -> Response:
    return _file(page, page.pt("list of units", "Template of units and contacts"), [], {})


def _contacts(session: Session, page: Page) -> Mapping[int, list[Contact]]:
    found: dict[int, list[Contact]] = defaultdict(list)
    order = (col(Contact.role), col(Contact.address))
    for each in session.exec(select(Contact).where(sql_is_valid(Contact, page.today)).order_by(*order)):
        found[each.unit_id].append(each)
    session.expunge_all()
    return found


def _lines(
    known: Hierarchy, units: Sequence[UnitAsOf], contacts: Mapping[int, list[Contact]]
) -> Iterator[_UnitLine]:
    alike = Counter(place_key(unit.name) for unit in known.by_id.values())
    for number, unit in enumerate(units, start=1):
        above = known.superior(unit)
        superior = ""
        if above is not None:
            superior = above.name if alike[place_key(above.name)] == 1 else above.code
        own: Sequence[Contact | None] = contacts.get(unit.id) or [None]
        for place, contact in enumerate(own):
            yield _UnitLine(number=None if place else number, unit=unit, superior=superior, contact=contact)


def _groups(unit: UnitAsOf) -> str:
    text = "; ".join(sorted(unit.groups))
    return f"{text};" if "," in text and ";" not in text else text


def _file(page: Page, title: str, lines: Sequence[_UnitLine], offices: Mapping[int, str]) -> Response:
    cells = {
        ListColumn.NUMBER: lambda line: line.number,
        ListColumn.CODE: lambda line: line.unit.code,
        ListColumn.NAME: lambda line: line.unit.name,
        ListColumn.LEVEL: lambda line: say(Level(line.unit.level), page.language) if line.number else "",
        ListColumn.SUPERIOR: lambda line: line.superior if line.number else "",
        ListColumn.KIND: lambda line: line.unit.kind if line.number else "",
        ListColumn.GROUPS: lambda line: _groups(line.unit) if line.number else "",
        ListColumn.PERSON: lambda line: line.contact.name if line.contact else "",
        ListColumn.ROLE: lambda line: say(Role(line.contact.role), page.language) if line.contact else "",
        ListColumn.ADDRESS: lambda line: line.contact.address if line.contact else "",
        ListColumn.PHONE: lambda line: line.contact.phone if line.contact else "",
        ListColumn.OFFICE: lambda line: offices.get(line.unit.id, "") if line.number else "",
        ListColumn.LANGUAGE: lambda line: language_name(line.contact.language) if line.contact else "",
    }
    columns: list[Column[_UnitLine]] = [Column(page.t(TITLES[each]), cell) for each, cell in cells.items()]
    hints = [(page.t(TITLES[each]), page.t(hint)) for each, hint in HINTS.items()]
    sheet = make_sheet("units", title, columns, lines)
    return download(sheet, "xlsx", page.language, page.zone, hints)
