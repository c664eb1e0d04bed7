"""Sessions and CSRF: the session cookie, the person behind it, the token that our own forms carry.

The cookie holds the session's secret and nothing else; the form's CSRF token is derived from it, so that no
other site can know it. Changing anything needs both (and a request that a browser does not call foreign).
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from urllib.parse import urlsplit

from fastapi import Depends, Request
from sqlalchemy.exc import OperationalError
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from calendars.errors import FaultCode
from messages.catalogue import N_
from models.errors import DondocError
from models.settings import Settings
from models.system_faults import full_disk
from reporting.access.rights import Person
from reporting.access.sessions import LONGEST_SESSION, is_to_be_noted, note_seen, person_of
from web.context import AppContext, context_of

COOKIE = "dondoc_session"
SECURE_COOKIE = f"__Host-{COOKIE}"
"""Over https; browsers take this name from no other host, so that no neighbour can plant a session."""
FORM_FIELD = "csrf"
HEADER = "X-CSRF-Token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
MOST_FIELDS = 50_000
"""Of a form; the one for plans has some forty for each duty. Its size has a limit of its own."""


class VisitorFault(FaultCode):
    """Why a visitor is refused."""

    FOR_OTHERS = N_("your account may not open this page; ask your administrator for the role")
    OLD_FORM = N_("the form is too old or not ours; open the page again")
    FOREIGN_FORM = N_("the form is on another site; open the page here")
    TOO_MANY = N_("too many attempts; wait a few minutes and try again")
    NOT_TO_SEE = N_("this calendar shows what you may not see; ask your administrator for the role")
    NO_FEED = N_("no feed %(number)s of yours; the page of feeds shows them")
    LINK_GONE = N_("what this link was for is gone; use the one in a newer mail")
    LINK_EXPIRED = N_("the link has expired or is not whole; ask for a new one")
    NO_PROVIDER = N_("no sign-in provider is set here; sign in with a password")


class NotSignedIn(DondocError):
    """Nobody is signed in; the page behind the sign-in is where to go back to."""


class Forbidden(DondocError):
    """The person may not see or do this."""


class ForeignForm(DondocError):
    """The form did not come from one of our pages."""


@dataclass(frozen=True)
class Visitor:
    """Who sent the request: a person, or nobody; `token` is the CSRF token of the session's forms."""

    person: Person | None
    token: str


def visitor_of(request: Request) -> Visitor:
    """The visitor behind the session cookie, looked up once a request."""
    if not hasattr(request.state, "visitor"):
        request.state.visitor = _find_visitor(request, context_of(request))
    found: Visitor = request.state.visitor
    return found


def _find_visitor(request: Request, context: AppContext) -> Visitor:
    secret = session_secret(request, context.settings)
    if not secret:
        return Visitor(None, "")
    now = context.now
    with context.reading() as session:
        person = person_of(session, secret, now, context.zone)
        to_be_noted = person is not None and is_to_be_noted(session, secret, now)
    if to_be_noted:
        _note_seen(context, secret, now)
    return Visitor(person, form_token(context.settings, secret) if person else "")


def _note_seen(context: AppContext, secret: str, now: datetime) -> None:
    """A full disk keeps nobody from reading."""
    try:
        with context.writing() as session:
            note_seen(session, secret, now)
    except OperationalError as error:
        if full_disk(error) is None:
            raise


def form_token(settings: Settings, secret: str) -> str:
    """The CSRF token that forms of this session carry."""
    key = settings.secret_key.get_secret_value().encode()
    return hmac.digest(key, b"dondoc-form:" + secret.encode(), sha256).hex()


async def own_form(request: Request) -> None:
    """Refuse a changing request that did not come from our page. Raises `ForeignForm`."""
    if request.method in SAFE:
        return
    visitor = await run_in_threadpool(visitor_of, request)
    refuse_foreign(request, context_of(request).settings)
    if visitor.person is None:
        return  # nothing is done in anybody's name; links in mails carry their own secret
    given = request.headers.get(HEADER, "")
    if not given:
        given = str((await request.form(max_fields=MOST_FIELDS)).get(FORM_FIELD, ""))
    if not hmac.compare_digest(given.encode("utf-8", "replace"), visitor.token.encode()):
        raise ForeignForm(VisitorFault.OLD_FORM())


OwnForm = Depends(own_form)
"""The CSRF check, for routers: `APIRouter(dependencies=[OwnForm])`."""


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


def cookie_name(settings: Settings, name: str = COOKIE) -> str:
    return f"__Host-{name}" if is_https(settings) else name


def session_secret(request: Request, settings: Settings) -> str:
    """The secret of the session that the browser brings; empty for none."""
    return request.cookies.get(cookie_name(settings), "")


def set_cookie(response: Response, settings: Settings, name: str, value: str, max_age: int) -> None:
    """A cookie out of reach of scripts and of other sites; over https alone where it is used."""
    secure = is_https(settings)
    response.set_cookie(name, value, max_age=max_age, secure=secure, httponly=True, samesite="lax")


def delete_cookie(response: Response, settings: Settings, name: str) -> None:
    response.delete_cookie(name, secure=is_https(settings), httponly=True, samesite="lax")


def set_session_cookie(response: Response, settings: Settings, secret: str) -> None:
    set_cookie(response, settings, cookie_name(settings), secret, int(LONGEST_SESSION.total_seconds()))


def inside(path: str | None) -> str:
    """A path of ours to go on to; anything that could lead elsewhere becomes the front page."""
    if not path or not path.startswith("/") or path.startswith(("//", "/\\")) or not path.isprintable():
        return "/"
    try:
        parts = urlsplit(path)
    except ValueError:  # as from /[
        return "/"
    return path if not parts.scheme and not parts.netloc and "\\" not in path else "/"
