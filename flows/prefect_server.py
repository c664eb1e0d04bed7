"""Prefect's surroundings: its own home below ours, no telemetry, and a server for as long as it is needed.

Nothing here imports Prefect, which takes seconds: the server is a process of its own and starts meanwhile.
Where PREFECT_API_URL names a server already, that one is used and none is started.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from models.errors import DondocError
from models.settings import Settings

HOST = "127.0.0.1"
API_URL = "PREFECT_API_URL"
START_SECONDS = 120
STOP_SECONDS = 15
SURROUNDINGS = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    # What a short run has to say stands in its states; its log would bury the command's own words.
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
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
        # A proxy of the environment must not stand between us and our own machine.
        opener = build_opener(ProxyHandler({}))
        while self.process is not None:
            if self.process.poll() is not None or time.monotonic() > end:
                raise ServerNotReady(f"Prefect's server did not start; its log says why: {self.log}")
            try:
                with opener.open(f"{self.url}/health", timeout=5):
                    return
            except (URLError, OSError):
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


@contextmanager
def prefect_server(settings: Settings) -> Iterator[TemporaryServer]:
    """A server that is starting; this process's Prefect, imported later, will use it. It stops at the end."""
    home = settings.home.absolute() / "prefect"
    home.mkdir(parents=True, exist_ok=True)
    os.environ.update(SURROUNDINGS, PREFECT_HOME=str(home))
    given = os.environ.get(API_URL)
    if given:
        yield TemporaryServer(given, home / "server.log", None)
        return
    server = _start(home)
    os.environ[API_URL] = server.url
    try:
        yield server
    finally:
        server.stop()
        del os.environ[API_URL]


def _start(home: Path) -> TemporaryServer:
    port = _free_port()
    log = home / "server.log"
    arguments = ["--factory", "prefect.server.api.server:create_app", "--host", HOST, "--port", str(port)]
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", *arguments, "--log-level", "error", "--lifespan", "on"],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            cwd=home,
            env={**os.environ, "PREFECT_UI_ENABLED": "false", "PREFECT_SERVER_UI_ENABLED": "false"},
        )
    return TemporaryServer(f"http://{HOST}:{port}/api", log, process)


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind((HOST, 0))
        return int(listening.getsockname()[1])
