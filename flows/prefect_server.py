"""Prefect's environment: its own home below ours, no telemetry, and a server for as long as it is needed.

Nothing here imports Prefect, which takes seconds: the server is a process of its own and starts meanwhile.
Where PREFECT_API_URL names a server, or `dondoc serve` runs one, that one is used and none is started.
"""

from __future__ import annotations

import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import httpx

from calendars.errors import Fault
from flows.faults import FlowFault
from models.env_file import variables
from models.errors import DondocError
from models.own_process import module_command
from models.settings import Settings
from notifications.prefect_checkup import API_URL as API_URL
from notifications.prefect_checkup import CLIENT_AUTH as CLIENT_AUTH
from notifications.prefect_checkup import address_file as address_file
from notifications.prefect_checkup import prefect_home as prefect_home

HOST = "127.0.0.1"
SERVER_AUTH = "PREFECT_SERVER_API_AUTH_STRING"
UI_API_URL = "PREFECT_SERVER_UI_API_URL"
DATED_STATES = "/dondoc/dated-states"
"""The route that our server adds to Prefect's API; see `prefect_app`."""
START_SECONDS = 120
STOP_SECONDS = 15
RECORDER, PERSISTER = "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER", "PREFECT_SERVER_SERVICES_EVENT_PERSISTER"
DEFAULTS = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    # Runs too, which are processes of Prefect's worker, import nothing from the folder one stands in.
    "PYTHONSAFEPATH": "1",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    # A run that goes well says all in its states; of one that fails Prefect keeps the traceback, as its log.
    # A stage that is overdue is no error, and what breaks in a task breaks its run too.
    "PREFECT_LOGGING_LEVEL": "ERROR",
    "PREFECT_LOGGING_LOGGERS_PREFECT_TASK_RUNS_LEVEL": "CRITICAL",
    "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
    # Each batch is one transaction: SQLite then answers others many times faster.
    f"{RECORDER}_BATCH_SIZE": "100",
    f"{RECORDER}_READ_BATCH_SIZE": "100",
    f"{RECORDER}_FLUSH_INTERVAL": "1",
    f"{PERSISTER}_BATCH_SIZE": "500",
    f"{PERSISTER}_READ_BATCH_SIZE": "100",
    f"{PERSISTER}_FLUSH_INTERVAL": "1",
    # SQLite lets one write at a time. On a busy machine a turn takes longer than Prefect's own ten and five
    # seconds, and what is refused in the end (503) is asked for again for two minutes.
    "PREFECT_SERVER_DATABASE_TIMEOUT": "60",
    "PREFECT_SERVER_DATABASE_CONNECTION_TIMEOUT": "60",
    "PREFECT_SERVER_DATABASE_SQLALCHEMY_POOL_TIMEOUT": "60",  # as long as those that have one may wait
    "PREFECT_CLIENT_MAX_RETRIES": "6",
    # A deleted run leaves its artifacts behind; this takes them away, beside the events it always takes.
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,orphans",
    # Kept in memory, a limit taken by a run would be lost with a restart of the server, and never given back.
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
}


class ServerNotReady(DondocError):
    """Prefect's server did not start, or stopped."""


@dataclass
class TemporaryServer:
    """A Prefect server of our own, as a process; `process` is None where another server is used."""

    url: str
    log: Path
    process: subprocess.Popen[bytes] | None

    def wait(self) -> None:
        """Wait until it answers. Raises `ServerNotReady` with where its log is."""
        end = time.monotonic() + START_SECONDS
        if self.process is None and not is_up(self.url):
            raise ServerNotReady(FlowFault.NO_SERVER(url=self.url, setting=API_URL))
        while self.process is not None:
            if self.process.poll() is not None or time.monotonic() > end:
                raise ServerNotReady(FlowFault.NOT_STARTED(log=str(self.log)))
            if is_up(self.url):
                return
            time.sleep(0.2)

    def stop(self) -> None:
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def is_up(url: str) -> bool:
    """Whether a Prefect server answers at this API address."""
    return answers(f"{url}/health")


def answers(url: str) -> bool:
    """Whether something on this machine answers at the address, whatever proxy the environment names."""
    try:
        with build_opener(ProxyHandler({})).open(url, timeout=5):
            return True
    except OSError:
        return False


def prefect_variables(settings: Settings, given: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment variables for Prefect; what the environment or the file of settings says stays."""
    given = variables() if given is None else given
    ours = {name: value for name, value in given.items() if name.startswith("PREFECT_") or name in DEFAULTS}
    found = {**DEFAULTS, **ours}
    if SERVER_AUTH in given:
        found[CLIENT_AUTH] = given.get(CLIENT_AUTH, given[SERVER_AUTH])
    if settings.prefect_ui_url and UI_API_URL not in given:  # what the browser is told, wherever it is
        found[UI_API_URL] = f"{settings.prefect_ui_url.rstrip('/')}/api"
    if settings.log_format == "json":
        found.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_FORMATTER", "json")
    return {**found, "PREFECT_HOME": str(prefect_home(settings)), "TMPDIR": str(_temporary(settings))}


def _temporary(settings: Settings) -> Path:
    """Prefect keeps `runner_storage` in the temporary folder; in the common one it is the first account's
    own."""
    return prefect_home(settings) / "tmp"


def prepare(settings: Settings) -> None:
    """Make Prefect's folders in the home, for this account alone."""
    for folder in (prefect_home(settings), _temporary(settings)):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)


def server_command(port: int, host: str = HOST) -> list[str]:
    """Prefect's server as a process of its own."""
    return module_command(*server_arguments(port, host))


def server_arguments(port: int, host: str = HOST) -> list[str]:
    """Prefect's server as a module with its arguments."""
    # Without a folder of its own uvicorn imports from the one it is started in.
    factory = ["--factory", "flows.prefect_app:create_app", "--app-dir", str(Path(__file__).parents[1])]
    where = ["--host", host, "--port", str(port)]
    return ["uvicorn", *factory, *where, "--log-level", "error", "--lifespan", "on"]


@contextmanager
def refusals_said(url: str) -> Iterator[None]:
    """A server that refuses or falls silent, as one line with the remedy instead of a traceback."""
    try:
        yield
    except httpx.HTTPStatusError as error:
        raise ServerNotReady(_refusal(url, error.response.status_code)) from error
    except httpx.TransportError as error:
        reason = str(error) or type(error).__name__
        raise ServerNotReady(FlowFault.SILENT(url=url, reason=reason)) from error


def _refusal(url: str, code: int) -> Fault:
    if code in (401, 403):
        if os.environ.get(CLIENT_AUTH):
            return FlowFault.REFUSES(url=url, setting=CLIENT_AUTH, server=SERVER_AUTH)
        return FlowFault.ASKS_WHO(url=url, setting=CLIENT_AUTH)
    return FlowFault.ANSWERED(url=url, code=code)


@contextmanager
def prefect_server(settings: Settings, *, may_start: bool = False) -> Iterator[TemporaryServer]:
    """The server that this process's Prefect, imported later, will use: the one that is known, or where one
    `may_start`, one for as long as this lasts. Raises `ServerNotReady` where none is known."""
    home = prefect_home(settings)
    os.environ.update(prefect_variables(settings))
    known = os.environ.get(API_URL) or _served(settings)
    if not (known or may_start):
        raise ServerNotReady(FlowFault.UNKNOWN(setting=API_URL))
    prepare(settings)
    tempfile.tempdir = None  # this process has looked at TMPDIR before
    server = TemporaryServer(known, home / "server.log", None) if known else _start(home)
    before = os.environ.get(API_URL)
    os.environ[API_URL] = server.url
    try:
        yield server
    finally:
        server.stop()
        if before is None:
            del os.environ[API_URL]


def _served(settings: Settings) -> str | None:
    """The server that `dondoc serve` runs on the same home."""
    try:
        url = address_file(settings).read_text(encoding="ascii").strip()
    except OSError:
        return None
    return url if url and is_up(url) else None


def _start(home: Path) -> TemporaryServer:
    port = free_port()
    log = home / "server.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            server_command(port),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            cwd=home,
            env={**os.environ, "PREFECT_UI_ENABLED": "false", "PREFECT_SERVER_UI_ENABLED": "false"},
        )
    return TemporaryServer(f"http://{HOST}:{port}/api", log, process)


def free_port() -> int:
    """A free port."""
    with socket.socket() as listening:
        listening.bind((HOST, 0))
        return int(listening.getsockname()[1])
