"""Backups of the tests' databases: taken in passing, and put back as an administrator would."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import text

from models.database import metadata
from tests.prepared import Rows, file_of


@dataclass(frozen=True)
class Backup:
    """A copy of SQLite's file, or of PostgreSQL's rows."""

    content: bytes | Rows

    @classmethod
    def of(cls, engine: Engine) -> Backup:
        is_file = engine.dialect.name == "sqlite"
        return cls(file_of(engine).read_bytes() if is_file else Rows.of(engine))

    def put_back(self, engine: Engine, *, unnoticed: bool = False) -> None:
        """`unnoticed`: by a way that PostgreSQL says nothing of, such as a snapshot of its disk."""
        if isinstance(self.content, bytes):
            file_of(engine).write_bytes(self.content)
            return
        with engine.begin() as connection:
            emptied = "DELETE FROM" if unnoticed else "TRUNCATE"  # the second makes new files, as a dump does
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            for name in metadata.tables:
                connection.execute(text(f"{emptied} {name}" + ("" if unnoticed else " CASCADE")))
        self.content.put_into(engine)


def copy_home(home: Path, to: Path) -> None:
    """The whole home, as it is."""
    shutil.rmtree(to, ignore_errors=True)
    if home.exists():
        shutil.copytree(home, to)
