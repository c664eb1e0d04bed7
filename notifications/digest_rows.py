"""Notices read with all that their mails can say, for many at once: a few queries, whatever their number.

What an obligation is comes from frozen rows; what only some kinds of mails tell (a decision, a report handed
in, a branch's picture) is read for those that do.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any, NamedTuple

from sqlalchemy import and_, case, func, select
from sqlmodel import Session, col

from calendars.deadline import Deadline, stated
from calendars.office import OfficeCalendar
from calendars.zone import local_date, midnight
from models.database import chunks
from models.deadline import has_passed, is_late
from models.decision import Extension
from models.obligation import Obligation, Submission, receipt_number
from models.unit import UnitVersion
from models.vocabulary import COUNTED, Audience, Lifecycle, NoticeKind
from notifications.item import Addressee, Decision, Handed, Item, Picture
from notifications.notice_rows import MailObligation, NoticeRow, read_notices, read_obligations
from reporting.feeds.rows import OwedRow, owed_rows_of
from reporting.feeds.subscriptions import feed_readers
from reporting.moves.submit import STANDS
from reporting.obligations.recipients import SentTo
from reporting.reminders.audience import UNFILED, reports_below, units_holding_up
from reporting.unit_names import UnitName, names

NAMED = 5
"""Units that a picture names; the rest is a number."""

Key = tuple[int, int]
_COUNTED = col(Obligation.state).in_([state.value for state in COUNTED])
_FILED = col(Obligation.first_submitted_at).is_not(None)
_ABOVE = func.coalesce(col(Obligation.gatherer_id), col(Obligation.recipient_id))
"""Who gathers: the same as in the chain's picture, where a stage waits on the one below it."""


def decisions(session: Session, ids: Iterable[int], calendar: OfficeCalendar) -> dict[int, Decision]:
    """By obligation, the last decision about a later deadline."""
    found: dict[int, Decision] = {}
    for some in chunks(ids):
        query = (
            select(Extension, col(Obligation.deadline))
            .join(Obligation, col(Obligation.id) == col(Extension.obligation_id))
            .where(col(Extension.obligation_id).in_(some), col(Extension.decided_at).is_not(None))
            .order_by(col(Extension.decided_at), col(Extension.id))
        )
        for extension, deadline in session.execute(query):
            found[extension.obligation_id] = _decision(extension, deadline, calendar)
    return found


def _decision(extension: Extension, deadline: Any, calendar: OfficeCalendar) -> Decision:
    old = extension.old_deadline or deadline
    new = extension.new_deadline
    return Decision(
        granted=bool(extension.granted),
        asked_for=calendar.last_day(extension.asked_deadline),
        old_day=calendar.last_day(old) if old else None,
        old_hour=Deadline(old, calendar.zone).hour if old else None,
        new_day=calendar.last_day(new) if new else None,
        note=extension.decision_note,
        document_number=extension.document_number,
    )


class Newest(NamedTuple):
    """The newest version handed in: its document's number, its receipt's, and which version it is."""

    number: str = ""
    receipt: str = ""
    version: int = 1


def documents(session: Session, ids: Iterable[int]) -> dict[int, Newest]:
    """By obligation, the newest version that was handed in."""
    found: dict[int, Newest] = {}
    for some in chunks(ids):
        query = (
            select(col(Submission.obligation_id), col(Submission.document_number), col(Submission.version))
            .where(col(Submission.obligation_id).in_(some), STANDS)
            .order_by(col(Submission.version))
        )
        for id, number, version in session.execute(query):
            found[id] = Newest(number, receipt_number(id, version), version)
    return found


def handed(owed: MailObligation, newest: Mapping[int, Newest], calendar: OfficeCalendar) -> Handed | None:
    """When it was handed in; how late is what the first version was, which is what counts."""
    at = owed.submitted_at or owed.first_submitted_at
    if at is None:
        return None
    first, late = owed.first_submitted_at or at, 0
    if owed.deadline is not None:
        late = Deadline(owed.deadline, calendar.zone).days_late(first)
    known = newest.get(owed.id, Newest())
    return Handed(
        on=local_date(at, calendar.zone),
        document_number=known.number,
        days_late=late,
        at=at.astimezone(calendar.zone),
        receipt=known.receipt,
        first_on=local_date(first, calendar.zone) if known.version > 1 else None,
    )


def pictures(
    session: Session,
    owed: Sequence[MailObligation],
    called: Mapping[int, UnitName],
    calendar: OfficeCalendar,
    today: date,
) -> dict[int, Picture]:
    """By obligation, how the reports stand that are gathered together with it."""
    keys = {row.id: (row.occurrence_id, row.gatherer_id or row.recipient_id or 0) for row in owed}
    wanted = {key for key in keys.values() if key[1]}
    counts = _counts(session, wanted, calendar, today) if wanted else {}
    filed_by = _filed_by(session, wanted) if wanted else {}
    return {
        id: Picture(
            gathered_by=called[key[1]].name if key[1] in called else "",
            filed_by=tuple(filed_by.get(key, ())),
            **counts[key],
        )
        for id, key in keys.items()
        if key in counts
    }


def _counts(
    session: Session, keys: set[Key], calendar: OfficeCalendar, today: date
) -> dict[Key, dict[str, int]]:
    late = and_(_FILED, is_late(col(Obligation.deadline), col(Obligation.first_submitted_at)))
    overdue = and_(~_FILED, has_passed(col(Obligation.deadline), midnight(today, calendar.zone)))
    returned = col(Obligation.state) == Lifecycle.RETURNED
    told = (_FILED, late, overdue, returned)
    columns = [func.count(), *(func.sum(case((each, 1), else_=0)) for each in told)]
    found: dict[Key, dict[str, int]] = {}
    for some in chunks(occurrence for occurrence, _ in keys):
        query = select(col(Obligation.occurrence_id), _ABOVE, *columns).where(
            col(Obligation.occurrence_id).in_(some),
            _ABOVE.in_(sorted({above for _, above in keys})),
            _COUNTED,
        )
        for occurrence, above, *figures in session.execute(
            query.group_by(col(Obligation.occurrence_id), _ABOVE)
        ):
            found[occurrence, above] = dict(
                zip(("expected", "filed", "late", "overdue", "returned"), map(int, figures), strict=True)
            )
    return found


def _filed_by(session: Session, keys: set[Key]) -> dict[Key, list[str]]:
    """The first few that have filed, in order of their names."""
    place = func.row_number().over(
        partition_by=(col(Obligation.occurrence_id), _ABOVE),
        order_by=(col(UnitVersion.name), col(Obligation.id)),
    )
    found: dict[Key, list[str]] = defaultdict(list)
    for some in chunks(occurrence for occurrence, _ in keys):
        numbered = (
            select(
                col(Obligation.occurrence_id).label("occurrence_id"),
                _ABOVE.label("above"),
                col(UnitVersion.name).label("name"),
                place.label("place"),
            )
            .join(UnitVersion, col(UnitVersion.id) == col(Obligation.unit_version_id))
            .where(
                col(Obligation.occurrence_id).in_(some),
                _ABOVE.in_(sorted({above for _, above in keys})),
                _COUNTED,
                _FILED,
            )
            .subquery()
        )
        columns = (numbered.c.occurrence_id, numbered.c.above, numbered.c.name)
        query = select(*columns).where(numbered.c.place <= NAMED).order_by(*columns[:2], numbered.c.place)
        for occurrence, above, name in session.execute(query):
            found[occurrence, above].append(name)
    return found


TELLS_HANDED = frozenset(
    {
        NoticeKind.REVIEWER_REMINDER,
        NoticeKind.ACCEPTED,
        NoticeKind.ACCEPTANCE_UNDONE,
        NoticeKind.DONE,
        NoticeKind.RECEIPT,
        NoticeKind.FILED_COPY,
    }
)
TELLS_PICTURE = frozenset({NoticeKind.ESCALATED, NoticeKind.CHASE})


@dataclass(frozen=True)
class Reading:
    """For which day, in whose calendar; `language` is for people who have chosen none."""

    calendar: OfficeCalendar
    today: date
    language: str


def read_items(
    session: Session, notice_ids: Iterable[int], calendar: OfficeCalendar, today: date, language: str
) -> list[Item]:
    """The notices as items; `language` is for people who have chosen none."""
    return items_of(session, read_notices(session, notice_ids), Reading(calendar, today, language))


def items_of(session: Session, told: Sequence[NoticeRow], reading: Reading) -> list[Item]:
    """Items from notices, written down or not."""
    told, held_up = _own_reports(session, told)
    owed = read_obligations(session, {each.obligation_id for each in told if each.obligation_id is not None})
    called = names(session, {unit for each in owed.values() for unit in each.units}, reading.today)
    more = _more(session, told, owed, called, reading)
    items = [_item(each, owed.get(each.obligation_id or 0), called, more, reading) for each in told]
    return [
        replace(item, held_up=held_up[place]) if place in held_up else item
        for place, item in enumerate(items)
    ]


def _own_reports(
    session: Session, told: Sequence[NoticeRow]
) -> tuple[Sequence[NoticeRow], dict[int, tuple[str, ...]]]:
    """A notice that others wait for the reader's unit is about a report further up; its mail is about the
    reader's own, the first that is missing. By place in the row, who waits for it."""
    uppers = {each.obligation_id for each in told if each.kind == NoticeKind.HOLDING_UP}
    if not uppers:
        return told, {}
    below = reports_below(session, (id for id in uppers if id), COUNTED)
    waiting = read_obligations(session, below)
    found = list(told)
    held_up: dict[int, tuple[str, ...]] = {}
    for place, each in enumerate(told):
        if each.kind != NoticeKind.HOLDING_UP or not each.obligation_id:
            continue
        own = [row for row in below.get(each.obligation_id, ()) if each.unit_id in (None, row.unit_id)]
        if own:
            first = min(own, key=lambda row: (row.state not in UNFILED, row.position, row.id))
            found[place] = each._replace(obligation_id=first.id)
            held_up[place] = (waiting[each.obligation_id].unit_name,)
    return found, held_up


def _item(
    told: NoticeRow,
    owed: MailObligation | None,
    called: Mapping[int, UnitName],
    more: _More,
    reading: Reading,
) -> Item:
    kind = NoticeKind(told.kind)
    is_password = kind is NoticeKind.PASSWORD
    until = told.until.astimezone(reading.calendar.zone) if is_password and told.until else None
    language = told.language or reading.language
    item = Item(
        notice_id=told.notice_id,
        kind=kind,
        audience=Audience(told.audience),
        immediate=told.immediate,
        contact_id=told.contact_id,
        person=Addressee(address=told.recipient, name=told.name or "", language=language),
        attempts=told.attempts,
        words="" if is_password else told.words,
        ticket=told.words if is_password else "",
        until=until,
    )
    return item if owed is None else more.told(_with_facts(item, owed, called, reading), owed, reading)


def _with_facts(item: Item, owed: MailObligation, called: Mapping[int, UnitName], reading: Reading) -> Item:
    """The item with what it says of an obligation as it stands."""
    returned = owed.state == Lifecycle.RETURNED
    deadline = owed.correction_deadline if returned else owed.deadline
    as_written = deadline is not None and deadline == owed.written_deadline
    held = stated(deadline, owed.written_deadline, owed.safe_day, reading.calendar.zone)
    superior = owed.superior_id or 0

    def name(unit: int | None) -> str:
        known = called.get(unit or 0)
        return known.name if known else ""

    return replace(
        item,
        obligation_id=owed.id,
        state=Lifecycle(owed.state),
        deadline=deadline,
        written=owed.written if as_written else None,
        bound=owed.bound if as_written else None,
        opens_at=owed.opens_at if as_written else None,
        planned=owed.planned if as_written else None,
        safe_day=held.safe_day if held else None,
        is_extended=not as_written and not returned,
        plan_slug=owed.plan,
        plan_number=owed.plan_number,
        plan_title=owed.plan_title,
        duty=owed.duty_title,
        basis=owed.basis,
        period=owed.period,
        stage=owed.stage_name,
        position=owed.stage,
        occurrence_id=owed.occurrence_id,
        unit=owed.unit_name,
        branch=name(superior),
        branch_id=superior,
        awaited_by=name(owed.gatherer_id or owed.recipient_id or superior),
        sent_to=_sent_to(owed, name),
        monitor=name(owed.monitor_id),
        returned_for=(owed.returned_for or "") if returned else "",
    )


def _sent_to(owed: MailObligation, name: Callable[[int | None], str]) -> SentTo:
    copies = tuple(name(each) for each in owed.copies)
    return SentTo(receiving=name(owed.recipient_id), copies=copies, is_via=bool(owed.via))


@dataclass(frozen=True)
class _More:
    """What only some mails tell: by obligation; `bringing` are the notices whose mails bring the entry."""

    holding_up: Mapping[int, Collection[str]]
    decided: Mapping[int, Decision]
    newest: Mapping[int, Newest]
    pictured: Mapping[int, Picture]
    events: Mapping[int, OwedRow]
    bringing: Collection[int]

    def told(self, item: Item, owed: MailObligation, reading: Reading) -> Item:
        """The item with what its kind tells beside."""
        kind = item.kind
        return replace(
            item,
            holding_up=tuple(sorted(self.holding_up.get(owed.id, ()))),
            decision=self.decided.get(owed.id) if kind is NoticeKind.EXTENSION_DECIDED else None,
            handed=handed(owed, self.newest, reading.calendar) if kind in TELLS_HANDED else None,
            picture=self.pictured.get(owed.id) if kind in TELLS_PICTURE else None,
            event=self.events.get(owed.id) if item.notice_id in self.bringing else None,
        )


def _more(
    session: Session,
    told: Sequence[NoticeRow],
    owed: Mapping[int, MailObligation],
    called: Mapping[int, UnitName],
    reading: Reading,
) -> _More:
    # Nobody is below the first stage of a chain, where most reports are.
    below = units_holding_up(session, (id for id, each in owed.items() if each.stage > 1))
    lower = names(session, {unit for units in below.values() for unit in units}, reading.today)
    pictured = [owed[id] for id in _ids(told, TELLS_PICTURE)]
    alone = _alone(session, told, reading)
    return _More(
        holding_up={id: [lower[unit].name for unit in set(units)] for id, units in below.items()},
        decided=decisions(session, _ids(told, {NoticeKind.EXTENSION_DECIDED}), reading.calendar),
        newest=documents(session, _ids(told, TELLS_HANDED)),
        pictured=pictures(session, pictured, called, reading.calendar, reading.today),
        events={row.id: row for row in owed_rows_of(session, {each.obligation_id or 0 for each in alone})},
        bringing={each.notice_id for each in alone},
    )


def _ids(told: Iterable[NoticeRow], kinds: Collection[NoticeKind]) -> set[int]:
    return {each.obligation_id for each in told if each.kind in kinds and each.obligation_id}


def _alone(session: Session, told: Sequence[NoticeRow], reading: Reading) -> list[NoticeRow]:
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
