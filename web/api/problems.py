"""What a program gets when it is refused: a problem document (RFC 9457), with the remedy in `detail`."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from calendars.errors import CalendarError
from models.errors import DondocError
from web.auth import Forbidden
from web.errors import MEDIA_TYPE, NO_ADDRESS, database_unavailable, disk_full, problem, status_of
from web.rate_limit import TooMany

MOST_ERRORS = 20


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
    detail: str = Field(description="one line that names the remedy")
    errors: list[FieldProblem] | None = None


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
    api.add_exception_handler(OperationalError, database_unavailable)
    api.add_exception_handler(OSError, disk_full)


def _refused(_request: Request, error: Exception) -> Response:
    if isinstance(error, Unauthorised):
        return problem(401, str(error), {"WWW-Authenticate": 'Bearer realm="dondoc"'})
    if isinstance(error, TooMany):
        return problem(429, str(error), error.headers)
    if isinstance(error, NarrowScope):
        return problem(403, str(error), {"WWW-Authenticate": 'Bearer error="insufficient_scope"'})
    return problem(status_of(error) if isinstance(error, DondocError) else 422, str(error))


def _invalid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = [
        {"field": ".".join(str(part) for part in each["loc"]), "message": str(each["msg"])}
        for each in error.errors()[:MOST_ERRORS]
    ]
    first = errors[0] if errors else {"field": "body", "message": "it cannot be read"}
    detail = f"{first['field']}: {first['message']}; see /api/v1/openapi.json"
    broken = any(each["type"] == "json_invalid" for each in error.errors())
    return problem(400 if broken else 422, detail, errors=errors)


def _http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    remedy = {
        400: "what was sent cannot be read; send JSON in UTF-8, or a form that is whole",
        404: NO_ADDRESS,
        405: "this address takes another method",
    }
    return problem(error.status_code, remedy.get(error.status_code, str(error.detail)), error.headers)
