"""`calendars.deadline` in SQL: late, overdue and days late, by the same comparisons on both databases."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Integer, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class begun_days_between(FunctionElement[int]):  # noqa: N801
    """In which of the days of 24 hours from the second instant on the first one lies: 96 hours are four."""

    type = Integer()
    inherit_cache = True
    name = "begun_days_between"


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


@compiles(begun_days_between, "sqlite")
def _begun_on_sqlite(element: begun_days_between, compiler: SQLCompiler, **options: Any) -> str:
    later, earlier = (compiler.process(clause, **options) for clause in element.clauses)
    return f"CAST(julianday({later}) - julianday({earlier}) - 1e-8 AS INTEGER) + 1"


@compiles(begun_days_between, "postgresql")
def _begun_on_postgresql(element: begun_days_between, compiler: SQLCompiler, **options: Any) -> str:
    later, earlier = (compiler.process(clause, **options) for clause in element.clauses)
    return f"GREATEST(CAST(ceil(extract(epoch FROM ({later}) - ({earlier})) / 86400) AS INTEGER), 1)"


def is_on_time(deadline: Any, filed: Any) -> ColumnElement[bool]:
    """Filed before the deadline; nothing where either is missing."""
    found: ColumnElement[bool] = filed < deadline
    return found


def is_late(deadline: Any, filed: Any) -> ColumnElement[bool]:
    """Filed at the deadline or after it; nothing where either is missing."""
    found: ColumnElement[bool] = filed >= deadline
    return found


def has_passed(deadline: Any, now: Any) -> ColumnElement[bool]:
    """At the deadline it is too late already."""
    found: ColumnElement[bool] = deadline <= now
    return found


def days_late(deadline: Any, filed: Any) -> ColumnElement[int]:
    """Whole and begun days past the deadline, for what is late."""
    found: ColumnElement[int] = days_between(filed, deadline) + literal(1, Integer)
    return found
