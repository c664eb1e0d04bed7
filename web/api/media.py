"""What a request to the API carries: JSON, or a form where a report comes with files; nothing else is read.

A body of another kind would be passed over in silence, and with it what its sender meant to say.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from json import JSONDecodeError
from typing import Annotated, Any, TypeVar

from fastapi import Depends
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from models.errors import InvalidInput
from reporting.moves.submit import ReportFiling
from web.api.auth import Writer
from web.api.problems import ApiFault
from web.api.schemas import MOST_FILES, ReportIn

FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
FILES = "files"
Model = TypeVar("Model", bound=BaseModel)


class BodyRoute(APIRoute):
    """A route whose body is JSON, and what its description names beside it. Else a 415, before it is read."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        taken = FORMS if (self.openapi_extra or {}).get("requestBody") else ()

        async def checked(request: Request) -> Response:
            if _has_body(request):
                _require_taken(request, taken)
            return await handle(request)

        return checked


def _has_body(request: Request) -> bool:
    return (
        "transfer-encoding" in request.headers or request.headers.get("content-length", "0").strip("0") != ""
    )


def media_type(request: Request) -> str:
    return parse_options_header(request.headers.get("content-type"))[0].decode("latin-1")


def is_json(kind: str) -> bool:
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))


def _require_taken(request: Request, taken: tuple[str, ...]) -> None:
    kind = media_type(request)
    if not is_json(kind) and kind not in taken:
        wanted = ("application/json", *taken)
        fault = ApiFault.NOT_TAKEN(kind=kind, wanted=wanted) if kind else ApiFault.NO_KIND(wanted=wanted)
        raise HTTPException(415, fault)
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise HTTPException(415, ApiFault.COMPRESSED())


async def sent_report(request: Request, _caller: Writer) -> tuple[ReportFiling, ReportIn]:
    """The report of a form or of JSON, and what was said with it. The caller is known before it is read.

    Raises `RequestValidationError` for a field that is unknown, doubled or wrong, a 400 for what is broken.
    """
    files: list[tuple[str, bytes]] = []
    if not _has_body(request):
        given: object = {}
    elif is_json(media_type(request)):
        given = await _json(request)
    else:
        async with request.form() as form:
            given, files = _fields(form), await _files(form)
    fields = _validated(ReportIn, given)
    report = ReportFiling(
        document_number=fields.document_number,
        document_date=fields.document_date,
        note=fields.note,
        files=files,
    )
    return report, fields


SentReport = Annotated[tuple[ReportFiling, ReportIn], Depends(sent_report)]


async def _json(request: Request) -> object:
    try:
        return await request.json()
    except JSONDecodeError as error:
        details = {"type": "json_invalid", "loc": ("body", error.pos), "msg": error.msg}
        raise RequestValidationError([details]) from error
    except (ValueError, RecursionError) as error:
        raise HTTPException(400) from error


def _fields(form: FormData) -> dict[str, object]:
    """The form without its files; a field that was left empty is not there."""
    names = [name for name, value in form.multi_items() if name != FILES or isinstance(value, str)]
    doubled = next((name for name in names if names.count(name) > 1), None)
    if doubled is not None:
        raise RequestValidationError([_field_error(doubled, "is given more than once; keep one")])
    return {name: form[name] for name in names if form[name] != ""}


async def _files(form: FormData) -> list[tuple[str, bytes]]:
    """A file field left empty still sends one file, without a name."""
    sent = [each for each in form.getlist(FILES) if isinstance(each, UploadFile)]
    if len(sent) > MOST_FILES:
        raise InvalidInput(ApiFault.TOO_MANY_FILES(most=MOST_FILES))
    return [(each.filename or "", await each.read()) for each in sent if each.filename or each.size]


def _validated(model: type[Model], given: object) -> Model:
    try:
        return model.model_validate(given)
    except ValidationError as error:
        found = [{**each, "loc": ("body", *each["loc"])} for each in error.errors()]
        raise RequestValidationError(found) from error


def _field_error(field: str, message: str) -> dict[str, object]:
    return {"type": "value_error", "loc": ("body", field), "msg": message}


def report_body() -> dict[str, object]:
    """What `sent_report` reads, for the description of the API."""
    shape = ReportIn.model_json_schema()
    file = {"type": "string", "format": "binary"}
    files = {"type": "array", "maxItems": MOST_FILES, "items": file, "description": "the report's files"}
    form = {**shape, "properties": {**shape["properties"], FILES: files}}
    content = {**dict.fromkeys(FORMS, form), "application/json": shape}
    return {"requestBody": {"content": {kind: {"schema": schema} for kind, schema in content.items()}}}
