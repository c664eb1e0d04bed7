"""Keeping feeds: the bytes of each view lie in the database, and are built anew where a row has changed.

`keep_one` serves a fetch; `keep_all` is what a tick does for every live subscription: it finds in a fixed
number of queries which feeds are out of date, and touches those alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, Engine, Select, bindparam
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from calendars.zone import local_date
from models.database import reading, writing
from models.settings import Settings
from models.subscription import KeptFeed
from models.upkeep import TICK, Heartbeat
from reporting.feeds.events import EventContext
from reporting.feeds.render import (
    FeedRequest,
    Former,
    Validity,
    former_of,
    is_current,
    render,
    speaker_for,
    wanted_feed,
)
from reporting.feeds.sources import marks_of, sources
from reporting.feeds.subscriptions import live_views
from reporting.feeds.view import FeedView, FeedWindow

CHUNK = 200
"""Feeds built in one transaction of a tick, so that others can write in between."""


@dataclass
class KeepingCount:
    """What a pass over all feeds did."""

    current: int = 0
    built: int = 0
    events: int = 0


def window_of(session: Session, settings: Settings, now: datetime) -> FeedWindow:
    """The window moves with the tick and never by itself: a fetch changes nothing."""
    last = session.get(Heartbeat, TICK)
    return FeedWindow(now if last is None else last.at, settings.zone)


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
    wanted = wanted_feed(source, settings, marks_of(session, window, [source])[view])
    if is_current(held, wanted, window):
        return held
    kept = _newest(session, wanted, window, held)
    if kept is not held and is_current(kept, wanted, window):
        return kept
    former = former_of(kept, settings, wanted)
    built = source.events(session, settings, former.missing, speaker_for(session, settings, view))
    return render(wanted, settings, window, former, built, now)


def _newest(
    session: Session, wanted: FeedRequest, window: FeedWindow, held: KeptFeed | None
) -> KeptFeed | None:
    """The feed at hand, or the database's copy where that is of use: its bytes are read only then."""
    view = str(wanted.source.view)
    if held is not None:
        stored = session.execute(_stored(), {"view": view}).first()
        if stored is None:
            return held
        *validity, changed_at = stored
        if changed_at <= held.changed_at and not is_current(Validity(*validity), wanted, window):
            return held
    return _loaded(session, [view]).get(view)


def keep_all(engine: Engine, settings: Settings, now: datetime) -> KeepingCount:
    """Bring the feeds of all live subscriptions up to date."""
    count = KeepingCount()
    with reading(engine) as session:
        stale = _stale(session, settings, now, count)
    for start in range(0, len(stale), CHUNK):
        with writing(engine) as session:
            _build(session, settings, stale[start : start + CHUNK], now, count)
    return count


def _stale(session: Session, settings: Settings, now: datetime, count: KeepingCount) -> list[FeedRequest]:
    """The feeds whose rows, name or window are not those that they were built from."""
    window = window_of(session, settings, now)
    found = sources(session, live_views(session, now), local_date(now, settings.zone))
    marks = marks_of(session, window, found.values())
    kept = _validity(session)
    stale = []
    for view, source in found.items():
        wanted = wanted_feed(source, settings, marks[view])
        if is_current(kept.get(str(view)), wanted, window):
            count.current += 1
        else:
            stale.append(wanted)
    return stale


def _build(
    session: Session, settings: Settings, stale: Sequence[FeedRequest], now: datetime, count: KeepingCount
) -> None:
    window = window_of(session, settings, now)
    kept = _loaded(session, [str(wanted.source.view) for wanted in stale])
    work = [(wanted, former_of(kept.get(str(wanted.source.view)), settings, wanted)) for wanted in stale]
    built = _events(session, settings, work)
    for wanted, former in work:
        session.merge(render(wanted, settings, window, former, built[wanted.source.view], now))
        count.built += 1
        count.events += len(former.missing)


Work = tuple[FeedRequest, Former]


def _events(
    session: Session, settings: Settings, work: Sequence[Work]
) -> dict[FeedView, dict[int, EventContext]]:
    """The events to build. Rows that several feeds of one language show are asked for once."""
    found: dict[FeedView, dict[int, EventContext]] = {}
    for batch in _batches(work):
        first = batch[0][0].source
        needed = {id_ for _, former in batch for id_ in former.missing}
        events = first.events(session, settings, needed, speaker_for(session, settings, first.view))
        for wanted, former in batch:
            found[wanted.source.view] = {id_: events[id_] for id_ in former.missing if id_ in events}
    return found


def _batches(work: Iterable[Work]) -> Iterator[list[Work]]:
    """Units and people together by language; each branch or plan by itself, for its counts are its own."""
    owed: dict[str, list[Work]] = {}
    for each in work:
        view = each[0].source.view
        if view.kind in ("unit", "person"):
            owed.setdefault(view.language, []).append(each)
        else:
            yield [each]
    yield from owed.values()


def save(session: Session, kept: KeptFeed) -> None:
    """Keep a feed that a fetch has built."""
    session.merge(kept)


def _loaded(session: Session, views: Sequence[str]) -> dict[str, KeptFeed]:
    """Kept feeds as values: nothing that happens to them is written back."""
    rows = session.exec(select(KeptFeed).where(col(KeptFeed.view).in_(views))).all()
    for row in rows:
        session.expunge(row)
    return {row.view: row for row in rows}


_VALIDITY = (col(KeptFeed.fingerprint), col(KeptFeed.day), col(KeptFeed.left_out))


def _validity(session: Session) -> dict[str, Validity]:
    """Of every kept feed what says whether it is current, without its bytes."""
    query = sa_select(col(KeptFeed.view), *_VALIDITY)
    return {view: Validity(*rest) for view, *rest in session.execute(query)}


@lru_cache(maxsize=1)
def _stored() -> Select[Any]:
    view: BindParameter[Any] = bindparam("view")
    return sa_select(*_VALIDITY, col(KeptFeed.changed_at)).where(col(KeptFeed.view) == view)
