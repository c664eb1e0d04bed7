"""All routes of the application, through what it mounts and what its routers include."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fastapi.routing import RouteContext, iter_route_contexts
from starlette.routing import BaseRoute, Mount


def all_routes(routes: Iterable[BaseRoute], prefix: str = "") -> Iterator[tuple[str, RouteContext]]:
    """Each route with the path that it is mounted under."""
    for route in routes:
        if isinstance(route, Mount):
            yield from all_routes(route.routes, prefix + route.path)
        else:
            yield from ((prefix, each) for each in iter_route_contexts([route]))
