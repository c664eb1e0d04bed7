"""Calendar feeds: fetching one of a thousand events, many who ask, a whole country warmed after a tick.

Run it with `python -m benchmarks.feeds`. README.md explains every figure.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import sys
import tempfile
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Engine, insert, text
from sqlmodel import col, select

from benchmarks.country import OPENING, OPENING_DAY, PERIODS, Country, country, pass_at
from benchmarks.feed_peers import Peer, peers
from benchmarks.feed_server import requests_a_second
from benchmarks.measuring import Figure, Stopwatch, processor_stopwatch, show
from benchmarks.national import require
from benchmarks.stores import sqlite_store
from calendars.ical_event import FeedEvent, event_bytes
from calendars.ical_feed import FeedHeader, feed_bytes
from models.database import open_engine, reading, writing
from models.obligation import Obligation
from models.settings import Settings
from models.subscription import KeptFeed, Subscription
from models.unit import Contact, Unit
from reporting.feeds.cache import KeepingCount, keep_all
from reporting.feeds.events import owed_events
from reporting.feeds.feeds import FeedWish
from reporting.feeds.render import speaker_for
from reporting.feeds.subscriptions import subscribe
from reporting.feeds.view import FeedView
from web.app import create_app

PERSON = "clerk@country.example"
UNITS = 76
EVENTS = UNITS * PERIODS
FETCHES, CHANGES = 200, 10
ONE_MORE = """UPDATE obligation SET row_version = row_version + 1
WHERE id = (SELECT min(id) FROM obligation WHERE unit_id = (SELECT min(unit_id) FROM contact))"""


@dataclass
class Asker:
    """Calls the application itself, so that no client's own work is measured."""

    app: Any
    path: str
    loop: asyncio.AbstractEventLoop
    etag: bytes = b""
    octets: int = 0

    def fetch(self, *, conditional: bool) -> int:
        return self.loop.run_until_complete(self._fetch(conditional))

    async def _fetch(self, conditional: bool) -> int:
        sent: list[Any] = []
        headers = [(b"host", b"x"), *([(b"if-none-match", self.etag)] if conditional else [])]
        scope = {
            "type": "http",
            "method": "GET",
            "path": self.path,
            "raw_path": self.path.encode(),
            "query_string": b"",
            "headers": headers,
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
class Benchmark:
    """The country opened, one person who serves seventy-six units, and what was measured so far."""

    engine: Engine
    settings: Settings
    units: Country
    stopwatch: Stopwatch = field(default_factory=processor_stopwatch)
    events: list[FeedEvent] = field(default_factory=list)

    def prepare(self) -> str:
        """Gives the path of the person's feed."""
        pass_at(self.engine, OPENING)
        with writing(self.engine) as session:
            ids = [id_ or 0 for id_ in session.exec(select(Unit.id).order_by(Unit.code).limit(UNITS))]
            session.add_all(
                Contact(unit_id=id_, name="Clerk", role="clerk", address=PERSON, valid_from=OPENING_DAY)
                for id_ in ids
            )
            session.flush()
            wish = FeedWish(language="vi", alarms=True)
            url = subscribe(session, self.settings, OPENING, "benchmark", "person", PERSON, wish).url
        with reading(self.engine) as session:
            owned = select(Obligation.id).where(col(Obligation.unit_id).in_(ids))
            numbers = [id_ or 0 for id_ in session.exec(owned)]
            view = FeedView(kind="person", key=PERSON, language="vi")
            speaker = speaker_for(session, self.settings, view)
            shown = owed_events(session, self.settings, numbers, speaker)
        self.events = [each.event for each in shown.values()]
        require(len(self.events) == EVENTS, f"the person has {len(self.events)} events")
        return urlsplit(url).path

    def rebuild(self) -> None:
        with self.stopwatch.measuring("rebuild"):
            blocks = [event_bytes(event, alarms=True) for event in self.events]
            feed_bytes(FeedHeader("x", "vi", self.settings.zone), blocks)

    def fetches(self, asker: Asker) -> None:
        require(asker.fetch(conditional=False) == 200, "the feed is not served")
        asker.app.state.feeds.notes.flush()
        asker.fetch(conditional=False)
        with self.stopwatch.measuring("304", FETCHES):
            statuses = {asker.fetch(conditional=True) for _ in range(FETCHES)}
        require(statuses == {304}, f"asked again: {statuses}")
        with self.stopwatch.measuring("200", FETCHES):
            statuses = {asker.fetch(conditional=False) for _ in range(FETCHES)}
        require(statuses == {200} and asker.octets > 400 * EVENTS, "the feed is not whole")

    def changes(self, asker: Asker) -> None:
        taken = 0.0
        own = text(ONE_MORE)
        for _ in range(CHANGES):
            with self.engine.begin() as connection:
                connection.execute(own)
            start = self.stopwatch.clock()
            status = asker.fetch(conditional=True)
            taken += self.stopwatch.clock() - start
            require(status == 200, "a change was not seen")
            asker.app.state.feeds.notes.flush()
        self.stopwatch.taken.setdefault("change", []).append(taken / CHANGES)

    def against_peers(self, found: Sequence[Peer]) -> None:
        for peer in found:
            self.stopwatch.taken.setdefault(peer.name, []).append(peer.seconds(self.events))

    def country_warm(self) -> None:
        """All units' feeds built; then a tick's work after a tenth of the units has changed."""
        with writing(self.engine) as session:
            codes = session.exec(select(Unit.code)).all()
            facts = {"kind": "unit", "created_at": OPENING, "created_by": "benchmark", "owner": ""}
            rest = {"language": "vi", "alarms": False, "shown": "", "last_program": ""}
            session.execute(insert(Subscription), [{"key": code, **facts, **rest} for code in codes])
        with self.stopwatch.measuring("warm all"):
            first = self.keep()
        require(first.built >= len(codes), f"{first.built} feeds built")
        with self.stopwatch.measuring("warm none"):
            require(self.keep().built == 0, "an idle tick built feeds")
        with self.engine.begin() as connection:
            changed = connection.execute(
                text("UPDATE obligation SET row_version = row_version + 1 WHERE id IN "
                     "(SELECT min(id) FROM obligation WHERE unit_id % 10 = 3 GROUP BY unit_id)")
            ).rowcount  # fmt: skip
        before = self.dates()
        with self.stopwatch.measuring("warm a tenth"):
            count = self.keep()
        touched = sum(before[view] != date for view, date in self.dates().items())
        require(changed <= count.built <= changed + 1, f"{count.built} feeds built for {changed} units")
        require(
            count.events == changed + (count.built - changed) * 8 or count.events <= changed * 2, "events"
        )
        require(touched == count.built, f"{touched} feeds touched")

    def keep(self) -> KeepingCount:
        return keep_all(self.engine, self.settings, OPENING)

    def dates(self) -> dict[str, str]:
        with reading(self.engine) as session:
            return dict(session.exec(select(KeptFeed.view, KeptFeed.fingerprint)).all())

    def figure(self, name: str, key: str, peer: str, peer_key: str, limit: float | None = None) -> Figure:
        watch = self.stopwatch
        return Figure(
            name=name,
            seconds=watch.median(key),
            peer=peer,
            peer_seconds=watch.median(peer_key),
            ratio=watch.ratio(key, peer_key),
            limit=limit,
        )

    def figures(self, found: Sequence[Peer]) -> list[Figure]:
        built = f"rebuild of {EVENTS} events with icalendar"
        figures = [
            self.figure("304", "304", built, "rebuild", 0.01),
            self.figure("200, nothing changed", "200", built, "rebuild", 0.02),
            self.figure("one change, then 200", "change", built, "rebuild", 1 / 30),
            self.figure("a tenth of the country warmed", "warm a tenth", "all of it", "warm all", 0.2),
            self.figure("nothing to warm", "warm none", "all of it", "warm all"),
        ]
        return figures + [self.figure(f"{EVENTS} events built", "rebuild", p.name, p.name) for p in found]


@contextmanager
def opened(folder: Path, share: float) -> Any:
    with sqlite_store(folder) as store:
        units = country().part(share)
        engine = open_engine(store.copy(store.prepare(units)))
        settings = Settings(_env_file=None, home=folder / "home")  # type: ignore[call-arg]
        yield Benchmark(engine, settings, units)
        engine.dispose()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--share", type=float, default=1.0, help="of the country, whole provinces")
    given = parser.parse_args(arguments)
    rounds = given.rounds
    found = peers()
    loop = asyncio.new_event_loop()
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder), given.share) as benchmark:
        path = benchmark.prepare()
        gc.collect()
        gc.freeze()  # what the benchmark itself holds of the country is nothing that a server has
        asker = Asker(create_app(benchmark.settings, benchmark.engine, lambda: OPENING), path, loop)
        for _ in range(rounds):
            gc.collect()
            benchmark.rebuild()
            benchmark.fetches(asker)
            benchmark.changes(asker)
            benchmark.against_peers(found)
        benchmark.country_warm()
        for name in ("warm all", "warm none", "warm a tenth"):
            benchmark.stopwatch.taken[name] *= rounds
        figures = benchmark.figures(found)
        figures.append(requests_a_second(str(benchmark.engine.url), benchmark.settings.home, path))
        asker.app.state.feeds.close()
    show(figures, "calendar feeds")
    return 0 if all(figure.holds for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
