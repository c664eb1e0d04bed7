"""A forgotten password, from the form over a real mail to the new one; and what must not come of it."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from email import message_from_bytes
from email.policy import SMTP

import pytest
from sqlalchemy import Engine, text
from sqlmodel import select
from starlette.testclient import TestClient

from models.account import Account, ApiToken, Ticket
from models.database import metadata, reading, writing
from models.notice import Mail, Notice
from models.settings import Settings
from models.vocabulary import NoticeState
from notifications.send import send_due
from reporting.access.accounts import close_account, require_account
from reporting.access.api_tokens import make_token
from reporting.reminders.ledger import SPENT
from tests.conftest import at
from tests.prepared import prepare
from tests.web.cast import PASSWORD, open_accounts
from tests.web.conftest import MovedClock

pytestmark = pytest.mark.postgresql  # it takes no NUL, and each has locks of its own

ALICE = "alice@p.gov.vn"
NEW = "một mật khẩu hoàn toàn mới"


@pytest.fixture(autouse=True)
def cast(world: object, engine: Engine, quick_hashes: None) -> None:
    prepare(engine, "the cast", lambda: open_accounts(engine))


def ask(client: TestClient, address: str = ALICE) -> str:
    answer = client.post("/forgot", data={"address": address})
    assert answer.status_code == 200
    return answer.text


def links(settings: Settings, engine: Engine, clock: MovedClock) -> list[str]:
    """Send what is queued and read the links to set a password out of the mailbox, oldest first."""
    send_due(engine, settings, clock.now)
    found = []
    for path in sorted((settings.home / "mailbox").glob("*.eml")):
        message = message_from_bytes(path.read_bytes(), policy=SMTP)
        assert message["To"].endswith(f"<{ALICE}>")
        body = message.get_body(("plain",))
        assert body is not None
        found += re.findall(r"http://127.0.0.1:8000(/reset/\S+)", body.get_content())
    return found


def test_the_mails_link_sets_a_new_password_once(
    client: TestClient, engine: Engine, settings: Settings, clock: MovedClock
) -> None:
    ask(client)
    (link,) = links(settings, engine, clock)
    assert ALICE in client.get(link).text
    assert client.get(link).status_code == 200  # looking at it does not use it up
    answer = client.post(link, data={"password": NEW, "again": NEW})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?done=password")
    assert client.post("/sign-in", data={"address": ALICE, "password": NEW}).status_code == 303
    client.cookies.clear()
    assert client.get(link).status_code == 404
    again = client.post(link, data={"password": PASSWORD, "again": PASSWORD})
    assert again.status_code == 404
    assert client.post("/sign-in", data={"address": ALICE, "password": PASSWORD}).status_code == 401


def test_the_answer_is_the_same_whether_the_address_is_known_or_not(
    client: TestClient, engine: Engine
) -> None:
    with writing(engine) as session:
        close_account(session, require_account(session, "mallory@p.gov.vn"), at("2024-02-01 08:00"), "Dave")
    answers = {ask(client, each) for each in (ALICE, "nobody@p.gov.vn", "mallory@p.gov.vn", "", "\x00'\";")}
    assert len(answers) == 1
    with reading(engine) as session:
        assert [notice.recipient for notice in session.exec(select(Notice))] == [ALICE]


def test_a_link_holds_for_an_hour(
    client: TestClient, engine: Engine, settings: Settings, clock: MovedClock
) -> None:
    ask(client)
    (link,) = links(settings, engine, clock)
    clock.now += timedelta(minutes=59)
    assert client.get(link).status_code == 200
    clock.now += timedelta(minutes=1)
    assert client.get(link).status_code == 404
    assert client.post(link, data={"password": NEW, "again": NEW}).status_code == 404


@pytest.mark.parametrize(
    ("password", "again"), [("", ""), ("ngắn", "ngắn"), (NEW, NEW + "."), ("x" * 201, "x" * 201)]
)
def test_a_password_that_cannot_be_leaves_the_link_as_it_is(
    client: TestClient, engine: Engine, settings: Settings, clock: MovedClock, password: str, again: str
) -> None:
    ask(client)
    (link,) = links(settings, engine, clock)
    assert client.post(link, data={"password": password, "again": again}).status_code == 422
    assert client.post(link, data={"password": NEW, "again": NEW}).status_code == 303


def test_one_password_set_ends_all_links_sessions_tokens_and_the_rest_of_the_account(
    client: TestClient, engine: Engine, settings: Settings, clock: MovedClock
) -> None:
    ask(client)
    ask(client)
    first, second = links(settings, engine, clock)
    with writing(engine) as session:
        alice = require_account(session, ALICE)
        make_token(session, alice, "Excel", "read", 90, clock.now, "Alice")
    client.post(first, data={"password": NEW, "again": NEW})
    assert client.get(second).status_code == 404
    with reading(engine) as session:
        assert session.exec(select(ApiToken.revoked_at)).one() is not None
    assert client.post("/sign-in", data={"address": ALICE, "password": NEW}).status_code == 303


def test_nobodys_mailbox_is_filled_and_no_reminder_kept_back(
    client: TestClient, engine: Engine, settings: Settings, clock: MovedClock
) -> None:
    for _ in range(5):
        ask(client)
    assert len(links(settings, engine, clock)) == 3
    with reading(engine) as session:
        assert {mail.kind for mail in session.exec(select(Mail))} == {"sign-in"}  # outside the daily cap
    clock.now += timedelta(hours=1)
    ask(client)
    assert len(links(settings, engine, clock)) == 4


def test_asking_too_often_from_one_place_is_refused(client: TestClient, clock: MovedClock) -> None:
    statuses = [client.post("/forgot", data={"address": "x@p.gov.vn"}).status_code for _ in range(21)]
    assert statuses == [200] * 20 + [429]
    clock.now += timedelta(minutes=15)
    ask(client)


def test_a_mail_that_waited_too_long_for_the_server_is_not_sent(
    client: TestClient, engine: Engine, settings: Settings, clock: MovedClock
) -> None:
    ask(client)
    clock.now += timedelta(hours=2)
    assert links(settings, engine, clock) == []
    with reading(engine) as session:
        notice = session.exec(select(Notice)).one()
        assert (notice.state, notice.reason) == (NoticeState.CANCELLED, SPENT)


def test_neither_database_nor_logs_hold_the_ticket(
    client: TestClient,
    engine: Engine,
    settings: Settings,
    clock: MovedClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    kept = settings.model_copy(update={"mail_body_days": 30})
    ask(client)
    (link,) = links(kept, engine, clock)
    secret = link.removeprefix("/reset/")
    client.get(link)
    with engine.connect() as connection:
        rows = [
            str(row)
            for table in metadata.sorted_tables
            for row in connection.execute(text(f'SELECT * FROM "{table.name}"'))
        ]
    assert any("/reset/…" in row for row in rows)  # the text that is kept for a while
    assert not any(secret in row for row in rows)
    ours = [each.getMessage() for each in caplog.records if not each.name.startswith(("httpx", "httpcore"))]
    assert not any(secret in message for message in ours)
    # Who can read the database cannot open an account with what is in it.
    with reading(engine) as session:
        word, hashed = session.exec(select(Notice.words)).one(), session.exec(select(Ticket.token_hash)).one()
    assert client.get(f"/reset/{word}").status_code == 404
    assert client.get(f"/reset/{hashed}").status_code == 404


def test_the_mail_speaks_the_accounts_language(
    client: TestClient, engine: Engine, settings: Settings, clock: MovedClock
) -> None:
    subjects = []
    for language in ("vi", "en"):
        with writing(engine) as session:
            account = session.exec(select(Account).where(Account.address == ALICE)).one()
            account.language = language
        ask(client)
        links(settings, engine, clock)
    for path in sorted((settings.home / "mailbox").glob("*.eml")):
        subjects.append(str(message_from_bytes(path.read_bytes(), policy=SMTP)["Subject"]))
    assert subjects == ["[Đôn đốc] Đặt mật khẩu", "[dondoc] Set your password"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("vi", "Mật khẩu cần từ 10 đến 200 ký tự; nên dùng ba, bốn từ"),
        ("en", "A password has 10 to 200 characters; three or four words make a good one"),
    ],
)
def test_a_password_that_cannot_be_is_refused_in_the_pages_language(
    client: TestClient, engine: Engine, settings: Settings, clock: MovedClock, language: str, said: str
) -> None:
    ask(client)
    (link,) = links(settings, engine, clock)
    client.cookies.set("dondoc_language", language)
    assert said in client.post(link, data={"password": "ngắn", "again": "ngắn"}).text


@pytest.mark.parametrize("path", ["/reset", "/reset/", "/reset/abc"])
def test_a_link_that_was_cut_leads_to_a_new_one(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert 'href="/forgot"' in answer.text
