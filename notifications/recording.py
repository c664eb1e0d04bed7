"""Writing down what became of mails: sent, to be tried again and when, or failed and whose fault it is.

An address that a server refuses is marked at once. The obligations of a mail that nobody got are looked at by
the next tick, which turns to the next rung.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from models.contact import Contact
from models.notice import Mail, Notice
from models.obligation import Obligation
from models.vocabulary import NoticeState
from notifications.answers import Delivery, Fault, Outcome
from notifications.claim_statements import TAKEN
from notifications.outbox import OutgoingMail, set_notices
from notifications.pacing import backed_off

NO_FAULT = frozenset({Outcome.SERVER_DOWN, Outcome.NOT_TRIED})
"""Outcomes that say nothing of the mail, so they count as no attempt."""
MOST_ATTEMPTS = 12
SOON, LATER = timedelta(minutes=5), timedelta(hours=1)
LONGEST_WAIT = timedelta(hours=12)
MANY = 3
"""Doubted refusals in a pass that took nothing, from which on they speak against us and not the addresses."""


@dataclass(frozen=True)
class Posted:
    """A mail that was handed in, or not: with its subject, the text that may be kept, and the outcome."""

    mail: OutgoingMail
    subject: str
    body: str
    delivery: Delivery


def settled(doubted: Sequence[Posted], taken: int) -> list[Posted]:
    """Refusals that did not say why: the addresses are wrong if the server takes mails for others, or they
    are few. If it refuses everybody, no address is to blame, and all is tried again later."""
    if taken or len(doubted) < MANY:
        return [_with(each, Outcome.BAD_ADDRESS, Fault.RECIPIENT) for each in doubted]
    return [_with(each, Outcome.LATER, Fault.SENDER) for each in doubted]


def _with(posted: Posted, outcome: Outcome, fault: Fault) -> Posted:
    return Posted(posted.mail, posted.subject, posted.body, Delivery(outcome, posted.delivery.said, fault))


def record(session: Session, outcomes: Sequence[Posted], now: datetime, by: str) -> None:
    """Write down what became of mails, in the caller's transaction. That a mail was taken is a fact; that it
    was not says nothing once another sender has claimed it, because the lease had run out."""
    sent = [each for each in outcomes if each.delivery.outcome is Outcome.SENT]
    ids = [id for each in sent for id in each.mail.claimed.notice_ids]
    set_notices(
        session, ids, state=NoticeState.SENT, sent_at=now, reason="", lease_until=None, claimed_by=None
    )
    if sent:
        rows = [
            {"mail": each.mail.id, "at": now, "subject_line": each.subject, "kept": each.body}
            for each in sent
        ]
        session.connection().execute(TAKEN, rows)
    for each in outcomes:
        if each.delivery.outcome is not Outcome.SENT:
            _not_sent(session, each.mail, each.delivery, now, by)


def _not_sent(session: Session, mail: OutgoingMail, delivery: Delivery, now: datetime, by: str) -> None:
    if not _is_ours(session, mail, by):
        return
    attempts = max(item.attempts for item in mail.items) + (delivery.outcome not in NO_FAULT)
    gone = delivery.outcome in (Outcome.REFUSED, Outcome.BAD_ADDRESS) or attempts >= MOST_ATTEMPTS
    values: dict[str, object] = {
        "state": NoticeState.FAILED if gone else NoticeState.QUEUED,
        "reason": delivery.reason,
        "attempts": attempts,
        "next_attempt_at": None if gone else now + _wait(delivery.outcome, attempts, mail.claimed.message_id),
        "lease_until": None,
        "claimed_by": None,
    }
    set_notices(session, mail.claimed.notice_ids, **values)
    if delivery.outcome is not Outcome.UNKNOWN and not mail.claimed.is_copy:
        # The server has not got it, that is certain, so what was in it may go with other mails. Of a copy
        # that is never certain: the server may have the first.
        session.execute(update(Notice).where(col(Notice.mail_id) == mail.id).values(mail_id=None))
        session.execute(delete(Mail).where(col(Mail.id) == mail.id))
    if gone:
        _wake(session, mail, delivery, now)


def _is_ours(session: Session, mail: OutgoingMail, by: str) -> bool:
    query = select(col(Notice.claimed_by)).where(col(Notice.mail_id) == mail.id)
    return set(session.scalars(query)) == {by}


def _wait(outcome: Outcome, attempts: int, key: str) -> timedelta:
    """Longer after each attempt; none if it was not tried."""
    if outcome in NO_FAULT:
        return timedelta(0)
    return backed_off(LATER if outcome is Outcome.LATER else SOON, attempts, LONGEST_WAIT, key)


def _wake(session: Session, mail: OutgoingMail, delivery: Delivery, now: datetime) -> None:
    """A mail that nobody got: the next tick turns to the next rung; a bad address is not used again."""
    if delivery.outcome is Outcome.BAD_ADDRESS:
        contacts = {item.contact_id for item in mail.items if item.contact_id is not None}
        session.execute(update(Contact).where(col(Contact.id).in_(contacts)).values(bounced_at=now))
    obligations = {item.obligation_id for item in mail.items}
    session.execute(update(Obligation).where(col(Obligation.id).in_(obligations)).values(attention_at=now))


def forget_bodies(session: Session, keep_days: int, now: datetime) -> int:
    """Take away the texts of mails sent more than `keep_days` ago, and only these; gives how many."""
    ids = (
        update(Mail)
        .where(col(Mail.body) != "", col(Mail.sent_at) < now - timedelta(days=keep_days))
        .values(body="")
        .returning(col(Mail.id))
    )
    return len(session.scalars(ids.execution_options(synchronize_session=False)).all())
