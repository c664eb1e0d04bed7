"""Snapshots of databases: most tests begin with the same province, so it is built once and then copied.

A snapshot holds what the program itself wrote the first time, row by row, but for the witnesses: they are
installations, and the next test is another.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Engine, delete, insert, select

from models.database import metadata

_made: dict[tuple[str, str], tuple[dict[str, int], File | Rows]] = {}
"""By name and dialect: the row counts of all tables before, and the snapshot."""


def prepare(engine: Engine, name: str, build: Callable[[], object]) -> None:
    """Bring the database into the state in which `build` leaves it, by a snapshot from the second time on.

    `name` identifies the result, including the rows that were there before. No other connection may be open.
    """
    key = name, engine.dialect.name
    found = _numbers(engine)
    if key not in _made:
        build()
        _made[key] = found, _without_witnesses(engine)
        return
    before, after = _made[key]
    other = {table: (before[table], number) for table, number in found.items() if number != before[table]}
    assert not other, f"{name}: not the rows of the first time: {other}"
    after.put_into(engine)


def _without_witnesses(engine: Engine) -> File | Rows:
    """A snapshot without them; this test keeps its own, which its home knows."""
    table = metadata.tables["witness"]
    with engine.begin() as connection:
        own = [dict(row) for row in connection.execute(select(table)).mappings()]
        connection.execute(delete(table))
    taken = snapshot(engine)
    if own:
        with engine.begin() as connection:
            connection.execute(insert(table), own)
    return taken


def _numbers(engine: Engine) -> dict[str, int]:
    tables = sorted(set(metadata.tables) - {"witness"})
    counts = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in tables)
    if engine.dialect.name == "sqlite":
        with closing(sqlite3.connect(file_of(engine))) as own:
            return dict(own.execute(counts).fetchall())
    with engine.execution_options(read_only=True).connect() as connection:
        return dict(connection.exec_driver_sql(counts).tuples().all())


def snapshot(engine: Engine) -> File | Rows:
    return File.of(engine) if engine.dialect.name == "sqlite" else Rows.of(engine)


def file_of(engine: Engine) -> Path:
    """SQLite's file; closing the connections has written the WAL into it."""
    engine.dispose()
    path = Path(str(engine.url.database))
    assert not path.with_name(f"{path.name}-wal").exists(), "somebody is at work in the database"
    return path


@dataclass(frozen=True)
class File:
    """SQLite's file."""

    content: bytes

    @classmethod
    def of(cls, engine: Engine) -> File:
        return cls(file_of(engine).read_bytes())

    def put_into(self, engine: Engine) -> None:
        file_of(engine).write_bytes(self.content)


@dataclass(frozen=True)
class Rows:
    """All rows of a PostgreSQL database, and the values of its sequences."""

    tables: dict[str, bytes]
    sequences: list[tuple[str, int]]

    @classmethod
    def of(cls, engine: Engine) -> Rows:
        with _connection(engine) as connection:
            found = {name: _copied(connection, name) for name in metadata.tables}
            query = "SELECT sequencename, last_value FROM pg_sequences WHERE last_value IS NOT NULL"
            sequences = connection.execute(query).fetchall()
        return cls({name: rows for name, rows in found.items() if rows}, sequences)

    def put_into(self, engine: Engine) -> None:
        """Only the rows of tables that had any then."""
        with _connection(engine) as connection:
            connection.execute(
                "SET LOCAL session_replication_role = replica"
            )  # parents may come after children
            connection.execute("DELETE FROM witness")
            for name, rows in self.tables.items():
                table = sql.Identifier(name)
                connection.execute(sql.SQL("DELETE FROM {}").format(table))
                with connection.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(table)) as copy:
                    copy.write(rows)
            for sequence, value in self.sequences:
                connection.execute("SELECT setval(%s, %s)", (sequence, value))


def _copied(connection: psycopg.Connection[Any], table: str) -> bytes:
    with connection.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))) as copy:
        return b"".join(bytes(part) for part in copy)


@contextmanager
def _connection(engine: Engine) -> Iterator[psycopg.Connection[Any]]:
    """A psycopg connection from the engine's pool, in a transaction."""
    with engine.connect() as connection:
        own = connection.connection.driver_connection
        assert isinstance(own, psycopg.Connection)
        with own.transaction():
            yield own
