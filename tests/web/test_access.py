"""Who may see and do what, on every route: the whole cast tries each row of the table in access/."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from httpx2 import Response
from sqlalchemy import Engine

from models.settings import Settings
from tests.reporting.world import World
from tests.web.access.row import Row
from tests.web.access.walk import NOW, ROWS, filled, live, sent
from tests.web.cast import CAST, NOBODY, browser
from tests.web.conftest import MovedClock
from tests.web.route_list import all_routes

pytestmark = pytest.mark.postgresql  # a look at every page on it


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
    for who in tried:
        at_work = browser(app, engine, settings, who, NOW)
        for row, address in zip(rows, addresses, strict=True):
            answer = sent(at_work, engine, who, row, address, {})
            assert answer.status_code < 500, (who, row.address, answer.text)
            opened[row.address] |= set() if is_refused(row, answer) else {who}
        at_work.client.close()
    assert opened == {row.address: row.opens & {*tried} for row in rows}


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
    opened = set()
    for who in tried:
        at_work = browser(app, engine, settings, who, NOW)
        answer = sent(at_work, engine, who, row, address, form)
        assert answer.status_code < 500, answer.text
        opened |= set() if is_refused(row, answer) else {who}
        at_work.client.close()
    assert opened == row.opens & {*tried}


def is_refused(row: Row, answer: Response) -> bool:
    """Sent to sign in, or refused; the sign-in itself answers 401 to a wrong password."""
    if answer.status_code == 303:
        place = answer.headers["location"]
        return place.startswith("/sign-in?") or (place == "/sign-in" and row.path != "/sign-out")
    return answer.status_code in (401, 403, 404) and row.path != "/sign-in"
