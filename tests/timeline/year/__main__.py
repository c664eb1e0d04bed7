"""Years on the command line: one line a year, and what the checker finds."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from models.database import migrate, open_engine
from models.settings import Settings
from reporting.reminders.ladders import shipped_ladder
from tests.timeline.harness import CHAIN, Timeline
from tests.timeline.year.checker import Checker
from tests.timeline.year.year import Year

SHOWN = 30
"""Problems of one year: one cause makes many."""


def main() -> int:
    """Exit code 1 if a year has a problem."""
    parser = argparse.ArgumentParser(prog="tests.timeline.year", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="the first seed (default 1)")
    parser.add_argument("--seeds", type=int, default=1, help="how many years, one seed each (default 1)")
    parser.add_argument("--passes", type=float, default=8, help="passes a day (default 8)")
    chosen = parser.parse_args()
    problems = [_lived(seed, chosen.passes) for seed in range(chosen.seed, chosen.seed + chosen.seeds)]
    return int(any(problems))


def _lived(seed: int, passes: float) -> int:
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DONDOC_HOME"] = folder
        settings = Settings(_env_file=None, home=Path(folder))  # type: ignore[call-arg]
        engine = open_engine(settings.database)
        migrate(engine)
        world = Timeline(engine, settings, Path(folder), plan=CHAIN, ladder=shipped_ladder())
        story = Year(world, seed, passes).live()
        engine.dispose()
    problems = Checker(story).problems()
    kinds = Counter(line.rung for line in story.lines)
    print(
        f"seed {seed}: {len(story.passes)} passes, {len(story.happenings)} moves, "
        f"{len(story.delivered)} mails with {kinds.total()} notices, {len(problems)} problems, "
        f"{time.monotonic() - began:.0f} s",
        flush=True,
    )
    for problem in problems[:SHOWN]:
        print(f"  {problem}", flush=True)
    return len(problems)


if __name__ == "__main__":
    sys.exit(main())
