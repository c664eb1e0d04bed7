"""The feeds at hand: answered from memory while the database has not changed, looked at again when it has.

Looking is done by few threads, so that many who fetch leave the pages their share. When the database is
away, what was last good is served from memory or from its copy on disk.
"""

from __future__ import annotations

import json
import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from queue import Empty, Queue
from tempfile import NamedTemporaryFile
from threading import Lock, Thread

import anyio
import anyio.to_thread
from anyio import CapacityLimiter
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from calendars.errors import CalendarError
from calendars.zone import local_date
from models.change_watch import ChangeWatch
from models.database import reading, writing
from models.errors import DondocError
from models.subscription import KeptFeed
from reporting.feeds.cache import save
from reporting.feeds.serve import Bytes, Opened, open_feed
from reporting.feeds.subscriptions import note_fetch, note_stopped
from web.context import AppContext

FOLDER = "feeds/kept"


class FeedCopies:
    """One file a feed: a line of JSON with the validators, then the calendar."""

    def __init__(self, home: Path) -> None:
        self.folder = home / FOLDER

    def any(self) -> bool:
        """Whether anything was ever served from here."""
        return self.folder.is_dir() and next(self.folder.iterdir(), None) is not None

    def read(self, hashed: str) -> Bytes | None:
        """The copy, None where there is none that can be read."""
        try:
            head, _, data = (self.folder / hashed).read_bytes().partition(b"\n")
            told = json.loads(head)
            return Bytes(data, told["etag"], datetime.fromisoformat(told["changed_at"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, hashed: str, shown: Bytes) -> None:
        """Put the copy in its place in one step. Raises `OSError`."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        told = json.dumps({"etag": shown.etag, "changed_at": shown.changed_at.isoformat()})
        with NamedTemporaryFile(dir=self.folder, delete=False) as file:
            try:
                file.write(told.encode() + b"\n" + shown.data)
                file.close()
                Path(file.name).replace(self.folder / hashed)
            except OSError:
                Path(file.name).unlink(missing_ok=True)
                raise

    def remove(self, hashed: str) -> None:
        """Forget a feed that is gone. Raises `OSError`."""
        with suppress(FileNotFoundError):
            (self.folder / hashed).unlink()


logger = logging.getLogger(__name__)

Note = Callable[[Session], None]
Deed = Callable[[], None]
_MOST_AT_ONCE = 200


class FeedNotes:
    """A queue of things to write in the database (notes) and on disk (deeds)."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._waiting: Queue[tuple[Note | None, Deed | None]] = Queue()
        self._thread: Thread | None = None
        self._lock = Lock()

    def note(self, note: Note) -> None:
        """Write this in the database, soon."""
        self._add(note, None)

    def do(self, deed: Deed) -> None:
        """Do this on disk, soon."""
        self._add(None, deed)

    def flush(self) -> None:
        """Wait until all that was handed in is written, or was given up."""
        self._waiting.join()

    def close(self) -> None:
        """Write what waits, and end."""
        with self._lock:
            thread, self._thread = self._thread, None
            if thread is not None:
                self._waiting.put((None, None))
        if thread is not None:
            thread.join(timeout=10)

    def _add(self, note: Note | None, deed: Deed | None) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = Thread(target=self._run, name="feed-notes", daemon=True)
                self._thread.start()
            self._waiting.put((note, deed))

    def _run(self) -> None:
        ends = False
        while not ends:
            taken = [self._waiting.get()]
            while len(taken) < _MOST_AT_ONCE:
                try:
                    taken.append(self._waiting.get_nowait())
                except Empty:
                    break
            ends = (None, None) in taken
            self._write([note for note, _ in taken if note is not None])
            self._do([deed for _, deed in taken if deed is not None])
            for _ in taken:
                self._waiting.task_done()

    def _write(self, notes: list[Note]) -> None:
        if not notes:
            return
        try:
            with writing(self.engine) as session:
                for note in notes:
                    note(session)
        except (SQLAlchemyError, OSError) as error:
            logger.warning(
                "%d notes about calendar feeds were not written: %s", len(notes), type(error).__name__
            )

    def _do(self, deeds: list[Deed]) -> None:
        for deed in deeds:
            try:
                deed()
            except OSError as error:
                logger.warning("a calendar feed's copy was not written: %s", error.strerror)


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
class CachedFeed:
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

    def __init__(self, edge: AppContext) -> None:
        self.edge = edge
        self.watch = ChangeWatch(edge.engine)
        self.notes = FeedNotes(edge.engine)
        self.copies = FeedCopies(edge.settings.home)
        self._held: OrderedDict[str, CachedFeed] = OrderedDict()
        self._octets = 0
        self._noted: dict[int, tuple[datetime, str]] = {}
        self._asked_again_at = 0.0
        self._locks: dict[str, anyio.Lock] = {}
        self._builders = CapacityLimiter(BUILDERS)
        self._watchers = CapacityLimiter(WATCHERS)

    async def find(self, hashed: str) -> CachedFeed | Unknown | Away:
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

    def fetched(self, held: CachedFeed, program: str) -> None:
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

    def _holds(self, held: CachedFeed, version: str, now: datetime) -> bool:
        if held.version != version or (held.until is not None and held.until <= now):
            return False
        return held.day == local_date(now, self.edge.settings.zone)

    async def _look(self, hashed: str, version: str, now: datetime) -> CachedFeed | Unknown:
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

    def _open(self, hashed: str, held: CachedFeed | None, now: datetime) -> tuple[str, Opened | None]:
        version = self.watch.version()
        with reading(self.edge.engine) as session:
            kept, stopped_at = (None, None) if held is None else (held.kept, held.stopped_at)
            return version, open_feed(session, self.edge.settings, now, hashed, kept, stopped_at)

    def _take(
        self, hashed: str, before: CachedFeed | None, found: tuple[str, Opened | None]
    ) -> CachedFeed | Unknown:
        version, opened = found
        if opened is None:
            self._forget(hashed)
            return Unknown()
        held = CachedFeed(
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

    def _note_news(self, hashed: str, before: CachedFeed | None, opened: Opened) -> None:
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

    def _keep(self, hashed: str, held: CachedFeed) -> None:
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

    async def _last_good(self, hashed: str, held: CachedFeed | None) -> CachedFeed | Away:
        if held is not None:
            return replace(held, version="")
        copy = await anyio.to_thread.run_sync(self.copies.read, hashed, limiter=self._watchers)
        return Away() if copy is None else CachedFeed(shown=copy)


def _octets(held: CachedFeed) -> int:
    return 1_000 + (0 if held.shown is None else len(held.shown.data))
