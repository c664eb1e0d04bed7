"""Validity from a day until before another: unit versions, contacts and grants.

The end is exclusive (None: until further notice), so that two spans meet without a gap or an overlap. The
tests of objects in memory have twins for columns, with `sql_` in front.
"""

from __future__ import annotations

from datetime import date
from typing import Protocol

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, or_
from sqlmodel import col

from models.account import Grant
from models.unit import Contact, UnitVersion

Day = date | SQLColumnExpression[date]
SpanTable = type[UnitVersion] | type[Contact] | type[Grant]

YEARS = range(1900, 2201)
"""Of days that people write: one outside is a slip, and leaves room to add to it."""


class Valid(Protocol):
    """A row that is valid from `valid_from` until before `valid_to`, both local dates."""

    @property
    def valid_from(self) -> date: ...
    @property
    def valid_to(self) -> date | None: ...


def is_valid(span: Valid, on: date) -> bool:
    """Whether the row is valid on the day."""
    return span.valid_from <= on and not has_ended(span, on)


def has_ended(span: Valid, on: date) -> bool:
    """Whether the end is reached; a row that has not begun has not ended."""
    return span.valid_to is not None and span.valid_to <= on


def sql_is_valid(table: SpanTable, on: Day) -> ColumnElement[bool]:
    """`is_valid` for a table or its alias."""
    return and_(col(table.valid_from) <= on, sql_not_ended(table, on))


def sql_not_ended(table: SpanTable, on: Day) -> ColumnElement[bool]:
    """Not `has_ended`, for a table or its alias."""
    return or_(col(table.valid_to).is_(None), col(table.valid_to) > on)
