"""The schema is the same by migrations and from the models, on SQLite and on PostgreSQL."""

from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from pydantic import SecretStr
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, StatementError
from sqlmodel import Session, select

from models.change_watch import ChangeWatch
from models.database import (
    HEAD,
    MARK,
    metadata,
    migrate,
    open_engine,
    open_known,
    reading,
    require_known,
    require_revision,
    revision,
    writing,
)
from models.errors import DatabaseGone, DatabaseNotReady, InvalidInput
from models.migrations import run
from models.migrations.run import newest_revision
from models.settings import Settings
from models.unit import Unit, UnitVersion

NOW = datetime(2024, 1, 1, tzinfo=UTC)


def test_migrations_and_models_give_the_same_schema(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_migrating_twice_changes_nothing(engine: Engine) -> None:
    assert revision(engine) == HEAD
    migrate(engine)
    assert revision(engine) == HEAD


def test_an_error_shows_no_values(engine: Engine) -> None:
    with pytest.raises(DBAPIError) as broken, engine.connect() as connection:
        connection.execute(text("SELECT :address FROM nowhere"), {"address": "nobody@x.vn"})
    assert "nowhere" in str(broken.value)
    assert "nobody@x.vn" not in str(broken.value)


def test_the_known_revision_is_the_newest_migration() -> None:
    assert newest_revision() == HEAD


def test_the_template_of_a_new_migration_imports_modules_that_exist() -> None:
    """It once named `models.instants`, which had moved: each new migration failed to load."""
    template = Path(run.__file__).with_name("script.py.mako").read_text(encoding="utf-8")
    names = [
        line.removeprefix("import ") for line in template.splitlines() if line.startswith("import models")
    ]
    assert [import_module(name).__name__ for name in names] == names != []


def test_an_empty_database_is_set_up_and_another_version_refused(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/new.sqlite3")
    require_known(engine, tmp_path)
    assert revision(engine) == HEAD
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    with pytest.raises(DatabaseNotReady, match="dondoc init"):
        require_revision(engine)


@pytest.mark.parametrize("lost", ["deleted", "emptied"])
def test_a_database_that_was_there_is_not_set_up_again_in_silence(tmp_path: Path, lost: str) -> None:
    home, file = tmp_path / "home", tmp_path / "dondoc.sqlite3"
    settings = Settings(_env_file=None, home=home, database_url=f"sqlite:///{file}")  # type: ignore[call-arg, arg-type]
    open_known(settings).dispose()  # the first start of a home
    file.unlink()
    if lost == "emptied":
        file.touch()
    with pytest.raises(DatabaseGone, match=r"restore it from a backup.*dondoc init"):
        open_known(settings)
    assert file.exists() == (lost == "emptied")
    other = settings.model_copy(update={"database_url": SecretStr(f"sqlite:///{tmp_path}/other.sqlite3")})
    with pytest.raises(DatabaseGone):  # an address with a slip of the pen
        open_known(other)
    (home / MARK).unlink()
    open_known(settings).dispose()


def test_an_emptied_server_is_known_too(engine: Engine, tmp_path: Path) -> None:
    require_known(engine, tmp_path)
    with engine.begin() as connection:
        metadata.drop_all(connection)
        connection.exec_driver_sql("DROP TABLE alembic_version")
    with pytest.raises(DatabaseGone):
        require_known(engine, tmp_path)


def test_a_file_that_is_taken_away_is_out_of_reach_and_not_created_again(tmp_path: Path) -> None:
    file = tmp_path / "dondoc.sqlite3"
    engine = open_engine(f"sqlite:///{file}")
    migrate(engine)
    engine.dispose()
    file.unlink()
    for opened in (engine, open_engine(f"sqlite:///{file}", create=False)):
        with pytest.raises(OperationalError, match="not there any more"), opened.connect():
            pass
        with pytest.raises(OperationalError):
            ChangeWatch(opened).version()
    assert not file.exists()


def test_a_transaction_that_fails_leaves_nothing(engine: Engine) -> None:
    with pytest.raises(ZeroDivisionError), writing(engine) as session:
        session.add(Unit(code="a", created_at=NOW))
        session.flush()
        _ = 1 // 0
    with reading(engine) as session:
        assert session.exec(select(Unit)).all() == []


def test_instants_come_back_aware_and_naive_ones_are_refused(engine: Engine) -> None:
    with writing(engine) as session:
        session.add(Unit(code="a", created_at=NOW))
    with reading(engine) as session:
        assert session.exec(select(Unit)).one().created_at == NOW
    with pytest.raises(StatementError, match="no time zone"), writing(engine) as session:
        session.add(Unit(code="b", created_at=datetime(2024, 1, 1)))


def test_foreign_keys_hold_on_both(engine: Engine) -> None:
    with pytest.raises(IntegrityError), Session(engine) as session:
        session.add(UnitVersion(unit_id=999, valid_from=NOW.date(), name="x", level="district", kind="huyen"))
        session.commit()


@pytest.mark.parametrize("url", ["nonsense", "mysql://u@h/d", "postgresql"])
def test_it_refuses_an_address_that_is_no_database(url: str) -> None:
    with pytest.raises(InvalidInput, match="DONDOC_DATABASE_URL"):
        open_engine(url)


def test_it_says_when_the_database_cannot_be_reached() -> None:
    engine = open_engine("postgresql+psycopg://nobody@127.0.0.1:1/none")
    with pytest.raises(DatabaseNotReady, match="no database server listens"):
        revision(engine)
