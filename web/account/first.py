"""The first account, made while there is none: on the machine itself, or with the code of `dondoc serve`."""

from __future__ import annotations

import ipaddress
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from messages.catalogue import known_language
from models.errors import InvalidInput, NotFound
from models.settings import Settings
from reporting.access.faults import AccountFault
from reporting.access.first_account import has_accounts, is_first_code, open_first_account
from reporting.access.sessions import open_session
from web.account.password_reset import PasswordForm
from web.account.sign_in import signed_in_response
from web.auth import OwnForm
from web.page import AnyPage, Page
from web.rate_limit import RateLimit

router = APIRouter(prefix="/first-account", dependencies=[OwnForm], include_in_schema=False)
TRYING = RateLimit("first-account", 20, timedelta(minutes=15))
FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")
"""What proxies add: a request with one of them comes from elsewhere, whatever address it has."""


class FirstForm(PasswordForm):
    """The account, and the code where it is asked for."""

    address: str = ""
    name: str = ""
    code: str = ""


@router.get("")
def ask(page: AnyPage) -> Response:
    _require_none(page)
    return _show(page, FirstForm())


@router.post("")
def make(page: AnyPage, form: Annotated[FirstForm, Form()]) -> Response:
    _require_none(page)
    TRYING.count_source(page.request)
    if not (is_at_the_machine(page.request, page.settings) or is_first_code(page.settings, form.code)):
        return _show(page, form, wrong_code=True)
    if wrong := form.wrong(page, form.name, form.address):
        return _show(page, form, wrong)
    language, name = known_language(page.language), form.name[:100]
    try:
        with page.writing() as session:
            account = open_first_account(
                session, page.settings, form.address, name, form.password, language, page.now
            )
            secret = open_session(session, account, page.now, page.request.headers.get("user-agent", ""))
    except InvalidInput as error:
        return _show(page, form, refused=page.say(error))
    return signed_in_response(page, secret, "/admin")


def _require_none(page: Page) -> None:
    """Raises `NotFound` as soon as there is an account."""
    with page.reading() as session:
        if has_accounts(session):
            raise NotFound(AccountFault.NOT_THE_FIRST())


def _show(
    page: Page, form: FirstForm, wrong: str = "", *, refused: str = "", wrong_code: bool = False
) -> Response:
    return page.show(
        "first_account.html",
        403 if wrong_code else 422 if wrong or refused else 200,
        address=form.address[:200],
        name=form.name[:200],
        wrong=wrong,
        refused=refused,
        wrong_code=wrong_code,
        asks_code=not is_at_the_machine(page.request, page.settings),
    )


def is_at_the_machine(request: Request, settings: Settings) -> bool:
    """Whether the browser runs on this machine: a peer, a host and pages of loopback, and no proxy between.
    The host keeps out other sites whose names lead here; the pages' address, proxies that say nothing."""
    peer = request.client.host if request.client else ""
    try:
        hosts = (urlsplit(f"//{request.headers.get('host', '')}"), urlsplit(settings.base_url))
        is_here = all(_is_loopback(host) for host in (peer, *(each.hostname or "" for each in hosts)))
    except ValueError:
        return False
    return is_here and not any(name in request.headers for name in FORWARDED)


def _is_loopback(host: str) -> bool:
    return host == "localhost" or (bool(host) and ipaddress.ip_address(host).is_loopback)
