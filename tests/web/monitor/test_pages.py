"""Plans, their chain, the grid and the rates, as the cast sees them."""

from __future__ import annotations

import re

import pytest

from tests.reporting.world import PLAN, World
from tests.web.monitor.conftest import FEB, Reading
from tests.web.monitor.test_board import rows, section

pytestmark = pytest.mark.postgresql  # filters and orders

CHAIN = f"/plans/p-2024/chain?duty=monthly&period={FEB}"


def tree(page: str) -> str:
    """The names in the tree, in order."""
    found = page.partition('<div id="tree"')[2].partition("</section>")[0]
    return " ".join(re.findall(r'<a href="/obligations/\d+">([^<]*)', found))


def test_a_plan_says_how_far_each_period_is(reading: Reading) -> None:
    page = reading("carol").get("/plans/p-2024")
    assert "Chương trình năm 2024" in page
    assert re.search(r"2/3</span>", page), "two of three communes have filed February"
    assert "p-2024" in reading("alice").get("/plans")
    reading("alice").get("/plans/none", 404)


def test_the_chain_opens_branch_by_branch_and_says_who_holds_whom_up(reading: Reading, lived: World) -> None:
    carol = reading("carol")
    page = carol.get(CHAIN)
    assert tree(page).startswith("Sở Kế hoạch Huyện Một")
    assert "Xã Hai" not in tree(page)
    culprits = {row[0]: row[-1] for row in rows(section(page, "culprits"))}
    assert culprits == {"Xã Hai": "Huyện Một, Sở Kế hoạch", "Huyện Hai": "Sở Kế hoạch"}
    so, d1 = lived.one("so", FEB).id, lived.one("d1", FEB).id
    opened = carol.get(f"{CHAIN}&open={so}&open={d1}")
    assert "Huyện Một Xã Hai Xã Một" in tree(opened), "the overdue commune comes first"
    assert tree(carol.get(f"{CHAIN}&under={d1}")) == "Xã Hai Xã Một"
    assert tree(carol.get(f"{CHAIN}&open=0")) == "Sở Kế hoạch"
    carol.get(f"{CHAIN}&under=999999", 404)
    carol.get("/plans/p-2024/chain?duty=none", 404)


def test_the_chain_shows_bob_his_branch_alone(reading: Reading) -> None:
    page = reading("bob").get(CHAIN)
    assert tree(page) == "Huyện Một Xã Hai Xã Một"
    assert "Huyện Hai" not in page


def test_the_grid_has_the_worst_units_first_and_a_mark_with_words_in_each_cell(reading: Reading) -> None:
    page = reading("carol").get("/grid?plan=p-2024&duty=monthly&period=2024&level=grassroots")
    lines = rows(page)
    assert [line[0] for line in lines] == ["Xã Hai", "Phường Ba", "Xã Một"]
    january, february, march = lines[0][1:4]
    assert (january, march) == ("✓ on time", "○ in term")
    assert re.fullmatch(r"✗ \d+ overdue", february)
    assert lines[1][2] == "↩ returned"
    assert rows(reading("mallory").get("/grid"))[0][0] == "Phường Ba"
    assert len(rows(reading("mallory").get("/grid"))) == 1


def test_the_rates_come_with_formula_instant_and_a_table_for_each_drawing(reading: Reading) -> None:
    page = reading("carol").get(f"/rates?plan=p-2024&period={FEB}")
    rates = {row[0]: row[1:] for row in rows(section(page, "total"))}
    # Of three communes two have filed, of three districts and departments one; the province's is in term.
    assert rates["Completion"] == ["50.0%", "filed ÷ (filed + overdue)", "3 ÷ 6"]
    assert "As of 20/02/2024 09:00" in page
    assert 'role="img"' in page
    branches = {row[0]: row[1:3] for row in rows(section(page, "branches"))}
    assert branches["Huyện Một"] == ["3", "1"]
    assert "n/a" in reading("carol").get("/rates?period=2024-12")


def test_where_nothing_is_expected_no_page_counts_it(reading: Reading, lived: World) -> None:
    for unit in ("x1", "x2", "x3"):
        lived.close(unit, "2024-06", "2024-02-19 09:00:00")
    for month in range(1, 13):
        lived.close("d2", f"2024-{month:02}", "2024-02-19 09:00:00")
    carol = reading("carol")
    june = "plan=p-2024&duty=monthly&level=grassroots&period=2024-06"
    grid = carol.get("/grid?plan=p-2024&duty=monthly&level=district&period=2024")
    for page in (grid, carol.get("/plans/p-2024"), carol.get(f"/rates?{june}")):
        assert not re.search(r"\b0 ?[/÷] ?0\b", re.sub(r"<[^>]*>", "", page))
    assert {row[0]: row[-1] for row in rows(grid)}["Huyện Hai"] == "–"


def test_a_plan_without_a_number_is_called_by_its_short_name(reading: Reading, lived: World) -> None:
    lived.plan(PLAN.replace("number: 1/CTr-UBND\n", ""), applies_from="2024-02-19")
    carol = reading("carol")
    assert '<a href="/plans/p-2024">p-2024</a>' in carol.get("/plans")
    for path in (
        "/plans/p-2024",
        CHAIN,
        "/board",
        "/rates?period=2024",
        "/grid?plan=p-2024&duty=monthly&period=2024",
    ):
        page = carol.get(path)
        assert not re.search(r"<a [^>]*>\s*</a>|<(option|td|a)[^>]*>\s*· |<h1>\s*<", page), path
