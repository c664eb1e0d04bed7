"""A document taken in: read by rules in a process of its own, then kept with the draft of its plan.

A file that cannot be read is refused in one line, and nothing of it is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Form, UploadFile
from pydantic import BaseModel
from starlette.responses import Response

from documents.bounded import draft_bounded
from documents.reading import LARGEST
from documents.selectors import KnownUnit
from models.file_faults import FilePlace
from reporting.drafts.store import keep_drafts
from reporting.units.hierarchy import hierarchy
from web.admin.long_work import LongWork, waiting_page, works_of
from web.admin.preview import read_upload, typed_octets
from web.auth import OwnForm
from web.page import AdminPage, Page, redirect

ADDRESS = "/admin/plan-documents"
router = APIRouter(prefix=ADDRESS, dependencies=[OwnForm], include_in_schema=False)
ENDINGS = ".docx,.docm,.pdf,.html,.htm,.txt,.doc,.odt,.rtf,.png,.jpg,.jpeg,.tif,.tiff"


@dataclass(kw_only=True)
class DocumentReading(LongWork):
    """One document on its way; `draft` is the draft's id once it is kept."""

    name: str
    draft: int = 0


class DocumentUpload(BaseModel):
    """A document, or its text pasted into a field."""

    file: UploadFile | None = None
    text: str = ""


@router.get("")
def new(page: AdminPage, done: str = "") -> Response:
    return _form(page, done=done)


def _form(page: Page, status: int = 200, wrong: str = "", text: str = "", done: str = "") -> Response:
    most = LARGEST // 2**20
    return page.show(
        "admin/plan_document.html", status, wrong=wrong, text=text, done=done, endings=ENDINGS, most=most
    )


@router.post("")
def take(page: AdminPage, form: Annotated[DocumentUpload, Form()]) -> Response:
    name, data = read_upload(form.file, LARGEST)
    if not name:
        name, data = page.t("pasted text"), typed_octets(form.text)
    if not data.strip():
        return _form(page, 422, page.t("Choose a file, or paste its text into the field."))
    reading = DocumentReading(
        name=name,
        title=page.t("Reading %(name)s", name=name),
        owner=page.actor,
        hint=page.t("A long PDF or a scan takes some minutes."),
    )
    key = works_of(page).start(reading, partial(_read, page, data))
    if reading.done.is_set():
        return _arrived(page, reading, form.text if not form.file else "")
    return redirect(f"{ADDRESS}/{key}")


def _read(page: Page, data: bytes, reading: DocumentReading) -> None:
    def progress(at: int, pages: int) -> None:
        reading.step(at, pages, page.t("page %(page)s of %(pages)s", page=at, pages=pages))

    reading.step(0, 0, page.t("The document is being read."))
    with page.reading() as session:
        units = [KnownUnit(code, each.name) for code, each in hierarchy(session, page.today).by_code.items()]
    found = draft_bounded(
        data, reading.name, units, page.language, progress, is_unwanted=lambda: reading.cancelled
    )
    with page.writing() as session:
        draft = keep_drafts(session, page.settings, reading.name, data, found, page.now, page.actor)
        reading.go_on()
    reading.draft = draft


def _arrived(page: Page, reading: DocumentReading, text: str = "") -> Response:
    """The draft, or the form with what came in between."""
    if reading.arrived:
        return redirect(f"/admin/plan-drafts/{reading.draft}")
    if reading.cancelled:
        return redirect(f"{ADDRESS}?done=cancelled")
    problem = reading.error.reason if reading.error else page.t("The reading broke off; send it again.")
    wrong = FilePlace.FILE(file=reading.name, problem=problem).say(page.language)
    return _form(page, 422, wrong, text)


@router.get("/{key}")
def wait(page: AdminPage, key: str) -> Response:
    """How far the reading is; goes on by itself when it is done."""
    reading = works_of(page).find(key, page.actor, DocumentReading)
    if reading is None:
        return _form(page, 410, page.t("This reading is not known any more; send the document again."))
    if not reading.done.is_set():
        return waiting_page(page, reading, f"{ADDRESS}/{key}")
    return _arrived(page, reading)


@router.post("/{key}/cancel")
def cancel(page: AdminPage, key: str) -> Response:
    works_of(page).cancel(key, page.actor)
    return redirect(f"{ADDRESS}/{key}")
