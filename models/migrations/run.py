"""Running the migrations: kept apart, because Alembic takes half a second to load."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

LOCK = 0x646F6E646F63
"""The key of the advisory lock on a schema: `dondoc` in ASCII."""


def config() -> Config:
    found = Config()
    found.set_main_option("script_location", str(Path(__file__).parent))
    return found


def upgrade(engine: Engine) -> bool:
    """Bring the database to the newest revision, in one transaction; several at once take turns. Whether it
    was empty."""
    prepared = config()
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":  # SQLite's transaction has its lock from the beginning
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        is_empty = MigrationContext.configure(connection).get_current_revision() is None
        prepared.attributes["connection"] = connection
        command.upgrade(prepared, "head")
    return is_empty


def newest_revision() -> str | None:
    """The newest revision there is a migration for."""
    return ScriptDirectory.from_config(config()).get_current_head()
