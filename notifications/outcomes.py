"""The record of what became of mails: sent, to be tried again and when, or failed and whose fault it is.

An address that a server calls unknown is tried again on the next day, and marked if that day says the same
(`notifications.blame`). The obligations of a mail that nobody got are looked at by the next tick, which turns
to the next rung.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import delete, func, select, update
from sqlmodel import Session, col

from calendars.deadline import ONE_DAY
from calendars.office import OfficeCalendar
from models.notice import Mail, Notice
from models.unit import Contact
from models.vocabulary import NoticeState
from notifications.blame import Refused, marks
from notifications.outbox import OutgoingMail, set_notices
from notifications.rate_limit import backed_off
from notifications.smtp_replies import Delivery, Outcome
from reporting.reminders.ledger_store import write_attention

NO_FAULT = frozenset({Outcome.SERVER_DOWN, Outcome.NOT_TRIED})
"""Outcomes that say nothing of the mail, so they count as no attempt."""
MOST_ATTEMPTS = 12
SOON, LATER = timedelta(minutes=5), timedelta(hours=1)
LONGEST_WAIT = timedelta(hours=12)


@dataclass(frozen=True)
class Posted:
    """A mail that was handed in, or not: with its subject, the text that may be kept, and the outcome;
    `refused` where its address was called unknown, until that is settled."""

    mail: OutgoingMail
    subject: str
    body: str
    delivery: Delivery
    refused: Refused | None = None


def record(
    session: Session, outcomes: Sequence[Posted], now: datetime, by: str, calendar: OfficeCalendar
) -> int:
    """Record what became of mails, in the caller's transaction; returns how many failed for good.

    That a mail was taken is a fact; that it was not says nothing once another sender has claimed it, because
    the lease had run out.
    """
    sent = [each for each in outcomes if each.delivery.outcome is Outcome.SENT]
    ids = [id for each in sent for id in each.mail.notice_ids]
    set_notices(
        session, ids, state=NoticeState.SENT, sent_at=now, reason="", lease_until=None, claimed_by=None
    )
    if sent:
        rows = [
            {"id": each.mail.id, "sent_at": now, "subject": each.subject, "body": each.body} for each in sent
        ]
        session.execute(update(Mail), rows)
        _forget_refusals(session, {each.mail.address for each in sent})
    rest = [each for each in outcomes if each.delivery.outcome is not Outcome.SENT]
    return sum(_not_sent(session, each.mail, each.delivery, now, by, calendar) for each in rest)


def _not_sent(
    session: Session, mail: OutgoingMail, delivery: Delivery, now: datetime, by: str, calendar: OfficeCalendar
) -> bool:
    if not _is_ours(session, mail, by):
        return False
    counts = delivery.counts and delivery.outcome not in NO_FAULT
    attempts = mail.tries_before + counts
    is_marked = _weigh_address(session, mail.address, delivery.outcome, now, calendar)
    gone = is_marked or delivery.outcome is Outcome.UNUSABLE or attempts >= MOST_ATTEMPTS
    values: dict[str, object] = {
        "state": NoticeState.FAILED if gone else NoticeState.QUEUED,
        "reason": delivery.reason,
        "attempts": attempts,
        "next_attempt_at": None if gone else _next_attempt(mail, delivery, attempts, now, calendar),
        "lease_until": None,
        "claimed_by": None,
    }
    set_notices(session, mail.notice_ids, **values)
    if delivery.outcome is not Outcome.UNKNOWN and not mail.is_copy:
        # The server has not got it, that is certain, so what was in it may go with other mails. Of a copy
        # that is never certain: the server may have the first.
        session.execute(update(Notice).where(col(Notice.mail_id) == mail.id).values(mail_id=None))
        session.execute(delete(Mail).where(col(Mail.id) == mail.id))
    if gone:
        write_attention(session, dict.fromkeys((item.obligation_id for item in mail.items), now))
    return gone


def _is_ours(session: Session, mail: OutgoingMail, by: str) -> bool:
    query = select(col(Notice.claimed_by)).where(col(Notice.mail_id) == mail.id)
    return set(session.scalars(query)) == {by}


def _next_attempt(
    mail: OutgoingMail, delivery: Delivery, attempts: int, now: datetime, calendar: OfficeCalendar
) -> datetime:
    """Longer after each attempt; at once if it was not tried; on the next day if there is no such address."""
    if delivery.outcome in NO_FAULT:
        return now
    if delivery.outcome is Outcome.NO_SUCH_ADDRESS:
        return calendar.at(calendar.day(now) + ONE_DAY, time(0))
    first = SOON if delivery.outcome in (Outcome.SOON, Outcome.UNKNOWN) else LATER
    return now + backed_off(first, attempts, LONGEST_WAIT, mail.message_id)


def _weigh_address(
    session: Session, address: str, outcome: Outcome, now: datetime, calendar: OfficeCalendar
) -> bool:
    """Whether the address is marked now; a first refusal is noted. An address is one person, whatever the
    number of contacts that have it."""
    if outcome not in (Outcome.NO_SUCH_ADDRESS, Outcome.DOUBTED, Outcome.UNUSABLE):
        return False
    theirs, today = col(Contact.address) == address, calendar.day(now)
    first = session.scalar(select(func.min(Contact.refused_at)).where(theirs))
    is_marked = marks(outcome, calendar.day(first) if first else None, today)
    if is_marked or outcome is Outcome.UNUSABLE:
        unmarked = theirs & col(Contact.bounced_at).is_(None)
        session.execute(update(Contact).where(unmarked).values(bounced_at=now))
    elif outcome is Outcome.NO_SUCH_ADDRESS:
        unknown = theirs & col(Contact.refused_at).is_(None)
        session.execute(update(Contact).where(unknown).values(refused_at=now))
    return is_marked


def _forget_refusals(session: Session, addresses: Collection[str]) -> None:
    """What takes a mail is an address after all."""
    stale = col(Contact.address).in_(addresses) & col(Contact.refused_at).is_not(None)
    forget = update(Contact).where(stale).values(refused_at=None)
    session.execute(forget.execution_options(synchronize_session=False))


def forget_bodies(session: Session, keep_days: int, now: datetime) -> int:
    """Clear the texts of mails sent more than `keep_days` ago, and only these; returns their number."""
    ids = (
        update(Mail)
        .where(col(Mail.body) != "", col(Mail.sent_at) < now - timedelta(days=keep_days))
        .values(body="")
        .returning(col(Mail.id))
    )
    return len(session.scalars(ids.execution_options(synchronize_session=False)).all())
