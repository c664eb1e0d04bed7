"""How a figure is measured: both sides in one run, in turn, round by round; the median of the rounds' ratios.

Ratios hold on any machine, and the two sides of a round meet it in the same mood. Processor time is used
where all work happens in this process, because other programs disturb it least; with a database server the
clock on the wall has to do.
"""

from __future__ import annotations

import multiprocessing
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

MEGABYTE = 1024 * 1024
MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass
class Stopwatch:
    """Seconds taken by name, one entry a round."""

    clock: Callable[[], float]
    taken: dict[str, list[float]] = field(default_factory=dict)

    @contextmanager
    def measuring(self, name: str, times: int = 1) -> Iterator[None]:
        """What is short is done several times over, so that it too meets the machine in all its moods."""
        start = self.clock()
        yield
        self.taken.setdefault(name, []).append((self.clock() - start) / times)

    def median(self, name: str) -> float:
        return statistics.median(self.taken[name])

    def ratio(self, name: str, other: str) -> float:
        """The median of the rounds' ratios."""
        return statistics.median(a / b for a, b in zip(self.taken[name], self.taken[other], strict=True))


def processor_stopwatch() -> Stopwatch:
    return Stopwatch(time.process_time)


def wall_stopwatch() -> Stopwatch:
    return Stopwatch(time.perf_counter)


@dataclass(frozen=True, kw_only=True)
class Figure:
    """What was measured, its peer, and the ratio of the two; `limit` None where there is none to keep."""

    name: str
    seconds: float
    peer: str
    peer_seconds: float
    ratio: float
    limit: float | None = None

    @property
    def holds(self) -> bool:
        return self.limit is None or self.ratio <= self.limit


def show(figures: list[Figure], title: str) -> None:
    """The figures as a table, with what breaks its limit marked in words."""
    table = Table("measured", "ms", "against", "ms", "ratio", "limit", "", title=title, title_justify="left")
    for figure in figures:
        table.add_row(
            figure.name,
            f"{figure.seconds * 1000:.1f}",
            figure.peer,
            f"{figure.peer_seconds * 1000:.1f}",
            f"{figure.ratio:.4f}",
            "–" if figure.limit is None else f"{figure.limit:g}",
            "" if figure.limit is None else ("holds" if figure.holds else "BROKEN"),
        )
    Console(width=150).print(table)


def peak_megabytes(work: Callable[..., None], *arguments: Any) -> tuple[float, float]:
    """The largest memory of a new process: when it is ready, and after the work (a module's function)."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        before, after = pool.apply(_peaks, (work, arguments))
    return before / MEGABYTE, after / MEGABYTE


def _peaks(work: Callable[..., None], arguments: tuple[Any, ...]) -> tuple[int, int]:
    before = own_peak()
    work(*arguments)
    return before, own_peak()


def own_peak() -> int:
    """The largest memory of this process so far, in bytes.

    On Linux `ru_maxrss` begins with the parent's, so the process's own high-water mark comes first.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        mark = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(mark.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MAXRSS_UNIT
