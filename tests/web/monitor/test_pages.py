"""Plans, their chain, the grid and the rates, as the cast sees them."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests.reporting.world import PLAN, World
from tests.web.monitor.conftest import FEB, Reading, more_overdue
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
    assert "1/CTr-UBND" in reading("alice").get("/plans")
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
    carol.get("/plans/p-2024/chain?duty=none", 422)


def test_the_chain_shows_bob_his_branch_alone(reading: Reading) -> None:
    page = reading("bob").get(CHAIN)
    assert tree(page) == "Huyện Một Xã Hai Xã Một"
    assert "Huyện Hai" not in page


def test_the_grid_has_the_worst_units_first_and_a_mark_with_words_in_each_cell(reading: Reading) -> None:
    page = reading("carol").get("/grid?plan=p-2024&duty=monthly&period=2024&level=grassroots")
    lines = rows(page)
    assert [line[0] for line in lines] == ["Xã Hai", "Phường Ba", "Xã Một"]
    assert lines[0][1:3] == ["x2", "Huyện Một"]
    january, february, march = lines[0][3:6]
    assert (january, march) == ("✓ on time", "○ in term")
    assert re.fullmatch(r"✗ \d+ overdue", february)
    assert lines[1][4] == "↩ returned"
    assert rows(reading("mallory").get("/grid"))[0][0] == "Phường Ba"
    assert len(rows(reading("mallory").get("/grid"))) == 1


GRID = "/grid?plan=p-2024&duty=monthly&period=2024&level=grassroots"


@pytest.mark.parametrize(
    ("sort", "codes", "sorted_by"),
    [
        ("", "x2 x3 x1", "descending Overdue"),
        ("state", "x2 x3 x1", "descending Overdue"),
        ("-state", "x1 x3 x2", "ascending Overdue"),
        ("name", "x3 x2 x1", "ascending Unit"),
        ("-name", "x1 x2 x3", "descending Unit"),
        ("code", "x1 x2 x3", "ascending Code"),
        ("-code", "x3 x2 x1", "descending Code"),
        ("nonsense", "x2 x3 x1", "descending Overdue"),
    ],
)
def test_the_grid_is_sorted_by_a_click_on_a_heading(
    reading: Reading, sort: str, codes: str, sorted_by: str
) -> None:
    carol = reading("carol")
    page = carol.get(f"{GRID}&sort={sort}")
    assert [row[1] for row in rows(page)] == codes.split()
    how, heading = sorted_by.split()
    assert re.findall(r'aria-sort="(\w+)"><a href="[^"]*">(\w+)', page) == [(how, heading)]
    (again,) = re.findall(r'aria-sort="\w+"><a href="([^"]*)"', page)
    assert [row[1] for row in rows(carol.get(unescape(again)))] == codes.split()[::-1]
    file = carol.client.get(f"{GRID}&sort={sort}&table=grid&export=csv").content.decode("utf-8-sig")
    assert [line.split(",")[1] for line in file.splitlines()[1:]] == codes.split()


def test_a_unit_of_the_grid_leads_to_its_year(reading: Reading) -> None:
    carol = reading("carol")
    link = unescape(re.findall(r'<th scope="row"><a href="([^"]+)">Xã Hai</a>', carol.get(GRID))[0])
    assert "Xã Hai" in carol.get(link)


def test_the_pages_of_a_grid_are_numbered(reading: Reading, lived: World) -> None:
    more_overdue(lived, 110)
    page = reading("carol").get(f"{GRID}&page=2&sort=code")
    pager = page.partition('<nav class="pager"')[2].partition("</nav>")[0]
    assert re.findall(r'page=(\d)[^"]*"', pager) == ["1", "1", "3", "3"]
    assert 'aria-current="page">2<' in pager
    assert pager.count("sort=code") == 4


def test_no_branch_of_the_chain_closes_another(reading: Reading, lived: World) -> None:
    carol = reading("carol")
    page, opened = carol.get(f"{CHAIN}&open=0"), 0
    while links := re.findall(r'href="([^"]+)" hx-get="[^"]+" aria-expanded="false"', page):
        page = carol.get(unescape(links[0]).partition("#")[0])
        opened += 1
        assert page.count('aria-expanded="true"') == opened
    assert opened == 3
    (so,) = re.findall(r'href="([^"]+)" hx-get="[^"]+" aria-expanded="true"[^>]*Close Sở Kế hoạch"', page)
    closed = carol.get(unescape(so).partition("#")[0])
    assert tree(closed) == "Sở Kế hoạch"
    again = re.findall(r'href="([^"]+)" hx-get="[^"]+" aria-expanded="false"', closed)[0]
    assert tree(carol.get(unescape(again).partition("#")[0])) == tree(page)


def test_a_branch_opens_on_the_page_where_it_is(reading: Reading, lived: World) -> None:
    d1 = lived.one("d1", FEB).id
    below = reading("carol").get(f"{CHAIN}&under={lived.one('so', FEB).id}")
    link = unescape(re.findall(rf'id="t{d1}" href="([^"]+)"', below)[0]).partition("#")[0]
    assert "under=" in link
    assert "Huyện Một Xã Hai Xã Một" in tree(reading("carol").get(link))


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


def test_a_plan_without_a_number_is_called_by_its_title(reading: Reading, lived: World) -> None:
    lived.plan(PLAN.replace("number: 1/CTr-UBND\n", ""), applies_from="2024-02-19")
    carol = reading("carol")
    assert '<a href="/plans/p-2024">Chương trình năm 2024</a>' in carol.get("/plans")
    for path in (
        "/plans/p-2024",
        CHAIN,
        "/board",
        "/rates?period=2024",
        "/grid?plan=p-2024&duty=monthly&period=2024",
    ):
        page = carol.get(path)
        assert not re.search(r"<a [^>]*>\s*</a>|<(option|td|a)[^>]*>\s*· |<h1>\s*<", page), path
