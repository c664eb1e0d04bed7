"""The outbox and the trial's mailbox: narrowed, opened, tried again, taken back; mails without power."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from sqlmodel import select

from models.database import reading, writing
from models.notice import Notice
from models.settings import Settings
from models.unit import Contact
from models.vocabulary import NoticeState
from notifications.send import MAILBOX, send_due
from reporting.audit.log import entries
from reporting.moves.chase import Chaser, chase
from reporting.obligations.filters import Selection
from tests.conftest import at
from tests.reporting.world import World
from tests.web.admin.conftest import NOW, text_of
from tests.web.cast import Browser, browser
from web.app import create_app

pytestmark = pytest.mark.postgresql  # filters and orders

CONTACTS = 'unit,name,role,address\nx1,"<img src=x onerror=alert(1)>",clerk,alice@p.gov.vn\n'


@pytest.fixture
def notice(province: World, dave: Browser) -> int:
    """Alice's unit was chased; the notice waits."""
    province.units(CONTACTS)
    report = Selection(obligation=province.one("x1", "2024-02").id)
    with writing(province.engine) as session:
        chase(session, province.settings, report, "<script>alert(1)</script>", at(NOW), Chaser("Carol"))
    with reading(province.engine) as session:
        return session.scalars(select(Notice.id).where(Notice.kind == "chase")).one() or 0


def the(world: World, notice: int) -> Notice:
    with reading(world.engine) as session:
        found = session.get(Notice, notice)
        assert found is not None
        return found


def make(world: World, notice: int, **values: object) -> None:
    with writing(world.engine) as session:
        found = session.get(Notice, notice)
        for name, value in values.items():
            setattr(found, name, value)


def test_it_lists_notices_with_their_reason_narrowed_by_the_address(
    dave: Browser, province: World, notice: int
) -> None:
    make(province, notice, state=NoticeState.FAILED, reason="550 no such user")
    page = text_of(dave.client.get("/admin/outbox?state=failed&q=ALICE&kind=chase&plan=p-2024").text)
    assert "✗ failed 550 no such user" in page
    for other in ("state=sent", "q=bob", "kind=overdue", "plan=none", "q=%25", "page=7"):
        assert "No notice matches" in dave.client.get(f"/admin/outbox?{other}").text, other


def test_it_sends_a_failed_notice_again_with_the_next_pass(
    dave: Browser, province: World, notice: int
) -> None:
    make(province, notice, state=NoticeState.FAILED, reason="550", attempts=3)
    form = dave.form(ids=str(notice), back="/admin/outbox?state=failed")
    answer = dave.client.post("/admin/outbox/retry", data=form)
    assert answer.headers["location"] == "/admin/outbox?state=failed&done=retried-1"
    assert send_due(province.engine, province.settings, at(NOW)).mails == 1
    assert the(province, notice).state == NoticeState.SENT
    again = dave.client.post("/admin/outbox/retry", data=form)
    assert again.headers["location"].endswith("done=retried-0")  # what was sent is not sent again


def test_it_does_not_mail_an_address_that_bounced_unless_the_mark_is_forgotten(
    dave: Browser, province: World, notice: int
) -> None:
    make(province, notice, state=NoticeState.FAILED, reason="550")
    with writing(province.engine) as session:
        session.scalars(select(Contact)).one().bounced_at = at(NOW)
    form = dave.form(ids=str(notice))
    dave.client.post("/admin/outbox/retry", data=form)
    assert send_due(province.engine, province.settings, at(NOW)).mails == 0
    make(province, notice, state=NoticeState.FAILED)
    assert "refusing mail since 10/02/2024" in text_of(dave.client.get(f"/admin/outbox/{notice}").text)
    dave.client.post("/admin/outbox/retry", data=form | {"trust": "yes"})
    assert send_due(province.engine, province.settings, at(NOW)).mails == 1
    with reading(province.engine) as session:
        assert [
            each.action for each in entries(session, subject="contact", actor="Dave <dave@p.gov.vn>")
        ] == ["clear-bounce"]


def test_it_takes_a_waiting_notice_back_with_the_reason(dave: Browser, province: World, notice: int) -> None:
    form = dave.form(ids=str(notice), reason="gửi nhầm", back="/admin/outbox")
    dave.client.post("/admin/outbox/cancel", data=form)
    assert the(province, notice).reason == "taken back by the administrator: gửi nhầm"
    assert send_due(province.engine, province.settings, at(NOW)).mails == 0
    with reading(province.engine) as session:
        assert entries(session, subject="notice")[-1].action == "take-back"


def test_it_leaves_alone_what_is_being_sent_and_what_does_not_exist(
    dave: Browser, province: World, notice: int
) -> None:
    make(province, notice, state=NoticeState.CLAIMED)
    for what in ("retry", "cancel"):
        form = dave.form(ids=str(notice), back="https://evil.example/admin/outbox")
        answer = dave.client.post(f"/admin/outbox/{what}", data=form)
        assert answer.headers["location"].startswith("/admin/outbox?done=")
    assert the(province, notice).state == NoticeState.CLAIMED
    assert dave.client.get("/admin/outbox/99999999999").status_code == 404


def test_it_shows_the_mail_as_it_would_go_out_without_secrets_and_without_power(
    dave: Browser, notice: int
) -> None:
    page = dave.client.get(f"/admin/outbox/{notice}")
    assert "frame-src 'self'" in page.headers["content-security-policy"]
    mail = dave.client.get(f"/admin/outbox/{notice}/mail")
    policy = mail.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "<script>alert" not in mail.text
    assert "onerror=alert" not in mail.text.replace("&lt;img src=x onerror=alert(1)&gt;", "")
    assert "…" in mail.text  # where the links' secrets stood
    for part in page.text, mail.text:
        assert "/o/" not in part or "/…" in part


@pytest.fixture
def caught(dave: Browser, province: World, notice: int) -> str:
    """The name of the mail to Alice in the local mailbox."""
    send_due(province.engine, province.settings, at(NOW))
    (path,) = (province.settings.home / MAILBOX).iterdir()
    return path.name


def test_it_opens_a_caught_mail_with_its_links_and_without_power(dave: Browser, caught: str) -> None:
    assert caught.replace("@", "%40") in dave.client.get("/admin/mailbox?q=alice").text
    assert "There is no mail yet" in dave.client.get("/admin/mailbox?q=bob").text
    page = dave.client.get(f"/admin/mailbox/{caught}").text
    assert "/o/" in page
    html = dave.client.get(f"/admin/mailbox/{caught}/html")
    assert '<base target="_top">' in html.text
    assert "sandbox" in html.headers["content-security-policy"]
    assert html.headers["x-frame-options"] == "SAMEORIGIN"
    file = dave.client.get(f"/admin/mailbox/{caught}/file")
    assert file.headers["content-disposition"].startswith("attachment")


@pytest.mark.sqlite_is_enough
@pytest.mark.parametrize(
    "name", ["..%2fdondoc.sqlite3", "%2e%2e%2fdondoc.sqlite3", "nothing.eml", ".eml", "a%00.eml", "A.EML"]
)
def test_it_opens_nothing_but_the_mailbox_own_mails(dave: Browser, caught: str, name: str) -> None:
    assert dave.client.get(f"/admin/mailbox/{name}").status_code == 404


@pytest.fixture
def production(province: World, settings: Settings) -> Iterator[FastAPI]:
    yield create_app(settings.model_copy(update={"environment": "production"}), province.engine)


def test_there_is_no_mailbox_in_production(
    production: FastAPI, province: World, caught: str, settings: Settings
) -> None:
    at_work = browser(production, province.engine, settings, "dave", NOW)
    for path in ("/admin/mailbox", f"/admin/mailbox/{caught}", f"/admin/mailbox/{caught}/file"):
        assert at_work.client.get(path).status_code in (303, 404)
    at_work.client.close()
