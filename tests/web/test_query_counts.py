"""How often the pages of clerks and administrators ask the database does not depend on how much there is."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

from models.settings import Settings
from tests.conftest import at
from tests.reporting.test_query_counts import lived, province_of, statements
from tests.reporting.world import World
from tests.web.cast import browser, open_accounts
from tests.web.conftest import MovedClock

pytestmark = pytest.mark.postgresql  # what is counted differs

PAGES = {
    "dave": [
        "/admin",
        "/admin/plans",
        "/admin/plans/p-2024",
        "/admin/plans/p-2024/edit",
        "/admin/plans/p-2024/form",
        "/admin/plans/p-2024/retire",
        "/admin/units",
        "/admin/units?at=d0",
        "/admin/units?q=xa",
        "/search?q=xa",
        "/search?q=1",
        "/admin/units/d0",
        "/admin/people",
        "/admin/outbox",
        "/admin/outbox?state=queued",
        "/admin/feeds",
        "/admin/holidays",
        "/admin/health",
        "/admin/audit",
        "/admin/ladders",
        "/admin/ladders/default",
    ],
    "alice": ["/", "/me", "/mine", "/year", "/month", "/obligations/{x1}", "/feeds"],
    "bob": ["/mine", "/year?unit=d1", "/month?branch=d1", "/month?plan=p-2024"],
}
NOW = "2024-02-20 09:00"


@pytest.fixture
def counts(
    world: World, app: FastAPI, engine: Engine, settings: Settings, clock: MovedClock
) -> dict[str, tuple[int, int]]:
    """For each page the statements it sends with twenty communes and with forty."""
    lived(world, communes=20)
    open_accounts(engine)
    clock.now = at(NOW)
    few: dict[str, int] = {}
    many: dict[str, int] = {}
    for communes, counted in ((20, few), (40, many)):
        world.units(province_of(communes))
        world.tick("2024-02-20 08:30")
        for who, pages in PAGES.items():
            at_work = browser(app, engine, settings, who, NOW)
            for page in pages:
                page = page.replace("{x1}", str(world.one("x1", "2024-02").id))
                answer = at_work.client.get(page)  # what is loaded once is loaded now
                assert answer.status_code in (200, 303), (page, answer.status_code)
                with statements(engine) as sent:
                    at_work.client.get(page)
                counted[page] = len(sent)
            at_work.client.close()
    return {page: (few[page], many[page]) for page in few}


def test_it_asks_as_often_for_twice_as_many_units(counts: dict[str, tuple[int, int]]) -> None:
    assert {page: few for page, (few, _) in counts.items()} == {
        page: many for page, (_, many) in counts.items()
    }
    assert max(many for _, many in counts.values()) < 40
