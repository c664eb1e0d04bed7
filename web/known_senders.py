"""Who may send files: somebody signed in, a program with a token, the holder of a link.

Frameworks read a form before they ask who sent it, so this is asked before any of a large request is read. A
link carries its own proof, which its page checks before it reads; here only the other two are looked up.
"""

from __future__ import annotations

from sqlalchemy.exc import OperationalError
from starlette.requests import HTTPConnection
from starlette.types import Scope

from models.database import reading
from reporting.api_tokens import bearer_of
from reporting.signing_in import person_of
from web.edge import Edge
from web.who import cookie_name

LINKS = ("/o/",)
PROGRAMS = ("/api/v1/",)


def is_known_sender(edge: Edge, scope: Scope) -> bool:
    """Whether whoever sends this request has a session or a token that works now, or brings a link."""
    try:
        return str(scope["path"]).startswith(LINKS) or _is_known(edge, scope)
    except OperationalError:
        return True  # the page behind says that the database is away


def _is_known(edge: Edge, scope: Scope) -> bool:
    request, zone = HTTPConnection(scope), edge.settings.zone
    with reading(edge.engine) as session:
        if str(scope["path"]).startswith(PROGRAMS):
            kind, _, token = request.headers.get("authorization", "").partition(" ")
            return kind.lower() == "bearer" and bearer_of(session, token.strip(), edge.now, zone) is not None
        secret = request.cookies.get(cookie_name(edge.settings), "")
        return bool(secret) and person_of(session, secret, edge.now, zone) is not None
