"""One's own page: password, language, sessions, tokens; and that nobody reaches into another's."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import select

from models.account import ApiToken, SignIn
from models.database import reading, writing
from models.settings import Settings
from reporting.access.accounts import require_account, set_password
from reporting.access.api_tokens import bearer_of
from tests.conftest import HCM, at
from tests.prepared import prepare
from tests.web.cast import PASSWORD, Browser, browser, open_accounts
from tests.web.conftest import MovedClock
from web.auth import COOKIE, form_token

NOW = "2024-02-10 09:00"
NEW = "một mật khẩu hoàn toàn mới"
People = dict[str, Browser]


@pytest.fixture
def people(
    app: FastAPI, world: object, engine: Engine, settings: Settings, quick_hashes: None
) -> Iterator[People]:
    prepare(engine, "the cast", lambda: open_accounts(engine))
    with writing(engine) as session:
        set_password(session, require_account(session, "alice@p.gov.vn"), PASSWORD, at(NOW), "Dave")
    found = {who: browser(app, engine, settings, who, NOW) for who in ("alice", "mallory")}
    found["alice elsewhere"] = browser(app, engine, settings, "alice", NOW)
    yield found
    for each in found.values():
        each.client.close()


def changed(settings: Settings, alice: Browser, current: str = PASSWORD, again: str = NEW) -> int:
    form = alice.form(current=current, password=NEW, again=again)
    answer = alice.client.post("/me/password", data=form)
    if answer.status_code == 303:
        secret = answer.cookies[COOKIE]
        alice.client.cookies.clear()
        alice.client.cookies.set(COOKIE, secret)
        alice.token = form_token(settings, secret)
    return answer.status_code


def test_a_new_password_ends_the_sessions_elsewhere_and_begins_a_new_one_here(
    people: People, settings: Settings
) -> None:
    alice = people["alice"]
    before = alice.client.cookies[COOKIE]
    assert changed(settings, alice) == 303
    assert alice.client.cookies[COOKIE] != before
    assert alice.client.get("/me").status_code == 200
    assert people["alice elsewhere"].client.get("/me").status_code == 303


@pytest.mark.parametrize(("current", "again"), [("sai", NEW), ("", NEW), (PASSWORD, "khác")])
def test_it_needs_the_present_password_and_the_same_one_twice(
    people: People, settings: Settings, current: str, again: str
) -> None:
    assert changed(settings, people["alice"], current, again) == 422
    assert people["alice elsewhere"].client.get("/me").status_code == 200


def test_the_present_password_cannot_be_guessed_at_for_long(people: People, settings: Settings) -> None:
    statuses = [changed(settings, people["alice"], "sai sai sai sai") for _ in range(11)]
    assert statuses == [422] * 10 + [429]


def test_the_language_is_kept_with_the_account(people: People) -> None:
    alice, elsewhere = people["alice"], people["alice elsewhere"]
    assert "My account" in elsewhere.client.get("/me").text
    alice.client.post("/me/language", data=alice.form(language="vi"))
    assert "Tài khoản của tôi" in elsewhere.client.get("/me").text


def test_she_ends_one_session_or_all_others(people: People, engine: Engine) -> None:
    alice, elsewhere = people["alice"], people["alice elsewhere"]
    (id,) = re.findall(r"/me/sessions/(\d+)/end", alice.client.get("/me").text)
    alice.client.post(f"/me/sessions/{id}/end", data=alice.form())
    assert elsewhere.client.get("/me").status_code == 303
    alice.client.post("/me/sessions/end-others", data=alice.form())
    assert alice.client.get("/me").status_code == 200
    assert people["mallory"].client.get("/me").status_code == 200


def test_nobody_ends_anothers_session_or_token(people: People, engine: Engine) -> None:
    alice, mallory = people["alice"], people["mallory"]
    alice.client.post("/me/tokens", data=alice.form(name="Excel"))
    with reading(engine) as session:
        hers = require_account(session, "alice@p.gov.vn").id
        sessions = list(session.exec(select(SignIn.id).where(SignIn.account_id == hers)))
        (token,) = session.exec(select(ApiToken.id))
    for id in sessions:
        mallory.client.post(f"/me/sessions/{id}/end", data=mallory.form())
    answer = mallory.client.post(f"/me/tokens/{token}/revoke", data=mallory.form())
    assert answer.status_code == 404
    assert alice.client.get("/me").status_code == 200
    assert "Excel" in alice.client.get("/me").text


def test_a_token_is_shown_once_and_kept_as_a_hash(people: People, engine: Engine, clock: MovedClock) -> None:
    alice = people["alice"]
    answer = alice.client.post("/me/tokens", data=alice.form(name="Excel <b>", scope="write", days="30"))
    (secret,) = re.findall(r"dondoc_[\w-]{43}", answer.text)
    assert "Excel &lt;b&gt;" in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert secret not in alice.client.get("/me").text
    with reading(engine) as session:
        assert secret not in str(session.exec(select(ApiToken)).one())
        bearer = bearer_of(session, secret, clock.now, HCM)
        assert bearer is not None
        assert (bearer.person.address, bearer.scope) == ("alice@p.gov.vn", "write")
    (id,) = re.findall(r"/me/tokens/(\d+)/revoke", alice.client.get("/me").text)
    alice.client.post(f"/me/tokens/{id}/revoke", data=alice.form())
    with reading(engine) as session:
        assert bearer_of(session, secret, clock.now, HCM) is None


@pytest.mark.parametrize("wish", [{"scope": "everything"}, {"days": "0"}, {"days": "99999"}, {"days": "x"}])
def test_a_token_that_cannot_be_is_refused(people: People, wish: dict[str, str]) -> None:
    alice = people["alice"]
    answer = alice.client.post("/me/tokens", data=alice.form(**({"name": "Excel"} | wish)))
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("wish", "vietnamese", "english"),
    [
        (
            {"scope": "everything"},
            "Không có phạm vi “everything”; chọn một trong: chỉ đọc, đọc và ghi",
            "No scope &#39;everything&#39;; use one of: read, write",
        ),
        (
            {"days": "0"},
            "Mã truy cập có hiệu lực từ 1 đến 1095 ngày; hết hạn thì tạo mã mới",
            "A token holds for 1 to 1095 days; make a new one after that",
        ),
        (
            {"name": "x" * 101},
            "Tên dài 101 ký tự; viết nhiều nhất 100 ký tự",
            "The name has 101 characters; write at most 100",
        ),
    ],
)
def test_and_the_page_says_why_in_its_own_language(
    people: People, wish: dict[str, str], vietnamese: str, english: str
) -> None:
    alice = people["alice"]
    for language, said, unsaid in (("vi", vietnamese, english), ("en", english, vietnamese)):
        alice.client.cookies.set("dondoc_language", language)
        answer = alice.client.post("/me/tokens", data=alice.form(**({"name": "Excel"} | wish)))
        assert answer.status_code == 422
        assert said in answer.text
        assert unsaid not in answer.text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("vi", "Mật khẩu cần từ 10 đến 200 ký tự; nên dùng ba, bốn từ"),
        ("en", "A password has 10 to 200 characters; three or four words make a good one"),
    ],
)
def test_a_password_that_is_too_short_is_refused_in_the_pages_language(
    people: People, language: str, said: str
) -> None:
    alice = people["alice"]
    alice.client.cookies.set("dondoc_language", language)
    form = alice.form(current=PASSWORD, password="ngắn", again="ngắn")
    assert said in alice.client.post("/me/password", data=form).text
    refused = alice.client.post("/me/password", data={"current": PASSWORD})
    assert ("biểu mẫu đã quá cũ" in refused.text) == (language == "vi")
    assert refused.status_code == 403


def test_an_account_goes_before_the_browser(people: People) -> None:
    alice = people["alice"]
    alice.client.cookies.delete("dondoc_language")
    page = alice.client.get("/me", headers={"Accept-Language": "fr"}).text
    own = page.partition('<html lang="')[2][:2]
    other = "en" if own == "vi" else "vi"
    assert f'<html lang="{own}">' in alice.client.get("/me", headers={"Accept-Language": other}).text
