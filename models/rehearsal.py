"""A session to try things in: whatever is written there is not kept, and nobody waits for it meanwhile.

SQLite has one write lock for all, so there it is a copy of the database as it is now, removed afterwards.
PostgreSQL locks only the rows that are written, so there it is a transaction that is rolled back.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlmodel import Session

from calendars.errors import FaultCode
from messages.catalogue import N_
from models.database import open_engine
from models.database_faults import reason_of
from models.errors import NowhereToTry
from models.system_faults import system_words

UNWRITABLE = "SQLITE_FULL", "SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHM"


class RehearsalFault(FaultCode):
    NOWHERE = N_(
        "nothing could be tried and nothing was changed: the server cannot write to its folder for temporary "
        "files, %(folder)s (%(reason)s); make room there or allow writing, or name another folder in TMPDIR "
        "and start dondoc again"
    )


@contextmanager
def rehearsing(engine: Engine) -> Iterator[Session]:
    """A session that may write, of which nothing stays."""
    if engine.dialect.name != "sqlite":
        with Session(engine, expire_on_commit=False) as session:
            yield session
        return
    with _folder() as folder:
        copy = Path(folder) / "rehearsal.sqlite"
        _copy(engine, copy)
        trial = open_engine(f"sqlite:///{copy}")
        try:
            with Session(trial, expire_on_commit=False) as session:
                yield session
        except DBAPIError as error:
            if _is_of_the_place(error.orig):
                raise _nowhere(reason_of(error)) from error
            raise
        finally:
            trial.dispose()


def _folder() -> TemporaryDirectory[str]:
    try:
        return TemporaryDirectory(prefix="dondoc-", ignore_cleanup_errors=True)
    except OSError as error:
        raise _nowhere(system_words(error)) from error


def _nowhere(reason: str) -> NowhereToTry:
    try:
        folder = gettempdir()
    except OSError:  # the system has none at all
        folder = "TMPDIR"
    return NowhereToTry(RehearsalFault.NOWHERE(folder=folder, reason=reason))


def _is_of_the_place(error: BaseException | None) -> bool:
    """Whether the copy cannot be written: the database itself is only read."""
    return getattr(error, "sqlite_errorname", "").startswith(UNWRITABLE)


def _copy(engine: Engine, copy: Path) -> None:
    try:
        with closing(engine.raw_connection()) as source, closing(sqlite3.connect(copy)) as target:
            assert isinstance(source.driver_connection, sqlite3.Connection)
            source.driver_connection.backup(target)
    except sqlite3.Error as error:
        if _is_of_the_place(error):
            raise _nowhere(str(error)) from error
        raise OperationalError("the database cannot be copied", None, error) from error
