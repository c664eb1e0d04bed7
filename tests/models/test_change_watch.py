"""The database's version changes with every commit of anybody, and with nothing else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from models.change_watch import ChangeWatch
from models.database import open_engine, reading, writing
from models.unit import Unit


def add_unit(engine: Engine, code: str) -> None:
    with writing(engine) as session:
        session.add(Unit(code=code, created_at=datetime(2024, 1, 1, tzinfo=UTC)))


def test_it_changes_with_a_commit_and_not_with_a_look(engine: Engine) -> None:
    watch = ChangeWatch(engine)
    before = watch.version()
    with reading(engine) as session:
        session.exec(select(Unit)).all()
    assert watch.version() == before
    add_unit(engine, "a")
    after = watch.version()
    assert after != before
    assert watch.version() == after
    watch.close()


def test_it_sees_another_process(engine: Engine, database_url: str) -> None:
    watch = ChangeWatch(engine)
    before = watch.version()
    other = open_engine(database_url)
    add_unit(other, "a")
    other.dispose()
    assert watch.version() != before
    watch.close()


def test_what_is_asked_again_after_closing_is_another_version(engine: Engine) -> None:
    """Else a number of one connection could be taken for the same of another, and changes be missed."""
    if engine.dialect.name == "postgresql":
        return  # a snapshot means the same on every connection
    watch = ChangeWatch(engine)
    before = watch.version()
    watch.close()
    assert watch.version() != before
    watch.close()


@pytest.mark.parametrize(
    "url", ["sqlite:////dev/null/none.sqlite3", "postgresql+psycopg://u:p@127.0.0.1:1/none"]
)
def test_a_database_out_of_reach_is_an_error_of_the_database(url: str) -> None:
    with pytest.raises(OperationalError):
        ChangeWatch(create_engine(url)).version()
