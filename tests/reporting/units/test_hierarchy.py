"""The hierarchy of a day: who is whose superior, who is below, who is chosen."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine

from models.database import writing
from models.errors import NotFound
from reporting.units.hierarchy import (
    Hierarchy,
    UnitAsOf,
    bump_units_revision,
    join_groups,
    split_groups,
    units_revision,
)
from tests.reporting.unit_world import NEW_YEAR


def a_unit(id: int, code: str, superior: int | None, level: str = "district", **more: Any) -> UnitAsOf:
    facts: dict[str, Any] = {
        "version_id": id,
        "name": code.upper(),
        "kind": "huyen",
        "groups": frozenset(),
    } | more
    return UnitAsOf(id=id, code=code, level=level, superior_id=superior, **facts)


P = a_unit(1, "p", None, "province", kind="tinh")
D1 = a_unit(2, "d1", 1, groups=frozenset({"ven-bien"}))
D2 = a_unit(3, "d2", 1)
SO = a_unit(4, "so", 1, kind="so-nganh")
X1 = a_unit(5, "x1", 2, "grassroots", kind="xa", groups=frozenset({"ven-bien", "mien-nui"}))
X2 = a_unit(6, "x2", 2, "grassroots", kind="phuong")
STRAY = a_unit(7, "z", 99, "grassroots", kind="xa")
UNITS = Hierarchy(NEW_YEAR, [D1, D2, P, SO, X1, X2, STRAY])


def test_it_knows_superiors_and_those_below() -> None:
    assert UNITS.superior(X1) is D1
    assert UNITS.superior(P) is None
    assert UNITS.ancestors(X1) == [D1, P]
    assert UNITS.below(P) == [D1, D2, SO]
    assert UNITS.below(X1) == []


def test_it_gives_a_branch_from_the_top_down() -> None:
    assert UNITS.branch(P) == [P, D1, X1, X2, D2, SO]
    assert UNITS.branch(X2) == [X2]


def test_it_writes_a_path_that_begins_with_the_superiors_path() -> None:
    assert UNITS.path(P) == "/1/"
    assert UNITS.path(X1) == "/1/2/5/"


def test_it_has_a_unit_at_the_top_whose_superior_is_not_in_force() -> None:
    assert UNITS.roots == [P, STRAY]
    assert UNITS.superior(STRAY) is None


@pytest.mark.parametrize(
    ("choice", "chosen"),
    [
        ({"level": "grassroots"}, [X1, X2, STRAY]),
        ({"kinds": ["huyen", "so-nganh"]}, [D1, D2, SO]),
        ({"level": "district", "kinds": ["huyen"]}, [D1, D2]),
        ({"groups": ["mien-nui", "unknown"]}, [X1]),  # one of several groups is enough
        ({"codes": ["so", "gone"]}, [SO]),  # a code that is not in force that day is nobody
        ({"level": "district", "excluding": ["d2", "so"]}, [D1]),
        ({"level": "grassroots", "within": D1}, [X1, X2]),
        ({"within": D2}, [D2]),
        ({"level": "centre"}, []),
    ],
)
def test_it_chooses_units_that_meet_every_condition(choice: dict[str, Any], chosen: list[UnitAsOf]) -> None:
    assert UNITS.select(**choice) == chosen


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        ("d3", "did you mean d[12] \\(D[12]\\) or d[12]"),
        ("nothing-like-it", "the list of units has them all"),
    ],
)
def test_it_says_what_comes_near_a_code_it_does_not_know(code: str, remedy: str) -> None:
    with pytest.raises(NotFound, match=f"no unit '{code}' on 01/01/2024; {remedy}"):
        UNITS.unit(code)
    assert code not in UNITS
    assert UNITS.unit("d1") is D1
    assert len(UNITS) == 7


@pytest.mark.parametrize("groups", [set(), {"b", "a"}, {"xã ven biển"}])
def test_it_stores_groups_so_that_one_can_be_found(groups: set[str]) -> None:
    stored = join_groups(groups)
    assert split_groups(stored) == groups
    assert all(f";{group};" in stored for group in groups)


def test_it_counts_the_changes_of_units(engine: Engine) -> None:
    with writing(engine) as session:
        assert units_revision(session) == 0
        assert bump_units_revision(session) == 1
    with writing(engine) as session:
        assert bump_units_revision(session) == 2
        assert units_revision(session) == 2
