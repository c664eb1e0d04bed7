"""A stranger's large upload is refused before it is read; that of a person signed in is read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.testclient import TestClient

from tests.web.admin.conftest import NOW
from tests.web.cast import Browser, api_token
from web.middleware import SMALL

LARGE = b"x" * (SMALL + 1)
BY_SESSION = ["/admin/plans/upload/check", "/admin/units/import/check", "/obligations/1/file"]
SUBMIT = "/api/v1/obligations/1/submit"


def pieces() -> Iterator[bytes]:
    """A body whose length nobody declares."""
    yield from [LARGE[:1000], LARGE]


@pytest.mark.parametrize("path", [*BY_SESSION, SUBMIT])
@pytest.mark.parametrize("cookie", [None, "x" * 43])
def test_a_stranger_is_not_read(client: TestClient, path: str, cookie: str | None) -> None:
    if cookie:
        client.cookies.set("dondoc_session", cookie)
    for content in (LARGE, pieces()):
        answer = client.post(path, content=content, headers={"Authorization": "Bearer dondoc_none"})
        words = "sign in, then send" if path == SUBMIT else "đăng nhập lại"
        assert (answer.status_code, words in answer.text) == (401, True)


@pytest.mark.parametrize("path", BY_SESSION)
def test_a_session_opens_the_door(dave: Browser, path: str) -> None:
    answer = dave.client.post(path, data=dave.form(), files={"file": ("a.pdf", LARGE, "application/pdf")})
    assert answer.status_code not in (401, 413)


def test_cookies_of_others_do_not_shut_it(dave: Browser) -> None:
    """The office's other sites on this host set what they like."""
    own = "; ".join(f"{name}={value}" for name, value in dave.client.cookies.items())
    headers = {"Cookie": f'other[]={{"a": 1}}; b@d; {own}'}
    dave.client.cookies.clear()
    answer = dave.client.post(BY_SESSION[0], content=LARGE, headers=headers)
    assert answer.status_code not in (401, 413)


def test_a_token_opens_the_door(dave: Browser, client: TestClient, engine: Engine) -> None:
    bearer = {"Authorization": f"Bearer {api_token(engine, 'dave', NOW)}"}
    answer = client.post(SUBMIT, files={"files": ("a.pdf", LARGE, "application/pdf")}, headers=bearer)
    assert answer.status_code not in (401, 413)


def test_a_link_is_left_to_its_page(client: TestClient) -> None:
    answer = client.post("/o/1/9999999999/none/file", content=LARGE)
    assert (answer.status_code, "đăng nhập lại rồi gửi lại tệp" in answer.text) == (404, False)


def test_nobody_carries_more_than_the_ceiling(dave: Browser, app: FastAPI) -> None:
    headers = {"Content-Length": str(10**12)}
    assert dave.client.post("/admin/plans/upload/check", headers=headers).status_code == 413
