"""Every request has an id, and a line in the log; what it took is counted.

The id comes from a proxy that is trusted, or is made here. It stands in the answer (`X-Request-ID`), in each
line that the request writes, and on the page of a fault of ours, so that what a person saw can be found.
"""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from web.logs import ACCESS, REQUEST_HEADER, REQUEST_ID, LogEvent, told
from web.metrics import METHODS, STATIC, Metrics, route_of

logger = logging.getLogger(ACCESS)
KNOWN = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)
NUMBER = re.compile(r"[0-9]{1,10}", re.ASCII)
QUIET = frozenset({"/alive", "/ready", "/metrics", STATIC})
"""What supervisors and browsers ask for all the time is written where it goes wrong."""


class RequestLog:
    """Middleware: name each request, write it down, count it. `proxies` may have named it already."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics, proxies: Iterable[str]) -> None:
        self.app = app
        self.metrics = metrics
        self.trusted = ProxyHeadersMiddleware(app, trusted_hosts=[*proxies]).trusted_hosts  # type: ignore[arg-type]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        # Not put back: the traceback of what escapes is written outside, in the same task.
        REQUEST_ID.set(self._id(scope))
        status, begun = 500, time.perf_counter()

        async def send_noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[REQUEST_HEADER] = REQUEST_ID.get()
            await send(message)

        try:
            await self.app(scope, receive, send_noted)
        finally:
            seconds = time.perf_counter() - begun
            self.metrics.count(scope, status, seconds)
            _write(scope, status, seconds)

    def _id(self, scope: Scope) -> str:
        given = Headers(scope=scope).get(REQUEST_HEADER, "")
        peer = scope["client"][0] if scope.get("client") else ""
        return given if peer in self.trusted and KNOWN.fullmatch(given) else secrets.token_hex(8)


def _write(scope: Scope, status: int, seconds: float) -> None:
    """The line of a request, its address by the route and the number in it."""
    route = route_of(scope)
    if status < 400 and route in QUIET:
        return
    number = str(scope.get("path_params", {}).get("id", ""))
    path = route.replace("{id}", number) if NUMBER.fullmatch(number) else route
    values = {
        "client": scope["client"][0] if scope.get("client") else "-",
        "method": scope["method"] if scope["method"] in METHODS else "other",
        "path": path,
        "status": status,
        "seconds": round(seconds, 4),
    }
    logger.info("", extra=told(LogEvent.REQUEST, **values))
