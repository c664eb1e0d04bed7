"""The second factor: set up, used, lost; and what somebody tries who knows the password."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta

import pyotp
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import Engine
from sqlmodel import select
from starlette.testclient import TestClient

from models.account import Account, HalfSignIn, RecoveryCode, SecondFactor, SignIn
from models.database import reading, writing
from models.notice import Notice
from models.settings import Settings
from models.upkeep import AuditEntry
from models.vocabulary import NoticeKind
from reporting.access.accounts import require_account, set_password
from reporting.access.second_factor import remove
from reporting.access.sessions import FOR_THE_CODE
from tests.conftest import at
from tests.prepared import prepare
from tests.web.cast import PASSWORD, Browser, api_token, browser, open_accounts
from tests.web.conftest import MovedClock
from web.app import create_app
from web.auth import COOKIE

pytestmark = pytest.mark.postgresql  # codes are spent by compare-and-swap

DAVE = {"address": "dave@p.gov.vn", "password": PASSWORD}
NOW = "2024-02-10 09:00"
OWN = "/me/second-factor"
HALF = "dondoc_half"
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture(autouse=True)
def cast(world: object, engine: Engine, quick_hashes: None) -> None:
    prepare(engine, "the cast", lambda: open_accounts(engine))
    with writing(engine) as session:
        for name in ("dave", "alice", "carol"):
            account = require_account(session, f"{name}@p.gov.vn")
            set_password(session, account, PASSWORD, at("2024-01-01 08:00"), "Dave")


@pytest.fixture
def dave(app: FastAPI, engine: Engine, settings: Settings) -> Iterator[Browser]:
    at_work = browser(app, engine, settings, "dave", NOW)
    yield at_work
    at_work.client.close()


def begun(person: Browser) -> pyotp.TOTP:
    """The key, as the page shows it in text."""
    page = person.client.post(f"{OWN}/begin", data=person.form(password=PASSWORD)).text
    assert "data:image/svg+xml" in page
    return pyotp.TOTP(re.findall(r'<code class="secret">([A-Z2-7 ]+)</code>', page)[0].replace(" ", ""))


def set_up(person: Browser, clock: MovedClock) -> tuple[pyotp.TOTP, list[str]]:
    """The app and the recovery codes; half a minute later, so that the next code is another."""
    made = begun(person)
    page = person.client.post(f"{OWN}/confirm", data=person.form(code=made.at(clock.now))).text
    codes = re.findall(r'<code class="secret">([a-z2-9]{5}-[a-z2-9]{5})</code>', page)
    assert len(set(codes)) == 10
    clock.now += timedelta(seconds=30)
    return made, codes


def half(client: TestClient, **form: str) -> None:
    """The password is right; the code is asked for."""
    answer = client.post("/sign-in", data={**DAVE, **form})
    assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/sign-in/code")
    assert COOKIE not in client.cookies


def test_the_code_is_asked_for_after_the_password_and_leads_on(
    client: TestClient, dave: Browser, clock: MovedClock
) -> None:
    made, _ = set_up(dave, clock)
    half(client, next="/admin/people?a=1")
    assert client.get("/admin/people").headers["location"].startswith("/sign-in?")
    page = client.get("/sign-in/code?next=/admin/people%3Fa%3D1")
    assert 'value="/admin/people?a=1"' in page.text
    spaced = f"{made.at(clock.now)[:3]} {made.at(clock.now)[3:]}"
    answer = client.post("/sign-in/code", data={"code": spaced, "next": "/admin/people?a=1"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin/people?a=1")
    assert client.get("/admin/people").status_code == 200
    assert HALF not in client.cookies


def test_it_holds_only_once_a_code_confirms_it(client: TestClient, dave: Browser, clock: MovedClock) -> None:
    made = begun(dave)
    wrong = dave.client.post(f"{OWN}/confirm", data=dave.form(code="000000"))
    assert wrong.status_code == 422
    assert made.secret[:4] in wrong.text  # the picture is still there
    assert client.post("/sign-in", data=DAVE).headers["location"] == "/"


@pytest.mark.parametrize(
    ("seconds", "status"), [(-60, 401), (-30, 303), (0, 303), (30, 303), (60, 401), (3600, 401)]
)
def test_clocks_may_differ_by_one_step(
    client: TestClient, dave: Browser, clock: MovedClock, seconds: int, status: int
) -> None:
    made, _ = set_up(dave, clock)
    clock.now += timedelta(minutes=5)
    half(client)
    code = made.at(clock.now + timedelta(seconds=seconds))
    answer = client.post("/sign-in/code", data={"code": code})
    assert answer.status_code == status
    if status == 401:
        assert "09:05:30 10/02/2024" in answer.text  # the clock here, beside the telephone's


def test_a_code_is_good_once_in_whatever_place(
    client: TestClient, app: FastAPI, dave: Browser, clock: MovedClock
) -> None:
    """RFC 6238, section 5.2; an older one neither."""
    made, _ = set_up(dave, clock)
    before, code = made.at(clock.now - timedelta(seconds=30)), made.at(clock.now)
    half(client)
    assert client.post("/sign-in/code", data={"code": code}).status_code == 303
    other = TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False)
    half(other)
    assert [other.post("/sign-in/code", data={"code": each}).status_code for each in (code, before)] == [
        401
    ] * 2
    off = dave.client.post(f"{OWN}/off", data=dave.form(password=PASSWORD, code=code))
    assert off.status_code == 422
    clock.now += timedelta(seconds=30)
    assert other.post("/sign-in/code", data={"code": made.at(clock.now)}).status_code == 303
    other.close()


def test_half_a_sign_in_becomes_one_session_and_ends(
    client: TestClient, dave: Browser, clock: MovedClock, engine: Engine
) -> None:
    made, _ = set_up(dave, clock)
    half(client)
    kept = client.cookies[HALF]
    client.post("/sign-in/code", data={"code": made.at(clock.now)})
    client.cookies.clear()
    client.cookies.set(HALF, kept)
    clock.now += timedelta(seconds=30)
    again = client.post("/sign-in/code", data={"code": made.at(clock.now)})
    assert again.headers["location"].startswith("/sign-in?done=again")
    client.cookies.clear()
    half(client)
    clock.now += FOR_THE_CODE
    assert client.get("/sign-in/code").headers["location"].startswith("/sign-in?done=again")
    late = client.post("/sign-in/code", data={"code": made.at(clock.now)})
    assert late.headers["location"].startswith("/sign-in?done=again")
    assert "The time for the code is over" in client.get("/sign-in?done=again", headers=ENGLISH).text


def test_half_a_sign_in_opens_nothing(client: TestClient, dave: Browser, clock: MovedClock) -> None:
    set_up(dave, clock)
    half(client)
    secret = client.cookies[HALF]
    for name in (COOKIE, HALF):
        client.cookies.set(name, secret)
    assert client.get("/admin").headers["location"].startswith("/sign-in?")
    assert client.get("/api/v1/obligations", headers={"Authorization": f"Bearer {secret}"}).status_code == 401


def test_a_new_password_ends_what_is_half_signed_in_and_does_not_remove_the_code(
    client: TestClient, dave: Browser, clock: MovedClock, engine: Engine
) -> None:
    made, _ = set_up(dave, clock)
    half(client)
    with writing(engine) as session:
        set_password(session, require_account(session, DAVE["address"]), PASSWORD + "!", clock.now, "x")
    late = client.post("/sign-in/code", data={"code": made.at(clock.now)})
    assert late.headers["location"].startswith("/sign-in?done=again")
    half(client, password=PASSWORD + "!")


def test_each_recovery_code_opens_once_however_it_is_typed(
    client: TestClient, dave: Browser, clock: MovedClock, engine: Engine
) -> None:
    _, codes = set_up(dave, clock)
    for typed in (
        codes[0],
        f" {codes[1].upper()} ",
        codes[2].replace("-", ""),
        codes[3].replace("-", "\u200b–"),
    ):
        client.cookies.clear()
        half(client)
        assert client.post("/sign-in/code", data={"code": typed}).status_code == 303
    client.cookies.clear()
    half(client)
    assert client.post("/sign-in/code", data={"code": codes[0]}).status_code == 401
    assert "6 recovery codes are left" in dave.client.get(OWN).text
    with reading(engine) as session:
        hashes = session.exec(select(RecoveryCode.code_hash)).all()
    assert all(each.startswith("$argon2id$") for each in hashes)


def test_new_recovery_codes_and_switching_off_need_password_and_code(
    client: TestClient, dave: Browser, clock: MovedClock
) -> None:
    made, codes = set_up(dave, clock)
    for path in ("codes", "off"):
        for proof in (
            {"code": made.at(clock.now)},
            {"password": PASSWORD},
            {"password": "x", "code": codes[0]},
        ):
            answer = dave.client.post(f"{OWN}/{path}", data=dave.form(**proof))
            assert answer.status_code == 422, (path, proof)
    renewed = dave.client.post(f"{OWN}/codes", data=dave.form(password=PASSWORD, code=codes[0])).text
    assert "The old recovery codes open nothing any more." in renewed
    assert codes[1] not in renewed
    old = dave.client.post(f"{OWN}/off", data=dave.form(password=PASSWORD, code=codes[1]))
    assert old.status_code == 422
    off = dave.client.post(f"{OWN}/off", data=dave.form(password=PASSWORD, code=made.at(clock.now)))
    assert off.headers["location"] == f"{OWN}?done=off"
    assert client.post("/sign-in", data=DAVE).headers["location"] == "/"


def test_guessing_codes_is_slowed_down_for_the_account_and_ends_with_a_new_password(
    client: TestClient, dave: Browser, clock: MovedClock, engine: Engine
) -> None:
    made, _ = set_up(dave, clock)
    half(client)
    tried = [client.post("/sign-in/code", data={"code": f"{n:06}"}).status_code for n in range(12)]
    assert tried == [401] * 10 + [429] * 2
    over = client.post("/sign-in/code", data={"code": made.at(clock.now)}, headers=ENGLISH)
    assert over.status_code == 429
    assert "somebody knows your password" in over.text
    with writing(engine) as session:
        set_password(session, require_account(session, DAVE["address"]), PASSWORD + "!", clock.now, "x")
    half(client, password=PASSWORD + "!")
    assert client.post("/sign-in/code", data={"code": made.at(clock.now)}).status_code == 303


def test_right_codes_are_not_counted(client: TestClient, dave: Browser, clock: MovedClock) -> None:
    made, _ = set_up(dave, clock)
    for _ in range(12):
        client.cookies.clear()
        half(client)
        assert client.post("/sign-in/code", data={"code": made.at(clock.now)}).status_code == 303
        clock.now += timedelta(seconds=30)


@pytest.mark.parametrize(("who", "status"), [("alice", 403), ("bob", 403), ("carol", 200), ("dave", 200)])
def test_it_is_for_administrators_and_monitors(
    app: FastAPI, engine: Engine, settings: Settings, who: str, status: int
) -> None:
    person = browser(app, engine, settings, who, NOW)
    assert person.client.get(OWN).status_code == status
    begin = person.client.post(f"{OWN}/begin", data=person.form(password=PASSWORD))
    assert begin.status_code == status
    assert ("/me/second-factor" in person.client.get("/me").text) is (status == 200)
    person.client.close()


def test_a_browser_left_open_locks_nobody_out(dave: Browser) -> None:
    assert dave.client.post(f"{OWN}/begin", data=dave.form(password="sai")).status_code == 422
    assert dave.client.post(f"{OWN}/confirm", data=dave.form(code="123456")).headers["location"] == OWN


def test_an_administrator_removes_that_of_another_who_is_told(
    client: TestClient, app: FastAPI, engine: Engine, settings: Settings, dave: Browser, clock: MovedClock
) -> None:
    carol = browser(app, engine, settings, "carol", NOW)
    set_up(carol, clock)
    with reading(engine) as session:
        ids = {name: require_account(session, f"{name}@p.gov.vn").id for name in ("carol", "dave")}
    place = f"/admin/people/{ids['carol']}"
    assert "Remove the second factor" in dave.client.get(place).text
    answer = dave.client.post(f"{place}/second-factor/remove", data=dave.form())
    assert answer.headers["location"] == f"{place}?done=factor-removed"
    assert client.post("/sign-in", data={**DAVE, "address": "carol@p.gov.vn"}).headers["location"] == "/"
    set_up(dave, clock)
    own = dave.client.post(f"/admin/people/{ids['dave']}/second-factor/remove", data=dave.form())
    assert own.status_code == 403
    with reading(engine) as session:
        told = session.exec(select(Notice.recipient).where(Notice.kind == NoticeKind.SECOND_FACTOR)).all()
        actions = session.exec(select(AuditEntry.action).where(AuditEntry.subject_id == ids["carol"])).all()
    assert told == ["carol@p.gov.vn"]
    assert actions[-3:-1] == ["set-second-factor", "remove-second-factor"]
    carol.client.close()


def test_twice_removed_is_told_twice(engine: Engine, clock: MovedClock) -> None:
    """A notice's key would refuse the second."""
    for _ in range(2):
        with writing(engine) as session:
            account = require_account(session, "carol@p.gov.vn")
            session.add(
                SecondFactor(account_id=account.id, secret="", created_at=clock.now, confirmed_at=clock.now)
            )
            session.flush()
            assert remove(session, account, clock.now, "Dave")
    with writing(engine) as session:
        assert not remove(session, require_account(session, "carol@p.gov.vn"), clock.now, "Dave")


def test_no_secret_and_no_code_is_written_down(
    client: TestClient, dave: Browser, clock: MovedClock, engine: Engine
) -> None:
    made, codes = set_up(dave, clock)
    half(client)
    client.post("/sign-in/code", data={"code": codes[0]})
    with reading(engine) as session:
        rows = [
            json.dumps(each.model_dump(), default=str)
            for table in (SecondFactor, RecoveryCode, HalfSignIn, SignIn, AuditEntry, Notice, Account)
            for each in session.exec(select(table))
        ]
    kept = "\n".join(rows)
    assert "set-second-factor" in kept
    for secret in (made.secret, *codes, *(each.replace("-", "") for each in codes)):
        assert secret not in kept


def test_with_another_key_recovery_codes_still_open_and_the_page_says_why(
    engine: Engine, settings: Settings, dave: Browser, clock: MovedClock
) -> None:
    made, codes = set_up(dave, clock)
    changed = settings.model_copy(
        update={"secret_key": SecretStr("another key, of another machine, long enough")}
    )
    with TestClient(
        create_app(changed, engine, clock), base_url="http://127.0.0.1:8000", follow_redirects=False
    ) as client:
        half(client)
        refused = client.post("/sign-in/code", data={"code": made.at(clock.now)}, headers=ENGLISH)
        assert refused.status_code == 401
        assert "another one; use a recovery code" in refused.text
        assert client.post("/sign-in/code", data={"code": codes[0]}).status_code == 303


def test_tokens_of_the_api_go_on(
    client: TestClient, dave: Browser, clock: MovedClock, engine: Engine
) -> None:
    set_up(dave, clock)
    token = api_token(engine, "dave", NOW)
    answer = client.get("/api/v1/obligations", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200


def test_where_the_clock_of_a_demonstration_is_shifted_codes_go_by_the_telephones(
    engine: Engine, settings: Settings, app: FastAPI, clock: MovedClock
) -> None:
    shifted = settings.model_copy(update={"clock_shift_seconds": -3600})
    with TestClient(create_app(shifted, engine, clock), base_url="http://127.0.0.1:8000") as client:
        person = browser(app, engine, settings, "dave", NOW)
        client.cookies.set(COOKIE, person.client.cookies[COOKIE])
        made = begun(Browser(client, person.token))
        code = made.at(clock.now + timedelta(hours=1))
        page = client.post(f"{OWN}/confirm", data=person.form(code=code))
        assert "The second factor holds from now on." in page.text
        person.client.close()
