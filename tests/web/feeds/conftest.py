"""Fixtures of the feeds' tests: a small province on 10/10/2024, and somebody who reads its feeds."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.testclient import TestClient

from tests.reporting.feed_world import World
from tests.web.conftest import MovedClock
from tests.web.feeds.reading import NOW, Reader


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine)


@pytest.fixture
def reader(app: FastAPI, client: TestClient, clock: MovedClock, world: World) -> Reader:
    clock.now = NOW
    return Reader(app, client, clock)
