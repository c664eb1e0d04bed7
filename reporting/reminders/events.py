"""Notices of events: asked for, returned, accepted, an extension decided, a receipt, waived or cancelled, a
step undone, done at last, filed for information; and alerts to the administrator.

Each is written in the transaction of the move itself, as a line of the ledger under a key of its own, so that
neither can come about without the other. A line "may have been sent" when it was, is on its way, or waits in
a mail of which nobody knows whether the server took it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from calendars.zone import local_date
from models.columns import insert_into
from models.copies import copies_of
from models.decision import Extension
from models.notice import Notice
from models.obligation import Obligation, Submission, reviewer_of
from models.settings import Settings
from models.unit import Contact
from models.validity import sql_is_valid
from models.vocabulary import Audience, Lifecycle, NoticeKind, NoticeState, Role
from reporting.reminders import ledger
from reporting.reminders.audience import OWN, own_people
from reporting.reminders.ledger import NoticeRecipient, PlannedNotice
from reporting.reminders.ledger_store import present_revision, write_notices

KINDS = {
    ledger.RETURNED: NoticeKind.RETURNED,
    ledger.ACCEPTED: NoticeKind.ACCEPTED,
    ledger.EXTENDED: NoticeKind.EXTENSION_DECIDED,
    ledger.REFUSED: NoticeKind.EXTENSION_DECIDED,
    ledger.DONE: NoticeKind.DONE,
    ledger.RECEIPT: NoticeKind.RECEIPT,
    ledger.FILED_COPY: NoticeKind.FILED_COPY,
    ledger.WAIVED: NoticeKind.NOT_OWED,
    ledger.CANCELLED: NoticeKind.NOT_OWED,
    ledger.OWED_AGAIN: NoticeKind.OWED_AGAIN,
    ledger.WITHDRAWN: NoticeKind.OWED_AGAIN,
    ledger.UNACCEPTED: NoticeKind.ACCEPTANCE_UNDONE,
    ledger.HANDED_OVER: NoticeKind.REVIEWER_REMINDER,
    ledger.ASKED: NoticeKind.ASKED,
}
FOR_THE_DIGEST = frozenset({ledger.ACCEPTED, ledger.DONE, ledger.HANDED_OVER, ledger.FILED_COPY})
"""Events that can wait for the mail of the day; the others go at once."""
TAKEN_BACK = {
    ledger.OWED_AGAIN: (ledger.WAIVED, ledger.CANCELLED),
    ledger.WITHDRAWN: (ledger.RECEIPT, ledger.DONE, ledger.FILED_COPY),
    ledger.UNACCEPTED: (ledger.ACCEPTED,),
}
"""By the event of a step undone: the events of the step."""
OF_STATE = {
    Lifecycle.OPEN: NoticeKind.COMING_DUE,
    Lifecycle.RETURNED: NoticeKind.RETURNED,
    Lifecycle.SUBMITTED: NoticeKind.RECEIPT,
    Lifecycle.ACCEPTED: NoticeKind.ACCEPTED,
}
"""By the report's state, what a mail says that brings a new link."""
ITSELF = {Role.CLERK: Audience.CLERK, Role.HEAD: Audience.HEAD}
SUPERIOR = {Role.CLERK: Audience.SUPERIOR_CLERK, Role.HEAD: Audience.SUPERIOR_HEAD}
COPY = dict.fromkeys((Role.CLERK, Role.HEAD, Role.MONITOR), Audience.COPY)

QUEUED = col(Notice.state) == NoticeState.QUEUED
UNSENT = and_(QUEUED, col(Notice.mail_id).is_(None))
MAY_BE_SENT = or_(
    col(Notice.state).in_([NoticeState.SENT, NoticeState.CLAIMED]),
    and_(QUEUED, col(Notice.mail_id).is_not(None)),
)
_Done = aliased(Notice)
KEPT_BACK = (ledger.FILED_MEANWHILE, ledger.REVIEWED_MEANWHILE, *ledger.NOT_OWED_REASONS)
"""Reasons for which a reminder did not go out: a step that can be undone."""


def announce(
    session: Session,
    obligation: Obligation,
    event: str,
    now: datetime,
    zone: ZoneInfo,
    number: int = 0,
    words: str = "",
) -> None:
    """Notify the unit's own people of the event; `number` distinguishes several of one kind."""
    _write(session, obligation, event, now, _own(session, obligation, now, zone), number, words=words)


def announce_decided(
    session: Session, obligation: Obligation, granted: bool, now: datetime, zone: ZoneInfo
) -> None:
    """An extension was granted or refused; one notice for each decision."""
    query = select(func.count()).where(
        col(Extension.obligation_id) == obligation.id, col(Extension.decided_at).is_not(None)
    )
    session.flush()
    number = session.scalar(query) or 0
    announce(session, obligation, ledger.EXTENDED if granted else ledger.REFUSED, now, zone, number)


def announce_asked(
    session: Session, units: Mapping[int, int], now: datetime, on: date, words: str, speaker: str = ""
) -> None:
    """Tell those who owe what has just been opened by a request or an event; `units` by obligation.

    `speaker` is the address of who said so: theirs is noted, and no mail goes out.
    """
    people = own_people(session, units.values(), on)
    lines = []
    for id, unit in units.items():
        line = PlannedNotice(
            obligation_id=id,
            deadline_revision=1,
            rung=ledger.ASKED,
            kind=NoticeKind.ASKED,
            moment=now,
            immediate=True,
            reason=ledger.UNHEARD,
            words=words,
        )
        lines += [_heard(each, speaker) for each in line.addressed_to(people.get(unit, ()))]
    write_notices(session, lines, now)


def _heard(line: PlannedNotice, speaker: str) -> PlannedNotice:
    is_speaker = bool(speaker) and line.recipient == speaker
    return replace(line, state=NoticeState.SUPERSEDED, reason=ledger.SAID_IT) if is_speaker else line


def announce_done(session: Session, obligation: Obligation, now: datetime) -> None:
    """It was filed: notify those notified that it was late, or waited for them."""
    people = _told_late(session, obligation)
    if people:
        _write(session, obligation, ledger.DONE, now, people)


def announce_copies(
    session: Session, obligation: Obligation, now: datetime, on: date, units: Collection[int] | None = None
) -> None:
    """Tell its further recipients, or those named, that it is filed: each person once for each version, and
    nobody where they have no people, since nothing waits for them."""
    told = copies_of(session, [obligation.id]).get(obligation.id, []) if units is None else units
    people = {each.address: each for unit in told for each in _people(session, unit, on, COPY)}
    if people:
        versions = select(func.max(col(Submission.version)))
        number = session.scalar(versions.where(col(Submission.obligation_id) == obligation.id)) or 0
        _write(session, obligation, ledger.FILED_COPY, now, people.values(), number)


def announce_closed(
    session: Session, obligation: Obligation, now: datetime, zone: ZoneInfo, words: str
) -> None:
    """It is not owed any more: notify the unit, and those notified that it was late; nobody who was only to
    be told that it is asked for, and has not been yet."""
    event = ledger.WAIVED if obligation.state == Lifecycle.WAIVED else ledger.CANCELLED
    people = {each.address: each for each in _told_late(session, obligation)}
    people |= {each.address: each for each in _own(session, obligation, now, zone)}
    about = col(Notice.obligation_id) == obligation.id
    unheard = _addressees(session, about, col(Notice.rung) == ledger.ASKED, UNSENT)
    heard = {each.address for each in _addressees(session, about, MAY_BE_SENT)}
    for each in unheard:
        if each.address not in heard:
            people.pop(each.address, None)
    session.execute(
        update(Notice)
        .where(about, col(Notice.rung) == ledger.ASKED, UNSENT)
        .values(state=NoticeState.CANCELLED, reason=ledger.UNDONE)
        .execution_options(synchronize_session="fetch")
    )
    _write(session, obligation, event, now, people.values(), words=words)


def announce_handed_over(session: Session, obligation: Obligation, now: datetime, on: date) -> None:
    """Another unit is to review it now: notify its clerks, or its heads."""
    reviewer = reviewer_of(obligation) or 0
    _write(session, obligation, ledger.HANDED_OVER, now, _people(session, reviewer, on, SUPERIOR))


def announce_undone(
    session: Session,
    obligation: Obligation,
    event: str,
    now: datetime,
    people: list[NoticeRecipient],
    words: str,
) -> None:
    """Notify those notified of a step that it was undone; not where an earlier version is still filed, as
    then no mail they got is untrue."""
    is_filed = event == ledger.WITHDRAWN and obligation.state == Lifecycle.SUBMITTED
    if people and not is_filed:
        _write(session, obligation, event, now, people, words=words)


def announce_link(session: Session, obligation: Obligation, now: datetime, zone: ZoneInfo) -> int:
    """Mail a new link to the unit's people; the number of people. None for what is closed."""
    kind = OF_STATE.get(Lifecycle(obligation.state))
    people = _own(session, obligation, now, zone)
    if kind is None or not people:
        return 0
    query = select(func.max(col(Notice.repeat))).where(
        col(Notice.obligation_id) == obligation.id, col(Notice.rung) == ledger.LINK
    )
    _write(session, obligation, ledger.LINK, now, people, (session.scalar(query) or 0) + 1, kind)
    return len(people)


def take_back(session: Session, obligation: Obligation, event: str) -> list[NoticeRecipient]:
    """Cancel the unsent notices of a step that is undone; those who may have got one."""
    page = and_(_page(session, obligation), col(Notice.rung).in_(TAKEN_BACK[event]))
    session.execute(
        update(Notice)
        .where(page, UNSENT)
        .values(state=NoticeState.CANCELLED, reason=ledger.UNDONE)
        .execution_options(synchronize_session="fetch")
    )
    return _addressees(session, page, MAY_BE_SENT)


def carry_over(session: Session, obligation: Obligation, now: datetime) -> None:
    """Copy onto the next page of the ledger what was due before a step that is undone and did not go out."""
    kept_back = and_(col(Notice.state) == NoticeState.CANCELLED, col(Notice.reason).in_(KEPT_BACK))
    _copy(session, obligation, now, or_(UNSENT, kept_back), NoticeState.QUEUED)


def carry_over_sent(session: Session, obligation: Obligation, now: datetime) -> None:
    """Copy onto the next page the rungs that have spoken, so that the ladder goes on where it was."""
    spoken = or_(MAY_BE_SENT, col(Notice.state) == NoticeState.SUPERSEDED)
    _copy(session, obligation, now, spoken, NoticeState.SUPERSEDED, ledger.TOLD_BEFORE)


def _copy(
    session: Session,
    obligation: Obligation,
    now: datetime,
    which: ColumnElement[bool],
    state: NoticeState,
    reason: str = "",
) -> None:
    query = select(Notice).where(_page(session, obligation), col(Notice.rung).not_like("@%"), which)
    lines = [
        PlannedNotice(
            obligation_id=obligation.id,
            deadline_revision=each.deadline_revision + 1,
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
    write_notices(session, lines, now)


def _page(session: Session, obligation: Obligation) -> ColumnElement[bool]:
    """The notices of the ledger's present page."""
    revision = _revision(session, obligation)
    return and_(col(Notice.obligation_id) == obligation.id, col(Notice.deadline_revision) == revision)


def _revision(session: Session, obligation: Obligation) -> int:
    session.flush()
    return session.scalars(select(present_revision()).where(col(Obligation.id) == obligation.id)).one()


def _write(
    session: Session,
    obligation: Obligation,
    event: str,
    now: datetime,
    people: Iterable[NoticeRecipient],
    number: int = 0,
    kind: NoticeKind | None = None,
    words: str = "",
) -> None:
    line = PlannedNotice(
        obligation_id=obligation.id,
        deadline_revision=_revision(session, obligation),
        rung=event,
        repeat=number,
        kind=kind or KINDS[event],
        moment=now,
        immediate=event not in FOR_THE_DIGEST,
        reason=ledger.UNHEARD,
        words=words,
    )
    lines = line.addressed_to(people)
    write_notices(session, [_unhurried(each) for each in lines], now)


def _unhurried(line: PlannedNotice) -> PlannedNotice:
    """What is for information never hurries, such as that it was withdrawn."""
    return replace(line, immediate=False) if line.audience is Audience.COPY else line


def _own(session: Session, obligation: Obligation, now: datetime, zone: ZoneInfo) -> list[NoticeRecipient]:
    return _people(session, obligation.unit_id, local_date(now, zone), ITSELF)


def _people(
    session: Session, unit_id: int, on: date, roles: Mapping[Role, Audience]
) -> list[NoticeRecipient]:
    """A unit's clerks; those of the next role where it has none."""
    query = (
        select(col(Contact.role), col(Contact.address), col(Contact.id))
        .where(col(Contact.unit_id) == unit_id, col(Contact.bounced_at).is_(None), sql_is_valid(Contact, on))
        .order_by(col(Contact.id))
    )
    rows = session.execute(query).all()
    for role, audience in roles.items():
        if found := [NoticeRecipient(audience, address, id) for held, address, id in rows if held == role]:
            return found
    return []


def _told_late(session: Session, obligation: Obligation) -> list[NoticeRecipient]:
    """Those notified that it was late, or waited for them, since their last notice that it was done."""
    last_done = (
        select(func.coalesce(func.max(col(_Done.id)), 0))
        .where(col(_Done.obligation_id) == obligation.id, col(_Done.recipient) == col(Notice.recipient))
        .where(col(_Done.rung) == ledger.DONE, col(_Done.state) != NoticeState.CANCELLED)
        .correlate(Notice)
        .scalar_subquery()
    )
    late = col(Notice.kind).in_([NoticeKind.OVERDUE, NoticeKind.ESCALATED, NoticeKind.HOLDING_UP])
    # Or that it was done, which was undone.
    not_waiting = [*OWN, Audience.COPY]
    late_again = and_(col(Notice.kind) == NoticeKind.OWED_AGAIN, col(Notice.audience).not_in(not_waiting))
    return _addressees(
        session,
        col(Notice.obligation_id) == obligation.id,
        or_(late, late_again),
        MAY_BE_SENT,
        col(Notice.id) > last_done,
    )


def _addressees(session: Session, *conditions: ColumnElement[bool]) -> list[NoticeRecipient]:
    """Those to whom these notices went, each address once, as it was first."""
    query = select(col(Notice.audience), col(Notice.recipient), col(Notice.contact_id))
    found: dict[str, NoticeRecipient] = {}
    for audience, address, contact_id in session.execute(query.where(*conditions).order_by(col(Notice.id))):
        found.setdefault(address, NoticeRecipient(Audience(audience), address, contact_id))
    return list(found.values())


def raise_alert(
    session: Session, settings: Settings, name: str, words: str, now: datetime, today: date
) -> bool:
    """Queue an alert to the administrator, the same one once a day; whether it is new today.

    Needs DONDOC_ADMIN_ADDRESS. It is a line of the ledger about no obligation.
    """
    if settings.admin_address is None:
        return False
    row = {
        "obligation_id": None,
        "deadline_revision": 0,
        "rung": f"{ledger.ALERT}-{name}",
        "repeat": today.toordinal(),
        "recipient": settings.admin_address.strip().lower(),
        "kind": NoticeKind.ALERT.value,
        "audience": Audience.ADMINISTRATOR.value,
        "moment": now,
        "planned_at": now,
        "immediate": True,
        "state": NoticeState.QUEUED.value,
        "reason": "",
        "words": words,
        "attempts": 0,
    }
    # Not the count of rows: PostgreSQL's driver gives none for an insertion that returns its keys.
    insert = insert_into(session, "notice").values(row).on_conflict_do_nothing()
    return session.execute(insert.returning(insert.table.c.id)).first() is not None
