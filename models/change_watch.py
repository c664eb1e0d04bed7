"""Whether anything at all has changed in the database: one cheap question instead of many.

SQLite counts the commits of other connections (`data_version`); PostgreSQL's snapshot is another one as soon
as any writing transaction has begun or ended. The same answer twice means the same rows.
"""

from __future__ import annotations

import sqlite3
from threading import Lock
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError


class ChangeWatch:
    """Asks over a connection of its own, which changes nothing itself and is made when first needed."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.is_local = engine.dialect.name == "sqlite"
        self._connection: Any = None
        self._lock = Lock()
        self._connections = 0

    def version(self) -> str:
        """What stands for the database as it is. Raises `OperationalError` where it cannot be reached.

        Ask before reading the rows: then they are as new as the answer, or newer.
        """
        with self._lock:
            try:
                return self._ask()
            except (self.engine.dialect.loaded_dbapi.Error, sqlite3.Error) as error:
                self._close()
                raise OperationalError("the database cannot be reached", None, error) from error

    def close(self) -> None:
        with self._lock:
            self._close()

    def _ask(self) -> str:
        if self._connection is None:
            self._connection = self._connect()
        question = "PRAGMA data_version" if self.is_local else "SELECT pg_current_snapshot()::text"
        # SQLite counts anew for each connection, so a number means something beside its connection alone.
        return f"{self._connections} {self._connection.execute(question).fetchone()[0]}"

    def _connect(self) -> Any:
        self._connections += 1
        if self.is_local:
            path = f"{self.engine.url.database}"
            return sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        arguments, options = self.engine.dialect.create_connect_args(self.engine.url)
        return self.engine.dialect.loaded_dbapi.connect(*arguments, autocommit=True, **options)

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
