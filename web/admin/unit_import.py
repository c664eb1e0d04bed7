"""Units and contacts from files: first what would change, found by doing it and taking it back; then done.

What is confirmed is what was shown: the same files, the same day, the same changes; else it is shown anew.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, UploadFile
from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from calendars.errors import said
from models.database import writing
from models.errors import DondocError, InputErrors, NotFound
from models.file_faults import FileFault
from models.settings import Settings
from reporting.files.csv_table import LARGEST_FILE
from reporting.units.files import UnitInput, read_unit_files
from reporting.units.hierarchy import Hierarchy, hierarchy, units_revision
from reporting.units.loading import UnitChanges, load_units
from web.admin.preview_token import is_sealed, seal
from web.admin.uploads import error_lines, read_upload
from web.auth import Administrator, OwnForm
from web.context import Edge, EdgeDep
from web.form_values import typed_day
from web.rendering import Pages, PagesDep

FOLDER = "staged"
KEPT_FOR = timedelta(days=2)
KEY = re.compile(r"[0-9a-f]{64}", re.ASCII)
UNFIT = re.compile(r"[^\w.-]+")


def stage(settings: Settings, files: Sequence[tuple[str, bytes]], now: datetime) -> str:
    """Keep the files aside; gives the key by which `staged` finds them."""
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
Word = Annotated[str, Form()]


@dataclass(frozen=True, kw_only=True)
class ImportRequest:
    """Which files, from which day, below which unit, and whether what they lack ends."""

    key: str = ""
    since: str = ""
    under: str = ""
    replace: bool = False

    @property
    def day(self) -> date | None:
        return typed_day(self.since)


@dataclass(kw_only=True)
class ImportPreview:
    """What a load would do: counts, and the first lines of each kind of change."""

    changes: UnitChanges
    lines: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    seal: str = ""


async def wish(since: Word = "", under: Word = "", replace: Word = "", key: Word = "") -> ImportRequest:
    return ImportRequest(key=key[:64], since=since[:20], under=under.strip()[:80], replace=replace == "yes")


WishDep = Annotated[ImportRequest, Depends(wish)]


@router.get("")
def new(person: Administrator, edge: EdgeDep, pages: PagesDep) -> Response:
    return _page(pages, ImportRequest(since=f"{edge.today(edge.now):%d/%m/%Y}"))


@router.get("/check")
def check_again(person: Administrator) -> Response:
    return RedirectResponse("/admin/unit-import", status_code=303)


@router.post("/check")
def check(
    person: Administrator,
    edge: EdgeDep,
    pages: PagesDep,
    wish: WishDep,
    files: Annotated[list[UploadFile] | None, File()] = None,
) -> Response:
    given = [read_upload(file, LARGEST_FILE) for file in (files or [])[:MOST_FILES]]
    given = [(name, data) for name, data in given if name]
    if given:
        key = stage(edge.settings, given, edge.now)
        wish = ImportRequest(key=key, since=wish.since, under=wish.under, replace=wish.replace)
    if not wish.key:
        return _page(pages, wish, wrong=pages.t("Hãy chọn tệp.", "Choose a file."))
    return _preview(person.actor, edge, pages, wish)


@router.post("/apply")
def apply(person: Administrator, edge: EdgeDep, pages: PagesDep, wish: WishDep, shown: Word = "") -> Response:
    day = wish.day
    if day is None:
        return _preview(person.actor, edge, pages, wish)
    try:
        rows = read_unit_files(staged(edge.settings, wish.key))
        with writing(edge.engine) as session:
            told = _told_before(session, wish)
            changes = _load(session, edge, rows, wish, day, person.actor)
            if changes.any and is_sealed(shown, told, changes):
                return RedirectResponse("/admin/units?done=loaded", status_code=303)
            session.rollback()
    except (InputErrors, NotFound):
        pass  # the preview says what is wrong
    return _preview(person.actor, edge, pages, wish, stale=True)


def _load(
    session: Session, edge: Edge, rows: UnitInput, wish: ImportRequest, day: date, actor: str
) -> UnitChanges:
    under = wish.under or None
    return load_units(session, rows, day, edge.now, actor, under=under, replace=wish.replace)


def _told_before(session: Session, wish: ImportRequest) -> list[Any]:
    return [wish.key, wish.day, wish.under, wish.replace, units_revision(session)]


def _preview(actor: str, edge: Edge, pages: Pages, wish: ImportRequest, stale: bool = False) -> Response:
    day = wish.day
    if day is None:
        wrong = pages.t("Ngày không đọc được; hãy viết như 18/10/2024.", "No date; write it as 18/10/2024.")
        return _page(pages, wish, wrong=wrong)
    try:
        rows = read_unit_files(staged(edge.settings, wish.key))
        with writing(edge.engine) as session:
            told = _told_before(session, wish)
            before = hierarchy(session, day)
            changes = _load(session, edge, rows, wish, day, actor)
            session.rollback()
    except DondocError as error:
        folder = f"{edge.settings.home / FOLDER / wish.key}/"
        shown = (said(each, pages.language) for each in error.reasons)
        errors = [each.replace(folder, "") for each in shown]  # where we keep them is nobody's business
        return _page(pages, wish, errors=errors)
    found = ImportPreview(changes=changes, lines=_lines(changes, rows, before), seal=seal(told, changes))
    return _page(pages, wish, found=found, stale=stale)


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


def _page(
    pages: Pages,
    wish: ImportRequest,
    *,
    wrong: str = "",
    errors: list[str] | None = None,
    found: ImportPreview | None = None,
    stale: bool = False,
) -> Response:
    status = 422 if wrong or errors else 409 if stale else 200
    values: dict[str, Any] = {"wish": wish, "wrong": wrong, "found": found, "stale": stale}
    return pages.show(
        "admin/unit_import.html", status, errors=error_lines(errors or [], pages.language), **values
    )
