"""What an event tells at once: returned, accepted, an extension decided, a receipt, and at last: it is done.

Each is written in the transaction of the move itself, as a line of the same ledger under a key of its own, so
that neither can come about without the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import and_, bindparam, func, or_, select
from sqlmodel import Session, col

from calendars.zone import local_date
from models.contact import Contact
from models.decision import Extension, Review
from models.notice import Notice
from models.obligation import Obligation
from models.vocabulary import Audience, Lifecycle, NoticeKind, NoticeState, Role, Verdict
from reporting.ledger import (
    ACCEPTED,
    DONE,
    EXTENDED,
    LINK,
    NOBODY,
    RECEIPT,
    REFUSED,
    RETURNED,
    PlannedNotice,
)
from reporting.ledger_rows import write_notices

KINDS = {
    RETURNED: NoticeKind.RETURNED,
    ACCEPTED: NoticeKind.ACCEPTED,
    EXTENDED: NoticeKind.EXTENSION_DECIDED,
    REFUSED: NoticeKind.EXTENSION_DECIDED,
    DONE: NoticeKind.DONE,
    RECEIPT: NoticeKind.RECEIPT,
}
OF_STATE = {
    Lifecycle.OPEN: NoticeKind.COMING_DUE,
    Lifecycle.RETURNED: NoticeKind.RETURNED,
    Lifecycle.SUBMITTED: NoticeKind.RECEIPT,
    Lifecycle.ACCEPTED: NoticeKind.ACCEPTED,
}
"""What a mail says that brings a new link: how the report stands now."""
AT_ONCE = frozenset({RETURNED, EXTENDED, REFUSED, RECEIPT, LINK})
SAID_LATE = (NoticeKind.OVERDUE, NoticeKind.ESCALATED, NoticeKind.HOLDING_UP)
"""What makes somebody hear that it is done: that it was late, or that it waited for them."""
UNHEARD = "no valid contact: clerk, head"

OF_IT = col(Notice.obligation_id) == bindparam("obligation")
RETURNS = select(func.count()).where(
    col(Review.obligation_id) == bindparam("obligation"), col(Review.verdict) == Verdict.RETURNED
)
HOLDERS = (
    select(col(Contact.role), col(Contact.address), col(Contact.id))
    .where(col(Contact.unit_id) == bindparam("unit"), col(Contact.bounced_at).is_(None))
    .where(col(Contact.valid_from) <= bindparam("day"))
    .where(or_(col(Contact.valid_to).is_(None), col(Contact.valid_to) > bindparam("day")))
    .order_by(col(Contact.id))
)
IN_DOUBT = and_(col(Notice.state) == NoticeState.QUEUED, col(Notice.mail_id).is_not(None))
MAY_HAVE_COME = or_(col(Notice.state).in_([NoticeState.SENT, NoticeState.CLAIMED]), IN_DOUBT)
"""Sent, on its way, or waiting in a mail of which nobody knows whether the server took it."""
LAST_DONE = (
    select(func.coalesce(func.max(col(Notice.id)), 0))
    .where(OF_IT, col(Notice.rung) == DONE, col(Notice.state) != NoticeState.CANCELLED)
    .scalar_subquery()
)
TOLD_LATE = (
    select(col(Notice.audience), col(Notice.recipient), col(Notice.contact_id))
    .where(OF_IT, col(Notice.kind).in_(SAID_LATE))
    .where(MAY_HAVE_COME, col(Notice.id) > LAST_DONE)
    .order_by(col(Notice.id))
)
"""Made once, as in all that each move asks: to make a statement anew takes longer than to run it."""

Person = tuple[Audience, str, int | None]
"""Whom an event tells: in which audience, at which address, by which contact."""


def announce_returned(session: Session, obligation: Obligation, now: datetime, zone: ZoneInfo) -> None:
    _announce(session, obligation, RETURNED, now, _own(session, obligation, local_date(now, zone)))


def announce_accepted(session: Session, obligation: Obligation, now: datetime, zone: ZoneInfo) -> None:
    _announce(session, obligation, ACCEPTED, now, _own(session, obligation, local_date(now, zone)))


def announce_decided(
    session: Session, obligation: Obligation, granted: bool, now: datetime, zone: ZoneInfo
) -> None:
    """An extension was granted or refused; each decision is told once."""
    query = select(func.count()).where(
        col(Extension.obligation_id) == obligation.id, col(Extension.decided_at).is_not(None)
    )
    session.flush()
    number = session.scalar(query) or 0
    people = _own(session, obligation, local_date(now, zone))
    _announce(session, obligation, EXTENDED if granted else REFUSED, now, people, number)


def announce_done(session: Session, obligation: Obligation, now: datetime) -> None:
    """It was filed: those who were told that it was late, or waited for them, are told that it is done."""
    people = _told_late(session, obligation)
    if people:
        _announce(session, obligation, DONE, now, people)


def announce_received(
    session: Session, obligation: Obligation, version: int, now: datetime, zone: ZoneInfo
) -> None:
    """A receipt for one version that was handed in."""
    _announce(session, obligation, RECEIPT, now, _own(session, obligation, local_date(now, zone)), version)


def announce_link(session: Session, obligation: Obligation, now: datetime, zone: ZoneInfo) -> int:
    """The unit's people get a mail with a new link; gives how many there are. Nothing for what is closed."""
    kind = OF_STATE.get(Lifecycle(obligation.state))
    people = _own(session, obligation, local_date(now, zone))
    if kind is None or not people:
        return 0
    query = select(func.max(col(Notice.repeat))).where(
        col(Notice.obligation_id) == obligation.id, col(Notice.rung) == LINK
    )
    repeat = (session.scalar(query) or 0) + 1
    _announce(session, obligation, LINK, now, people, repeat, kind)
    return len(people)


def _announce(
    session: Session,
    obligation: Obligation,
    event: str,
    now: datetime,
    people: Iterable[Person],
    repeat: int = 0,
    kind: NoticeKind | None = None,
) -> None:
    session.flush()
    revision = obligation.deadline_revision + _returns(session, obligation)
    everybody = list(people)
    lines = [
        PlannedNotice(
            obligation_id=obligation.id or 0,
            deadline_revision=revision,
            rung=event,
            repeat=repeat,
            recipient=address,
            contact_id=contact,
            audience=audience,
            kind=kind or KINDS[event],
            moment=now,
            immediate=event in AT_ONCE,
            state=NoticeState.QUEUED if address else NoticeState.CANCELLED,
            reason="" if address else UNHEARD,
        )
        for audience, address, contact in everybody or [(Audience.CLERK, NOBODY, None)]
    ]
    write_notices(session, lines, now)


def _returns(session: Session, obligation: Obligation) -> int:
    return session.scalar(RETURNS, {"obligation": obligation.id}) or 0


def _own(session: Session, obligation: Obligation, on: date) -> list[Person]:
    """The unit's clerks; its heads where it has none."""
    rows = session.execute(HOLDERS, {"unit": obligation.unit_id, "day": on}).all()
    for role, audience in ((Role.CLERK, Audience.CLERK), (Role.HEAD, Audience.HEAD)):
        if found := [(audience, row.address, row.id) for row in rows if row.role == role]:
            return found
    return []


def _told_late(session: Session, obligation: Obligation) -> list[Person]:
    """Those who were told since it was last said to be done."""
    found: dict[str, Person] = {}
    for audience, recipient, contact in session.execute(TOLD_LATE, {"obligation": obligation.id}):
        found.setdefault(recipient, (Audience(audience), recipient, contact))
    return list(found.values())
