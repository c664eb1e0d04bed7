"""Notices read with all that their mails can say, for many at once: a few queries, whatever their number.

What an obligation is comes from frozen rows; what only some kinds of mails tell (a decision, a report handed
in, a branch's picture) is read for those that do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, select
from sqlmodel import Session, col

from calendars.deadline import stated
from models.unit import UnitVersion
from models.vocabulary import COUNTED, Audience, Lifecycle, NoticeKind
from notifications.item import Decision, Item, Person, Picture
from notifications.item_rows import Newest, decisions, documents, handed, pictures
from notifications.told_rows import IDS, Owed, Report, Told
from notifications.told_rows import owed as owed_query
from notifications.told_rows import reports as reports_query
from notifications.told_rows import told as told_query
from reporting.audience import UNFILED, chunks, reports_below, units_holding_up
from reporting.feed_readers import feed_readers
from reporting.feed_rows import OwedRow, owed_rows_of
from reporting.rungs import OfficeCalendar

TELLS_HANDED = frozenset(
    {
        NoticeKind.REVIEWER_REMINDER,
        NoticeKind.ACCEPTED,
        NoticeKind.ACCEPTANCE_UNDONE,
        NoticeKind.DONE,
        NoticeKind.RECEIPT,
    }
)
TELLS_PICTURE = frozenset({NoticeKind.ESCALATED, NoticeKind.CHASE})
NAMES = (
    select(col(UnitVersion.unit_id), col(UnitVersion.name))
    .where(col(UnitVersion.unit_id).in_(IDS), col(UnitVersion.valid_from) <= bindparam("day"))
    .order_by(col(UnitVersion.valid_from))
)


@dataclass(frozen=True)
class Reading:
    """For which day, in whose calendar; `language` is for people who have chosen none."""

    calendar: OfficeCalendar
    today: date
    language: str


class _About(NamedTuple):
    owed: Owed
    report: Report

    @property
    def others(self) -> list[int]:
        """The unit's superior, who awaits the report, and who watches the plan."""
        owed = self.owed
        units = (owed.superior_id, owed.gatherer_id, owed.recipient_id, self.report.monitor_id)
        return [each for each in units if each is not None]


def read_items(
    session: Session, notice_ids: Iterable[int], calendar: OfficeCalendar, today: date, language: str
) -> list[Item]:
    """The notices as items; `language` is for people who have chosen none."""
    told = [Told._make(row) for row in _rows(session, told_query(), notice_ids)]
    return items_of(session, told, Reading(calendar, today, language))


def items_of(session: Session, told: Sequence[Told], reading: Reading) -> list[Item]:
    """Items from notices, written down or not."""
    told, held_up = _own_reports(session, told)
    ids = {each.obligation_id for each in told if each.obligation_id is not None}
    owed = [Owed._make(row) for row in _rows(session, owed_query(), ids)]
    occurrences = {each.occurrence_id for each in owed}
    reports = {row[0]: Report._make(row) for row in _rows(session, reports_query(), occurrences)}
    about = {each.id: _About(each, reports[each.occurrence_id]) for each in owed}
    names = _names(session, {unit for each in about.values() for unit in each.others}, reading.today)
    more = _more(session, told, about, names, reading)
    items = [_item(each, about.get(each.obligation_id or 0), names, more, reading) for each in told]
    return [
        replace(item, held_up=held_up[place]) if place in held_up else item
        for place, item in enumerate(items)
    ]


def _own_reports(session: Session, told: Sequence[Told]) -> tuple[Sequence[Told], dict[int, tuple[str, ...]]]:
    """A notice that others wait for the reader's unit is about a report further up; its mail is about the
    reader's own, the first that is missing. By place in the row, who waits for it."""
    uppers = {each.obligation_id for each in told if each.kind == NoticeKind.HOLDING_UP}
    if not uppers:
        return told, {}
    below = reports_below(session, (id for id in uppers if id), COUNTED)
    waiting = {row[0]: Owed._make(row).unit for row in _rows(session, owed_query(), below)}
    found = list(told)
    held_up: dict[int, tuple[str, ...]] = {}
    for place, each in enumerate(told):
        if each.kind != NoticeKind.HOLDING_UP or not each.obligation_id:
            continue
        own = [row for row in below.get(each.obligation_id, ()) if each.unit_id in (None, row.unit_id)]
        if own:
            first = min(own, key=lambda row: (row.state not in UNFILED, row.position, row.id))
            found[place] = each._replace(obligation_id=first.id)
            held_up[place] = (waiting[each.obligation_id],)
    return found, held_up


def _rows(session: Session, query: Select[Any], ids: Iterable[int]) -> list[Any]:
    connection = session.connection()  # past the session, which keeps whole objects and none are asked for
    return [row for some in chunks(ids) for row in connection.execute(query, {"ids": some})]


def _names(session: Session, units: Iterable[int], on: date) -> dict[int, str]:
    found: dict[int, str] = {}
    for some in chunks(units):
        rows = session.execute(NAMES, {"ids": some, "day": on})
        found |= {row.unit_id: row.name for row in rows}
    return found


def _item(told: Told, about: _About | None, names: Mapping[int, str], more: _More, reading: Reading) -> Item:
    kind = NoticeKind(told.kind)
    language = told.language or reading.language
    is_password = kind is NoticeKind.PASSWORD
    until = told.until.astimezone(reading.calendar.zone) if is_password and told.until else None
    return Item(
        notice_id=told.notice_id,
        kind=kind,
        audience=Audience(told.audience),
        immediate=told.immediate,
        contact_id=told.contact_id,
        person=Person(address=told.recipient, name=told.name or "", language=language),
        attempts=told.attempts,
        words="" if is_password else told.words,
        ticket=told.words if is_password else "",
        until=until,
        **(_facts(about, names, reading) | more.of(told, about.owed, reading) if about is not None else {}),
    )


def _facts(about: _About, names: Mapping[int, str], reading: Reading) -> dict[str, Any]:
    """What an item says of an obligation as it stands."""
    owed, report = about
    returned = owed.state == Lifecycle.RETURNED
    deadline = owed.correction_deadline if returned else owed.deadline
    as_written = deadline is not None and deadline == report.deadline
    held = stated(deadline, report.deadline, report.safe_day, reading.calendar.zone)
    superior = owed.superior_id or 0
    return {
        "obligation_id": owed.id,
        "state": Lifecycle(owed.state),
        "deadline": deadline,
        "written": report.written if as_written else None,
        "bound": report.bound if as_written else None,
        "safe_day": held and held.safe_day,
        "is_extended": not as_written and not returned,
        "plan_slug": report.plan_slug,
        "plan_number": report.plan_number,
        "plan_title": report.plan_title,
        "duty": report.duty,
        "basis": report.basis,
        "period": report.period,
        "stage": report.stage,
        "position": report.position,
        "occurrence_id": report.id,
        "unit": owed.unit,
        "branch": names.get(superior, ""),
        "branch_id": superior,
        "awaited_by": names.get(owed.gatherer_id or owed.recipient_id or superior, ""),
        "monitor": names.get(report.monitor_id or 0, ""),
        "returned_for": (owed.returned_for or "") if returned else "",
    }


@dataclass(frozen=True)
class _More:
    """What only some mails tell: by obligation; `bringing` are the notices whose mails bring the entry."""

    holding_up: Mapping[int, Collection[str]]
    decided: Mapping[int, Decision]
    newest: Mapping[int, Newest]
    pictured: Mapping[int, Picture]
    events: Mapping[int, OwedRow]
    bringing: Collection[int]

    def of(self, told: Told, owed: Owed, reading: Reading) -> dict[str, Any]:
        kind, id = told.kind, owed.id
        return {
            "holding_up": tuple(sorted(self.holding_up.get(id, ()))),
            "decision": self.decided.get(id) if kind == NoticeKind.EXTENSION_DECIDED else None,
            "handed": handed(owed, self.newest, reading.calendar) if kind in TELLS_HANDED else None,
            "picture": self.pictured.get(id) if kind in TELLS_PICTURE else None,
            "event": self.events.get(id) if told.notice_id in self.bringing else None,
        }


def _more(
    session: Session,
    told: Sequence[Told],
    about: Mapping[int, _About],
    names: Mapping[int, str],
    reading: Reading,
) -> _More:
    # Nobody is below the first stage of a chain, where most reports are.
    below = units_holding_up(session, (id for id, each in about.items() if each.report.position > 1))
    lower = _names(session, {unit for units in below.values() for unit in units}, reading.today)
    pictured = [about[id].owed for id in _ids(told, TELLS_PICTURE)]
    alone = _alone(session, told, reading)
    return _More(
        holding_up={id: [lower[unit] for unit in set(units)] for id, units in below.items()},
        decided=decisions(session, _ids(told, {NoticeKind.EXTENSION_DECIDED}), reading.calendar),
        newest=documents(session, _ids(told, TELLS_HANDED)),
        pictured=pictures(session, pictured, names, reading.calendar, reading.today),
        events={row.id: row for row in owed_rows_of(session, {each.obligation_id or 0 for each in alone})},
        bringing={each.notice_id for each in alone},
    )


def _ids(told: Iterable[Told], kinds: Collection[NoticeKind]) -> set[int]:
    return {each.obligation_id for each in told if each.kind in kinds and each.obligation_id}


def _alone(session: Session, told: Sequence[Told], reading: Reading) -> list[Told]:
    """What comes due as the only thing in the mail of a person who has no feed: that mail brings the calendar
    entry with it."""
    per_person = Counter(each.recipient for each in told)
    alone = [
        each
        for each in told
        if each.kind == NoticeKind.COMING_DUE and each.obligation_id and per_person[each.recipient] == 1
    ]
    start = reading.calendar.at(reading.today, time(0))
    readers = feed_readers(session, (each.recipient for each in alone), start) if alone else set()
    return [each for each in alone if each.recipient not in readers]
