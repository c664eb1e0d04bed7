"""Signing in and out, and choosing the language."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from models.database import writing
from reporting.signing_in import SignInRefused, sign_in, sign_out
from web.attempts import TooMany, count_attempt, source
from web.edge import EdgeDep
from web.pages import LANGUAGE_COOKIE, PagesDep
from web.who import COOKIE, OwnForm, VisitorDep, give_cookie, inside

router = APIRouter(dependencies=[OwnForm], include_in_schema=False)
MOST, WINDOW = 30, timedelta(minutes=5)
YEAR = 365 * 24 * 3600


@router.get("/sign-in")
def form(pages: PagesDep, visitor: VisitorDep, next: str = "/") -> Response:
    if visitor.person is not None:
        return RedirectResponse(inside(next), status_code=303)
    return pages.show("sign_in.html", next=inside(next), address="", refused=None)


@router.post("/sign-in")
def enter(
    request: Request,
    edge: EdgeDep,
    pages: PagesDep,
    address: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",
) -> Response:
    now = edge.now
    refused: SignInRefused | TooMany
    try:
        count_attempt(edge, "sign-in", source(request), MOST, WINDOW, now)
        with writing(edge.engine) as session:
            try:
                secret = sign_in(session, address, password, now, request.headers.get("user-agent", ""))
            except SignInRefused as error:
                # Not out of the transaction: the failure that it counted must be kept.
                refused, secret = error, ""
    except TooMany as error:
        refused, secret = error, ""
    if not secret:
        status = 429 if isinstance(refused, TooMany) else 401
        return pages.show("sign_in.html", status, next=inside(next), address=address[:200], refused=refused)
    answer = RedirectResponse(inside(next), status_code=303)
    give_cookie(answer, edge, secret)
    return answer


@router.post("/sign-out")
def leave(request: Request, edge: EdgeDep) -> Response:
    with writing(edge.engine) as session:
        sign_out(session, request.cookies.get(COOKIE, ""))
    answer = RedirectResponse("/sign-in", status_code=303)
    answer.delete_cookie(COOKIE)
    return answer


@router.post("/language")
def choose_language(
    edge: EdgeDep, language: Annotated[str, Form()] = "vi", back: Annotated[str, Form()] = "/"
) -> Response:
    answer = RedirectResponse(inside(back), status_code=303)
    chosen = "en" if language == "en" else "vi"
    secure = edge.settings.base_url.startswith("https://")
    answer.set_cookie(LANGUAGE_COOKIE, chosen, max_age=YEAR, secure=secure, httponly=True, samesite="lax")
    return answer
