"""The outbox: notices claimed, looked at again and made into mails; the database side of sending.

The guarantee is *at least once*. A claim and its mail are committed before anything is sent, so nothing is
lost when the process dies: the lease runs out and the same mail is sent again. It can go twice only if the
process dies, or the line breaks, after the server has the whole content and before the 250 is committed
here. Both copies bear the same Message-ID, derived from the mail's row; nothing new is put into the second.
tests/timeline/test_killed_sender.py kills it at each step.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby
from typing import Any

from sqlalchemy import (
    BindParameter,
    Integer,
    Select,
    String,
    Update,
    bindparam,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlmodel import Session, col

from calendars.office import OfficeCalendar
from models.database import chunks, metadata
from models.notice import Mail, Notice
from models.obligation import Obligation
from models.vocabulary import NoticeKind, NoticeState
from notifications.digest import Item
from notifications.digest_rows import read_items
from notifications.message import message_id
from notifications.send_window import (
    DIGEST,
    IS_READY,
    OF_NO_REPORT,
    SIGN_IN,
    TODAY,
    URGENT,
    Rule,
    SendWindow,
    Shard,
    may_go,
)
from reporting.reminders.ledger import ACKNOWLEDGED, UNREACHABLE
from reporting.reminders.recheck import read_standings, reason_not_to_send

NOTICE, MAIL = metadata.tables["notice"], metadata.tables["mail"]
IDS: BindParameter[Any] = bindparam("ids", expanding=True)
PEOPLE: BindParameter[Any] = bindparam("people", expanding=True)
HAD = (
    select(MAIL.c.recipient, func.count())
    .where(MAIL.c.recipient.in_(PEOPLE), MAIL.c.day == TODAY, MAIL.c.kind != SIGN_IN)
    .group_by(MAIL.c.recipient)
)
SWAP = (
    update(NOTICE)
    .where(NOTICE.c.id.in_(IDS), IS_READY)
    .values(state=NoticeState.CLAIMED, claimed_by=bindparam("by"), lease_until=bindparam("until"))
    .returning(NOTICE.c.id)
)
NEW_MAIL = insert(MAIL)
MAILS_OF = select(MAIL.c.key, MAIL.c.id).where(MAIL.c.key.in_(bindparam("keys", expanding=True)))
LINK = update(NOTICE).where(NOTICE.c.id == bindparam("notice")).values(mail_id=bindparam("mail"))
TAKEN = (
    update(MAIL)
    .where(MAIL.c.id == bindparam("mail"))
    .values(sent_at=bindparam("at"), subject=bindparam("subject_line"), body=bindparam("kept"))
)


@lru_cache(maxsize=len(Rule))
def waiting(rule: Rule) -> Select[Any]:
    """How many people are to be mailed."""
    return select(func.count(func.distinct(col(Notice.recipient)))).where(may_go(rule))


@lru_cache(maxsize=len(Rule))
def following(rule: Rule) -> Select[Any]:
    """Their addresses behind one, and up to another if there is one."""
    until = bindparam("until", type_=String)
    query = select(col(Notice.recipient)).where(
        may_go(rule),
        col(Notice.recipient) > bindparam("after"),
        or_(until == "", col(Notice.recipient) <= until),
    )
    return query.distinct().order_by(col(Notice.recipient)).limit(bindparam("most", type_=Integer))


@lru_cache(maxsize=len(Rule))
def at_place(rule: Rule) -> Select[Any]:
    """The address that so many come before."""
    query = select(col(Notice.recipient)).where(may_go(rule)).distinct().order_by(col(Notice.recipient))
    return query.offset(bindparam("place", type_=Integer)).limit(1)


@lru_cache(maxsize=len(Rule))
def ready(rule: Rule) -> Select[Any]:
    """What may go to some of them."""
    columns: tuple[Any, ...] = (
        col(Notice.id),
        col(Notice.recipient),
        col(Notice.mail_id),
        col(Notice.kind),
        col(Notice.words),
        col(Notice.immediate),
    )
    query = select(*columns).where(may_go(rule), col(Notice.recipient).in_(PEOPLE))
    return query.order_by(col(Notice.recipient), col(Notice.id))


@lru_cache(maxsize=16)
def change(names: tuple[str, ...]) -> Update:
    """Notices changed in these columns; the values are filled in as new_NAME."""
    values: dict[str, BindParameter[Any]] = {name: bindparam(f"new_{name}") for name in names}
    return update(NOTICE).where(NOTICE.c.id.in_(IDS)).values(values)


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


@dataclass(frozen=True)
class ClaimedMail:
    """A claimed mail: its row's id, its Message-ID, and the notices it tells. `is_copy`: it was on its way
    before, and nobody knows whether it came."""

    id: int
    message_id: str
    notice_ids: Sequence[int]
    is_copy: bool


@dataclass(frozen=True)
class OutgoingMail:
    """A claimed mail with what it is to say."""

    claimed: ClaimedMail
    items: Sequence[Item]

    @property
    def id(self) -> int:
        return self.claimed.id

    @property
    def address(self) -> str:
        return self.items[0].person.address

    @property
    def tries_before(self) -> int:
        """How often it was tried in vain."""
        return max(item.attempts for item in self.items)


@dataclass
class Claim:
    """What a claim came to."""

    mails: list[ClaimedMail] = field(default_factory=list)
    cancelled: int = 0


@dataclass(frozen=True, slots=True)
class _Ready:
    id: int
    recipient: str
    mail_id: int | None
    kind: str
    words: str
    immediate: bool


@dataclass(frozen=True)
class _ClaimGroup:
    """What goes into one mail: those of its notices that still hold, in order; `first` is the first of all,
    which makes the mail's key."""

    notices: Sequence[_Ready]
    first: int

    @property
    def mail_id(self) -> int | None:
        return self.notices[0].mail_id

    @property
    def notice_ids(self) -> list[int]:
        return [notice.id for notice in self.notices]


def people_waiting(session: Session, window: SendWindow) -> int:
    """How many people are to be mailed."""
    return session.scalar(waiting(window.rule), window.values) or 0


def next_attempt(session: Session, now: datetime) -> datetime | None:
    """When the first of the mails that were tried in vain is tried again; None if none waits for that."""
    waits = (col(Notice.state) == NoticeState.QUEUED) & (col(Notice.next_attempt_at) > now)
    return session.scalar(select(func.min(col(Notice.next_attempt_at))).where(waits))


def next_people(session: Session, window: SendWindow, part: Shard, limit: int) -> list[str]:
    """The next addresses of a part that are to be mailed, in order."""
    values = {"after": part.after, "until": part.until, "most": limit}
    return list(session.scalars(following(window.rule), window.values | values))


def address_at(session: Session, window: SendWindow, place: int) -> str:
    """Of those who are to be mailed the one at this place, counted from 0; nobody's if there are fewer."""
    return session.scalar(at_place(window.rule), window.values | {"place": place}) or ""


def claim(session: Session, people: Sequence[str], sending: Sending) -> Claim:
    """Claim what may go to these people now: by compare-and-swap, so that of two senders one gets it.

    What has become pointless since it was planned is cancelled here, with the reason.
    """
    groups = _groups(session, people, sending)
    won = _swap(session, [notice.id for group in groups for notice in group], sending)
    still = set(_look_again(session, won, sending))
    claimed = []
    for group in groups:
        some = [notice for notice in group if notice.id in still]
        if some:
            claimed.append(_ClaimGroup(some, min(notice.id for notice in group)))
    return Claim(_mails(session, claimed, sending), cancelled=len(won) - len(still))


def read_mails(session: Session, claimed: Claim, sending: Sending) -> list[OutgoingMail]:
    """The claimed mails with what they say: after the claim is committed, so that it keeps nobody waiting."""
    ids = [id for mail in claimed.mails for id in mail.notice_ids]
    found = read_items(session, ids, sending.calendar, sending.today, sending.language)
    items = {item.notice_id: item for item in found}
    return [OutgoingMail(mail, [items[id] for id in mail.notice_ids]) for mail in claimed.mails]


def _groups(session: Session, people: Sequence[str], sending: Sending) -> list[list[_Ready]]:
    window = sending.window
    rows = session.execute(ready(window.rule), window.values | {"people": people})
    by_person = groupby((_Ready(*row) for row in rows), key=lambda notice: notice.recipient)
    left = _left(session, people, sending)
    return [group for who, theirs in by_person for group in _capped(_by_mail(list(theirs)), left[who])]


def _left(session: Session, people: Sequence[str], sending: Sending) -> dict[str, int]:
    """How many mails more each person may get today."""
    rows = session.execute(HAD, {"people": people, "today": sending.today})
    had = {row[0]: row[1] for row in rows}
    return {who: sending.window.daily_cap - had.get(who, 0) for who in people}


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
        values = {"by": sending.by, "until": sending.lease_until, "now": sending.now, "ids": some}
        won += session.scalars(SWAP, values)
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


def _mails(session: Session, groups: Sequence[_ClaimGroup], sending: Sending) -> list[ClaimedMail]:
    """A mail for each: the known one, or a new one; the new are written together."""
    known = _known(session, groups)
    new = [group for group in groups if group.mail_id not in known]
    made = dict(zip([group.first for group in new], _new(session, new, sending), strict=True))
    mails = []
    for group in groups:
        id, name = known[group.mail_id] if group.mail_id in known else made[group.first]
        mails.append(ClaimedMail(id, name, group.notice_ids, is_copy=group.mail_id in known))
    return mails


def _new(session: Session, groups: Sequence[_ClaimGroup], sending: Sending) -> list[tuple[int, str]]:
    """Their mails' ids and Message-IDs, written down."""
    if not groups:
        return []
    rows = [_row(group, sending) for group in groups]
    connection = session.connection()
    connection.execute(NEW_MAIL, rows)
    found = connection.execute(MAILS_OF, {"keys": [row["key"] for row in rows]})
    ids: dict[str, int] = {row.key: row.id for row in found}
    mails = [(ids[row["key"]], row["message_id"]) for row in rows]
    links = [
        {"notice": notice, "mail": id}
        for group, (id, _) in zip(groups, mails, strict=True)
        for notice in group.notice_ids
    ]
    connection.execute(LINK, links)
    return mails


def _known(session: Session, groups: Sequence[_ClaimGroup]) -> dict[int | None, tuple[int, str]]:
    """Mails that went before, and nobody knows whether they came: id and Message-ID."""
    ids = [group.mail_id for group in groups if group.mail_id is not None]
    if not ids:
        return {}
    query = select(col(Mail.id), col(Mail.message_id)).where(col(Mail.id).in_(ids))
    return {row[0]: (row[0], row[1]) for row in session.execute(query)}


def _row(group: _ClaimGroup, sending: Sending) -> dict[str, Any]:
    address = group.notices[0].recipient
    key = f"{address}|{sending.today.isoformat()}|{group.first}"
    return {
        "key": key,
        "kind": _kind(group.notices),
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


def set_notices(session: Session, ids: Iterable[int], **values: object) -> int:
    """Change these notices; gives how many there were."""
    changed = 0
    for some in chunks(ids):
        filled_in = {f"new_{name}": value for name, value in values.items()}
        changed += session.connection().execute(change(tuple(values)), filled_in | {"ids": some}).rowcount
    return changed
