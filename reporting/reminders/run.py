"""The reminders of a tick, and the preview of those to come: load, plan, save.

`plan_reminders` runs inside its caller's transaction. An idle pass costs one look into an index, however many
obligations there are: each has the instant at which a pass must look at it again. `preview` asks the same
planner about later and later instants and writes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256

from sqlalchemy import select, true
from sqlmodel import Session, col

from calendars.deadline import ONE_DAY
from calendars.office import OfficeCalendar
from calendars.working_days import WorkingDays
from models.columns import insert_into
from models.database import chunks
from models.ladder_file import LadderFile
from models.obligation import Obligation
from models.plan import Plan
from models.settings import Settings
from models.upkeep import Marker
from models.vocabulary import NoticeKind, NoticeState
from reporting.reminders.audience import load_audiences, unsubscribed
from reporting.reminders.ladders import WATCHED, ladders, look_again, shipped_ladder
from reporting.reminders.ledger import NOBODY, ObligationView, PlannedNotice
from reporting.reminders.ledger_store import (
    awaiting_attention,
    read_ledger,
    read_views,
    write_attention,
    write_notices,
)
from reporting.reminders.planner import Expected, Planner

MARK = "moments-reckoned-from"
"""The marker that has what the instants of looking again were computed from, besides the deadlines."""


@dataclass
class ReminderCount:
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


def plan_reminders(
    session: Session,
    settings: Settings,
    days: WorkingDays,
    now: datetime,
    plan_id: int | None = None,
    lost_until: datetime | None = None,
) -> ReminderCount:
    """Write the notices due at `now` into the ledger, in the caller's transaction.

    A plan whose ladder is not loaded waits, and is named in the count; the others go on.
    """
    count = ReminderCount()
    calendar = OfficeCalendar(days, settings.zone)
    ids = awaiting_attention(session, now, plan_id)
    known = ladders(session) if ids else {}
    for some in chunks(ids):
        for slug, views in read_views(session, some, calendar).items():
            count.looked_at += len(views)
            if slug not in known:
                count.missing_ladders.add(slug)
                continue
            planner = load_planner(session, known[slug], views, calendar, now)
            planner.lost_until = lost_until
            notices = planner.plan(views, now)
            count.add(notices)
            write_notices(session, notices, now)
            write_attention(session, planner.attention(views, now))
    return count


def load_planner(
    session: Session,
    ladder: LadderFile,
    views: Sequence[ObligationView],
    calendar: OfficeCalendar,
    now: datetime,
) -> Planner:
    """The ladder's planner with what the database has of these obligations: their people and the ledger."""
    audiences = load_audiences(session, views, calendar.day(now), ladder.every_rung)
    return Planner(ladder, calendar, audiences, read_ledger(session, [view.id for view in views]))


def preview(
    session: Session,
    start: datetime,
    end: datetime,
    days: WorkingDays,
    settings: Settings,
    plan_id: int | None = None,
    ladder: str | None = None,
) -> list[Expected]:
    """What will be sent from `start` to `end` if nobody files or decides anything until then, in order."""
    calendar = OfficeCalendar(days, settings.zone)
    outdated = _mark(session) not in (None, _basis(settings, days, start))
    query = select(col(Obligation.id)).where(WATCHED if outdated else col(Obligation.attention_at) <= end)
    if plan_id is not None:
        query = query.where(col(Obligation.plan_id) == plan_id)
    if ladder is not None:
        of_ladder = select(col(Plan.id)).where(col(Plan.ladder) == ladder)
        query = query.where(col(Obligation.plan_id).in_(of_ladder))
    known = ladders(session)
    left = unsubscribed(session)
    found = [
        each
        for some in chunks(session.scalars(query))
        for each in _expected(session, some, known, calendar, start, end)
        if each.notice.kind is not NoticeKind.LOOK_AHEAD or each.notice.recipient not in left
    ]
    return sorted(found, key=lambda each: (each.at, each.notice.recipient, each.notice.obligation_id))


def _expected(
    session: Session,
    ids: Sequence[int],
    known: Mapping[str, LadderFile],
    calendar: OfficeCalendar,
    start: datetime,
    end: datetime,
) -> Iterator[Expected]:
    for slug, views in read_views(session, ids, calendar).items():
        if slug in known:
            planner = load_planner(session, known[slug], views, calendar, start)
            yield from planner.simulate({start: views}, end)


def look_again_if_outdated(session: Session, settings: Settings, days: WorkingDays, now: datetime) -> None:
    """Let the pass at `now` look at all obligations if open days, zone, year or the shipped ladder are others
    than at the pass before: the instants that rows have may be too late.

    A ladder that is loaded, or a plan that changes to another, wakes its own obligations at once.
    """
    value = _basis(settings, days, now)
    if _mark(session) != value:
        # Of two passes at once, each of which sees the old one, either may be the first.
        insert = insert_into(session, "marker").values(name=MARK, value=value)
        session.execute(insert.on_conflict_do_update(index_elements=["name"], set_={"value": value}))
        look_again(session, now, true())


def _mark(session: Session) -> str | None:
    return session.scalar(select(col(Marker.value)).where(col(Marker.name) == MARK))


def _basis(settings: Settings, days: WorkingDays, now: datetime) -> str:
    """A digest of what moments are computed from, over the years in which rungs may lie."""
    return _digest(days, settings.zone.key, OfficeCalendar(days, settings.zone).day(now).year)


@lru_cache(maxsize=8)
def _digest(days: WorkingDays, zone: str, year: int) -> str:
    """A cache: 2 of the 5 ms that an idle tick takes, in a process with many of them."""
    first, last = date(year - 1, 1, 1), date(year + 2, 12, 31)
    every = (first + n * ONE_DAY for n in range((last - first).days + 1))
    open_days = "".join("1" if days.is_working(day) else "0" for day in every)
    parts = (open_days, str(year), zone, shipped_ladder().model_dump_json())
    return sha256("|".join(parts).encode()).hexdigest()
