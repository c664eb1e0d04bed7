"""The PostgreSQL that tests share: each finds it as new, whatever the one before did to it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy.engine import make_url

from models.database import metadata
from tests.databases import Cluster


@contextmanager
def connected(url: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        yield connection


def test_it_is_used_again_without_rows_and_with_its_sequences_at_their_start(cluster: Cluster) -> None:
    insert = (
        "INSERT INTO audit_entry (at, actor, action, subject, subject_id, before, after)"
        " VALUES ('2024-01-01', 'Dave', 'load', 'unit', 1, '{}', '{}') RETURNING id"
    )
    numbers = []
    for _ in range(2):
        with cluster.database() as url, connected(url) as connection:
            rows = {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in metadata.tables}
            assert not any(rows.values())
            numbers.append((url, connection.execute(insert).fetchone()))
    assert numbers[0] == numbers[1]


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TABLE other ()",
        "CREATE VIEW other AS SELECT 1",
        "CREATE SCHEMA other",
        "CREATE FUNCTION other() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "ALTER TABLE unit ADD COLUMN other int",
        "ALTER TABLE unit ALTER COLUMN code DROP NOT NULL",
        "ALTER TABLE special_day RENAME TO other",
        "ALTER TABLE unit DISABLE TRIGGER ALL",
        "CREATE INDEX other ON unit (id)",
        "DROP TABLE kept_feed",
        "UPDATE alembic_version SET version_num = '0001'",
        "DELETE FROM alembic_version",
        "ALTER SEQUENCE unit_id_seq INCREMENT BY 2",
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone = ''UTC''', current_database()); END $$",
    ],
)
def test_a_database_with_another_schema_is_thrown_away(cluster: Cluster, change: str) -> None:
    with cluster.database() as url, connected(url) as connection:
        connection.execute(change.encode())
    assert_it_is_gone(cluster, url)


def test_a_database_that_is_closed_to_all_is_thrown_away(cluster: Cluster) -> None:
    with cluster.database() as url, connected(cluster.url) as other:
        other.execute(f"ALTER DATABASE {make_url(url).database} ALLOW_CONNECTIONS false".encode())
    assert_it_is_gone(cluster, url)


def test_a_database_with_a_connection_left_in_it_is_thrown_away(cluster: Cluster) -> None:
    with cluster.database() as url:
        left = connected(url)
        connection = left.__enter__()
    assert_it_is_gone(cluster, url)
    with pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT 1")
    connection.close()


def test_a_database_with_a_thread_left_is_thrown_away(cluster: Cluster) -> None:
    end = threading.Event()
    with cluster.database() as url:
        thread = threading.Thread(target=end.wait)
        thread.start()
    assert_it_is_gone(cluster, url)
    end.set()
    thread.join()


def assert_it_is_gone(cluster: Cluster, url: str) -> None:
    with cluster.database() as other, connected(other) as connection:
        query = "SELECT count(*) FROM pg_database WHERE datname = %s"
        assert connection.execute(query, [make_url(url).database]).fetchone() == (0,)
        assert other != url
