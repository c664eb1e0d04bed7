"""The subscribing pages: make a feed, see its address this once, and look after the feeds one has.

The address is shown in the answer to the form and nowhere else, since only its hash is stored. The link
in a mail, with `/calendar` behind it, subscribes without signing in, to the calendar of its unit alone and in
the name of one of the unit's contacts: the address goes to that contact by mail, for anybody may have the
link. That feed is the contact's: when they leave, it stops.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import segno
from fastapi import APIRouter, Form
from sqlmodel import Session
from starlette.responses import Response

from messages.catalogue import DEFAULT_LANGUAGE, known_language
from models.errors import InvalidInput, NotFound
from models.settings import Settings
from models.subscription import Subscription
from models.unit import Contact
from reporting.access.rights import Person
from reporting.feeds.access import contacts_of_obligation, feed_choices, may_subscribe
from reporting.feeds.feeds import current_feed
from reporting.feeds.mailed import mail_calendar
from reporting.feeds.subscriptions import (
    Ordered,
    feed_listings,
    find_subscription,
    revoke,
    rotate,
    subscribe,
    view_of_subscription,
)
from reporting.feeds.view import KINDS, SHOWABLE, FeedRequest, read_shown
from web.auth import Forbidden, OwnForm, VisitorFault
from web.clerk.access import CheckedLink, checked_link, link_actor
from web.form_values import RowId
from web.page import AnyPage, Page, SignedInPage, redirect
from web.rate_limit import RateLimit, TooMany

router = APIRouter(dependencies=[OwnForm], include_in_schema=False)
SUBSCRIBING = RateLimit("feed-by-mail", 1, timedelta(minutes=30))
"""One mail to a contact in half an hour, however often it is asked for."""


@router.get("/feeds")
def feeds(page: SignedInPage) -> Response:
    now = page.now
    with page.reading() as session:
        owner = None if page.person.administers_all else page.person.address
        listings = feed_listings(session, page.settings, now, owner)
        choices = feed_choices(session, page.person, page.today)
    return page.show(
        "feeds.html",
        listings=sorted(listings, key=lambda each: each.subscription.owner != page.person.address),
        choices=choices,
        showable=SHOWABLE,
    )


@router.post("/feeds")
def make(
    page: SignedInPage,
    feed: Annotated[str, Form()] = "",
    code: Annotated[str, Form()] = "",
    language: Annotated[str, Form()] = DEFAULT_LANGUAGE,
    alarms: Annotated[bool, Form()] = False,
    show: Annotated[list[str] | None, Form()] = None,
) -> Response:
    kind, _, key = feed.partition("|")
    if kind not in KINDS:
        raise InvalidInput(page.t("choose a calendar"))
    request = FeedRequest(
        kind=kind,
        key=code.strip() or key,
        language=known_language(language),
        alarms=alarms,
        shown=read_shown(show or []),
    )
    with page.writing() as session:
        if not may_subscribe(session, page.person, kind, request.key, page.today):
            raise Forbidden(VisitorFault.NOT_TO_SEE())
        ordered = order(session, page, page.actor, request, page.person.address)
    return show_address(page, ordered)


@router.post("/feeds/{id}/rotate")
def renew(id: RowId, page: SignedInPage) -> Response:
    with page.writing() as session:
        _own(session, page.person, id)
        ordered = rotate(session, addressed(page), page.now, page.actor, id)
    return show_address(page, ordered)


@router.post("/feeds/{id}/revoke")
def end(id: RowId, page: SignedInPage) -> Response:
    with page.writing() as session:
        _own(session, page.person, id)
        revoke(session, page.now, page.actor, id)
    return redirect("/feeds")


@router.get("/feeds/help")
def instructions(page: AnyPage) -> Response:
    return page.show("feed_help.html")


def order(session: Session, page: Page, actor: str, request: FeedRequest, owner: str) -> Ordered:
    """Subscribe and build the feed at once, so that the page can say how many events it shows."""
    ordered = subscribe(session, addressed(page), page.now, actor, request, owner)
    view = view_of_subscription(find_subscription(session, ordered.id))
    if current := current_feed(session, page.settings, view, page.now):
        session.merge(current[0])
    return ordered


def show_address(page: Page, ordered: Ordered) -> Response:
    """The address, this once, as text, link and picture, with what to do with it in which program."""
    with page.reading() as session:
        listings = feed_listings(session, page.settings, page.now)
        listing = next(each for each in listings if each.subscription.id == ordered.id)
    webcal = "webcal://" + ordered.url.partition("://")[2]
    return page.show(
        "feed_made.html",
        url=ordered.url,
        webcal=webcal,
        picture=segno.make(webcal, error="m").svg_data_uri(scale=4, border=2),
        listing=listing,
        only_here="127.0.0.1" in ordered.url or "localhost" in ordered.url,
    )


def addressed(page: Page) -> Settings:
    """With what the address begins with: the setting, or where the visitor sees the page."""
    if "base_url" in page.settings.model_fields_set:
        return page.settings
    return page.settings.model_copy(update={"base_url": str(page.request.base_url)})


def _own(session: Session, person: Person, id: int) -> Subscription:
    """Raises `NotFound`, also for somebody else's: whether it exists is their business."""
    subscription = find_subscription(session, id)
    if subscription.owner != person.address and not person.administers_all:
        raise NotFound(VisitorFault.NO_FEED(number=id))
    return subscription


@router.get("/o/{id}/{expiry}/{signature}/calendar")
def offer_by_mail(page: AnyPage) -> Response:
    _, _, contacts = _behind(page)
    return page.show("feed_by_mail.html", contacts=contacts, action=page.request.url.path, sent_to="")


@router.post("/o/{id}/{expiry}/{signature}/calendar")
def make_by_mail(
    page: AnyPage,
    contact: Annotated[int, Form()] = 0,
    language: Annotated[str, Form()] = DEFAULT_LANGUAGE,
    alarms: Annotated[bool, Form()] = False,
) -> Response:
    link, code, contacts = _behind(page)
    who = next((each for each in contacts if each.id == contact), None)
    if who is None:
        raise InvalidInput(page.t("choose your name"))
    request = FeedRequest(kind="unit", key=code, language=known_language(language), alarms=alarms)
    try:
        SUBSCRIBING.count(page.context, f"{who.id}")
        with page.writing() as session:
            actor = link_actor(session, page, link.id, link.holder)
            mail_calendar(session, page.settings, page.now, actor, request, who)
    except TooMany:
        return page.show("feed_by_mail.html", sent_to=who.name, again=True)
    return page.show("feed_by_mail.html", sent_to=who.name, again=False)


def _behind(page: Page) -> tuple[CheckedLink, str, list[Contact]]:
    """The report behind the link, its unit and the unit's people. Raises `LinkRefused`, or `NotFound`."""
    link = checked_link(page)
    with page.reading() as session:
        code, contacts = contacts_of_obligation(session, link.id, page.today)
    if not code:
        raise NotFound(VisitorFault.LINK_GONE())
    return link, code, contacts
