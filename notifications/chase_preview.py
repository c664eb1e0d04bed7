"""What a chase will send, before anything is written: who gets what, whom it cannot reach, a mail's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from calendars.office import OfficeCalendar
from models.database import chunks
from models.settings import Settings
from models.unit import Contact
from models.vocabulary import Audience
from notifications.composer import Writer
from notifications.digest_rows import Reading, items_of
from notifications.links import without_secrets
from notifications.message import message_id
from notifications.notice_list import Subject, subjects
from notifications.notice_rows import NoticeRow
from reporting.moves.chase import Chase
from reporting.reminders.ledger import PlannedNotice
from reporting.special_days import working_days


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


def preview(session: Session, planned: Chase) -> ChasePreview:
    """By person, those with the most reports first; a few queries for some hundred reports."""
    about = subjects(session, planned.obligations)
    people = _contacts(session, planned)
    by_person: dict[str, list[PlannedNotice]] = {}
    for line in planned.lines:
        by_person.setdefault(line.recipient, []).append(line)
    unreached = [about[line.obligation_id] for line in by_person.pop("", [])]
    mails = [_addressed(address, lines, about, people) for address, lines in by_person.items()]
    mails.sort(key=lambda mail: (-len(mail.about), mail.address))
    return ChasePreview(mails=mails, unreached=unreached)


def mail_text(
    session: Session, settings: Settings, planned: Chase, address: str, now: datetime
) -> tuple[str, str]:
    """Subject and text of one person's mail, its links without their secret; empty for nobody."""
    people = _contacts(session, planned)
    lines = [line for line in planned.lines if line.recipient == address and address]
    if not lines:
        return "", ""
    calendar = OfficeCalendar(working_days(session), settings.zone)
    told = [_told(line, people) for line in lines]
    items = items_of(session, told, Reading(calendar, calendar.day(now), settings.language))
    written = Writer(settings, calendar, now).write(items, message_id("preview", "example.invalid"))
    return written.words.subject, without_secrets(written.words.text)


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


def _contacts(session: Session, planned: Chase) -> dict[int, Contact]:
    found: dict[int, Contact] = {}
    for some in chunks(line.contact_id for line in planned.lines if line.contact_id):
        for contact in session.scalars(select(Contact).where(col(Contact.id).in_(some))):
            found[contact.id] = contact
    return found
