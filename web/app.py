"""The application: routers, static files and headers put together around one `Edge`.

Every part is a module with a `router`; the list here is the table of contents of the pages.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from fastapi import APIRouter, FastAPI
from sqlalchemy import Engine
from starlette.staticfiles import StaticFiles
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from models.settings import Settings
from web import alive, entrance, feed_by_mail, feed_pages, feeds, front
from web.admin import contents as admin
from web.api.application import create_api
from web.body_limit import BodyLimit
from web.clerk import contents as clerk
from web.clerk.refused_links import add_refused_links
from web.edge import Clock, Edge, system_clock
from web.feed_shelf import FeedShelf
from web.headers import SecurityHeaders
from web.known_senders import is_known_sender
from web.monitor import contents as monitoring
from web.redaction import keep_secrets_out_of_logs
from web.refusals import add_refusals
from web.single_sign_on.provider import Provider
from web.whole_forms import WholeForms

STATIC = Path(__file__).parent / "static"
ROUTERS: tuple[APIRouter, ...] = (
    alive.router,
    feeds.router,
    feed_pages.router,
    feed_by_mail.router,
    *entrance.ROUTERS,
    front.router,
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
    app.state.feeds = FeedShelf(app.state.edge)
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
    """What must be written before the web part ends is written."""
    yield
    app.state.feeds.close()
