"""A number that no row can have, in any address, query or form, finds nothing; it never breaks the server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, RouteContext
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from sqlalchemy import Engine
from starlette.testclient import TestClient

from models.settings import Settings
from tests.reporting.world import World
from tests.web.cast import api_token, browser, open_with_cast
from tests.web.route_list import all_routes
from web.auth import FORM_FIELD

NOW = "2024-02-10 09:00"
NUMBERS = ("-1", "2147483648", "9223372036854775808", "9" * 5000, "²")
TYPED = {"id", "page", "seen", "year", "rows", "obligation", "request", "start"}
"""Numbers that are read as texts first."""
PARAMETER = re.compile(r"{(\w+)(?::\w+)?}")


def routes(app: FastAPI) -> Iterator[tuple[str, str, RouteContext]]:
    """Method, path and route of all pages and of the API, those without numbers among them."""
    for prefix, route in all_routes(app.routes):
        for method in sorted((route.methods or set()) - {"HEAD"}):
            yield method, prefix + str(route.path), route


def fields(route: RouteContext, kind: str) -> list[str]:
    """The names under which a route reads numbers, its dependencies' and its forms' among them."""
    found, left = [], [route.dependant] if isinstance(route.original_route, APIRoute) else []
    while left:
        one = left.pop()
        for field in getattr(one, kind):
            found += _numbers(field.alias, field.field_info)
        left += one.dependencies
    return sorted(set(found))


def _numbers(name: str, field: FieldInfo) -> list[str]:
    kind = field.annotation
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        parts = [_numbers(part.alias or own, part) for own, part in kind.model_fields.items()]
        return [each for part in parts for each in part]
    return [name] if name in TYPED or "int" in str(kind) else []


def requests(app: FastAPI, number: str) -> Iterator[tuple[str, str, dict[str, str], dict[str, str]]]:
    """Each route with each of its names in turn as the number: method, path, query, form."""
    for method, path, route in routes(app):
        others = PARAMETER.sub("999999", path)
        for wrong in PARAMETER.findall(path):
            yield method, PARAMETER.sub(partial(_number, wrong, number), path), {}, {}
        for name in fields(route, "query_params"):
            yield method, others, {name: number}, {}
        for name in fields(route, "body_params"):
            yield method, others, {}, {name: number}


def _number(wrong: str, number: str, found: re.Match[str]) -> str:
    return number if found[1] == wrong else "999999"


@pytest.mark.parametrize("number", NUMBERS)
def test_no_number_breaks_a_page_or_the_api(
    app: FastAPI, world: World, engine: Engine, settings: Settings, number: str
) -> None:
    open_with_cast(world)
    token = {"Authorization": f"Bearer {api_token(engine, 'dave', NOW)}"}
    dave = browser(app, engine, settings, "dave", NOW)
    broken, refused = [], 0
    with TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False) as client:
        for method, path, query, form in requests(app, number):
            data = {FORM_FIELD: dave.token, **form} if method == "POST" else None
            client.cookies = dave.client.cookies
            answer = client.request(
                method, path, params=query, data=data, headers=token, follow_redirects=False
            )
            refused += answer.status_code in (400, 404, 422)
            if answer.status_code >= 500:
                broken.append((method, path[:60], list(query | form)))
    assert broken == []
    assert refused > 40
    assert client.get("/me").status_code == 200  # nothing has signed Dave out meanwhile
