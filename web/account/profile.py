"""One's own page: password, language, where one is signed in, and the tokens of one's programs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from models.account import Account
from models.database import reading, writing
from models.errors import DondocError
from models.vocabulary import Scope
from reporting.access.accounts import choose_language, require_account, set_password
from reporting.access.api_tokens import make_token, revoke_token, tokens_of
from reporting.access.passwords import verify_password
from reporting.access.rights import Person, named_grants
from reporting.access.sessions import end_session, end_sessions, open_session, sessions_of
from web.account.password_reset import wrong_with
from web.auth import OwnForm, SignedIn, give_cookie, session_secret
from web.context import Edge, EdgeDep
from web.form_values import RowId
from web.rate_limit import count_attempt
from web.rendering import LANGUAGE_COOKIE, Pages, PagesDep

router = APIRouter(prefix="/me", dependencies=[OwnForm], include_in_schema=False)
MOST, WINDOW = 10, timedelta(minutes=15)
TOKEN_DAYS = (30, 90, 365)


@dataclass(frozen=True)
class Own:
    """Who looks at their own page, and when."""

    request: Request
    edge: Edge
    pages: Pages
    person: Person
    now: datetime

    def show(self, status: int = 200, wrong: str = "", secret: str = "", done: str = "") -> Response:
        """The page; `secret` is a token that is shown this once."""
        with reading(self.edge.engine) as session:
            account = self.account(session)
            values: dict[str, Any] = {
                "account": account,
                "grants": named_grants(session, self.person.account_id, self.edge.today(self.now)),
                "sessions": sessions_of(session, self.person.account_id, self.cookie, self.now),
                "tokens": tokens_of(session, self.person.account_id, self.now),
                "scopes": {scope.value: scope for scope in Scope},
                "today": self.edge.today(self.now),
            }
        return self.pages.show(
            "me.html", status, wrong=wrong, secret=secret, done=done, token_days=TOKEN_DAYS, **values
        )

    def account(self, session: Session) -> Account:
        return require_account(session, self.person.address)

    @property
    def cookie(self) -> str:
        return session_secret(self.request, self.edge.settings)


def own(request: Request, edge: Edge, pages: Pages, person: Person) -> Own:
    return Own(request, edge, pages, person, edge.now)


def _back(done: str) -> Response:
    return RedirectResponse(f"/me?done={done}", status_code=303)


@router.get("")
def me(request: Request, edge: EdgeDep, pages: PagesDep, person: SignedIn, done: str = "") -> Response:
    return own(request, edge, pages, person).show(done=done)


@router.post("/language")
def language(edge: EdgeDep, person: SignedIn, language: Annotated[str, Form()] = "vi") -> Response:
    chosen = "en" if language == "en" else "vi"
    with writing(edge.engine) as session:
        choose_language(session, require_account(session, person.address), chosen, edge.now, person.actor)
    answer = _back("language")
    answer.delete_cookie(LANGUAGE_COOKIE)  # what was chosen in this browser would hide the choice
    return answer


@router.post("/password")
def password(
    request: Request,
    edge: EdgeDep,
    pages: PagesDep,
    person: SignedIn,
    current: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    """A new password for whoever knows the present one; every other session ends."""
    page = own(request, edge, pages, person)
    count_attempt(edge, "own-password", str(person.account_id), MOST, WINDOW, page.now)
    with reading(edge.engine) as session:
        kept = page.account(session).password_hash
    if not verify_password(kept, current):
        wrong = pages.t("Mật khẩu hiện tại không đúng.", "The present password is not right.")
        return page.show(422, wrong)
    if wrong := wrong_with(pages, password, again):
        return page.show(422, wrong)
    with writing(edge.engine) as session:
        account = page.account(session)
        set_password(session, account, password, page.now, person.actor)
        secret = open_session(session, account, page.now, request.headers.get("user-agent", ""))
    answer = _back("password")
    give_cookie(answer, edge, secret)
    return answer


@router.post("/sessions/end-others")
def end_others(request: Request, edge: EdgeDep, person: SignedIn) -> Response:
    with writing(edge.engine) as session:
        end_sessions(session, person.account_id, but=session_secret(request, edge.settings))
    return _back("sessions")


@router.post("/sessions/{id}/end")
def end_one(edge: EdgeDep, person: SignedIn, id: RowId) -> Response:
    with writing(edge.engine) as session:
        end_session(session, person.account_id, id)
    return _back("sessions")


@router.post("/tokens")
def new_token(
    request: Request,
    edge: EdgeDep,
    pages: PagesDep,
    person: SignedIn,
    name: Annotated[str, Form()] = "",
    scope: Annotated[str, Form()] = "read",
    days: Annotated[int, Form()] = 90,
) -> Response:
    """The token is in this one answer and nowhere else."""
    page = own(request, edge, pages, person)
    try:
        with writing(edge.engine) as session:
            account = page.account(session)
            secret, _ = make_token(session, account, name, scope, days, page.now, person.actor)
    except DondocError as error:
        return page.show(422, pages.say(error))
    return page.show(secret=secret)


@router.post("/tokens/{id}/revoke")
def end_token(edge: EdgeDep, person: SignedIn, id: RowId) -> Response:
    with writing(edge.engine) as session:
        account = require_account(session, person.address)
        revoke_token(session, account, id, edge.now, person.actor)
    return _back("tokens")
