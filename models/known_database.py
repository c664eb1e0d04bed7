"""A home knows that it had a database: one that is missing or empty later is not set up anew in silence.

An emptied database would owe nobody anything and know no calendar; its feeds would be answered with "no such
calendar", which some programs take as their end. A mark in the home says that there was one.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from sqlalchemy import Engine, inspect
from sqlalchemy.exc import SQLAlchemyError

from models.database import is_missing, migrate, open_engine, require_revision, revision
from models.errors import DatabaseGone, DatabaseNotReady
from models.settings import Settings

MARK = "database-was-set-up"
TEXT = "This home has had a database. Without this file the next command sets an empty one up.\n"


def open_known(settings: Settings) -> Engine:
    """The database of this home. One with nothing in it is set up where there never was another.

    Raises `DatabaseNotReady`: `DatabaseGone` where there was one, `DatabaseAway` where it is out of reach.
    """
    engine = open_engine(settings.database)
    try:
        require_known(engine, settings.home)
    except (DatabaseNotReady, SQLAlchemyError):
        engine.dispose()
        raise
    return engine


def require_known(engine: Engine, home: Path) -> None:
    """Raises `DatabaseNotReady` unless the schema is this program's."""
    if is_missing(engine) or (revision(engine) is None and not inspect(engine).get_table_names()):
        if (home / MARK).exists():
            where = engine.url.render_as_string(hide_password=True)
            raise DatabaseGone(
                f"the database {where} is missing or empty, but {home} had one; "
                "restore it from a backup, or correct DONDOC_DATABASE_URL; to begin anew: dondoc init"
            )
        migrate(engine)
    require_revision(engine)
    note_known(home)


def note_known(home: Path) -> None:
    """From now on an empty database is one that was lost. A home that cannot be written to has no mark."""
    if not (home / MARK).exists():
        with suppress(OSError):
            home.mkdir(parents=True, exist_ok=True)
            (home / MARK).write_text(TEXT, encoding="utf-8")
