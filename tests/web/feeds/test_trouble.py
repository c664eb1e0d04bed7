"""A live link is answered whatever happens: no database, a row that cannot be shown, a restart meanwhile."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, create_engine, text
from starlette.testclient import TestClient

from models.settings import Settings
from tests.reporting.feed_world import World
from tests.web.conftest import MovedClock
from tests.web.feeds.reading import NOW, Reader
from web.app import create_app
from web.feeds import cache

pytestmark = pytest.mark.postgresql  # a database is away in a way of its own

Hide = Callable[[], None]


@pytest.fixture
def feed(reader: Reader, world: World, monkeypatch: pytest.MonkeyPatch) -> Reader:
    monkeypatch.setattr(cache, "LEFT_ALONE", 0.0)
    world.owe("dat-mui")
    reader.order("unit", "dat-mui")
    reader.events()
    reader.app.state.feeds.notes.flush()
    return reader


@pytest.fixture
def hide(engine: Engine, tmp_path: Path, request: pytest.FixtureRequest) -> Hide:
    """Takes the database away from all who have it open."""

    def postgresql() -> None:
        name = engine.url.database
        server = request.getfixturevalue("postgres_url")
        other = create_engine(server, isolation_level="AUTOCOMMIT")
        with other.connect() as connection:
            connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false"))
            ends = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
            connection.execute(text(ends), {"name": name})
        other.dispose()

    def sqlite() -> None:
        engine.dispose()
        path = tmp_path / "dondoc.sqlite3"
        path.rename(tmp_path / "away.sqlite3")
        path.mkdir()

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


def test_a_web_part_started_meanwhile_serves_it_as_well(
    feed: Reader, hide: Hide, settings: Settings, engine: Engine, clock: MovedClock
) -> None:
    before = feed.get()
    feed.app.state.feeds.close()
    hide()
    with TestClient(create_app(settings, engine, clock), base_url="http://127.0.0.1:8000") as later:
        answer = later.get(feed.path)
        assert (answer.status_code, answer.content) == (200, before.content)
        assert answer.headers["last-modified"] == before.headers["last-modified"]
        assert later.get(feed.path, headers={"if-none-match": feed.etag}).status_code == 304
        unknown = feed.path.replace("/ical/", "/ical/x")
        assert later.get(unknown).status_code == 503
        assert later.get(unknown, headers={"if-none-match": '"x"'}).status_code == 304


def test_what_a_revoked_feed_last_said_is_said_on(
    feed: Reader, hide: Hide, settings: Settings, engine: Engine, clock: MovedClock
) -> None:
    feed.revoke()
    feed.events()
    feed.app.state.feeds.notes.flush()
    hide()
    with TestClient(create_app(settings, engine, clock), base_url="http://127.0.0.1:8000") as later:
        assert "ngừng cập nhật" in later.get(feed.path).text


def test_a_feed_that_is_gone_leaves_no_copy(feed: Reader, settings: Settings) -> None:
    folder = settings.home / "feeds" / "kept"
    assert len(list(folder.iterdir())) == 1
    feed.revoke()
    feed.clock.now += timedelta(days=31)
    assert feed.get().status_code == 410
    feed.app.state.feeds.notes.flush()
    assert list(folder.iterdir()) == []


def test_a_row_that_cannot_be_shown_keeps_the_last_good_calendar(feed: Reader, world: World) -> None:
    before = feed.get().content
    with world.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE occurrence SET bound = 'nonsense'")
        connection.exec_driver_sql("UPDATE obligation SET row_version = 7")
    answer = feed.get()
    assert (answer.status_code, answer.content) == (200, before)
    with world.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE occurrence SET bound = 'before'")
    assert feed.events()[0].sequence == 7


def test_a_copy_is_for_the_eyes_of_this_account_alone(feed: Reader, settings: Settings) -> None:
    [copy] = (settings.home / "feeds" / "kept").iterdir()
    assert copy.stat().st_mode & 0o077 == 0
    assert feed.path.split("/")[2] not in copy.name + copy.read_text(encoding="utf-8")


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe", b'{"etag": 1}\nBEGIN'])
def test_a_damaged_copy_is_none(feed: Reader, settings: Settings, app: FastAPI, content: bytes) -> None:
    [copy] = (settings.home / "feeds" / "kept").iterdir()
    copy.write_bytes(content)
    assert app.state.feeds.copies.read(copy.name) is None


def test_no_log_holds_the_secret(
    feed: Reader, hide: Hide, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = feed.path.split("/")[2]
    access = logging.getLogger("uvicorn.access")
    # A server that ran before in this process has turned its access log off.
    monkeypatch.setattr(access, "propagate", True)
    monkeypatch.setattr(access, "disabled", False)
    with caplog.at_level(logging.DEBUG), caplog.at_level(logging.DEBUG, logger=access.name):
        access.info('%s - "%s %s HTTP/%s" %d', "127.0.0.1:1", "GET", feed.path, "1.1", 200)
        access.info(f"GET {feed.path} and /o/12/1234567890/{'s' * 24}")
        feed.clock.now += timedelta(days=1)
        feed.get()
        hide()
        feed.clock.now += timedelta(days=1)
        feed.get()
    said = "\n".join(record.getMessage() for record in caplog.records if record.name != "httpx2")
    assert "GET /ical/…/unit-dat-mui.ics" in said
    assert "served as they were" in said
    assert token not in said
    assert "s" * 24 not in said
