"""What mails are made of, as rows: a notice with its addressee, and the obligation it is about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import and_, func, select
from sqlmodel import Session, col

from models.account import Account, Ticket
from models.copies import copies_of
from models.database import chunks
from models.decision import Review
from models.notice import Notice
from models.obligation import Obligation
from models.unit import Contact
from models.vocabulary import NoticeKind, Verdict
from reporting.obligations.named import obligations, read


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


class MailObligation(NamedTuple):
    """An obligation with its names, as a mail says it; `returned_for`: why it was last returned, if ever;
    `copies`: the further recipients."""

    id: int
    occurrence_id: int
    branch: str
    recipient_id: int | None
    gatherer_id: int | None
    via: bool | None
    state: str
    deadline: datetime | None
    correction_deadline: datetime | None
    first_submitted_at: datetime | None
    submitted_at: datetime | None
    unit_name: str
    written: date | None
    bound: str | None
    opens_at: datetime | None
    planned: date | None
    safe_day: date | None
    written_deadline: datetime | None
    period: str
    duty_title: str
    basis: str
    plan: str
    plan_number: str
    plan_title: str
    monitor_id: int | None
    stage: int
    stage_name: str
    returned_for: str | None
    copies: tuple[int, ...] = ()

    @property
    def superior_id(self) -> int | None:
        path = self.branch.rsplit("/", 3)
        return int(path[1]) if len(path) > 3 and path[1] else None

    @property
    def units(self) -> tuple[int | None, ...]:
        """The unit's superior, who awaits the report or has it for information, and who watches the plan."""
        return self.superior_id, self.gatherer_id, self.recipient_id, self.monitor_id, *self.copies


def read_notices(session: Session, ids: Iterable[int]) -> list[NoticeRow]:
    """The notices with their people, by id."""
    is_password = col(Notice.kind) == NoticeKind.PASSWORD
    query = (
        select(
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
        .outerjoin(Contact, col(Contact.id) == col(Notice.contact_id))
        # Alerts and mails about a password are for no contact of a unit, but for whoever signs in.
        .outerjoin(Account, and_(is_password, col(Account.address) == col(Notice.recipient)))
        .outerjoin(Ticket, and_(is_password, col(Ticket.id) == col(Notice.repeat)))
        .order_by(col(Notice.id))
    )
    return [
        NoticeRow._make(row)
        for some in chunks(ids)
        for row in session.execute(query.where(col(Notice.id).in_(some)))
    ]


def read_obligations(session: Session, ids: Iterable[int]) -> dict[int, MailObligation]:
    """The obligations, by id."""
    last_reason = (
        select(col(Review.reason))
        .where(col(Review.obligation_id) == col(Obligation.id), col(Review.verdict) == Verdict.RETURNED)
        .order_by(col(Review.id).desc())
        .limit(1)
        .scalar_subquery()
    )
    query = obligations(MailObligation, returned_for=last_reason)
    found = [
        row
        for some in chunks(ids)
        for row in read(session, MailObligation, query.where(col(Obligation.id).in_(some)))
    ]
    copies = copies_of(session, (row.id for row in found))
    return {row.id: row._replace(copies=tuple(copies.get(row.id, ()))) for row in found}
