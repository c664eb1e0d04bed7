"""All calendar subscriptions: whose, fetched last when and by which program; revoked at a button."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from models.subscription import FEED_KINDS
from models.text import are_in
from reporting.feeds.subscriptions import feed_listings, revoke
from reporting.unit_names import codes_called
from web.auth import OwnForm
from web.form_values import PageNumber, RowId, Search
from web.page import AdminPage, redirect

router = APIRouter(prefix="/admin/feeds", dependencies=[OwnForm], include_in_schema=False)
ROWS = 50
OF_UNITS = frozenset({"unit", "branch"})
STATES = ("live", "revoked", "stopped", "expired")


@router.get("")
def feeds(
    page: AdminPage, q: Search = "", state: str = "", number: PageNumber = 1, done: str = ""
) -> Response:
    with page.reading() as session:
        every = feed_listings(session, page.settings, page.now)
        called = codes_called(session, q) if q else set()
    found = [
        each
        for each, of in ((each, each.subscription) for each in reversed(every))
        if (not state or each.state == state)
        and (are_in(q, of.kind, of.key, each.name, of.owner) or (of.kind in OF_UNITS and of.key in called))
    ]
    start = (number - 1) * ROWS
    return page.show(
        "admin/feeds.html",
        feeds=found[start : start + ROWS],
        kinds={kind: page.t(words) for kind, words in FEED_KINDS.items()},
        count=len(found),
        asked={"q": q, "state": state if state in STATES else ""},
        page=number,
        more=len(found) > start + ROWS,
        done=done,
    )


@router.post("/{id}/revoke")
def end(page: AdminPage, id: RowId) -> Response:
    with page.writing() as session:
        revoke(session, page.now, page.actor, id)
    return redirect("/admin/feeds?done=revoked")
