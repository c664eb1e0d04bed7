"""The subscribing pages: make a feed, see its address this once, and look after the feeds one has.

The address is shown in the answer to the form and nowhere else, since only its hash is stored. Whoever comes
by the link in a mail subscribes without signing in, as one of the unit's contacts.
"""

from __future__ import annotations

from typing import Annotated

import segno
from fastapi import APIRouter, Form, Request
from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from models.database import reading, writing
from models.errors import InvalidInput, NotFound
from models.subscription import Subscription
from reporting.access.rights import Person
from reporting.feeds.access import feed_choices, may_subscribe
from reporting.feeds.feeds import FeedRequest, current_feed
from reporting.feeds.subscriptions import (
    Ordered,
    feed_listings,
    find_subscription,
    revoke,
    rotate,
    subscribe,
    view_of_subscription,
)
from reporting.feeds.view import KINDS, SHOWABLE, read_language, read_shown
from web.auth import Forbidden, OwnForm, SignedIn
from web.context import Edge, EdgeDep
from web.form_values import RowId
from web.rendering import Pages, PagesDep

router = APIRouter(dependencies=[OwnForm], include_in_schema=False)


@router.get("/feeds")
def feeds(person: SignedIn, edge: EdgeDep, pages: PagesDep) -> Response:
    now = edge.now
    with reading(edge.engine) as session:
        owner = None if person.administers_all else person.address
        listings = feed_listings(session, edge.settings, now, owner)
        choices = feed_choices(session, person, edge.today(now))
    return pages.show(
        "feeds.html",
        listings=sorted(listings, key=lambda each: each.subscription.owner != person.address),
        choices=choices,
        showable=SHOWABLE,
    )


@router.post("/feeds")
def make(
    request: Request,
    person: SignedIn,
    edge: EdgeDep,
    pages: PagesDep,
    feed: Annotated[str, Form()] = "",
    code: Annotated[str, Form()] = "",
    language: Annotated[str, Form()] = "vi",
    alarms: Annotated[bool, Form()] = False,
    show: Annotated[list[str] | None, Form()] = None,
) -> Response:
    kind, _, key = feed.partition("|")
    if kind not in KINDS:
        raise InvalidInput(pages.t("hãy chọn một lịch", "choose a calendar"))
    wanted = FeedRequest(
        kind=kind,
        key=code.strip() or key,
        language=read_language(language),
        alarms=alarms,
        shown=read_shown(show or []),
    )
    with writing(edge.engine) as session:
        if not may_subscribe(session, person, kind, wanted.key, edge.today(edge.now)):
            raise Forbidden("this calendar shows what you may not see; ask your administrator for the grant")
        ordered = order(session, edge, person.actor, wanted, person.address, base_url(edge, request))
    return show_address(pages, edge, ordered)


@router.post("/feeds/{id}/rotate")
def renew(id: RowId, request: Request, person: SignedIn, edge: EdgeDep, pages: PagesDep) -> Response:
    with writing(edge.engine) as session:
        _own(session, person, id)
        ordered = rotate(session, edge.settings, edge.now, person.actor, id, base_url(edge, request))
    return show_address(pages, edge, ordered)


@router.post("/feeds/{id}/revoke")
def end(id: RowId, person: SignedIn, edge: EdgeDep) -> Response:
    with writing(edge.engine) as session:
        _own(session, person, id)
        revoke(session, edge.now, person.actor, id)
    return RedirectResponse("/feeds", status_code=303)


@router.get("/feeds/help")
def instructions(pages: PagesDep) -> Response:
    return pages.show("feed_help.html")


def order(session: Session, edge: Edge, actor: str, wanted: FeedRequest, owner: str, address: str) -> Ordered:
    """Subscribe and build the feed at once, so that the page can say how many events it shows."""
    now = edge.now
    ordered = subscribe(session, edge.settings, now, actor, wanted, owner, base_url=address)
    view = view_of_subscription(find_subscription(session, ordered.id))
    if current := current_feed(session, edge.settings, view, now):
        session.merge(current[0])
    return ordered


def show_address(pages: Pages, edge: Edge, ordered: Ordered) -> Response:
    """The address, this once, as text, link and picture, with what to do with it in which program."""
    with reading(edge.engine) as session:
        listings = feed_listings(session, edge.settings, edge.now)
        listing = next(each for each in listings if each.subscription.id == ordered.id)
    webcal = "webcal://" + ordered.url.partition("://")[2]
    return pages.show(
        "feed_made.html",
        url=ordered.url,
        webcal=webcal,
        picture=segno.make(webcal, error="m").svg_data_uri(scale=4, border=2),
        listing=listing,
        only_here="127.0.0.1" in ordered.url or "localhost" in ordered.url,
    )


def base_url(edge: Edge, request: Request) -> str:
    """What the address begins with: the setting, or where the visitor sees the pages."""
    if "base_url" in edge.settings.model_fields_set:
        return edge.settings.base_url
    return str(request.base_url).rstrip("/")


def _own(session: Session, person: Person, id: int) -> Subscription:
    """Raises `NotFound`, also for somebody else's: whether it exists is their business."""
    subscription = find_subscription(session, id)
    if subscription.owner != person.address and not person.administers_all:
        raise NotFound(f"no feed {id} of yours; the page of feeds shows them")
    return subscription
