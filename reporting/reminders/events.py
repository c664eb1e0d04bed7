"""What an event tells at once: returned, accepted, an extension decided, a receipt, waived or cancelled, a
step undone, and at last: it is done.

Each is written in the transaction of the move itself, as a line of the same ledger under a key of its own, so
that neither can come about without the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, bindparam, func, or_, select, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from calendars.zone import local_date
from models.decision import Extension, Review
from models.notice import Notice
from models.obligation import Obligation
from models.unit import Contact
from models.validity import sql_is_valid
from models.vocabulary import Audience, Lifecycle, NoticeKind, NoticeState, Role, Verdict
from reporting.reminders.audience import OWN
from reporting.reminders.ledger import (
    ACCEPTED,
    CANCELLED,
    CLOSED_MEANWHILE,
    DONE,
    EXTENDED,
    HANDED_OVER,
    LINK,
    NOBODY,
    OWED_AGAIN,
    RECEIPT,
    REFUSED,
    RETURNED,
    TOLD_BEFORE,
    UNACCEPTED,
    UNDONE,
    WAIVED,
    WITHDRAWN,
    PlannedNotice,
)
from reporting.reminders.ledger_store import write_notices
from reporting.reminders.recheck import FILED_MEANWHILE, REVIEWED_MEANWHILE

KINDS = {
    RETURNED: NoticeKind.RETURNED,
    ACCEPTED: NoticeKind.ACCEPTED,
    EXTENDED: NoticeKind.EXTENSION_DECIDED,
    REFUSED: NoticeKind.EXTENSION_DECIDED,
    DONE: NoticeKind.DONE,
    RECEIPT: NoticeKind.RECEIPT,
    WAIVED: NoticeKind.NOT_OWED,
    CANCELLED: NoticeKind.NOT_OWED,
    OWED_AGAIN: NoticeKind.OWED_AGAIN,
    WITHDRAWN: NoticeKind.OWED_AGAIN,
    UNACCEPTED: NoticeKind.ACCEPTANCE_UNDONE,
    HANDED_OVER: NoticeKind.REVIEWER_REMINDER,
}
TAKEN_BACK = {
    OWED_AGAIN: (WAIVED, CANCELLED),
    WITHDRAWN: (RECEIPT, DONE),
    UNACCEPTED: (ACCEPTED,),
}
"""By what tells that a step was undone: what had told of the step."""
OF_STATE = {
    Lifecycle.OPEN: NoticeKind.COMING_DUE,
    Lifecycle.RETURNED: NoticeKind.RETURNED,
    Lifecycle.SUBMITTED: NoticeKind.RECEIPT,
    Lifecycle.ACCEPTED: NoticeKind.ACCEPTED,
}
"""What a mail says that brings a new link: how the report stands now."""
KEPT_BACK = (
    FILED_MEANWHILE,
    REVIEWED_MEANWHILE,
    *(CLOSED_MEANWHILE.format(each) for each in (Lifecycle.WAIVED, Lifecycle.CANCELLED)),
)
"""Why a reminder did not go out: because of a step that can be undone."""
AT_ONCE = frozenset({RETURNED, EXTENDED, REFUSED, RECEIPT, LINK, WAIVED, CANCELLED, *TAKEN_BACK})
SAID_LATE = (NoticeKind.OVERDUE, NoticeKind.ESCALATED, NoticeKind.HOLDING_UP)
"""What makes somebody hear that it is done: that it was late, or that it waited for them."""
ITSELF = {Role.CLERK: Audience.CLERK, Role.HEAD: Audience.HEAD}
SUPERIOR = {Role.CLERK: Audience.SUPERIOR_CLERK, Role.HEAD: Audience.SUPERIOR_HEAD}
UNHEARD = "no valid contact: clerk, head"

OF_IT = col(Notice.obligation_id) == bindparam("obligation")
RETURNS = select(func.count()).where(
    col(Review.obligation_id) == bindparam("obligation"), col(Review.verdict) == Verdict.RETURNED
)
HOLDERS = (
    select(col(Contact.role), col(Contact.address), col(Contact.id))
    .where(col(Contact.unit_id) == bindparam("unit"), col(Contact.bounced_at).is_(None))
    .where(sql_is_valid(Contact, bindparam("day")))
    .order_by(col(Contact.id))
)
IN_DOUBT = and_(col(Notice.state) == NoticeState.QUEUED, col(Notice.mail_id).is_not(None))
MAY_HAVE_COME = or_(col(Notice.state).in_([NoticeState.SENT, NoticeState.CLAIMED]), IN_DOUBT)
"""Sent, on its way, or waiting in a mail of which nobody knows whether the server took it."""
Done = aliased(Notice)
LAST_DONE = (
    select(func.coalesce(func.max(col(Done.id)), 0))
    .where(col(Done.obligation_id) == bindparam("obligation"), col(Done.recipient) == col(Notice.recipient))
    .where(col(Done.rung) == DONE, col(Done.state) != NoticeState.CANCELLED)
    .correlate(Notice)
    .scalar_subquery()
)
"""When that person was last told that it is done."""
STILL_LATE = and_(col(Notice.kind) == NoticeKind.OWED_AGAIN, col(Notice.audience).not_in(OWN))
"""Who had been told that it was late, and then that it was done, which was undone."""
TOLD_LATE = (
    select(col(Notice.audience), col(Notice.recipient), col(Notice.contact_id))
    .where(OF_IT, or_(col(Notice.kind).in_(SAID_LATE), STILL_LATE))
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


def announce_closed(
    session: Session, obligation: Obligation, now: datetime, zone: ZoneInfo, words: str
) -> None:
    """It is not owed any more: the unit hears of it, and those who were told that it was late."""
    people = {address: person for person in _told_late(session, obligation) if (address := person[1])}
    people |= {person[1]: person for person in _own(session, obligation, local_date(now, zone))}
    event = WAIVED if obligation.state == Lifecycle.WAIVED else CANCELLED
    _announce(session, obligation, event, now, people.values(), words=words)


def announce_handed_over(session: Session, obligation: Obligation, now: datetime, on: date) -> None:
    """It waits for somebody else's review now: their clerks hear of it, or their heads."""
    reviewer = obligation.gatherer_id or obligation.recipient_id or 0
    _announce(session, obligation, HANDED_OVER, now, _people(session, reviewer, on, SUPERIOR))


def take_back(session: Session, obligation: Obligation, event: str) -> list[Person]:
    """A step is undone: what would have told of it stays unsent; gives those who may have been told."""
    session.flush()
    revision = obligation.deadline_revision + _returns(session, obligation)
    rungs = col(Notice.rung).in_(TAKEN_BACK[event])
    page = and_(col(Notice.obligation_id) == obligation.id, col(Notice.deadline_revision) == revision, rungs)
    unsent = and_(col(Notice.state) == NoticeState.QUEUED, col(Notice.mail_id).is_(None))
    session.execute(
        update(Notice)
        .where(page, unsent)
        .values(state=NoticeState.CANCELLED.value, reason=UNDONE)
        .execution_options(synchronize_session="fetch")
    )
    told = select(col(Notice.audience), col(Notice.recipient), col(Notice.contact_id))
    return _once(session.execute(told.where(page, MAY_HAVE_COME).order_by(col(Notice.id))))


def carry_over(session: Session, obligation: Obligation, now: datetime) -> None:
    """Onto the page that is to begin: what was due before a step that is undone and did not go out."""
    unsent = and_(col(Notice.state) == NoticeState.QUEUED, col(Notice.mail_id).is_(None))
    kept_back = and_(col(Notice.state) == NoticeState.CANCELLED, col(Notice.reason).in_(KEPT_BACK))
    lines = _on_the_next_page(session, obligation, or_(unsent, kept_back), NoticeState.QUEUED)
    write_notices(session, lines, now)


def carry_over_told(session: Session, obligation: Obligation, now: datetime) -> None:
    """Onto the page that is to begin: what has spoken already, so that the ladder goes on where it was."""
    told = or_(MAY_HAVE_COME, col(Notice.state) == NoticeState.SUPERSEDED)
    lines = _on_the_next_page(session, obligation, told, NoticeState.SUPERSEDED, TOLD_BEFORE)
    write_notices(session, lines, now)


def _on_the_next_page(
    session: Session, obligation: Obligation, which: Any, state: NoticeState, reason: str = ""
) -> list[PlannedNotice]:
    revision = obligation.deadline_revision + _returns(session, obligation)
    query = (
        select(Notice)
        .where(col(Notice.obligation_id) == obligation.id, col(Notice.deadline_revision) == revision)
        .where(col(Notice.rung).not_like("@%"), which)
    )
    return [
        PlannedNotice(
            obligation_id=obligation.id,
            deadline_revision=revision + 1,
            rung=each.rung,
            repeat=each.repeat,
            recipient=each.recipient,
            contact_id=each.contact_id,
            audience=Audience(each.audience),
            kind=NoticeKind(each.kind),
            moment=each.moment,
            immediate=each.immediate,
            state=state,
            reason=reason,
        )
        for each in session.scalars(query)
    ]


def announce_undone(
    session: Session, obligation: Obligation, event: str, now: datetime, people: list[Person], words: str
) -> None:
    """Those who were told of a step are told that it was undone; where an earlier version still stands,
    nothing that they were told is untrue."""
    stands = event == WITHDRAWN and obligation.state == Lifecycle.SUBMITTED
    if people and not stands:
        _announce(session, obligation, event, now, people, words=words)


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
    words: str = "",
) -> None:
    session.flush()
    revision = obligation.deadline_revision + _returns(session, obligation)
    everybody = list(people)
    lines = [
        PlannedNotice(
            obligation_id=obligation.id,
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
            words=words,
        )
        for audience, address, contact in everybody or [(Audience.CLERK, NOBODY, None)]
    ]
    write_notices(session, lines, now)


def _returns(session: Session, obligation: Obligation) -> int:
    return session.scalar(RETURNS, {"obligation": obligation.id}) or 0


def _own(session: Session, obligation: Obligation, on: date) -> list[Person]:
    return _people(session, obligation.unit_id, on, ITSELF)


def _people(session: Session, unit_id: int, on: date, roles: Mapping[Role, Audience]) -> list[Person]:
    """A unit's clerks; its heads where it has none."""
    rows = session.execute(HOLDERS, {"unit": unit_id, "day": on}).all()
    for role, audience in roles.items():
        if found := [(audience, row.address, row.id) for row in rows if row.role == role]:
            return found
    return []


def _told_late(session: Session, obligation: Obligation) -> list[Person]:
    """Those who were told since it was last said to be done."""
    return _once(session.execute(TOLD_LATE, {"obligation": obligation.id}))


def _once(rows: Iterable[Any]) -> list[Person]:
    """Each address once, as it was told first."""
    found: dict[str, Person] = {}
    for audience, recipient, contact in rows:
        found.setdefault(recipient, (Audience(audience), recipient, contact))
    return list(found.values())
