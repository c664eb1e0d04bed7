"""The database: SQLite in WAL mode by default, PostgreSQL by setting; the same schema on both.

Sessions do not expire on commit and are short. SQLite takes the write lock at the start of a writing
transaction (BEGIN IMMEDIATE), because a reader that turns writer half-way could otherwise fail as busy.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast
from urllib.parse import quote

from sqlalchemy import (
    Connection,
    Engine,
    Row,
    Select,
    SQLColumnExpression,
    create_engine,
    event,
    inspect,
    text,
)
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session, SQLModel

from models import account, asking, decision, notice, obligation, plan, plan_draft, subscription, unit, upkeep
from models.database_faults import DatabaseFault, refusal
from models.errors import DatabaseAway, DatabaseGone, DatabaseNewer, DatabaseNotReady, InvalidInput
from models.settings import Settings
from models.system_faults import full_disk
from models.text import SQLITE_NAME, or_none

TABLES = (account, asking, decision, notice, obligation, plan, plan_draft, subscription, unit, upkeep)
"""Every module with tables: importing them completes the metadata."""
metadata = SQLModel.metadata
HEAD = "0023"
"""The newest revision in migrations/versions; a test holds the two together."""
BUSY_TIMEOUT_MS = 30_000
LARGEST_ID = 2**31 - 1
"""The largest number that a row can have; PostgreSQL and SQLite refuse to look for much larger ones."""
CHUNK = 900
"""Ids in one query; SQLite before 3.32 takes 999 parameters."""


Key = TypeVar("Key", int, str)
Rows = TypeVar("Rows", bound=tuple[object, ...])


def chunks(ids: Iterable[Key]) -> Iterable[list[Key]]:
    ordered = sorted(set(ids))
    return (ordered[start : start + CHUNK] for start in range(0, len(ordered), CHUNK))


def rows_of(
    session: Session, query: Select[Rows], column: SQLColumnExpression[Key], ids: Iterable[Key]
) -> Iterator[Row[Rows]]:
    """The rows in which the column is one of these, however many they are."""
    for some in chunks(ids):
        yield from session.execute(query.where(column.in_(some)))


def open_engine(url: str, *, create: bool = True) -> Engine:
    """An engine for the address; SQLite's folder is made. Raises `InvalidInput` for an unusable address.

    SQLite makes a file that is not there, here only until the first connection: one that is taken away
    later, or without `create`, is out of reach instead of empty. Errors show no values of statements, which
    are people's names and addresses.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise InvalidInput(DatabaseFault.NO_ADDRESS()) from error
    if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
        raise InvalidInput(DatabaseFault.NO_KIND())
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    if parsed.get_backend_name() == "sqlite":
        file = _SqliteFile(may_create=create)
        engine = file.engine = create_engine(url, creator=file, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_immediate)
        event.listen(engine, "checkin", _let_others_in)
        return engine
    engine = create_engine(
        url, hide_parameters=True, pool_pre_ping=True, connect_args={"client_encoding": "utf8"}
    )
    event.listen(engine, "connect", partial(_require_utf8, address(engine)))
    return engine


def address(engine: Engine) -> str:
    """The engine's address without its password."""
    return engine.url.render_as_string(hide_password=True)


def _require_utf8(where: str, connection: Any, _record: object) -> None:
    """Raises `DatabaseNotReady` for a database that cannot keep every letter."""
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise DatabaseNotReady(DatabaseFault.ENCODING(where=where, encoding=encoding))


def is_missing(engine: Engine) -> bool:
    """Whether it is a file that is not there."""
    name = engine.url.database or ":memory:"
    return engine.dialect.name == "sqlite" and name != ":memory:" and not Path(name).exists()


class _Alone(sqlite3.Connection):
    """A connection that needs no room on the disk, and keeps other processes out while it is open."""


def _let_others_in(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    """Such a connection is for one transaction; the next one looks whether there is room again."""
    if isinstance(connection, _Alone):
        record.invalidate()


class _SqliteFile:
    """Open a connection to the file of an engine; the file is made by the first one, if at all.

    The first process to open it needs 32 KB for the memory that all share. Where the disk has no room for
    them, SQLite keeps that memory in the process instead, which then is alone.
    """

    engine: Engine

    def __init__(self, *, may_create: bool) -> None:
        self.may_create = may_create

    def __call__(self) -> DBAPIConnection:
        if not self.may_create and is_missing(self.engine):
            raise sqlite3.OperationalError(f"{self.engine.url.database} is not there any more")
        self.may_create = False
        arguments, options = self.engine.dialect.create_connect_args(self.engine.url)
        connection = self.engine.dialect.connect(*arguments, **options)
        try:
            connection.cursor().execute(WAL)
        except sqlite3.Error as error:
            connection.close()
            if full_disk(error) is None:
                raise
            place = f"file:{quote(str(self.engine.url.database))}?vfs=unix-excl"
            return cast(
                DBAPIConnection, sqlite3.connect(place, uri=True, check_same_thread=False, factory=_Alone)
            )
        return connection


WAL = "PRAGMA journal_mode=WAL"


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    connection.create_function(SQLITE_NAME, 1, or_none, deterministic=True)
    cursor = connection.cursor()
    for pragma in (
        "synchronous=NORMAL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """A session in one transaction: committed at the end, rolled back on any error."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that only reads, and takes no write lock on SQLite."""
    with Session(engine.execution_options(read_only=True), expire_on_commit=False) as session:
        yield session


def migrate(engine: Engine) -> bool:
    """Bring the database to this program's schema; does nothing where it is there already. Whether this made
    it. Raises `DatabaseNotReady` where it is newer, or out of reach."""
    refuse_newer(revision(engine))
    from models.migrations.run import upgrade  # Alembic takes half a second to load: only where it is needed

    return upgrade(engine)


def revision(engine: Engine) -> str | None:
    """The schema's revision, None in an empty database. Raises `DatabaseAway` if it is out of reach."""
    try:
        with engine.execution_options(read_only=True).connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
            return None if found is None else str(found)
    except OperationalError as error:
        if full_disk(error) is not None:
            raise
        raise DatabaseAway(refusal(error, address(engine))) from error


def refuse_newer(found: str | None) -> None:
    """Raises `DatabaseNewer` for a revision that this program does not know: it cannot go back."""
    if found is not None and (not found.isdecimal() or int(found) > int(HEAD)):
        raise DatabaseNewer(DatabaseFault.NEWER(found=found, own=HEAD))


def require_revision(engine: Engine) -> None:
    """Raises `DatabaseNotReady` unless the schema is this program's."""
    found = revision(engine)
    refuse_newer(found)
    if found != HEAD:
        raise DatabaseNotReady(DatabaseFault.NOT_SET_UP())


MARK = "database-was-set-up"
TEXT = "This home has had a database. Without this file the next command sets an empty one up.\n"


def _nobody(_where: str) -> None:
    """Nobody is told."""


def open_known(settings: Settings, made: Callable[[str], None] = _nobody) -> Engine:
    """The database of this home. One with nothing in it is set up where there never was another; `made` is
    told its address.

    Raises `DatabaseNotReady`: `DatabaseGone` where there was one, `DatabaseAway` where it is out of reach.
    """
    engine = open_engine(settings.database)
    try:
        require_known(engine, settings.home, made)
    except (DatabaseNotReady, SQLAlchemyError):
        engine.dispose()
        raise
    return engine


def require_known(engine: Engine, home: Path, made: Callable[[str], None] = _nobody) -> None:
    """Raises `DatabaseNotReady` unless the schema is this program's."""
    if is_missing(engine) or (revision(engine) is None and not inspect(engine).get_table_names()):
        if (home / MARK).exists():
            raise DatabaseGone(DatabaseFault.GONE(where=address(engine), home=str(home)))
        if migrate(engine):  # of several first starts at once, one makes it
            made(address(engine))
    require_revision(engine)
    note_known(home)


def note_known(home: Path) -> None:
    """From now on an empty database is one that was lost. A home that cannot be written to has no mark."""
    if not (home / MARK).exists():
        with suppress(OSError):
            home.mkdir(parents=True, exist_ok=True)
            (home / MARK).write_text(TEXT, encoding="utf-8")
