"""Whole days between two instants, in SQL, on SQLite as on PostgreSQL."""

from typing import Any

from sqlalchemy import ColumnElement, Integer, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class days_between(FunctionElement[int]):  # noqa: N801  (reads as an SQL function)
    """How many whole 24-hour days lie from the second instant to the first."""

    type = Integer()
    inherit_cache = True
    name = "days_between"


@compiles(days_between, "sqlite")
def _on_sqlite(element: days_between, compiler: SQLCompiler, **options: Any) -> str:
    later, earlier = (compiler.process(clause, **options) for clause in element.clauses)
    # Julian days are precise to less than a millisecond, and read faster than the seconds of strftime.
    return f"CAST(julianday({later}) - julianday({earlier}) + 1e-8 AS INTEGER)"


@compiles(days_between, "postgresql")
def _on_postgresql(element: days_between, compiler: SQLCompiler, **options: Any) -> str:
    later, earlier = (compiler.process(clause, **options) for clause in element.clauses)
    return f"CAST(floor(extract(epoch FROM ({later}) - ({earlier})) / 86400) AS INTEGER)"


def begun_days(later: Any, earlier: Any) -> ColumnElement[int]:
    """Whole and begun 24-hour days from one instant to a later one."""
    found: ColumnElement[int] = days_between(later, earlier) + literal(1, Integer)
    return found
