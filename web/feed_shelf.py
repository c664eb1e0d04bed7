"""The feeds at hand: answered from memory while the database has not changed, looked at again when it has.

Looking is done by few threads, so that many who fetch leave the pages their share. When the database is
away, what was last good is served from memory or from its copy on disk.
"""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial

import anyio
import anyio.to_thread
from anyio import CapacityLimiter
from sqlalchemy.exc import SQLAlchemyError

from calendars.errors import CalendarError
from calendars.zone import local_date
from models.change_watch import ChangeWatch
from models.database import reading
from models.errors import DondocError
from models.kept_feed import KeptFeed
from reporting.feed_keeping import save
from reporting.feed_opening import Opened, open_feed
from reporting.stopped_feed import Bytes
from reporting.subscriptions import note_fetch, note_stopped
from web.edge import Edge
from web.feed_copies import FeedCopies
from web.feed_notes import FeedNotes

logger = logging.getLogger(__name__)

MOST_OCTETS = 256 * 2**20
"""What the feeds in memory may take."""
NOTED_EVERY = timedelta(seconds=60)
"""A program that asks more often is noted this often."""
BUILDERS, WATCHERS = 2, 8
LONGEST_LOOK, LONGEST_FIRST_LOOK = 20.0, 120.0
"""Seconds that a fetch waits for the database: with a feed at hand that can be served, and without."""
LEFT_ALONE = 2.0
"""Seconds for which a database that failed is not asked again."""
# A row that cannot be shown, a database that cannot be read: each keeps the last good feed.
TROUBLE = (SQLAlchemyError, DondocError, CalendarError, OSError, ValueError)


@dataclass(frozen=True, kw_only=True)
class Held:
    """An answer and what it holds for: the database at `version`, on the local `day`, before `until`.

    Without `shown` the feed is gone.
    """

    shown: Bytes | None
    version: str = ""
    day: date | None = None
    until: datetime | None = None
    subscription_id: int = 0
    kept: KeptFeed | None = None
    stopped_at: datetime | None = None


@dataclass(frozen=True)
class Unknown:
    """Nobody was ever given this address."""


@dataclass(frozen=True)
class Away:
    """The database cannot be asked, and the address was never served from here."""


class FeedShelf:
    """All feeds of one process."""

    def __init__(self, edge: Edge) -> None:
        self.edge = edge
        self.watch = ChangeWatch(edge.engine)
        self.notes = FeedNotes(edge.engine)
        self.copies = FeedCopies(edge.settings.home)
        self._held: OrderedDict[str, Held] = OrderedDict()
        self._octets = 0
        self._noted: dict[int, tuple[datetime, str]] = {}
        self._asked_again_at = 0.0
        self._locks: dict[str, anyio.Lock] = {}
        self._builders = CapacityLimiter(BUILDERS)
        self._watchers = CapacityLimiter(WATCHERS)

    async def find(self, hashed: str) -> Held | Unknown | Away:
        """What the address with this token's hash shows now."""
        held = self._held.get(hashed)
        if time.monotonic() < self._asked_again_at:
            return await self._last_good(hashed, held)
        try:
            with anyio.fail_after(LONGEST_FIRST_LOOK if held is None else LONGEST_LOOK):
                version = await self._version()
                now = self.edge.now
                if held is not None and self._holds(held, version, now):
                    self._held.move_to_end(hashed)
                    return held
                return await self._look(hashed, version, now)
        except (*TROUBLE, TimeoutError) as error:
            self._be_away(error)
            return await self._last_good(hashed, held)

    def fetched(self, held: Held, program: str) -> None:
        """Note who fetched a feed, and when: at once for a new program, else now and then."""
        id_, now = held.subscription_id, self.edge.now
        last = self._noted.get(id_)
        if not id_ or (last is not None and last[1] == program and now - last[0] < NOTED_EVERY):
            return
        self._noted[id_] = (now, program)
        self.notes.note(partial(note_fetch, id_=id_, now=now, program=program))

    def close(self) -> None:
        self.notes.close()
        self.watch.close()

    async def _version(self) -> str:
        if self.watch.is_local:
            return self.watch.version()  # reads shared memory, in microseconds
        return await anyio.to_thread.run_sync(
            self.watch.version, limiter=self._watchers, abandon_on_cancel=True
        )

    def _holds(self, held: Held, version: str, now: datetime) -> bool:
        if held.version != version or (held.until is not None and held.until <= now):
            return False
        return held.day == local_date(now, self.edge.settings.zone)

    async def _look(self, hashed: str, version: str, now: datetime) -> Held | Unknown:
        """Look at the feed in a thread; of many who ask for the same one, the first looks for all."""
        lock = self._locks.setdefault(hashed, anyio.Lock())
        try:
            async with lock:
                held = self._held.get(hashed)
                if held is not None and self._holds(held, version, now):
                    return held
                found = await anyio.to_thread.run_sync(
                    partial(self._open, hashed, held, now), limiter=self._builders, abandon_on_cancel=True
                )
        finally:
            if not lock.statistics().tasks_waiting:
                self._locks.pop(hashed, None)
        return self._take(hashed, held, found)

    def _open(self, hashed: str, held: Held | None, now: datetime) -> tuple[str, Opened | None]:
        version = self.watch.version()
        with reading(self.edge.engine) as session:
            kept, stopped_at = (None, None) if held is None else (held.kept, held.stopped_at)
            return version, open_feed(session, self.edge.settings, now, hashed, kept, stopped_at)

    def _take(self, hashed: str, before: Held | None, found: tuple[str, Opened | None]) -> Held | Unknown:
        version, opened = found
        if opened is None:
            self._forget(hashed)
            return Unknown()
        held = Held(
            shown=opened.shown,
            version=version,
            day=local_date(self.edge.now, self.edge.settings.zone),
            until=opened.until if opened.shown is not None else None,
            subscription_id=opened.subscription_id,
            kept=opened.kept,
            stopped_at=opened.stopped_at,
        )
        self._note_news(hashed, before, opened)
        self._keep(hashed, held)
        return held

    def _note_news(self, hashed: str, before: Held | None, opened: Opened) -> None:
        if opened.kept is not None and (before is None or before.kept is not opened.kept):
            self.notes.note(partial(save, kept=opened.kept))
        if opened.to_note:
            id_, since = opened.subscription_id, opened.stopped_at
            self.notes.note(partial(note_stopped, id_=id_, stopped_at=since))
        shown = opened.shown
        if shown is None:
            self.notes.do(partial(self.copies.remove, hashed))
        elif before is None or before.shown is None or before.shown.etag != shown.etag:
            self.notes.do(partial(self.copies.write, hashed, shown))

    def _keep(self, hashed: str, held: Held) -> None:
        self._forget(hashed)
        self._held[hashed] = held
        self._octets += _octets(held)
        while self._octets > MOST_OCTETS and len(self._held) > 1:
            self._octets -= _octets(self._held.popitem(last=False)[1])

    def _forget(self, hashed: str) -> None:
        gone = self._held.pop(hashed, None)
        self._octets -= 0 if gone is None else _octets(gone)

    def _be_away(self, error: Exception) -> None:
        self._asked_again_at = time.monotonic() + LEFT_ALONE
        logger.warning("calendar feeds are served as they were: %s", type(error).__name__)

    async def _last_good(self, hashed: str, held: Held | None) -> Held | Away:
        if held is not None:
            return replace(held, version="")
        copy = await anyio.to_thread.run_sync(self.copies.read, hashed, limiter=self._watchers)
        return Away() if copy is None else Held(shown=copy)


def _octets(held: Held) -> int:
    return 1_000 + (0 if held.shown is None else len(held.shown.data))
