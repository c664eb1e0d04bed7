"""What a program gets when it is refused: a problem document (RFC 9457), with the remedy in `detail`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from sqlalchemy.exc import DataError, OperationalError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from calendars.errors import CalendarError, Fault, FaultCode, said
from messages.catalogue import N_
from models.errors import DondocError, NotFound
from models.shapes import ValueFault, shape_fault
from reporting.obligations.filters import FilterFault
from web.auth import Forbidden
from web.context import api_language
from web.errors import (
    MEDIA_TYPE,
    RequestFault,
    database_unavailable,
    disk_full,
    not_to_be_kept,
    problem,
    server_error,
    status_of,
)
from web.rate_limit import TooMany

MOST_ERRORS = 20


class ApiFault(FaultCode):
    """Why a program is refused."""

    NO_TOKEN = N_("send a token: Authorization: Bearer dondoc_…; one is made at /me")
    BAD_TOKEN = N_("the token has expired, was revoked, or is not known; make another at /me")
    ONLY_READS = N_("this token only reads; make one with the scope write")
    NO_OBLIGATION = N_("no obligation %(number)s that this account may see; list those there are")
    MAY_NOT = N_("this account may not %(act)s obligation %(number)s; ask for the role")
    MAY_NOT_ASK = N_(
        "this account may not ask %(units)s; leave them out, or ask for the role of a head or monitor above "
        "them"
    )
    MAY_NOT_ASK_FOR = N_("this account may not ask for the unit %(unit)s; name one of its own")
    MAY_NOT_SPEAK = N_("this account may not say this of %(units)s; leave them out, or ask for the role")
    MAY_NOT_TAKE_BACK = N_("this account may not take it back; ask the unit that asked or said so")
    NOTHING_OPEN = N_(
        "nothing that this account may see is open for %(plan)s %(duty)s %(period)s; see /plans"
    )
    NO_PLAN = N_("no plan '%(plan)s' that this account may see; /plans lists those there are")
    NOT_OPEN_YET = N_("obligation %(number)s was not open yet at that instant; give a later one")
    NO_OFFSET = N_("at: write an instant with its offset, such as 2024-02-17T08:00:00+07:00")
    TOO_MANY_FILES = N_("a report has at most %(most)s files; put them together")
    NOT_TAKEN = N_("%(kind)s is not taken; send %(wanted)s")
    NO_KIND = N_("a body without Content-Type is not taken; send %(wanted)s")
    COMPRESSED = N_("a compressed body is not taken; send it without Content-Encoding")
    UNREADABLE = N_("what was sent cannot be read; send JSON in UTF-8, or a form that is whole")
    OTHER_METHOD = N_("this address takes another method")
    FIELD = N_("%(field)s: %(message)s; see /api/v1/openapi.json")


class Unauthorised(DondocError):
    """No token, or one that does not work."""


class NarrowScope(Forbidden):
    """The token's scope does not reach that far, whatever its account may do."""


class FieldProblem(BaseModel):
    """What is wrong with one field."""

    field: str
    message: str


class Problem(BaseModel):
    """Why a request was refused, and what to do instead."""

    type: str = Field(description="about:blank: the status says what kind it is")
    title: str
    status: int
    detail: str = Field(description="one line that names the remedy, in the language of Accept-Language")
    errors: list[FieldProblem] | None = None
    code: str | None = Field(None, description="what `detail` says, the same in every language")
    values: dict[str, Any] | None = Field(None, description="what it says it about")


DESCRIPTIONS = {
    400: "What was sent cannot be read at all.",
    401: "No token, or one that has expired or was revoked.",
    403: "The token's scope or the account's rights do not reach that far.",
    404: "There is no such thing, or the account may not see it.",
    409: "The obligation's state does not allow it now.",
    413: "More than is taken.",
    415: "What was sent is of a kind that is not taken here; `detail` names those that are.",
    422: "The request can never be right as it stands.",
    429: "Too many attempts; Retry-After says how long to wait.",
}


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Refusals for the description of the API."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {"description": DESCRIPTIONS[status], "content": {MEDIA_TYPE: {"schema": schema}}}
        for status in (400, 401, 403, 422, 429, *statuses)
    }


def add_problems(api: FastAPI) -> None:
    api.add_exception_handler(DondocError, _refused)
    api.add_exception_handler(CalendarError, _refused)
    api.add_exception_handler(RequestValidationError, _invalid)
    api.add_exception_handler(HTTPException, _http)
    api.add_exception_handler(DataError, not_to_be_kept)
    api.add_exception_handler(OperationalError, database_unavailable)
    api.add_exception_handler(OSError, disk_full)
    api.add_exception_handler(Exception, server_error)


def _refused(request: Request, error: Exception) -> Response:
    if isinstance(error, Unauthorised):
        return _said(request, 401, error, {"WWW-Authenticate": 'Bearer realm="dondoc"'})
    if isinstance(error, TooMany):
        return _said(request, 429, error, error.headers)
    if isinstance(error, NarrowScope):
        return _said(request, 403, error, {"WWW-Authenticate": 'Bearer error="insufficient_scope"'})
    if isinstance(error.args[0] if error.args else "", Fault) and error.args[0].code is FilterFault.NO_PLAN:
        # At the command line it names the plans there are; here the account may not see them all.
        error = NotFound(ApiFault.NO_PLAN(plan=error.args[0].values["slug"]))
    return _said(request, status_of(error) if isinstance(error, DondocError) else 422, error)


def _said(
    request: Request, status: int, error: Exception, headers: Mapping[str, str] | None = None
) -> Response:
    if isinstance(error, CalendarError):
        language = api_language(request)
        parts = [said(part, language) for part in (error.problem, error.remedy) if part]
        return problem(request, status, ": ".join(parts), headers, fault=error.problem)
    return problem(request, status, error.reason if isinstance(error, DondocError) else str(error), headers)


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = error.errors()[:MOST_ERRORS]
    wrong = [(".".join(map(str, each["loc"])), shape_fault(each)) for each in found]
    field, fault = wrong[0] if wrong else ("body", ValueFault.OTHER(message=error))
    broken = any(each["type"] == "json_invalid" for each in error.errors())
    return problem(
        request,
        400 if broken else 422,
        ApiFault.FIELD(field=field, message=fault),
        errors=[{"field": each, "message": why.say(api_language(request))} for each, why in wrong],
    )


REMEDIES = {400: ApiFault.UNREADABLE, 404: RequestFault.NO_ADDRESS, 405: ApiFault.OTHER_METHOD}


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    remedy = REMEDIES.get(error.status_code)
    return problem(request, error.status_code, remedy() if remedy else error.detail, error.headers)
