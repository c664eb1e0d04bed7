"""Fixtures for all tests: every test that touches the database runs on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import hypothesis
import pytest
from sqlalchemy import Engine
from sqlalchemy.pool import QueuePool

from models.database import migrate, open_engine
from models.settings import Settings
from tests import run_end
from tests.databases import Cluster, keep_compiled_statements, running_cluster
from tests.prepared import prepare

if TYPE_CHECKING:
    from tests.reporting.world import World

# How long an example takes says how busy the machine is: no test may fail by it.
hypothesis.settings.register_profile(
    "dondoc", hypothesis.settings(), deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("dondoc")

HCM = ZoneInfo("Asia/Ho_Chi_Minh")
SHARED = Path(__file__).parents[2] / "shared"
ON_SQLITE = ("tests/browser/", "tests/cli/", "tests/clients/", "tests/web/")


def at(text: str) -> datetime:
    """An instant as tests write it: 2024-02-17 23:59:59, Vietnamese time."""
    return datetime.fromisoformat(text).replace(tzinfo=HCM)


LONGEST = ("tests/cli/test_demo.py", "tests/timeline/test_year.py", "tests/flows/", "tests/timeline/")
"""Files that begin with these come first, so that no worker is left alone with them at the end."""


ZONES = ("Pacific/Pago_Pago", "Pacific/Kiritimati")
"""The machine's time zone, for one worker after the other: they never have the same date, so that one of them
never has Vietnam's. What asks the machine for the date or the hour is found by any run, at any hour."""

NOT_UNDER_FAKETIME = ("tests/architecture/test_run_end.py", "tests/cli/test_serve.py")
"""They start Prefect's server, as all does that asks for `running_server`: with faketime 0.9.10 it was not up
after three minutes. Its tests ask for no hour: tests/flows/test_looking_back.py reckons from its records."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if "TEST_HOUR" in os.environ:  # .ci/hours
        left = [item for item in items if not _can_live_with_a_shifted_clock(item)]
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]
    items.sort(key=lambda item: [not item.nodeid.startswith(place) for place in LONGEST])


def _can_live_with_a_shifted_clock(item: pytest.Item) -> bool:
    asks = getattr(item, "fixturenames", ())
    return "running_server" not in asks and not item.nodeid.startswith(NOT_UNDER_FAKETIME)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "postgresql: of pages or commands, and proved on PostgreSQL as well")
    run_end.watch_this_process()
    if "TEST_HOUR" not in os.environ:
        worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
        os.environ["TZ"] = ZONES[int(worker) % len(ZONES)]
        time.tzset()


def pytest_sessionstart(session: pytest.Session) -> None:
    """What pytest keeps of a run is kept for one that has ended, not for one that was killed."""
    if not hasattr(session.config, "workerinput"):
        factory: pytest.TempPathFactory = session.config._tmp_path_factory  # type: ignore[attr-defined]
        run_end.remove_with_this_process(factory.getbasetemp())


def pytest_sessionfinish(session: pytest.Session) -> None:
    if not hasattr(session.config, "workerinput"):
        factory: pytest.TempPathFactory = session.config._tmp_path_factory  # type: ignore[attr-defined]
        run_end.keep_after_this_process(factory.getbasetemp())


def pytest_unconfigure() -> None:
    run_end.end_of_this_process()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real plans and unit lists, which the project itself does not need."""
    if not SHARED.is_dir():
        pytest.skip("needs ../shared, which is not here")
    return SHARED


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A real PostgreSQL server."""
    with running_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def postgres_url(cluster: Cluster) -> str:
    """The server's address, for tests that do something to the databases in it."""
    return cluster.url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    keep_compiled_statements(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    engine.dispose()
    return path


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Whatever touches the database runs on both kinds; pages and commands on SQLite, but for what is marked:
    the SQL is that of reporting/ and notifications/, and what their tests prove holds for them too. No SQL
    asks a clock (tests/architecture), so SQLite is enough to see what a shifted one does."""
    if "database_url" in metafunc.fixturenames:
        item = metafunc.definition
        is_marked = item.get_closest_marker("postgresql") is not None
        is_alone = "TEST_HOUR" in os.environ or (item.nodeid.startswith(ON_SQLITE) and not is_marked)
        metafunc.parametrize(
            "database_url", ["sqlite"] if is_alone else ["sqlite", "postgresql"], indirect=True
        )


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with the schema and nothing else; each test runs once on each kind."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        path = tmp_path / "dondoc.sqlite3"
        path.write_bytes(template.read_bytes())
        yield f"sqlite:///{path}"
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    with cluster.database() as url:
        yield url


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

    from reporting.access import passwords

    cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "HASHER", cheap)
    passwords._nobody.cache_clear()
    yield
    passwords._nobody.cache_clear()


@pytest.fixture
def world(engine: Engine, settings: Settings, tmp_path: Path) -> World:
    """A small province with units and a three-stage plan loaded, ready to be ticked."""
    from tests.reporting.world import World

    made = World(engine, settings, tmp_path)
    prepare(engine, "province", made.units)
    return made
