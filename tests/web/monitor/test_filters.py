"""Filters as people write them; what means nothing is said beside the field, with what there is."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests.reporting.world import UNITS, World
from tests.web.monitor.conftest import Reading

CHAIN = "/plans/p-2024/chain?duty=monthly"
PAGES = ["/board", "/rates", "/chase", CHAIN, "/grid"]


def address(path: str, **chosen: str) -> str:
    joint = "&" if "?" in path else "?"
    return path + joint + "&".join(f"{name}={value}" for name, value in chosen.items())


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("period", ["tháng 2/2024", "thang 2", "2/2024", "2024-02", "February 2024"])
def test_a_period_is_read_as_people_write_it(reading: Reading, path: str, period: str) -> None:
    page = reading("carol").get(address(path, period=period))
    year_alone = path == "/grid"
    assert ('value="February 2024"' in page) is (path in ("/board", "/rates"))
    assert ('value="2024-02" selected' in page) is (path == CHAIN)
    assert ('value="2024" selected' in page) is year_alone


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    ("period", "said"),
    [
        ("hôm nào đó", "The period “hôm nào đó” cannot be read."),
        ("quý 5/2024", "The period “quý 5/2024” cannot be read."),
        ("tháng 2/2031", "Nothing is owed for “"),
        ("%00%ff", "cannot be read"),
    ],
)
def test_a_period_that_there_is_not_is_said_beside_the_field(
    reading: Reading, path: str, period: str, said: str
) -> None:
    page = unescape(reading("carol").get(address(path, period=period), 422))
    beside = re.search(r'<span class="wrong" id="f-period-wrong">([^<]*)</span>\s*<input [^>]*>', page)
    assert beside is not None
    assert said in beside[1]
    assert 'aria-describedby="f-period-wrong"' in beside[0]
    offers = re.findall(r'<li><a href="([^"]+)">', page[page.index("There are:") :])
    assert len(offers) == (1 if path == "/grid" else 12)
    assert reading("carol").client.get(offers[0]).status_code == 200


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"branch": "nowhere"}, "no unit with code “nowhere”"),
        ({"plan": "nowhere"}, "no plan “nowhere”"),
        ({"level": "nowhere"}, "no level “nowhere”"),
        ({"unit": "Tổng cục"}, "No unit that you may see is called “Tổng cục”"),
    ],
)
def test_so_is_any_other_filter(reading: Reading, chosen: dict[str, str], said: str) -> None:
    page = unescape(reading("carol").get(address("/board", **chosen), 422))
    (field,) = chosen
    assert f'id="f-{field}-wrong">' in page
    assert said in page


@pytest.mark.parametrize(
    ("typed", "code"),
    [("huyen mot", "d1"), ("HUYỆN MỘT", "d1"), ("mot", ""), ("d1", "d1"), ("phuong ba", "x3")],
)
def test_a_unit_is_chosen_by_its_name_without_accents(reading: Reading, typed: str, code: str) -> None:
    page = unescape(reading("carol").get(address("/board", unit=typed), 200 if code else 422))
    if code:
        assert f'value="{code}" selected' in page
    else:
        assert "Several units are called “mot”: choose one." in page
        assert re.findall(r"\?branch=(\w+)\">", page) == ["d1", "x1"]


def test_a_unit_that_one_may_not_see_is_not_named(reading: Reading) -> None:
    page = unescape(reading("alice").get(address("/board", unit="phuong"), 422))
    assert "Phường Ba" not in page


def test_a_unit_is_chosen_by_the_name_that_it_had(reading: Reading, lived: World) -> None:
    lived.units(UNITS.replace("Huyện Hai", "Thành phố Hai"), as_of="2024-02-19")
    assert 'value="d2" selected' in reading("carol").get(address("/board", unit="huyen hai"))


def test_no_file_and_no_chase_of_a_period_that_there_is_not(reading: Reading) -> None:
    carol = reading("carol")
    carol.get("/board?period=x&table=overdue&export=csv", 422)
    assert "f-period-wrong" in carol.post("/chase", 422, period="x", step="send")
