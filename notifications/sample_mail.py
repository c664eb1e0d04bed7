"""Mails to look at, never sent: what a notice of the ledger carried, what a chase or a request would send,
and samples of any kind, about an obligation as it stands or a made-up one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from calendars.office import OfficeCalendar
from calendars.periods import Period
from calendars.zone import midnight
from messages.catalogue import N_, translate
from models.errors import NotFound
from models.notice import Mail, Notice
from models.obligation import Obligation, Occurrence
from models.settings import Settings
from models.unit import Contact
from models.vocabulary import Audience, Lifecycle, NoticeKind
from notifications.composer import Writer
from notifications.digest import PICTURED
from notifications.digest_rows import BRINGS_ENTRY, TELLS_HANDED, read_items, with_facts
from notifications.faults import MailFault
from notifications.item import Addressee, ChasedBy, Decision, Handed, Item, Picture, chased_by
from notifications.links import without_secrets
from notifications.message import message_id
from notifications.rendering import Rendered
from notifications.sample_names import (
    BASIS,
    CHASING,
    CLERK,
    COMMUNE,
    DISTRICTS,
    DUTY,
    HAMLETS,
    MONITOR,
    NEIGHBOURS,
    OFFICE,
    PLAN_TITLE,
    STAGE,
)
from reporting.feeds.rows import OwedRow
from reporting.moves.chase import Chase
from reporting.obligations.asked import AskedBy
from reporting.obligations.filters import FilterFault
from reporting.reminders.ledger import PlannedNotice
from reporting.special_days import working_days
from reporting.unit_names import names


@dataclass(frozen=True, kw_only=True)
class DrawnMail:
    """A mail's words. `kept` says that the text is the one that was sent; then there is no HTML."""

    subject: str
    text: str
    html: str = ""
    kept: bool = False
    notices: int = 1


def drawn_mail(session: Session, settings: Settings, notice: Notice, now: datetime) -> DrawnMail | None:
    """The mail that carried the notice, or would carry it at `now`; None where nobody receives it."""
    mail = session.get(Mail, notice.mail_id) if notice.mail_id is not None else None
    together = col(Notice.id) == notice.id if mail is None else col(Notice.mail_id) == mail.id
    ids = session.scalars(select(col(Notice.id)).where(together)).all()
    if mail is not None and mail.body:
        return DrawnMail(subject=mail.subject, text=mail.body, kept=True, notices=len(ids))
    if not notice.recipient:
        return None
    at = now if mail is None else mail.sent_at or mail.created_at
    calendar = OfficeCalendar(working_days(session), settings.zone)
    items = read_items(session, ids, calendar, calendar.day(at), settings.language)
    return _drawn(settings, calendar, items, at)


def chase_mail(
    session: Session, settings: Settings, planned: Chase, address: str, now: datetime
) -> DrawnMail | None:
    """One person's mail of a planned chase; None where it has none."""
    calendar = OfficeCalendar(working_days(session), settings.zone)
    lines = [line for line in planned.lines if line.recipient == address and address]
    units = names(session, {line.actor_unit_id for line in lines})
    told = [
        replace(
            _told(line, session.get(Contact, line.contact_id), settings.language),
            chased_by=chased_by(line.actor, units[line.actor_unit_id].name if line.actor_unit_id else ""),
        )
        for line in lines
    ]
    return _drawn(settings, calendar, with_facts(session, told, calendar, calendar.day(now)), now)


def asked_mail(
    session: Session, settings: Settings, period: str, address: str, now: datetime
) -> DrawnMail | None:
    """One person's mail of what a request or an event has just queued under its period."""
    query = (
        select(col(Notice.id))
        .join(Obligation, col(Obligation.id) == col(Notice.obligation_id))
        .join(Occurrence, col(Occurrence.id) == col(Obligation.occurrence_id))
        .where(col(Occurrence.period) == period, col(Notice.recipient) == address)
    )
    calendar = OfficeCalendar(working_days(session), settings.zone)
    ids = session.scalars(query).all()
    items = read_items(session, ids, calendar, calendar.day(now), settings.language)
    return _drawn(settings, calendar, items, now)


def _told(line: PlannedNotice, contact: Contact | None, language: str) -> Item:
    name, chosen = (contact.name, contact.language) if contact else ("", "")
    return Item(
        notice_id=0,
        kind=line.kind,
        audience=line.audience,
        person=Addressee(address=line.recipient, name=name, language=chosen or language),
        contact_id=line.contact_id,
        link_series=contact.link_series if contact else 0,
        unit_id=contact.unit_id if contact else None,
        words=line.words,
        obligation_id=line.obligation_id,
    )


def _drawn(
    settings: Settings, calendar: OfficeCalendar, items: Sequence[Item], at: datetime
) -> DrawnMail | None:
    """The mail of these notices as of an instant, its links without their secret."""
    if not items:
        return None
    said, _ = Writer(settings, calendar, at).write(items, "<shown@example.invalid>")
    text, html = without_secrets(said.text), without_secrets(said.html)
    return DrawnMail(subject=said.subject, text=text, html=html, notices=len(items))


class Sample(NamedTuple):
    """What a made-up report of a kind of mail is like; `days` from today to its written day."""

    days: int = -3
    audience: Audience = Audience.CLERK
    state: Lifecycle = Lifecycle.OPEN


SAMPLES = {
    NoticeKind.COMING_DUE: Sample(4),
    NoticeKind.LAST_DAY: Sample(1),
    NoticeKind.ESCALATED: Sample(audience=Audience.SUPERIOR_HEAD),
    NoticeKind.HOLDING_UP: Sample(audience=Audience.BELOW),
    NoticeKind.OWED_AGAIN: Sample(3),
    NoticeKind.ASKED: Sample(6),
    NoticeKind.LOOK_AHEAD: Sample(5),
    NoticeKind.EXTENSION_DECIDED: Sample(8),
    NoticeKind.RETURNED: Sample(3, state=Lifecycle.RETURNED),
    NoticeKind.ACCEPTED: Sample(2, state=Lifecycle.ACCEPTED),
    NoticeKind.ACCEPTANCE_UNDONE: Sample(2, state=Lifecycle.SUBMITTED),
    NoticeKind.RECEIPT: Sample(2, state=Lifecycle.SUBMITTED),
    NoticeKind.DONE: Sample(audience=Audience.SUPERIOR_HEAD, state=Lifecycle.SUBMITTED),
    NoticeKind.FILED_COPY: Sample(2, Audience.COPY, Lifecycle.SUBMITTED),
    NoticeKind.REVIEWER_REMINDER: Sample(-2, Audience.SUPERIOR_CLERK, Lifecycle.SUBMITTED),
    NoticeKind.ALERT: Sample(audience=Audience.MONITOR),
    NoticeKind.PASSWORD: Sample(audience=Audience.ACCOUNT),
    NoticeKind.SECOND_FACTOR: Sample(audience=Audience.ACCOUNT),
    NoticeKind.CALENDAR: Sample(),
}
WORDS = {
    NoticeKind.CHASE: N_(
        "Please hand in the monthly report without delay.\n"
        "The district waits for you alone, to gather and send to the province before 4 p.m. today."
    ),
    NoticeKind.ASKED: N_("Please send the figures of the damage, and two pictures."),
    NoticeKind.NOT_OWED: N_("The commune has merged; the new one hands in the report. (12/QD-UBND)"),
    NoticeKind.OWED_AGAIN: N_("Waived for the wrong period: decision 12/QD-UBND is about the next month."),
    NoticeKind.ACCEPTANCE_UNDONE: N_("Accepted by mistake; table 02 has to be looked at again."),
    NoticeKind.ALERT: N_(
        "The sender has been silent for 4 hours; 312 mails wait.\n"
        "See dondoc doctor; the mail server answers: 421 service not available."
    ),
}
CHASER = ChasedBy(CHASING, "nam@so.example", MONITOR)
COPIES = {NoticeKind.FILED_COPY: (OFFICE,)}
RETURNED_FOR = N_("Table 02 lacks the figures of the budget's revenue; the annex is not signed.")
NOTHING_KNOWN: dict[str, Any] = dict.fromkeys(OwedRow._fields) | OwedRow._field_defaults


def sample_items(
    kind: NoticeKind, language: str, calendar: OfficeCalendar, now: datetime, count: int = 1
) -> list[Item]:
    """`count` items of a kind in one mail: one unit's, or those of many units in several districts."""
    item = _item(kind, language, calendar, calendar.day(now))
    return [_numbered(item, number, in_branch=count > 1) for number in range(1, count + 1)]


def _numbered(item: Item, number: int, *, in_branch: bool) -> Item:
    item = replace(item, notice_id=number)
    if item.owed is None:
        return replace(item, ticket=item.ticket and f"{number}-{item.ticket}")
    item = replace(item, obligation_id=number, owed=item.owed._replace(id=number))
    if not in_branch or item.owed is None:
        return item
    branch = DISTRICTS[number % len(DISTRICTS)]
    return replace(
        item,
        owed=item.owed._replace(unit_name=f"{COMMUNE} {number}"),
        branch=branch,
        awaited_by=branch,
        picture=item.picture and replace(item.picture, gathered_by=branch),
        held_up=item.held_up and (branch,),
    )


def _item(kind: NoticeKind, language: str, calendar: OfficeCalendar, today: date) -> Item:
    item = _notice(kind, language)
    if kind is NoticeKind.ALERT:
        return replace(item, person=replace(item.person, name=translate(language, "Administrator")))
    if kind is NoticeKind.PASSWORD:
        return replace(item, contact_id=None, ticket="made-up", until=calendar.at(today, time(9, 30)))
    if kind is NoticeKind.SECOND_FACTOR:
        return replace(item, contact_id=None)
    if kind is NoticeKind.CALENDAR:
        return replace(item, ticket="made-up/unit-x1")
    sample = SAMPLES.get(kind, Sample())
    written = today + timedelta(days=sample.days)
    is_missing = kind in (NoticeKind.ESCALATED, NoticeKind.OVERDUE)
    owed = _owed(sample.state, written, calendar)
    if kind is NoticeKind.ASKED:
        owed = owed._replace(period=Period.of_request(12, today).key)
    return replace(
        item,
        owed=owed._replace(copies=COPIES.get(kind, ())),
        branch=DISTRICTS[0],
        awaited_by=DISTRICTS[0],
        monitor=MONITOR,
        returned_for=translate(language, RETURNED_FOR) if kind is NoticeKind.RETURNED else "",
        holding_up=HAMLETS if is_missing else (),
        held_up=(DISTRICTS[0],) if kind is NoticeKind.HOLDING_UP else (),
        handed=_handed(kind, today, calendar) if kind in TELLS_HANDED else None,
        decision=_decision(written, language) if kind is NoticeKind.EXTENSION_DECIDED else None,
        picture=PICTURE if kind in PICTURED else None,
        asked=_asked(today, calendar) if kind is NoticeKind.ASKED else None,
        brings_entry=kind in BRINGS_ENTRY,
    )


def _asked(today: date, calendar: OfficeCalendar) -> AskedBy:
    """The request, made this morning."""
    return AskedBy(
        id=12,
        title=DUTY,
        number="123/UBND-TH",
        note="",
        person="",
        unit="",
        unit_name=DISTRICTS[0],
        at=calendar.at(today, time(8, 15)).astimezone(calendar.zone),
    )


def _notice(kind: NoticeKind, language: str) -> Item:
    """The notice itself."""
    return Item(
        notice_id=0,
        kind=kind,
        audience=SAMPLES.get(kind, Sample()).audience,
        person=Addressee(address="nguyen.thi.hoa@xa.example", name=CLERK, language=language),
        contact_id=1,
        words=translate(language, WORDS[kind]) if kind in WORDS else "",
        chased_by=CHASER if kind is NoticeKind.CHASE else None,
    )


def _owed(state: Lifecycle, written: date, calendar: OfficeCalendar) -> OwedRow:
    deadline = midnight(written, calendar.zone)
    is_returned = state is Lifecycle.RETURNED
    known: dict[str, Any] = {
        "plan": "ca-mau-01-ctr-ubnd-2024",
        "plan_number": "01/CTr-UBND",
        "plan_title": PLAN_TITLE,
        "duty": "monthly",
        "duty_title": DUTY,
        "duty_type": "report",
        "basis": BASIS,
        "clause": "",
        "stage": 1,
        "stage_name": STAGE,
        "period": f"{written:%Y-%m}",
        "written": written,
        "bound": "before",
        "safe_day": written - timedelta(days=1),
        "unit": "xa-dat-mui",
        "unit_name": COMMUNE,
        "branch": "",
        "recipient_name": DISTRICTS[0],
        "state": state,
        "deadline": deadline,
        "original_deadline": None if is_returned else deadline,
        "correction_deadline": deadline if is_returned else None,
        "row_version": 0,
        "opened_at": deadline - timedelta(days=60),
        "changed_at": deadline - timedelta(days=60),
    }
    return OwedRow(**NOTHING_KNOWN | known)


PICTURE = Picture(gathered_by=DISTRICTS[0], expected=7, filed=4, late=1, overdue=3, filed_by=NEIGHBOURS)


def _handed(kind: NoticeKind, today: date, calendar: OfficeCalendar) -> Handed:
    on = today - timedelta(days=4 if kind is NoticeKind.REVIEWER_REMINDER else 0)
    return Handed(
        on=on,
        document_number="87/BC-UBND",
        days_late=2 if kind is NoticeKind.DONE else 0,
        at=calendar.at(on, time(15, 42)).astimezone(calendar.zone),
        receipt="412-1",
    )


def _decision(written: date, language: str) -> Decision:
    new = written - timedelta(days=1)
    return Decision(
        granted=True,
        asked_for=new,
        old_day=new - timedelta(days=7),
        new_day=new,
        note=translate(language, "The area was hit by storm number 6."),
        document_number="512/UBND-TH",
    )


def show_mail(
    session: Session,
    settings: Settings,
    kind: NoticeKind,
    language: str,
    now: datetime,
    *,
    obligation_id: int | None = None,
    count: int = 1,
) -> tuple[Rendered, bytes]:
    """The mail of one kind as it would go out at `now`. Raises `NotFound` for an unknown obligation."""
    calendar = OfficeCalendar(working_days(session), settings.zone)
    if obligation_id is None:
        items = sample_items(kind, language, calendar, now, count)
    else:
        items = _about(session, obligation_id, _notice(kind, language), calendar, calendar.day(now))
    key = message_id(f"show|{kind}|{language}|{obligation_id}", "example.invalid")
    return Writer(settings, calendar, now).write(items, key)


def _about(
    session: Session, obligation_id: int, notice: Item, calendar: OfficeCalendar, today: date
) -> list[Item]:
    if session.get(Obligation, obligation_id) is None:
        raise NotFound(FilterFault.NO_OBLIGATION(number=obligation_id))
    person = replace(notice.person, address="nguoi.nhan@example.invalid", name="")
    about = replace(notice, person=person, contact_id=None, obligation_id=obligation_id)
    (item,) = with_facts(session, [about], calendar, today)
    if item.kind is NoticeKind.HOLDING_UP and not item.held_up:
        raise NotFound(MailFault.WAITS_FOR_NOTHING(number=obligation_id))
    return [item]
