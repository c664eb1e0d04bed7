"""The second page of signing in: the code of the second factor, for half a sign-in in this browser."""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form
from pydantic import BaseModel
from starlette.responses import Response

from models.account import Account
from reporting.access.passwords import secret_hash
from reporting.access.second_factor import HalfGone, KeyChanged, WrongCode, finish_sign_in
from reporting.access.sessions import half_signed_in
from web.account.sign_in import A_MINUTE, CODE_PAGE, HALF_COOKIE, apart, signed_in_response
from web.auth import OwnForm, cookie_name, delete_cookie, inside
from web.page import AnyPage, Page, redirect
from web.rate_limit import RateLimit, TooMany

router = APIRouter(prefix=CODE_PAGE, dependencies=[OwnForm], include_in_schema=False)
CODES = (RateLimit("code", 10, timedelta(minutes=5)), RateLimit("code-day", 50, timedelta(days=1)))
"""Wrong codes for one account, from wherever they come: who guesses here knows the password, and a new one
begins a new count."""


class CodeForm(BaseModel):
    code: str = ""
    next: str = "/"


@router.get("")
def ask(page: AnyPage, next: str = "/") -> Response:
    if _account(page) is None:
        return _again(next)
    return _show(page, CodeForm(next=next))


@router.post("")
async def enter(page: AnyPage, form: Annotated[CodeForm, Form()]) -> Response:
    return await apart(page, _enter, form)


def _enter(page: Page, form: CodeForm) -> Response:
    account = _account(page)
    if account is None:
        return _again(form.next)
    program = page.request.headers.get("user-agent", "")
    engine, settings = page.context.engine, page.settings
    try:
        count_code(page, account)
        secret = finish_sign_in(engine, settings, _half(page), form.code, page.now, program)
        take_back_code(page, account)
    except HalfGone:
        return _again(form.next)
    except (WrongCode, KeyChanged, TooMany) as refused:
        return _show(page, form, refused)
    response = signed_in_response(page, secret, form.next)
    delete_cookie(response, settings, cookie_name(settings, HALF_COOKIE))
    return response


def _half(page: Page) -> str:
    return page.request.cookies.get(cookie_name(page.settings, HALF_COOKIE), "")


def _account(page: Page) -> Account | None:
    with page.reading() as session:
        return half_signed_in(session, _half(page), page.now)


def _again(next: str) -> Response:
    return redirect(f"/sign-in?done=again&next={quote(inside(next), safe='/')}")


def _show(page: Page, form: CodeForm, refused: WrongCode | KeyChanged | TooMany | None = None) -> Response:
    is_over = isinstance(refused, TooMany)
    return page.show(
        "sign_in_code.html",
        429 if is_over else 200 if refused is None else 401,
        refused.headers if isinstance(refused, TooMany) else None,
        next=inside(form.next),
        wrong="" if refused is None or is_over else page.say(refused),
        minutes=ceil(refused.wait / A_MINUTE) if isinstance(refused, TooMany) else 0,
    )


def count_code(page: Page, account: Account) -> None:
    """Count one attempt, before the code is looked at. Raises `TooMany`."""
    for limit in CODES:
        limit.count(page.context, _key(account))


def take_back_code(page: Page, account: Account) -> None:
    """It was right."""
    for limit in CODES:
        limit.take_back(page.context, _key(account))


def _key(account: Account) -> str:
    return f"{account.id} {secret_hash(account.password_hash or '')}"
