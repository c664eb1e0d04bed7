"""Radicale, a CalDAV server that is strict about what it takes, gives every event back as it was."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.calendars.clients import read_with_ical
from tests.clients.programs import HERE, program
from tests.clients.samples import expected, feed


@pytest.fixture
def radicale(tmp_path: Path) -> Iterator[str]:
    """The address of a server of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [program("python"), "-m", "radicale", "--config", "", "--server-hosts", f"127.0.0.1:{port}"]
    command += ["--auth-type", "none", "--storage-filesystem-folder", str(tmp_path / "storage")]
    with (tmp_path / "radicale.log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            _wait_for(port)
            yield f"http://127.0.0.1:{port}/"
        finally:
            server.terminate()
            server.wait(20)


def _wait_for(port: int) -> None:
    for _ in range(200):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise AssertionError("Radicale did not start")


def test_every_event_comes_back_as_it_was(radicale: str, tmp_path: Path) -> None:
    path = tmp_path / "feed.ics"
    path.write_bytes(feed())
    command = [program("python"), str(HERE / "round_trip.py"), radicale, str(path)]
    done = subprocess.run(command, capture_output=True, timeout=120, text=True, check=False)
    assert done.returncode == 0, done.stderr
    calendars = [text.replace("\r\n", "\n").replace("\n", "\r\n") for text in json.loads(done.stdout)]
    found = {read.uid: read for text in calendars for read in read_with_ical(text.encode())}
    assert found == {read.uid: read for read in expected()}
