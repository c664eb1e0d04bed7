"""The language of a page and of an API's refusal: switch, account, browser, setting."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from messages.catalogue import languages
from messages.choice import accepted_language, language_name

SIGN_IN = {"vi": "Đăng nhập", "en": "Sign in"}


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", None),
        ("en", "en"),
        ("EN-us,vi;q=0.9", "en"),
        ("fr, en-GB;q=0.7, vi;q=0.8", "vi"),
        ("vi;q=0, en;q=0.1", "en"),
        ("*", None),
        ("en;q=x, vi", "vi"),
        (",;=,", None),
    ],
)
def test_the_browser_asks_for_a_language(header: str, language: str | None) -> None:
    assert accepted_language(header) == language


def test_each_language_is_called_by_its_own_name() -> None:
    assert [language_name(code) for code in languages()] == ["Tiếng Việt", "English"]
    assert (language_name("en", "vi"), language_name("x-1")) == ("Tiếng Anh", "x-1")


@pytest.mark.parametrize(
    ("cookie", "header", "language"),
    [
        (None, None, "vi"),
        (None, "en-GB,en;q=0.9", "en"),
        ("vi", "en", "vi"),
        ("en", "vi", "en"),
        ("xx", "en", "en"),
        ("../vi", None, "vi"),
    ],
)
def test_a_stranger_gets_what_was_chosen_or_the_browser_asks_for(
    app: FastAPI, cookie: str | None, header: str | None, language: str
) -> None:
    client = TestClient(app, base_url="http://127.0.0.1:8000")
    if cookie:
        client.cookies.set("dondoc_language", cookie)
    page = client.get("/sign-in", headers={"Accept-Language": header} if header else {}).text
    assert f'<html lang="{language}">' in page
    assert SIGN_IN[language] in page
    other = "en" if language == "vi" else "vi"
    assert f'<button class="plain" lang="{other}">{language_name(other)}</button>' in page


def test_a_program_is_refused_in_the_language_it_asks_for(app: FastAPI) -> None:
    client = TestClient(app, base_url="http://127.0.0.1:8000")
    plain = client.get("/api/v1/obligations").json()
    assert plain["detail"] == "send a token: Authorization: Bearer dondoc_…; one is made at /me"
    asked = client.get("/api/v1/obligations", headers={"Accept-Language": "vi"}).json()
    assert asked["detail"].startswith("gửi kèm mã truy cập")
    assert (plain["code"], plain["values"]) == (asked["code"], asked["values"]) == ("api.no-token", {})
    assert (plain["title"], asked["title"]) == ("Unauthorized", "Chưa xác thực")
    nowhere = client.get("/api/v1/nowhere", headers={"Accept-Language": "vi"}).json()
    assert (nowhere["detail"], nowhere["code"]) == (
        "không có địa chỉ này; xem /api/v1/openapi.json",
        "request.no-address",
    )


@pytest.mark.parametrize(
    ("header", "title"),
    [
        ("vi", "Chưa xác thực"),
        ("fr;q=0.9, vi;q=0.2, en;q=0.1", "Chưa xác thực"),
        ("en;q=0.9, vi", "Chưa xác thực"),
        ("vi;q=0, en", "Unauthorized"),
        ("fr", "Unauthorized"),
        ("*", "Unauthorized"),
        ("", "Unauthorized"),
    ],
)
def test_a_program_may_weigh_languages(app: FastAPI, header: str, title: str) -> None:
    client = TestClient(app, base_url="http://127.0.0.1:8000")
    assert client.get("/api/v1/obligations", headers={"Accept-Language": header}).json()["title"] == title


def test_what_is_too_large_is_refused_in_one_language(app: FastAPI) -> None:
    client = TestClient(app, base_url="http://127.0.0.1:8000")
    for language, words in (("vi", "Quá lớn: tối đa 2 MB."), ("en", "Too large: at most 2 MB.")):
        answer = client.post("/sign-in", content=b"x" * 2_200_000, headers={"Accept-Language": language})
        assert (answer.status_code, answer.text) == (413, f"{words}\n")


@pytest.mark.parametrize(
    ("header", "words"),
    [("vi", "không có lịch này\n"), ("en", "no such calendar\n"), ("", "không có lịch này\n")],
)
def test_a_calendar_that_is_not_there_is_refused_in_the_language_asked_for(
    app: FastAPI, header: str, words: str
) -> None:
    client = TestClient(app, base_url="http://127.0.0.1:8000")
    answer = client.get("/ical/x/y.ics", headers={"Accept-Language": header})
    assert (answer.status_code, answer.text) == (404, words)
