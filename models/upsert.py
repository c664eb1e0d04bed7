"""Insertions that say what to do on a conflict, in the database's dialect: two passes may insert at once."""

from __future__ import annotations

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel


def insert_into(session: Session, table: str) -> sqlite.Insert | postgresql.Insert:
    """An insertion with `on_conflict_do_update` and `on_conflict_do_nothing`."""
    # The table, not the class: the ORM would make a statement for each mixture of empty columns.
    insert = sqlite.insert if session.connection().dialect.name == "sqlite" else postgresql.insert
    return insert(SQLModel.metadata.tables[table])
