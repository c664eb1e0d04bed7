"""The flow at the end of the demonstration, in a process of its own that gets ready while the year goes by.

Prefect takes seconds to load, its server ten to start: both happen on the second processor, and the year does
not wait for them. The process ends when its standard input does, so it cannot outlive whoever started it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cli.flows import FlowRun, run_flow
from flows.prefect_server import API_URL, TemporaryServer, prefect_server
from models.errors import DondocError
from models.settings import Settings

SERVE = "from cli.demonstration.flow_process import serve; serve()"


@dataclass(frozen=True)
class FlowProcess:
    """A process that has loaded Prefect, or is loading it, and waits to be told which flow to run when."""

    server: TemporaryServer
    process: subprocess.Popen[str]

    def run(self, plan: str, now: datetime) -> FlowRun:
        """Run the plan's flow as of `now`. Raises `DondocError` where the run failed."""
        self.server.wait()
        said, _ = self.process.communicate(json.dumps({"plan": plan, "now": now.isoformat()}) + "\n")
        if not said:
            raise DondocError(f"the flow of {plan} did not come to its end; see: dondoc doctor")
        found: dict[str, Any] = json.loads(said)
        if "refused" in found:
            raise DondocError(found["refused"])
        return FlowRun(**found)


@contextmanager
def flow_process(settings: Settings) -> Iterator[FlowProcess]:
    """The process beside its Prefect server; both are stopped at the end."""
    program = [sys.executable, "-c", SERVE]
    with prefect_server(settings) as server:
        process = subprocess.Popen(
            program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        with process:
            try:
                yield FlowProcess(server, process)
            finally:
                process.terminate()


def serve() -> None:
    """Load Prefect, run the flow that one line of standard input names, and print what it came to."""
    import flows.reporting_chain  # noqa: F401  # what takes seconds

    line = sys.stdin.readline()
    if line:
        print(json.dumps(_run(**json.loads(line))), flush=True)


def _run(plan: str, now: str) -> dict[str, Any]:
    server = TemporaryServer(os.environ[API_URL], Path(), None)
    try:
        # A year of periods takes ten seconds to mirror, and `dondoc serve` does it when it starts.
        found = run_flow(server, plan, datetime.fromisoformat(now), mirrors=False)
    except DondocError as error:
        return {"refused": str(error)}
    return {"name": found.name, "state": found.state, "stages": found.stages}
