"""One Prefect server for all tests here, since a start takes ten seconds; each test finds it empty."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from models.database import open_engine
from models.settings import Settings
from reporting.backup_mark import DATABASE
from tests.flows.servers import Server
from tests.reporting.world import World
from tests.run_end import keep_after_this_process, remove_with_this_process

HERE = Path(__file__).parent
_running: list[Server] = []


@pytest.fixture
def running_server(tmp_path_factory: pytest.TempPathFactory) -> Server:
    if not _running:
        server = Server(tmp_path_factory.mktemp("prefect"))
        remove_with_this_process(server.home)
        server.start()
        _running.append(server)
    return _running[0]


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """After the last test here for now: an idle server takes a twentieth of a processor."""
    if nextitem is None or HERE not in nextitem.path.parents:
        while _running:
            server = _running.pop()
            server.stop()
            keep_after_this_process(server.home)


@pytest.fixture
def server(running_server: Server) -> Server:
    running_server.empty()
    return running_server


@pytest.fixture
def home(tmp_path: Path, sqlite_template: Path) -> Path:
    """A home with an empty database, where the real command will find it."""
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "dondoc.sqlite3").write_bytes(sqlite_template.read_bytes())
    return folder


@pytest.fixture
def town(home: Path, tmp_path: Path) -> Iterator[World]:
    """The small province with its plan in that home."""
    settings = Settings(home=home, _env_file=None)  # type: ignore[call-arg]
    engine = open_engine(settings.database)
    world = World(engine, settings, tmp_path)
    world.units()
    world.plan()
    yield world
    engine.dispose()


def content(home: Path) -> dict[str, list[Any]]:
    """Every row of every table, but for the database's id and who has worked on it."""
    with sqlite3.connect(home / "dondoc.sqlite3") as connection:
        query = "SELECT name FROM sqlite_master WHERE type = 'table'"
        names = [name for (name,) in connection.execute(query)]
        rows = {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}
    del rows["witness"]
    rows["marker"] = [row for row in rows["marker"] if row[0] != DATABASE]
    return {name: sorted(map(repr, found)) for name, found in rows.items()}


def instant(text: str) -> str:
    """An instant of Vietnam as the command line takes it."""
    return datetime.fromisoformat(text).isoformat() + "+07:00"
