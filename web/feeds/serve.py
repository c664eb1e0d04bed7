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
from models.subscription import KeptFeed
from reporting.feeds.subscriptions import token_hash
from web.context import asked_language, context_of, wall_clock
from web.feeds.cache import FeedCache, FeedsAway

# In order: the first that is found counts. Apple's agents call themselves by the parts that fetch.
_KNOWN = {
    "Google Calendar": ("google-calendar", "googlecalendar"),
    "Thunderbird": ("thunderbird",),
    "Outlook": ("microsoft office", "outlook", "microsoft.exchange", "exchange"),
    "Apple (iPhone, iPad, Mac)": ("dataaccessd", "calendaragent", "calendarstore"),
    "ICSx⁵": ("icsx5",),
    "Evolution": ("evolution",),
    "Home Assistant": ("homeassistant",),
    "Nextcloud": ("nextcloud",),
    "vdirsyncer": ("vdirsyncer",),
    "khal": ("khal",),
}
_LONGEST = 60
_BROWSER = re.compile(r"\b(Firefox|Edg|Chrome|Safari)/")


def program(user_agent: str) -> str:
    """A short name; of an unknown program its own first word."""
    lower = user_agent.lower()
    for name, parts in _KNOWN.items():
        if any(part in lower for part in parts):
            return name
    if found := _BROWSER.search(user_agent):
        return found[1].replace("Edg", "Edge")
    return one_line(user_agent.split("/", 1)[0].split("(", 1)[0], _LONGEST)


router = APIRouter()

HEADERS = {
    "Cache-Control": "private, max-age=300, must-revalidate",
    "X-Robots-Tag": "noindex",
    "Referrer-Policy": "no-referrer",
}
REFUSAL = {**HEADERS, "Cache-Control": "no-store"}
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
    news = found.news(cache.edge.now, asker)
    if news or found.is_new:
        response.background = BackgroundTask(cache.note, found, news)
    return response


router.add_route("/ical/{token}/{slug}.ics", serve_feed, methods=["GET", "HEAD"], include_in_schema=False)


def answer(request: Request, shown: KeptFeed) -> Response:
    """200 with the calendar, or 304 where the asker has it."""
    headers = {
        **HEADERS,
        "ETag": f'W/"{shown.etag}"',
        "Last-Modified": format_datetime(_changed_at(shown), usegmt=True),
    }
    if is_unchanged(request, shown):
        return Response(status_code=304, headers=headers)
    return Response(shown.data, headers=headers, media_type="text/calendar; charset=utf-8")


def _changed_at(shown: KeptFeed) -> datetime:
    """Never after the answer's Date (RFC 9110, 8.8.2.1), which the server takes from its own clock, and may
    have read a moment ago; the calendar's clock may be a demonstration's, or run ahead."""
    return min(shown.changed_at, wall_clock() - DATE_LAGS).astimezone(UTC)


def is_unchanged(request: Request, shown: KeptFeed) -> bool:
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
    """A plain line for a person who looks, in the language that the browser asks for."""
    language = asked_language(request) or context_of(request).settings.language
    said = translate(language, words)
    return PlainTextResponse(f"{said}\n", status, {**REFUSAL, **(headers or {})})
