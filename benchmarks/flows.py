"""What Prefect costs: a chain run of the national plan against the same tick without it, and its history.

Run it with `make benchflows`, or `python -m benchmarks.flows --postgresql`. README.md explains every figure.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from benchmarks.country import HCM, OPENING, PERIODS, Country, country, pass_at
from benchmarks.measuring import MEGABYTE, Figure, Stopwatch, show, wall_stopwatch
from benchmarks.stores import postgres_store, sqlite_store
from flows.prefect_server import prefect_server
from models.database import open_engine
from models.settings import load_settings

PLAN = "national-monthly"
BEGUN = OPENING + timedelta(hours=1)
"""All is open, nothing is due, and nobody is to be told: what is measured is the showing."""
ALLOWANCE = 2.0
"""Seconds that Prefect may add to a tick."""
SAMPLE = 500
HISTORY_RUNS = 20
RUNS_A_YEAR = 24 * 365
SETTLING = 6.0
"""Seconds until Prefect's recorder has written what it was told."""


@dataclass
class Measured:
    """The seconds taken so far, and how large Prefect's database was before and after the history."""

    stopwatch: Stopwatch
    sizes: dict[str, int]

    def difference(self, name: str) -> float:
        return self.stopwatch.median(name) - self.stopwatch.median("tick")


def measure(engine: Engine, rounds: int, size: Callable[[], int]) -> Measured:
    """All sides, in turn. Flows are imported here: Prefect's address must be known before."""
    from benchmarks.flows_naive import task_each
    from flows.reporting_chain import reporting_chain
    from flows.surroundings import without_heartbeat

    measured = Measured(wall_stopwatch(), {})
    watch = measured.stopwatch
    reporting_chain(PLAN, BEGUN, return_state=True)  # makes the mirror, and loads what is loaded once
    for number in range(1, rounds + 1):
        now = BEGUN + number * timedelta(minutes=10)
        with watch.measuring("tick"):
            pass_at(engine, now)
        with watch.measuring("chain"):
            reporting_chain(PLAN, now + timedelta(minutes=1), return_state=True)
        with watch.measuring("quick"):
            without_heartbeat(lambda: reporting_chain(PLAN, now + timedelta(minutes=2), return_state=True))  # noqa: B023
        with watch.measuring("each"):
            task_each(SAMPLE)
    measured.sizes = history(size)
    return measured


def history(size: Callable[[], int]) -> dict[str, int]:
    """How much Prefect's database grows by some runs, and what is left of that once they are trimmed."""
    from prefect.client.orchestration import get_client

    from flows.history import trim
    from flows.reporting_chain import reporting_chain
    from flows.surroundings import without_heartbeat

    time.sleep(SETTLING)
    sizes = {"before": size()}
    for number in range(HISTORY_RUNS):
        now = BEGUN + timedelta(hours=number)
        without_heartbeat(lambda: reporting_chain(PLAN, now, return_state=True))  # noqa: B023
    time.sleep(SETTLING)
    sizes["after"] = size()
    with get_client(sync_client=True) as client:
        trim(client, load_settings(), datetime.now(HCM) + timedelta(days=60))
    sizes["trimmed"] = size()
    return sizes


def figures(measured: Measured, units: Country) -> list[Figure]:
    watch = measured.stopwatch
    obligations = PERIODS * len(units)
    each = watch.median("each") / SAMPLE * obligations
    added = {name: measured.difference(name) for name in ("chain", "quick")}
    shared = {"peer": "what it may add", "peer_seconds": ALLOWANCE}
    return [
        Figure(
            name="Prefect added to a tick, as a worker runs it",
            seconds=added["chain"],
            ratio=added["chain"] / ALLOWANCE,
            limit=1,
            **shared,  # type: ignore[arg-type]
        ),
        Figure(
            name="the same without waiting for the heartbeat's thread",
            seconds=added["quick"],
            ratio=added["quick"] / ALLOWANCE,
            **shared,  # type: ignore[arg-type]
        ),
        Figure(
            name="chain run",
            seconds=watch.median("chain"),
            peer=f"a task for each of {obligations:,}, from {SAMPLE}",
            peer_seconds=each,
            ratio=watch.median("chain") / each,
            limit=0.001,
        ),
    ]


def say_growth(sizes: dict[str, int]) -> None:
    run = (sizes["after"] - sizes["before"]) / HISTORY_RUNS
    left = (sizes["trimmed"] - sizes["before"]) / HISTORY_RUNS
    print(
        f"Prefect's database: {run / 1024:.0f} KB a chain run; hourly, {run * RUNS_A_YEAR / MEGABYTE:.0f} MB "
        f"a plan and year if nothing is trimmed, {run * 24 * 30 / MEGABYTE:.0f} MB with 30 days kept "
        f"({left / 1024:.0f} KB of a run stay, for a week, as events)"
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
    parser.add_argument("--rounds", type=int, default=3, help="how often every side is measured (default 3)")
    chosen = parser.parse_args(given)
    units = country()
    open_store = postgres_store if chosen.postgresql else sqlite_store
    with tempfile.TemporaryDirectory() as name, open_store(Path(name)) as store:
        print(f"{len(units)} units: {units.source}; {PERIODS} periods; on {store.name}", flush=True)
        url = store.copy(store.prepare(units))
        os.environ |= {"DONDOC_DATABASE_URL": url, "DONDOC_HOME": name}
        engine = open_engine(url)
        pass_at(engine, OPENING)
        with prefect_server(load_settings()) as server:
            server.wait()
            measured = measure(
                engine, chosen.rounds, lambda: sqlite_size(Path(name) / "prefect" / "prefect.db")
            )
        engine.dispose()
        found = figures(measured, units)
        show(found, f"dondoc on {store.name}, Prefect on SQLite, medians of {chosen.rounds} rounds")
        say_growth(measured.sizes)
    return 0 if all(figure.holds for figure in found) else 1


if __name__ == "__main__":
    sys.exit(main())
