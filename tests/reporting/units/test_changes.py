"""Changes of single units from a day on."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from models.database import reading, writing
from models.errors import InputErrors, NotFound
from reporting.units.hierarchy import units_revision
from reporting.units.history import unit_history
from reporting.units.loading import change_unit
from tests.reporting.unit_world import CONTACTS, MARCH, NEW_YEAR, NOW, PROVINCE, as_input, load, on

FEBRUARY = date(2024, 2, 1)


@pytest.fixture
def province(engine: Engine, tmp_path: Path) -> Engine:
    load(engine, as_input(tmp_path, PROVINCE, CONTACTS))
    return engine


def change(engine: Engine, code: str, day: date, **changes: Any) -> None:
    with writing(engine) as session:
        change_unit(session, code, day, NOW, "Alice", **changes)


def test_a_changed_unit_keeps_what_is_not_named(province: Engine) -> None:
    change(province, "x1", MARCH, name="Phường Một", kind="phuong")
    unit = on(province, MARCH).unit("x1")
    assert (unit.name, unit.kind, unit.groups) == (
        "Phường Một",
        "phuong",
        frozenset({"ven-bien", "mien-nui"}),
    )
    assert on(province, FEBRUARY).unit("x1").name == "Xã Một"
    with reading(province) as session:
        history = unit_history(session, "x1", MARCH)
        assert units_revision(session) == 2
    assert [(each.valid_from, each.valid_to, each.name) for each in history.versions] == [
        (NEW_YEAR, MARCH, "Xã Một"),
        (MARCH, None, "Phường Một"),
    ]


def test_a_unit_may_move_to_another_superior_or_to_the_top(province: Engine) -> None:
    change(province, "x1", FEBRUARY, superior="d2")
    change(province, "d1", MARCH, superior=None)
    units = on(province, MARCH)
    assert units.superior(units.unit("x1")) == units.unit("d2")
    assert [unit.code for unit in units.roots] == ["d1", "p"]


def test_a_unit_cannot_come_below_itself(province: Engine) -> None:
    with pytest.raises(InputErrors, match="circle: d1 → x1 → d1; break it"):
        change(province, "d1", MARCH, superior="x1", level="grassroots")


def test_it_refuses_unknown_units_and_changes_before_known_ones(province: Engine) -> None:
    change(province, "x1", MARCH, name="Xã Mới")
    with pytest.raises(InputErrors, match="x1 is known from 2024-03-01"):
        change(province, "x1", FEBRUARY, name="Xã Khác")
    with pytest.raises(NotFound, match="no unit 'x9'"):
        change(province, "x9", MARCH, name="Xã Khác")
    with pytest.raises(NotFound, match="no unit 'x9'"), reading(province) as session:
        unit_history(session, "x9", MARCH)
