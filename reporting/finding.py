"""One search for units, plans, reports by their number and people, within what a person may see.

Words are compared as `models.text` folds them. A number is compared piece by piece, since it is written in
many ways: 05/BC-UBND, 5 / BC - UBND and số 5 bc ubnd are one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlmodel import Session, col

from models.account import Account
from models.obligation import Obligation, Submission
from models.plan import Plan
from models.text import Folded, are_in, clean_line, folded, holds
from models.unit import Contact
from models.validity import sql_is_valid
from reporting.access.directory import AccountRequest, Listed, list_people
from reporting.access.rights import Person, seen_units, visible
from reporting.monitoring.scope import visible_plans
from reporting.obligations.named import joined, obligations, read
from reporting.unit_names import UnitName, names, units_called
from reporting.units.search import FoundUnit, UnitSearch

PIECE = re.compile(r"\d+|[^\W\d_]+")
Row = TypeVar("Row")


@dataclass(frozen=True)
class Found(Generic[Row]):
    """Some of the rows that were found, and how many there are in all."""

    rows: Sequence[Row]
    total: int


class Shown(NamedTuple):
    """Which of the rows are to be shown."""

    start: int
    limit: int

    def of(self, rows: Sequence[Row]) -> Found[Row]:
        return Found(rows[self.start : self.start + self.limit], len(rows))


class FoundReport(NamedTuple):
    """A report that was handed in under the number."""

    id: int
    unit: str
    unit_name: str
    plan: str
    plan_number: str
    duty_title: str
    period: str
    number: str = ""
    filed_at: datetime | None = None
    is_withdrawn: bool = False


class FoundContact(NamedTuple):
    """A person of a unit who is written to."""

    name: str
    address: str
    role: str
    unit: UnitName


@dataclass(frozen=True)
class Finder:
    """The search of one person on one day."""

    session: Session
    person: Person
    search: UnitSearch
    words: str

    @property
    def today(self) -> date:
        return self.search.units.on

    def units(self, shown: Shown) -> Found[FoundUnit]:
        """Those called just so first, those that have ended last; a unit's code is enough."""
        hits = [*self.search.hits(self.words), *self.search.ended_hits(self.words)]
        if hits and not self.person.sees_all:
            seen = set(self.session.scalars(seen_units(self.person, self.today)))
            hits = [hit for hit in hits if hit.unit.id in seen]
        some = shown.of(hits)
        return Found([self.search.shown(hit) for hit in some.rows], some.total)

    def plans(self, shown: Shown) -> Found[Plan]:
        """By number, title, issuer or the name in addresses."""
        plans = visible_plans(self.session, self.person, self.today)
        return shown.of(
            [
                plan
                for plan in plans
                if are_in(self.words, plan.number, plan.title, plan.issuer, plan.slug)
                or is_number(self.words, plan.number)
            ]
        )

    def reports(self, shown: Shown) -> Found[FoundReport]:
        """By the number of the document or of the receipt, the newest first."""
        wanted = _pieces(self.words)
        if not any(piece.isdigit() for piece in wanted):
            return Found([], 0)
        query = (
            joined(select(*map(col, _SUBMITTED)))
            .join(Submission, col(Submission.obligation_id) == col(Obligation.id))
            .where(or_(_alike(wanted), _receipt(wanted)), visible(self.person, self.today))
            .order_by(col(Submission.filed_at).desc(), col(Submission.id).desc())
        )
        filed = [
            row
            for row in self.session.execute(query).all()
            if _fits(wanted, row.document_number) or wanted == [str(row.obligation_id), str(row.version)]
        ]
        some = shown.of(filed)
        which = col(Obligation.id).in_([row.obligation_id for row in some.rows])
        known = {
            each.id: each for each in read(self.session, FoundReport, obligations(FoundReport).where(which))
        }
        rows = [
            known[row.obligation_id]._replace(
                number=row.document_number, filed_at=row.filed_at, is_withdrawn=row.undone_at is not None
            )
            for row in some.rows
        ]
        return Found(rows, some.total)

    def people(self, shown: Shown) -> Found[Listed | FoundContact]:
        """By name, address or unit: the accounts that the person looks after, then contacts without one."""
        accounts, listed = 0, list[Listed]()
        request = AccountRequest(words=self.words, closed=True, start=shown.start, limit=shown.limit)
        if self.person.administers:
            accounts, listed = list_people(self.session, self.person, request, self.today)
        conditions = self._contacts()
        count = select(func.count()).select_from(Contact).where(*conditions)
        query = (
            select(col(Contact.name), col(Contact.address), col(Contact.role), col(Contact.unit_id))
            .where(*conditions)
            .order_by(col(Contact.name), col(Contact.address), col(Contact.id))
            .offset(max(shown.start - accounts, 0))
            .limit(shown.limit - len(listed))
        )
        contacts = self.session.execute(query).all()
        units = names(self.session, {row.unit_id for row in contacts}, self.today)
        rows = [FoundContact(row.name, row.address, row.role, units[row.unit_id]) for row in contacts]
        return Found([*listed, *rows], accounts + (self.session.scalar(count) or 0))

    def _contacts(self) -> list[ColumnElement[bool]]:
        found = [
            sql_is_valid(Contact, self.today),
            or_(
                holds(col(Contact.name), self.words),
                holds(col(Contact.address), self.words),
                col(Contact.unit_id).in_(units_called(self.words)),
            ),
        ]
        if not self.person.sees_all:
            found.append(col(Contact.unit_id).in_(seen_units(self.person, self.today)))
        if self.person.administers_all:
            found.append(col(Contact.address).not_in(select(col(Account.address))))
        return found


_SUBMITTED = (
    Submission.obligation_id,
    Submission.version,
    Submission.document_number,
    Submission.filed_at,
    Submission.undone_at,
)


def is_number(words: str, number: str) -> bool:
    """Whether the words are this number, or its beginning, however they are written."""
    return _fits(_pieces(words), number)


def _pieces(text: str) -> list[str]:
    """Its runs of digits, without leading zeros, and of letters: Số 05/BC-UBND has 5, bc, ubnd."""
    found = [piece.lstrip("0") or piece for piece in PIECE.findall(folded(clean_line(text)))]
    return found[1:] if found[:1] == ["so"] and len(found) > 1 else found


def _fits(wanted: Sequence[str], number: str) -> bool:
    """Whether the number has the pieces in this order; digits are meant as a whole, letters may go on."""
    rest = iter(_pieces(number))
    return bool(wanted) and all(
        any(piece == each or (not piece.isdigit() and each.startswith(piece)) for each in rest)
        for piece in wanted
    )


def _alike(wanted: Sequence[str]) -> ColumnElement[bool]:
    """What `_fits` is to look at, and a little more."""
    return Folded(col(Submission.document_number)).like(f"%{'%'.join(wanted)}%")


def _receipt(wanted: Sequence[str]) -> ColumnElement[bool]:
    """The number of a receipt, which is that of the report and of the version."""
    if len(wanted) != 2 or not all(piece.isdigit() and len(piece) < 10 for piece in wanted):
        return false()
    return and_(col(Submission.obligation_id) == int(wanted[0]), col(Submission.version) == int(wanted[1]))
