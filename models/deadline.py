"""`calendars.deadline` in SQL: late, overdue and days late, by the same comparisons on both databases."""

from typing import Any

from sqlalchemy import ColumnElement, Integer, literal

from models.elapsed import days_between


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
