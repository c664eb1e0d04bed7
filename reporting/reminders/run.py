"""The part of the tick that decides who is told, and the preview of what will be: load, `plan()`, save.

`tell` runs inside its caller's transaction. An idle pass costs one look into an index, however many
obligations there are. `preview` calls the same `plan()` with later and later instants and writes nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from calendars.office import OfficeCalendar
from calendars.working_days import WorkingDays
from models.database import chunks
from models.ladder_file import LadderFile
from models.obligation import Obligation
from models.plan import Plan
from models.settings import Settings
from models.vocabulary import NoticeKind, NoticeState
from reporting.reminders.audience import Audiences, load_audiences
from reporting.reminders.ladders import WATCHED, ladders
from reporting.reminders.ledger import NOBODY, LedgerEntry, ObligationView, PlannedNotice, enter
from reporting.reminders.ledger_store import (
    awaiting_attention,
    read_ledger,
    read_views,
    write_attention,
    write_notices,
)
from reporting.reminders.planner import attention, plan
from reporting.reminders.reckoning import is_outdated
from reporting.reminders.unsubscribe import unsubscribed


@dataclass
class TellingCount:
    """What a pass did. `unreached` counts rungs that nobody could receive."""

    looked_at: int = 0
    queued: int = 0
    superseded: int = 0
    unreached: int = 0
    kinds: Counter[NoticeKind] = field(default_factory=Counter)
    missing_ladders: set[str] = field(default_factory=set)

    def add(self, notices: Sequence[PlannedNotice]) -> None:
        for notice in notices:
            self.queued += notice.state is NoticeState.QUEUED
            self.superseded += notice.state is NoticeState.SUPERSEDED
            self.unreached += notice.state is NoticeState.CANCELLED and notice.recipient == NOBODY
        self.kinds.update(notice.kind for notice in notices if notice.state is NoticeState.QUEUED)


@dataclass(frozen=True)
class Expected:
    """A notice that a pass at `at` would write."""

    at: datetime
    notice: PlannedNotice


@dataclass
class _LadderGroup:
    """Obligations of one ladder, with what is needed to plan for them."""

    ladder: LadderFile
    views: list[ObligationView]
    ledger: dict[int, list[LedgerEntry]]
    audiences: Audiences
    calendar: OfficeCalendar

    def plan(
        self, views: Sequence[ObligationView], now: datetime, lost_until: datetime | None = None
    ) -> list[PlannedNotice]:
        notices = plan(views, self.ladder, self.ledger, self.calendar, self.audiences, now, lost_until)
        enter(self.ledger, notices, now)
        return notices

    def attention(self, views: Sequence[ObligationView], now: datetime) -> dict[int, datetime | None]:
        return attention(views, self.ladder, self.ledger, self.calendar, now)


def tell(
    session: Session,
    now: datetime,
    days: WorkingDays,
    settings: Settings,
    plan_id: int | None = None,
    *,
    dry_run: bool = False,
    lost_until: datetime | None = None,
) -> TellingCount:
    """Write into the ledger what is to be told at `now`, in the caller's transaction; a dry run only counts.

    A plan whose ladder is not loaded waits, and is named in the count; the others go on.
    """
    count = TellingCount()
    calendar = OfficeCalendar(days, settings.zone)
    ids = awaiting_attention(session, now, plan_id)
    known = ladders(session) if ids else {}
    for some in chunks(ids):
        for group in _groups(session, some, known, calendar, now, count):
            notices = group.plan(group.views, now, lost_until)
            count.add(notices)
            if not dry_run:
                write_notices(session, notices, now)
                write_attention(session, group.attention(group.views, now))
    return count


def preview(
    session: Session,
    start: datetime,
    end: datetime,
    days: WorkingDays,
    settings: Settings,
    plan_id: int | None = None,
    ladder: str | None = None,
) -> list[Expected]:
    """What will be told from `start` to `end` if nobody files or decides anything until then, in order."""
    calendar = OfficeCalendar(days, settings.zone)
    outdated = is_outdated(session, settings, days, start)
    query = select(col(Obligation.id)).where(WATCHED if outdated else col(Obligation.attention_at) <= end)
    if plan_id is not None:
        query = query.where(col(Obligation.plan_id) == plan_id)
    if ladder is not None:
        query = query.where(
            col(Obligation.plan_id).in_(select(col(Plan.id)).where(col(Plan.ladder) == ladder))
        )
    known = ladders(session)
    found: list[Expected] = []
    for some in chunks(session.scalars(query)):
        for group in _groups(session, some, known, calendar, start, TellingCount()):
            found += _lived_through(group, start, end)
    left = unsubscribed(session)
    wanted = (
        each
        for each in found
        if each.notice.kind is not NoticeKind.LOOK_AHEAD or each.notice.recipient not in left
    )
    return sorted(wanted, key=lambda each: (each.at, each.notice.recipient, each.notice.obligation_id))


def _lived_through(group: _LadderGroup, start: datetime, end: datetime) -> list[Expected]:
    waiting: dict[datetime, list[ObligationView]] = defaultdict(list)
    waiting[start] = group.views
    found: list[Expected] = []
    while waiting and (now := min(waiting)) <= end:
        views = waiting.pop(now)
        found += [Expected(now, notice) for notice in group.plan(views, now)]
        moments = group.attention(views, now)
        for view in views:
            if (moment := moments[view.id]) is not None:
                waiting[moment].append(view)
    return found


def _groups(
    session: Session,
    ids: Sequence[int],
    known: dict[str, LadderFile],
    calendar: OfficeCalendar,
    now: datetime,
    count: TellingCount,
) -> list[_LadderGroup]:
    ledger = read_ledger(session, ids)
    found = []
    for slug, views in read_views(session, ids, calendar).items():
        count.looked_at += len(views)
        if slug not in known:
            count.missing_ladders.add(slug)
            continue
        ladder = known[slug]
        audiences = load_audiences(session, views, calendar.day(now), ladder.every_rung)
        found.append(_LadderGroup(ladder, views, ledger, audiences, calendar))
    return found
