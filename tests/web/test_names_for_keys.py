"""No page shows a key where a name is known: duties, rungs, units and plans go by what people call them.

A key may stand beside its name in `<code>`, and in a field, a choice or a text that asks for one.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

from models.database import reading
from models.settings import Settings
from reporting.reminders.ladders import ladders
from tests.conftest import at
from tests.reporting.world import UNITS, World
from tests.web.access.walk import NOW, ROWS, filled, live, sent
from tests.web.cast import NOBODY, browser
from tests.web.conftest import MovedClock
from web.app import create_app

MAY_STAND_IN = frozenset({"code", "pre", "textarea", "script", "style", "option"})
"""Keys beside names; plan files and mails as text; choices by what they send."""
NOT_CLOSED = frozenset({"input", "br", "meta", "link", "hr", "img"})
EXCEPT = {
    "/admin/audit": "it shows what was recorded, word for word",
    "/admin/plan-upload/check": "differences and errors name the fields of the file",
    "/admin/plan-form": "kinds and groups are typed by their short names, which it lists",
    "/admin/plans/{slug}/form": "kinds and groups are typed by their short names, which it lists",
    "/admin/plan-drafts/{id}": "a unit that was matched is named with its code, as the field that is edited",
    "/admin/plan-drafts/{id}/edit/{card}": "as the form for plans",
    "/admin/unit-import/check": "it shows the lines of the file",
}
"""Pages on which a key has to be read, with the reason."""
WHO = ("alice", "bob", "carol", "dave", NOBODY)


class Shown(HTMLParser):
    """The texts that a reader sees, outside of where a key may stand."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.within: list[str] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in NOT_CLOSED:
            self.within.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.within and self.within.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not MAY_STAND_IN.intersection(self.within):
            self.texts.append(" ".join(data.split()))


def keys(engine: Engine) -> set[str]:
    """Of the province: its duties, units with a name, kinds, its plan, and the rungs of its ladder."""
    rows = [line.split(",") for line in UNITS.splitlines()[1:]]
    with reading(engine) as session:
        rungs = {rung.id for rung in ladders(session)["default"].every_rung}
    kinds = {row[3] for row in rows} - {"tinh", "huyen", "xa", "phuong"}  # these are words of a language, too
    units = {row[0] for row in rows} - {"p", "so"}
    return {"monthly", "p-2024", "note:"} | units | kinds | rungs


@pytest.mark.parametrize("who", WHO)
def test_pages_say_names(world: World, engine: Engine, settings: Settings, who: str) -> None:
    live(world)
    clock = MovedClock(at(NOW))
    app: FastAPI = create_app(settings, engine, clock)
    rows = [row for row in ROWS if row.method == "GET" and "/api/" not in row.path and row.path not in EXCEPT]
    addresses = filled("\n".join(row.address for row in rows), world, settings, clock).split("\n")
    at_work = browser(app, engine, settings, who, NOW)
    at_work.client.cookies.set("dondoc_language", "vi")
    known = re.compile(rf"(?<![\w./@-])({'|'.join(map(re.escape, sorted(keys(engine))))})(?![\w./@-])")
    found, pages = [], 0
    for row, address in zip(rows, addresses, strict=True):
        if who not in row.opens:
            continue
        answer = sent(at_work, engine, who, row, address, {})
        if "html" not in answer.headers.get("content-type", ""):
            continue
        pages += 1
        shown = Shown(answer.text).texts
        found += [f"{address}: {key[1]} in “{text}”" for text in shown for key in known.finditer(text)]
    at_work.client.close()
    app.state.feeds.close()
    assert pages > (5 if who == NOBODY else 10)
    assert found == [], "\n".join(found)
