"""The version of the whole database: one cheap question that shows whether anything has changed.

SQLite counts the commits of other connections (`data_version`); PostgreSQL's snapshot is another one as soon
as any writing transaction has begun or ended. The same answer twice means the same rows.
"""

from __future__ import annotations

import sqlite3
import weakref
from threading import Lock
from urllib.parse import quote

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from models.system_faults import full_disk


class ChangeWatch:
    """The version of the database: a value that changes with every write transaction."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.is_local = engine.dialect.name == "sqlite"
        self._lock = Lock()
        self._connection: sqlite3.Connection | None = None
        self._close: weakref.finalize[[], ChangeWatch] | None = None
        self._connections = 0

    def version(self) -> str:
        """The current version. Raises `OperationalError` where the database cannot be reached.

        Ask before reading the rows: then they are as new as the answer, or newer.
        """
        return self._data_version() if self.is_local else self._snapshot()

    def close(self) -> None:
        with self._lock:
            self._end()

    def _snapshot(self) -> str:
        with self.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            return str(connection.exec_driver_sql("SELECT pg_current_snapshot()::text").scalar_one())

    def _data_version(self) -> str:
        """SQLite's counter of commits by other connections, so it needs a connection of its own; a new
        connection starts a new count."""
        with self._lock:
            try:
                connection = self._connection or self._connect()
                return f"{self._connections} {connection.execute('PRAGMA data_version').fetchone()[0]}"
            except sqlite3.Error as error:
                self._end()
                if full_disk(error) is not None:  # there is no room to count: what is new cannot be told
                    self._connections += 1
                    return f"{self._connections} unknown"
                raise OperationalError("the database cannot be reached", None, error) from error

    def _connect(self) -> sqlite3.Connection:
        place = f"file:{quote(str(self.engine.url.database))}?mode=rw"  # a watch makes no database
        connection = sqlite3.connect(place, uri=True, check_same_thread=False, isolation_level=None)
        self._connections += 1
        self._connection, self._close = connection, weakref.finalize(self, connection.close)
        return connection

    def _end(self) -> None:
        if self._close is not None:
            self._close()
        self._connection = self._close = None
