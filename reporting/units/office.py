"""Where a unit's office is, and whom to call there."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, select

from models.errors import NotFound
from models.unit import Unit
from reporting.audit.log import record
from reporting.unit_names import UnknownUnit
from reporting.user_text import TextName, one_line_text


def set_office_address(session: Session, code: str, address: str, now: datetime, actor: str) -> None:
    """Write down where the office is; an empty text takes it away. Raises `NotFound` or `InvalidInput`."""
    unit = session.exec(select(Unit).where(Unit.code == code)).one_or_none()
    if unit is None:
        raise NotFound(UnknownUnit.CODE(code=code))
    before, unit.address = unit.address, one_line_text(address, TextName.OFFICE_ADDRESS(), 300)
    if unit.address != before:
        session.add(unit)
        record(session, now, actor, "change", "unit", unit.id, {"address": before}, {"address": unit.address})
