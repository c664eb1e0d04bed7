"""`calendars.deadline` in SQL: late, overdue and days late, by the same comparisons on both databases."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Integer, SQLColumnExpression, literal
from sqlalchemy.sql.functions import FunctionElement

from models.columns import sql_function

InstantColumn = SQLColumnExpression[datetime | None]


# Julian days are precise to less than a millisecond, and read faster than the seconds of strftime.
@sql_function(
    sqlite="CAST(julianday({0}) - julianday({1}) - 1e-8 AS INTEGER) + 1",
    postgresql="GREATEST(CAST(ceil(extract(epoch FROM ({0}) - ({1})) / 86400) AS INTEGER), 1)",
)
class begun_days_between(FunctionElement[int]):  # noqa: N801  (reads as an SQL function)
    """Days of 24 hours from the second instant to the first, the last begun one counted: 96 hours are 4."""

    type = Integer()
    inherit_cache = True
    name = "begun_days_between"


@sql_function(
    sqlite="CAST(julianday({0}) - julianday({1}) + 1e-8 AS INTEGER)",
    postgresql="CAST(floor(extract(epoch FROM ({0}) - ({1})) / 86400) AS INTEGER)",
)
class days_between(FunctionElement[int]):  # noqa: N801
    """Whole days of 24 hours from the second instant to the first."""

    type = Integer()
    inherit_cache = True
    name = "days_between"


def is_on_time(deadline: InstantColumn, filed: InstantColumn) -> ColumnElement[bool]:
    """Filed before the deadline; NULL where either is missing."""
    return filed < deadline


def is_late(deadline: InstantColumn, filed: InstantColumn) -> ColumnElement[bool]:
    """Filed at the deadline or after it; NULL where either is missing."""
    return filed >= deadline


def has_passed(deadline: InstantColumn, now: datetime) -> ColumnElement[bool]:
    """Whether it is too late at `now`: the deadline itself is."""
    return deadline <= now


def days_late(deadline: InstantColumn, filed: InstantColumn) -> ColumnElement[int]:
    """Whole and begun days past the deadline, for what is late."""
    return days_between(filed, deadline) + literal(1, Integer)
