"""The application: routers, static files and headers put together around one `Edge`.

Every part is a module with a `router`; the list here is the table of contents of the pages.
"""

from __future__ import annotations

import logging
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import APIRouter, FastAPI
from sqlalchemy import Engine
from starlette.staticfiles import StaticFiles
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from models.errors import InvalidInput
from models.settings import Settings
from notifications.links import without_secrets
from web import alive
from web.account import routers as entrance
from web.account.oidc_provider import Provider
from web.admin import routers as admin
from web.api.application import create_api
from web.body_limit import BodyLimit, WholeForms, is_known_sender
from web.clerk import home
from web.clerk import routers as clerk
from web.clerk.expired_links import add_refused_links
from web.context import Clock, Edge, system_clock
from web.errors import add_refusals
from web.feeds import by_mail, serve
from web.feeds import pages as feed_pages
from web.feeds.cache import FeedCache
from web.headers import SecurityHeaders
from web.monitor import routers as monitoring

LOGGERS = ("uvicorn.access", "uvicorn.error", "hypercorn.access", "gunicorn.access")
_TOKEN = re.compile(r"(/ical/)[^/\s\"']+")


class WithoutSecrets(logging.Filter):
    """Takes the secrets out of a record before any handler sees it."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = _redacted(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(_redacted(value) for value in record.args)
        return True


def keep_secrets_out_of_logs() -> None:
    """For the servers that are known to log addresses; doing it twice does no harm."""
    for name in LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(each, WithoutSecrets) for each in logger.filters):
            logger.addFilter(WithoutSecrets())


def _redacted(value: Any) -> Any:
    return without_secrets(_TOKEN.sub(r"\1…", value)) if isinstance(value, str) else value


HOST = "127.0.0.1"


def listen(port: int, host: str = HOST) -> socket.socket:
    """A listening socket. Raises `InvalidInput` that names the port when it is in use."""
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise InvalidInput(
            f"port {port} on {host} cannot be used ({error.strerror}); choose another with --port"
        ) from error
    listening.listen(128)
    return listening


def run(app: FastAPI, listening: socket.socket) -> None:
    """Serve until the process is told to stop."""
    config = uvicorn.Config(
        app, access_log=False, log_level="warning", server_header=False, proxy_headers=False
    )
    with suppress(KeyboardInterrupt):  # uvicorn raises it again after an orderly end
        uvicorn.Server(config).run(sockets=[listening])


STATIC = Path(__file__).parent / "static"
ROUTERS: tuple[APIRouter, ...] = (
    alive.router,
    serve.router,
    feed_pages.router,
    by_mail.router,
    *entrance.ROUTERS,
    home.router,
    *monitoring.ROUTERS,
    *admin.ROUTERS,
    *clerk.ROUTERS,
)
UPLOADS = ("/o/", "/obligations/", "/admin/", "/api/v1/obligations/")
"""Where files come in."""
MOST_FILES = 10


def create_app(settings: Settings, engine: Engine, clock: Clock | None = None) -> FastAPI:
    """The web part over an open database. `clock` gives the instant of each request; default: the present."""
    # FastAPI's own documentation pages load scripts from elsewhere; the description itself is enough.
    app = FastAPI(title="dondoc", docs_url=None, redoc_url=None, openapi_url=None, lifespan=_running)
    keep_secrets_out_of_logs()
    edge = app.state.edge = Edge(settings, engine, clock or system_clock(settings))
    app.state.provider = Provider(settings) if settings.oidc_issuer else None
    app.state.feeds = FeedCache(app.state.edge)
    largest = settings.upload_limit_mb * 2**20 * MOST_FILES
    is_known = partial(is_known_sender, edge)
    app.add_middleware(WholeForms)
    app.add_middleware(BodyLimit, largest=largest, uploads=UPLOADS, is_known=is_known)
    proxies = [part.strip() for part in (settings.trusted_proxies or "").split(",") if part.strip()]
    app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=proxies)
    app.add_middleware(SecurityHeaders, https=settings.base_url.startswith("https://"))
    app.mount("/api/v1", create_api(app.state.edge))
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    # As they were made with their modules: including a router has FastAPI look at all its routes once more.
    app.router.routes.extend(route for router in ROUTERS for route in router.routes)
    add_refusals(app)
    add_refused_links(app)
    return app


@asynccontextmanager
async def _running(app: FastAPI) -> AsyncIterator[None]:
    """What the feeds hold open is closed."""
    yield
    app.state.feeds.close()
