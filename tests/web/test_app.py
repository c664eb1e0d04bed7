"""The application as such: it answers, it says what pages may load, its clock is the test's."""

from __future__ import annotations

import errno
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from starlette.routing import Mount
from starlette.testclient import TestClient

from models.database import open_engine
from models.settings import Settings
from web.app import create_app


def add_first(app: FastAPI, path: str, endpoint: Callable[[], None]) -> None:
    """A route before all others: the pages take every address that is left."""
    app.router.routes.insert(0, APIRoute(path, endpoint))


class _NoRoom(Exception):
    """As PostgreSQL's driver says it."""

    sqlstate = "53100"


def test_it_is_alive_for_get_and_head(client: TestClient) -> None:
    assert client.get("/alive").text == "ok\n"
    assert client.head("/alive").status_code == 200


def test_it_is_alive_without_its_database_and_ready_only_with_it(
    client: TestClient, settings: Settings
) -> None:
    """A supervisor that asked for both in one killed web parts for a database that was away."""
    assert client.get("/ready").text == "ok\n"
    away = create_app(settings, open_engine("postgresql+psycopg://nobody@127.0.0.1:1/none"))
    without = TestClient(away, base_url="http://127.0.0.1:8000")
    assert without.get("/alive").status_code == 200
    assert without.get("/ready").status_code == 503
    away.state.feeds.close()


@pytest.mark.parametrize(
    "path", ["/sign-in", "/ready", "/static/dondoc.css", "/api/v1/openapi.json", "/none"]
)
def test_head_is_get_without_its_body(client: TestClient, path: str) -> None:
    """Link checkers and proxies were told that the address takes no such method."""
    whole, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (whole.status_code, b"")
    assert head.headers["content-type"] == whole.headers["content-type"]


def test_a_fault_of_ours_is_a_problem_document_for_programs(app: FastAPI) -> None:
    def broken() -> None:
        raise ZeroDivisionError

    (api,) = (each.app for each in app.router.routes if isinstance(each, Mount) and each.path == "/api/v1")
    assert isinstance(api, FastAPI)
    add_first(api, "/broken", broken)
    client = TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False)
    answer = client.get("/api/v1/broken")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert answer.json()["code"] == "request.broken"
    assert "ZeroDivision" not in answer.text


def test_it_lets_pages_load_nothing_from_elsewhere_and_no_script_of_their_own_text(
    client: TestClient,
) -> None:
    policy = client.get("/alive").headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe-inline" not in policy


def test_it_sends_its_headers_with_refusals_too(client: TestClient) -> None:
    answer = client.get("/there-is-no-such-page")
    assert answer.status_code == 404
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_fault_of_ours_is_a_calm_page_with_its_headers(app: FastAPI) -> None:
    """Such an answer comes from outside all middleware."""

    def broken() -> None:
        raise ZeroDivisionError

    add_first(app, "/broken", broken)
    client = TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False)
    answer = client.get("/broken")
    assert answer.status_code == 500
    assert "Hãy thử lại" in answer.text
    assert "ZeroDivision" not in answer.text
    assert "script-src 'self'" in answer.headers["content-security-policy"]


def test_a_database_that_is_away_is_a_page_that_says_so(settings: Settings) -> None:
    away = open_engine("postgresql+psycopg://nobody@127.0.0.1:1/none")
    client = TestClient(create_app(settings, away), base_url="http://127.0.0.1:8000", follow_redirects=False)
    client.cookies.set("dondoc_session", "x" * 43)
    answer = client.get("/board")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    assert "tạm thời không trả lời" in answer.text
    told = client.get("/api/v1/plans", headers={"Authorization": "Bearer dondoc_x"})
    assert (told.status_code, told.headers["retry-after"]) == (503, "60")
    assert told.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), ("đĩa đã đầy", "the disk is full")),
        (
            OperationalError("INSERT", {}, _NoRoom()),
            ("cơ sở dữ liệu đã đầy", "of the database server"),
        ),
    ],
)
def test_a_full_disk_is_said_in_plain_words(app: FastAPI, error: Exception, words: tuple[str, str]) -> None:
    """Once an upload to a full disk was a fault of ours, and a full database one that does not answer."""

    def broken() -> None:
        raise error

    for path in ("/broken", "/api/broken"):
        add_first(app, path, broken)
    client = TestClient(app, base_url="http://127.0.0.1:8000")
    for language, said in zip(("vi", "en"), words, strict=True):
        client.cookies.set("dondoc_language", language)
        answer = client.get("/broken")
        assert (answer.status_code, answer.headers["retry-after"]) == (507, "60")
        assert said in answer.text
    problem = client.get("/api/broken")
    assert (problem.status_code, problem.headers["content-type"]) == (507, "application/problem+json")
    assert words[1] in problem.json()["detail"]


def test_any_other_trouble_with_files_is_a_fault_of_ours(app: FastAPI) -> None:
    def broken() -> None:
        raise PermissionError

    add_first(app, "/broken", broken)
    client = TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False)
    assert client.get("/broken").status_code == 500


def test_applications_of_one_process_share_routes_and_nothing_else(
    app: FastAPI, settings: Settings, engine: Engine
) -> None:
    """The routers are mounted by each of them; settings, database and clock are its own."""
    other = create_app(settings.model_copy(update={"language": "en"}), engine)
    away = create_app(settings, open_engine("postgresql+psycopg://nobody@127.0.0.1:1/none"))
    pages = [TestClient(each, base_url="http://127.0.0.1:8000") for each in (app, other)]
    assert ["Đăng nhập" in client.get("/sign-in").text for client in pages] == [True, False]
    assert ["Sign in" in client.get("/sign-in").text for client in pages] == [False, True]
    token = {"Authorization": "Bearer dondoc_x"}
    answers = [TestClient(each).get("/api/v1/plans", headers=token) for each in (app, away)]
    assert [answer.status_code for answer in answers] == [401, 503]
    for each in (other, away):
        each.state.feeds.close()
