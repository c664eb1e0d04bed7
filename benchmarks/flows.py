"""What Prefect costs: a chain run of the national plan against the same tick without it, and its history.

Run it with `make benchflows`, or `python -m benchmarks.flows --postgresql`. README.md explains every figure.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from sqlalchemy import Engine

from benchmarks.country import HCM, OPENING, PERIODS, country, pass_at
from benchmarks.filing import file_most
from benchmarks.measuring import Figure, Stopwatch, show, wall_stopwatch
from benchmarks.stores import postgres_store, sqlite_store
from flows.prefect_server import TemporaryServer, prefect_server
from models.database import open_engine
from models.settings import load_settings

PLAN = "national-monthly"
MOMENTS = {"opened": OPENING + timedelta(hours=1), "overdue": OPENING + timedelta(days=230, hours=1)}
"""An hour after all was opened, and in August, when three in ten of all that was due are overdue."""
ALLOWANCE = 2.0
"""Seconds that Prefect may add to a tick."""
SAMPLE = 500
HISTORY_RUNS = 20
RUNS_A_YEAR = 24 * 365
EVENTS_KEPT = 7
"""Days; Prefect takes them away by itself."""
SETTLING = 6.0
"""Seconds until Prefect's recorder has written what it was told."""
TEN_MINUTES = timedelta(minutes=10)
TICK = [sys.executable, "-m", "cli", "tick", "--plan", PLAN, "--at"]
CHAIN = [sys.executable, "-m", "benchmarks.flows_one_run", PLAN]
STAGES = 3
WHERE = Path(__file__).parents[1]


@dataclass
class Measured:
    """The seconds taken so far, on the wall and by processors, ours, our children's and the server's."""

    server: TemporaryServer
    wall: Stopwatch = field(default_factory=wall_stopwatch)
    processors: Stopwatch = field(init=False)

    def __post_init__(self) -> None:
        self.processors = Stopwatch(lambda: sum(os.times()[:4]) + processor_seconds(self.server))

    @contextmanager
    def measuring(self, name: str) -> Iterator[None]:
        with self.wall.measuring(name), self.processors.measuring(name):
            yield

    def added(self, name: str, to: str) -> float:
        """By how much a side takes longer than another, in the middle of the rounds."""
        pairs = zip(self.wall.taken[name], self.wall.taken[to], strict=True)
        return statistics.median(one - other for one, other in pairs)


def processor_seconds(server: TemporaryServer) -> float:
    """What the server's process has used so far; 0 where the system does not tell."""
    status = Path(f"/proc/{server.process.pid}/stat") if server.process else Path("/nowhere")
    if not status.is_file():
        return 0.0
    user, system = status.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def measure(engine: Engine, rounds: int, measured: Measured) -> None:
    """All sides, in turn. Flows are imported here: Prefect's address must be known before."""
    from benchmarks.flows_naive import task_each

    for moment, begin in MOMENTS.items():
        if moment == "overdue":
            file_most(engine)
        pass_at(engine, begin)
        chain_run(measured, "first", begin)  # makes the mirror, and loads what is loaded once
        for number in range(1, rounds + 1):
            now = begin + number * TEN_MINUTES
            with measured.measuring(f"tick {moment}"):
                pass_at(engine, now)
            chain_run(measured, moment, now)
    for number in range(1, rounds + 1):
        later = (MOMENTS["overdue"] + (rounds + number) * TEN_MINUTES).isoformat()
        for name, command in (("tick alone", TICK), ("chain alone", CHAIN)):
            with measured.measuring(name):
                subprocess.run([*command, later], cwd=WHERE, check=True, stdout=subprocess.DEVNULL)
        with measured.measuring("each"):
            task_each(SAMPLE)


def chain_run(measured: Measured, moment: str, now: datetime) -> None:
    """A run, and then what Prefect still needs to have it recorded."""
    from benchmarks.flows_naive import wait_until_recorded
    from flows.reporting_chain import reporting_chain

    with measured.measuring(f"chain {moment}, recorded"):
        with measured.measuring(f"chain {moment}"):
            state = reporting_chain(PLAN, now, return_state=True)
        run = state.state_details.flow_run_id
        assert state.is_completed() and run is not None, state.message
        wait_until_recorded(run, STAGES)


def history(size: Callable[[], int]) -> dict[str, float]:
    """Bytes by which Prefect's database grows: by a run that finds everything as it was, by one on a new day
    with all that is overdue a day later, and what is left of a run once they are trimmed."""
    from prefect.client.orchestration import get_client

    from flows.maintenance import trim
    from flows.reporting_chain import reporting_chain

    grown: dict[str, float] = {}
    time.sleep(SETTLING)
    begin, sizes = MOMENTS["overdue"] + timedelta(hours=5), [size()]
    for step in (timedelta(minutes=1), timedelta(days=1)):
        for _ in range(HISTORY_RUNS):
            begin += step
            reporting_chain(PLAN, begin, return_state=True)
        time.sleep(SETTLING)
        sizes.append(size())
    with get_client(sync_client=True) as client:
        trim(client, load_settings(), datetime.now(HCM) + timedelta(days=60))
    grown["quiet"], grown["new day"] = ((b - a) / HISTORY_RUNS for a, b in pairwise(sizes))
    grown["trimmed"] = (size() - sizes[0]) / (2 * HISTORY_RUNS)
    return grown


def figures(measured: Measured, units: int) -> list[Figure]:
    return [*added_figures(measured), *naive_figures(measured, PERIODS * units)]


def added_figures(measured: Measured) -> Iterator[Figure]:
    """What Prefect adds to a tick."""
    sides = {
        "added to a tick, nothing due yet": ("chain opened", "tick opened", 1.0),
        "added to a tick, three in ten overdue": ("chain overdue", "tick overdue", 1.0),
        "the same, each a process of its own": ("chain alone", "tick alone", None),
    }
    for name, (chain, tick, limit) in sides.items():
        added = measured.added(chain, tick)
        yield Figure(
            name=name,
            seconds=added,
            peer="what it may add",
            peer_seconds=ALLOWANCE,
            ratio=added / ALLOWANCE,
            limit=limit,
        )


def naive_figures(measured: Measured, obligations: int) -> Iterator[Figure]:
    """A run against a task for each obligation: until it returns, until it is recorded, in processor time."""
    sides = {
        "chain run": ("chain overdue", measured.wall, 0.001),
        "chain run, until recorded": ("chain overdue, recorded", measured.wall, 0.001),
        "the same in processor seconds": ("chain overdue, recorded", measured.processors, 0.001),
    }
    for name, (side, watch, limit) in sides.items():
        each = watch.median("each") / SAMPLE * obligations
        yield Figure(
            name=name,
            seconds=watch.median(side),
            peer=f"a task for each of {obligations:,}, from {SAMPLE}",
            peer_seconds=each,
            ratio=watch.median(side) / each,
            limit=limit,
        )


def say_growth(grown: dict[str, float]) -> None:
    """A year of hourly runs, with news in one of a day; trimmed, runs stay for a month, events a week."""
    quiet, day, left = (grown[name] / 1024 for name in ("quiet", "new day", "trimmed"))
    usual = (23 * quiet + day) / 24
    month, week = 24 * load_settings().prefect_history_days, 24 * EVENTS_KEPT
    gone = (quiet + day) / 2 - left
    for said in (
        f"Prefect's database: {quiet:.0f} KB a chain run, {day:.0f} where much is new, {left:.0f} trimmed",
        f"a plan and year, hourly: {usual * RUNS_A_YEAR / 1024:.0f} MB if nothing is ever trimmed",
        f"with news in every run: {day * RUNS_A_YEAR / 1024:.0f} MB",
        f"trimmed as shipped, at most: {(gone * month + left * week) / 1024:.0f} MB, however long",
    ):
        print(said)


def say_times(measured: Measured) -> None:
    """The middle of the rounds, on the wall and by processors."""
    for name, taken in measured.wall.taken.items():
        by = measured.processors
        print(
            f"{name}: {measured.wall.median(name):.2f} s, at best {min(taken):.2f}; "
            f"processors {by.median(name):.2f} s"
        )


def sqlite_size(path: Path) -> int:
    """Pages in use; SQLite keeps freed ones for what comes next."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        pages, free, size = (
            connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
    return int((pages - free) * size)


def main(given: Sequence[str] | None = None) -> int:
    """Exit code 0, or 1 if a limit is broken."""
    parser = argparse.ArgumentParser(prog="benchmarks.flows", description=__doc__)
    parser.add_argument("--postgresql", action="store_true", help="measure on a PostgreSQL server of its own")
    parser.add_argument("--share", type=float, default=1.0, help="of the country (default 1: all of it)")
    parser.add_argument("--rounds", type=int, default=3, help="how often every side is measured (default 3)")
    chosen = parser.parse_args(given)
    units = country() if chosen.share == 1.0 else country().part(chosen.share)
    open_store = postgres_store if chosen.postgresql else sqlite_store
    with tempfile.TemporaryDirectory() as name, open_store(Path(name)) as store:
        print(f"{len(units)} units: {units.source}; {PERIODS} periods; on {store.name}", flush=True)
        url = store.copy(store.prepare(units))
        os.environ |= {"DONDOC_DATABASE_URL": url, "DONDOC_HOME": name}
        engine = open_engine(url)
        pass_at(engine, OPENING)
        with prefect_server(load_settings(), may_start=True) as server:
            server.wait()
            measured = Measured(server)
            measure(engine, chosen.rounds, measured)
            grown = history(lambda: sqlite_size(Path(name) / "prefect" / "prefect.db"))
        engine.dispose()
        found = figures(measured, len(units))
        show(found, f"dondoc on {store.name}, Prefect on SQLite, medians of {chosen.rounds} rounds")
        say_times(measured)
        say_growth(grown)
    return 0 if all(figure.holds for figure in found) else 1


if __name__ == "__main__":
    sys.exit(main())
