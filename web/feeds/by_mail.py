"""Subscribing from the link in a mail, without an account: `<the link>/calendar`.

The link opens one report of one unit, so what it gives is that unit's calendar, or that of one
of its contacts. The feed is that contact's: when they leave, it stops.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from models.database import reading, writing
from models.errors import InvalidInput, NotFound
from models.unit import Contact
from reporting.feeds.access import contacts_of_obligation
from reporting.feeds.feeds import FeedRequest
from reporting.feeds.view import read_language
from web.auth import OwnForm
from web.clerk.access import checked_link
from web.context import Edge, EdgeDep
from web.feeds.pages import base_url, order, show_address
from web.rate_limit import count_attempt
from web.rendering import PagesDep

router = APIRouter(dependencies=[OwnForm], include_in_schema=False)
MOST, WINDOW = 20, timedelta(hours=1)


@router.get("/o/{id}/{expiry}/{signature}/calendar")
def offer(request: Request, edge: EdgeDep, pages: PagesDep) -> Response:
    _, code, contacts = _behind(request, edge)
    return pages.show("feed_by_mail.html", code=code, contacts=contacts, action=request.url.path)


@router.post("/o/{id}/{expiry}/{signature}/calendar")
def make(
    request: Request,
    edge: EdgeDep,
    pages: PagesDep,
    contact: Annotated[int, Form()] = 0,
    everything: Annotated[bool, Form()] = False,
    language: Annotated[str, Form()] = "vi",
    alarms: Annotated[bool, Form()] = False,
) -> Response:
    id, code, contacts = _behind(request, edge)
    count_attempt(edge, "feed-by-mail", f"{id}", MOST, WINDOW, edge.now)
    who = next((each for each in contacts if each.id == contact), None)
    if who is None:
        raise InvalidInput(pages.t("hãy chọn tên của bạn", "choose your name"))
    kind, key = ("person", who.address) if everything else ("unit", code)
    wanted = FeedRequest(kind=kind, key=key, language=read_language(language), alarms=alarms)
    with writing(edge.engine) as session:
        ordered = order(session, edge, f"{who.name} (mail)", wanted, who.address, base_url(edge, request))
    return show_address(pages, edge, ordered)


def _behind(request: Request, edge: Edge) -> tuple[int, str, list[Contact]]:
    """The report behind the link, its unit and the unit's people. Raises `LinkRefused`, or `NotFound`."""
    now = edge.now
    _, id = checked_link(request, edge, now)
    with reading(edge.engine) as session:
        code, contacts = contacts_of_obligation(session, id, edge.today(now))
    if not code:
        raise NotFound("what this link was for is gone; use the one in a newer mail")
    return id, code, contacts
