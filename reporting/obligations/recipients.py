"""To whom a report goes, in words: "Sở Tư pháp", "UBND tỉnh và Bộ KHCN (qua Sở Tư pháp)"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session, col, select

from messages.catalogue import translate
from models.unit import Contact, Unit
from models.validity import sql_is_valid

MOST_PEOPLE = 5
NUMBER = re.compile(r"[\d\s.()+-]{6,}", re.ASCII)
"""A telephone number as people write it, with whatever stands around it."""


@dataclass(frozen=True, kw_only=True)
class SentTo:
    """The names of the unit that receives a report, and of the further ones; `is_via`: it receives the report
    for these."""

    receiving: str = ""
    copies: tuple[str, ...] = ()
    is_via: bool = False

    def __bool__(self) -> bool:
        return bool(self.receiving)

    def said(self, language: str) -> str:
        """As the plan's document words it."""
        if not self.copies:
            return self.receiving
        if not self.is_via:
            return _listed((self.receiving, *self.copies), language)
        units = _listed(self.copies, language)
        return translate(language, "%(units)s (through %(via)s)", units=units, via=self.receiving)

    def renamed(self, name: Callable[[str], str]) -> SentTo:
        """The same, every name put through a function."""
        return replace(self, receiving=name(self.receiving), copies=tuple(map(name, self.copies)))


TO_NOBODY = SentTo()


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Whom to ask at a unit: its contacts, the first few, and where its office is."""

    address: str = ""
    people: tuple[Contact, ...] = ()


def dialled(phone: str) -> str:
    """The first number of a text as a telephone dials it; empty where there is none."""
    match = NUMBER.search(phone)
    return "" if match is None else re.sub(r"[^\d+]", "", match[0])


def desk_of(session: Session, unit_id: int | None, today: date) -> Desk:
    """The contacts in force whose address takes mail, by role and name."""
    unit = None if unit_id is None else session.get(Unit, unit_id)
    if unit is None:
        return Desk()
    query = select(Contact).where(
        Contact.unit_id == unit.id, sql_is_valid(Contact, today), col(Contact.bounced_at).is_(None)
    )
    people = session.exec(query.order_by(Contact.role, Contact.name, col(Contact.id)).limit(MOST_PEOPLE))
    return Desk(address=unit.address, people=tuple(people))


def _listed(units: Sequence[str], language: str) -> str:
    *first, last = units
    if not first:
        return last
    return translate(language, "%(units)s and %(last)s", units=", ".join(first), last=last)
