"""What a unit is called: the newest name, that of a day, or the last it had."""

from __future__ import annotations

from datetime import date

import pytest

from models.database import reading
from models.errors import NotFound
from reporting.unit_names import UnitName, names, unit_id
from tests.reporting.world import UNITS, World


@pytest.fixture
def changed(world: World) -> World:
    """x1 has another name since March, x2 is gone since then."""
    without = UNITS.replace("x2,Xã Hai,grassroots,xa,d1,\n", "")
    world.units(without.replace("Xã Một", "Xã Mới"), as_of="2024-03-01", replace=True)
    return world


@pytest.mark.parametrize(
    ("on", "in_force", "expected"),
    [
        (None, False, ["Xã Mới", "Xã Hai"]),
        (date(2024, 2, 29), False, ["Xã Một", "Xã Hai"]),
        (date(2024, 3, 1), False, ["Xã Mới", "Xã Hai"]),
        (date(2023, 12, 31), False, ["x1", "x2"]),  # still to come: by their codes
        (date(2024, 2, 29), True, ["Xã Hai", "Xã Một"]),
        (date(2024, 3, 1), True, ["Xã Mới"]),
    ],
)
def test_names(changed: World, on: date | None, in_force: bool, expected: list[str]) -> None:
    with reading(changed.engine) as session:
        wanted = [unit_id(session, "x1"), None, unit_id(session, "x2")]
        found = names(session, wanted, on, in_force=in_force)
    order = list(found.values()) if in_force else [found[id] for id in wanted if id in found]
    assert [each.name for each in order] == expected


def test_a_code_stays_a_units_own(changed: World) -> None:
    with reading(changed.engine) as session:
        id = unit_id(session, "x2")
        assert names(session, [id]) == {id: UnitName("x2", "Xã Hai")}
        with pytest.raises(NotFound, match="the list of units"):
            unit_id(session, "x9")
