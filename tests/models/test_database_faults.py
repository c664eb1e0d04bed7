"""Why a database is refused: by real servers and files, in one line with the remedy, without the password."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr
from sqlalchemy import URL, make_url
from sqlalchemy.exc import DBAPIError

from calendars.errors import Fault, FaultCode
from models.database import HEAD, address, migrate, open_engine, open_known, revision
from models.database_faults import DatabaseFault, refusal
from models.errors import DatabaseAway, DatabaseNewer, DatabaseNotReady
from models.settings import Settings
from tests.databases import Cluster
from tests.demonstrations import ROOT

PASSWORD = "geheim-1234"


def refusal_code(error: DBAPIError) -> FaultCode:
    found = refusal(error, "db")
    assert isinstance(found, Fault)
    return found.code


def refused(url: URL | str) -> str:
    """What is said of a database that cannot be opened."""
    text = url if isinstance(url, str) else url.render_as_string(hide_password=False)
    engine = open_engine(text)
    try:
        with pytest.raises(DatabaseNotReady) as raised:
            revision(engine)
    finally:
        engine.dispose()
    said = str(raised.value)
    assert PASSWORD not in said
    assert len(said.splitlines()) == 1
    return said


def administrator(url: URL) -> psycopg.Connection[tuple[object, ...]]:
    text = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(text, autocommit=True)


@contextmanager
def rule_for_people(url: URL, rule: str) -> Iterator[None]:
    """A role `clerk`, and a line of pg_hba.conf for it."""
    path = Path(str(url.query["host"])) / "pg_hba.conf"
    before = path.read_text()
    with administrator(url) as connection:
        connection.execute(f"CREATE ROLE clerk LOGIN PASSWORD '{PASSWORD}x'".encode())
        path.write_text(f"local all clerk {rule}\n{before}")
        connection.execute("SELECT pg_reload_conf()")
        time.sleep(0.5)
        try:
            yield
        finally:
            path.write_text(before)
            connection.execute("SELECT pg_reload_conf()")
            connection.execute("DROP ROLE clerk")


def test_a_server_says_what_it_misses(postgres_url: str) -> None:
    url = make_url(postgres_url)
    clerk = url.set(username="clerk", password=PASSWORD)
    assert "no database of the name" in refused(url.set(database="nowhere"))
    assert "user name or the password" in refused(url.set(username="nobody", password=PASSWORD))
    with rule_for_people(url, "scram-sha-256"):
        assert "user name or the password" in refused(clerk)
        assert "user name or the password" in refused(clerk.set(password=None))
    with rule_for_people(url, "reject"):
        assert "lets nobody in from here" in refused(clerk)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (f"postgresql+psycopg://a:{PASSWORD}@127.0.0.1:1/x", "no database server listens at"),
        (f"postgresql+psycopg://a:{PASSWORD}@none.invalid/x", "no machine of the name in"),
    ],
)
def test_a_server_that_is_not_there_is_named(url: str, said: str) -> None:
    assert said in refused(url)


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_a_database_that_cannot_keep_vietnamese_is_refused(postgres_url: str, encoding: str) -> None:
    url, name = make_url(postgres_url), f"dondoc_{encoding.lower()}"
    with administrator(url) as connection:
        how = f"ENCODING '{encoding}' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"
        connection.execute(f"CREATE DATABASE {name} {how}".encode())
        try:
            assert f"the encoding {encoding}" in refused(url.set(database=name))
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def test_a_server_that_takes_no_changes_says_so(engine_url: str) -> None:
    engine = open_engine(engine_url)
    with pytest.raises(DBAPIError) as raised, engine.begin() as connection:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        connection.exec_driver_sql("DELETE FROM marker")
    engine.dispose()
    assert refusal_code(raised.value) is DatabaseFault.READ_ONLY


@pytest.fixture
def engine_url(cluster: Cluster) -> Iterator[str]:
    with cluster.database() as url:
        yield url


def sqlite_error(file: str, statement: str) -> DBAPIError:
    with pytest.raises(sqlite3.Error) as raised, sqlite3.connect(file, uri=True) as connection:
        connection.execute(statement)
    return DBAPIError(statement, {}, raised.value)


def test_a_file_says_what_is_wrong_with_it(tmp_path: Path) -> None:
    file = tmp_path / "d.sqlite3"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE a (b)")
    read_only = sqlite_error(f"file:{file}?mode=ro", "INSERT INTO a VALUES (1)")
    assert refusal_code(read_only) is DatabaseFault.READ_ONLY
    (tmp_path / "folder.sqlite3").mkdir()
    assert "cannot be opened" in refused(f"sqlite:///{tmp_path}/folder.sqlite3")
    (tmp_path / "text.sqlite3").write_text("no database at all, but a text that is long enough" * 50)
    no_database = sqlite_error(f"file:{tmp_path}/text.sqlite3", "SELECT * FROM a")
    assert refusal_code(no_database) is DatabaseFault.NO_DATABASE


def test_a_database_of_a_newer_version_is_named_and_left_alone(tmp_path: Path) -> None:
    """`dondoc init` once ended in Alembic's traceback."""
    engine = open_engine(f"sqlite:///{tmp_path}/d.sqlite3")
    migrate(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    settings = Settings(_env_file=None, home=tmp_path, database_url=SecretStr(str(engine.url)))  # type: ignore[call-arg]
    for attempt in (lambda: migrate(engine), lambda: open_known(settings)):
        with pytest.raises(DatabaseNewer, match=rf"schema 9999, this version has {HEAD}"):
            attempt()
    assert revision(engine) == "9999"
    engine.dispose()


FIRST_START = """
import sys
from pathlib import Path
from models.settings import Settings
from models.database import open_known
open_known(Settings(_env_file=None, home=Path(sys.argv[1]), database_url=sys.argv[2]), print).dispose()
"""


def test_three_first_starts_at_once_set_the_database_up_once(postgres_url: str, tmp_path: Path) -> None:
    url, name = make_url(postgres_url), "dondoc_first"
    with administrator(url) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())
        try:
            text = url.set(database=name).render_as_string(hide_password=False)
            starts = [
                subprocess.Popen(
                    [sys.executable, "-c", FIRST_START, str(tmp_path / f"home-{number}"), text],
                    env={**os.environ, "PYTHONPATH": str(ROOT)},
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                )
                for number in range(3)
            ]
            said = [start.communicate(timeout=120)[0] for start in starts]
            assert [start.returncode for start in starts] == [0, 0, 0], said
            assert [bool(each) for each in sorted(said)] == [False, False, True], "one made it, and says so"
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def test_the_address_of_a_database_never_has_its_password() -> None:
    assert PASSWORD not in address(open_engine(f"postgresql+psycopg://a:{PASSWORD}@h/d"))
    with pytest.raises(DatabaseAway):
        revision(open_engine("postgresql+psycopg://a@127.0.0.1:1/x"))
