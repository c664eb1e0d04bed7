"""The web part really served on this machine, over the small province of the feeds' tests."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import uvicorn
from sqlalchemy import Engine

from models.database import writing
from models.settings import Settings
from models.upkeep import beat
from reporting.feeds.subscriptions import subscribe
from reporting.feeds.view import FeedRequest
from tests.conftest import at
from tests.reporting.feed_world import World
from tests.web.conftest import MovedClock
from web.app import create_app, listen

NOW = at("2024-10-10 09:00:00")

collect_ignore = [] if os.environ.get("DONDOC_SLOW_CLIENTS") else ["slow"]
"""Whole programs with their windows take minutes: make test-clients."""


@dataclass
class Served:
    """The province, served at `address`; the tests move its rows and its clock."""

    address: str
    world: World
    settings: Settings
    engine: Engine
    clock: MovedClock

    def order(self, kind: str, key: str) -> str:
        with writing(self.engine) as session:
            return subscribe(session, self.settings, NOW, "test", FeedRequest(kind=kind, key=key)).url

    def tick(self, when: str) -> None:
        """The window moves."""
        self.clock.now = at(when)
        with writing(self.engine) as session:
            beat(session, "tick", at(when))


@pytest.fixture
def served(engine: Engine, settings: Settings) -> Iterator[Served]:
    clock = MovedClock(NOW)
    with listen(0) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        own = settings.model_copy(update={"base_url": address})
        config = uvicorn.Config(create_app(own, engine, clock), log_level="warning", access_log=False)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield Served(address, World(engine), own, engine, clock)
        server.should_exit = True
        thread.join(20)
