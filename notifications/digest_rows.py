"""Notices read with all that their mails can say, for many at once: a few queries, whatever their number.

What an obligation is comes from frozen rows; what only some kinds of mails tell (a decision, a report handed
in, a branch's picture) is read for those that do.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import NamedTuple

from sqlalchemy import and_, func, select
from sqlmodel import Session, col

from calendars.deadline import Deadline
from calendars.office import OfficeCalendar
from calendars.zone import midnight
from models.account import Account, Ticket
from models.database import rows_of
from models.decision import Extension, Review
from models.notice import Notice
from models.obligation import Obligation, Submission, receipt_number
from models.unit import Contact, UnitVersion
from models.vocabulary import COUNTED, Audience, Lifecycle, NoticeKind, Verdict
from notifications.digest import PICTURED
from notifications.item import Addressee, Decision, Handed, Item, Picture, chased_by
from reporting.closing_reasons import closing_words
from reporting.feeds.rows import OwedRow, owed_rows_of
from reporting.feeds.subscriptions import feed_readers
from reporting.moves.submit import STANDS
from reporting.obligations.asked import read_asked
from reporting.obligations.named import obligations
from reporting.plans.attachments import names_attached
from reporting.reminders.audience import UNFILED, reports_below, units_holding_up
from reporting.reminders.recheck import TELLS_FILED, TO_REVIEW
from reporting.unit_names import names

NAMED = 5
"""Units that a picture names; the rest is a number."""
OF_TICKETS = frozenset({NoticeKind.PASSWORD, NoticeKind.CALENDAR})
"""Kinds whose notices keep in their words what the mail's link is made from."""
BRINGS_ENTRY = frozenset({NoticeKind.COMING_DUE, NoticeKind.ASKED})
TELLS_HANDED = TO_REVIEW | TELLS_FILED | {NoticeKind.ACCEPTED, NoticeKind.RECEIPT}


def read_items(
    session: Session, notice_ids: Iterable[int], calendar: OfficeCalendar, today: date, language: str
) -> list[Item]:
    """The notices as items; `language` is for people who have chosen none."""
    return with_facts(session, _notices(session, notice_ids, calendar, language), calendar, today)


def _notices(session: Session, ids: Iterable[int], calendar: OfficeCalendar, language: str) -> list[Item]:
    is_password = col(Notice.kind) == NoticeKind.PASSWORD
    is_sign_in = col(Notice.kind).in_([NoticeKind.PASSWORD, NoticeKind.SECOND_FACTOR])
    query = (
        select(
            Notice,
            col(Contact.id),
            col(Contact.unit_id),
            func.coalesce(col(Contact.link_series), 0),
            func.coalesce(col(Contact.name), col(Account.name)),
            func.coalesce(col(Contact.language), col(Account.language)),
            col(Ticket.expires_at),
        )
        .outerjoin(Contact, col(Contact.id) == col(Notice.contact_id))
        # Alerts and mails about signing in are for no contact of a unit, but for the person who signs in.
        .outerjoin(Account, and_(is_sign_in, col(Account.address) == col(Notice.recipient)))
        .outerjoin(Ticket, and_(is_password, col(Ticket.id) == col(Notice.repeat)))
        .order_by(col(Notice.id))
    )
    rows = list(rows_of(session, query, col(Notice.id), ids))
    units = names(session, {row[0].actor_unit_id for row in rows})
    called = {id: unit.name for id, unit in units.items()}
    return [
        Item(
            notice_id=notice.id,
            kind=NoticeKind(notice.kind),
            audience=Audience(notice.audience),
            person=Addressee(address=notice.recipient, name=name or "", language=chosen or language),
            contact_id=contact_id,
            link_series=series,
            unit_id=unit_id,
            attempts=notice.attempts,
            words=_words(notice, chosen or language),
            ticket=notice.words if notice.kind in OF_TICKETS else "",
            until=until and until.astimezone(calendar.zone),
            obligation_id=notice.obligation_id or 0,
            chased_by=chased_by(notice.actor, called.get(notice.actor_unit_id, "")),
        )
        for notice, contact_id, unit_id, series, name, chosen, until in rows
    ]


def _words(notice: Notice, language: str) -> str:
    """What somebody said; of what dondoc said in their place, in the reader's language."""
    if notice.kind in OF_TICKETS:
        return ""
    return closing_words(notice.words, language) if notice.kind == NoticeKind.NOT_OWED else notice.words


def with_facts(session: Session, told: Sequence[Item], calendar: OfficeCalendar, today: date) -> list[Item]:
    """Items of notices, written down or not, with what they say of their reports as these stand."""
    told = _own_reports(session, told)
    owed = {row.id: row for row in owed_rows_of(session, {item.obligation_id for item in told})}
    # Nobody is below the first stage of a chain, where most reports are.
    below = units_holding_up(session, (row.id for row in owed.values() if row.stage > 1))
    units = {unit for row in owed.values() for unit in (row.superior_id, row.gathered_by, row.monitor_id)}
    known = names(session, units.union(*below.values()), today)
    called = defaultdict(str, {id: unit.name for id, unit in known.items()})
    reasons = _reasons(session, (row.id for row in owed.values() if row.is_returned))
    decisions = _decisions(session, _ids(told, {NoticeKind.EXTENSION_DECIDED}), calendar)
    handed = _handed(session, [owed[id] for id in _ids(told, TELLS_HANDED)], calendar)
    pictures = _pictures(session, [owed[id] for id in _ids(told, PICTURED)], called, calendar, today)
    asked = read_asked(session, {row.period for row in owed.values()}, calendar.zone)
    files = names_attached(session, {row.plan for row in owed.values()})
    alone = _alone(session, told, calendar.at(today, time(0)))

    def told_of(row: OwedRow, item: Item) -> Item:
        return replace(
            item,
            owed=row,
            branch=called[row.superior_id],
            awaited_by=called[row.gathered_by or row.superior_id],
            monitor=called[row.monitor_id or 0],
            returned_for=reasons.get(row.id, ""),
            holding_up=tuple(sorted(called[unit] for unit in {*below.get(row.id, ())})),
            decision=decisions.get(row.id),
            handed=handed.get(row.id) if item.kind in TELLS_HANDED else None,
            picture=pictures.get(row.id),
            asked=asked.get(row.period),
            files=tuple(name for duty, name in files.get(row.plan, ()) if duty in ("", row.duty)),
            brings_entry=item.notice_id in alone and row.deadline is not None,
        )

    return [told_of(owed[item.obligation_id], item) if item.obligation_id else item for item in told]


def _ids(told: Iterable[Item], kinds: Collection[NoticeKind]) -> set[int]:
    return {item.obligation_id for item in told if item.kind in kinds}


def _own_reports(session: Session, told: Sequence[Item]) -> list[Item]:
    """A notice that others wait for the reader's unit is about a report further up; its mail is about the
    reader's own, the first that is missing, and names who waits for it."""
    uppers = _ids(told, {NoticeKind.HOLDING_UP})
    below = reports_below(session, uppers, COUNTED)
    waiting = {row.id: (row.unit_name,) for row in owed_rows_of(session, below)}

    def own(item: Item) -> Item:
        reports = below.get(item.obligation_id, ()) if item.kind is NoticeKind.HOLDING_UP else ()
        theirs = [row for row in reports if item.unit_id in (None, row.unit_id)]
        if not theirs:
            return item
        first = min(theirs, key=lambda row: (row.state not in UNFILED, row.position, row.id))
        return replace(item, obligation_id=first.id, held_up=waiting[item.obligation_id])

    return [own(item) for item in told]


def _reasons(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """By obligation, why it was last returned."""
    query = select(col(Review.obligation_id), col(Review.reason)).order_by(col(Review.id))
    returned = query.where(col(Review.verdict) == Verdict.RETURNED)
    rows = rows_of(session, returned, col(Review.obligation_id), ids)
    return {row.obligation_id: row.reason for row in rows}


def _decisions(session: Session, ids: Iterable[int], calendar: OfficeCalendar) -> dict[int, Decision]:
    """By obligation, the last decision about a later deadline."""

    def day(deadline: datetime | None) -> date | None:
        return calendar.last_day(deadline) if deadline else None

    def hour(deadline: datetime | None) -> time | None:
        return Deadline(deadline, calendar.zone).hour if deadline else None

    query = (
        select(Extension, col(Obligation.deadline))
        .join(Obligation, col(Obligation.id) == col(Extension.obligation_id))
        .where(col(Extension.decided_at).is_not(None))
        .order_by(col(Extension.decided_at), col(Extension.id))
    )
    return {
        extension.obligation_id: Decision(
            granted=bool(extension.granted),
            asked_for=calendar.last_day(extension.asked_deadline),
            old_day=day(extension.old_deadline or deadline),
            old_hour=hour(extension.old_deadline or deadline),
            new_day=day(extension.new_deadline),
            note=extension.decision_note,
            document_number=extension.document_number,
        )
        for extension, deadline in rows_of(session, query, col(Extension.obligation_id), ids)
    }


def _handed(session: Session, owed: Iterable[OwedRow], calendar: OfficeCalendar) -> dict[int, Handed]:
    """By obligation, its newest version; how late is what the first was, which is what counts."""
    rows = {row.id: row for row in owed}
    query = select(col(Submission.obligation_id), col(Submission.version), col(Submission.document_number))
    standing = query.where(STANDS).order_by(col(Submission.version))
    newest = {
        id: (version, number)
        for id, version, number in rows_of(session, standing, col(Submission.obligation_id), rows)
    }
    found = {}
    for row in rows.values():
        first, at = row.first_submitted_at, row.submitted_at or row.first_submitted_at
        if first is None or at is None:
            continue
        version, number = newest.get(row.id, (1, ""))
        late = Deadline(row.deadline, calendar.zone).days_late(first) if row.deadline else 0
        found[row.id] = Handed(
            on=calendar.day(at),
            document_number=number,
            days_late=late,
            at=at.astimezone(calendar.zone),
            receipt=receipt_number(row.id, version),
            first_on=calendar.day(first) if version > 1 else None,
        )
    return found


class Beside(NamedTuple):
    """A report that is gathered together with others."""

    occurrence_id: int
    unit_name: str
    recipient_id: int | None
    gatherer_id: int | None
    state: str
    deadline: datetime | None
    first_submitted_at: datetime | None


def _pictures(
    session: Session,
    owed: Sequence[OwedRow],
    called: Mapping[int, str],
    calendar: OfficeCalendar,
    today: date,
) -> dict[int, Picture]:
    """By obligation, how the reports stand that are gathered together with it."""
    above = func.coalesce(col(Obligation.gatherer_id), col(Obligation.recipient_id))
    query = (
        obligations(Beside)
        .where(above.in_({row.gathered_by for row in owed}), col(Obligation.state).in_(COUNTED))
        .order_by(col(UnitVersion.name), col(Obligation.id))
    )
    beside: dict[tuple[int, int], list[Beside]] = defaultdict(list)
    for row in rows_of(session, query, col(Obligation.occurrence_id), {row.occurrence_id for row in owed}):
        beside[row.occurrence_id, row.gatherer_id or row.recipient_id].append(Beside(*row))
    return {
        row.id: _picture(called[row.gathered_by], beside[row.occurrence_id, row.gathered_by], calendar, today)
        for row in owed
        if row.gathered_by
    }


def _picture(gathered_by: str, reports: Sequence[Beside], calendar: OfficeCalendar, today: date) -> Picture:
    begins = midnight(today, calendar.zone)
    passed = [
        row
        for row in reports
        if row.deadline is not None
        and Deadline(row.deadline, calendar.zone).is_late(row.first_submitted_at or begins)
    ]
    filed = [row for row in reports if row.first_submitted_at is not None]
    late = sum(row.first_submitted_at is not None for row in passed)
    return Picture(
        gathered_by=gathered_by,
        expected=len(reports),
        filed=len(filed),
        late=late,
        overdue=len(passed) - late,
        returned=sum(row.state == Lifecycle.RETURNED for row in reports),
        filed_by=tuple(row.unit_name for row in filed[:NAMED]),
    )


def _alone(session: Session, told: Sequence[Item], day_begins: datetime) -> set[int]:
    """Notices of what comes due as the only thing in the mail of a person who has no feed: that mail brings
    the calendar entry with it."""
    per_person = Counter(item.person.address for item in told)
    alone = {
        item.notice_id: item.person.address
        for item in told
        if item.kind in BRINGS_ENTRY and item.obligation_id and per_person[item.person.address] == 1
    }
    readers = feed_readers(session, alone.values(), day_begins)
    return {id for id, address in alone.items() if address not in readers}
