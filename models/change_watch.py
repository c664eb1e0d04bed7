"""Change detection for feeds: row versions of obligations, and one cheap version of the whole database.

SQLite counts the commits of other connections (`data_version`); PostgreSQL's snapshot is another one as soon
as any writing transaction has begun or ended. The same answer twice means the same rows.
"""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Collection
from datetime import date, datetime, timedelta
from threading import Lock
from urllib.parse import quote

from sqlalchemy import ColumnElement, Engine, and_, case, or_, select, update
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col

from models.database import chunks
from models.obligation import Obligation, Occurrence
from models.plan import Stage

_REACH = timedelta(days=20)
"""Longer than any row of days off, across which a hint "send it by the working day before" looks back."""


def names_changed(
    session: Session, now: datetime, version_ids: Collection[int], recipients: Collection[tuple[int, date]]
) -> None:
    """Bump the obligations of renamed units: of these corrected versions, or, as recipients, from a day
    on."""
    for some in chunks(version_ids):
        _count_up(session, now, col(Obligation.unit_version_id).in_(some))
    for unit_id, since in recipients:
        ahead = select(col(Occurrence.id)).where(col(Occurrence.membership_day) >= since)
        received = and_(col(Obligation.recipient_id) == unit_id, col(Obligation.occurrence_id).in_(ahead))
        _count_up(session, now, received)


def plan_reworded(session: Session, now: datetime, plan_id: int) -> None:
    """Bump the obligations of a plan with another title or number."""
    _count_up(session, now, col(Obligation.plan_id) == plan_id)


def duty_reworded(session: Session, now: datetime, duty_id: int) -> None:
    """Bump the obligations of a duty with another title, type, basis or stage name."""
    stages = select(col(Stage.id)).where(col(Stage.duty_id) == duty_id)
    _count_up(session, now, _of_occurrences(col(Occurrence.stage_id).in_(stages)))


def day_changed(session: Session, now: datetime, day: date) -> None:
    """Bump the obligations around a day that has become a day off, or a working day."""
    near = and_(col(Occurrence.safe_day) >= day, col(Occurrence.safe_day) <= day + _REACH)
    _count_up(session, now, _of_occurrences(near))


def _of_occurrences(which: ColumnElement[bool]) -> ColumnElement[bool]:
    return col(Obligation.occurrence_id).in_(select(col(Occurrence.id)).where(which))


def _count_up(session: Session, now: datetime, which: ColumnElement[bool]) -> None:
    session.flush()
    changed_at = col(Obligation.changed_at)
    session.execute(
        update(Obligation)
        .where(which, or_(col(Obligation.closed_at).is_(None), col(Obligation.closed_at) > now - _REACH * 2))
        .values(
            row_version=Obligation.row_version + 1,
            changed_at=case((changed_at > now, changed_at), else_=now),
        )
        .execution_options(synchronize_session=False)
    )


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
