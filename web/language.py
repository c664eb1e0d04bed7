"""The language of a request: what was chosen in this browser, the account's, the browser's, the setting's."""

from __future__ import annotations

from starlette.requests import HTTPConnection

from messages.catalogue import SOURCE_LANGUAGE
from messages.choice import accepted_language, offered

LANGUAGE_COOKIE = "dondoc_language"


def page_language(request: HTTPConnection, otherwise: str, account: str | None = None) -> str:
    """The language of a page for whoever sent the request; `otherwise` is the installation's."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    return offered(chosen) or offered(account) or asked_language(request) or otherwise


def api_language(request: HTTPConnection) -> str:
    """What a program asks for; English where it asks for nothing."""
    return asked_language(request) or SOURCE_LANGUAGE


def asked_language(request: HTTPConnection) -> str | None:
    """The first that the request's `Accept-Language` names of those there are."""
    return accepted_language(request.headers.get("accept-language", ""))
