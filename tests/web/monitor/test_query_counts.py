"""How often a monitor's page asks the database does not depend on how many units there are."""

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

CHAIN = "/plans/p-2024/chain?duty=monthly&period=2024-02"
PAGES = [
    "/board",
    "/board?table=overdue",
    "/plans",
    "/plans/p-2024",
    CHAIN,
    "/grid",
    "/grid?level=grassroots&page=2",
    "/rates",
    "/rates?plan=p-2024&branch=d0&period=2024",
    "/chase?branch=d0",
    "/search?q=xa",
    "/search?q=1",
    "/search?q=xa&kind=units",
]
NOW = "2024-02-20 09:00"


@pytest.fixture
def addresses(
    world: World, app: FastAPI, engine: Engine, settings: Settings, clock: MovedClock
) -> dict[str, tuple[int, int]]:
    """For each page the statements it sends with twenty communes and with forty."""
    lived(world, communes=20)
    open_accounts(engine)
    clock.now = at(NOW)
    counted: list[dict[str, int]] = []
    for communes in (20, 40):
        world.units(province_of(communes))
        world.tick("2024-02-20 08:30")
        at_work = browser(app, engine, settings, "carol", NOW)
        counted.append({})
        for page in PAGES:
            assert at_work.client.get(page).status_code == 200  # what is loaded once is loaded now
            with statements(engine) as sent:
                at_work.client.get(page)
            counted[-1][page] = len(sent)
        at_work.client.close()
    return {page: (counted[0][page], counted[1][page]) for page in PAGES}


def test_it_asks_as_often_for_twice_as_many_units(addresses: dict[str, tuple[int, int]]) -> None:
    assert {page: few for page, (few, _) in addresses.items()} == {
        page: many for page, (_, many) in addresses.items()
    }
    assert max(many for _, many in addresses.values()) < 40
