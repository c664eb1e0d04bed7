"""Exception handlers of the pages: a refusal is a page with reason and remedy, never a bare error."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from http import HTTPStatus
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DataError, OperationalError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from calendars.errors import Fault, FaultCode, said
from messages.catalogue import N_, translate
from models.errors import DatabaseNotReady, DondocError, IllegalMove, NotFound, NowhereToTry
from models.system_faults import full_disk
from reporting.access.sessions import SignInRefused
from web.auth import Forbidden, ForeignForm, NotSignedIn, Visitor
from web.context import api_language
from web.logs import REQUEST_HEADER, REQUEST_ID
from web.middleware import HEADERS
from web.page import page_of, redirect
from web.rate_limit import TooMany

MEDIA_TYPE = "application/problem+json"


class RequestFault(FaultCode):
    """What a program gets where nothing says more."""

    NO_ADDRESS = N_("no such address; see /api/v1/openapi.json")
    BROKEN = N_("a fault of the server; its log says more")
    AWAY = N_("the database does not answer; try again in a minute")
    PORT = N_("port %(port)s on %(host)s cannot be used (%(reason)s); choose another with --port")


TITLES = (
    N_("Bad Request"),
    N_("Unauthorized"),
    N_("Forbidden"),
    N_("Not Found"),
    N_("Method Not Allowed"),
    N_("Conflict"),
    N_("Unsupported Media Type"),
    N_("Unprocessable Content"),
    N_("Unprocessable Entity"),
    N_("Too Many Requests"),
    N_("Internal Server Error"),
    N_("Service Unavailable"),
    N_("Insufficient Storage"),
)
"""Statuses as HTTP names them, 422 by its old name and its new one."""


def problem(
    request: Request,
    status: int,
    detail: str,
    headers: Mapping[str, str] | None = None,
    errors: list[dict[str, str]] | None = None,
    fault: str = "",
) -> Response:
    """A problem document (RFC 9457), for programs; `fault` where `detail` is a sentence made of it."""
    language = api_language(request)
    content: dict[str, object] = {
        "type": "about:blank",
        "title": translate(language, HTTPStatus(status).phrase),
        "status": status,
        "detail": said(detail, language),
    }
    if errors is not None:
        content["errors"] = errors
    coded = fault or detail
    if isinstance(coded, Fault):
        content |= {"code": code_of(coded), "values": plain_values(coded)}
    kept = {"Cache-Control": "no-store", **(headers or {})}
    return JSONResponse(content, status_code=status, media_type=MEDIA_TYPE, headers=kept)


def code_of(fault: Fault) -> str:
    """The family and the name of a fault's code, as `move.not-begun`: it stays where the sentence changes."""
    family = type(fault.code).__name__.removesuffix("Fault").lower()
    return f"{family}.{fault.code.name.lower().replace('_', '-')}"


def plain_values(fault: Fault) -> dict[str, object]:
    """What the sentence is about, as JSON takes it; a fault within it by its own code."""
    return {name: _plain(value) for name, value in fault.values.items()}


def _plain(value: object) -> object:
    if isinstance(value, Fault):
        return {"code": code_of(value), "values": plain_values(value)}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool | None) else str(value)


STATUS: dict[type[DondocError], int] = {
    NotFound: 404,
    IllegalMove: 409,
    Forbidden: 403,
    ForeignForm: 403,
    SignInRefused: 401,
    TooMany: 429,
    DatabaseNotReady: 503,
    NowhereToTry: 507,
}
WORDS = {
    400: N_("What was sent cannot be read"),
    403: N_("Not allowed"),
    404: N_("Not found"),
    405: N_("Not possible"),
    409: N_("Not possible now"),
    413: N_("Too large"),
    422: N_("Something is not right"),
    429: N_("Too many attempts"),
    507: N_("The server has no room"),
    503: N_("The database does not answer at the moment"),
}
RETRY = {"Retry-After": "60"}
OTHERWISE = N_("Something went wrong")
API_DETAILS = {500: RequestFault.BROKEN, 503: RequestFault.AWAY}


def status_of(error: DondocError) -> int:
    """The HTTP status that says what kind of refusal it is."""
    return next((status for kind, status in STATUS.items() if isinstance(error, kind)), 422)


def add_error_handlers(app: FastAPI) -> None:
    app.add_exception_handler(NotSignedIn, _ask_to_sign_in)
    app.add_exception_handler(DondocError, _refuse)
    app.add_exception_handler(HTTPException, _refuse_http)
    app.add_exception_handler(RequestValidationError, _refuse_invalid)
    app.add_exception_handler(DataError, not_to_be_kept)
    app.add_exception_handler(OperationalError, database_unavailable)
    app.add_exception_handler(OSError, disk_full)
    app.add_exception_handler(Exception, server_error)


def _ask_to_sign_in(request: Request, _error: Exception) -> Response:
    where = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    target = f"/sign-in?next={quote(where, safe='/')}" if request.method == "GET" else "/sign-in"
    if "hx-request" in request.headers:
        return Response(status_code=401, headers={"HX-Redirect": target})
    return redirect(target)


def _refuse(request: Request, error: Exception) -> Response:
    assert isinstance(error, DondocError)
    headers = error.headers if isinstance(error, TooMany) else None
    return refusal(request, status_of(error), error.reason, headers)


def _refuse_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return refusal(request, error.status_code, "", error.headers)


def _refuse_invalid(request: Request, error: Exception) -> Response:
    """An address or a form that cannot be read."""
    assert isinstance(error, RequestValidationError)
    in_address = any(each["loc"][0] == "path" for each in error.errors())
    return refusal(request, 404 if in_address else 422)


def not_to_be_kept(request: Request, _error: Exception) -> Response:
    """No database could keep it, so nothing here has it: PostgreSQL takes no NUL."""
    return refusal(request, 404 if request.method == "GET" else 422)


def disk_full(request: Request, error: Exception) -> Response:
    """There is no room for what was sent; any other trouble with files is a fault of ours."""
    full = full_disk(error)
    if full is None:
        raise error
    return refusal(request, 507, full, RETRY)


def database_unavailable(request: Request, error: Exception) -> Response:
    """The database is away or busy for longer than one can wait; nothing was written."""
    if full_disk(error) is not None:
        return disk_full(request, error)
    return refusal(request, 503, "", RETRY)


def server_error(request: Request, _error: Exception) -> Response:
    """A fault of ours: the error itself goes to the log. The response passes no middleware on its way out."""
    return refusal(request, 500, "", {**HEADERS, REQUEST_HEADER: REQUEST_ID.get()})


def refusal(
    request: Request, status: int, reason: str = "", headers: Mapping[str, str] | None = None
) -> Response:
    """The page of a refusal; for programs a problem document."""
    if request.url.path.startswith("/api/"):
        otherwise = API_DETAILS.get(status, RequestFault.NO_ADDRESS)
        return problem(request, status, reason or otherwise(), headers)
    page = page_of(request, Visitor(None, "") if status >= 500 else None)
    title = WORDS.get(status, OTHERWISE)
    known = REQUEST_ID.get() if status >= 500 else ""
    reason = said(reason, page.language)
    return page.show(
        "refusal.html", status, headers, words=title, reason=reason, fault=status >= 500, known=known
    )
