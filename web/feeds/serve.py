"""`/ical/<token>/<slug>.ics`: a calendar as programs fetch it, for years, whatever happens here.

No cookie, no redirect, no page: a live link is answered with 200 or 304 and nothing else. The slug is for the
reader's eyes and decides nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

from fastapi import APIRouter
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from calendars.ical_text import one_line
from messages.catalogue import N_, translate
from reporting.feeds.serve import FeedBody
from reporting.feeds.subscriptions import token_hash
from web.context import context_of, wall_clock
from web.feeds.cache import FeedCache, FeedsAway
from web.language import asked_language

# In order: the first that is found counts. Apple's agents call themselves by the parts that fetch.
_KNOWN = (
    ("google-calendar", "Google Calendar"),
    ("googlecalendar", "Google Calendar"),
    ("thunderbird", "Thunderbird"),
    ("microsoft office", "Outlook"),
    ("outlook", "Outlook"),
    ("microsoft.exchange", "Outlook"),
    ("exchange", "Outlook"),
    ("dataaccessd", "Apple (iPhone, iPad, Mac)"),
    ("calendaragent", "Apple (iPhone, iPad, Mac)"),
    ("calendarstore", "Apple (iPhone, iPad, Mac)"),
    ("icsx5", "ICSx⁵"),
    ("evolution", "Evolution"),
    ("homeassistant", "Home Assistant"),
    ("nextcloud", "Nextcloud"),
    ("vdirsyncer", "vdirsyncer"),
    ("khal", "khal"),
)
_LONGEST = 60
_BROWSER = re.compile(r"\b(Firefox|Edg|Chrome|Safari)/")
_BROWSERS = {"Edg": "Edge"}


def program(user_agent: str) -> str:
    """A short name; of an unknown program its own first word."""
    lower = user_agent.lower()
    for part, name in _KNOWN:
        if part in lower:
            return name
    if found := _BROWSER.search(user_agent):
        return _BROWSERS.get(found[1], found[1])
    return one_line(user_agent.split("/", 1)[0].split("(", 1)[0], _LONGEST)


router = APIRouter()

HEADERS = {
    "Cache-Control": "private, max-age=300, must-revalidate",
    "X-Robots-Tag": "noindex",
    "Referrer-Policy": "no-referrer",
}
REFUSAL = {**HEADERS, "Cache-Control": "no-store"}
CONTENT_TYPE = "text/calendar; charset=utf-8"
DATE_LAGS = timedelta(seconds=2)
_ETAG = re.compile(r'(?:W/)?"([^"]*)"')


async def serve_feed(request: Request) -> Response:
    """The calendar behind the address, for GET and HEAD."""
    cache: FeedCache = request.app.state.feeds
    try:
        found = await cache.find(token_hash(request.path_params["token"]))
    except FeedsAway:
        return _while_away(request)
    if found is None:
        return refused(request, 404, N_("no such calendar"))
    if found.body is None:
        response: Response = refused(request, 410, N_("this calendar has ended"))
    else:
        response = answer(request, found.body)
    asker = program(request.headers.get("user-agent", "")) if request.method == "GET" else None
    if found.is_news(cache.edge.now, asker):
        response.background = BackgroundTask(cache.note, found, asker)
    return response


router.add_route("/ical/{token}/{slug}.ics", serve_feed, methods=["GET", "HEAD"], include_in_schema=False)


def answer(request: Request, shown: FeedBody) -> Response:
    """200 with the calendar, or 304 where the asker has it."""
    headers = {
        **HEADERS,
        "ETag": f'W/"{shown.etag}"',
        "Last-Modified": format_datetime(_changed_at(shown), usegmt=True),
    }
    if is_unchanged(request, shown):
        return Response(status_code=304, headers=headers)
    if request.method == "HEAD":
        headers |= {"Content-Type": CONTENT_TYPE, "Content-Length": str(len(shown.data))}
        return Response(headers=headers)
    return Response(shown.data, headers=headers, media_type=CONTENT_TYPE)


def _changed_at(shown: FeedBody) -> datetime:
    """Never after the answer's Date (RFC 9110, 8.8.2.1), which the server takes from its own clock, and may
    have read a moment ago; the calendar's clock may be a demonstration's, or run ahead."""
    return min(shown.changed_at, wall_clock() - DATE_LAGS).astimezone(UTC)


def is_unchanged(request: Request, shown: FeedBody) -> bool:
    """RFC 9110, section 13.1: If-None-Match, by weak comparison; If-Modified-Since only without it."""
    asked = ",".join(request.headers.getlist("if-none-match"))
    if asked:
        return asked.strip() == "*" or shown.etag in _ETAG.findall(asked)
    since = _instant(request.headers.get("if-modified-since"))
    return since is not None and shown.changed_at <= since


def _instant(text: str | None) -> datetime | None:
    """The HTTP date, None where it is none: such a header is to be ignored."""
    try:
        found = parsedate_to_datetime(text or "")
    except (ValueError, TypeError, OverflowError):
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _while_away(request: Request) -> Response:
    """An address that this process never served, and no database: who has a version keeps it."""
    asked = {"if-none-match", "if-modified-since"} & set(request.headers)
    if asked:
        return Response(status_code=304, headers=HEADERS)
    return refused(request, 503, N_("try again in a minute"), {"Retry-After": "60"})


def refused(
    request: Request, status: int, words: str, headers: Mapping[str, str] | None = None
) -> PlainTextResponse:
    """A plain line for whoever looks, in the language that the browser asks for."""
    language = asked_language(request) or context_of(request).settings.language
    said = translate(language, words)
    return PlainTextResponse(f"{said}\n", status, {**REFUSAL, **(headers or {})})
