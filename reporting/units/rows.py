"""Units and contacts as our own CSV files describe them: the row types and their readers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from messages.catalogue import DEFAULT_LANGUAGE, languages
from messages.choice import language_name
from models.errors import InvalidInput
from models.mail_address import plain_address
from models.vocabulary import Level, Role
from reporting.files.table import Row, Table, TableFault
from reporting.units.faults import CellRemedy, UnitFault

UNIT_COLUMNS = frozenset({"code", "name", "level", "kind", "superior"})
MORE_UNIT_COLUMNS = frozenset({"groups", "succeeds", "valid_from", "valid_to"})
CONTACT_COLUMNS = frozenset({"unit", "name", "role", "address"})
MORE_CONTACT_COLUMNS = frozenset({"language", "valid_from", "valid_to", "unit_name", "instead_of", "phone"})
"""`unit_name` is for people who fill a list in; nothing reads it."""
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}", re.ASCII)
KIND = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitRow:
    """One row about a unit, valid from `valid_from` (None: the day of loading) until before `valid_to`;
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


@dataclass(frozen=True, kw_only=True, slots=True)
class ContactRow:
    """One row about a contact, valid from `valid_from` (None: the day of loading) until before `valid_to`;
    `instead_of` is the address that it takes the place of. No language, or no phone, leaves what is known."""

    where: str
    unit: str
    name: str
    role: str
    address: str
    language: str = DEFAULT_LANGUAGE
    phone: str | None = None
    instead_of: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class OfficeRow:
    """Where a unit's office is. It holds from now on, and of no day of the past."""

    unit: str
    address: str


def mail_address(text: str) -> str:
    """An address in the form it is stored. Raises `InvalidInput` for what cannot be mailed."""
    address = plain_address(text)
    if address is None:
        raise InvalidInput(UnitFault.NO_ADDRESS(text=text, remedy=CellRemedy.ADDRESS()))
    return address


def read_contact_rows(table: Table) -> list[ContactRow]:
    """The contacts of our own CSV but those still to be filled in; errors stay with the table's rows."""
    rows = [row for row in table.rows if not _is_to_be_filled_in(row)]
    contacts = [_contact(row) for row in rows]
    seen: dict[tuple[str, str, str], list[ContactRow]] = {}
    for row, contact in zip(rows, contacts, strict=True):
        earlier = seen.setdefault((contact.unit, contact.role, contact.address), [])
        twin = next((each for each in earlier if _overlap(each, contact)), None)
        if contact.address and twin:
            row.fault("address", UnitFault.CONTACT_TWICE(where=twin.where, **held(contact)))
        earlier.append(contact)
    return contacts


def _is_to_be_filled_in(row: Row) -> bool:
    """Whether it is a line of a list to be filled in that still has its empty places."""
    cells = {column: text.strip() for column, text in row.cells.items()}
    return not cells.get("address") and (not cells.get("name") or bool(cells.get("instead_of")))


def held(contact: ContactRow) -> dict[str, str]:
    """The contact's address, role and unit, as values of a fault."""
    role = Role(contact.role) if contact.role else ""
    return {
        "address": contact.address,
        "role": role,
        "unit": contact.unit,
    }


def _overlap(one: ContactRow, other: ContactRow) -> bool:
    return (one.valid_from or date.min) < (other.valid_to or date.max) and (other.valid_from or date.min) < (
        one.valid_to or date.max
    )


def _contact(row: Row) -> ContactRow:
    valid_from, valid_to = row.span()
    return ContactRow(
        where=row.where,
        unit=row.matching("unit", CODE, CellRemedy.CODE()),
        name=row.text("name"),
        role=row.word("role", Role),
        address=_address(row),
        language=language_of(row, DEFAULT_LANGUAGE),
        phone=row.optional("phone") or None,
        instead_of=row.optional("instead_of").lower(),
        valid_from=valid_from,
        valid_to=valid_to,
    )


def _address(row: Row) -> str:
    text = row.text("address")
    if not text:
        return ""
    try:
        return mail_address(text)
    except InvalidInput as error:
        row.fault("address", error.reason)
        return ""


def language_of(row: Row, otherwise: str) -> str:
    """A language's code, by it or by its name in any language there is; `otherwise` for an empty cell."""
    text = row.optional("language").casefold()
    if not text:
        return otherwise
    for code in languages():
        if text in (code, *(language_name(code, each).casefold() for each in languages())):
            return code
    row.fault("language", TableFault.UNKNOWN_WORD(text=row.optional("language"), words=list(languages())))
    return otherwise
