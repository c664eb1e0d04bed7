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
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import func, insert, select, update
from sqlmodel import Session, col

from calendars.office import OfficeCalendar
from models.database import chunks
from models.notice import Mail, Notice
from models.obligation import Obligation
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
from reporting.reminders.recheck import read_standings, reason_not_to_send

OWN_MAIL = frozenset({NoticeKind.CHASE, NoticeKind.ALERT, NoticeKind.PASSWORD})


@dataclass(frozen=True, kw_only=True)
class Sending:
    """One claim: who claims, when, until when, and the words of the mail's key."""

    by: str
    window: SendWindow
    lease_until: datetime
    domain: str
    language: str

    @property
    def now(self) -> datetime:
        return self.window.now

    @property
    def today(self) -> date:
        return self.window.today

    @property
    def calendar(self) -> OfficeCalendar:
        return self.window.calendar


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


class _Ready(NamedTuple):
    id: int
    recipient: str
    mail_id: int | None
    kind: str
    words: str
    immediate: bool


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
    still = set(_look_again(session, won, sending))
    # The key of a mail is made from the first of all its notices, also one that has just been cancelled.
    firsts = {group[0].id: min(notice.id for notice in group) for group in groups}
    kept = [(firsts[group[0].id], [each for each in group if each.id in still]) for group in groups]
    return _mails(session, [(first, group) for first, group in kept if group], sending), len(won) - len(still)


def read_mails(session: Session, mails: Sequence[OutgoingMail], sending: Sending) -> list[OutgoingMail]:
    """The claimed mails with what they say: after the claim is committed, so that it keeps nobody waiting."""
    ids = [id for mail in mails for id in mail.notice_ids]
    found = read_items(session, ids, sending.calendar, sending.today, sending.language)
    items = {item.notice_id: item for item in found}
    return [replace(mail, items=[items[id] for id in mail.notice_ids]) for mail in mails]


def _groups(session: Session, people: Sequence[str], window: SendWindow) -> list[list[_Ready]]:
    """What may go to them, one list a mail."""
    columns = (getattr(Notice, name) for name in _Ready._fields)
    query = select(*columns).where(may_go(window), col(Notice.recipient).in_(people))
    rows = session.execute(query.order_by(col(Notice.recipient), col(Notice.id)))
    by_person = groupby(map(_Ready._make, rows), key=lambda notice: notice.recipient)
    had = _had(session, people, window)
    return [
        group
        for who, theirs in by_person
        for group in _capped(_by_mail(list(theirs)), window.daily_cap - had.get(who, 0))
    ]


def _had(session: Session, people: Sequence[str], window: SendWindow) -> dict[str, int]:
    """How many mails that count each person has had today."""
    query = select(col(Mail.recipient), func.count()).where(col(Mail.recipient).in_(people))
    query = query.where(mails_that_count(window)).group_by(col(Mail.recipient))
    return {row[0]: row[1] for row in session.execute(query)}


def _capped(groups: list[list[_Ready]], left: int) -> list[list[_Ready]]:
    """As many new mails as the day has left; a mail whose fate is unknown, or about no report, is not
    counted."""
    free = [group for group in groups if group[0].mail_id is not None or group[0].kind in OF_NO_REPORT]
    return free + [group for group in groups if group not in free][: max(left, 0)]


def _by_mail(notices: list[_Ready]) -> list[list[_Ready]]:
    """All that is new in one mail; but a chase has its own, with its words, and so has an alert.

    A mail whose fate is unknown is sent again as it was: a server that drops the copy must not drop something
    new with it.
    """
    groups: dict[tuple[int | None, str], list[_Ready]] = {}
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
            .where(col(Notice.id).in_(some), is_ready(sending.now))
            .values(state=NoticeState.CLAIMED, claimed_by=sending.by, lease_until=sending.lease_until)
            .returning(col(Notice.id))
        )
        won += session.scalars(swap.execution_options(synchronize_session=False))
    return won


def _look_again(session: Session, ids: Sequence[int], sending: Sending) -> list[int]:
    """Those that still hold; the others are cancelled. The tick finds whoever took
    a place, and waits for an acknowledgement to expire."""
    standings = read_standings(session, ids, sending.now, sending.today)
    by_reason: dict[str | None, list[int]] = {}
    for id in ids:
        by_reason.setdefault(reason_not_to_send(standings[id]), []).append(id)
    still = by_reason.pop(None, [])
    for reason, gone in by_reason.items():
        set_notices(
            session, gone, state=NoticeState.CANCELLED, reason=reason, lease_until=None, claimed_by=None
        )
        if reason in UNREACHABLE or reason == ACKNOWLEDGED:
            about = select(col(Notice.obligation_id)).where(col(Notice.id).in_(gone))
            wake = update(Obligation).where(col(Obligation.id).in_(about)).values(attention_at=sending.now)
            session.execute(wake.execution_options(synchronize_session=False))
    return still


def _mails(
    session: Session, groups: Sequence[tuple[int, Sequence[_Ready]]], sending: Sending
) -> list[OutgoingMail]:
    """A mail for each group of notices: the known one, or a new one; the new are written together."""
    known = _known(session, [group[0].mail_id for _, group in groups])
    new = [(first, group) for first, group in groups if group[0].mail_id not in known]
    made = dict(zip([first for first, _ in new], _new(session, new, sending), strict=True))
    mails = []
    for first, group in groups:
        mail_id = group[0].mail_id
        id, name = made[first] if first in made else known[mail_id or 0]
        mails.append(
            OutgoingMail(
                id=id,
                message_id=name,
                address=group[0].recipient,
                notice_ids=[notice.id for notice in group],
                is_copy=first not in made,
            )
        )
    return mails


def _new(
    session: Session, groups: Sequence[tuple[int, Sequence[_Ready]]], sending: Sending
) -> list[tuple[int, str]]:
    """Their mails' ids and Message-IDs, written down."""
    if not groups:
        return []
    rows = [_row(first, group, sending) for first, group in groups]
    written = insert(Mail).returning(col(Mail.id), sort_by_parameter_order=True)
    ids = session.scalars(written, rows).all()
    links = [
        {"id": notice.id, "mail_id": id}
        for (_, group), id in zip(groups, ids, strict=True)
        for notice in group
    ]
    session.execute(update(Notice), links)
    return [(id, str(row["message_id"])) for id, row in zip(ids, rows, strict=True)]


def _known(session: Session, ids: Iterable[int | None]) -> dict[int | None, tuple[int, str]]:
    """Mails that went before, and nobody knows whether they came: id and Message-ID."""
    wanted = [id for id in ids if id is not None]
    if not wanted:
        return {}
    query = select(col(Mail.id), col(Mail.message_id)).where(col(Mail.id).in_(wanted))
    return {id: (id, name) for id, name in session.execute(query)}


def _row(first: int, group: Sequence[_Ready], sending: Sending) -> dict[str, object]:
    address = group[0].recipient
    key = f"{address}|{sending.today.isoformat()}|{first}"
    return {
        "key": key,
        "kind": _kind(group),
        "message_id": message_id(key, sending.domain),
        "recipient": address,
        "day": sending.today,
        "subject": "",
        "body": "",
        "created_at": sending.now,
    }


def _kind(notices: Sequence[_Ready]) -> str:
    if all(notice.kind == NoticeKind.PASSWORD for notice in notices):
        return SIGN_IN
    return URGENT if all(notice.immediate for notice in notices) else DIGEST


def set_notices(session: Session, ids: Iterable[int], **values: object) -> None:
    """Change these columns of these notices."""
    for some in chunks(ids):
        change = update(Notice).where(col(Notice.id).in_(some)).values(**values)
        session.execute(change.execution_options(synchronize_session=False))
