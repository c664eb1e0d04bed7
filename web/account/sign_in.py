"""Signing in and out, and choosing the language."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from models.database import writing
from reporting.access.sessions import SignInRefused, sign_in, sign_out
from web.auth import OwnForm, VisitorDep, give_cookie, inside, is_https, session_secret, take_cookie
from web.context import Edge, EdgeDep
from web.rate_limit import TooMany, count_attempt, source
from web.rendering import LANGUAGE_COOKIE, Pages, PagesDep

router = APIRouter(dependencies=[OwnForm], include_in_schema=False)
MOST, WINDOW = 30, timedelta(minutes=5)
YEAR = 365 * 24 * 3600


@router.get("/sign-in")
def form(pages: PagesDep, visitor: VisitorDep, next: str = "/", done: str = "") -> Response:
    if visitor.person is not None:
        return RedirectResponse(inside(next), status_code=303)
    return pages.show("sign_in.html", next=inside(next), address="", refused=None, done=done, **_ways(pages))


def _ways(pages: Pages) -> dict[str, Any]:
    """Whether there is another way in beside the password."""
    return {"has_provider": pages.edge.settings.oidc_issuer is not None}


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
    program = request.headers.get("user-agent", "")
    try:
        count_attempt(edge, "sign-in", source(request), MOST, WINDOW, now)
        secret = sign_in(edge.engine, address, password, now, program)
    except (SignInRefused, TooMany) as refused:
        status, headers = (429, refused.headers) if isinstance(refused, TooMany) else (401, None)
        values = {
            "next": inside(next),
            "address": address[:200],
            "refused": refused,
            "done": "",
            **_ways(pages),
        }
        return pages.show("sign_in.html", status, headers, **values)
    return signed_in_answer(request, edge, secret, next)


def signed_in_answer(request: Request, edge: Edge, secret: str, next: str) -> Response:
    """On to where the person wanted to go, with the new session; the one that the browser had ends."""
    with writing(edge.engine) as session:
        sign_out(session, session_secret(request, edge.settings))
    answer = RedirectResponse(inside(next), status_code=303)
    give_cookie(answer, edge, secret)
    return answer


@router.post("/sign-out")
def leave(request: Request, edge: EdgeDep) -> Response:
    with writing(edge.engine) as session:
        sign_out(session, session_secret(request, edge.settings))
    # The browser forgets what it has seen as well: the next one at a shared machine finds nothing.
    answer = RedirectResponse("/sign-in", status_code=303, headers={"Clear-Site-Data": '"cache"'})
    take_cookie(answer, edge)
    return answer


@router.post("/language")
def choose_language(
    edge: EdgeDep, language: Annotated[str, Form()] = "vi", back: Annotated[str, Form()] = "/"
) -> Response:
    answer = RedirectResponse(inside(back), status_code=303)
    chosen = "en" if language == "en" else "vi"
    secure = is_https(edge.settings)
    answer.set_cookie(LANGUAGE_COOKIE, chosen, max_age=YEAR, secure=secure, httponly=True, samesite="lax")
    return answer
