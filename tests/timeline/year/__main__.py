"""The attack: years with random faults on SQLite and PostgreSQL, and what the checker finds in each.

    python -m tests.timeline.year --passes 10000 --seed 1 [--databases sqlite]

One seed is one year, lived through on each database, until each has had so many passes. A year with a problem
says how to live through it again.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from models.database import migrate, open_engine
from models.settings import Settings
from reporting.reminders.ladders import shipped_ladder
from tests.databases import Cluster, running_cluster
from tests.timeline.harness import CHAIN, Timeline
from tests.timeline.year.checker import Checker
from tests.timeline.year.story import Story
from tests.timeline.year.year import Year

SHOWN = 30
"""Problems of one year: one cause makes many."""
DATABASES = ("sqlite", "postgresql")


def main() -> int:
    """Exit code 1 if a year has a problem."""
    parser = argparse.ArgumentParser(prog="make attack", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="the first seed (default 1)")
    parser.add_argument("--passes", type=int, default=10_000, help="at least so many on each (default 10000)")
    parser.add_argument("--passes-a-day", type=float, default=8, help="(default 8)")
    parser.add_argument("--databases", nargs="+", choices=DATABASES, default=DATABASES)
    chosen = parser.parse_args()
    failed: list[int] = []
    with ExitStack() as stack:
        cluster = stack.enter_context(running_cluster()) if "postgresql" in chosen.databases else None
        done, seed = 0, chosen.seed
        while done < chosen.passes:
            stories = [_lived(seed, chosen.passes_a_day, name, cluster) for name in chosen.databases]
            failed += [seed] if None in stories else []
            done += min((len(story.passes) for story in stories if story), default=0) or 1
            print(f"{min(done, chosen.passes)} of {chosen.passes} passes, failed: {len(failed)}", flush=True)
            seed += 1
    if failed:
        print(f"seeds that failed: {' '.join(map(str, failed))}")
    return int(bool(failed))


def _lived(seed: int, passes_a_day: float, database: str, cluster: Cluster | None) -> Story | None:
    """The year of the seed; None where it has a problem, which is printed."""
    began = time.monotonic()
    try:
        with _world(database, cluster) as world:
            story = Year(world, seed, passes_a_day).live()
        problems = Checker(story).problems()
    except Exception:
        story, problems = Story(), traceback.format_exc().splitlines()[-SHOWN:]
    print(f"seed {seed}, {database}: {_account(story)}, {time.monotonic() - began:.0f} s", flush=True)
    for problem in problems[:SHOWN]:
        print(f"  {problem}", flush=True)
    if not problems:
        return story
    again = "" if passes_a_day == 8 else f" A_DAY={passes_a_day:g}"
    print(f"  {len(problems)} problems; again: make attack SEED={seed} PASSES=1 DATABASES={database}{again}")
    return None


def _account(story: Story) -> str:
    kinds = Counter(line.rung for line in story.lines)
    return (
        f"{len(story.passes)} passes, {len(story.happenings)} moves, "
        f"{len(story.delivered)} mails with {kinds.total()} notices"
    )


@contextmanager
def _world(database: str, cluster: Cluster | None) -> Iterator[Timeline]:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        home = Path(folder) / "home"
        url = f"sqlite:///{Path(folder) / 'dondoc.sqlite3'}"
        if database == "postgresql" and cluster is not None:
            url = stack.enter_context(cluster.database())
        os.environ |= {"DONDOC_HOME": str(home), "DONDOC_DATABASE_URL": url}
        settings = Settings(_env_file=None)  # type: ignore[call-arg]
        engine = open_engine(url)
        migrate(engine)
        yield Timeline(engine, settings, Path(folder), plan=CHAIN, ladder=shipped_ladder())
        engine.dispose()


if __name__ == "__main__":
    sys.exit(main())
