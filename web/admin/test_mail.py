"""A test mail to the administrator who asks for it: sent at once; the page says what the server answered."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter
from starlette.responses import Response

from calendars.errors import said
from notifications.mail_check import send_test_mail
from notifications.mail_server import server_name
from notifications.smtp_replies import Outcome
from reporting.stops import translatable
from web.admin.mailbox import has_mailbox
from web.auth import OwnForm
from web.page import AdminPage, Page
from web.rate_limit import RateLimit

router = APIRouter(prefix="/admin/test-mail", dependencies=[OwnForm], include_in_schema=False)
SENDING = RateLimit("test-mail", 20, timedelta(minutes=15))


@router.get("")
def ask(page: AdminPage) -> Response:
    return _show(page)


@router.post("")
def send(page: AdminPage) -> Response:
    SENDING.count_source(page.request)
    delivery, stopped = send_test_mail(page.settings, page.person.address, page.language, page.now)
    answer = said(stopped or translatable(delivery.said), page.language)
    return _show(page, answer, delivery.outcome is Outcome.SENT)


def _show(page: Page, answer: str = "", is_taken: bool = False) -> Response:
    return page.show(
        "admin/test_mail.html",
        answer=answer,
        is_taken=is_taken,
        server=server_name(page.settings) if page.settings.smtp_host else "",
        has_mailbox=has_mailbox(page.settings),
    )
