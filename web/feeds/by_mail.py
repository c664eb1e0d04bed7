"""Subscribing from the link in a mail, without an account: `<the link>/calendar`.

The link opens one report of one unit, so what it gives is that unit's calendar, or that of one
of its contacts. The feed is that contact's: when they leave, it stops.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from messages.catalogue import DEFAULT_LANGUAGE, known_language
from models.errors import InvalidInput, NotFound
from models.unit import Contact
from reporting.feeds.access import contacts_of_obligation
from reporting.feeds.view import FeedRequest
from web.auth import OwnForm, VisitorFault
from web.clerk.access import checked_link
from web.feeds.pages import order, show_address
from web.page import AnyPage, Page
from web.rate_limit import RateLimit

router = APIRouter(dependencies=[OwnForm], include_in_schema=False)
SUBSCRIBING = RateLimit("feed-by-mail", 20, timedelta(hours=1))


@router.get("/o/{id}/{expiry}/{signature}/calendar")
def offer(page: AnyPage) -> Response:
    _, code, contacts = _behind(page)
    return page.show("feed_by_mail.html", code=code, contacts=contacts, action=page.request.url.path)


@router.post("/o/{id}/{expiry}/{signature}/calendar")
def make(
    page: AnyPage,
    contact: Annotated[int, Form()] = 0,
    everything: Annotated[bool, Form()] = False,
    language: Annotated[str, Form()] = DEFAULT_LANGUAGE,
    alarms: Annotated[bool, Form()] = False,
) -> Response:
    id, code, contacts = _behind(page)
    SUBSCRIBING.count(page.context, f"{id}")
    who = next((each for each in contacts if each.id == contact), None)
    if who is None:
        raise InvalidInput(page.t("choose your name"))
    kind, key = ("person", who.address) if everything else ("unit", code)
    request = FeedRequest(kind=kind, key=key, language=known_language(language), alarms=alarms)
    with page.writing() as session:
        ordered = order(session, page, f"{who.name} (mail)", request, who.address)
    return show_address(page, ordered)


def _behind(page: Page) -> tuple[int, str, list[Contact]]:
    """The report behind the link, its unit and the unit's people. Raises `LinkRefused`, or `NotFound`."""
    _, id = checked_link(page)
    with page.reading() as session:
        code, contacts = contacts_of_obligation(session, id, page.today)
    if not code:
        raise NotFound(VisitorFault.LINK_GONE())
    return id, code, contacts
