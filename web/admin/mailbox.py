"""The local mailbox in the browser: what a trial's mails look like, with links that work.

Only where no mail server is set and the installation is a trial: each mail holds secret links.
"""

from __future__ import annotations

import re
from pathlib import Path

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from models.errors import NotFound
from models.settings import Settings
from notifications.mailbox_reader import PAGE, caught_bytes, caught_mails, open_caught
from notifications.send import MAILBOX
from web.admin.preview import AdminFault
from web.auth import OwnForm
from web.form_values import PageNumber, Search
from web.middleware import CONTENT_POLICY
from web.page import AdminPage, Page

FRAMING = {"Content-Security-Policy": f"{CONTENT_POLICY}; frame-src 'self'"}
"""Headers of a page that has such a frame."""
INSIDE = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; "
        "sandbox allow-top-navigation-by-user-activation allow-popups allow-popups-to-escape-sandbox"
    ),
    "X-Frame-Options": "SAMEORIGIN",
    "Cache-Control": "no-store",
}
BASE = '<base target="_top">'
HEAD = re.compile(r"<head[^>]*>", re.IGNORECASE)


def framed(html: str) -> HTMLResponse:
    """A mail's HTML as the content of a frame."""
    head = HEAD.search(html)
    text = BASE + html if head is None else html[: head.end()] + BASE + html[head.end() :]
    return HTMLResponse(text, headers=INSIDE)


router = APIRouter(prefix="/admin/mailbox", dependencies=[OwnForm], include_in_schema=False)


def has_mailbox(settings: Settings) -> bool:
    """Whether mails are caught here, for looking at."""
    return settings.environment == "trial" and settings.smtp_host is None


@router.get("")
def mailbox(page: AdminPage, q: Search = "", number: PageNumber = 1) -> Response:
    mails, count = caught_mails(_folder(page), q, number)
    more = count > number * PAGE
    return page.show("admin/mailbox.html", mails=mails, count=count, q=q, page=number, more=more)


@router.get("/{name}")
def caught(name: str, page: AdminPage) -> Response:
    mail = open_caught(_folder(page), name)
    return page.show("admin/caught.html", 200, FRAMING, mail=mail)


@router.get("/{name}/html")
def html(name: str, page: AdminPage) -> HTMLResponse:
    return framed(open_caught(_folder(page), name).html)


@router.get("/{name}/file")
def file(name: str, page: AdminPage) -> Response:
    return Response(
        caught_bytes(_folder(page), name),
        media_type="message/rfc822",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


def _folder(page: Page) -> Path:
    if not has_mailbox(page.settings):
        raise NotFound(AdminFault.NO_MAILBOX())
    return page.settings.home / MAILBOX
