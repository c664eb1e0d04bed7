"""One's own page: password, language, where one is signed in, and the tokens of one's programs."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form
from pydantic import BaseModel
from sqlmodel import Session
from starlette.responses import Response

from messages.catalogue import DEFAULT_LANGUAGE, known_language
from models.account import Account
from models.errors import DondocError
from models.vocabulary import Scope
from reporting.access.accounts import choose_language, require_account, set_password
from reporting.access.api_tokens import make_token, revoke_token, tokens_of
from reporting.access.passwords import verify_password
from reporting.access.rights import named_grants
from reporting.access.second_factor import may_have
from reporting.access.sessions import (
    end_session,
    end_sessions,
    has_second_factor,
    open_session,
    sessions_of,
)
from web.account.password_reset import PasswordForm
from web.auth import OwnForm, session_secret, set_session_cookie
from web.context import LANGUAGE_COOKIE
from web.form_values import Field, RowId
from web.page import Page, SignedInPage, redirect
from web.rate_limit import RateLimit

router = APIRouter(prefix="/me", dependencies=[OwnForm], include_in_schema=False)
PASSWORDS = RateLimit("own-password", 10, timedelta(minutes=15))
TOKEN_DAYS = (30, 90, 365)


def _show(page: Page, status: int = 200, wrong: str = "", secret: str = "", done: str = "") -> Response:
    """The page; `secret` is a token that is shown this once."""
    id = page.person.account_id
    with page.reading() as session:
        return page.show(
            "me.html",
            status,
            account=_account(session, page),
            grants=named_grants(session, id, page.today),
            sessions=sessions_of(session, id, _cookie(page), page.now),
            tokens=tokens_of(session, id, page.now),
            scopes={scope.value: scope for scope in Scope},
            token_days=TOKEN_DAYS,
            today=page.today,
            second_factor=(held := has_second_factor(session, id)),
            offers_second_factor=held or may_have(page.person),
            wrong=wrong,
            secret=secret,
            done=done,
        )


def _account(session: Session, page: Page) -> Account:
    return require_account(session, page.person.address)


def _cookie(page: Page) -> str:
    return session_secret(page.request, page.settings)


def _back(done: str) -> Response:
    return redirect(f"/me?done={done}")


@router.get("")
def me(page: SignedInPage, done: str = "") -> Response:
    return _show(page, done=done)


@router.post("/language")
def language(page: SignedInPage, language: Field = DEFAULT_LANGUAGE) -> Response:
    with page.writing() as session:
        choose_language(session, _account(session, page), known_language(language), page.now, page.actor)
    response = _back("language")
    response.delete_cookie(LANGUAGE_COOKIE)  # what was chosen in this browser would hide the choice
    return response


class OwnPasswordForm(PasswordForm):
    current: str = ""


@router.post("/password")
def password(page: SignedInPage, form: Annotated[OwnPasswordForm, Form()]) -> Response:
    """A new password, against the present one; every other session ends."""
    PASSWORDS.count(page.context, str(page.person.account_id))
    with page.reading() as session:
        kept = _account(session, page).password_hash
    if not verify_password(kept, form.current):
        wrong = page.t("The present password is not right.")
        return _show(page, 422, wrong)
    if wrong := form.wrong(page, page.person.name, page.person.address):
        return _show(page, 422, wrong)
    with page.writing() as session:
        account = _account(session, page)
        set_password(session, account, form.password, page.now, page.actor)
        secret = open_session(session, account, page.now, page.request.headers.get("user-agent", ""))
    response = _back("password")
    set_session_cookie(response, page.settings, secret)
    return response


@router.post("/sessions/end-others")
def end_others(page: SignedInPage) -> Response:
    with page.writing() as session:
        end_sessions(session, page.person.account_id, but=_cookie(page))
    return _back("sessions")


@router.post("/sessions/{id}/end")
def end_one(page: SignedInPage, id: RowId) -> Response:
    with page.writing() as session:
        end_session(session, page.person.account_id, id)
    return _back("sessions")


class TokenForm(BaseModel):
    name: str = ""
    scope: str = "read"
    days: int = 90


@router.post("/tokens")
def new_token(page: SignedInPage, form: Annotated[TokenForm, Form()]) -> Response:
    """The token is in this one response and nowhere else."""
    try:
        with page.writing() as session:
            account = _account(session, page)
            secret, _ = make_token(session, account, form.name, form.scope, form.days, page.now, page.actor)
    except DondocError as error:
        return _show(page, 422, page.say(error))
    return _show(page, secret=secret)


@router.post("/tokens/{id}/revoke")
def end_token(page: SignedInPage, id: RowId) -> Response:
    with page.writing() as session:
        revoke_token(session, _account(session, page), id, page.now, page.actor)
    return _back("tokens")
