"""A ceiling on what a request may carry, before anything of it is read into memory or onto disk.

Frameworks read a form before they ask who sent it; without this a stranger could fill the disk. What carries
files is taken from known senders only.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from python_multipart.multipart import parse_options_header
from sqlalchemy.exc import OperationalError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.formparsers import MultiPartException
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.database import reading
from reporting.access.api_tokens import bearer_of
from reporting.access.sessions import person_of
from web.auth import cookie_name
from web.context import Edge

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


class WholeForms:
    """ASGI middleware: reading a form that has no end fails as any other broken form does, with a 400."""

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
    """ASGI middleware: paths that begin with one of `uploads` may carry `largest` octets from a sender whom
    `is_known` knows; anything else `SMALL`."""

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
            await _refuse(limit)(scope, receive, send)
            return
        is_large = int(declared) > SMALL or "transfer-encoding" in headers
        if limit > SMALL and is_large and not await run_in_threadpool(self.is_known, scope):
            await UNKNOWN(scope, receive, send)
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
                await _refuse(limit)(scope, receive, send)


UNKNOWN = PlainTextResponse(
    "Chưa đăng nhập, hoặc phiên làm việc đã hết: đăng nhập lại rồi gửi lại tệp. / "
    "Not signed in, or signed out meanwhile: sign in, then send the files again.\n",
    status_code=401,
    headers={"Connection": "close"},
)


def _refuse(limit: int) -> PlainTextResponse:
    words = f"Quá lớn: tối đa {limit // 2**20} MB. / Too large: at most {limit // 2**20} MB.\n"
    return PlainTextResponse(words, status_code=413, headers={"Connection": "close"})
