"""The page of a link that opens nothing: what has happened, and how to come by a new one.

An expired link to hand in was ours, so its unit's people are known: a new one goes to them by mail, never to
whoever asks. So is one whose end a mail program has cut off, as long as enough of it is left that nobody can
have made it up. A link of which less is left, or that was made up, gets advice and no more.
"""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, FastAPI, Request
from starlette.responses import RedirectResponse, Response

from models.database import writing
from models.errors import NotFound
from notifications.links import Purpose
from reporting.moves.transition import find
from reporting.reminders.events import announce_link
from web.auth import OwnForm, visitor
from web.clerk.access import LinkRefused, checked_link, count_guess
from web.context import EdgeDep, edge
from web.errors import WORDS
from web.rate_limit import TooMany, count_attempt
from web.rendering import PagesDep, pages

router = APIRouter(dependencies=[OwnForm], include_in_schema=False)
short_router = APIRouter(include_in_schema=False)
AGAIN, WAIT = 1, timedelta(minutes=30)
"""One new link in half an hour: whoever presses twice gets one mail, and a scanner none at all."""
ALREADY = -1


def add_refused_links(app: FastAPI) -> None:
    app.add_exception_handler(LinkRefused, _show)


def _show(request: Request, error: Exception) -> Response:
    assert isinstance(error, LinkRefused)
    here = edge(request)
    drawn = pages(request, here, visitor(request, here))
    if not error.is_known and not count_guess(request, here):
        return drawn.show("refusal.html", 429, words=WORDS[429], reason="", fault=False)
    renews = error.is_known and error.purpose is Purpose.FILE
    base = "/".join(request.url.path.split("/")[:5])
    status = 410 if error.was_ours else 404
    return drawn.show("clerk/link_refused.html", status, error=error, renew=f"{base}/new" if renews else "")


@router.post("/o/{id}/{expiry}/{signature}/new")
def ask_for_new(request: Request, edge: EdgeDep, pages: PagesDep) -> Response:
    """A new link for the contacts of the same unit, by mail."""
    now = edge.now
    try:
        _, id = checked_link(request, edge, now)
    except LinkRefused as refused:
        if not refused.is_known:
            raise
        id = refused.id
    else:
        return RedirectResponse(request.url.path.removesuffix("/new"), status_code=303)
    try:
        count_attempt(edge, "new-link", str(id), AGAIN, WAIT, now)
        with writing(edge.engine) as session:
            told = announce_link(session, find(session, id), now, edge.settings.zone)
    except TooMany:
        told = ALREADY
    except NotFound:
        told = 0
    return pages.show("clerk/link_sent.html", told=told)


def cut_short(request: Request, rest: str) -> Response:
    """Of its signature, or of what comes before it, nothing is left."""
    raise LinkRefused(Purpose(request.url.path.split("/")[1]), 0)


for _purpose in Purpose:
    short_router.add_api_route(f"/{_purpose}/{{rest:path}}", cut_short, methods=["GET", "HEAD"])
