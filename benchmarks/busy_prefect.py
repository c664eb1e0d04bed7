"""Whether runs are lost on a busy machine: eight at once on Prefect's SQLite, beside eight that only compute.

`python -m benchmarks.busy_prefect --rounds 3`: each round asks for one run of each of eight plans at once and
waits until all have ended. Exit code 1 where one did not end well, whatever kept it.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.country import OPENING, OPENING_DAY, PLAN, country, pass_at, settle
from flows.prefect_server import prefect_server
from models.database import migrate, open_engine, writing
from models.settings import load_settings
from reporting.plans.loading import load_plan
from reporting.plans.reading import read_plan_bytes

PLANS = 8
BURNERS = 8
POOL = "dondoc"
LONGEST = 900.0
"""Seconds for a round."""
AT = "2025-03-03T08:00:00+07:00"
LOCKED = "database is locked"


@contextmanager
def process(command: Sequence[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process for as long as this lasts."""
    with log.open("ab") as file:
        running = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT)
    try:
        yield running
    finally:
        running.terminate()
        running.wait()


def prepare(home: Path) -> None:
    """A province with eight plans."""
    engine = open_engine(load_settings().database)
    migrate(engine)
    settle(engine, country().part(0.001))
    with writing(engine) as session:
        for number in range(1, PLANS):
            text = PLAN.replace("national-monthly", f"plan-{number}").replace("1/KH", f"{number + 1}/KH")
            load_plan(
                session, read_plan_bytes(text.encode(), "benchmark").plan, OPENING, "benchmark", OPENING_DAY
            )
    pass_at(engine, OPENING)
    engine.dispose()


def round_of_runs() -> tuple[Counter[str], float]:
    """How the runs ended, by the name of their state, and after how many seconds the last did."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
    from prefect.states import Scheduled

    begun = time.monotonic()
    with get_client(sync_client=True) as client:
        chains = [each for each in client.read_deployments(limit=200) if "plan" in (each.parameters or {})]
        asked = [
            client.create_flow_run_from_deployment(
                each.id, parameters={**each.parameters, "at": AT}, state=Scheduled()
            ).id
            for each in chains
        ]
        wanted = FlowRunFilter(id=FlowRunFilterId(any_=asked))
        while True:
            found = client.read_flow_runs(flow_run_filter=wanted, limit=200)
            is_over = len(found) == len(asked) == PLANS and all(
                run.state and run.state.is_final() for run in found
            )
            if is_over or time.monotonic() - begun > LONGEST:
                break
            time.sleep(2)
    ends = Counter("well" if run.state and run.state.is_completed() else str(run.state_name) for run in found)
    ends["missing"] = len(asked) - len(found)
    return +ends, time.monotonic() - begun


def main(given: Sequence[str] | None = None) -> int:
    """Exit code 0, or 1 if a run was lost."""
    parser = argparse.ArgumentParser(prog="benchmarks.busy_prefect", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="of eight runs (default 3)")
    rounds = parser.parse_args(given).rounds
    total: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        home = Path(name)
        os.environ |= {"DONDOC_HOME": name}
        prepare(home)
        stack.enter_context(prefect_server(load_settings(), may_start=True)).wait()
        ours = [sys.executable, "-m", "cli", "flows"]
        subprocess.run([*ours, "deploy", "--pool", POOL], check=True, stdout=subprocess.DEVNULL)
        for number in range(BURNERS):
            stack.enter_context(
                process([sys.executable, "-c", "while True: pass"], home / f"burner-{number}.log")
            )
        work = [*ours, "work", "--pool", POOL, "--limit", str(PLANS)]
        stack.enter_context(process(work, home / "worker.log"))
        for number in range(rounds):
            ends, seconds = round_of_runs()
            total += ends
            print(
                f"round {number + 1}: {dict(ends)} in {seconds:.0f} s, load {os.getloadavg()[0]:.1f}",
                flush=True,
            )
        logs = [home / "worker.log", home / "prefect" / "server.log"]
        locked = {log.name: log.read_text(errors="replace").count(LOCKED) for log in logs if log.exists()}
    print(f"{rounds * PLANS} runs asked for: {dict(total)}; '{LOCKED}' in logs: {locked}")
    return 0 if total == {"well": rounds * PLANS} else 1


if __name__ == "__main__":
    sys.exit(main())
