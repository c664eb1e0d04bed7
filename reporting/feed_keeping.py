"""Keeping feeds: the bytes of each view lie in the database, and are built anew where a row has changed.

`keep_one` serves a fetch; `keep_all` is what a tick does for every live subscription: it finds in a fixed
number of queries which feeds are out of date, and touches those alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from calendars.zone import local_date
from models.database import reading, writing
from models.kept_feed import KeptFeed
from models.settings import Settings
from models.upkeep import Heartbeat
from reporting.feed_events import Shown
from reporting.feed_marks import Mark
from reporting.feed_rendering import Entries, Validity, fingerprint, is_current, missing, render, speaker_for
from reporting.feed_sources import Source, marks_of, sources
from reporting.feed_views import FeedView, Window
from reporting.high_water import TICK
from reporting.subscriptions import live_views

CHUNK = 200
"""Feeds built in one transaction of a tick, so that others can write in between."""


@dataclass
class KeepingCount:
    """What a pass over all feeds did."""

    current: int = 0
    built: int = 0
    events: int = 0


def window_of(session: Session, settings: Settings, now: datetime) -> Window:
    """The window moves with the tick and never by itself: a fetch changes nothing."""
    last = session.get(Heartbeat, TICK)
    return Window(now if last is None else last.at, settings.zone)


def keep_one(
    session: Session, settings: Settings, view: FeedView, now: datetime, held: KeptFeed | None
) -> KeptFeed | None:
    """The view's feed, current: `held` itself, the database's copy, or a new one (not saved here).

    None where what the view is about does not exist.
    """
    source = sources(session, [view], local_date(now, settings.zone)).get(view)
    if source is None:
        return None
    window = window_of(session, settings, now)
    marks = marks_of(session, window, [source])[view]
    wanted = fingerprint(source, settings, marks)
    if held is not None and is_current(held, wanted, window):
        return held
    stored = _load(session, str(view))
    if stored is not None and is_current(stored, wanted, window):
        return stored
    newest = max((kept for kept in (held, stored) if kept), key=lambda kept: kept.changed_at, default=None)
    have, needed = missing(newest, settings, marks)
    built = source.events(session, settings, needed, speaker_for(session, settings, view))
    return render(source, settings, window, marks, have, built, newest, now)


def keep_all(engine: Engine, settings: Settings, now: datetime) -> KeepingCount:
    """Bring the feeds of all live subscriptions up to date."""
    count = KeepingCount()
    with reading(engine) as session:
        stale = _stale(session, settings, now, count)
    for start in range(0, len(stale), CHUNK):
        with writing(engine) as session:
            _build(session, settings, stale[start : start + CHUNK], now, count)
    return count


Stale = tuple[Source, list[Mark]]


def _stale(session: Session, settings: Settings, now: datetime, count: KeepingCount) -> list[Stale]:
    """The feeds whose rows, name or window are not those that they were built from."""
    window = window_of(session, settings, now)
    found = sources(session, live_views(session, now), local_date(now, settings.zone))
    marks = marks_of(session, window, found.values())
    kept = _validity(session)
    stale = []
    for view, source in found.items():
        if is_current(kept.get(str(view)), fingerprint(source, settings, marks[view]), window):
            count.current += 1
        else:
            stale.append((source, marks[view]))
    return stale


def _build(
    session: Session, settings: Settings, stale: Sequence[Stale], now: datetime, count: KeepingCount
) -> None:
    window = window_of(session, settings, now)
    kept = _loaded(session, [str(source.view) for source, _ in stale])
    work = [(source, marks, *missing(kept.get(str(source.view)), settings, marks)) for source, marks in stale]
    built = _events(session, settings, work)
    for source, marks, have, needed in work:
        old = kept.get(str(source.view))
        made = render(source, settings, window, marks, have, built[source.view], old, now)
        session.merge(made)
        count.built += 1
        count.events += len(needed)


Work = tuple[Source, list[Mark], Entries, set[int]]


def _events(session: Session, settings: Settings, work: Sequence[Work]) -> dict[FeedView, dict[int, Shown]]:
    """The events to build. Rows that several feeds of one language show are asked for once."""
    found: dict[FeedView, dict[int, Shown]] = {}
    for batch in _batches(work):
        first = batch[0][0]
        needed = {id_ for _, _, _, ids in batch for id_ in ids}
        events = first.events(session, settings, needed, speaker_for(session, settings, first.view))
        for source, _, _, ids in batch:
            found[source.view] = {id_: events[id_] for id_ in ids if id_ in events}
    return found


def _batches(work: Iterable[Work]) -> Iterator[list[Work]]:
    """Units and people together by language; each branch or plan by itself, for its counts are its own."""
    owed: dict[str, list[Work]] = {}
    for each in work:
        view = each[0].view
        if view.kind in ("unit", "person"):
            owed.setdefault(view.language, []).append(each)
        else:
            yield [each]
    yield from owed.values()


def save(session: Session, kept: KeptFeed) -> None:
    """Keep a feed that a fetch has built."""
    session.merge(kept)


def _load(session: Session, view: str) -> KeptFeed | None:
    return _loaded(session, [view]).get(view)


def _loaded(session: Session, views: Sequence[str]) -> dict[str, KeptFeed]:
    """Kept feeds as values: nothing that happens to them is written back."""
    rows = session.exec(select(KeptFeed).where(col(KeptFeed.view).in_(views))).all()
    for row in rows:
        session.expunge(row)
    return {row.view: row for row in rows}


def _validity(session: Session) -> dict[str, Validity]:
    """Of every kept feed what says whether it is current, without its bytes."""
    columns = (col(KeptFeed.view), col(KeptFeed.fingerprint), col(KeptFeed.day), col(KeptFeed.left_out))
    return {view: Validity(*rest) for view, *rest in session.execute(sa_select(*columns))}
