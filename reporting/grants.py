"""Grants as people read them: the role, the unit by its name, from when until when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models.account import Grant
from models.unit import Unit, UnitVersion
from models.vocabulary import AccessRole
from reporting.audience import chunks

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class NamedGrant:
    """A grant with its unit's code and present name; both empty for the whole installation."""

    id: int
    account_id: int
    role: AccessRole
    unit_id: int | None
    unit: str
    unit_name: str
    valid_from: date
    valid_to: date | None

    def holds(self, today: date) -> bool:
        return self.valid_from <= today and not self.has_ended(today)

    def has_ended(self, today: date) -> bool:
        return self.valid_to is not None and self.valid_to <= today

    @property
    def last_day(self) -> date | None:
        return None if self.valid_to is None else self.valid_to - ONE_DAY


def named_grants(session: Session, account_id: int, today: date) -> list[NamedGrant]:
    """All grants of an account, those that have ended among them."""
    return grants_by_account(session, [account_id], today).get(account_id, [])


def grants_by_account(
    session: Session, account_ids: Iterable[int], today: date
) -> dict[int, list[NamedGrant]]:
    """The grants of many accounts in a few queries."""
    rows = [row for some in chunks(account_ids) for row in session.execute(_query(some))]
    names = names_on(session, {row.Grant.unit_id for row in rows if row.Grant.unit_id is not None}, today)
    found: dict[int, list[NamedGrant]] = {}
    for row in rows:
        given: Grant = row.Grant
        found.setdefault(given.account_id, []).append(
            NamedGrant(
                id=given.id or 0,
                account_id=given.account_id,
                role=AccessRole(given.role),
                unit_id=given.unit_id,
                unit=row.code or "",
                unit_name=names.get(given.unit_id or 0, row.code or ""),
                valid_from=given.valid_from,
                valid_to=given.valid_to,
            )
        )
    return found


def _query(account_ids: list[int]) -> Any:
    return (
        select(Grant, col(Unit.code).label("code"))
        .outerjoin(Unit, col(Unit.id) == col(Grant.unit_id))
        .where(col(Grant.account_id).in_(account_ids))
        .order_by(col(Grant.id))
    )


def names_on(session: Session, unit_ids: Iterable[int], today: date) -> dict[int, str]:
    """The name of the day, or the last one before it."""
    found: dict[int, str] = {}
    for some in chunks(unit_ids):
        query = (
            select(col(UnitVersion.unit_id), col(UnitVersion.name))
            .where(col(UnitVersion.unit_id).in_(some), col(UnitVersion.valid_from) <= today)
            .order_by(col(UnitVersion.valid_from))
        )
        found |= {row.unit_id: row.name for row in session.execute(query)}
    return found
