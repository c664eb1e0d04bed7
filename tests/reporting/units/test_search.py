"""Units are found by what people call them, today or before."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine

from models.database import reading
from models.errors import NotFound
from reporting.units.search import UnitSearch, code_names, unit_search
from tests.reporting.world import UNITS, World

MERGED = (
    UNITS.replace("x2,Xã Hai,grassroots,xa,d1,\n", "")
    .replace("code,name,level,kind,superior,groups", "code,name,level,kind,superior,groups,succeeds")
    .replace("x1,Xã Một,grassroots,xa,d1,ven-bien", "x1,Xã Một Hai,grassroots,xa,d1,ven-bien,x2")
)


@pytest.fixture
def search(world: World, engine: Engine) -> UnitSearch:
    world.units(UNITS.replace("Huyện Hai", "Thành phố Hai"), as_of="2024-02-01")
    with reading(engine) as session:
        return unit_search(session, date(2024, 3, 1))


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("so ke hoach", ["so"]),
        ("SỞ", ["so", "so-2"]),
        ("so 2", ["so-2"]),
        ("d1", ["d1"]),
        ("huyen", ["d1", "d2"]),  # what it was called before comes last
        ("huyện hai", ["d2"]),
        ("thanh pho", ["d2"]),
        ("uyệ", ["d1", "d2"]),
        ("nowhere", []),
        (" ", []),
    ],
)
def test_a_search_finds_names_codes_and_former_names(
    search: UnitSearch, words: str, codes: list[str]
) -> None:
    assert [each.code for each in search.find(words)] == codes


def test_what_is_found_has_what_is_above_it_and_its_old_name(search: UnitSearch) -> None:
    (found,) = search.find("huyen hai")
    assert found == ("d2", "Thành phố Hai", "UBND tỉnh P", "Huyện Hai", None)


@pytest.mark.parametrize(
    ("words", "within", "codes"),
    [
        ("Sở Kế hoạch", "", ["so"]),
        ("so-2", "", ["so-2"]),
        ("xã", "", ["x1", "x2"]),
        ("xa", "d2", ["x1", "x2"]),  # nobody there: all of them
        ("ba", "d2", ["x3"]),
        ("UBND tỉnh", "", ["p"]),
    ],
)
def test_words_mean_one_unit_or_offer_those_that_they_may_mean(
    search: UnitSearch, words: str, within: str, codes: list[str]
) -> None:
    found = search.called(words, search.units.by_code.get(within))
    assert sorted(each.code for each in found) == codes


def test_words_that_mean_nobody_are_refused(search: UnitSearch) -> None:
    with pytest.raises(NotFound, match="no unit is called"):
        search.called("Tổng cục Đường sông")


def test_a_unit_is_found_by_the_name_of_one_that_it_took_over(world: World, engine: Engine) -> None:
    world.units(MERGED, as_of="2024-02-01", replace=True)
    with reading(engine) as session:
        found, names = unit_search(session, date(2024, 3, 1)).find("xa hai"), code_names(session)
    assert [(each.code, each.former) for each in found] == [("x1", "Xã Hai")]
    assert (names["x1"], names["x2"]) == ("Xã Một Hai", "Xã Hai")


def test_a_unit_that_has_ended_without_a_heir_is_found_with_its_end(world: World, engine: Engine) -> None:
    world.units(UNITS.replace("x2,Xã Hai,grassroots,xa,d1,\n", ""), as_of="2024-02-01", replace=True)
    with reading(engine) as session:
        search = unit_search(session, date(2024, 3, 1))
    (found,) = [search.shown(hit) for hit in search.ended_hits("xa hai")]
    assert found == ("x2", "Xã Hai", "UBND tỉnh P › Huyện Một", "", date(2024, 2, 1))
    assert search.find("xa hai") == []


def test_a_unit_that_was_split_is_found_in_each_of_its_heirs(world: World, engine: Engine) -> None:
    split = (
        UNITS.replace("groups\n", "groups,succeeds\n", 1)
        .replace("x2,Xã Hai,grassroots,xa,d1,\n", "")
        .replace("ven-bien", "ven-bien,x2")
        .replace("x3,Phường Ba,grassroots,phuong,d2,", "x3,Phường Ba,grassroots,phuong,d2,,x2")
    )
    world.units(split, as_of="2024-02-01", replace=True)
    with reading(engine) as session:
        found = unit_search(session, date(2024, 3, 1)).find("xa hai")
    assert [(each.code, each.former) for each in found] == [("x3", "Xã Hai"), ("x1", "Xã Hai")]
