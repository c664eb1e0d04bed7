"""A password by mail: asking for the link, and the link itself, which sets a password once.

Asking has one answer. It is given before anybody looks whether the address is known, so neither its words nor
the time it takes can tell.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Form
from pydantic import BaseModel
from starlette.background import BackgroundTask
from starlette.responses import Response

from models.errors import InvalidInput, NotFound
from reporting.access.passwords import check_password
from reporting.access.reset_links import account_of_ticket, ask_for_ticket, redeem
from web.auth import OwnForm
from web.context import AppContext
from web.form_values import Field
from web.page import AnyPage, Page, redirect
from web.rate_limit import RateLimit

router = APIRouter(dependencies=[OwnForm], include_in_schema=False)
ASKING = RateLimit("forgot", 20, timedelta(minutes=15))
RESETTING = RateLimit("reset", 60, timedelta(minutes=15))


@router.get("/forgot")
def forgot(page: AnyPage) -> Response:
    return page.show("forgot.html", asked=False)


@router.post("/forgot")
def ask(page: AnyPage, address: Field = "") -> Response:
    ASKING.count_source(page.request)
    response = page.show("forgot.html", asked=True)
    response.background = BackgroundTask(_send, page.context, address, page.now)
    return response


def _send(context: AppContext, address: str, now: datetime) -> None:
    with context.writing() as session:
        ask_for_ticket(session, context.settings, address, now)


@router.get("/reset")
@router.get("/reset/")
def cut_short(page: AnyPage) -> Response:
    """A mail program has cut off the secret; what is left of a longer one is unknown, and answered alike."""
    return _gone(page)


@router.get("/reset/{ticket}")
def reset(page: AnyPage, ticket: str) -> Response:
    """Opening the link changes nothing: mail scanners open all of them."""
    RESETTING.count_source(page.request)
    return _show(page, ticket)


class PasswordForm(BaseModel):
    """A new password, typed twice."""

    password: str = ""
    again: str = ""

    def wrong(self, page: Page, *own: str) -> str:
        """What is wrong with it, in the visitor's words; empty for nothing. `own`: the account's names."""
        if self.password != self.again:
            return page.t("The two are not the same.")
        try:
            check_password(self.password, *own)
        except InvalidInput as error:
            return page.say(error)
        return ""


@router.post("/reset/{ticket}")
def set_new(page: AnyPage, ticket: str, form: Annotated[PasswordForm, Form()]) -> Response:
    RESETTING.count_source(page.request)
    if wrong := form.wrong(page):
        return _show(page, ticket, wrong)
    try:
        with page.writing() as session:
            redeem(session, ticket, form.password, page.now)
    except NotFound:
        return _gone(page)
    except InvalidInput as error:
        return _show(page, ticket, page.say(error))
    return redirect("/sign-in?done=password")


def _show(page: Page, ticket: str, wrong: str = "") -> Response:
    try:
        with page.reading() as session:
            account = account_of_ticket(session, ticket, page.now)
    except NotFound:
        return _gone(page)
    return page.show("reset.html", 422 if wrong else 200, address=account.address, wrong=wrong)


def _gone(page: Page) -> Response:
    return page.show("reset.html", 404, address="", wrong="")
