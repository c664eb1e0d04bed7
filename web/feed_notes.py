"""What is written after a feed was served: who fetched it, a newly built version, a copy on disk.

A thread of its own writes, all that waits in one transaction, so that no answer ever waits for a writer. What
cannot be written is left: the feed is built again, the fetch is noted next time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from queue import Empty, Queue
from threading import Lock, Thread

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from models.database import writing

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
