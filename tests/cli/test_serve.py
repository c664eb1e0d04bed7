"""`dondoc serve`: one process group that restarts its parts, ends with one Ctrl-C and resumes its state."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.request import ProxyHandler, Request, build_opener

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine

from cli.serve import tell_first_account
from flows.prefect_server import free_port
from models.database import writing
from models.settings import Settings
from reporting.access.accounts import open_account
from reporting.access.first_account import first_code
from tests.conftest import at
from tests.demonstrations import COMMAND, ENGLISH, ROOT, dondoc
from tests.waiting import wait_for


@dataclass
class Served:
    """A running group with what it said so far on stdout and stderr."""

    process: subprocess.Popen[str]
    home: Path
    port: int
    prefect_port: int

    @property
    def said(self) -> str:
        return (self.home.parent / "said").read_text(encoding="utf-8")

    def children(self) -> dict[str, int]:
        """The parts' processes by a word of their command lines."""
        found = {}
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        for child in listed:
            command = Path(f"/proc/{child}/cmdline").read_text().replace("\0", " ")
            for word in ("uvicorn", "mailbox", "--only web", "flows work"):
                if word in command:
                    found[word] = int(child)
        return found

    def end(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)


def got(url: str, document: object = None) -> str:
    """What is served there; an empty text where nothing is yet."""
    data = None if document is None else json.dumps(document).encode()
    request = Request(url, data=data, headers={"Content-Type": "application/json"})
    with suppress(OSError), build_opener(ProxyHandler({})).open(request, timeout=10) as answer:
        return str(answer.read().decode())
    return ""


@contextmanager
def serving(home: Path, port: int, prefect_port: int) -> Iterator[Served]:
    """The group, ready; it is ended at the end in any case."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DONDOC_", "PREFECT_"))}
    ports = ["--port", str(port), "--prefect-port", str(prefect_port)]
    with (home.parent / "said").open("w", encoding="utf-8") as said:
        process = subprocess.Popen(
            [*COMMAND, "serve", *ports],
            cwd=home.parent,
            env={**kept, **ENGLISH, "DONDOC_HOME": str(home), "PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            text=True,
            start_new_session=True,
        )
    served = Served(process, home, port, prefect_port)
    try:
        wait_for(lambda: "is ready" in served.said or process.poll() is not None, lambda: served.said)
        assert process.poll() is None, served.said
        yield served
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    assert dondoc(home, "init").returncode == 0
    return home


def deployments(port: int) -> set[str]:
    answer = got(f"http://127.0.0.1:{port}/api/deployments/filter", {"limit": 100})
    return {each["name"] for each in json.loads(answer)} if answer else set()


def test_it_starts_everything_restarts_what_dies_ends_all_and_resumes_its_state(home: Path) -> None:
    port, prefect_port = free_port(), free_port()
    with serving(home, port, prefect_port) as served:
        assert f"http://127.0.0.1:{port}/\n" in served.said
        assert set(served.children()) == {"uvicorn", "mailbox", "--only web", "flows work"}
        assert got(f"http://127.0.0.1:{port}/alive") == "ok\n"
        assert "<title>" in got(f"http://127.0.0.1:{prefect_port}/")
        wait_for(lambda: deployments(prefect_port) >= {"mail", "watch", "daily"}, lambda: served.said)
        refused(home)
        repaired(served)
        before = served.children().values()
        assert served.end() == 0
        assert not any(Path(f"/proc/{pid}").exists() for pid in before), "one Ctrl-C ends all"
    with serving(home, port, prefect_port) as served:
        wait_for(lambda: deployments(prefect_port) >= {"mail", "watch", "daily"}, lambda: served.said)
        killed = served.children().values()
        served.process.kill()
        gone = lambda: not any(alive(pid) for pid in killed)  # noqa: E731
        wait_for(gone, lambda: "parts outlived a group that was killed")


def alive(pid: int) -> bool:
    """Whether the process still does something."""
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


def refused(home: Path) -> None:
    """A second group for the home is refused."""
    again = dondoc(home, "serve", "--port", str(free_port()), "--prefect-port", str(free_port()), **ENGLISH)
    assert again.returncode == 1 and "is served already by process" in again.stderr


def repaired(served: Served) -> None:
    """A part that is killed is reported and started again."""
    pages = served.children()["--only web"]
    os.kill(pages, signal.SIGKILL)
    wait_for(lambda: "pages ended (signal SIGKILL) and is started again" in served.said, lambda: served.said)
    wait_for(lambda: got(f"http://127.0.0.1:{served.port}/alive") == "ok\n", lambda: served.said)
    assert served.children()["--only web"] != pages


def test_it_names_every_port_in_use(home: Path) -> None:
    with socket.socket() as one, socket.socket() as two:
        for listening in (one, two):
            listening.bind(("127.0.0.1", 0))
            listening.listen()
        ports = [listening.getsockname()[1] for listening in (one, two)]
        run = dondoc(home, "serve", "--port", str(ports[0]), "--prefect-port", str(ports[1]), **ENGLISH)
    assert run.returncode == 1
    assert run.stderr.splitlines() == [
        f"dondoc: port {ports[0]} is in use; choose another with --port",
        f"dondoc: port {ports[1]} is in use; choose another with --prefect-port",
    ]


def test_the_code_of_the_first_account_is_said_while_there_is_none(
    engine: Engine, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    tell_first_account(settings, "http://127.0.0.1:8000", is_read=True)
    said = "".join(capsys.readouterr())
    assert first_code(settings) in said
    assert "http://127.0.0.1:8000/first-account" in said
    with writing(engine) as session:
        open_account(session, "a@p.gov.vn", "A", at("2024-01-01 08:00"), "Dave")
    tell_first_account(settings, "http://127.0.0.1:8000", is_read=True)
    assert "".join(capsys.readouterr()) == ""


def test_a_log_does_not_get_the_code(
    engine: Engine, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    tell_first_account(settings, "http://127.0.0.1:8000", is_read=False)
    said = "".join(capsys.readouterr())
    assert first_code(settings) not in said
    assert "dondoc people add" in said


def test_nothing_is_said_of_it_while_the_database_is_away(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    away = SecretStr(f"sqlite:///{tmp_path}/none.sqlite3")
    gone = settings.model_copy(update={"database_url": away})
    tell_first_account(gone, "http://127.0.0.1:8000", is_read=True)
    assert "".join(capsys.readouterr()) == ""
