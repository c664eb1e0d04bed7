"""Mails inside a page: in a frame without scripts, forms or any way to load something from elsewhere.

The frame's own answer says so in its headers, so that it holds for whoever opens its address alone as well.
A link in it opens in the tab.
"""

from __future__ import annotations

import re

from starlette.responses import HTMLResponse

from web.headers import CONTENT_POLICY

FRAMING = {"Content-Security-Policy": f"{CONTENT_POLICY}; frame-src 'self'"}
"""Headers of a page that has such a frame."""
INSIDE = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; "
        "sandbox allow-top-navigation-by-user-activation allow-popups allow-popups-to-escape-sandbox"
    ),
    "X-Frame-Options": "SAMEORIGIN",
    "Cache-Control": "no-store",
}
BASE = '<base target="_top">'
HEAD = re.compile(r"<head[^>]*>", re.IGNORECASE)


def framed(html: str) -> HTMLResponse:
    """A mail's HTML as the content of a frame."""
    head = HEAD.search(html)
    text = BASE + html if head is None else html[: head.end()] + BASE + html[head.end() :]
    return HTMLResponse(text, headers=INSIDE)
