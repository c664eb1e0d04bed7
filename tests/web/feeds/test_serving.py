"""A feed over HTTP: validators, methods, headers, addresses unknown, replaced, revoked or expired."""

from __future__ import annotations

from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest
from sqlalchemy import Engine, event
from starlette.testclient import TestClient

from models.settings import Settings
from tests.calendars.clients import read_with_ical
from tests.calendars.ical_check import check_bytes
from tests.conftest import at
from tests.reporting.feed_world import COMMUNES, World
from tests.web.feeds.reading import NOW, Reader
from web.app import create_app
from web.feeds import serve
from web.logs import REQUEST_HEADER

pytestmark = pytest.mark.postgresql  # each says in its own way what has changed

EXPECTED = {
    "content-type": "text/calendar; charset=utf-8",
    "cache-control": "private, max-age=300, must-revalidate",
    "x-robots-tag": "noindex",
    "referrer-policy": "no-referrer",
    "last-modified": "Thu, 10 Oct 2024 02:00:00 GMT",
}
STOPPED = "Lịch này đã ngừng cập nhật"


@pytest.fixture
def feed(reader: Reader, world: World) -> Reader:
    world.owe("dat-mui")
    reader.order("unit", "dat-mui")
    reader.events()
    return reader


def test_it_answers_with_the_headers_that_programs_need_and_no_cookie(feed: Reader) -> None:
    answer = feed.get()
    assert {name: answer.headers[name] for name in EXPECTED} == EXPECTED
    assert answer.headers["etag"].startswith('W/"')
    assert "set-cookie" not in answer.headers


def test_no_date_of_change_is_ahead_of_the_servers_own_clock(
    feed: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A calendar's clock may be shifted or set back; the Date of an answer is the server's, a second old."""
    behind = NOW - timedelta(hours=1)
    monkeypatch.setattr(serve, "wall_clock", lambda: behind)
    for method in ("GET", "HEAD"):
        answer = feed.client.request(method, feed.path)
        assert parsedate_to_datetime(answer.headers["last-modified"]) < behind - timedelta(seconds=1)
    assert feed.again().status_code == 304


def test_head_gives_the_headers_of_get_and_no_body(feed: Reader) -> None:
    got, asked = feed.get(), feed.client.head(feed.path)
    assert asked.status_code == 200
    assert asked.content == b""
    assert {**asked.headers, REQUEST_HEADER.lower(): ""} == {**got.headers, REQUEST_HEADER.lower(): ""}
    assert asked.headers["content-length"] == str(len(got.content))


@pytest.mark.sqlite_is_enough  # headers alone
@pytest.mark.parametrize("accept", ["text/html", "application/json", "*/*;q=0", "image/png"])
def test_what_a_program_says_it_accepts_changes_nothing(feed: Reader, accept: str) -> None:
    assert feed.get(accept=accept).headers["content-type"] == EXPECTED["content-type"]


def test_two_fetches_give_the_same_bytes(feed: Reader) -> None:
    first = feed.get()
    feed.clock.now += timedelta(hours=5)
    second = feed.get()
    assert (first.content, first.headers["etag"]) == (second.content, second.headers["etag"])
    assert first.headers["last-modified"] == second.headers["last-modified"]


@pytest.mark.sqlite_is_enough  # headers alone
@pytest.mark.parametrize(
    ("form", "status"),
    [
        pytest.param('W/"{}"', 304, id="weak"),
        pytest.param('"{}"', 304, id="strong: compared weakly"),
        pytest.param('"abc", W/"{}"', 304, id="list"),
        pytest.param('W/"a,b","{}"', 304, id="list with a comma inside a tag"),
        pytest.param("*", 304, id="any"),
        pytest.param('W/"abc"', 200, id="another"),
        pytest.param("{}", 200, id="without quotes it is none"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_the_asker_has_is_not_sent_again(feed: Reader, form: str, status: int, method: str) -> None:
    tag = feed.etag.removeprefix('W/"').removesuffix('"')
    answer = feed.client.request(method, feed.path, headers={"If-None-Match": form.format(tag)})
    assert answer.status_code == status
    assert answer.headers["etag"] == feed.etag
    assert bool(answer.content) is (status == 200 and method == "GET")


@pytest.mark.sqlite_is_enough  # headers alone
def test_several_headers_of_tags_are_one_list(feed: Reader) -> None:
    headers = [("If-None-Match", '"abc"'), ("If-None-Match", feed.etag)]
    assert feed.client.get(feed.path, headers=headers).status_code == 304


@pytest.mark.sqlite_is_enough  # headers alone
@pytest.mark.parametrize(
    ("since", "status"),
    [
        ("Thu, 10 Oct 2024 02:00:00 GMT", 304),
        ("Fri, 11 Oct 2024 00:00:00 GMT", 304),
        ("Thu, 10 Oct 2024 01:59:59 GMT", 200),
        pytest.param("yesterday", 200, id="no date: ignored"),
        pytest.param("Thu, 99 Oct 99999 99:99:99 GMT", 200, id="an impossible one: ignored"),
    ],
)
def test_it_knows_a_date_as_well(feed: Reader, since: str, status: int) -> None:
    assert feed.get(if_modified_since=since).status_code == status


@pytest.mark.sqlite_is_enough  # headers alone
def test_a_date_beside_a_tag_is_ignored(feed: Reader) -> None:
    answer = feed.get(if_none_match='"abc"', if_modified_since="Fri, 11 Oct 2024 00:00:00 GMT")
    assert answer.status_code == 200


def test_two_changes_in_one_second_have_two_dates(feed: Reader, world: World) -> None:
    number = 1
    dates = {feed.get().headers["last-modified"]}
    for note in (at("2024-10-12 00:00:00"), at("2024-10-13 00:00:00")):
        world.change(number, NOW, deadline=note)
        dates.add(feed.get().headers["last-modified"])
    assert len(dates) == 3


def test_what_has_not_changed_is_answered_without_reading_a_row(feed: Reader, engine: Engine) -> None:
    feed.again()
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *a: statements.append(a[2]))
    assert feed.again().status_code == 304
    # PostgreSQL is asked whether anything has changed at all; SQLite says so over a connection of its own.
    reading = [statement for statement in statements if statement != "SELECT pg_current_snapshot()::text"]
    assert reading == []


@pytest.mark.sqlite_is_enough  # headers alone
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PROPFIND"])
def test_it_is_for_reading(feed: Reader, method: str) -> None:
    assert feed.client.request(method, feed.path).status_code == 405


@pytest.mark.sqlite_is_enough  # headers alone
def test_the_slug_is_for_the_eye(feed: Reader) -> None:
    assert feed.get(feed.path.rsplit("/", 1)[0] + "/anything.ics").status_code == 200


@pytest.mark.parametrize("name", ["dat-mui", "ngoc-hien"])
def test_an_address_is_short_and_names_what_it_shows(reader: Reader, name: str) -> None:
    url = reader.order("branch", name)
    assert len(url) < 200
    assert url.endswith(f"/branch-{name}.ics")


def test_the_secret_is_in_no_answer(feed: Reader) -> None:
    token = feed.path.split("/")[2]
    told = [feed.get(), feed.again(), feed.client.head(feed.path)]
    feed.revoke()
    told.append(feed.get())
    for answer in told:
        assert token not in answer.text + str(answer.headers)


@pytest.mark.parametrize(
    "token",
    ["", "x", "%00", "..%2f..%2fetc", "ê" * 43, "Zk3v9QmXw0R7tB1yLc5N-HsJ_dPfGaUe8oKiV2xM4nE", "a" * 5000],
)
def test_a_guessed_secret_opens_nothing(feed: Reader, token: str) -> None:
    answer = feed.get(f"/ical/{token}/unit-dat-mui.ics")
    assert answer.status_code == 404
    assert "VCALENDAR" not in answer.text


def test_a_secret_that_differs_in_one_letter_opens_nothing(feed: Reader) -> None:
    token = feed.path.split("/")[2]
    wrong = ("B" if token[0] == "A" else "A") + token[1:]
    assert feed.get(feed.path.replace(token, wrong)).status_code == 404
    assert feed.get(feed.path.replace(token, token.swapcase())).status_code == 404


def test_a_revoked_feed_says_so_for_thirty_days_then_is_gone(feed: Reader) -> None:
    feed.revoke()
    answer = feed.get()
    [event] = read_with_ical(answer.content)
    assert answer.status_code == 200
    assert check_bytes(answer.content) == []
    assert (event.summary, event.first_day, event.alarms) == (STOPPED, NOW.date(), 0)
    assert "Đất Mũi" not in answer.text
    feed.etag = answer.headers["etag"]
    feed.clock.now = NOW + timedelta(days=29, hours=23)
    assert feed.again().status_code == 304
    feed.clock.now = NOW + timedelta(days=30)
    assert feed.again().status_code == 410


def test_a_replaced_address_says_that_it_has_stopped_and_the_new_one_lives(feed: Reader) -> None:
    old = feed.rotate()
    assert [event.summary for event in feed.events(old)] == [STOPPED]
    assert [event.summary for event in feed.events()] != [STOPPED]
    feed.clock.now += timedelta(days=31)
    assert feed.get(old).status_code == 410
    assert feed.get().status_code == 200


def test_a_feed_ends_when_it_was_ordered_to(reader: Reader, world: World) -> None:
    world.owe("dat-mui")
    reader.order("unit", "dat-mui", expires_at=NOW + timedelta(hours=1), language="en")
    assert "Báo cáo" in reader.events()[0].summary
    reader.clock.now = NOW + timedelta(hours=1)
    assert [event.summary for event in reader.events()] == ["This calendar is no longer updated"]
    reader.clock.now = NOW + timedelta(days=31)
    assert reader.get().status_code == 410


def test_who_leaves_the_unit_sees_a_stopped_feed_and_who_comes_back_sees_it_again(
    reader: Reader, world: World
) -> None:
    world.owe("dat-mui")
    world.person("dat-mui", "alice@camau.example", valid_to=at("2024-10-11").date())
    reader.order("unit", "dat-mui", owner="alice@camau.example")
    assert len(reader.events()) == 1
    reader.clock.now = at("2024-10-11 00:00:00")
    [event] = reader.events()
    assert (event.summary, event.first_day) == (STOPPED, at("2024-10-11").date())
    reader.clock.now = at("2024-10-12 08:00:00")
    assert reader.events()[0].first_day == at("2024-10-11").date()
    world.person("dat-mui", "alice@camau.example", since=at("2024-10-12").date())
    assert reader.events()[0].summary != STOPPED


def test_another_web_process_sees_a_change_and_a_revocation_at_once(
    feed: Reader, world: World, settings: Settings
) -> None:
    other = create_app(settings, world.engine, feed.clock)
    with TestClient(other, base_url="http://127.0.0.1:8000") as client:
        same = [client.get(feed.path), feed.get()]
        assert {answer.headers["etag"] for answer in same} == {feed.etag}
        world.change(1, NOW, deadline=at("2024-10-12 00:00:00"))
        answers = [client.get(feed.path, headers={"if-none-match": feed.etag}), feed.again()]
        assert [answer.status_code for answer in answers] == [200, 200]
        assert answers[0].content == answers[1].content != same[0].content
        assert answers[0].headers["last-modified"] == answers[1].headers["last-modified"]
        feed.revoke()
        assert STOPPED in client.get(feed.path).text
        assert STOPPED in feed.get().text


def test_a_person_has_one_feed_of_all_units(reader: Reader, world: World) -> None:
    for commune in COMMUNES:
        world.owe(commune)
        world.person(commune, "alice@camau.example")
    reader.order("person", "Alice@CaMau.example")
    assert len(reader.events()) == 3


def test_it_shows_only_the_timeliness_that_was_asked_for(reader: Reader, world: World) -> None:
    world.owe("dat-mui")
    world.owe("dat-mui", stage=2, overdue_since=NOW)
    reader.order("unit", "dat-mui", shown=frozenset({"overdue"}))
    assert [event.summary[:9] for event in reader.events()] == ["[Quá hạn]"]


def test_1200_events_are_cut_with_the_overdue_ones_kept(reader: Reader, world: World) -> None:
    *units, late = world.more_communes(200)
    world.person_of([*units, late], "alice@camau.example")
    world.owe_months(units, range(1, 7))
    world.owe_months([late], range(1, 7), overdue_since=NOW)
    reader.order("person", "alice@camau.example")
    events = reader.events()
    assert len(events) == 1000
    assert sum("[Quá hạn]" in event.summary for event in events) == 6


def test_it_notes_when_it_was_fetched_and_by_what(feed: Reader) -> None:
    assert feed.noted() == (NOW, "Thunderbird")
    feed.clock.now += timedelta(seconds=10)
    feed.get()
    assert feed.noted() == (NOW, "Thunderbird")
    feed.clock.now += timedelta(hours=1)
    feed.again()
    assert feed.noted() == (feed.clock.now, "Thunderbird")
    feed.get(user_agent="Google-Calendar-Importer")
    assert feed.noted()[1] == "Google Calendar"
