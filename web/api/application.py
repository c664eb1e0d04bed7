"""The API as an application of its own below /api/v1, with refusals of its own and a whole description."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from web.api import moves, obligations, reports
from web.api.problems import FieldProblem, Problem, add_problems
from web.context import Edge

TITLE = "dondoc"
ABOUT = """\
Reports owed up a hierarchy: what `dondoc due --json` shows and its sisters do, for programs.

Send a token: `Authorization: Bearer dondoc_…`. One is made at /me or with `dondoc people token`. It may never
do more than its account may today; scope `read` changes nothing. Refusals are problem documents (RFC 9457).
"""


class Api(FastAPI):
    """The application, with the shape of its refusals in its description."""

    def openapi(self) -> dict[str, Any]:
        if not self.openapi_schema:
            made = get_openapi(
                title=TITLE, version="1", description=ABOUT, routes=self.routes, servers=self.servers
            )
            schemas = made["components"]["schemas"]
            problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            problem.pop("$defs", None)
            schemas["FieldProblem"], schemas["Problem"] = FieldProblem.model_json_schema(), problem
            self.openapi_schema = made
        return self.openapi_schema


def create_api(edge: Edge) -> FastAPI:
    """To be mounted at /api/v1."""
    api = Api(title=TITLE, docs_url=None, redoc_url=None, openapi_url="/openapi.json", redirect_slashes=False)
    api.state.edge = edge
    routers = (obligations.router, moves.router, reports.router)
    api.router.routes.extend(route for router in routers for route in router.routes)
    add_problems(api)
    return api
