"""ASGI middleware: security headers on every response, and limits on the size of request bodies.

Pages load nothing from elsewhere and run no script of their own text: `script-src 'self'` without inline is
what stops a hostile unit name or note from ever running. Frameworks read a form before they ask who sent it;
without the limits a stranger could fill the disk, so files are taken from known senders only.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from python_multipart.multipart import parse_options_header
from sqlalchemy.exc import OperationalError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.formparsers import MultiPartException
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from messages.catalogue import N_, translate
from reporting.access.api_tokens import bearer_of
from reporting.access.sessions import person_of
from web.auth import cookie_name
from web.context import AppContext, api_language, context_of, page_language

CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Addresses of links in mails are secrets; no other site may learn them.
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
HTTPS_ONLY = {"Strict-Transport-Security": "max-age=31536000"}


class SecurityHeaders:
    """Add the headers that a response has not set itself."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self.app = app
        self.headers = {**HEADERS, **(HTTPS_ONLY if https else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                found = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    found.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)


class HeadAsGet:
    """Answer HEAD as GET without its body, on every address. `own` paths have a way of their own."""

    def __init__(self, app: ASGIApp, *, own: tuple[str, ...]) -> None:
        self.app = app
        self.own = own

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD" or scope["path"].startswith(self.own):
            await self.app(scope, receive, send)
            return

        async def send_without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self.app({**scope, "method": "GET"}, receive, send_without_body)


LINKS = ("/o/",)
PROGRAMS = ("/api/v1/",)


def is_known_sender(context: AppContext, scope: Scope) -> bool:
    """Whether the sender has a session or a token that works now, or brings a link."""
    try:
        return str(scope["path"]).startswith(LINKS) or _is_known(context, scope)
    except OperationalError:
        return True  # the page behind says that the database is away


def _is_known(context: AppContext, scope: Scope) -> bool:
    request, now, zone = HTTPConnection(scope), context.now, context.zone
    with context.reading() as session:
        if str(scope["path"]).startswith(PROGRAMS):
            kind, _, token = request.headers.get("authorization", "").partition(" ")
            return kind.lower() == "bearer" and bearer_of(session, token.strip(), now, zone) is not None
        secret = request.cookies.get(cookie_name(context.settings), "")
        return bool(secret) and person_of(session, secret, now, zone) is not None


class WholeForms:
    """Refuse a multipart form without its final boundary with a 400, as any other broken form."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            receive = _watched(receive, Headers(scope=scope).get("content-type", ""))
        await self.app(scope, receive, send)


def _watched(receive: Receive, content_type: str) -> Receive:
    kind, options = parse_options_header(content_type)
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        return receive
    end = b"\r\n--" + options[b"boundary"] + b"--"
    tail, ended = b"\r\n", False

    async def watched() -> Message:
        nonlocal tail, ended
        message = await receive()
        if message["type"] == "http.request":
            read = tail + message.get("body", b"")
            ended = ended or end in read
            tail = read[-len(end) :]
            if not (ended or message.get("more_body", False)):
                raise MultiPartException("The form has no end.")
        return message

    return watched


LENGTH = re.compile(r"[0-9]{1,18}", re.ASCII)
SMALL = 2 * 2**20
"""Forms without files."""


class TooLarge(Exception):
    """The body went over the ceiling while it was read."""


class BodyLimit:
    """Limit request bodies: `largest` octets on paths that begin with one of `uploads`, from a sender whom
    `is_known` knows; else `SMALL`."""

    def __init__(
        self, app: ASGIApp, *, largest: int, uploads: tuple[str, ...], is_known: Callable[[Scope], bool]
    ) -> None:
        self.app = app
        self.largest = largest
        self.uploads = uploads
        self.is_known = is_known

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self.largest if str(scope["path"]).startswith(self.uploads) else SMALL
        headers = Headers(scope=scope)
        declared = headers.get("content-length", "0")
        if not LENGTH.fullmatch(declared) or int(declared) > limit:
            await _refused(scope, 413, TOO_LARGE, limit)(scope, receive, send)
            return
        is_large = int(declared) > SMALL or "transfer-encoding" in headers
        if limit > SMALL and is_large and not await run_in_threadpool(self.is_known, scope):
            await _refused(scope, 401, UNKNOWN, limit)(scope, receive, send)
            return
        await self._counted(scope, receive, send, limit)

    async def _counted(self, scope: Scope, receive: Receive, send: Send, limit: int) -> None:
        read = 0
        begun = False

        async def receive_counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > limit:
                raise TooLarge
            return message

        async def send_noted(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive_counted, send_noted)
        except TooLarge:
            if not begun:
                await _refused(scope, 413, TOO_LARGE, limit)(scope, receive, send)


UNKNOWN = N_("Not signed in, or signed out meanwhile: sign in, then send the files again.")
TOO_LARGE = N_("Too large: at most %(limit)s MB.")


def _refused(scope: Scope, status: int, words: str, limit: int) -> PlainTextResponse:
    request = HTTPConnection(scope)
    if str(scope["path"]).startswith(PROGRAMS):
        language = api_language(request)
    else:
        language = page_language(request, context_of(request).settings.language)
    said = translate(language, words, limit=limit // 2**20)
    return PlainTextResponse(f"{said}\n", status_code=status, headers={"Connection": "close"})
