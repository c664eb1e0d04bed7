"""A real Prefect server for tests, which can be stopped, killed and started again where it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter
from prefect.client.schemas.objects import FlowRun
from prefect.settings import PREFECT_API_URL, temporary_settings

from flows.deployment_sync import SyncCount, sync_deployments
from flows.deployments import wanted_deployments
from flows.prefect_server import API_URL, DEFAULTS, free_port, is_up, server_arguments
from models.database import reading
from reporting.plans.loading import loaded_plans
from tests.demonstrations import COMMAND, ENGLISH, ROOT
from tests.reporting.world import World

START_SECONDS = 180


@dataclass
class Server:
    """The server on a port of its own, with its database in `home`."""

    home: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    more: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api"

    @property
    def now(self) -> datetime:
        """By the clock of this machine, which Prefect goes by and nobody can move."""
        return datetime.now(UTC)

    @property
    def environment(self) -> dict[str, str]:
        """For the server and for all that speak with it; nothing of this machine's settings."""
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("DONDOC_", "PREFECT_"))
        }
        ours = {"PYTHONPATH": str(ROOT), API_URL: self.url, "PREFECT_HOME": str(self.home)}
        quick = {"PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED": "false"}
        return {**kept, **DEFAULTS, **quick, **ours}

    def start(self) -> None:
        with (self.home / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *server_arguments(self.port)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.home,
                env={**self.environment, **self.more},
            )
        end = time.monotonic() + START_SECONDS
        while not is_up(self.url):
            assert self.process.poll() is None, (self.home / "server.log").read_text()
            assert time.monotonic() < end, "Prefect's server did not start"
            time.sleep(0.2)

    def stop(self, number: int = signal.SIGTERM) -> None:
        assert self.process is not None
        self.process.send_signal(number)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    @contextmanager
    def client(self) -> Iterator[SyncPrefectClient]:
        with temporary_settings({PREFECT_API_URL: self.url}), get_client(sync_client=True) as client:
            yield client

    def runs(self, flow: str | None = None) -> list[FlowRun]:
        """All runs, the earliest expected first."""
        with self.client() as client:
            found = client.read_flow_runs(flow_run_filter=FlowRunFilter(), limit=200)
            names = {each.id: each.name for each in client.read_flows()} if flow else {}
        wanted = [run for run in found if flow is None or names[run.flow_id] == flow]
        return sorted(wanted, key=lambda run: (str(run.expected_start_time), run.name))

    def messages(self) -> list[str]:
        """What all runs say, for a test that fails."""
        return [f"{run.name}: {run.state_name}: {run.state and run.state.message}" for run in self.runs()]

    def empty(self) -> None:
        """Forget everything, so that each test begins alone."""
        with self.client() as client:
            for run in client.read_flow_runs(limit=200):
                client.delete_flow_run(run.id)
            for deployment in client.read_deployments(limit=200):
                client.delete_deployment(deployment.id)
            for pool in client.read_work_pools():  # and with it who worked there
                client.delete_work_pool(pool.name)

    def dondoc(self, home: Path, *arguments: str, **more: str) -> subprocess.Popen[str]:
        """The real command against this server, in a session of its own."""
        return subprocess.Popen(
            [*COMMAND, *arguments],
            cwd=home.parent,
            env={**self.environment, **ENGLISH, "DONDOC_HOME": str(home), **more},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def sync(self, world: World) -> SyncCount:
        """Bring the deployments in line with the world's plans, as `dondoc flows sync` does."""
        with reading(world.engine) as session, self.client() as client:
            return sync_deployments(client, wanted_deployments(loaded_plans(session), world.settings))

    def run(self, home: Path, *arguments: str, **more: str) -> str:
        """The command, waited for; it must go well. Gives all it said."""
        process = self.dondoc(home, *arguments, **more)
        said, _ = process.communicate(timeout=240)
        assert process.returncode == 0, said
        return said
