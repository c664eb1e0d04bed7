"""Who is looking: the session's cookie, the person behind it, and the proof that a form came from our page.

The cookie holds the session's secret and nothing else; the form's token is derived from it, so that no other
site can know it. Changing anything needs both (and a request that a browser does not call foreign).
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request
from starlette.responses import Response

from models.database import reading, writing
from models.errors import DondocError
from models.settings import Settings
from reporting.access.rights import Person
from reporting.access.sessions import LONGEST_SESSION, is_to_be_noted, note_seen, person_of
from web.context import Edge, EdgeDep
from web.error_texts import VisitorFault

COOKIE = "dondoc_session"
SECURE_COOKIE = f"__Host-{COOKIE}"
"""Over https; browsers take this name from no other host, so that no neighbour can plant a session."""
FORM_FIELD = "csrf"
HEADER = "X-CSRF-Token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class NotSignedIn(DondocError):
    """Nobody is signed in; the page behind the sign-in is where to go back to."""


class Forbidden(DondocError):
    """The person may not see or do this."""


class ForeignForm(DondocError):
    """The form did not come from one of our pages."""


@dataclass(frozen=True)
class Visitor:
    """Whoever sent the request: a person, or nobody; `token` belongs into each form that changes things."""

    person: Person | None
    token: str


def visitor(request: Request, edge: EdgeDep) -> Visitor:
    secret = session_secret(request, edge.settings)
    if not secret:
        return Visitor(None, "")
    now = edge.now
    with reading(edge.engine) as session:
        person = person_of(session, secret, now, edge.settings.zone)
        to_be_noted = person is not None and is_to_be_noted(session, secret, now)
    if to_be_noted:
        with writing(edge.engine) as session:
            note_seen(session, secret, now)
    return Visitor(person, form_token(edge.settings, secret) if person else "")


VisitorDep = Annotated[Visitor, Depends(visitor)]


def form_token(settings: Settings, secret: str) -> str:
    """The token that forms of this session carry."""
    key = settings.secret_key.get_secret_value().encode()
    return hmac.digest(key, b"dondoc-form:" + secret.encode(), sha256).hex()


def signed_in(visitor: VisitorDep) -> Person:
    """The person who is signed in. Raises `NotSignedIn`."""
    if visitor.person is None:
        raise NotSignedIn("sign in first")
    return visitor.person


SignedIn = Annotated[Person, Depends(signed_in)]


def require(allowed: Callable[[Person], bool]) -> Callable[[Person], Person]:
    """A dependency that lets only those through for whom `allowed` holds. Raises `Forbidden`."""

    def checked(person: SignedIn) -> Person:
        if not allowed(person):
            raise Forbidden(VisitorFault.FOR_OTHERS())
        return person

    return checked


Administrator = Annotated[Person, Depends(require(lambda person: person.administers_all))]
"""Of the whole installation."""


async def own_form(request: Request, visitor: VisitorDep, edge: EdgeDep) -> None:
    """Refuse a changing request that did not come from our page. Raises `ForeignForm`."""
    if request.method in SAFE:
        return
    refuse_foreign(request, edge.settings)
    if visitor.person is None:
        return  # nothing is done in anybody's name; links in mails carry their own secret
    given = request.headers.get(HEADER, "") or str((await request.form()).get(FORM_FIELD, ""))
    if not hmac.compare_digest(given.encode("utf-8", "replace"), visitor.token.encode()):
        raise ForeignForm(VisitorFault.OLD_FORM())


OwnForm = Depends(own_form)
"""For routers: `APIRouter(dependencies=[OwnForm])`."""


def refuse_foreign(request: Request, settings: Settings) -> None:
    """Browsers say where a form was: refuse other sites, for those that have no session to steal as well."""
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise ForeignForm(VisitorFault.FOREIGN_FORM())
    # Our own pages may send "null": that is what Referrer-Policy: no-referrer makes of an origin.
    origin = request.headers.get("origin")
    ours = {request.headers.get("host"), urlsplit(settings.base_url).netloc}
    if origin and origin != "null" and _netloc(origin) not in ours:
        raise ForeignForm(VisitorFault.FOREIGN_FORM())


def _netloc(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def is_https(settings: Settings) -> bool:
    """Whether people reach the pages over https, by this process itself or a proxy before it."""
    return settings.base_url.startswith("https://")


def cookie_name(settings: Settings) -> str:
    return SECURE_COOKIE if is_https(settings) else COOKIE


def session_secret(request: Request, settings: Settings) -> str:
    """The secret of the session that the browser brings; empty for none."""
    return request.cookies.get(cookie_name(settings), "")


def give_cookie(response: Response, edge: Edge, secret: str) -> None:
    """The session's cookie: out of reach of scripts and of other sites; over https alone where it is used."""
    response.set_cookie(
        cookie_name(edge.settings),
        secret,
        max_age=int(LONGEST_SESSION.total_seconds()),
        secure=is_https(edge.settings),
        httponly=True,
        samesite="lax",
    )


def take_cookie(response: Response, edge: Edge) -> None:
    """End the session in the browser as well."""
    name, secure = cookie_name(edge.settings), is_https(edge.settings)
    response.delete_cookie(name, secure=secure, httponly=True, samesite="lax")


def inside(path: str | None) -> str:
    """A path of ours to go on to; anything that could lead elsewhere becomes the front page."""
    if not path or not path.startswith("/") or path.startswith(("//", "/\\")) or not path.isprintable():
        return "/"
    try:
        parts = urlsplit(path)
    except ValueError:  # as from /[
        return "/"
    return path if not parts.scheme and not parts.netloc and "\\" not in path else "/"


AnyAdministrator = Annotated[Person, Depends(require(lambda person: person.administers))]
"""Of the whole installation, or of some unit and its branch."""
