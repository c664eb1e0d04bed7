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
from web.auth import Administrator, OwnForm
from web.context import Edge, EdgeDep
from web.form_values import typed_page
from web.headers import CONTENT_POLICY
from web.rendering import PagesDep

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
def mailbox(person: Administrator, edge: EdgeDep, pages: PagesDep, q: str = "", page: str = "") -> Response:
    words, number = q.strip()[:100], typed_page(page)
    mails, count = caught_mails(_folder(edge), words, number)
    more = count > number * PAGE
    return pages.show("admin/mailbox.html", mails=mails, count=count, q=words, page=number, more=more)


@router.get("/{name}")
def caught(name: str, person: Administrator, edge: EdgeDep, pages: PagesDep) -> Response:
    mail = open_caught(_folder(edge), name)
    return pages.show("admin/caught.html", headers=FRAMING, mail=mail)


@router.get("/{name}/html")
def html(name: str, person: Administrator, edge: EdgeDep) -> HTMLResponse:
    return framed(open_caught(_folder(edge), name).html)


@router.get("/{name}/file")
def file(name: str, person: Administrator, edge: EdgeDep) -> Response:
    return Response(
        caught_bytes(_folder(edge), name),
        media_type="message/rfc822",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


def _folder(edge: Edge) -> Path:
    if not has_mailbox(edge.settings):
        raise NotFound("there is no local mailbox here: mails go to the mail server; look at the outbox")
    return edge.settings.home / MAILBOX
