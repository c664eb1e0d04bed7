"""A session to try things in: whatever is written there is not kept, and nobody waits for it meanwhile.

SQLite has one write lock for all, so there it is a copy of the database as it is now, removed afterwards.
PostgreSQL locks only the rows that are written, so there it is a transaction that is rolled back.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from models.database import open_engine


@contextmanager
def rehearsing(engine: Engine) -> Iterator[Session]:
    """A session that may write, of which nothing stays."""
    if engine.dialect.name != "sqlite":
        with Session(engine, expire_on_commit=False) as session:
            yield session
        return
    with TemporaryDirectory(prefix="dondoc-", ignore_cleanup_errors=True) as folder:
        copy = Path(folder) / "rehearsal.sqlite"
        _copy(engine, copy)
        trial = open_engine(f"sqlite:///{copy}")
        try:
            with Session(trial, expire_on_commit=False) as session:
                yield session
        finally:
            trial.dispose()


def _copy(engine: Engine, copy: Path) -> None:
    try:
        with closing(engine.raw_connection()) as source, closing(sqlite3.connect(copy)) as target:
            assert isinstance(source.driver_connection, sqlite3.Connection)
            source.driver_connection.backup(target)
    except sqlite3.Error as error:
        raise OperationalError("the database cannot be copied", None, error) from error
