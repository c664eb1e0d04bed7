"""The application: routers, static files and middleware around one `AppContext`; the server of it."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import uvicorn
from anyio import CapacityLimiter
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from sqlalchemy import Engine
from starlette.staticfiles import StaticFiles
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from models.errors import InvalidInput
from models.settings import Settings
from models.system_faults import system_words
from web.account.oidc_provider import Provider
from web.account.sign_in import SIGN_INS_AT_ONCE
from web.admin.long_work import LongWorks
from web.api.problems import FieldProblem, Problem, add_problems
from web.clerk.access import LinkRefused
from web.clerk.links import show_refused_link
from web.context import AppContext, Clock, system_clock
from web.errors import RequestFault, add_error_handlers
from web.feeds.cache import FeedCache
from web.logs import set_up_logs
from web.metrics import Metrics
from web.middleware import BodyLimit, HeadAsGet, SecurityHeaders, WholeForms, is_known_sender
from web.monitor.request import UnknownFilter, show_unknown
from web.request_log import RequestLog
from web.routes import api_router, pages_router
from web.slow_clients import BoundedProtocol

HOST = "127.0.0.1"


def listen(port: int, host: str = HOST) -> socket.socket:
    """A listening socket. Raises `InvalidInput` that names the port when it is in use."""
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise InvalidInput(RequestFault.PORT(port=port, host=host, reason=system_words(error))) from error
    listening.listen(128)
    return listening


def run(app: FastAPI, listening: socket.socket) -> None:
    """Serve until the process is stopped; the log is ours, as uvicorn's would write addresses as they are."""
    context: AppContext = app.state.context
    set_up_logs(context.settings.log_format)
    config = uvicorn.Config(
        app,
        http=BoundedProtocol,
        log_config=None,
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
    )
    with suppress(KeyboardInterrupt):  # uvicorn raises it again after an orderly end
        uvicorn.Server(config).run(sockets=[listening])


STATIC = Path(__file__).parent / "static"
UPLOADS = ("/o/", "/obligations/", "/admin/", "/api/v1/obligations/")
"""Where files come in."""
MOST_FILES = 10


def create_app(settings: Settings, engine: Engine, clock: Clock | None = None) -> FastAPI:
    """The web part over an open database. `clock` gives the instant of each request; default: the present."""
    # FastAPI's own documentation pages load scripts from elsewhere; the description itself is enough.
    app = FastAPI(title=TITLE, docs_url=None, redoc_url=None, openapi_url=None, lifespan=_running)
    context = app.state.context = AppContext(settings, engine, clock or system_clock(settings))
    app.state.provider = Provider(settings) if settings.oidc_issuer else None
    app.state.feeds = FeedCache(context)
    app.state.metrics = Metrics(context)
    app.state.sign_ins = CapacityLimiter(SIGN_INS_AT_ONCE)
    app.state.long_works = LongWorks()
    largest = settings.upload_limit_mb * 2**20 * MOST_FILES
    is_known = partial(is_known_sender, context)
    app.add_middleware(WholeForms)
    app.add_middleware(BodyLimit, largest=largest, uploads=UPLOADS, is_known=is_known)
    proxies = [part.strip() for part in (settings.trusted_proxies or "").split(",") if part.strip()]
    app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=proxies)
    app.add_middleware(RequestLog, metrics=app.state.metrics, proxies=proxies)
    app.add_middleware(HeadAsGet, own=("/ical/",))
    app.add_middleware(SecurityHeaders, https=settings.base_url.startswith("https://"))
    app.mount("/api/v1", create_api(context))
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.mount("", pages_router)
    add_error_handlers(app)
    app.add_exception_handler(LinkRefused, show_refused_link)
    app.add_exception_handler(UnknownFilter, show_unknown)
    return app


@asynccontextmanager
async def _running(app: FastAPI) -> AsyncIterator[None]:
    """What the feeds hold open is closed."""
    yield
    app.state.feeds.close()


TITLE = "dondoc"
ABOUT = """\
Reports owed up a hierarchy: what `dondoc due --json` shows and its sisters do, for programs.

Send a token: `Authorization: Bearer dondoc_…`. One is made at /me or with `dondoc people token`. It may never
do more than its account may today; scope `read` changes nothing. Refusals are problem documents (RFC 9457).
"""


class Api(FastAPI):
    """The API, to be mounted at /api/v1: error handlers of its own, and a description with its refusals."""

    def openapi(self) -> dict[str, Any]:
        if not self.openapi_schema:
            routes = api_router.routes
            made = get_openapi(
                title=TITLE, version="1", description=ABOUT, routes=routes, servers=self.servers
            )
            schemas = made["components"]["schemas"]
            problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            problem.pop("$defs", None)
            schemas["FieldProblem"], schemas["Problem"] = FieldProblem.model_json_schema(), problem
            self.openapi_schema = made
        return self.openapi_schema


def create_api(context: AppContext) -> FastAPI:
    """The API over an application's context."""
    api = Api(title=TITLE, docs_url=None, redoc_url=None, openapi_url="/openapi.json", redirect_slashes=False)
    api.state.context = context
    api.mount("", api_router)
    add_problems(api)
    return api
