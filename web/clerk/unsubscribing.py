"""/u/…: no more weekly looks ahead. One click for mail programs (RFC 8058, a POST), a button for people.

Opening the address changes nothing, since scanners open every link of a mail.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from models.database import reading, writing
from models.errors import NotFound
from reporting.reminders.audience import address_of, is_unsubscribed, subscribe_again, unsubscribe
from web.auth import OwnForm
from web.clerk.access import checked_link
from web.context import Edge, EdgeDep
from web.rendering import Pages, PagesDep

router = APIRouter(dependencies=[OwnForm], include_in_schema=False)
PATH = "/u/{id}/{expiry}/{signature}"


@router.api_route(PATH, methods=["GET", "HEAD"])
def ask(request: Request, edge: EdgeDep, pages: PagesDep) -> Response:
    _, contact = checked_link(request, edge, edge.now)
    return _show(edge, pages, contact)


@router.post(PATH)
def stop(request: Request, edge: EdgeDep, pages: PagesDep, again: Annotated[str, Form()] = "") -> Response:
    now = edge.now
    _, contact = checked_link(request, edge, now)
    try:
        with writing(edge.engine) as session:
            (subscribe_again if again else unsubscribe)(session, contact, now)
    except NotFound as error:
        raise HTTPException(404) from error
    return _show(edge, pages, contact)


def _show(edge: Edge, pages: Pages, contact: int) -> Response:
    with reading(edge.engine) as session:
        try:
            address = address_of(session, contact)
        except NotFound as error:
            raise HTTPException(404) from error
        stopped = is_unsubscribed(session, address)
    return pages.show("clerk/unsubscribe.html", address=address, stopped=stopped)
