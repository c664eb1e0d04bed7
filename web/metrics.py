"""`/metrics`: figures for a monitor, in the form that Prometheus reads.

What this process has answered is counted as it goes; what the database knows is read when somebody asks. No
label ever names a person, a unit or an address: routes are named by their template.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import ip_address
from threading import Lock

from fastapi import APIRouter, Request
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import PlainTextResponse, Response
from starlette.types import Scope

from messages.catalogue import N_, translate
from models.errors import DatabaseNotReady
from reporting.health.figures import Figures, figures
from reporting.health.health import BY_PREFECT, Concern
from web.context import AppContext, api_language, context_of

BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
ERRORS = {500: "fault", 503: "database", 507: "disk"}
"""Kinds of trouble of ours, by the status that is answered."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
FEED = "/ical/{token}/{slug}.ics"
STATIC = "/static"
NO_ROUTE = "none"
LONGEST_WAIT = 5.0
"""Seconds that a scrape waits for the one before it, which a database that is away may hold up."""


class Metrics:
    """What one application counts, and what its database knows."""

    def __init__(self, context: AppContext) -> None:
        self.registry = CollectorRegistry()
        self.registry.register(_DatabaseFigures(context))
        ProcessCollector(registry=self.registry)
        self.requests = Histogram(
            "dondoc_request_seconds",
            "Time to answer a request, by route template; HEAD counts as GET",
            ("method", "route", "status"),
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.feeds = Counter(
            "dondoc_feed_fetches", "Fetches of calendar feeds, by answer", ("status",), registry=self.registry
        )
        self.errors = Counter(
            "dondoc_errors", "Requests that failed here, by kind", ("kind",), registry=self.registry
        )
        for kind in ERRORS.values():
            self.errors.labels(kind)

    def count(self, scope: Scope, status: int, seconds: float) -> None:
        """Count a request that has been answered."""
        route = route_of(scope)
        method = scope["method"] if scope["method"] in METHODS else "other"
        self.requests.labels(method, route, f"{status // 100}xx").observe(seconds)
        if route == FEED:
            self.feeds.labels(str(status)).inc()
        if status >= 500:
            self.errors.labels(ERRORS.get(status, "fault")).inc()


def route_of(scope: Scope) -> str:
    """The template of the route that answered: bounded in number, and without what an address holds."""
    under = str(scope.get("root_path", "")).removeprefix(str(scope.get("app_root_path", "")))
    if "route" in scope:
        return under + str(scope["route"].path)
    if under == STATIC:
        return STATIC
    return FEED if {"token", "slug"} <= scope.get("path_params", {}).keys() else NO_ROUTE


class _DatabaseFigures(Collector):
    """The database's figures at this instant; only that it is away where it is."""

    def __init__(self, context: AppContext) -> None:
        self.context = context
        self.reading = Lock()

    def collect(self) -> Iterator[Metric]:
        found = self._read()
        yield GaugeMetricFamily("dondoc_database_up", "Whether the database answers", found is not None)
        if found is not None:
            yield from _families(found)

    def _read(self) -> Figures | None:
        if not self.reading.acquire(timeout=LONGEST_WAIT):
            return None
        try:
            with suppress(SQLAlchemyError, DatabaseNotReady), self.context.reading() as session:
                return figures(session, self.context.settings, self.context.now)
        finally:
            self.reading.release()
        return None


def _families(found: Figures) -> Iterator[Metric]:
    yield GaugeMetricFamily(
        "dondoc_due_today", "Reports not handed in whose last day is today", found.due_today
    )
    yield GaugeMetricFamily("dondoc_overdue", "Reports that are overdue", found.overdue)
    notices = GaugeMetricFamily(
        "dondoc_notices", "Notices that wait, are being sent, or were given up", labels=("state",)
    )
    for state, number in found.notices.items():
        notices.add_metric((state.value,), number)
    yield notices
    yield GaugeMetricFamily(
        "dondoc_queue_age_seconds",
        "Age of the oldest notice that is not sent; 0 where none waits",
        found.queue_age.total_seconds(),
    )
    passes = GaugeMetricFamily("dondoc_last_pass_timestamp_seconds", "When a pass last ran", labels=("pass",))
    for name, at in found.passes.items():
        passes.add_metric((name,), at.timestamp())
    yield passes
    if found.last_mail is not None:
        yield GaugeMetricFamily(
            "dondoc_last_mail_timestamp_seconds",
            "When the last mail was sent",
            found.last_mail.timestamp(),
        )
    concerns = GaugeMetricFamily(
        "dondoc_concerns", "What `dondoc health` finds, but for what Prefect says", labels=("concern",)
    )
    for concern in (each for each in Concern if each not in BY_PREFECT):
        concerns.add_metric((concern.value,), found.concerns.get(concern, 0))
    yield concerns


router = APIRouter()
NOT_HERE = N_("the figures are for this machine, and for who sends DONDOC_METRICS_TOKEN as a bearer token")
FORWARDED = ("x-forwarded-for", "forwarded", "x-real-ip", "via")
"""A proxy on this machine sends one of these for somebody who may be anywhere."""


@router.get("/metrics", include_in_schema=False)
def metrics(request: Request) -> Response:
    """The figures; a database that is away is one of them."""
    context = context_of(request)
    if not (_is_here(request) or _has_token(request, context)):
        said = translate(api_language(request), NOT_HERE)
        return PlainTextResponse(
            f"{said}\n", 401, {"WWW-Authenticate": "Bearer", "Cache-Control": "no-store"}
        )
    counted: Metrics = request.app.state.metrics
    encode, media_type = choose_encoder(request.headers.get("accept", ""))
    text = encode(counted.registry)
    return Response(text, headers={"Content-Type": media_type, "Cache-Control": "no-store"})


def _is_here(request: Request) -> bool:
    """Whether it came from this machine, and by no proxy."""
    with suppress(ValueError):
        address = ip_address(request.client.host if request.client else "")
        return address.is_loopback and not any(name in request.headers for name in FORWARDED)
    return False


def _has_token(request: Request, context: AppContext) -> bool:
    wanted = context.settings.metrics_token
    kind, _, given = request.headers.get("authorization", "").partition(" ")
    if wanted is None or kind.lower() != "bearer":
        return False
    return hmac.compare_digest(given.strip().encode(), wanted.get_secret_value().encode())
