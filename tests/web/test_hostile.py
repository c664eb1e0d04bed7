"""What somebody sends who wants in or wants to stop the pages: on every route, in every field.

The rows of the access table say where the routes are; their parameters say which fields they have.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel
from sqlalchemy import Engine

from models.settings import Settings
from tests.reporting.world import World
from tests.web.access.row import Row
from tests.web.access.walk import NOW, ROWS, filled, live, sent
from tests.web.cast import Browser, browser
from tests.web.conftest import MovedClock
from tests.web.route_list import all_routes
from web.auth import FORM_FIELD

UNSEEN = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f"
TEXTS = {
    "unseen": UNSEEN,
    "turned, combining, markup": "\u202eabc" + "a\u0301" * 200 + "<script>'\";--%s%(x)s{{7*7}}",
    "nothing and controls": "a\x00b\x1b[31m\x7f",
    "long": "a" * 20_000,
    "end of days": "9999-12-31",
    "no such day": "31/2/2024",
    "large": "9" * 30,
    "other digits": "-١",
}
TOO_LARGE = ("end of days", "large")
"""What arithmetic with days refuses, and SQLite. PostgreSQL takes no NUL."""


@pytest.fixture
def asked(world: World, settings: Settings, clock: MovedClock, quick_hashes: None) -> list[tuple[Row, str]]:
    """Each row of the table with its address filled, in a province that has what they need."""
    live(world)
    rows = [row for row in ROWS if row.path != "/sign-out"]
    addresses = filled("\n".join(row.address for row in rows), world, settings, clock).split("\n")
    return list(zip(rows, addresses, strict=True))


@pytest.fixture
def dave(app: FastAPI, engine: Engine, settings: Settings, asked: object) -> Iterator[Browser]:
    at_work = browser(app, engine, settings, "dave", NOW)
    yield at_work
    at_work.client.close()


def fields(app: FastAPI) -> dict[tuple[str, str], tuple[list[str], list[str]]]:
    """By method and path the names of a route's fields, in its address and in its form."""
    found: dict[tuple[str, str], tuple[list[str], list[str]]] = {}
    for prefix, each in all_routes(app.routes):
        route = each.original_route
        if isinstance(route, APIRoute):
            named = (names_of(route.dependant, "query_params"), names_of(route.dependant, "body_params"))
            found |= {(method, prefix + str(each.path)): named for method in route.methods or ()}
    return found


def names_of(dependant: Dependant, kind: str) -> list[str]:
    """Of the route and of what it depends on; of a form that is a model, its fields."""
    found = [name for each in dependant.dependencies for name in names_of(each, kind)]
    for param in getattr(dependant, kind):
        model = param.field_info.annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            found += [field.alias or name for name, field in model.model_fields.items()]
        else:
            found.append(param.alias)
    return found


def broken(
    asked: list[tuple[Row, str]],
    app: FastAPI,
    dave: Browser,
    odd: Callable[[list[str]], list[dict[str, str]]],
) -> list[tuple[str, list[str]]]:
    """The routes that break, with their odd fields; `odd` says what stands in them, request by request."""
    known, found = fields(app), list[tuple[str, list[str]]]()
    for row, address in asked:
        query, form = known[row.method, row.path]
        for params in odd(query):
            data = None if row.method == "GET" else dave.form()
            answer = dave.client.request(row.method, address, params=params, data=data)
            found += [(row.path, [*params])] if answer.status_code >= 500 else []
        if row.method == "GET" or row.path.startswith("/api/"):
            continue  # the API is fuzzed from its own description
        for data in odd(form):
            answer = dave.client.post(address, data=dave.form(**{**row.form, **data}))
            found += [(row.path, [*data])] if answer.status_code >= 500 else []
    return found


@pytest.mark.postgresql
@pytest.mark.parametrize(
    "name",
    [*(pytest.param(each, marks=pytest.mark.sqlite_is_enough) for each in TOO_LARGE), "nothing and controls"],
)
def test_whatever_stands_in_one_field_is_answered(
    name: str, asked: list[tuple[Row, str]], app: FastAPI, dave: Browser
) -> None:
    assert broken(asked, app, dave, lambda fields: [{field: TEXTS[name]} for field in fields]) == []


@pytest.mark.parametrize("name", TEXTS)
def test_whatever_stands_in_all_fields_is_answered(
    name: str, asked: list[tuple[Row, str]], app: FastAPI, dave: Browser
) -> None:
    def everywhere(fields: list[str]) -> list[dict[str, str]]:
        """The client of the tests sends no address of more than 64 KB."""
        return [dict.fromkeys(fields, TEXTS[name][: 60_000 // len(fields)])] if fields else []

    assert broken(asked, app, dave, everywhere) == []


@pytest.mark.postgresql
@pytest.mark.parametrize("number", ["9" * 30, "2147483648", "%00"])
def test_whatever_stands_in_place_of_an_id_is_answered(
    number: str, asked: list[tuple[Row, str]], engine: Engine, dave: Browser
) -> None:
    broken = []
    for row, _ in asked:
        for place in re.findall(r"\{[a-z_]+\}", row.path):
            path = row.path.replace(place, number)
            given = re.sub(r"\{[a-z_]+\}", "1", path)
            answer = sent(dave, engine, "dave", row, given, row.form)
            broken += [given] if answer.status_code >= 500 else []
    assert broken == []


def test_every_page_has_a_head(asked: list[tuple[Row, str]], dave: Browser) -> None:
    odd = []
    for row, address in asked:
        if row.method == "GET":
            whole, head = dave.client.get(address), dave.client.head(address)
            if (head.status_code, head.content) != (whole.status_code, b""):
                odd.append((row.path, whole.status_code, head.status_code))
    assert odd == []


def posted(asked: list[tuple[Row, str]]) -> list[tuple[Row, str]]:
    """The forms of pages."""
    return [each for each in asked if each[0].method == "POST" and not each[0].path.startswith("/api/")]


@pytest.mark.parametrize("token", ["", "0" * 64, None], ids=["empty", "another", "none"])
def test_no_form_of_a_session_is_taken_without_its_token(
    asked: list[tuple[Row, str]], dave: Browser, token: str | None
) -> None:
    proof = {} if token is None else {FORM_FIELD: token}
    answers = {
        row.path: dave.client.post(address, data={**row.form, **proof}) for row, address in posted(asked)
    }
    assert {path for path, answer in answers.items() if answer.status_code != 403} == set()


def test_no_form_of_another_site_is_taken(asked: list[tuple[Row, str]], dave: Browser) -> None:
    foreign = {"Sec-Fetch-Site": "cross-site"}
    answers = {
        row.path: dave.client.post(address, data=dave.form(**row.form), headers=foreign)
        for row, address in posted(asked)
    }
    assert {path for path, answer in answers.items() if answer.status_code != 403} == set()


def test_what_is_not_yours_is_as_if_it_were_not_there(
    asked: list[tuple[Row, str]], app: FastAPI, engine: Engine, settings: Settings
) -> None:
    """The same answer for another's report and for one that there never was, on pages and in the API."""
    mallory, told = browser(app, engine, settings, "mallory", NOW), []
    for row, address in asked:
        if "{x1}" in row.address or "{filed}" in row.address:
            none = re.sub(r"/\d+", "/999999", address, count=1)
            real, other = (sent(mallory, engine, "mallory", row, each, {}) for each in (address, none))
            words = [re.sub(r"\d+", "N", each.text) for each in (real, other)]
            if (real.status_code, words[0]) != (other.status_code, words[1]):
                told.append((row.method, row.path, real.status_code, other.status_code))
    assert told == []
    mallory.client.close()
