"""The outbox: notices claimed, looked at again and made into mails; the database side of sending.

The guarantee is *at least once*. A claim and its mail are committed before anything is sent, so nothing is
lost when the process dies: the lease runs out and the same mail is sent again. It can go twice only if the
process dies, or the line breaks, after the server has the whole content and before the 250 is committed
here. Both copies bear the same Message-ID, derived from the mail's row; nothing new is put into the second.
tests/timeline/test_killed_sender.py kills it at each step.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from sqlalchemy import func, insert, select, update
from sqlmodel import Session, col

from models.database import chunks, rows_of
from models.notice import Mail, Notice
from models.vocabulary import NoticeKind, NoticeState
from notifications.digest_rows import read_items
from notifications.item import Item
from notifications.message import message_id
from notifications.send_window import (
    DIGEST,
    EVERYBODY,
    OF_NO_REPORT,
    SIGN_IN,
    URGENT,
    SendWindow,
    Shard,
    is_ready,
    mails_that_count,
    may_go,
)
from reporting.reminders.ledger import ACKNOWLEDGED, UNREACHABLE
from reporting.reminders.ledger_store import write_attention
from reporting.reminders.recheck import read_standings, reason_not_to_send

OWN_MAIL = frozenset(
    {NoticeKind.CHASE, NoticeKind.ALERT, NoticeKind.PASSWORD, NoticeKind.SECOND_FACTOR, NoticeKind.CALENDAR}
)


@dataclass(frozen=True, kw_only=True)
class Sending:
    """One claim: who claims, when, until when, and the words of the mail's key."""

    by: str
    window: SendWindow
    lease_until: datetime
    domain: str


@dataclass(frozen=True, kw_only=True)
class OutgoingMail:
    """A claimed mail: its row's id, its Message-ID, the notices it tells, and what it says of them.

    `is_copy`: it was on its way before, and nobody knows whether it came.
    """

    id: int
    message_id: str
    address: str
    notice_ids: Sequence[int]
    is_copy: bool
    items: Sequence[Item] = ()

    @property
    def tries_before(self) -> int:
        """How often it was tried in vain."""
        return max(item.attempts for item in self.items)


def people_waiting(session: Session, window: SendWindow, shard: Shard = EVERYBODY) -> int:
    """How many people of a shard are to be mailed."""
    if shard == EVERYBODY:
        query = select(func.count(func.distinct(col(Notice.recipient)))).where(may_go(window))
        return session.scalar(query) or 0
    people = session.scalars(select(col(Notice.recipient)).where(may_go(window)).distinct())
    return sum(map(shard.holds, people))


def next_attempt(session: Session, now: datetime) -> datetime | None:
    """When the first of the mails that were tried in vain is tried again; None if none waits for that."""
    waits = (col(Notice.state) == NoticeState.QUEUED) & (col(Notice.next_attempt_at) > now)
    return session.scalar(select(func.min(col(Notice.next_attempt_at))).where(waits))


def next_people(session: Session, window: SendWindow, shard: Shard, after: str, limit: int) -> list[str]:
    """The next addresses of a shard that are to be mailed, in order; fewer than `limit` only at the end."""
    query = select(col(Notice.recipient)).where(may_go(window)).distinct().order_by(col(Notice.recipient))
    found: list[str] = []
    while len(found) < limit:
        page = session.scalars(query.where(col(Notice.recipient) > after).limit(limit * shard.of)).all()
        found += filter(shard.holds, page)
        if len(page) < limit * shard.of:
            break
        after = page[-1]
    return found[:limit]


def claim(session: Session, people: Sequence[str], sending: Sending) -> tuple[list[OutgoingMail], int]:
    """Claim what may go to these people now, by compare-and-swap, so that of two senders one gets it.

    Returns the mails, still without what they say, and how many notices were cancelled, with the reason,
    because they have become pointless since they were planned.
    """
    groups = _groups(session, people, sending.window)
    won = _swap(session, [notice.id for group in groups for notice in group], sending)
    still = set(_look_again(session, won, sending.window))
    # The key of a mail is made from the first of all its notices, also one that has just been cancelled.
    kept = [
        (min(group, key=lambda notice: notice.id), [notice for notice in group if notice.id in still])
        for group in groups
        if any(notice.id in still for notice in group)
    ]
    known = _known(session, groups)
    new = iter(_new(session, [pair for pair in kept if pair[1][0].mail_id is None], sending))
    mails = []
    for _, notices in kept:
        id, name = known.get(notices[0].mail_id) or next(new)
        mails.append(
            OutgoingMail(
                id=id,
                message_id=name,
                address=notices[0].recipient,
                notice_ids=[notice.id for notice in notices],
                is_copy=id in known,
            )
        )
        for notice in notices:
            notice.mail_id = id
    return mails, len(won) - len(still)


def read_mails(
    session: Session, mails: Sequence[OutgoingMail], window: SendWindow, language: str
) -> list[OutgoingMail]:
    """The claimed mails with what they say: after the claim is committed, so that it keeps nobody waiting."""
    ids = [id for mail in mails for id in mail.notice_ids]
    items = {
        item.notice_id: item for item in read_items(session, ids, window.calendar, window.today, language)
    }
    return [replace(mail, items=[items[id] for id in mail.notice_ids]) for mail in mails]


def _groups(session: Session, people: Sequence[str], window: SendWindow) -> list[list[Notice]]:
    """What may go to them, one list a mail."""
    query = select(Notice).where(may_go(window), col(Notice.recipient).in_(people))
    rows = session.scalars(query.order_by(col(Notice.recipient), col(Notice.id)))
    had = _had(session, people, window)
    return [
        group
        for who, theirs in groupby(rows, key=lambda notice: notice.recipient)
        for group in _capped(_by_mail(theirs), window.daily_cap - had.get(who, 0))
    ]


def _had(session: Session, people: Sequence[str], window: SendWindow) -> dict[str, int]:
    """How many mails that count each person has had today."""
    query = select(col(Mail.recipient), func.count()).where(col(Mail.recipient).in_(people))
    query = query.where(mails_that_count(window)).group_by(col(Mail.recipient))
    return {row[0]: row[1] for row in session.execute(query)}


def _capped(groups: list[list[Notice]], left: int) -> list[list[Notice]]:
    """As many new mails as the day has left; a mail whose fate is unknown, or about no report, is not
    counted."""
    free = [group for group in groups if group[0].mail_id is not None or group[0].kind in OF_NO_REPORT]
    return free + [group for group in groups if group not in free][: max(left, 0)]


def _by_mail(notices: Iterable[Notice]) -> list[list[Notice]]:
    """All that is new in one mail; but a chase has its own, with its words, and so has an alert.

    A mail whose fate is unknown is sent again as it was: a server that drops the copy must not drop something
    new with it.
    """
    groups: dict[tuple[int | None, str], list[Notice]] = {}
    for notice in notices:
        chased = notice.kind in OWN_MAIL or (notice.kind == NoticeKind.HOLDING_UP and notice.words)
        own = chased and notice.mail_id is None
        alone = f"{notice.kind} {notice.words}" if own else ""
        groups.setdefault((notice.mail_id, alone), []).append(notice)
    return list(groups.values())


def _swap(session: Session, ids: Iterable[int], sending: Sending) -> list[int]:
    won: list[int] = []
    for some in chunks(ids):
        swap = (
            update(Notice)
            .where(col(Notice.id).in_(some), is_ready(sending.window.now))
            .values(state=NoticeState.CLAIMED, claimed_by=sending.by, lease_until=sending.lease_until)
            .returning(col(Notice.id))
        )
        won += session.scalars(swap.execution_options(synchronize_session=False))
    return won


def _look_again(session: Session, ids: Sequence[int], window: SendWindow) -> list[int]:
    """Those that still hold; the others are cancelled. The tick finds those who took
    a place, and waits for an acknowledgement to expire."""
    standings = read_standings(session, ids, window.now, window.today)
    by_reason: dict[str | None, list[int]] = {}
    for id in ids:
        by_reason.setdefault(reason_not_to_send(standings[id]), []).append(id)
    still = by_reason.pop(None, [])
    for reason, gone in by_reason.items():
        set_notices(
            session, gone, state=NoticeState.CANCELLED, reason=reason, lease_until=None, claimed_by=None
        )
        if reason in UNREACHABLE or reason == ACKNOWLEDGED:
            about = rows_of(session, select(col(Notice.obligation_id)), col(Notice.id), gone)
            write_attention(session, {row.obligation_id: window.now for row in about})
    return still


def _known(session: Session, groups: Iterable[Sequence[Notice]]) -> dict[int | None, tuple[int, str]]:
    """Mails that went before, and nobody knows whether they came: id and Message-ID."""
    ids = (group[0].mail_id for group in groups if group[0].mail_id is not None)
    query = select(col(Mail.id), col(Mail.message_id))
    return {id: (id, name) for id, name in rows_of(session, query, col(Mail.id), ids)}


def _new(
    session: Session, groups: Iterable[tuple[Notice, Sequence[Notice]]], sending: Sending
) -> list[tuple[int, str]]:
    """Mails written down, for each group of notices with the first that it had: id and Message-ID."""
    rows = [_row(first, notices, sending) for first, notices in groups]
    # Rows, since SQLModel takes a tenth of a mail's whole time to make an object.
    written = insert(Mail).returning(col(Mail.id), col(Mail.message_id), sort_by_parameter_order=True)
    return [(id, name) for id, name in session.execute(written, rows)] if rows else []


def _row(first: Notice, notices: Sequence[Notice], sending: Sending) -> dict[str, object]:
    """A restored database gives out the same numbers again, but at another instant: without that in its
    Message-ID a new mail would pass for the copy of one that the database has forgotten."""
    address, today = notices[0].recipient, sending.window.today
    key = f"{address}|{today.isoformat()}|{first.id}"
    name = message_id(f"{key}|{first.planned_at.isoformat()}", sending.domain)
    return {
        "key": key,
        "kind": _kind(notices),
        "message_id": name,
        "recipient": address,
        "day": today,
        "subject": "",
        "body": "",
        "created_at": sending.window.now,
    }


def _kind(notices: Sequence[Notice]) -> str:
    if all(notice.kind in (NoticeKind.PASSWORD, NoticeKind.SECOND_FACTOR) for notice in notices):
        return SIGN_IN
    return URGENT if all(notice.immediate for notice in notices) else DIGEST


def set_notices(session: Session, ids: Iterable[int], **values: object) -> None:
    """Change these columns of these notices."""
    for some in chunks(ids):
        change = update(Notice).where(col(Notice.id).in_(some)).values(**values)
        session.execute(change.execution_options(synchronize_session=False))
