"""`dondoc feed new`, `list`, `rotate`, `revoke`: what scripts read, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from cli.app import main
from models.database import reading
from models.settings import Settings, address_of, load_settings, note_served_at
from models.subscription import FeedToken, Subscription
from tests.reporting.feed_world import World

AT = ("--at", "2024-10-10T09:00")


@pytest.fixture
def world(engine: Engine, settings: Settings) -> World:
    world = World(engine)
    world.owe("dat-mui")
    world.person("dat-mui", "alice@camau.example", language="en")
    return world


def run(*arguments: str) -> int:
    try:
        main(["feed", *arguments])
    except SystemExit as exit_:
        return int(exit_.code or 0)
    return 0


@pytest.fixture
def told(world: World, capsys: pytest.CaptureFixture[str]) -> Any:
    def run_json(*arguments: str) -> Any:
        assert run(*arguments, "--json") == 0
        return json.loads(capsys.readouterr().out)

    return run_json


@pytest.mark.parametrize(
    ("option", "key", "slug"),
    [
        ("--unit", "dat-mui", "unit-dat-mui"),
        ("--branch", "ngoc-hien", "branch-ngoc-hien"),
        ("--plan", "ctr-01", "plan-ctr-01"),
        ("--person", "alice@camau.example", "person-alice-at-camau.example"),
    ],
)
def test_new_prints_id_and_address_and_nothing_else(told: Any, option: str, key: str, slug: str) -> None:
    made = told("new", option, key, *AT)
    assert list(made) == ["id", "url"]
    assert made["url"].startswith("http://127.0.0.1:8000/ical/")
    assert f"/{slug}" in made["url"]
    assert made["url"].endswith(".ics")


@pytest.mark.usefixtures("world")
def test_new_prints_the_address_alone_on_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("new", "--unit", "dat-mui", *AT) == 0
    said = capsys.readouterr()
    assert said.out.count("\n") == 1
    assert said.out.startswith("http://")


def test_only_the_hash_of_the_secret_is_kept(told: Any, engine: Engine) -> None:
    token = told("new", "--unit", "dat-mui", *AT)["url"].split("/")[4]
    with engine.connect() as connection:
        tables = [connection.exec_driver_sql(f"SELECT * FROM {name}").all() for name in ("feed_token",
                  "subscription", "audit_entry")]  # fmt: skip
    assert token not in str(tables)


def test_list_shows_what_each_is_without_its_address(told: Any) -> None:
    wish = ("--lang", "en", "--alarms", "--show", "overdue", "--show", "in-term", "--until", "2024-12-31")
    url = told("new", "--person", "alice@camau.example", *wish, *AT)["url"]
    [listed] = told("list", *AT)
    assert {name: listed[name] for name in ("id", "feed", "of", "owner", "language", "alarms", "show")} == {
        "id": 1,
        "feed": "person",
        "of": "alice@camau.example",
        "owner": "alice@camau.example",
        "language": "en",
        "alarms": True,
        "show": ["in-term", "overdue"],
    }
    assert (listed["state"], listed["until"], listed["last_fetched_at"]) == ("live", "2024-12-31", None)
    assert url.split("/")[4] not in str(listed)
    assert told("list", "--owner", "bob@camau.example", *AT) == []


def test_rotate_keeps_the_id_and_revoke_ends_it(told: Any, engine: Engine) -> None:
    first = told("new", "--unit", "dat-mui", *AT)
    second = told("rotate", str(first["id"]), *AT)
    assert second["id"] == first["id"]
    assert second["url"] != first["url"]
    assert told("revoke", "1", *AT) == told("revoke", "1", "--at", "2024-10-11")
    assert told("list", *AT)[0]["state"] == "revoked"
    with reading(engine) as session:
        assert session.get_one(Subscription, 1).revoked_at is not None
        assert len(session.exec(select(FeedToken)).all()) == 2


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["new"], 2, "exactly one"),
        (["new", "--unit", "dat-mu"], 1, "did you mean dat-mui"),
        (["new", "--person", "nobody@camau.example"], 1, "dondoc units load"),
        (["new", "--unit", "dat-mui", "--show", "soon"], 1, "choose among in-term"),
        (["new", "--unit", "dat-mui", "--until", "2024-10-09"], 1, "give a later day"),
        (["rotate", "7"], 1, "dondoc feed list"),
        (["revoke", "7"], 1, "dondoc feed list"),
    ],
)
@pytest.mark.usefixtures("world")
def test_it_refuses_in_one_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, message: str
) -> None:
    assert run(*arguments, *AT) == code
    said = capsys.readouterr()
    assert message in " ".join(said.err.replace("│", " ").split())
    assert said.out == ""


def test_a_revoked_feed_is_not_rotated(told: Any, capsys: pytest.CaptureFixture[str]) -> None:
    told("new", "--unit", "dat-mui", *AT)
    told("revoke", "1", *AT)
    assert run("rotate", "1", *AT) == 1
    assert "dondoc feed new" in capsys.readouterr().err


def test_an_address_begins_with_the_setting_else_with_where_pages_are_served(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def links_to() -> str:
        """What every command begins its links with, and the flows and helpers too."""
        return load_settings().base_url

    assert links_to() == "http://127.0.0.1:8000"
    note_served_at(settings, "http://127.0.0.1:8123")
    assert links_to() == "http://127.0.0.1:8123"
    assert "base_url" not in load_settings().model_fields_set
    (settings.home / "web-address").write_text("999999999 http://127.0.0.1:8123\n", encoding="utf-8")
    assert links_to() == "http://127.0.0.1:8000"  # that process has ended
    monkeypatch.setenv("DONDOC_BASE_URL", "https://dondoc.camau.gov.vn/")
    note_served_at(settings, "http://127.0.0.1:8123")
    assert links_to() == "https://dondoc.camau.gov.vn/"


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:81"),
        ("0.0.0.0", "http://127.0.0.1:81"),
        ("::", "http://[::1]:81"),
        ("::1", "http://[::1]:81"),
        ("dondoc.local", "http://dondoc.local:81"),
    ],
)
def test_pages_are_found_where_they_listen(host: str, address: str) -> None:
    assert address_of(host, 81) == address


@pytest.mark.usefixtures("world")
def test_an_address_that_would_be_too_long_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DONDOC_BASE_URL", f"https://{'dai' * 50}.example")
    assert run("new", "--unit", "dat-mui", *AT) == 1
    assert "DONDOC_BASE_URL" in capsys.readouterr().err
