"""What tables share on both databases: columns of ids and instants in aware UTC, SQL functions, upserts.

SQLite keeps no zone, so what is stored there is UTC without one and comes back aware. A naive datetime is
refused at the boundary: a guess of its zone would be a wrong date for somebody.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import DateTime
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import Field, Session, SQLModel

from models.errors import InvalidInput

F = TypeVar("F", bound=type[FunctionElement[Any]])


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(DateTime(timezone=dialect.name != "sqlite"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise InvalidInput(f"the instant {value} has no time zone; give one, such as {value}+07:00")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def id_field() -> Any:
    """A primary key that the database assigns: an int in every row that was read or flushed, so it is
    annotated as one. Before the first flush it is None."""
    return Field(default=None, primary_key=True)


def instant_field(*, index: bool = False, description: str | None = None) -> Any:
    """A required instant column."""
    return Field(sa_type=Instant, index=index, description=description)


def optional_instant_field(*, index: bool = False, description: str | None = None) -> Any:
    """An instant column that may be empty."""
    return Field(default=None, sa_type=Instant, nullable=True, index=index, description=description)


def sql_function(*, sqlite: str, postgresql: str) -> Callable[[F], F]:
    """Define how SQLite and PostgreSQL write a function; `{0}` and `{1}` are its arguments."""

    def define(function: F) -> F:
        for dialects, template in (((), sqlite), (("postgresql",), postgresql)):
            compiles(function, *dialects)(_writer(template))
        return function

    return define


def _writer(template: str) -> Callable[..., str]:
    def write(element: FunctionElement[Any], compiler: SQLCompiler, **options: Any) -> str:
        return template.format(*(compiler.process(clause, **options) for clause in element.clauses))

    return write


def insert_into(session: Session, table: str) -> sqlite.Insert | postgresql.Insert:
    """An insertion with `on_conflict_do_update` and `on_conflict_do_nothing`: passes may insert at once."""
    # The table, not the class: the ORM would make a statement for each mixture of empty columns.
    insert = sqlite.insert if session.connection().dialect.name == "sqlite" else postgresql.insert
    return insert(SQLModel.metadata.tables[table])
