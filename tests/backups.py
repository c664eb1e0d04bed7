"""Backups of the tests' databases: taken in passing, and put back as an administrator would."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import text

from models.database import metadata
from tests.prepared import File, Rows, snapshot


@dataclass(frozen=True)
class Backup:
    """A copy of SQLite's file, or of PostgreSQL's rows."""

    content: File | Rows

    @classmethod
    def of(cls, engine: Engine) -> Backup:
        return cls(snapshot(engine))

    def put_back(self, engine: Engine, *, unnoticed: bool = False) -> None:
        """`unnoticed`: by a way that PostgreSQL says nothing of, such as a snapshot of its disk."""
        if isinstance(self.content, Rows):
            _empty(engine, "DELETE FROM {}" if unnoticed else "TRUNCATE {} CASCADE")  # a dump makes new files
        self.content.put_into(engine)


def _empty(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for name in metadata.tables:
            connection.execute(text(statement.format(name)))


def copy_home(home: Path, to: Path) -> None:
    """The whole home, as it is."""
    shutil.rmtree(to, ignore_errors=True)
    if home.exists():
        shutil.copytree(home, to)
