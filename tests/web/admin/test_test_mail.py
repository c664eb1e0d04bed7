"""The test mail: sent at once to the administrator who asks, and the page says what the server answered."""

from __future__ import annotations

import socket
from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from fastapi import FastAPI

from models.settings import Settings
from notifications.mailbox import MAILBOX
from tests.web.admin.conftest import text_of
from tests.web.cast import Browser

PAGE = "/admin/test-mail"


class Answer:
    """A mail server that gives one answer to each mail."""

    def __init__(self, answer: str) -> None:
        self.answer = answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        return self.answer


def set_server(app: FastAPI, settings: Settings, port: int) -> None:
    changed = settings.model_copy(
        update={"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "plain"}
    )
    app.state.context = replace(app.state.context, settings=changed)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    return port


@pytest.mark.parametrize(
    ("answer", "is_taken"), [("250 queued as 7", True), ("554 5.7.1 relaying <b>denied</b>", False)]
)
def test_the_page_says_what_the_server_answered(
    dave: Browser, app: FastAPI, settings: Settings, answer: str, is_taken: bool
) -> None:
    server = Controller(Answer(answer), "127.0.0.1", free_port())
    server.start()
    try:
        set_server(app, settings, server.port)
        page = dave.client.post(PAGE, data=dave.form()).text
    finally:
        server.stop()
    assert answer.replace("<b>", "").replace("</b>", "") in text_of(page).replace("<b>", "").replace(
        "</b>", ""
    )
    assert ("The mail server took the mail." in page) is is_taken
    assert "<b>denied" not in page


def test_a_server_that_is_away_is_said_with_its_remedy(
    dave: Browser, app: FastAPI, settings: Settings
) -> None:
    set_server(app, settings, free_port())
    page = text_of(dave.client.post(PAGE, data=dave.form()).text)
    assert "The mail was not taken." in page
    assert "DONDOC_SMTP_HOST" in page


def test_without_a_server_it_lies_in_the_trial_mailbox(dave: Browser, settings: Settings) -> None:
    dave.client.cookies.set("dondoc_language", "vi")
    dave.client.post(PAGE, data=dave.form())
    (path,) = (settings.home / MAILBOX).iterdir()
    mail = message_from_bytes(path.read_bytes(), policy=default)
    assert (mail["To"], mail["Subject"]) == ("dave@p.gov.vn", "Thư thử của dondoc")
    assert settings.base_url in str(mail.get_body(("plain",)).get_content())  # type: ignore[union-attr]


def test_the_check_list_leads_there(dave: Browser) -> None:
    assert f'href="{PAGE}"' in dave.client.get("/admin").text
    assert f'href="{PAGE}"' in dave.client.get("/admin/health").text
