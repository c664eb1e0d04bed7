"""A view of obligations selects what its fields name and joins what they need, nothing more."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import pytest
from sqlalchemy import func, literal, select
from sqlmodel import col

from models.database import reading
from models.obligation import Occurrence
from models.plan import Plan, Stage
from models.unit import Unit, UnitVersion
from reporting.obligations.named import joined, obligations, occurrences, read
from tests.reporting.world import UNITS, World


class Bare(NamedTuple):
    id: int
    state: str


class Line(NamedTuple):
    id: int
    plan: str
    duty: str
    stage: int
    period: str
    unit: str
    unit_name: str
    level: str
    recipient: str | None
    seen: int
    remark: str = "none yet"


class Dates(NamedTuple):
    occurrence: int
    plan_number: str
    begins: date


class Wrong(NamedTuple):
    id: int
    nonsense: str


def test_a_view_of_the_row_alone_joins_nothing() -> None:
    assert "JOIN" not in str(obligations(Bare))


def test_tables_that_conditions_read_are_joined_with_those_on_the_way() -> None:
    joins = str(obligations(Bare, Stage))
    assert "JOIN occurrence ON" in joins
    assert "JOIN stage ON" in joins
    assert "JOIN duty ON" not in joins


def test_each_table_is_joined_once() -> None:
    assert str(obligations(Line, Stage, UnitVersion, seen=literal(7))).count("JOIN stage ON") == 1


def test_a_field_that_no_column_has_is_refused() -> None:
    with pytest.raises(KeyError, match="nonsense"):
        obligations(Wrong)


def test_a_unit_is_no_matter_of_occurrences() -> None:
    with pytest.raises(KeyError):
        occurrences(Line, seen=literal(1))


@pytest.fixture
def renamed(world: World) -> World:
    """The year is open, and x1 has another name since March."""
    world.open()
    world.units(UNITS.replace("Xã Một", "Xã Mới"), as_of="2024-03-01")
    return world


def test_a_row_has_its_names_as_of_its_opening(renamed: World) -> None:
    conditions = (col(Unit.code) == "x1", col(Occurrence.period) == "2024-02")
    with reading(renamed.engine) as session:
        query = obligations(Line, Unit, Occurrence, seen=literal(7)).where(*conditions)
        (row,) = read(session, Line, query)
    assert row[1:] == (
        "p-2024", "monthly", 1, "2024-02", "x1", "Xã Một", "grassroots", "d1", 7, "none yet"
    )  # fmt: skip


def test_a_stage_and_period_is_read_without_its_obligations(renamed: World) -> None:
    with reading(renamed.engine) as session:
        query = occurrences(Dates, occurrence=col(Occurrence.id)).where(col(Occurrence.period) == "2024-02")
        rows = read(session, Dates, query)
        assert session.scalar(joined(select(func.count()), Plan)) == len(renamed.due())
    assert [row[1:] for row in rows] == [("1/CTr-UBND", date(2024, 1, 15))] * 3
