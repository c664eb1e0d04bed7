"""The contacts of units as a file describes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models.errors import InvalidInput
from models.mail_address import plain_address
from models.vocabulary import Language, Role, say
from reporting.files.csv_table import Row, Table
from reporting.units.faults import CellRemedy, UnitFault
from reporting.units.rows import CODE

COLUMNS = frozenset({"unit", "name", "role", "address"})
MORE_COLUMNS = frozenset({"language", "valid_from", "valid_to"})


@dataclass(frozen=True, kw_only=True, slots=True)
class ContactRow:
    """What one row says of a person, from `valid_from` (None: the day of loading) until before `valid_to`."""

    where: str
    unit: str
    name: str
    role: str
    address: str
    language: str = "vi"
    valid_from: date | None = None
    valid_to: date | None = None


def mail_address(text: str) -> str:
    """An address in the form it is stored. Raises `InvalidInput` for what cannot be mailed."""
    address = plain_address(text)
    if address is None:
        raise InvalidInput(UnitFault.NO_ADDRESS(text=text, remedy=CellRemedy.ADDRESS()))
    return address


def read_contact_rows(table: Table) -> list[ContactRow]:
    """The contacts of our own CSV; errors stay with the table's rows."""
    contacts = [_contact(row) for row in table.rows]
    seen: dict[tuple[str, str, str], list[ContactRow]] = {}
    for row, contact in zip(table.rows, contacts, strict=True):
        earlier = seen.setdefault((contact.unit, contact.role, contact.address), [])
        twin = next((each for each in earlier if _overlap(each, contact)), None)
        if contact.address and twin:
            row.fault("address", UnitFault.CONTACT_TWICE(where=twin.where, **held(contact)))
        earlier.append(contact)
    return contacts


def held(contact: ContactRow) -> dict[str, str]:
    """Who holds which role where, for the words of a fault."""
    role_vi = say(Role(contact.role), "vi") if contact.role else ""
    return {
        "address": contact.address,
        "role": contact.role,
        "role_vi": role_vi,
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
        language=_language(row),
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


def _language(row: Row) -> str:
    return row.word("language", Language) if row.optional("language") else Language.VI.value
