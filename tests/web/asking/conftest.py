"""The province with a plan whose reports come on demand and on events, and the cast signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.testclient import TestClient

from models.settings import Settings
from tests.conftest import at
from tests.prepared import prepare
from tests.reporting.world import World
from tests.web.cast import browser, open_accounts
from tests.web.conftest import MovedClock
from tests.web.monitor.conftest import Reader, add_contacts

NOW = "2024-04-20 09:00"
PLAN = """\
slug: asked
number: 5/KH-UBND
title: Kế hoạch phòng, chống thiên tai
issuer: UBND tỉnh P
in_force: {from: 2024-01-01, to: 2024-12-31}
monitor: so
duties:
  - id: urgent
    title: Báo cáo nhanh
    every: on-demand
    chain: [{from: {level: grassroots}}]
  - id: regular
    title: Báo cáo định kỳ
    every: unspecified
    chain:
      - {from: {level: grassroots}, lead: 3wd}
      - {from: {kinds: [huyen]}, to: p}
  - id: flood
    title: Báo cáo thiên tai
    every: on-demand
    event: {id: flood, title: Khi có thiên tai, by: reporter}
    chain: [{from: {level: grassroots}, due: within 24h of flood}]
  - id: alert
    title: Báo cáo theo lệnh báo động
    every: on-demand
    event: {id: alert, title: Khi có lệnh báo động, by: monitor}
    chain: [{from: {level: grassroots}, due: within 10d of alert}]
"""
Reading = Callable[[str], Reader]


@pytest.fixture
def asked(world: World, engine: Engine) -> World:
    """x1 and x2 have people who are written to, x3 has none."""

    def live() -> None:
        world.plan(PLAN)
        open_accounts(engine)
        add_contacts(engine, "x1", "x2")

    prepare(engine, "reports on demand", live)
    return world


@pytest.fixture
def reading(
    asked: World, app: FastAPI, engine: Engine, settings: Settings, clock: MovedClock
) -> Iterator[Reading]:
    clock.now = at(NOW)
    clients: list[TestClient] = []

    def reader(who: str) -> Reader:
        at_work = browser(app, engine, settings, who, NOW)
        clients.append(at_work.client)
        return Reader(at_work.client, at_work.token)

    yield reader
    for client in clients:
        client.close()
