"""Units and contacts from files: first what would change, found by doing it and taking it back; then done.

What is confirmed is what was shown: the same files, day and changes; else the new preview is shown.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form, UploadFile
from pydantic import BaseModel
from sqlmodel import Session
from starlette.responses import Response

from models.errors import DondocError, InputErrors, NotFound
from models.file_faults import FileFault
from models.settings import Settings
from reporting.files.csv_table import LARGEST_FILE
from reporting.plans.checking import empty_stages
from reporting.units.files import UnitInput, read_unit_files
from reporting.units.hierarchy import Hierarchy, hierarchy, units_revision
from reporting.units.loading import UnitChanges, load_units
from web.admin.preview import error_lines, is_token_of, preview_token, read_upload
from web.auth import OwnForm
from web.form_values import cut, field_day, line, typed_day
from web.page import AdminPage, Page, redirect

FOLDER = "staged"
KEPT_FOR = timedelta(days=2)
KEY = re.compile(r"[0-9a-f]{64}", re.ASCII)
UNFIT = re.compile(r"[^\w.-]+")


def stage(settings: Settings, files: Sequence[tuple[str, bytes]], now: datetime) -> str:
    """Keep the files for the confirmation; returns the key by which `staged` finds them."""
    digest = sha256()
    for name, data in files:
        digest.update(f"{name}\0{len(data)}\0".encode("utf-8", "replace") + data)
    key = digest.hexdigest()
    _forget_old(settings, now)
    folder = settings.home / FOLDER / key
    folder.mkdir(parents=True, exist_ok=True)
    for number, (name, data) in enumerate(files, start=1):
        (folder / _safe(name, number)).write_bytes(data)
    return key


def staged(settings: Settings, key: str) -> list[Path]:
    """The files under the key, in their order. Raises `NotFound` once they are gone."""
    folder = settings.home / FOLDER / key
    if not KEY.fullmatch(key) or not folder.is_dir():
        raise NotFound(FileFault.GONE())
    return sorted(folder.iterdir())


def _safe(name: str, number: int) -> str:
    return f"{number:02d}-{UNFIT.sub('_', name)[:80] or 'file'}"


def _forget_old(settings: Settings, now: datetime) -> None:
    root = settings.home / FOLDER
    if not root.is_dir():
        return
    for folder in root.iterdir():
        if folder.stat().st_mtime < (now - KEPT_FOR).timestamp():
            shutil.rmtree(folder, ignore_errors=True)


router = APIRouter(prefix="/admin/unit-import", dependencies=[OwnForm], include_in_schema=False)
MOST_FILES = 10
SHOWN = 50


class ImportForm(BaseModel):
    """Which files, from which day, below which unit, and whether what they lack ends.

    `key` names files that are staged already; `shown` is the token of the preview.
    """

    files: list[UploadFile] = []
    key: Annotated[str, cut(64)] = ""
    since: Annotated[str, cut(20)] = ""
    under: Annotated[str, line(80)] = ""
    replace: bool = False
    shown: str = ""

    @property
    def day(self) -> date | None:
        return typed_day(self.since)


ImportDep = Annotated[ImportForm, Form()]


@dataclass(frozen=True, kw_only=True)
class ImportPreview:
    """What a load would do: counts, and the first lines of each kind of change."""

    changes: UnitChanges
    lines: dict[str, list[tuple[str, str]]]
    emptied: list[str]
    token: str


@router.get("")
def new(page: AdminPage) -> Response:
    return _show(page, ImportForm(since=field_day(page.today)))


@router.get("/check")
def check_again(page: AdminPage) -> Response:
    return redirect("/admin/unit-import")


@router.post("/check")
def check(page: AdminPage, form: ImportDep) -> Response:
    given = [read_upload(file, LARGEST_FILE) for file in form.files[:MOST_FILES]]
    given = [(name, data) for name, data in given if name]
    if given:
        form.key = stage(page.settings, given, page.now)
    if not form.key:
        return _show(page, form, wrong=page.t("Choose a file."))
    return _preview(page, form)


@router.post("/apply")
def apply(page: AdminPage, form: ImportDep) -> Response:
    day = form.day
    if day is None:
        return _preview(page, form)
    try:
        rows = _read(page, form)
        with page.writing() as session:
            before = _shown_before(session, form)
            changes = _load(session, page, rows, form, day)
            if changes.any and is_token_of(form.shown, before, changes):
                return redirect("/admin/units?done=loaded")
            session.rollback()
    except (InputErrors, NotFound):
        pass  # the preview says what is wrong
    return _preview(page, form, stale=True)


def _read(page: Page, form: ImportForm) -> UnitInput:
    """What the staged files say; their folder is nobody's business."""
    return read_unit_files(staged(page.settings, form.key), name=lambda path: path.name)


def _load(session: Session, page: Page, rows: UnitInput, form: ImportForm, day: date) -> UnitChanges:
    under = form.under or None
    return load_units(session, rows, day, page.now, page.actor, under=under, replace=form.replace)


def _shown_before(session: Session, form: ImportForm) -> list[object]:
    return [form.key, form.day, form.under, form.replace, units_revision(session)]


def _preview(page: Page, form: ImportForm, stale: bool = False) -> Response:
    day = form.day
    if day is None:
        wrong = page.pt("unit import", "No date; write it as 18/10/2024.")
        return _show(page, form, wrong=wrong)
    try:
        rows = _read(page, form)
        with page.writing() as session:
            shown = _shown_before(session, form)
            before, empty = hierarchy(session, day), empty_stages(session, page.today)
            changes = _load(session, page, rows, form, day)
            emptied = [each for each in empty_stages(session, page.today) if each not in empty]
            session.rollback()
    except DondocError as error:
        return _show(page, form, errors=error.reasons)
    lines, token = _lines(changes, rows, before), preview_token(shown, changes)
    words = [f"{plan}: {warning.text(page.language)}" for plan, warning in emptied]
    found = ImportPreview(changes=changes, lines=lines, emptied=words, token=token)
    return _show(page, form, found=found, stale=stale)


def _lines(changes: UnitChanges, rows: UnitInput, before: Hierarchy) -> dict[str, list[tuple[str, str]]]:
    """The first changes of each kind, as code and what becomes of it."""
    names = {row.code: row.name for row in rows.units}
    superiors = {row.code: row.superior for row in rows.units}

    def old(code: str) -> str:
        return before.by_code[code].name if code in before else code

    def superior(code: str | None) -> str:
        return "–" if code is None else names.get(code) or old(code)

    def moved(code: str) -> str:
        was = before.superior(before.unit(code)) if code in before else None
        return f"{old(code)}: {superior(was.code if was else None)} → {superior(superiors.get(code))}"

    return {
        "added": [(code, names.get(code, "")) for code in changes.added[:SHOWN]],
        "renamed": [(code, f"{old(code)} → {names.get(code, '')}") for code in changes.renamed[:SHOWN]],
        "moved": [(code, moved(code)) for code in changes.moved[:SHOWN]],
        "changed": [(code, names.get(code, "")) for code in changes.changed[:SHOWN]],
        "ended": [(code, old(code)) for code in changes.ended[:SHOWN]],
        "kept": [(code, old(code)) for code in changes.kept[:SHOWN]],
    }


def _show(
    page: Page,
    form: ImportForm,
    *,
    wrong: str = "",
    errors: Sequence[str] = (),
    found: ImportPreview | None = None,
    stale: bool = False,
) -> Response:
    return page.show(
        "admin/unit_import.html",
        422 if wrong or errors else 409 if stale else 200,
        errors=error_lines(errors, page.language),
        form=form,
        wrong=wrong,
        found=found,
        stale=stale,
    )
