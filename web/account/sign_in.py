"""Signing in and out, and choosing the language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from math import ceil
from typing import Annotated, TypeVar
from urllib.parse import quote

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Form, Request
from pydantic import BaseModel
from starlette.responses import Response

from messages.catalogue import DEFAULT_LANGUAGE, known_language
from reporting.access.first_account import has_accounts
from reporting.access.sessions import FOR_THE_CODE, Entry, SignInRefused, sign_in, sign_out
from web.auth import (
    OwnForm,
    cookie_name,
    delete_cookie,
    inside,
    session_secret,
    set_cookie,
    set_session_cookie,
)
from web.context import LANGUAGE_COOKIE, context_of
from web.page import AnyPage, Page, redirect
from web.rate_limit import RateLimit, TooMany, source

router = APIRouter(dependencies=[OwnForm], include_in_schema=False)
AN_ADDRESS_FROM_HERE = (
    RateLimit("sign-in", 30, timedelta(minutes=5)),
    RateLimit("sign-in-day", 200, timedelta(days=1)),
)
ALL_FROM_HERE = RateLimit("sign-ins", 300, timedelta(minutes=5))
"""Attempts that failed: a gateway has hundreds of people behind it, who all sign in on Monday at eight. An
address that is guessed at from one place stays open to its person everywhere else."""
HALF_COOKIE, CODE_PAGE = "dondoc_half", "/sign-in/code"
SIGN_INS_AT_ONCE = 4
Form_ = TypeVar("Form_", bound=BaseModel)
A_MINUTE = timedelta(minutes=1)
YEAR = 365 * 24 * 3600


class SignInForm(BaseModel):
    address: str = ""
    password: str = ""
    next: str = "/"


@router.get("/sign-in")
def sign_in_page(page: AnyPage, next: str = "/", done: str = "") -> Response:
    if page.visitor.person is not None:
        return redirect(inside(next))
    return _show(page, SignInForm(next=next), done=done)


def _show(
    page: Page, form: SignInForm, refused: SignInRefused | TooMany | None = None, done: str = ""
) -> Response:
    status, headers = 200 if refused is None else 401, None
    if isinstance(refused, TooMany):
        status, headers = 429, refused.headers
    return page.show(
        "sign_in.html",
        status,
        headers,
        next=inside(form.next),
        address=form.address[:200],
        refused=refused,
        minutes=ceil(refused.wait / A_MINUTE) if isinstance(refused, TooMany) else 0,
        is_over=isinstance(refused, TooMany),
        done=done,
        has_provider=page.settings.oidc_issuer is not None,
        is_new=_is_new(page),
    )


def _is_new(page: Page) -> bool:
    """Whether the first account is still to be made."""
    with page.reading() as session:
        return not has_accounts(session)


@router.post("/sign-in")
async def enter(page: AnyPage, form: Annotated[SignInForm, Form()]) -> Response:
    return await apart(page, _enter, form)


async def apart(page: Page, look: Callable[[Page, Form_], Response], form: Form_) -> Response:
    """Look at a password in threads of its own: on Monday at eight hundreds wait for theirs, who must not
    take the threads of all other pages."""
    limiter: CapacityLimiter = page.request.app.state.sign_ins
    return await to_thread.run_sync(look, page, form, limiter=limiter)


def _enter(page: Page, form: SignInForm) -> Response:
    program = page.request.headers.get("user-agent", "")
    here = source(page.request)
    limits = [(each, f"{here} {form.address.strip().lower()}") for each in AN_ADDRESS_FROM_HERE]
    limits.append((ALL_FROM_HERE, here))
    try:
        # Counted before the password is looked at, so that many at once are no more than many in a row.
        for limit, key in limits:
            limit.count(page.context, key)
        entry = sign_in(page.context.engine, form.address, form.password, page.now, program)
        for limit, key in limits:
            limit.take_back(page.context, key)
    except (SignInRefused, TooMany) as refused:
        return _show(page, form, refused)
    return entry_response(page, entry, form.next)


def entry_response(page: Page, entry: Entry, next: str) -> Response:
    """On to where the person wanted to go; to the page for the code first where one is lacking."""
    if not entry.lacks_code:
        return signed_in_response(page, entry.secret, next)
    response = redirect(f"{CODE_PAGE}?next={quote(inside(next), safe='/')}")
    name, seconds = cookie_name(page.settings, HALF_COOKIE), int(FOR_THE_CODE.total_seconds())
    set_cookie(response, page.settings, name, entry.secret, seconds)
    return response


def signed_in_response(page: Page, secret: str, next: str) -> Response:
    """On to where the person wanted to go, with the new session; the one that the browser had ends."""
    with page.writing() as session:
        sign_out(session, session_secret(page.request, page.settings))
    response = redirect(inside(next))
    set_session_cookie(response, page.settings, secret)
    return response


@router.post("/sign-out")
def leave(request: Request) -> Response:
    context = context_of(request)
    with context.writing() as session:
        sign_out(session, session_secret(request, context.settings))
    # The browser forgets what it has seen as well: the next one at a shared machine finds nothing.
    response = redirect("/sign-in", {"Clear-Site-Data": '"cache"'})
    delete_cookie(response, context.settings, cookie_name(context.settings))
    return response


class LanguageForm(BaseModel):
    language: str = DEFAULT_LANGUAGE
    back: str = "/"


@router.post("/language")
def choose_language(request: Request, form: Annotated[LanguageForm, Form()]) -> Response:
    response = redirect(inside(form.back))
    set_cookie(response, context_of(request).settings, LANGUAGE_COOKIE, known_language(form.language), YEAR)
    return response
