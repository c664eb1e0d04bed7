"""A live link is answered whatever happens: no database, a row that cannot be shown, a restart meanwhile."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from starlette.testclient import TestClient

from models.settings import Settings
from tests.reporting.feed_world import World
from tests.web.conftest import MovedClock
from tests.web.feeds.reading import NOW, Reader
from web.app import create_app
from web.logs import JsonLines

pytestmark = pytest.mark.postgresql  # a database is away in a way of its own

Hide = Callable[..., None]


@pytest.fixture
def feed(reader: Reader, world: World) -> Reader:
    world.owe("dat-mui")
    reader.order("unit", "dat-mui")
    reader.events()
    return reader


@pytest.fixture
def hide(engine: Engine, tmp_path: Path, request: pytest.FixtureRequest) -> Hide:
    """Takes the database away from all who have it open, or with `back=True` gives it back."""

    def postgresql(*, back: bool = False) -> None:
        name = engine.url.database
        server = request.getfixturevalue("postgres_url")
        other = create_engine(server, isolation_level="AUTOCOMMIT")
        with other.connect() as connection:
            connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {back}"))
            if not back:
                ends = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
                connection.execute(text(ends), {"name": name})
        other.dispose()

    def sqlite(*, back: bool = False) -> None:
        place, away = tmp_path / "dondoc.sqlite3", tmp_path / "away.sqlite3"
        if back:
            place.rmdir()
            away.rename(place)
        else:
            engine.dispose()
            place.rename(away)
            place.mkdir()

    return postgresql if engine.dialect.name == "postgresql" else sqlite


def test_without_the_database_the_last_good_calendar_is_served(feed: Reader, hide: Hide) -> None:
    before = feed.get().content
    hide()
    for day in range(3):
        feed.clock.now = NOW + timedelta(days=day)
        answer = feed.get()
        assert (answer.status_code, answer.content) == (200, before)
        assert feed.again().status_code == 304
        assert feed.client.head(feed.path).status_code == 200


def test_a_web_part_started_meanwhile_lets_programs_keep_what_they_have(
    feed: Reader, hide: Hide, settings: Settings, engine: Engine, clock: MovedClock
) -> None:
    """What has no version yet gets a 503 with Retry-After, never 404."""
    hide()
    with TestClient(create_app(settings, engine, clock), base_url="http://127.0.0.1:8000") as later:
        for known in ({"if-none-match": feed.etag}, {"if-modified-since": "Thu, 10 Oct 2024 02:00:00 GMT"}):
            assert later.get(feed.path, headers=known).status_code == 304
        answer = later.get(feed.path)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
        assert answer.headers["cache-control"] == "no-store"


def test_what_a_revoked_feed_last_said_is_said_on(feed: Reader, hide: Hide) -> None:
    feed.revoke()
    feed.events()
    hide()
    assert "ngừng cập nhật" in feed.get().text


def test_a_database_that_comes_back_is_asked_again(feed: Reader, world: World, hide: Hide) -> None:
    hide()
    assert feed.again().status_code == 304
    hide(back=True)
    world.change(1, NOW, deadline=NOW + timedelta(days=3))
    assert feed.again().status_code == 200


def test_a_row_that_cannot_be_shown_keeps_the_last_good_calendar(
    feed: Reader, world: World, settings: Settings, clock: MovedClock
) -> None:
    before = feed.get().content
    with world.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE occurrence SET bound = 'nonsense'")
        connection.exec_driver_sql("UPDATE obligation SET row_version = 7")
    started_later = create_app(settings, world.engine, clock)
    with TestClient(started_later, base_url="http://127.0.0.1:8000") as other:
        for client in (feed.client, other):
            answer = client.get(feed.path)
            assert (answer.status_code, answer.content) == (200, before)
    with world.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE occurrence SET bound = 'before'")
    assert feed.events()[0].sequence == 7


def test_no_log_holds_the_secret(feed: Reader, hide: Hide, caplog: pytest.LogCaptureFixture) -> None:
    token = feed.path.split("/")[2]
    with caplog.at_level(logging.DEBUG):
        feed.get()
        hide()
        feed.clock.now += timedelta(days=1)
        feed.get()
    ours = [record for record in caplog.records if record.name != "httpx2"]
    said = "\n".join(JsonLines().format(record) for record in ours)
    assert "/ical/{token}/{slug}.ics" in said
    assert "feed.stale" in said and "served as they were" in said
    assert token not in said
