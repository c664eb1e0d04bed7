"""The box in the head finds units, plans, reports and people, and names nothing beyond the rights."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

from models.settings import Settings
from reporting.finding import is_number
from tests.conftest import at
from tests.reporting.units.test_search import MERGED
from tests.reporting.world import UNITS, World
from tests.web.admin.conftest import text_of
from tests.web.cast import Browser, add_contact, browser, open_accounts
from tests.web.conftest import MovedClock

NOW = "2024-02-20 09:00"
Finding = Callable[..., str]


@pytest.fixture
def lived(world: World) -> World:
    world.open()
    world.units(UNITS.replace("Huyện Hai", "Thành phố Đất Mũi"), as_of="2024-01-15")
    world.submit("x1", "2024-02", "2024-02-05 09:00", document_number="05/BC-UBND")
    world.submit("x3", "2024-02", "2024-02-06 09:00", document_number="125/BC-UBND")
    open_accounts(world.engine)
    add_contact(world.engine, "x1", "an@x1.gov.vn")
    add_contact(world.engine, "x3", "binh@x3.gov.vn")
    return world


@pytest.fixture
def find(
    lived: World, app: FastAPI, engine: Engine, settings: Settings, clock: MovedClock
) -> Iterator[Finding]:
    clock.now = at(NOW)
    opened: list[Browser] = []

    def found(who: str, words: str, **more: str) -> str:
        opened.append(browser(app, engine, settings, who, NOW))
        answer = opened[-1].client.get("/search", params={"q": words, **more})
        assert answer.status_code == 200
        return text_of(re.sub(r"(?s)<header.*?</header>", "", answer.text))

    yield found
    for each in opened:
        each.client.close()


@pytest.mark.parametrize(
    ("words", "shows"),
    [
        ("xa mot", "Xã Một x1"),
        ("XÃ  MỘT", "Xã Một x1"),
        (unicodedata.normalize("NFD", "Xã Một"), "Xã Một x1"),
        ("dat mui", "Thành phố Đất Mũi d2"),
        ("Xa Dat", "Nothing is found"),
        ("huyen hai", "Thành phố Đất Mũi (formerly: Huyện Hai) d2"),
        ("xa mot huyen mot", "Xã Một x1"),
        ("X1", "Xã Một x1"),
        ("1/ctr", "1/CTr-UBND Chương trình năm 2024"),
        ("1 / CTr - UBND", "1/CTr-UBND Chương trình năm 2024"),
        ("chuong trinh", "1/CTr-UBND Chương trình năm 2024"),
        ("5/bc-ubnd", "05/BC-UBND Xã Một"),
        ("Số: 05 / BC - UBND", "05/BC-UBND Xã Một"),
        ("5 bc", "05/BC-UBND Xã Một"),
        ("125/BC", "125/BC-UBND Phường Ba"),
        ("bob", "Bob bob@p.gov.vn · account"),
        ("an@x1", "An an@x1.gov.vn · clerk: Xã Một"),
        ("phuong ba", "Binh binh@x3.gov.vn"),
        ("phuong ba", "Mallory mallory@p.gov.vn"),
        ("%", "Nothing is found"),
        ("\x00", "The search looks for"),
        ("", "The search looks for"),
    ],
)
def test_an_administrator_finds_all(find: Finding, words: str, shows: str) -> None:
    assert shows in find("dave", words)


@pytest.mark.parametrize(
    ("who", "words", "names", "hides"),
    [
        ("alice", "xa", "Xã Một", "Xã Hai"),
        ("alice", "phuong ba", "Nothing is found", "binh@x3"),
        ("alice", "5 BC", "05/BC-UBND", "125/BC"),
        ("alice", "125/BC-UBND", "Nothing is found", "Phường Ba"),
        ("alice", "dave", "Nothing is found", "dave@p"),
        ("mallory", "an@x1", "Nothing is found", "An an@"),
        ("bob", "xa", "Xã Hai", "Phường Ba"),
        ("bob", "bob", "Nothing is found", "bob@p"),
        ("bob", "an@x1", "An an@x1.gov.vn", "binh"),
        ("carol", "phuong", "Phường Ba", "mallory@"),
    ],
)
def test_it_names_nothing_beyond_the_rights(
    find: Finding, who: str, words: str, names: str, hides: str
) -> None:
    text = find(who, words)
    assert names in text
    assert hides not in text


def test_more_than_fit_are_counted_and_shown_page_by_page(find: Finding, lived: World) -> None:
    more = "".join(f"y{n},Xã Tân {n:02},grassroots,xa,d1,\n" for n in range(60))
    lived.units(UNITS + more, as_of="2024-01-16")
    assert "See all 60: Units" in find("dave", "xa tan")
    whole = find("dave", "xa tan", kind="units", page="2")
    assert "Xã Tân 59" in whole
    assert "Xã Tân 49" not in whole


def test_what_is_found_opens(
    find: Finding, lived: World, app: FastAPI, engine: Engine, settings: Settings
) -> None:
    for who in ("alice", "bob", "carol", "dave"):
        at_work = browser(app, engine, settings, who, NOW)
        for words in ("huyen", "xa", "5/BC", "1/CTr", "an"):
            page = at_work.client.get("/search", params={"q": words}).text
            links = re.findall(r'href="([^"]+)"', page[page.index("<main") : page.index("</main")])
            assert [at_work.client.get(each).status_code for each in links] == [200] * len(links), links
        at_work.client.close()


def test_a_unit_is_found_by_the_name_of_one_that_was_merged_into_it(find: Finding, lived: World) -> None:
    lived.units(MERGED, as_of="2024-02-10", replace=True)
    assert "Xã Một Hai (formerly: Xã Hai) x1" in find("dave", "xa hai")


@pytest.mark.parametrize(
    ("words", "number", "fits"),
    [
        ("123/BC-UBND", "123/BC-UBND", True),
        ("123 /BC – UBND", "123/BC-UBND", True),
        ("so 123", "123/BC-UBND", True),
        ("0123", "123/BC-UBND", True),
        ("23", "123/BC-UBND", False),
        ("123/b", "123/BC-UBND", True),
        ("123/ubnd", "123/BC-UBND", True),
        ("123/CV", "123/BC-UBND", False),
        ("", "123/BC-UBND", False),
        ("2024", "12/KH-UBND-2024", True),
    ],
)
def test_a_number_is_known_however_it_is_written(words: str, number: str, fits: bool) -> None:
    assert is_number(words, number) is fits


def test_every_page_has_the_box(find: Finding, app: FastAPI, engine: Engine, settings: Settings) -> None:
    at_work = browser(app, engine, settings, "dave", NOW)
    for path in ("/board", "/admin", "/me", "/feeds", "/grid", "/nowhere"):
        assert 'action="/search"' in at_work.client.get(path).text, path
    at_work.client.close()
    assert 'action="/search"' not in browser(app, engine, settings, "nobody", NOW).client.get("/sign-in").text
