"""Calendar feeds: fetching one that has changed, against building it with other libraries; 304s a second.

Run it with `python -m benchmarks.feeds`. README.md explains every figure.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fastapi import FastAPI
from sqlalchemy import Engine, text
from sqlmodel import col, select

from benchmarks.country import OPENING, OPENING_DAY, PERIODS, country, pass_at
from benchmarks.feed_peers import Serialise, peers
from benchmarks.feed_server import requests_a_second
from benchmarks.measuring import Figure, Stopwatch, processor_stopwatch, show
from benchmarks.national import require
from benchmarks.stores import sqlite_store
from calendars.ical_event import FeedEvent
from models.database import open_engine, reading, writing
from models.obligation import Obligation
from models.settings import Settings
from models.unit import Contact, Unit
from reporting.feeds.events import owed_event
from reporting.feeds.rows import owed_rows_of
from reporting.feeds.subscriptions import subscribe
from reporting.feeds.text import Speaker
from reporting.feeds.view import FeedRequest
from reporting.special_days import working_days
from web.app import create_app

FETCHES, CHANGES = 100, 3
SIZES = {5 * PERIODS: 5, 76 * PERIODS: 76}
"""By number of events, the units of which one person has them."""
CHANGE = "UPDATE obligation SET row_version = row_version + 1 WHERE id = (SELECT min(id) FROM obligation)"
ELSEWHERE = "UPDATE unit SET code = code WHERE id = (SELECT max(id) FROM unit)"


@dataclass
class Asker:
    """Calls the application itself, so that no client's own work is measured."""

    app: FastAPI
    path: str
    loop: asyncio.AbstractEventLoop
    etag: bytes = b""
    octets: int = 0

    def fetch(self) -> int:
        """The status; a client that has a version says so."""
        return self.loop.run_until_complete(self._fetch())

    async def _fetch(self) -> int:
        sent: list[Any] = []
        scope = {
            "type": "http",
            "method": "GET",
            "path": self.path,
            "raw_path": self.path.encode(),
            "query_string": b"",
            "headers": [(b"host", b"x"), *([(b"if-none-match", self.etag)] if self.etag else [])],
            "http_version": "1.1",
            "scheme": "http",
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
            "root_path": "",
        }

        async def receive() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        self.etag = dict(sent[0]["headers"]).get(b"etag", self.etag)
        self.octets = sum(len(message.get("body", b"")) for message in sent)
        return int(sent[0]["status"])


@dataclass
class FeedOfSize:
    """One person's feed of so many events."""

    events: int
    asker: Asker
    unit_ids: list[int]


@dataclass
class Benchmark:
    """The country opened, and what was measured so far."""

    engine: Engine
    settings: Settings
    stopwatch: Stopwatch = field(default_factory=processor_stopwatch)

    def order(self, loop: asyncio.AbstractEventLoop, app: FastAPI, events: int, units: int) -> FeedOfSize:
        """A feed of one person who serves so many units."""
        person = f"clerk{units}@country.example"
        with writing(self.engine) as session:
            ids = list(session.exec(select(Unit.id).order_by(col(Unit.id)).limit(units)))
            session.add_all(
                Contact(unit_id=id_, name="Clerk", role="clerk", address=person, valid_from=OPENING_DAY)
                for id_ in ids
            )
            session.flush()
            request = FeedRequest(kind="person", key=person, language="vi", alarms=True)
            url = subscribe(session, self.settings, OPENING, "benchmark", request).url
        feed = FeedOfSize(events, Asker(app, urlsplit(url).path, loop), ids)
        require(feed.asker.fetch() == 200 and feed.asker.octets > 400 * events, "the feed is not whole")
        return feed

    def rows_and_words(self, feed: FeedOfSize) -> list[FeedEvent]:
        """What every peer needs before it can begin."""
        with reading(self.engine) as session:
            query = select(Obligation.id).where(col(Obligation.unit_id).in_(feed.unit_ids))
            speaker = Speaker("vi", self.settings.zone, working_days(session))
            rows = owed_rows_of(session, session.exec(query))
            events = [owed_event(row, self.settings, speaker).event for row in rows]
        require(len(events) == feed.events, f"{len(events)} events instead of {feed.events}")
        return events

    def peers(self, feed: FeedOfSize, found: dict[str, Serialise]) -> None:
        start = self.stopwatch.clock()
        events = self.rows_and_words(feed)
        prepared = self.stopwatch.clock() - start
        for name, serialise in found.items():
            taken = self.stopwatch.taken.setdefault(f"{name} {feed.events}", [])
            taken.append(prepared + serialise(events))

    def changes(self, feed: FeedOfSize) -> None:
        """One event of the feed changes; the next fetch brings it."""
        taken = 0.0
        for _ in range(CHANGES):
            self._write(CHANGE)
            start = self.stopwatch.clock()
            status = feed.asker.fetch()
            taken += self.stopwatch.clock() - start
            require(status == 200, "a change was not seen")
        self.stopwatch.taken.setdefault(f"change {feed.events}", []).append(taken / CHANGES)

    def unchanged(self, feed: FeedOfSize) -> None:
        feed.asker.fetch()
        with self.stopwatch.measuring(f"304 {feed.events}", FETCHES):
            statuses = {feed.asker.fetch() for _ in range(FETCHES)}
        taken = 0.0
        for _ in range(FETCHES):
            self._write(ELSEWHERE)
            start = self.stopwatch.clock()
            statuses.add(feed.asker.fetch())
            taken += self.stopwatch.clock() - start
        require(statuses == {304}, f"asked again: {statuses}")
        self.stopwatch.taken.setdefault(f"304 elsewhere {feed.events}", []).append(taken / FETCHES)

    def _write(self, statement: str) -> None:
        with self.engine.begin() as connection:
            connection.execute(text(statement))

    def figures(self, found: dict[str, Serialise]) -> list[Figure]:
        figures = []
        for events in SIZES:
            changed, plain = f"change {events}", f"icalendar {events}"
            figures += [
                self._figure(f"{events} events, changed", changed, name, f"{name} {events}", limit)
                for name, limit in ((name, 1.2 if name == "icalendar" else None) for name in found)
            ]
            other = f"304 elsewhere {events}"
            figures += [
                self._figure(f"304 of {events}, nothing was written", f"304 {events}", "icalendar", plain),
                self._figure(f"304 of {events}, something else was", other, "icalendar", plain),
            ]
        return figures

    def _figure(self, name: str, key: str, peer: str, peer_key: str, limit: float | None = None) -> Figure:
        watch = self.stopwatch
        return Figure(
            name=name,
            seconds=watch.median(key),
            peer=peer,
            peer_seconds=watch.median(peer_key),
            ratio=watch.ratio(key, peer_key),
            limit=limit,
        )


@contextmanager
def opened(folder: Path, share: float) -> Iterator[Benchmark]:
    with sqlite_store(folder) as store:
        engine = open_engine(store.copy(store.prepare(country().part(share))))
        settings = Settings(_env_file=None, home=folder / "home")  # type: ignore[call-arg]
        pass_at(engine, OPENING)
        yield Benchmark(engine, settings)
        engine.dispose()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--share", type=float, default=0.05, help="of the country, whole provinces")
    given = parser.parse_args(arguments)
    found, loop = peers(), asyncio.new_event_loop()
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder), given.share) as benchmark:
        app = create_app(benchmark.settings, benchmark.engine, lambda: OPENING)
        feeds = [benchmark.order(loop, app, events, units) for events, units in SIZES.items()]
        gc.collect()
        gc.freeze()  # what the benchmark itself holds of the country is nothing that a server has
        for _ in range(given.rounds):
            for feed in feeds:
                gc.collect()
                benchmark.peers(feed, found)
                benchmark.changes(feed)
                benchmark.unchanged(feed)
        figures = benchmark.figures(found)
        path = feeds[-1].asker.path
        figures.append(requests_a_second(str(benchmark.engine.url), benchmark.settings.home, path))
        app.state.feeds.close()
    show(figures, "calendar feeds")
    return 0 if all(figure.holds for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
