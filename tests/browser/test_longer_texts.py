"""On a phone of 360 pixels with texts 40 % longer: nothing is wider than the screen, and no action is cut or
lies on another. Each page of the access table is looked at, and what its forms answer.

The pages are fetched first: while the browser is open an event loop runs, in which no mail could be sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Route
from sqlalchemy import Engine

from models.settings import Settings
from tests.browser.conftest import PHONE
from tests.conftest import at
from tests.messages.pseudo import longer, spoken
from tests.reporting.world import World
from tests.web.access.row import Row
from tests.web.access.walk import NOW, ROWS, filled, live, sent
from tests.web.cast import NOBODY, browser
from tests.web.conftest import MovedClock
from web.app import STATIC, create_app

WHO = ("alice", "bob", "dave", NOBODY)
ENDING = {"/sign-out", "/sign-in", "/me/password"}
"""After these somebody is signed in again."""
FAULTS = Path(__file__).with_name("faults_of_layout.js").read_text(encoding="utf-8")


def lookers(row: Row) -> set[str]:
    """Of those to whom it opens the first, a clerk, and the last who is signed in, who may do most; where it
    opens to none the administrator, who is told so."""
    may = [who for who in WHO if who in row.opens] or ["dave"]
    return {may[0], [who for who in may if who != NOBODY or len(may) == 1][-1]}


@pytest.fixture
def pages(
    world: World, engine: Engine, settings: Settings, tmp_path: Path, quick_hashes: None
) -> list[tuple[str, str]]:
    """Every page of the small province, with who asked for what."""
    live(world)
    clock = MovedClock(at(NOW))
    app = create_app(settings, engine, clock)
    rows = [row for row in ROWS if "/api/" not in row.path]
    addresses = filled("\n".join(row.address for row in rows), world, settings, clock).split("\n")
    with spoken(tmp_path / "longer", longer):
        found = [*asked_for(rows, addresses, app, engine, settings)]
    app.state.feeds.close()
    return found


def asked_for(
    rows: list[Row], addresses: list[str], app: FastAPI, engine: Engine, settings: Settings
) -> Iterator[tuple[str, str]]:
    for method in ("GET", "POST"):
        for who in WHO:
            at_work = browser(app, engine, settings, who, NOW)
            for row, address in zip(rows, addresses, strict=True):
                if row.method != method or who not in lookers(row):
                    continue
                at_work.client.cookies.set("dondoc_language", "vi")
                answer = sent(at_work, engine, who, row, address, row.form)
                if row.path in ENDING:
                    at_work = browser(app, engine, settings, who, NOW)
                if "html" in answer.headers.get("content-type", "") and answer.text:
                    yield f"{who} {method} {address}", answer.text
            at_work.client.close()


def test_longer_texts_fit_a_phone(pages: list[tuple[str, str]], request: pytest.FixtureRequest) -> None:
    chromium: Browser = request.getfixturevalue("chromium")

    def answer(route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path.startswith("/static/"):
            route.fulfill(path=STATIC / path.removeprefix("/static/"))
        else:
            route.fulfill(body="")

    found = []
    with chromium.new_context(viewport={"width": PHONE[0], "height": PHONE[1]}) as context:
        context.route("**/*", answer)
        page = context.new_page()
        page.goto("http://dondoc.example/")
        for name, html in pages:
            page.set_content(html)  # a fifth of the time of another address
            found += [f"{name}: {fault}" for fault in page.evaluate(FAULTS)]
    assert len(pages) > 100
    assert found == [], "\n".join(found)
