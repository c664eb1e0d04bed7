"""Fixtures for all tests: a test that uses the database runs on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import gc
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

# The duration of an example depends on the load of the machine, so there is no deadline.
hypothesis.settings.register_profile(
    "dondoc", hypothesis.settings(), deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("dondoc")

HCM = ZoneInfo("Asia/Ho_Chi_Minh")
SHARED = Path(__file__).parents[2] / "shared"
ON_SQLITE = ("tests/browser/", "tests/cli/", "tests/clients/", "tests/web/")


def at(text: str) -> datetime:
    """The instant of a local Vietnamese date and time, written as 2024-02-17 23:59:59."""
    return datetime.fromisoformat(text).replace(tzinfo=HCM)


LONGEST = ("tests/cli/test_demo.py", "tests/timeline/test_year.py", "tests/flows/", "tests/timeline/")
"""Longest jobs first: no worker is left with one of these files at the end of the run."""


ZONES = ("Pacific/Pago_Pago", "Pacific/Kiritimati")
"""The system time zone of the workers in turn. The two never share a date, so one of them has not Vietnam's:
code that takes the system's date or hour for Vietnam's fails in every run, at any hour."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items[:] = [item for item in items if not _is_proved_on_sqlite(item)]
    items.sort(key=lambda item: [not item.nodeid.startswith(place) for place in LONGEST])


def pytest_collection_finish() -> None:
    """A tenth of a run went by in looking for garbage among what was loaded before the first test."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)


def _is_proved_on_sqlite(item: pytest.Item) -> bool:
    """A case on PostgreSQL that a mark, of the test or of a parameter, declares to be none of SQL's."""
    given = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    is_postgresql = given.get("database_url") == "postgresql"
    return is_postgresql and item.get_closest_marker("sqlite_is_enough") is not None


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "postgresql: of pages or commands, and proved on PostgreSQL as well")
    config.addinivalue_line("markers", "sqlite_is_enough: cases whose outcome does not depend on SQL")
    run_end.watch_this_process()
    if "TEST_HOUR" not in os.environ:
        worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
        os.environ["TZ"] = ZONES[int(worker) % len(ZONES)]
        time.tzset()


def pytest_sessionstart(session: pytest.Session) -> None:
    """Pytest keeps the temporary folder of a run that ended; that of a killed run is removed."""
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
    """The folder of real plans and unit lists outside the repository; without it its tests are skipped."""
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
    """The server's address, for tests that create or close databases."""
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
    """Run tests with a database on both kinds; pages and commands only on SQLite unless marked `postgresql`,
    because their SQL is that of reporting/ and notifications/. No SQL reads a clock (tests/architecture), so
    runs with a shifted clock use SQLite alone."""
    if "database_url" in metafunc.fixturenames:
        item = metafunc.definition
        is_marked = item.get_closest_marker("postgresql") is not None
        is_alone = "TEST_HOUR" in os.environ or (item.nodeid.startswith(ON_SQLITE) and not is_marked)
        metafunc.parametrize(
            "database_url", ["sqlite"] if is_alone else ["sqlite", "postgresql"], indirect=True
        )


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a migrated, empty database."""
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
    """An engine on a migrated, empty database."""
    engine = open_engine(database_url)
    yield engine
    _await_return(engine)
    engine.dispose()


def _await_return(engine: Engine) -> None:
    """Wait for checked-out connections: one returned after `dispose` would stay open."""
    pool, until = engine.pool, time.monotonic() + 10
    while isinstance(pool, QueuePool) and pool.checkedout() and time.monotonic() < until:
        time.sleep(0.01)


@pytest.fixture
def settings(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings with the test's own home and database, for this process and its children, whose commands speak
    English: DONDOC_LANGUAGE, the language of mails and of what is kept, is Vietnamese."""
    monkeypatch.setenv("DONDOC_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DONDOC_DATABASE_URL", database_url)
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("LC_MESSAGES", "en_US.UTF-8")
    return Settings(_env_file=None)  # type: ignore[call-arg]


@pytest.fixture
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hash passwords with argon2 at its lowest cost, for tests that sign in often."""
    from argon2 import PasswordHasher

    from reporting.access import passwords

    cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "HASHER", cheap)
    passwords._nobody.cache_clear()
    yield
    passwords._nobody.cache_clear()


@pytest.fixture
def world(engine: Engine, settings: Settings, tmp_path: Path) -> World:
    """A small province with its units loaded; plans and passes are the test's."""
    from tests.reporting.world import World

    made = World(engine, settings, tmp_path)
    prepare(engine, "province", made.units)
    return made
