"""A national monthly plan over a year: opening it, passing over it idly, and counting all its rates.

Run it with `make bench`, or `python -m benchmarks.national --postgresql`. README.md explains every figure.
"""

from __future__ import annotations

import argparse
import gc
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine, func, select
from sqlmodel import col

from benchmarks.country import AFTERWARDS, HCM, OPENING, PERIODS, Country, country, pass_at
from benchmarks.filing import FILED, file_most
from benchmarks.measuring import Figure, Stopwatch, peak_megabytes, show
from benchmarks.naive import open_naively
from benchmarks.stores import Row, Store, bare_rows, postgres_store, sqlite_store
from models.database import open_engine, reading, writing
from models.obligation import Obligation
from models.vocabulary import Level
from reporting.obligations.filters import Selection
from reporting.rates.rates import Tally
from reporting.rates.report import RatesReport, rates_report

SHARES = {"quarter": 0.25, "half": 0.5, "whole": 1.0}
IDLE_PASSES = 5
RATINGS = 10
TEN_MINUTES = timedelta(minutes=10)


class WrongResultError(Exception):
    """What was measured did not do its work, so its time means nothing."""


def require(condition: bool, what: str) -> None:
    if not condition:
        raise WrongResultError(what)


@dataclass
class Benchmark:
    """The parts of the country as templates in a store, and what was measured so far."""

    store: Store
    parts: dict[str, Country]
    stopwatch: Stopwatch
    templates: dict[str, str] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)

    def prepare(self) -> None:
        for name, part in self.parts.items():
            self.templates[name] = self.store.prepare(part)
        self.opened("quarter", Stopwatch(self.stopwatch.clock)).dispose()  # what is loaded once is loaded now
        gc.collect()
        gc.freeze()

    def round(self) -> None:
        """Every side once, in turn."""
        for name in ("quarter", "half"):
            self.opened(name, self.stopwatch).dispose()
        self.naive()
        engine = self.opened("whole", self.stopwatch)
        self.idle(engine)
        self.rows = self.rows or kept_aside(bare_rows(engine))
        self.store.insert_bare(self.templates["whole"], self.rows, self.stopwatch, "bare")
        file_most(engine)
        self.rates(engine)
        engine.dispose()

    def opened(self, name: str, stopwatch: Stopwatch) -> Engine:
        engine = open_engine(self.store.copy(self.templates[name]))
        engine.connect().close()
        gc.collect()
        with stopwatch.measuring(name):
            count = pass_at(engine, OPENING)
        require(not count.errors, f"the first tick stumbled: {count.errors}")
        require(count.opened == PERIODS * len(self.parts[name]), f"the first tick opened {count.opened}")
        require(count.reminders.looked_at == 0, "a notice was due while opening")
        require(obligations(engine) == count.opened, "the rows are not as many as were counted")
        return engine

    def idle(self, engine: Engine) -> None:
        moments = [OPENING + number * TEN_MINUTES for number in range(1, IDLE_PASSES + 1)]
        pass_at(engine, OPENING)
        with self.stopwatch.measuring("idle", IDLE_PASSES):
            passes = [pass_at(engine, moment) for moment in moments]
        require(sum(p.opened + p.refreshed + p.cancelled for p in passes) == 0, "an idle tick did something")
        with self.stopwatch.measuring("next day"):
            count = pass_at(engine, OPENING + timedelta(days=1))
        require(count.opened == 0, "the next day's first tick opened something twice")

    def naive(self) -> None:
        engine = open_engine(self.store.copy(self.templates["quarter"]))
        gc.collect()
        with self.stopwatch.measuring("naive"), writing(engine) as session:
            number = open_naively(session)
        require(number == obligations(engine) == PERIODS * len(self.parts["quarter"]), "naive rows missing")
        engine.dispose()

    def rates(self, engine: Engine) -> None:
        rate_all(engine)
        gc.collect()
        with self.stopwatch.measuring("rates", RATINGS):
            for _ in range(RATINGS):
                report, levels, branches = rate_all(engine)
        require(len(branches) == len(self.parts["whole"]), "a branch is missing from the rates")
        require(sum(tally.expected for tally in levels.values()) == len(self.rows), "rates miss some")
        check_shares(report)

    def figures(self) -> list[Figure]:
        return [
            self.against("opening, whole country", "whole", self.store.bare, "bare", 8),
            self.per_unit("half"),
            self.per_unit("whole"),
            self.against("opening, a quarter", "quarter", "rrule and ORM objects", "naive", 0.5),
            self.against("idle tick", "idle", "opening", "whole", 0.01),
            self.against("first tick of a new day", "next day", "opening", "whole"),
            self.against("all rates of the tree", "rates", "opening", "whole", 0.1),
        ]

    def per_unit(self, name: str) -> Figure:
        """How much longer a unit takes than in a quarter of the country."""
        figure = self.against(f"opening, {name} country", name, "a quarter, both per unit", "quarter", 1.25)
        part, quarter = len(self.parts[name]), len(self.parts["quarter"])
        return replace(figure, ratio=figure.ratio * quarter / part)

    def against(self, title: str, name: str, peer: str, other: str, limit: float | None = None) -> Figure:
        return Figure(
            name=title,
            seconds=self.stopwatch.median(name),
            peer=peer,
            peer_seconds=self.stopwatch.median(other),
            ratio=self.stopwatch.ratio(name, other),
            limit=limit,
        )


def kept_aside(rows: list[Row]) -> list[Row]:
    """The peer's rows are no part of the program: its garbage collector shall not walk through them."""
    gc.collect()
    gc.freeze()
    return rows


def obligations(engine: Engine) -> int:
    with reading(engine) as session:
        return session.execute(select(func.count(col(Obligation.id)))).scalar() or 0


Tallies = Mapping[str, Tally]


def rate_all(engine: Engine) -> tuple[RatesReport, Mapping[Level, Tally], Tallies]:
    """All rates of the tree: of the whole, of each level, of each unit with all below it."""
    with reading(engine) as session:
        report = rates_report(session, Selection(), AFTERWARDS, HCM)
    return report, report.by_level(), report.by_branch()


def check_shares(report: RatesReport) -> None:
    total = report.total
    require(abs(total.filed / total.expected - len(FILED) / 10) < 0.01, "not seven in ten are filed")
    require(total.filed + total.overdue == total.expected, "filed and overdue are not all there is")


def open_once(url: str) -> None:
    """For the measurement of memory, in a process of its own."""
    engine = open_engine(url)
    pass_at(engine, OPENING)
    engine.dispose()


def rate_once(url: str) -> None:
    """For the measurement of memory, in a process of its own."""
    engine = open_engine(url)
    rate_all(engine)
    engine.dispose()


def memory(benchmark: Benchmark) -> None:
    url = benchmark.store.copy(benchmark.templates["whole"])
    works: dict[str, Callable[[str], None]] = {"the opening": open_once, "all rates": rate_once}
    for name, work in works.items():
        before, after = peak_megabytes(work, url)
        print(f"peak memory of {name}: {after:.0f} MB ({after - before:.0f} MB above the program itself)")


def arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.national", description=__doc__)
    parser.add_argument("--postgresql", action="store_true", help="measure on a PostgreSQL server of its own")
    parser.add_argument("--rounds", type=int, default=3, help="how often every side is measured (default 3)")
    return parser.parse_args(given)


def main(given: Sequence[str] | None = None) -> int:
    """Exit code 0, or 1 if a limit is broken."""
    chosen = arguments(given)
    whole = country()
    parts = {name: whole.part(share) for name, share in SHARES.items()}
    open_store = postgres_store if chosen.postgresql else sqlite_store
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder)) as store:
        print(f"{len(whole)} units: {whole.source}; {PERIODS} periods; on {store.name}", flush=True)
        benchmark = Benchmark(store, parts, store.stopwatch())
        benchmark.prepare()
        for number in range(1, chosen.rounds + 1):
            print(f"round {number} of {chosen.rounds}", file=sys.stderr, flush=True)
            benchmark.round()
        figures = benchmark.figures()
        show(figures, f"{len(benchmark.rows)} obligations on {store.name}, medians of {chosen.rounds} rounds")
        memory(benchmark)
    return 0 if all(figure.holds for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
