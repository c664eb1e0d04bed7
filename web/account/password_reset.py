"""A password by mail: asking for the link, and the link itself, which sets a password once.

Asking has one answer. It is given before anybody looks whether the address is known, so neither its words nor
the time it takes can tell.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.background import BackgroundTask
from starlette.responses import RedirectResponse, Response

from models.database import reading, writing
from models.errors import InvalidInput, NotFound
from reporting.access.passwords import check_password
from reporting.access.reset_links import account_of_ticket, ask_for_ticket, redeem
from web.auth import OwnForm
from web.context import Edge, EdgeDep
from web.rate_limit import count_attempt, source
from web.rendering import Pages, PagesDep

router = APIRouter(dependencies=[OwnForm], include_in_schema=False)
MOST, WINDOW = 20, timedelta(minutes=15)


@router.get("/forgot")
def forgot(pages: PagesDep) -> Response:
    return pages.show("forgot.html", asked=False)


@router.post("/forgot")
def ask(request: Request, edge: EdgeDep, pages: PagesDep, address: Annotated[str, Form()] = "") -> Response:
    now = edge.now
    count_attempt(edge, "forgot", source(request), MOST, WINDOW, now)
    answer = pages.show("forgot.html", asked=True)
    answer.background = BackgroundTask(_send, edge, address, now)
    return answer


def _send(edge: Edge, address: str, now: datetime) -> None:
    with writing(edge.engine) as session:
        ask_for_ticket(session, edge.settings, address, now)


@router.get("/reset")
@router.get("/reset/")
def cut_short(pages: PagesDep) -> Response:
    """A mail program has cut off the secret; what is left of a longer one is unknown, and answered alike."""
    return _gone(pages)


@router.get("/reset/{ticket}")
def reset(request: Request, edge: EdgeDep, pages: PagesDep, ticket: str) -> Response:
    """Opening the link changes nothing: mail scanners open all of them."""
    now = edge.now
    count_attempt(edge, "reset", source(request), MOST * 3, WINDOW, now)
    return _form(edge, pages, ticket, now)


@router.post("/reset/{ticket}")
def set_new(
    request: Request,
    edge: EdgeDep,
    pages: PagesDep,
    ticket: str,
    password: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    now = edge.now
    count_attempt(edge, "reset", source(request), MOST * 3, WINDOW, now)
    wrong = wrong_with(pages, password, again)
    if wrong:
        return _form(edge, pages, ticket, now, wrong)
    try:
        with writing(edge.engine) as session:
            redeem(session, ticket, password, now)
    except NotFound:
        return _gone(pages)
    return RedirectResponse("/sign-in?done=password", status_code=303)


def _form(edge: Edge, pages: Pages, ticket: str, now: datetime, wrong: str = "") -> Response:
    try:
        with reading(edge.engine) as session:
            account = account_of_ticket(session, ticket, now)
    except NotFound:
        return _gone(pages)
    status = 422 if wrong else 200
    return pages.show("reset.html", status, address=account.address, wrong=wrong)


def _gone(pages: Pages) -> Response:
    return pages.show("reset.html", 404, address="", wrong="")


def wrong_with(pages: Pages, password: str, again: str) -> str:
    """What is wrong with a new password that was typed twice, in the visitor's words; empty for nothing."""
    if password != again:
        return pages.t("Hai lần nhập không giống nhau.", "The two are not the same.")
    try:
        check_password(password)
    except InvalidInput as error:
        return pages.say(error)
    return ""
