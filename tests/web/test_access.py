"""Who may see and do what, on every route: the whole cast tries each row of the table in access/."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from httpx2 import Response
from sqlalchemy import Engine

from models.settings import Settings
from notifications.links import Purpose, signed_link
from tests.prepared import prepare
from tests.reporting.sample_files import PDF
from tests.reporting.world import World
from tests.web.access.row import Row
from tests.web.cast import CAST, NOBODY, Browser, add_contact, api_token, browser, open_accounts
from tests.web.conftest import MovedClock
from tests.web.route_list import all_routes
from web.auth import FORM_FIELD

pytestmark = pytest.mark.postgresql  # a look at every page on it

HERE = Path(__file__).parent / "access"
TOPICS = [import_module(f"tests.web.access.{path.stem}") for path in sorted(HERE.glob("rows_*.py"))]
ROWS: list[Row] = [row for topic in TOPICS for row in topic.ROWS]
NOW = "2024-02-10 09:00"


@pytest.fixture
def world(world: World, engine: Engine) -> World:
    """The province with its plan, February's reports open, an extension asked for, the cast's accounts."""

    def live() -> None:
        world.open()
        world.ask("x1", "2024-02", "2024-02-25", "2024-02-09 09:00")
        open_accounts(engine)

    prepare(engine, "the access table", live)
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


def test_a_page_opens_to_those_in_the_table_and_to_nobody_else(
    world: World, app: FastAPI, engine: Engine, settings: Settings, clock: MovedClock, quick_hashes: None
) -> None:
    """What only reads is tried in one province, one row after the other."""
    rows = [row for row in ROWS if row.method == "GET"]
    addresses = _filled("\n".join(row.address for row in rows), world, settings, clock).split("\n")
    opened: dict[str, set[str]] = {row.address: set() for row in rows}
    for who in (NOBODY, *CAST):
        at_work = browser(app, engine, settings, who, NOW)
        for row, address in zip(rows, addresses, strict=True):
            answer = sent(at_work, engine, who, row, address, {})
            assert answer.status_code < 500, (who, row.address, answer.text)
            opened[row.address] |= set() if is_refused(row, answer) else {who}
        at_work.client.close()
    assert opened == {row.address: row.opens for row in rows}


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
) -> None:
    address = _filled(row.address, world, settings, clock)
    filled = {name: _filled(value, world, settings, clock) for name, value in row.form.items()}
    opened = set()
    for who in (NOBODY, *CAST):
        at_work = browser(app, engine, settings, who, NOW)
        answer = sent(at_work, engine, who, row, address, filled)
        assert answer.status_code < 500, answer.text
        opened |= set() if is_refused(row, answer) else {who}
        at_work.client.close()
    assert opened == row.opens


def is_refused(row: Row, answer: Response) -> bool:
    """Sent to sign in, or told no; the sign-in itself answers 401 to whoever gives a wrong password."""
    if answer.status_code == 303:
        place = answer.headers["location"]
        return place.startswith("/sign-in?") or (place == "/sign-in" and row.path != "/sign-out")
    return answer.status_code in (401, 403, 404) and row.path != "/sign-in"


def sent(
    at_work: Browser, engine: Engine, who: str, row: Row, address: str, form: Mapping[str, str]
) -> Response:
    """The row's request by one of the cast: with their session, for the API with a token that may write."""
    if not row.path.startswith("/api/"):
        data = {**form, FORM_FIELD: at_work.token} if row.method != "GET" else None
        return at_work.client.request(row.method, address, data=data)
    headers = {} if who == NOBODY else {"Authorization": f"Bearer {api_token(engine, who, NOW)}"}
    body = {"data": form} if row.path.endswith("/submit") else {"json": form if row.method != "GET" else None}
    return at_work.client.request(row.method, address, headers=headers, **body)


def _filled(address: str, world: World, settings: Settings, clock: MovedClock) -> str:
    """The address with its places filled; what is seldom needed is made only where it stands."""
    if "{filed" in address:
        world.submit("x1", "2024-01", "2024-01-10 09:00", files=[("a.pdf", PDF)])
        address = address.replace("{document}", "1")
    for name, period in (("x1", "2024-02"), ("filed", "2024-01")):
        id = world.one("x1", period).id
        address = address.replace(f"{{{name}}}", str(id))
        address = address.replace(f"{{{name}-link}}", link_tail(settings, Purpose.FILE, id, clock))
        address = address.replace(f"{{{name}-view}}", link_tail(settings, Purpose.VIEW, id, clock))
    if "{contact-link}" in address:
        contact = add_contact(world.engine, "x1", "alice@p.gov.vn")
        address = address.replace("{contact-link}", link_tail(settings, Purpose.UNSUBSCRIBE, contact, clock))
    for topic in TOPICS:
        if "{" in address and hasattr(topic, "prepare"):
            for name, value in topic.prepare(world).items():
                address = address.replace(f"{{{name}}}", value)
    return address


def link_tail(settings: Settings, purpose: Purpose, id: int, clock: MovedClock) -> str:
    """What stands behind the purpose's letter: id, expiry and signature."""
    link = signed_link("http://x", settings.secret_key.get_secret_value(), purpose, id, clock.now)
    return link.removeprefix(f"http://x/{purpose}/")
