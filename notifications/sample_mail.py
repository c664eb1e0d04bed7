"""Mails to look at, never sent: what a notice of the ledger carried, what a chase would send, and samples of
any kind, about an obligation as it stands or a made-up one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from calendars.office import OfficeCalendar
from calendars.zone import midnight
from messages.catalogue import N_, translate
from models.database import chunks
from models.errors import NotFound
from models.notice import Mail, Notice
from models.obligation import Obligation
from models.settings import Settings
from models.unit import Contact
from models.vocabulary import Audience, Lifecycle, NoticeKind
from notifications.composer import Writer
from notifications.digest_rows import Reading, items_of
from notifications.item import Addressee, Decision, Handed, Item, Picture
from notifications.links import without_secrets
from notifications.message import message_id
from notifications.notice_list import Subject, subjects
from notifications.notice_rows import NoticeRow, read_notices
from notifications.rendering import Rendered
from notifications.sample_names import (
    BASIS,
    CLERK,
    COMMUNE,
    DISTRICTS,
    DUTY,
    HAMLETS,
    MONITOR,
    NEIGHBOURS,
    OFFICE,
    PLAN_TITLE,
    SHORT_TITLE,
    STAGE,
)
from reporting.feeds.rows import OwedRow
from reporting.moves.chase import Chase
from reporting.obligations.recipients import SentTo
from reporting.reminders.ledger import PlannedNotice
from reporting.special_days import working_days


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
    ids = _together(session, notice)
    if mail is not None and mail.body:
        return DrawnMail(subject=mail.subject, text=mail.body, kept=True, notices=len(ids))
    at = now if mail is None else mail.sent_at or mail.created_at
    return _drawn(session, settings, read_notices(session, ids), at) if notice.recipient else None


def chase_mail(
    session: Session, settings: Settings, planned: Chase, address: str, now: datetime
) -> DrawnMail | None:
    """One person's mail of a planned chase; None where it has none."""
    people = _contacts_of(session, planned)
    told = [_told(line, people) for line in planned.lines if line.recipient == address and address]
    return _drawn(session, settings, told, now)


def _drawn(session: Session, settings: Settings, told: Sequence[NoticeRow], at: datetime) -> DrawnMail | None:
    """The mail of these notices as of an instant, its links without their secret."""
    calendar = OfficeCalendar(working_days(session), settings.zone)
    items = items_of(session, told, Reading(calendar, calendar.day(at), settings.language))
    if not items:
        return None
    said, _ = Writer(settings, calendar, at).write(items, "<shown@example.invalid>")
    text, html = without_secrets(said.text), without_secrets(said.html)
    return DrawnMail(subject=said.subject, text=text, html=html, notices=len(told))


def _told(line: PlannedNotice, people: Mapping[int, Contact]) -> NoticeRow:
    contact = people.get(line.contact_id or 0)
    return NoticeRow(
        notice_id=0,
        obligation_id=line.obligation_id,
        kind=line.kind,
        audience=line.audience,
        recipient=line.recipient,
        words=line.words,
        contact_id=line.contact_id,
        name=contact.name if contact else None,
        language=contact.language if contact else None,
        unit_id=contact.unit_id if contact else None,
    )


def _together(session: Session, notice: Notice) -> list[int]:
    """The notices of the same mail; alone where there is no mail yet."""
    if notice.mail_id is None:
        return [notice.id]
    return list(session.scalars(select(col(Notice.id)).where(col(Notice.mail_id) == notice.mail_id)))


@dataclass(frozen=True, kw_only=True)
class Addressed:
    """One mail: whom it goes to, and which reports it is about."""

    address: str
    name: str
    audience: Audience
    about: Sequence[Subject]


@dataclass(frozen=True, kw_only=True)
class ChasePreview:
    """The mails by number of reports, and the reports about which nobody can be told."""

    mails: Sequence[Addressed]
    unreached: Sequence[Subject]

    @property
    def reports(self) -> int:
        return len({each.obligation_id for mail in self.mails for each in mail.about})


def chase_preview(session: Session, planned: Chase) -> ChasePreview:
    """By person, those with the most reports first; a few queries for some hundred reports."""
    about = subjects(session, planned.obligations)
    people = _contacts_of(session, planned)
    by_person: dict[str, list[PlannedNotice]] = {}
    for line in planned.lines:
        by_person.setdefault(line.recipient, []).append(line)
    unreached = [about[line.obligation_id] for line in by_person.pop("", [])]
    mails = [_addressed(address, lines, about, people) for address, lines in by_person.items()]
    mails.sort(key=lambda mail: (-len(mail.about), mail.address))
    return ChasePreview(mails=mails, unreached=unreached)


def _addressed(
    address: str,
    lines: Sequence[PlannedNotice],
    about: Mapping[int, Subject],
    people: Mapping[int, Contact],
) -> Addressed:
    contact = people.get(lines[0].contact_id or 0)
    return Addressed(
        address=address,
        name=contact.name if contact else "",
        audience=Audience(lines[0].audience),
        about=[about[line.obligation_id] for line in lines],
    )


def _contacts_of(session: Session, planned: Chase) -> dict[int, Contact]:
    found: dict[int, Contact] = {}
    for some in chunks(line.contact_id for line in planned.lines if line.contact_id):
        for contact in session.scalars(select(Contact).where(col(Contact.id).in_(some))):
            found[contact.id] = contact
    return found


DAYS_TO_DEADLINE = {
    NoticeKind.COMING_DUE: 4,
    NoticeKind.LAST_DAY: 1,
    NoticeKind.RETURNED: 3,
    NoticeKind.LOOK_AHEAD: 5,
    NoticeKind.EXTENSION_DECIDED: 8,
    NoticeKind.ACCEPTED: 2,
    NoticeKind.ACCEPTANCE_UNDONE: 2,
    NoticeKind.OWED_AGAIN: 3,
    NoticeKind.RECEIPT: 2,
    NoticeKind.FILED_COPY: 2,
    NoticeKind.REVIEWER_REMINDER: -2,
}
OVERDUE_BY = -3
TO_SUPERIORS = {
    NoticeKind.ESCALATED: Audience.SUPERIOR_HEAD,
    NoticeKind.REVIEWER_REMINDER: Audience.SUPERIOR_CLERK,
    NoticeKind.DONE: Audience.SUPERIOR_HEAD,
    NoticeKind.ALERT: Audience.MONITOR,
    NoticeKind.HOLDING_UP: Audience.BELOW,
    NoticeKind.FILED_COPY: Audience.COPY,
}
TO_SUBMIT = {
    NoticeKind.ACCEPTED: Lifecycle.ACCEPTED,
    NoticeKind.DONE: Lifecycle.SUBMITTED,
    NoticeKind.RECEIPT: Lifecycle.SUBMITTED,
    NoticeKind.FILED_COPY: Lifecycle.SUBMITTED,
    NoticeKind.ACCEPTANCE_UNDONE: Lifecycle.SUBMITTED,
    NoticeKind.REVIEWER_REMINDER: Lifecycle.SUBMITTED,
    NoticeKind.RETURNED: Lifecycle.RETURNED,
}
WORDS = {
    NoticeKind.CHASE: N_(
        "Please hand in the monthly report without delay.\n"
        "The district waits for you alone, to gather and send to the province before 4 p.m. today."
    ),
    NoticeKind.NOT_OWED: N_("The commune has merged; the new one hands in the report. (12/QD-UBND)"),
    NoticeKind.OWED_AGAIN: N_("Waived for the wrong period: decision 12/QD-UBND is about the next month."),
    NoticeKind.ACCEPTANCE_UNDONE: N_("Accepted by mistake; table 02 has to be looked at again."),
    NoticeKind.ALERT: N_(
        "The sender has been silent for 4 hours; 312 mails wait.\n"
        "See dondoc doctor; the mail server answers: 421 service not available."
    ),
}
RETURNED_FOR = N_("Table 02 lacks the figures of the budget's revenue; the annex is not signed.")


def _words(kind: NoticeKind, language: str) -> str:
    """What somebody wrote to go into a mail of this kind."""
    return translate(language, WORDS[kind]) if kind in WORDS else ""


def sample_items(
    kind: NoticeKind, language: str, calendar: OfficeCalendar, now: datetime, count: int = 1
) -> list[Item]:
    """`count` items of a kind in one mail: one unit's, or those of many units in several districts."""
    today = calendar.day(now)
    items = [_item(number, kind, language, calendar, today) for number in range(1, count + 1)]
    if count == 1 or kind in (NoticeKind.ALERT, NoticeKind.PASSWORD):
        return items
    return [_in_branch(item, number, _branch(number)) for number, item in enumerate(items, 1)]


def _in_branch(item: Item, number: int, branch: str) -> Item:
    picture = item.picture and replace(item.picture, gathered_by=branch)
    name = f"{COMMUNE} {number}"
    held_up = (branch,) if item.held_up else ()
    return replace(item, unit=name, branch=branch, awaited_by=branch, picture=picture, held_up=held_up)


def _branch(number: int) -> str:
    return DISTRICTS[number % len(DISTRICTS)]


def _item(number: int, kind: NoticeKind, language: str, calendar: OfficeCalendar, today: date) -> Item:
    item = Item(
        notice_id=number,
        kind=kind,
        audience=TO_SUPERIORS.get(kind, Audience.CLERK),
        immediate=False,
        contact_id=1,
        person=Addressee(address="nguyen.thi.hoa@xa.example", name=CLERK, language=language),
        attempts=0,
        words=_words(kind, language),
    )
    if kind is NoticeKind.ALERT:
        return replace(item, person=replace(item.person, name=translate(language, "Administrator")))
    if kind is NoticeKind.PASSWORD:
        until = calendar.at(today, time(9, 30))
        return replace(
            item, audience=Audience.ACCOUNT, contact_id=None, ticket=f"made-up-{number}", until=until
        )
    return _with_facts(item, number, calendar, today)


def _with_facts(item: Item, number: int, calendar: OfficeCalendar, today: date) -> Item:
    kind = item.kind
    written = today + timedelta(days=DAYS_TO_DEADLINE.get(kind, OVERDUE_BY))
    deadline = midnight(written, calendar.zone)
    mending = kind is NoticeKind.RETURNED
    return replace(
        item,
        obligation_id=number,
        state=TO_SUBMIT.get(kind, Lifecycle.OPEN),
        deadline=deadline,
        written=None if mending else written,
        bound=None if mending else "before",
        safe_day=written - timedelta(days=1),
        is_extended=False,
        plan_slug="ca-mau-01-ctr-ubnd-2024",
        plan_number="01/CTr-UBND",
        plan_title=PLAN_TITLE,
        duty=DUTY,
        basis=BASIS,
        period=f"{written:%Y-%m}",
        unit=COMMUNE,
        branch=DISTRICTS[0],
        awaited_by=DISTRICTS[0],
        sent_to=_sent_to(kind),
        monitor=MONITOR,
        returned_for=translate(item.person.language, RETURNED_FOR) if mending else "",
        holding_up=HAMLETS if kind in (NoticeKind.ESCALATED, NoticeKind.OVERDUE) else (),
        held_up=(DISTRICTS[0],) if kind is NoticeKind.HOLDING_UP else (),
        handed=_handed(kind, today, calendar),
        decision=_decision(kind, written, item.person.language),
        picture=_picture(kind),
        event=_event(kind, deadline, written),
    )


def _sent_to(kind: NoticeKind) -> SentTo:
    copies = (OFFICE,) if kind is NoticeKind.FILED_COPY else ()
    return SentTo(receiving=DISTRICTS[0], copies=copies)


def _handed(kind: NoticeKind, today: date, calendar: OfficeCalendar) -> Handed | None:
    if kind not in TO_SUBMIT or kind is NoticeKind.RETURNED:
        return None
    late = 2 if kind is NoticeKind.DONE else 0
    days_ago = 4 if kind is NoticeKind.REVIEWER_REMINDER else 0
    on = today - timedelta(days=days_ago)
    at = calendar.at(on, time(15, 42)).astimezone(calendar.zone)
    return Handed(on=on, document_number="87/BC-UBND", days_late=late, at=at, receipt="412-1")


def _decision(kind: NoticeKind, written: date, language: str) -> Decision | None:
    if kind is not NoticeKind.EXTENSION_DECIDED:
        return None
    new = written - timedelta(days=1)
    old = new - timedelta(days=7)
    why = translate(language, "The area was hit by storm number 6.")
    return Decision(
        granted=True, asked_for=new, old_day=old, new_day=new, note=why, document_number="512/UBND-TH"
    )


def _picture(kind: NoticeKind) -> Picture | None:
    if kind not in (NoticeKind.ESCALATED, NoticeKind.CHASE):
        return None
    return Picture(gathered_by=DISTRICTS[0], expected=7, filed=4, late=1, overdue=3, filed_by=NEIGHBOURS)


def _event(kind: NoticeKind, deadline: datetime, written: date) -> OwedRow | None:
    if kind is not NoticeKind.COMING_DUE:
        return None
    opened = deadline - timedelta(days=60)
    return OwedRow(
        plan="ca-mau-01-ctr-ubnd-2024",
        plan_number="01/CTr-UBND",
        plan_title=SHORT_TITLE,
        duty="monthly",
        duty_title=DUTY,
        duty_type="report",
        basis=BASIS,
        stage=1,
        stage_name=STAGE,
        period=f"{written:%Y-%m}",
        written=written,
        bound="before",
        opens_at=None,
        planned=None,
        safe_day=written - timedelta(days=1),
        id=1,
        occurrence_id=1,
        unit="xa-dat-mui",
        unit_name=COMMUNE,
        recipient_name=DISTRICTS[0],
        via=None,
        state=Lifecycle.OPEN,
        deadline=deadline,
        original_deadline=deadline,
        correction_deadline=None,
        first_submitted_at=None,
        closed_at=None,
        overdue_since=None,
        row_version=0,
        opened_at=opened,
        changed_at=opened,
    )


NOBODY = "nguoi.nhan@example.invalid"


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
        items = _about(session, obligation_id, kind, Reading(calendar, calendar.day(now), language))
    key = message_id(f"show|{kind}|{language}|{obligation_id}", "example.invalid")
    return Writer(settings, calendar, now).write(items, key)


def _about(session: Session, obligation_id: int, kind: NoticeKind, reading: Reading) -> list[Item]:
    if session.get(Obligation, obligation_id) is None:
        raise NotFound(f"no obligation {obligation_id}; see: dondoc due --json")
    told = NoticeRow(
        notice_id=0,
        obligation_id=obligation_id,
        kind=kind,
        audience=TO_SUPERIORS.get(kind, Audience.CLERK),
        recipient=NOBODY,
        words=_words(kind, reading.language),
    )
    items = items_of(session, [told], reading)
    if kind is NoticeKind.HOLDING_UP and not items[0].held_up:
        raise NotFound(f"obligation {obligation_id} waits for no other report; see: dondoc chain")
    return items
