"""Units and contacts from lists: first what would change, found by doing it and taking it back; then done.

What is confirmed is what was shown: the same files, day and changes; else the new preview is shown. Where a
heading of a list is unknown, a page asks what it means, and that is remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Form, UploadFile
from pydantic import BaseModel
from sqlmodel import Session
from starlette.responses import Response

from calendars.errors import said
from models.vocabulary import Level, Role, say
from reporting.files.table import LARGEST_FILE, MOST_ROWS, column_letter
from reporting.plans.checking import empty_stages
from reporting.plans.loading import loaded_plans
from reporting.units.contact_loading import ContactLine
from reporting.units.files import UnitInput, UnknownHeadings, read_unit_files
from reporting.units.headings import TITLES, Heading, ListColumn
from reporting.units.hierarchy import Hierarchy, hierarchy, units_revision
from reporting.units.list_memory import remember_headings, remembered_headings
from reporting.units.loading import UnitChanges, load_units
from reporting.units.office import OfficeChange
from web.admin.long_work import LongWork, waiting_page, works_of
from web.admin.preview import error_lines, is_token_of, preview_token, read_upload
from web.admin.staged_files import stage, staged
from web.auth import OwnForm
from web.form_values import NO_DAY, cut, field_day, line, typed_day
from web.page import AdminPage, Page, redirect

ADDRESS = "/admin/unit-import"
router = APIRouter(prefix=ADDRESS, dependencies=[OwnForm], include_in_schema=False)
MOST_FILES = 10
SHOWN = 50
SHOWN_PEOPLE = 300
MOST_ASKED = 200
CHOICES = (
    *(
        ListColumn.NAME,
        ListColumn.CODE,
        ListColumn.LEVEL,
        ListColumn.SUPERIOR,
        ListColumn.KIND,
        ListColumn.GROUPS,
    ),
    *(ListColumn.PERSON, ListColumn.ROLE, ListColumn.ADDRESS, ListColumn.PHONE),
    *(ListColumn.OFFICE, ListColumn.LANGUAGE),
)


class ImportForm(BaseModel):
    """Which files, from which day, below which unit, and whether what they lack ends.

    `key` names files that are staged already; `shown` is the token of the preview. `ask` wants the page of
    the columns; `heading` and `column` are its answers, one beside the other.
    """

    files: list[UploadFile] = []
    key: Annotated[str, cut(64)] = ""
    ask: bool = False
    heading: list[str] = []
    column: list[str] = []
    since: Annotated[str, cut(20)] = ""
    under: Annotated[str, line(80)] = ""
    replace: bool = False
    shown: str = ""

    @property
    def day(self) -> date | None:
        return typed_day(self.since)

    @property
    def said(self) -> dict[str, ListColumn]:
        """What the headings mean, by their keys; what was left open is not there."""
        pairs = zip(self.heading[:MOST_ASKED], self.column, strict=False)
        known = {column.value for column in ListColumn}
        return {heading[:200]: ListColumn(column) for heading, column in pairs if heading and column in known}


ImportDep = Annotated[ImportForm, Form()]


@dataclass(frozen=True, kw_only=True)
class ImportPreview:
    """What a load would do: counts, and the first lines of each kind of change."""

    changes: UnitChanges
    lines: dict[str, list[tuple[str, str]]]
    people: dict[str, list[tuple[str, ContactLine]]]
    notes: list[str]
    is_list: bool
    emptied: list[str]
    token: str


@dataclass(kw_only=True)
class ImportWork(LongWork):
    """A list on its way to its preview, or to be loaded: then `loaded`, or `is_stale` and shown again."""

    form: ImportForm
    day: date
    found: ImportPreview | None = None
    is_stale: bool = False
    loaded: bool = False


@router.get("")
def new(page: AdminPage, done: str = "") -> Response:
    return _show(page, ImportForm(since=field_day(page.today)), done=done)


@router.get("/check")
def check_again(page: AdminPage) -> Response:
    return redirect(ADDRESS)


@router.post("/check")
def check(page: AdminPage, form: ImportDep) -> Response:
    given = [read_upload(file, LARGEST_FILE) for file in form.files[:MOST_FILES]]
    given = [(name, data) for name, data in given if name]
    if given:
        form.key = stage(page.settings, given, page.now)
    if not form.key:
        return _show(page, form, wrong=page.t("Choose a file."))
    return _preview(page, form)


@router.post("/columns")
def columns(page: AdminPage, form: ImportDep) -> Response:
    """Remember what the headings mean, and preview the list with it."""
    with page.writing() as session:
        remember_headings(session, form.said, page.now, page.actor)
    form.ask = False
    return _preview(page, form)


@router.post("/apply")
def apply(page: AdminPage, form: ImportDep) -> Response:
    return _start(page, form, _load_shown)


@router.get("/{key}")
def wait(page: AdminPage, key: str) -> Response:
    """How far the work is; then what came of it."""
    work = works_of(page).find(key, page.actor, ImportWork)
    if work is None:
        gone = page.t("This preview is not known any more; choose the files again.")
        return _show(page, ImportForm(since=field_day(page.today)), wrong=gone)
    if not work.done.is_set():
        return waiting_page(page, work, f"{ADDRESS}/{key}")
    return _arrived(page, work)


@router.post("/{key}/cancel")
def cancel(page: AdminPage, key: str) -> Response:
    works_of(page).cancel(key, page.actor)
    return redirect(f"{ADDRESS}/{key}")


def _preview(page: Page, form: ImportForm) -> Response:
    return _start(page, form, _look)


def _start(page: Page, form: ImportForm, do: Callable[[Page, ImportWork], None]) -> Response:
    day = form.day
    if day is None:
        return _show(page, form, wrong=page.t(NO_DAY))
    work = ImportWork(
        form=form,
        day=day,
        title=page.t("Load units and contacts"),
        owner=page.actor,
        hint=page.t("A list of many thousand rows takes a minute or two; others can work meanwhile."),
    )
    key = works_of(page).start(work, partial(do, page))
    return _arrived(page, work) if work.done.is_set() else redirect(f"{ADDRESS}/{key}")


def _arrived(page: Page, work: ImportWork) -> Response:
    if work.arrived and work.loaded:
        return redirect("/admin/units?done=loaded")
    if work.arrived:
        return _show(page, work.form, found=work.found, stale=work.is_stale)
    if work.cancelled:
        return redirect(f"{ADDRESS}?done=cancelled")
    if isinstance(work.error, UnknownHeadings):
        return _ask(page, work.form, work.error)
    if work.error is not None:
        return _show(page, work.form, errors=work.error.reasons)
    return _show(page, work.form, wrong=page.t("The work broke off and nothing was changed; try it again."))


def _load_shown(page: Page, work: ImportWork) -> None:
    """Load what was shown; where something else would come of it, show that first."""
    form = work.form
    work.step(0, 2, page.t("The files are being read."))
    rows = _read(page, form, work.day)
    work.step(1, 2, page.t("The units and contacts are being loaded."))
    with page.writing() as session:
        before = _shown_before(session, form)
        changes = _load(session, page, rows, form, work.day)
        work.go_on()
        work.loaded = changes.any and is_token_of(form.shown, before, changes)
        if not work.loaded:
            session.rollback()
    if not work.loaded:
        work.is_stale = True
        _look(page, work)


def _read(page: Page, form: ImportForm, day: date) -> UnitInput:
    """What the staged files say; their folder is nobody's business. Nothing is locked meanwhile."""
    paths = staged(page.settings, form.key)
    with page.reading() as session:
        known, remembered = hierarchy(session, day), remembered_headings(session)
    return read_unit_files(
        paths, name=lambda path: path.name[3:], known=known, remembered=remembered, ask=form.ask
    )


def _load(session: Session, page: Page, rows: UnitInput, form: ImportForm, day: date) -> UnitChanges:
    under = form.under or None
    return load_units(session, rows, day, page.now, page.actor, under=under, replace=form.replace)


def _shown_before(session: Session, form: ImportForm) -> list[object]:
    return [form.key, form.day, form.under, form.replace, units_revision(session)]


def _look(page: Page, work: ImportWork) -> None:
    """What loading the files would do, tried where nobody waits for it."""
    form, day = work.form, work.day
    work.step(0, 3, page.t("The files are being read."))
    rows = _read(page, form, day)
    work.step(1, 3, page.t("They are compared with the units and contacts that there are."))
    with page.rehearsing() as session:
        shown = _shown_before(session, form)
        before, empty = hierarchy(session, day), empty_stages(session, page.today)
        changes = _load(session, page, rows, form, day)
        work.step(2, 3, page.t("The plans are looked at: whether every stage still has its units."))
        emptied = [each for each in empty_stages(session, page.today) if each not in empty]
        plans = {plan.slug: plan.number or plan.title for plan in loaded_plans(session)}
    words = [f"{plans[plan]}: {warning.text(page.language)}" for plan, warning in emptied]
    work.found = ImportPreview(
        changes=changes,
        lines=_lines(page, changes, rows, before),
        people=_people(changes, rows, before),
        notes=[said(note, page.language) for note in rows.notes],
        is_list=rows.is_list,
        emptied=words,
        token=preview_token(shown, changes),
    )


def _ask(page: Page, form: ImportForm, unknown: UnknownHeadings) -> Response:
    """The page that asks what the columns are: the unknown ones first asked, the others to look at."""
    asked: dict[str, Heading] = {}
    for sheet in unknown.sheets:
        for each in sheet.headings:
            if each.key and each.samples:
                asked.setdefault(each.key, each)
    titles = [(column.value, page.t(TITLES[column])) for column in CHOICES]
    return page.show(
        "admin/unit_import_columns.html",
        form=form,
        headings=sorted(asked.values(), key=lambda each: each.column is not None),
        choices=[*titles, (ListColumn.NOTHING.value, page.pt("unit import", "nothing that is needed"))],
        missing=not any(sheet.has(ListColumn.CODE, ListColumn.NAME) for sheet in unknown.sheets),
        letter=column_letter,
    )


def _lines(
    page: Page, changes: UnitChanges, rows: UnitInput, before: Hierarchy
) -> dict[str, list[tuple[str, str]]]:
    """The first changes of each kind, as code and what becomes of it."""
    given = {row.code: row for row in rows.units}

    def old(code: str) -> str:
        return before.by_code[code].name if code in before else code

    def named(code: str | None) -> str:
        return "–" if code is None else given[code].name if code in given else old(code)

    def moved(code: str) -> str:
        was = before.superior(before.unit(code)) if code in before else None
        row = given.get(code)
        return f"{old(code)}: {named(was.code if was else None)} → {named(row.superior if row else None)}"

    def described(code: str) -> str:
        row = given.get(code)
        if row is None:
            return old(code)
        level = say(Level(row.level), page.language)
        return f"{row.name} ({level}, {row.kind})" + (f" ← {named(row.superior)}" if row.superior else "")

    def office(each: OfficeChange) -> str:
        return f"{named(each.unit)}: " + (f"{each.before} → {each.after}" if each.before else each.after)

    return {
        "added": [(code, described(code)) for code in changes.added[:SHOWN]],
        "renamed": [(code, f"{old(code)} → {named(code)}") for code in changes.renamed[:SHOWN]],
        "moved": [(code, moved(code)) for code in changes.moved[:SHOWN]],
        "changed": [(code, described(code)) for code in changes.changed[:SHOWN]],
        "offices": [(each.unit, office(each)) for each in changes.offices[:SHOWN]],
        "ended": [(code, old(code)) for code in changes.ended[:SHOWN]],
        "kept": [(code, old(code)) for code in changes.kept[:SHOWN]],
    }


def _people(
    changes: UnitChanges, rows: UnitInput, before: Hierarchy
) -> dict[str, list[tuple[str, ContactLine]]]:
    """The contacts of each kind of change, each with the name of its unit."""
    names = {unit.code: unit.name for unit in before.by_id.values()} | {
        row.code: row.name for row in rows.units
    }
    found: dict[str, list[tuple[str, ContactLine]]] = {"added": [], "changed": [], "ended": []}
    for each in changes.contacts.people:
        found[each.change].append((names.get(each.unit, each.unit), each))
    return found


def _show(
    page: Page,
    form: ImportForm,
    *,
    wrong: str = "",
    errors: Sequence[str] = (),
    found: ImportPreview | None = None,
    stale: bool = False,
    done: str = "",
) -> Response:
    return page.show(
        "admin/unit_import.html",
        422 if wrong or errors else 409 if stale else 200,
        errors=error_lines(errors, page.language),
        form=form,
        wrong=wrong,
        found=found,
        stale=stale,
        done=done,
        role_words={role.value: say(role, page.language) for role in Role},
        most=MOST_ROWS,
        shown_people=SHOWN_PEOPLE,
    )
