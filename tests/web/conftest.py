"""The web part over a fresh database, with a clock that the test moves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest
from anyio.from_thread import start_blocking_portal
from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.testclient import TestClient

from models.settings import Settings
from tests.conftest import at
from web.app import create_app


@dataclass
class MovedClock:
    """Stands still until the test moves it."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock(at("2024-02-10 09:00"))


@pytest.fixture
def app(settings: Settings, engine: Engine, clock: MovedClock) -> Iterator[FastAPI]:
    """Ended like one that served, also where no client of a test ran it: its thread would keep it alive. All
    browsers of a test share an event loop; otherwise each request would start one, with its threads."""
    app = create_app(settings, engine, clock)
    with start_blocking_portal() as app.state.portal:
        yield app
    app.state.feeds.close()


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False) as client:
        yield client
