"""Notices read with all that their mails can say, for many at once: a few queries, whatever their number.

What an obligation is comes from one query over frozen rows; what only some kinds of mails tell (a decision, a
report handed in, a branch's picture) is read for those that do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Row, ScalarSelect, Select, and_, bindparam, func, select
from sqlmodel import Session, col

from models.account import Account, Ticket
from models.contact import Contact
from models.decision import Review
from models.notice import Notice
from models.obligation import Obligation
from models.occurrence import Occurrence
from models.plan import Duty, Plan, Stage
from models.unit import Unit, UnitVersion
from models.vocabulary import Audience, Lifecycle, NoticeKind, Verdict
from notifications.item import Item, Person
from notifications.item_rows import decisions, documents, handed, pictures
from reporting.audience import chunks, units_holding_up
from reporting.feed_readers import feed_readers
from reporting.feed_rows import owed_rows_of
from reporting.rungs import OfficeCalendar

TELLS_HANDED = frozenset(
    {NoticeKind.REVIEWER_REMINDER, NoticeKind.ACCEPTED, NoticeKind.DONE, NoticeKind.RECEIPT}
)
IDS: BindParameter[Any] = bindparam("ids", expanding=True)
NAMES = (
    select(col(UnitVersion.unit_id), col(UnitVersion.name))
    .where(col(UnitVersion.unit_id).in_(IDS), col(UnitVersion.valid_from) <= bindparam("day"))
    .order_by(col(UnitVersion.valid_from))
)
TELLS_PICTURE = frozenset({NoticeKind.ESCALATED, NoticeKind.CHASE})


@dataclass(frozen=True)
class Reading:
    """For which day, in whose calendar; `language` is for people who have chosen none."""

    calendar: OfficeCalendar
    today: date
    language: str


def _last_reason() -> ScalarSelect[Any]:
    return (
        select(col(Review.reason))
        .where(col(Review.obligation_id) == col(Obligation.id), col(Review.verdict) == Verdict.RETURNED)
        .order_by(col(Review.id).desc())
        .limit(1)
        .scalar_subquery()
    )


def _is_password() -> ColumnElement[bool]:
    return col(Notice.kind) == NoticeKind.PASSWORD


def _of_account() -> ColumnElement[bool]:
    return and_(_is_password(), col(Account.address) == col(Notice.recipient))


@lru_cache(maxsize=1)
def _notices() -> Select[Any]:
    return (
        select(
            Notice,
            col(Contact.id).label("known"),
            func.coalesce(col(Contact.name), col(Account.name)).label("contact"),
            func.coalesce(col(Contact.language), col(Account.language)).label("language"),
            col(Ticket.expires_at).label("until"),
        )
        .outerjoin(Contact, col(Contact.id) == col(Notice.contact_id))
        # Alerts and mails about a password are for no contact of a unit, but for whoever signs in.
        .outerjoin(Account, _of_account())
        .outerjoin(Ticket, and_(_is_password(), col(Ticket.id) == col(Notice.repeat)))
        .where(col(Notice.id).in_(IDS))
        .order_by(col(Notice.id))
    )


@lru_cache(maxsize=1)
def _obligations() -> Select[Any]:
    columns: tuple[Any, ...] = (
        Obligation,
        col(Occurrence.written),
        col(Occurrence.bound),
        col(Occurrence.safe_day),
        col(Occurrence.deadline).label("occurrence_deadline"),
        col(Occurrence.period),
        col(Duty.title).label("duty"),
        col(Duty.basis),
        col(Plan.slug),
        col(Plan.number).label("plan_number"),
        col(Plan.title).label("plan_title"),
        col(Unit.id).label("monitor_id"),
        col(UnitVersion.name).label("unit"),
        _last_reason().label("returned_for"),
    )
    return (
        select(*columns)
        .join(Occurrence, col(Occurrence.id) == col(Obligation.occurrence_id))
        .join(Stage, col(Stage.id) == col(Occurrence.stage_id))
        .join(Duty, col(Duty.id) == col(Stage.duty_id))
        .join(Plan, col(Plan.id) == col(Obligation.plan_id))
        .join(UnitVersion, col(UnitVersion.id) == col(Obligation.unit_version_id))
        .outerjoin(Unit, col(Unit.code) == col(Plan.monitor))
        .where(col(Obligation.id).in_(IDS))
    )


def read_items(
    session: Session, notice_ids: Iterable[int], calendar: OfficeCalendar, today: date, language: str
) -> list[Item]:
    """The notices as items; `language` is for people who have chosen none."""
    rows = [row for some in chunks(notice_ids) for row in session.execute(_notices(), {"ids": some})]
    return items_of(session, rows, Reading(calendar, today, language))


def items_of(session: Session, rows: Sequence[Any], reading: Reading) -> list[Item]:
    """Items from rows of a notice with its contact's id, name and language."""
    ids = {row.Notice.obligation_id for row in rows if row.Notice.obligation_id is not None}
    found = (row for some in chunks(ids) for row in session.execute(_obligations(), {"ids": some}))
    about = {row.Obligation.id: row for row in found}
    names = _names(session, {unit for row in about.values() for unit in _others(row)}, reading.today)
    items = [_item(row, about.get(row.Notice.obligation_id), names, reading) for row in rows]
    return _with_more(session, items, about, names, reading)


def _others(row: Row[Any]) -> list[int]:
    """The unit's superior, who awaits the report, and who watches the plan."""
    owed: Obligation = row.Obligation
    units = (_superior(owed), owed.gatherer_id, owed.recipient_id, row.monitor_id)
    return [each for each in units if each is not None]


def _superior(owed: Obligation) -> int | None:
    path = [int(part) for part in owed.branch.split("/") if part]
    return path[-2] if len(path) > 1 else None


def _names(session: Session, units: Iterable[int], on: date) -> dict[int, str]:
    found: dict[int, str] = {}
    for some in chunks(units):
        rows = session.execute(NAMES, {"ids": some, "day": on})
        found |= {row.unit_id: row.name for row in rows}
    return found


def _item(row: Any, about: Row[Any] | None, names: dict[int, str], reading: Reading) -> Item:
    notice: Notice = row.Notice
    person = Person(
        address=notice.recipient, name=row.contact or "", language=row.language or reading.language
    )
    item = Item(
        notice_id=notice.id or 0,
        kind=NoticeKind(notice.kind),
        audience=Audience(notice.audience),
        immediate=notice.immediate,
        contact_id=row.known,
        person=person,
        mail_id=notice.mail_id,
        attempts=notice.attempts,
        words=notice.words,
    )
    if item.kind is NoticeKind.PASSWORD:
        until = row.until and row.until.astimezone(reading.calendar.zone)
        return replace(item, words="", ticket=notice.words, until=until)
    return item if about is None else _about(item, about, names, reading)


def _about(item: Item, row: Row[Any], names: dict[int, str], reading: Reading) -> Item:
    owed: Obligation = row.Obligation
    returned = owed.state == Lifecycle.RETURNED
    deadline = owed.correction_deadline if returned else owed.deadline
    as_written = deadline is not None and deadline == row.occurrence_deadline
    last_day = reading.calendar.last_day(deadline) if deadline else None
    return replace(
        item,
        obligation_id=owed.id or 0,
        state=Lifecycle(owed.state),
        deadline=deadline,
        written=row.written if as_written else None,
        bound=row.bound if as_written else None,
        safe_day=row.safe_day if as_written else last_day,
        is_extended=not as_written and not returned,
        plan_slug=row.slug,
        plan_number=row.plan_number,
        plan_title=row.plan_title,
        duty=row.duty,
        basis=row.basis,
        period=row.period,
        unit=row.unit,
        branch=names.get(_superior(owed) or 0, ""),
        awaited_by=names.get(owed.gatherer_id or owed.recipient_id or _superior(owed) or 0, ""),
        monitor=names.get(row.monitor_id or 0, ""),
        returned_for=(row.returned_for or "") if returned else "",
    )


def _with_more(
    session: Session,
    items: Sequence[Item],
    about: dict[int, Row[Any]],
    names: dict[int, str],
    reading: Reading,
) -> list[Item]:
    """The items with what only their kinds tell."""
    below = units_holding_up(session, {item.obligation_id for item in items})
    lower = _names(session, {unit for units in below.values() for unit in units}, reading.today)
    decided = decisions(session, _ids(items, {NoticeKind.EXTENSION_DECIDED}), reading.calendar)
    numbers = documents(session, _ids(items, TELLS_HANDED))
    owed = [about[id].Obligation for id in _ids(items, TELLS_PICTURE)]
    seen = pictures(session, owed, names, reading.calendar, reading.today)
    alone = _alone(session, items, reading)
    events = {row.id: row for row in owed_rows_of(session, {item.obligation_id for item in alone})}
    bringing = {item.notice_id for item in alone}
    return [
        replace(
            item,
            holding_up=tuple(sorted({lower[unit] for unit in below.get(item.obligation_id, ())})),
            decision=decided.get(item.obligation_id) if item.kind is NoticeKind.EXTENSION_DECIDED else None,
            handed=handed(about[item.obligation_id].Obligation, numbers, reading.calendar)
            if item.kind in TELLS_HANDED and item.obligation_id in about
            else None,
            picture=seen.get(item.obligation_id) if item.kind in TELLS_PICTURE else None,
            event=events.get(item.obligation_id) if item.notice_id in bringing else None,
        )
        for item in items
    ]


def _ids(items: Iterable[Item], kinds: Iterable[NoticeKind]) -> set[int]:
    return {item.obligation_id for item in items if item.kind in kinds and item.obligation_id}


def _alone(session: Session, items: Sequence[Item], reading: Reading) -> list[Item]:
    """What comes due as the only thing in the mail of a person who has no feed: that mail brings the calendar
    entry with it."""
    per_person = Counter(item.person.address for item in items)
    alone = [
        item for item in items if item.kind is NoticeKind.COMING_DUE and per_person[item.person.address] == 1
    ]
    start = reading.calendar.at(reading.today, time(0))
    readers = feed_readers(session, (item.person.address for item in alone), start) if alone else set()
    return [item for item in alone if item.obligation_id and item.person.address not in readers]
