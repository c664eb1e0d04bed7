"""The last answer for each address that this process was asked for.

It is given again while nothing has changed in the database, and while the database cannot be asked:
Thunderbird switches a calendar off at any 4xx or 5xx until it is started again (docs/feeds.md).
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date, datetime

import anyio
import anyio.to_thread
from anyio import CapacityLimiter
from sqlalchemy.exc import SQLAlchemyError

from calendars.errors import CalendarError
from models.change_watch import ChangeWatch
from models.database import reading, writing
from models.errors import DondocError
from reporting.feeds.serve import FeedAnswer, note, open_feed
from web.context import AppContext
from web.logs import LogEvent, told

logger = logging.getLogger(__name__)

MOST_KEPT = 128
"""Answers in memory; a feed has at most 900 KB."""
LONGEST_WAIT, LONGEST_FIRST_WAIT = 20.0, 120.0
"""Seconds that a fetch waits for the database: where there is a last answer, and where there is none."""
TROUBLE = (SQLAlchemyError, DondocError, CalendarError, OSError, ValueError, TimeoutError)


class FeedsAway(Exception):
    """The database cannot be asked, and this process never served the address."""


@dataclass(frozen=True)
class CachedAnswer:
    """An answer and what it holds for: the database at `version`, on the local `day`."""

    answer: FeedAnswer
    version: str
    day: date

    def holds(self, version: str, day: date, now: datetime) -> bool:
        until = self.answer.until
        return (self.version, self.day) == (version, day) and (until is None or now < until)


class FeedCache:
    """All feeds of one process. Few threads look, so that many who fetch leave the pages their share."""

    def __init__(self, edge: AppContext) -> None:
        self.edge = edge
        self._watch = ChangeWatch(edge.engine)
        self._cached: OrderedDict[str, CachedAnswer] = OrderedDict()
        self._readers = CapacityLimiter(2)
        self._writers = CapacityLimiter(1)

    async def find(self, hashed: str) -> FeedAnswer | None:
        """What the address with this token's hash shows now; None where nobody was ever given it.

        Raises `FeedsAway`.
        """
        last = self._cached.get(hashed)
        try:
            with anyio.fail_after(LONGEST_FIRST_WAIT if last is None else LONGEST_WAIT):
                found = await anyio.to_thread.run_sync(
                    self._look, hashed, limiter=self._readers, abandon_on_cancel=True
                )
        except TROUBLE as error:
            logger.warning(
                "calendar feeds are served as they were: %s",
                type(error).__name__,
                extra=told(LogEvent.FEED_STALE),
            )
            if last is None:
                raise FeedsAway from error
            return last.answer
        self._keep(hashed, found)
        return None if found is None else found.answer

    def _look(self, hashed: str) -> CachedAnswer | None:
        now = self.edge.now
        version, day = self._watch.version(), self.edge.today(now)
        last = self._cached.get(hashed)
        if last is not None and last.holds(version, day, now):
            return last
        with reading(self.edge.engine) as session:
            answer = open_feed(session, self.edge.settings, now, hashed)
        return None if answer is None else CachedAnswer(answer, version, day)

    def _keep(self, hashed: str, found: CachedAnswer | None) -> None:
        """The one that was asked for last is the last to go."""
        self._cached.pop(hashed, None)
        if found is not None:
            self._cached[hashed] = found
        if len(self._cached) > MOST_KEPT:
            self._cached.popitem(last=False)

    async def note(self, answer: FeedAnswer, news: dict[str, object]) -> None:
        """Write down what is news, after it has been answered; what cannot be written is left."""
        try:
            await anyio.to_thread.run_sync(self._write, answer, news, limiter=self._writers)
        except (SQLAlchemyError, OSError) as error:
            logger.warning(
                "a fetch of a calendar feed was not noted: %s",
                type(error).__name__,
                extra=told(LogEvent.FEED_NOT_NOTED),
            )

    def _write(self, answer: FeedAnswer, news: dict[str, object]) -> None:
        with writing(self.edge.engine) as session:
            note(session, answer, news)

    def close(self) -> None:
        self._watch.close()
