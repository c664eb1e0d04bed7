"""Fixtures of the feeds' tests: a small province on 10/10/2024, and somebody who reads its feeds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.testclient import TestClient

from calendars.ical_event import FeedEvent, event_bytes
from reporting.feeds import render
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


@pytest.fixture
def serialised(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The titles of the events that are serialised while the test runs."""
    titles: list[str] = []

    def noting(event: FeedEvent, *, alarms: bool) -> bytes:
        titles.append(event.summary)
        return event_bytes(event, alarms=alarms)

    monkeypatch.setattr(render, "event_bytes", noting)
    yield titles
