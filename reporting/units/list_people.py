"""The people that the lines of a unit name: one or several in a line, each by an address."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from calendars.errors import Fault
from models.text import clean_line
from models.vocabulary import Role
from reporting.units.faults import CellRemedy, ListNote, UnitFault
from reporting.units.headings import ListColumn
from reporting.units.list_addresses import addresses_in, people_in, telephone
from reporting.units.list_lines import ListLine
from reporting.units.list_words import is_role, role_of
from reporting.units.rows import ContactRow, language_of


def people_of(
    unit: str, unit_name: str, lines: Iterable[ListLine], notes: list[Fault]
) -> Iterator[ContactRow]:
    """The contacts of a unit. One without an address cannot be written to, and is noted."""
    seen: set[tuple[str, str]] = set()
    for line in lines:
        if not line.has_person:
            continue
        addresses = _addresses(line, notes)
        role = _role(line, notes)
        phone = _phone(line, notes)
        for name, address in people_in(line[ListColumn.PERSON], addresses):
            if (role, address) in seen:
                notes.append(ListNote.TWICE(where=line.row.where, address=address, unit=unit_name))
                continue
            seen.add((role, address))
            yield ContactRow(
                where=line.row.where,
                unit=unit,
                name=name or unit_name,
                role=role,
                address=address,
                language=language_of(line.row, ""),
                phone=phone or None,
            )


def _addresses(line: ListLine, notes: list[Fault]) -> list[str]:
    found, wrong = addresses_in(line[ListColumn.ADDRESS])
    for text in wrong:
        line.row.fault(ListColumn.ADDRESS, UnitFault.NO_ADDRESS(text=text, remedy=CellRemedy.ADDRESS()))
    if not found and not wrong:
        notes.append(ListNote.NO_ADDRESS(where=line.row.where, name=clean_line(line[ListColumn.PERSON])))
    return found


def _role(line: ListLine, notes: list[Fault]) -> Role:
    position = clean_line(line[ListColumn.ROLE])
    role = role_of(position)
    if position and not is_role(position):
        notes.append(ListNote.POSITION(position=position, role=role))
    return role


def _phone(line: ListLine, notes: list[Fault]) -> str:
    phone, had_lost = telephone(line[ListColumn.PHONE], ListColumn.PHONE in line.numbers)
    if had_lost:
        notes.append(ListNote.ZERO(where=line.row.where, phone=phone))
    return phone
