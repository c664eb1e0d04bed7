"""All calendar subscriptions: of whom, last fetched when and by what; revoked at a button."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import RedirectResponse, Response

from models.database import reading, writing
from models.text import are_in
from reporting.feeds.subscriptions import feed_listings, revoke
from web.auth import Administrator, OwnForm
from web.context import EdgeDep
from web.form_values import RowId, typed_page
from web.rendering import PagesDep

router = APIRouter(prefix="/admin/feeds", dependencies=[OwnForm], include_in_schema=False)
PAGE = 50
STATES = ("live", "revoked", "stopped", "expired")


@router.get("")
def feeds(
    person: Administrator,
    edge: EdgeDep,
    pages: PagesDep,
    q: str = "",
    state: str = "",
    page: str = "",
    done: str = "",
) -> Response:
    words, number = q.strip()[:100], typed_page(page)
    with reading(edge.engine) as session:
        every = feed_listings(session, edge.settings, edge.now)
    found = [
        each
        for each, of in ((each, each.subscription) for each in reversed(every))
        if (not state or each.state == state) and are_in(words, of.kind, of.key, each.name, of.owner)
    ]
    start = (number - 1) * PAGE
    return pages.show(
        "admin/feeds.html",
        feeds=found[start : start + PAGE],
        count=len(found),
        asked={"q": words, "state": state if state in STATES else ""},
        page=number,
        more=len(found) > start + PAGE,
        done=done,
    )


@router.post("/{id}/revoke")
def end(id: RowId, person: Administrator, edge: EdgeDep, back: Annotated[str, Form()] = "") -> Response:
    with writing(edge.engine) as session:
        revoke(session, edge.now, person.actor, id)
    return RedirectResponse("/admin/feeds?done=revoked", status_code=303)
