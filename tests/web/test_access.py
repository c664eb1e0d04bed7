"""Who may see and do what, on every route: the whole cast tries each row of the table in access/.

They do it in a language that nobody speaks: a text of a page that comes out plain could not be translated.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from httpx2 import Response
from sqlalchemy import Engine

from models.settings import Settings
from tests.messages.province import PROVINCE
from tests.messages.pseudo import plain_texts, spoken
from tests.reporting.world import World
from tests.web.access.row import Row
from tests.web.access.walk import NOW, ROWS, filled, live, sent
from tests.web.cast import CAST, NOBODY, browser
from tests.web.conftest import MovedClock
from tests.web.route_list import all_routes

pytestmark = pytest.mark.postgresql  # a look at every page on it
WRITTEN = {"bão", "default", "test", "Excel", "Đôn đốc báo cáo", "asked", "urgent", "flood", "250 OK"}
"""Why an extension is asked for; the shipped ladder; tokens of the API; the sender of the settings; ids of
the plan with requests and events; what a mail server answers."""
DATA = PROVINCE | WRITTEN


@pytest.fixture(autouse=True, scope="module")
def language(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with spoken(tmp_path_factory.mktemp("pseudo") / "locale"):
        yield


@pytest.fixture
def world(world: World) -> World:
    live(world)
    return world


def routes(app: FastAPI) -> set[tuple[str, str]]:
    """Every route of ours as method and path; HEAD follows GET."""
    found = [
        (prefix + str(each.path), each.methods or set())
        for prefix, each in all_routes(app.routes)
        if isinstance(each.original_route, APIRoute)
    ]
    return {(method, path) for path, methods in found for method in methods - {"HEAD", "OPTIONS"}}


def test_it_has_a_row_for_every_route_and_no_other(app: FastAPI) -> None:
    assert {(row.method, row.path) for row in ROWS} == routes(app)


@pytest.fixture
def tried(engine: Engine) -> tuple[str, ...]:
    """The whole cast; on PostgreSQL, where rights are the same and only SQL differs, who may do the most, and
    a clerk with pages of her own."""
    return (NOBODY, *CAST) if engine.dialect.name == "sqlite" else ("alice", "dave")


def plain_in(answer: Response) -> list[str]:
    """What of a page is said in no catalogue."""
    is_page = "html" in answer.headers.get("content-type", "")
    return plain_texts(answer.text, DATA) if is_page else []


def test_a_page_opens_to_those_in_the_table_and_to_nobody_else(
    world: World,
    app: FastAPI,
    engine: Engine,
    settings: Settings,
    clock: MovedClock,
    quick_hashes: None,
    tried: tuple[str, ...],
) -> None:
    """What only reads is tried in one province, one row after the other."""
    rows = [row for row in ROWS if row.method == "GET"]
    addresses = filled("\n".join(row.address for row in rows), world, settings, clock).split("\n")
    opened: dict[str, set[str]] = {row.address: set() for row in rows}
    plain: dict[str, str] = {}
    for who in tried:
        at_work = browser(app, engine, settings, who, NOW)
        for row, address in zip(rows, addresses, strict=True):
            at_work.client.cookies.set("dondoc_language", "vi")
            answer = sent(at_work, engine, who, row, address, {})
            assert answer.status_code < 500, (who, row.address, answer.text)
            opened[row.address] |= set() if is_refused(row, answer) else {who}
            plain |= dict.fromkeys(plain_in(answer), row.path)
        at_work.client.close()
    assert opened == {row.address: row.opens & {*tried} for row in rows}
    assert plain == {}


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.method != "GET"], ids=lambda row: f"{row.method} {row.address}"
)
def test_an_action_opens_to_those_in_the_table_and_to_nobody_else(
    row: Row,
    world: World,
    app: FastAPI,
    engine: Engine,
    settings: Settings,
    clock: MovedClock,
    quick_hashes: None,
    tried: tuple[str, ...],
) -> None:
    address = filled(row.address, world, settings, clock)
    form = {name: filled(value, world, settings, clock) for name, value in row.form.items()}
    opened, plain = set(), set()
    for who in tried:
        at_work = browser(app, engine, settings, who, NOW)
        at_work.client.cookies.set("dondoc_language", "vi")
        answer = sent(at_work, engine, who, row, address, form)
        assert answer.status_code < 500, answer.text
        opened |= set() if is_refused(row, answer) else {who}
        plain |= {*plain_in(answer)}
        at_work.client.close()
    assert opened == row.opens & {*tried}
    assert plain == set()


def is_refused(row: Row, answer: Response) -> bool:
    """Sent to sign in, or refused; the sign-in itself answers 401 to a wrong password."""
    if answer.status_code == 303:
        place = answer.headers["location"]
        return place.startswith("/sign-in?") or (place == "/sign-in" and row.path != "/sign-out")
    return answer.status_code in (401, 403, 404) and row.path != "/sign-in"
