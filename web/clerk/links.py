"""Pages of links in mails that open no report: refused ones, and the end of the weekly looks ahead.

An expired link to hand in was ours, so its unit's people are known: a new one goes to them by mail, never to
the one who asks. So is one whose end a mail program has cut off, as long as enough of it is left that nobody
can have made it up. A link of which less is left, or that was made up, gets advice and no more.

/u/… ends the weekly looks ahead: by one click for mail programs (RFC 8058, a POST), by a button for people.
Opening any link changes nothing, since scanners open every link of a mail.
"""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from models.errors import NotFound
from notifications.links import Purpose
from reporting.moves.transition import find
from reporting.reminders.audience import address_of, is_unsubscribed, subscribe_again, unsubscribe
from reporting.reminders.events import announce_link
from web.auth import OwnForm
from web.clerk.access import GUESSES, LinkRefused, checked_link, link_base
from web.errors import refusal
from web.form_values import Field
from web.page import AnyPage, Page, page_of, redirect
from web.rate_limit import RateLimit, TooMany

router = APIRouter(dependencies=[OwnForm], include_in_schema=False)
short_router = APIRouter(include_in_schema=False)
UNSUBSCRIBE = "/u/{id}/{expiry}/{signature}"
NEW_LINKS = RateLimit("new-link", 1, timedelta(minutes=30))
"""One new link in half an hour: pressing twice sends one mail, and a scanner gets none at all."""
ALREADY = -1


def show_refused_link(request: Request, error: Exception) -> Response:
    """The exception handler for `LinkRefused`: what has happened, and how to come by a new link."""
    assert isinstance(error, LinkRefused)
    page = page_of(request)
    if not error.is_known:
        try:
            GUESSES.count_source(request)
        except TooMany:
            return refusal(request, 429)
    renews = error.is_known and error.purpose is Purpose.FILE
    return page.show(
        "clerk/link_refused.html",
        410 if error.was_ours else 404,
        error=error,
        renew=f"{link_base(request)}/new" if renews else "",
    )


@router.post("/o/{id}/{expiry}/{signature}/new")
def ask_for_new(page: AnyPage) -> Response:
    """A new link for the contacts of the same unit, by mail."""
    try:
        checked_link(page)
    except LinkRefused as refused:
        if not refused.is_known:
            raise
        id = refused.id
    else:
        return redirect(link_base(page.request))
    try:
        NEW_LINKS.count(page.context, str(id))
        with page.writing() as session:
            told = announce_link(session, find(session, id), page.now, page.zone)
    except TooMany:
        told = ALREADY
    except NotFound:
        told = 0
    return page.show("clerk/link_sent.html", told=told)


@router.api_route(UNSUBSCRIBE, methods=["GET", "HEAD"])
def ask_to_unsubscribe(page: AnyPage) -> Response:
    contact = checked_link(page).id
    return _show_subscription(page, contact)


@router.post(UNSUBSCRIBE)
def change_subscription(page: AnyPage, again: Field = "") -> Response:
    contact = checked_link(page).id
    try:
        with page.writing() as session:
            (subscribe_again if again else unsubscribe)(session, contact, page.now)
    except NotFound as error:
        raise HTTPException(404) from error
    return _show_subscription(page, contact)


def _show_subscription(page: Page, contact: int) -> Response:
    with page.reading() as session:
        try:
            address = address_of(session, contact)
        except NotFound as error:
            raise HTTPException(404) from error
        stopped = is_unsubscribed(session, address)
    return page.show("clerk/unsubscribe.html", address=address, stopped=stopped)


def cut_short(request: Request, rest: str) -> Response:
    """Of its signature, or of what comes before it, nothing is left."""
    raise LinkRefused(Purpose(request.url.path.split("/")[1]), 0)


for _purpose in Purpose:
    short_router.add_api_route(f"/{_purpose}/{{rest:path}}", cut_short, methods=["GET", "HEAD"])
