"""Where the offices of units are, and whom to call there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models.database import chunks
from models.errors import NotFound
from models.unit import Unit
from reporting.audit.log import record_all
from reporting.unit_names import UnknownUnit
from reporting.units.rows import OfficeRow
from reporting.user_text import TextName, one_line_text

LONGEST = 300


@dataclass(frozen=True)
class OfficeChange:
    """An office whose address is another now; empty for none."""

    unit: str
    before: str
    after: str


def office_address(text: str) -> str:
    """The address as it is kept. Raises `InvalidInput` if it is too long."""
    return one_line_text(text, TextName.OFFICE_ADDRESS(), LONGEST)


def office_addresses(session: Session) -> dict[int, str]:
    """Where the offices are, by the unit's id; of what has none, nothing."""
    return dict(session.exec(select(Unit.id, Unit.address).where(col(Unit.address) != "")).all())


def set_office_address(session: Session, code: str, address: str, now: datetime, actor: str) -> None:
    """Write down where the office is; an empty text takes it away. Raises `NotFound` or `InvalidInput`."""
    if session.exec(select(Unit.id).where(Unit.code == code)).one_or_none() is None:
        raise NotFound(UnknownUnit.CODE(code=code))
    load_offices(session, [OfficeRow(unit=code, address=office_address(address))], now, actor)


def load_offices(
    session: Session, rows: Iterable[OfficeRow], now: datetime, actor: str
) -> list[OfficeChange]:
    """Write down where the offices of units that there are stand; what changed."""
    addresses = {row.unit: row.address for row in rows}
    changes, audited = [], []
    for some in chunks(addresses):
        for unit in session.exec(select(Unit).where(col(Unit.code).in_(some)).order_by(Unit.code)):
            after = addresses[unit.code]
            if unit.address == after:
                continue
            changes.append(OfficeChange(unit.code, unit.address, after))
            audited.append((unit.id, {"address": unit.address}, {"address": after}))
            unit.address = after
            session.add(unit)
    record_all(session, now, actor, "change", "unit", audited)
    return changes
