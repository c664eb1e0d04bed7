"""What mails are made of, as rows: a notice, the obligation it is about, and the report that many owe.

A row is a plain tuple of just the columns that a mail needs: reading whole objects takes four times as long,
and a morning reads ten thousand.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, ScalarSelect, Select, and_, bindparam, func, select
from sqlmodel import col

from models.account import Account, Ticket
from models.decision import Review
from models.notice import Notice
from models.obligation import Obligation, Occurrence
from models.plan import Duty, Plan, Stage
from models.unit import Contact, Unit, UnitVersion
from models.vocabulary import NoticeKind, Verdict

IDS: BindParameter[Any] = bindparam("ids", expanding=True)


class NoticeRow(NamedTuple):
    """A notice, and who it is for; `until` is when the ticket of a mail about a password ends, `unit_id` the
    unit that the person is a contact of."""

    notice_id: int
    obligation_id: int | None
    kind: str
    audience: str
    recipient: str
    immediate: bool = False
    words: str = ""
    attempts: int = 0
    contact_id: int | None = None
    name: str | None = None
    language: str | None = None
    until: datetime | None = None
    unit_id: int | None = None


class NoticeReport(NamedTuple):
    """What is the same for all who owe it: one stage in one period."""

    id: int
    written: date | None
    bound: str | None
    safe_day: date | None
    deadline: datetime | None
    period: str
    duty: str
    basis: str
    plan_slug: str
    plan_number: str
    plan_title: str
    monitor_id: int | None
    position: int
    stage: str


class OwedFacts(NamedTuple):
    """An obligation with the name it was opened under; `returned_for`: why it was last returned, if ever."""

    id: int
    occurrence_id: int
    branch: str
    recipient_id: int | None
    gatherer_id: int | None
    state: str
    deadline: datetime | None
    correction_deadline: datetime | None
    first_submitted_at: datetime | None
    submitted_at: datetime | None
    unit: str
    returned_for: str | None

    @property
    def superior_id(self) -> int | None:
        path = self.branch.rsplit("/", 3)
        return int(path[1]) if len(path) > 3 and path[1] else None


def _last_reason() -> ScalarSelect[Any]:
    return (
        select(col(Review.reason))
        .where(col(Review.obligation_id) == col(Obligation.id), col(Review.verdict) == Verdict.RETURNED)
        .order_by(col(Review.id).desc())
        .limit(1)
        .scalar_subquery()
    )


def _is_password() -> ColumnElement[bool]:
    return col(Notice.kind) == NoticeKind.PASSWORD


def _of_account() -> ColumnElement[bool]:
    return and_(_is_password(), col(Account.address) == col(Notice.recipient))


@lru_cache(maxsize=1)
def told() -> Select[Any]:
    """The columns of `Told`."""
    columns: tuple[Any, ...] = (
        col(Notice.id),
        col(Notice.obligation_id),
        col(Notice.kind),
        col(Notice.audience),
        col(Notice.recipient),
        col(Notice.immediate),
        col(Notice.words),
        col(Notice.attempts),
        col(Contact.id),
        func.coalesce(col(Contact.name), col(Account.name)),
        func.coalesce(col(Contact.language), col(Account.language)),
        col(Ticket.expires_at),
        col(Contact.unit_id),
    )
    return (
        select(*columns)
        .outerjoin(Contact, col(Contact.id) == col(Notice.contact_id))
        # Alerts and mails about a password are for no contact of a unit, but for whoever signs in.
        .outerjoin(Account, _of_account())
        .outerjoin(Ticket, and_(_is_password(), col(Ticket.id) == col(Notice.repeat)))
        .where(col(Notice.id).in_(IDS))
        .order_by(col(Notice.id))
    )


@lru_cache(maxsize=1)
def owed() -> Select[Any]:
    """The columns of `Owed`."""
    own = (getattr(Obligation, name) for name in OwedFacts._fields[:-2])
    return (
        select(*own, col(UnitVersion.name), _last_reason())
        .join(UnitVersion, col(UnitVersion.id) == col(Obligation.unit_version_id))
        .where(col(Obligation.id).in_(IDS))
    )


@lru_cache(maxsize=1)
def reports() -> Select[Any]:
    """The columns of `Report`."""
    columns: tuple[Any, ...] = (
        col(Occurrence.id),
        col(Occurrence.written),
        col(Occurrence.bound),
        col(Occurrence.safe_day),
        col(Occurrence.deadline),
        col(Occurrence.period),
        col(Duty.title),
        col(Duty.basis),
        col(Plan.slug),
        col(Plan.number),
        col(Plan.title),
        col(Unit.id),
        col(Stage.position),
        col(Stage.name),
    )
    return (
        select(*columns)
        .join(Stage, col(Stage.id) == col(Occurrence.stage_id))
        .join(Duty, col(Duty.id) == col(Stage.duty_id))
        .join(Plan, col(Plan.id) == col(Duty.plan_id))
        .outerjoin(Unit, col(Unit.code) == col(Plan.monitor))
        .where(col(Occurrence.id).in_(IDS))
    )
