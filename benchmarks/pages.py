"""The monitor's pages over a national year, against the same server's empty page; and how large they are.

A real server answers real requests, of a monitor who sees everything and of a province's head. Run it with
`python -m benchmarks.pages` (`--postgresql` for a server of its own). README.md explains every figure.
"""

from __future__ import annotations

import argparse
import http.client
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import uvicorn
from sqlalchemy import Engine, event, select
from sqlmodel import col

from benchmarks.country import HCM, OPENING, country, pass_at, settings
from benchmarks.filing import file_most
from benchmarks.measuring import Figure, Stopwatch, show
from benchmarks.stores import postgres_store, sqlite_store
from models.database import open_engine, reading, writing
from models.obligation import Obligation
from models.unit import Unit
from models.vocabulary import AccessRole
from reporting.access.accounts import grant, open_account
from reporting.access.sessions import open_session
from web.app import create_app, listen
from web.auth import COOKIE

NOW = datetime(2025, 8, 20, 9, 0, tzinfo=HCM)
"""In the middle of the year: seven periods are over, three in ten of their reports overdue."""
LIMIT = 100
LARGEST = 300_000
EMPTY = "/no-such-page"
CHAIN = "/plans/national-monthly/chain?duty=monthly&period=2025-07"
PAGES = {
    "board": "/board",
    "overdue, page 40": "/board?table=overdue&page=40",
    "plan": "/plans/national-monthly",
    "chain, root": CHAIN,
    "grid": "/grid?plan=national-monthly&duty=monthly&period=2025",
    "grid of communes": "/grid?plan=national-monthly&duty=monthly&period=2025&level=grassroots&page=20",
    "rates": "/rates",
}


class TooMuchError(Exception):
    """A page answered wrongly, or was larger than it may be."""


@dataclass
class Visit:
    """A signed-in browser of one person, on a connection that stays open."""

    port: int
    cookie: str

    def get(self, path: str) -> bytes:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        connection.request("GET", path, headers={"Cookie": f"{COOKIE}={self.cookie}"})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        if answer.status != (404 if path == EMPTY else 200):
            raise TooMuchError(f"{path} answered {answer.status}")
        if len(body) > LARGEST:
            raise TooMuchError(f"{path} has {len(body)} bytes; at most {LARGEST} are allowed")
        return body


@contextmanager
def served(engine: Engine) -> Iterator[int]:
    """The pages on a port of their own, in a thread; what is measured is the answer's whole way."""
    with listen(0) as listening:
        app = create_app(settings(), engine, lambda: NOW)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        yield listening.getsockname()[1]
        server.should_exit = True
        thread.join(20)


def people(engine: Engine) -> dict[str, str]:
    """Session secrets of a monitor of the whole country, and of the head of its largest province."""
    with writing(engine) as session:
        found = {}
        for name, role, unit in (
            ("everything", AccessRole.MONITOR, None),
            ("a province", AccessRole.HEAD, _province(session.connection())),
        ):
            address = f"{name.replace(' ', '-')}@example.vn"
            account = open_account(session, address, name, NOW, "benchmark", language="vi", password=None)
            grant(session, account, role, unit, date(2025, 1, 1), NOW, "benchmark")
            found[name] = open_session(session, account, NOW)
    return found


def _province(connection: object) -> str:
    """The code of the unit of whose branch the first obligation is."""
    query = select(col(Obligation.branch)).order_by(col(Obligation.id)).limit(1)
    branch = connection.execute(query).scalar_one()  # type: ignore[attr-defined]
    top = int(branch.split("/")[1])
    code = connection.execute(select(col(Unit.code)).where(col(Unit.id) == top))  # type: ignore[attr-defined]
    return str(code.scalar_one())


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """What is sent to the database meanwhile."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def main(given: Sequence[str] | None = None) -> int:
    """Exit code 0, or 1 if a limit is broken."""
    parser = argparse.ArgumentParser(prog="benchmarks.pages", description=__doc__)
    parser.add_argument("--postgresql", action="store_true", help="measure on a PostgreSQL server of its own")
    parser.add_argument("--rounds", type=int, default=5, help="how often every page is measured (default 5)")
    chosen = parser.parse_args(given)
    open_store = postgres_store if chosen.postgresql else sqlite_store
    whole = country()
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder)) as store:
        engine = open_engine(store.prepare(whole))
        pass_at(engine, OPENING)
        file_most(engine)
        with reading(engine) as session:
            number = len(session.scalars(select(col(Obligation.id))).all())
        stopwatch = store.stopwatch()
        sizes, counts = measure(engine, stopwatch, chosen.rounds)
        figures = figures_of(stopwatch)
        show(figures, f"{len(whole)} units, {number} obligations on {store.name}; medians of {chosen.rounds}")
        for name, size in sizes.items():
            print(f"{name}: {size:,} bytes, {counts[name]} statements")
        engine.dispose()
    return 0 if all(figure.holds for figure in figures) else 1


def measure(engine: Engine, stopwatch: Stopwatch, rounds: int) -> tuple[dict[str, int], dict[str, int]]:
    """Every page of each person and the empty page, in turn; the sizes in bytes, and the statements sent."""
    sizes, counts = {}, {}
    with served(engine) as port:
        for person, secret in people(engine).items():
            visit = Visit(port, secret)
            for name, path in PAGES.items():
                visit.get(path)  # what is loaded once is loaded now
                with statements(engine) as sent:
                    sizes[f"{name}, {person}"] = len(visit.get(path))
                counts[f"{name}, {person}"] = len(sent)
            for _ in range(rounds):
                for name, path in PAGES.items():
                    with stopwatch.measuring(f"empty beside {name}, {person}", 5):
                        for _ in range(5):
                            visit.get(EMPTY)
                    with stopwatch.measuring(f"{name}, {person}"):
                        visit.get(path)
    return sizes, counts


def figures_of(stopwatch: Stopwatch) -> list[Figure]:
    names = [name for name in stopwatch.taken if not name.startswith("empty beside ")]
    return [
        Figure(
            name=name,
            seconds=stopwatch.median(name),
            peer="the empty page",
            peer_seconds=stopwatch.median(f"empty beside {name}"),
            ratio=stopwatch.ratio(name, f"empty beside {name}"),
            limit=LIMIT,
        )
        for name in names
    ]


if __name__ == "__main__":
    sys.exit(main())
