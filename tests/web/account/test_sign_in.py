"""Signing in as a browser does it, and what a hostile one tries: fixation, foreign forms, open redirects."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.testclient import TestClient

from models.database import writing
from models.settings import Settings
from reporting.access.accounts import require_account, set_password
from reporting.access.passwords import AT_ONCE
from reporting.access.sessions import open_session
from tests.conftest import at
from tests.prepared import prepare
from tests.web.cast import PASSWORD, browser, open_accounts
from tests.web.conftest import MovedClock
from web.app import create_app
from web.auth import COOKIE, FORM_FIELD, SECURE_COOKIE, inside

pytestmark = pytest.mark.postgresql  # it takes no NUL, and each has locks of its own

ALICE = {"address": "alice@p.gov.vn", "password": PASSWORD}
NOW = "2024-02-10 09:00"


@pytest.fixture(autouse=True)
def cast(world: object, engine: Engine, quick_hashes: None) -> None:
    prepare(engine, "the cast", lambda: open_accounts(engine))
    with writing(engine) as session:
        account = require_account(session, ALICE["address"])
        set_password(session, account, PASSWORD, at("2024-01-01 08:00"), "Dave")


def test_odd_characters_are_a_wrong_address_and_no_more(client: TestClient) -> None:
    """Found on PostgreSQL, which takes no NUL."""
    answer = client.post("/sign-in", data={"address": "a\x00@p.gov.vn", "password": "x\x00"})
    assert answer.status_code == 401


def test_the_right_password_opens_the_page_that_was_asked_for(client: TestClient) -> None:
    asked = client.get("/?a=1&b=2")
    assert asked.status_code == 303
    assert asked.headers["location"] == "/sign-in?next=/%3Fa%3D1%26b%3D2"
    answer = client.post("/sign-in", data={**ALICE, "next": "/?a=1&b=2"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/?a=1&b=2")
    assert "Alice" in client.get("/").text


def test_a_refusal_is_the_same_for_a_known_and_an_unknown_address(client: TestClient) -> None:
    known = client.post("/sign-in", data={**ALICE, "password": "sai sai sai"})
    unknown = client.post("/sign-in", data={"address": "alicf@p.gov.vn", "password": "sai sai sai"})
    assert known.status_code == unknown.status_code == 401
    assert known.text == unknown.text.replace("alicf@", "alice@")
    assert COOKIE not in client.cookies


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client: TestClient) -> None:
    flags = client.post("/sign-in", data=ALICE).headers["set-cookie"].lower()
    assert "httponly" in flags
    assert "samesite=lax" in flags
    assert "domain=" not in flags
    assert "secure" not in flags  # http on this machine; see the next test


def test_over_https_no_neighbour_can_plant_or_read_it(
    settings: Settings, engine: Engine, clock: MovedClock
) -> None:
    secure = settings.model_copy(update={"base_url": "https://dondoc.p.gov.vn"})
    app = create_app(secure, engine, clock)
    with TestClient(app, base_url="https://dondoc.p.gov.vn", follow_redirects=False) as client:
        answer = client.post("/sign-in", data=ALICE, headers={"Origin": "https://dondoc.p.gov.vn"})
        flags = answer.headers["set-cookie"].lower()
        assert flags.startswith(SECURE_COOKIE.lower())
        assert {"secure", "path=/", "httponly"} <= {part.strip() for part in flags.split(";")}
        assert answer.headers["strict-transport-security"].startswith("max-age=31536000")
        planted = TestClient(app, base_url="https://dondoc.p.gov.vn", follow_redirects=False)
        with writing(engine) as session:
            secret = open_session(session, require_account(session, "mallory@p.gov.vn"), clock.now)
        planted.cookies.set(COOKIE, secret)
        assert planted.get("/").status_code == 303
        planted.close()


def test_signing_in_gives_a_new_session_and_ends_the_one_that_was_there(
    app: FastAPI, engine: Engine, settings: Settings
) -> None:
    fixed = browser(app, engine, settings, "mallory", NOW)
    planted = fixed.client.cookies[COOKIE]
    answer = fixed.client.post("/sign-in", data={**ALICE, FORM_FIELD: fixed.token})
    assert answer.status_code == 303
    assert answer.cookies[COOKIE] != planted
    other = TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False)
    other.cookies.set(COOKIE, planted)
    assert other.get("/").status_code == 303
    other.close()
    fixed.client.close()


def test_signing_out_ends_the_session_on_the_server(app: FastAPI, engine: Engine, settings: Settings) -> None:
    alice = browser(app, engine, settings, "alice", NOW)
    secret = alice.client.cookies[COOKIE]
    answer = alice.client.post("/sign-out", data=alice.form())
    assert answer.headers["clear-site-data"] == '"cache"'
    alice.client.cookies.set(COOKIE, secret)
    assert alice.client.get("/").status_code == 303
    alice.client.close()


@pytest.mark.parametrize(
    ("after", "status"),
    [(timedelta(hours=11), 200), (timedelta(hours=12, seconds=1), 303), (timedelta(days=7), 303)],
)
def test_a_session_falls_idle_after_half_a_day(
    client: TestClient, clock: MovedClock, after: timedelta, status: int
) -> None:
    client.post("/sign-in", data=ALICE)
    clock.now += after
    assert client.get("/").status_code == status


def test_a_session_in_use_lasts_a_week_and_no_longer(client: TestClient, clock: MovedClock) -> None:
    client.post("/sign-in", data=ALICE)
    began = clock.now
    for _ in range(16):
        clock.now += timedelta(hours=10)
        assert client.get("/").status_code == 200
    clock.now = began + timedelta(days=7)
    assert client.get("/").status_code == 303


def test_thirty_wrong_tries_at_an_address_from_one_place_are_enough(
    client: TestClient, clock: MovedClock
) -> None:
    wrong = {"address": "x@p.gov.vn", "password": "sai"}
    statuses = [client.post("/sign-in", data=wrong).status_code for _ in range(31)]
    assert statuses == [401] * 30 + [429]
    refused = client.post("/sign-in", data=wrong)
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "300"
    assert "password is wrong" not in refused.text
    assert client.post("/sign-in", data=ALICE).status_code == 303, "another address from the same place"
    client.cookies.clear()
    clock.now += timedelta(minutes=5)
    assert client.post("/sign-in", data=wrong).status_code == 401


def test_who_guesses_at_an_address_keeps_nobody_out_elsewhere(client: TestClient, app: FastAPI) -> None:
    guesser = TestClient(app, client=("203.0.113.9", 5000), follow_redirects=False)
    wrong = {**ALICE, "password": "sai"}
    assert [guesser.post("/sign-in", data=wrong).status_code for _ in range(31)][-1] == 429
    assert "Wait 5 minutes" in guesser.post("/sign-in", data=ALICE, headers={"accept-language": "en"}).text
    assert client.post("/sign-in", data=ALICE).status_code == 303


def test_everybody_behind_one_gateway_gets_in_on_monday_morning(client: TestClient) -> None:
    """Who signs in with the right password is not counted, however many of them come from one address."""
    statuses = []
    for _ in range(40):
        client.cookies.clear()
        statuses.append(client.post("/sign-in", data=ALICE).status_code)
    assert statuses == [303] * 40


def test_while_sixty_wait_for_their_password_the_other_pages_answer(
    app: FastAPI, engine: Engine, settings: Settings, client: TestClient
) -> None:
    """They had taken all threads: who was signed in waited behind those who were not."""
    people = [browser(app, engine, settings, "nobody", NOW) for _ in range(60)]
    working = browser(app, engine, settings, "mallory", NOW)
    for _ in range(4):
        AT_ONCE.acquire()  # the slow looks at passwords that are under way
    with ThreadPoolExecutor(61) as pool:
        signing_in = [pool.submit(each.client.post, "/sign-in", data=ALICE) for each in people]
        try:
            assert pool.submit(working.client.get, "/").result(timeout=60).status_code == 200
        finally:
            for _ in range(4):
                AT_ONCE.release()
        assert {each.result().status_code for each in signing_in} == {303}
    for each in (*people, working):
        each.client.close()


FOREIGN: list[tuple[dict[str, str], int]] = [
    ({}, 303),
    ({"Origin": "http://127.0.0.1:8000"}, 303),
    ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, 303),  # what no-referrer makes of our own
    ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, 403),
    ({"Sec-Fetch-Site": "cross-site"}, 403),
    ({"Sec-Fetch-Site": "same-site"}, 403),
    ({"Origin": "http://evil.example"}, 403),
    ({"Origin": "http://127.0.0.1:8001"}, 403),
    ({"Origin": "http://[evil"}, 403),
]


@pytest.mark.sqlite_is_enough
@pytest.mark.parametrize(("headers", "status"), FOREIGN)
def test_nobody_is_signed_in_by_a_form_on_another_site(
    client: TestClient, headers: dict[str, str], status: int
) -> None:
    assert client.post("/sign-in", data=ALICE, headers=headers).status_code == status


TOKENS: list[tuple[str, Callable[[str], dict[str, str]], int]] = [
    ("its own", lambda token: {FORM_FIELD: token}, 303),
    ("none", lambda token: {}, 403),
    ("an empty one", lambda token: {FORM_FIELD: ""}, 403),
    ("a cut one", lambda token: {FORM_FIELD: token[:-1]}, 403),
    ("one with other letters", lambda token: {FORM_FIELD: "đ" * 64}, 403),
]


@pytest.mark.sqlite_is_enough
@pytest.mark.parametrize(("_what", "form", "status"), TOKENS)
def test_a_form_without_this_sessions_token_changes_nothing(
    app: FastAPI,
    engine: Engine,
    settings: Settings,
    _what: str,
    form: Callable[[str], dict[str, str]],
    status: int,
) -> None:
    alice = browser(app, engine, settings, "alice", NOW)
    assert alice.client.post("/sign-out", data=form(alice.token)).status_code == status
    assert alice.client.get("/").status_code == (200 if status == 403 else 303)
    alice.client.close()


def test_the_token_of_one_session_is_of_no_use_in_another(
    app: FastAPI, engine: Engine, settings: Settings
) -> None:
    alice, mallory = (browser(app, engine, settings, who, NOW) for who in ("alice", "mallory"))
    assert alice.client.post("/sign-out", data=mallory.form()).status_code == 403
    alice.client.close()
    mallory.client.close()


@pytest.mark.sqlite_is_enough
@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\n//evil.example",
        "evil.example",
        "/a\\..\\..\\evil.example",
        "",
        "/[",
        "http:evil.example",
        " //evil.example",
    ],
)
def test_signing_in_leads_nowhere_else(client: TestClient, path: str) -> None:
    where = client.post("/sign-in", data={**ALICE, "next": path}).headers["location"]
    assert where == inside(path)
    assert where.startswith("/")
    assert not where.startswith(("//", "/\\"))
    assert "evil" not in where


def test_the_language_form_leads_nowhere_else(client: TestClient) -> None:
    answer = client.post("/language", data={"language": "en", "back": "//evil.example"})
    assert answer.headers["location"] == "/"
