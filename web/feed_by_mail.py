"""Subscribing from the link in a mail, without an account: `<the link>/calendar`.

The link opens one report of one unit, so what it gives is that unit's calendar, or that of one
of its contacts. The feed is that contact's: when they leave, it stops.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from models.contact import Contact
from models.database import reading, writing
from models.errors import InvalidInput, NotFound
from notifications.links import Purpose, is_valid
from reporting.feed_choices import contacts_of_obligation
from reporting.feeds import FeedWish
from web.attempts import count_attempt
from web.edge import Edge, EdgeDep
from web.feed_pages import order, show_address
from web.pages import PagesDep
from web.who import OwnForm

router = APIRouter(dependencies=[OwnForm], include_in_schema=False)
MOST, WINDOW = 20, timedelta(hours=1)


def calendar_path(obligation_id: int, expiry: int, signature: str) -> str:
    """Where the page behind a mail's link leads on to."""
    return f"/{Purpose.FILE}/{obligation_id}/{expiry}/{signature}/calendar"


@router.get("/o/{id}/{expiry}/{signature}/calendar")
def offer(id: int, expiry: int, signature: str, edge: EdgeDep, pages: PagesDep) -> Response:
    code, contacts = _behind(edge, id, expiry, signature)
    return pages.show(
        "feed_by_mail.html", code=code, contacts=contacts, action=calendar_path(id, expiry, signature)
    )


@router.post("/o/{id}/{expiry}/{signature}/calendar")
def make(
    id: int,
    expiry: int,
    signature: str,
    request: Request,
    edge: EdgeDep,
    pages: PagesDep,
    contact: Annotated[int, Form()] = 0,
    everything: Annotated[bool, Form()] = False,
    language: Annotated[str, Form()] = "vi",
    alarms: Annotated[bool, Form()] = False,
) -> Response:
    code, contacts = _behind(edge, id, expiry, signature)
    count_attempt(edge, "feed-by-mail", f"{id}", MOST, WINDOW, edge.now)
    who = next((each for each in contacts if each.id == contact), None)
    if who is None:
        raise InvalidInput(pages.t("hãy chọn tên của bạn", "choose your name"))
    kind, key = ("person", who.address) if everything else ("unit", code)
    wish = FeedWish(language="en" if language == "en" else "vi", alarms=alarms)
    with writing(edge.engine) as session:
        ordered = order(session, edge, f"{who.name} (mail)", kind, key, wish, who.address, request)
    return show_address(pages, edge, ordered)


def _behind(edge: Edge, id: int, expiry: int, signature: str) -> tuple[str, list[Contact]]:
    """The unit behind the link and its people. Raises `NotFound` for a link not ours, or expired."""
    now = edge.now
    secret = edge.settings.secret_key.get_secret_value()
    if not is_valid(secret, Purpose.FILE, id, expiry, signature, now):
        raise NotFound("this link is not ours or has expired; use the one in a newer mail")
    with reading(edge.engine) as session:
        code, contacts = contacts_of_obligation(session, id, edge.today(now))
    if not code:
        raise NotFound("what this link was for is gone; use the one in a newer mail")
    return code, contacts
