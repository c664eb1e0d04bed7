"""A document taken in: read by rules in a process of its own, then kept with the draft of its plan.

A file that cannot be read is refused in one line, and nothing of it is kept.
"""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Form, Request, UploadFile
from pydantic import BaseModel
from starlette.responses import Response

from documents.bounded import draft_bounded
from documents.reading import LARGEST
from documents.selectors import KnownUnit
from models.file_faults import FilePlace
from reporting.drafts.store import keep_drafts
from reporting.units.hierarchy import hierarchy
from web.admin.document_reading import DocumentReading, Readings
from web.admin.preview import read_upload, typed_octets
from web.auth import OwnForm
from web.page import AdminPage, Page, redirect

router = APIRouter(prefix="/admin/plan-documents", dependencies=[OwnForm], include_in_schema=False)
ENDINGS = ".docx,.docm,.pdf,.html,.htm,.txt,.doc,.odt,.rtf,.png,.jpg,.jpeg,.tif,.tiff"
REFRESH = {"Refresh": "3"}


class DocumentUpload(BaseModel):
    """A document, or its text pasted into a field."""

    file: UploadFile | None = None
    text: str = ""


@router.get("")
def new(page: AdminPage) -> Response:
    return _form(page)


def _form(page: Page, status: int = 200, wrong: str = "", text: str = "") -> Response:
    most = LARGEST // 2**20
    return page.show("admin/plan_document.html", status, wrong=wrong, text=text, endings=ENDINGS, most=most)


@router.post("")
def take(page: AdminPage, request: Request, form: Annotated[DocumentUpload, Form()]) -> Response:
    name, data = read_upload(form.file, LARGEST)
    if not name:
        name, data = page.t("pasted text"), typed_octets(form.text)
    if not data.strip():
        return _form(page, 422, page.t("Choose a file, or paste its text into the field."))
    reading = DocumentReading(name, page.actor)
    failed = page.t("The reading broke off; send the document again.")
    key = _readings(request).start(reading, partial(_read, page, data), failed)
    if reading.refused and reading.done.is_set():
        return _form(page, 422, _refusal(page, reading), form.text if not form.file else "")
    return redirect(_arrived(key, reading))


def _read(page: Page, data: bytes, reading: DocumentReading) -> int:
    with page.reading() as session:
        units = [KnownUnit(code, each.name) for code, each in hierarchy(session, page.today).by_code.items()]
    found = draft_bounded(data, reading.name, units, page.language, reading.progress)
    with page.writing() as session:
        return keep_drafts(session, page.settings, reading.name, data, found, page.now, page.actor)


def _refusal(page: Page, reading: DocumentReading) -> str:
    return FilePlace.FILE(file=reading.name, problem=reading.refused).say(page.language)


def _arrived(key: str, reading: DocumentReading) -> str:
    if reading.done.is_set() and reading.draft:
        return f"/admin/plan-drafts/{reading.draft}"
    return f"/admin/plan-documents/{key}"


@router.get("/{key}")
def wait(page: AdminPage, request: Request, key: str) -> Response:
    """How far the reading is; goes on by itself when it is done."""
    reading = _readings(request).find(key, page.actor)
    if reading is None:
        return _form(page, 410, page.t("This reading is not known any more; send the document again."))
    if not reading.done.is_set():
        return page.show("admin/plan_document_reading.html", 200, REFRESH, reading=reading)
    if reading.refused:
        return _form(page, 422, _refusal(page, reading))
    return redirect(_arrived(key, reading))


def _readings(request: Request) -> Readings:
    found: Readings = request.app.state.readings
    return found
