"""The log of the web part: an event a line, with the id of its request, and never a secret."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from sqlalchemy import Engine
from starlette.testclient import TestClient

from models.settings import Settings
from tests.web.conftest import MovedClock
from tests.web.route_list import all_routes
from tests.web.test_app import add_first
from web.app import create_app
from web.logs import ACCESS, JsonLines, TextLines, set_up_logs

SECRET = "tOkEn-ThAt-NoBoDy-MaY-rEaD_0123456789"
AT = "http://127.0.0.1:8000"
ID = re.compile(r"[0-9a-f]{16}")

Log = Callable[[], str]
Lines = Callable[[], list[dict[str, Any]]]


@contextmanager
def written(formatter: logging.Formatter) -> Iterator[Log]:
    """All that is logged meanwhile, as a server writes it; uvicorn keeps its own to itself where another test
    served with its settings."""
    text, access, uvicorn = io.StringIO(), logging.getLogger(ACCESS), logging.getLogger("uvicorn")
    handler = logging.StreamHandler(text)
    handler.setFormatter(formatter)
    before, shared = access.level, uvicorn.propagate
    access.setLevel(logging.INFO)
    uvicorn.propagate = True
    logging.getLogger().addHandler(handler)
    try:
        yield text.getvalue
    finally:
        logging.getLogger().removeHandler(handler)
        access.setLevel(before)
        uvicorn.propagate = shared


@pytest.fixture(params=[TextLines, JsonLines])
def log(request: pytest.FixtureRequest) -> Iterator[Log]:
    with written(request.param()) as text:
        yield text


@pytest.fixture
def lines() -> Iterator[Lines]:
    with written(JsonLines()) as text:
        yield lambda: [json.loads(line) for line in text().splitlines() if '"logger": "httpx' not in line]


def asked(app: FastAPI, path: str, peer: str = "127.0.0.1", **headers: str) -> Any:
    with TestClient(app, base_url=AT, client=(peer, 5000), raise_server_exceptions=False) as client:
        return client.get(path, headers=headers, follow_redirects=False)


def test_no_address_brings_a_secret_into_the_log(app: FastAPI, log: Log) -> None:
    """Every route with a place for one, and what is none; the secret also as a query."""
    found = [
        (method, re.sub(r"\{[^}]*\}", SECRET, prefix + str(each.path)))
        for prefix, each in all_routes(app.routes)
        if isinstance(each.original_route, APIRoute)
        for method in each.methods or ()
    ]
    others = ["/ical/{}/viec.ics", "/ical/{}", "/static/{}", "/api/v1/{}", "/{}", "/o/3-4/1234567890/{}"]
    addresses = {*found, *(("GET", each.format(SECRET)) for each in others)}
    with TestClient(app, base_url=AT, raise_server_exceptions=False, follow_redirects=False) as client:
        for method, address in sorted(addresses):
            client.request(method, f"{address}?code={SECRET}", headers={"Referer": f"{AT}/{SECRET}"})
    ours = [line for line in log().splitlines() if AT not in line]  # what the test's own client says
    assert len(ours) > 200
    assert [line for line in ours if SECRET in line or "?" in line] == []


def test_neither_does_a_fault(app: FastAPI, log: Log) -> None:
    def broken() -> None:
        raise RuntimeError(f"GET /reset/{SECRET} and /ical/{SECRET}/a.ics?code={SECRET}")

    add_first(app, "/broken", broken)
    asked(app, "/broken")
    try:
        broken()
    except RuntimeError:  # as uvicorn writes what has escaped
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application\n")
    assert "request.failed" in log() and "Traceback" in log() and "/reset/…" in log()
    assert SECRET not in log()


def test_a_request_is_a_line_with_its_id(app: FastAPI, lines: Lines) -> None:
    answer = asked(app, "/admin/units?q=1")
    (line,) = lines()
    assert answer.headers["x-request-id"] == line["request"]
    assert ID.fullmatch(line["request"])
    assert 0 <= line.pop("seconds") < 60 and line.pop("time").endswith("+00:00")
    del line["request"]
    assert line == {
        "level": "info",
        "event": "request",
        "client": "127.0.0.1",
        "method": "GET",
        "path": "/admin/units",
        "status": 303,
    }


def test_a_number_in_an_address_is_told(app: FastAPI, lines: Lines) -> None:
    asked(app, "/obligations/7")
    asked(app, f"/obligations/{SECRET}")
    assert [line["path"] for line in lines()] == ["/obligations/7", "/obligations/{id}"]


@pytest.mark.parametrize("path", ["/alive", "/ready", "/static/dondoc.css"])
def test_what_is_asked_all_the_time_fills_no_log(app: FastAPI, lines: Lines, path: str) -> None:
    asked(app, path)
    assert lines() == []
    asked(app, "/static/none.css")
    assert [line["status"] for line in lines()] == [404]


@pytest.mark.parametrize(
    ("peer", "given", "taken"),
    [
        ("10.0.0.7", "from-the-proxy.1", True),
        ("198.51.100.1", "from-a-stranger", False),
        ("10.0.0.7", "short", False),
        ("10.0.0.7", "x" * 65, False),
        ("10.0.0.7", "forged id=1", False),
    ],
)
def test_an_id_comes_from_our_proxy_alone(
    settings: Settings, engine: Engine, clock: MovedClock, lines: Lines, peer: str, given: str, taken: bool
) -> None:
    behind = settings.model_copy(update={"trusted_proxies": "10.0.0.0/8"})
    headers = {"X-Request-ID": given, "X-Forwarded-For": "203.0.113.5"}
    answer = asked(create_app(behind, engine, clock), "/sign-in", peer, **headers)
    (line,) = lines()
    assert answer.headers["x-request-id"] == line["request"]
    assert (line["request"] == given) is taken
    assert line["client"] == ("203.0.113.5" if peer == "10.0.0.7" else peer)


def test_all_lines_of_a_request_have_its_id_and_so_has_its_page(app: FastAPI, lines: Lines) -> None:
    def broken() -> None:
        logging.getLogger("reporting.somewhere").warning("before it broke")
        raise RuntimeError("a fault")

    add_first(app, "/broken", broken)
    answer = asked(app, "/broken")
    known = answer.headers["x-request-id"]
    assert answer.status_code == 500 and known in answer.text
    assert [(line["event"], line["request"]) for line in lines()] == [("log", known), ("request", known)]
    again = asked(app, "/broken")
    assert again.headers["x-request-id"] != known


def test_a_refusal_bears_no_id_that_nobody_needs(app: FastAPI) -> None:
    answer = asked(app, "/none")
    assert answer.status_code == 404 and answer.headers["x-request-id"] not in answer.text


@pytest.mark.parametrize(("form", "kind"), [("text", TextLines), ("json", JsonLines)])
def test_the_form_is_a_setting(form: Any, kind: type, monkeypatch: pytest.MonkeyPatch) -> None:
    root = logging.getLogger()
    before = root.handlers[:], root.level, logging.getLogger(ACCESS).level
    root.handlers.clear()
    try:
        set_up_logs(form)
        assert [type(each.formatter) for each in root.handlers] == [kind]
    finally:
        root.handlers[:], root.level = before[0], before[1]
        logging.getLogger(ACCESS).setLevel(before[2])
