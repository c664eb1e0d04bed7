"""A form with files is taken whole or not at all.

Its last line says that it ends there (RFC 2046, 5.1.1). Where that line is missing, something
broke off: the parser would hand over what came until then, and half a file would be filed as a report.
"""

from __future__ import annotations

from python_multipart.multipart import parse_options_header
from starlette.datastructures import Headers
from starlette.formparsers import MultiPartException
from starlette.types import ASGIApp, Message, Receive, Scope, Send


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
