"""One unit more, with a person of it: a list of one line, read by the same rules as a file."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from pydantic import AfterValidator, BaseModel
from sqlmodel import Session
from starlette.responses import Response

from calendars.errors import Fault
from calendars.errors import said as spoken
from models.errors import DondocError
from models.file_faults import located
from models.text import clean_line
from models.vocabulary import Level, Role, say
from reporting.files.table import SheetGrid
from reporting.units.faults import ListFault, ListNote
from reporting.units.files import UnitInput
from reporting.units.headings import Headed, Heading, ListColumn
from reporting.units.hierarchy import Hierarchy, hierarchy
from reporting.units.loading import load_units
from reporting.units.named_units import NamedUnits
from reporting.units.office_list import OfficeRows, read_office_lists
from web.admin.preview import AdminFault
from web.admin.units import is_in_branch
from web.auth import Forbidden, OwnForm
from web.form_values import NO_DAY, cut, field_day, line, typed_day
from web.page import BranchPage, Page, redirect

router = APIRouter(prefix="/admin/unit-new", dependencies=[OwnForm], include_in_schema=False)
FIELDS = (
    *(
        ListColumn.CODE,
        ListColumn.NAME,
        ListColumn.LEVEL,
        ListColumn.SUPERIOR,
        ListColumn.KIND,
        ListColumn.GROUPS,
    ),
    *(ListColumn.PERSON, ListColumn.ROLE, ListColumn.ADDRESS, ListColumn.PHONE, ListColumn.OFFICE),
)
Text = Annotated[str, AfterValidator(clean_line), cut(200)]


class NewUnitForm(BaseModel):
    """A unit and a person of it as typed; of both only the unit's name must be there."""

    name: Text = ""
    code: Text = ""
    level: Text = ""
    superior: Text = ""
    kind: Text = ""
    groups: Text = ""
    person: Text = ""
    role: Text = ""
    address: Text = ""
    phone: Text = ""
    office: Annotated[str, AfterValidator(clean_line), cut(300)] = ""
    since: Annotated[str, line(20)] = ""

    @property
    def sheet(self) -> Headed:
        """The form as a list of one line."""
        cells = [str(getattr(self, column)) for column in FIELDS]
        grid = SheetGrid(file="", lines=((1, list(FIELDS)), (2, cells)))
        headings = [
            Heading(at=at, text=column, column=column, samples=()) for at, column in enumerate(FIELDS)
        ]
        return Headed(grid=grid, first=1, headings=tuple(headings))


@router.get("")
def new(page: BranchPage, below: Text = "") -> Response:
    return _show(page, NewUnitForm(superior=below, since=field_day(page.today)))


@router.post("")
def add(page: BranchPage, form: Annotated[NewUnitForm, Form()]) -> Response:
    day = typed_day(form.since)
    if not form.name or day is None:
        wrong = {} if form.name else {"name": page.t("Give the unit's name.")}
        return _show(page, form, wrong | ({} if day else {"since": page.t(NO_DAY)}))
    with page.writing() as session:
        known = hierarchy(session, day)
        rows = read_office_lists([form.sheet], NamedUnits(known))
        errors = _errors(rows, known)
        if not errors:
            _require_branch(session, page, rows.units[0].superior)
            try:
                with session.begin_nested():
                    given = UnitInput(
                        units=tuple(rows.units),
                        contacts=tuple(rows.contacts),
                        offices=tuple(rows.offices),
                        exact=True,
                    )
                    load_units(session, given, day, page.now, page.actor)
                return redirect(f"/admin/units/{rows.units[0].code}?done=added")
            except DondocError as error:
                errors = list(error.reasons)
    wrong = {}
    for each in errors:
        column, problem = _placed(each)
        wrong.setdefault(column, spoken(problem, page.language))
    return _show(page, form, wrong)


def _errors(rows: OfficeRows, known: Hierarchy) -> list[str]:
    """What refuses the line; a unit that there is already is none to add."""
    found = list(rows.errors)
    found += [note for note in rows.notes if note.code is ListNote.NO_ADDRESS]
    for row in rows.units:
        there = known.by_code.get(row.code)
        if there is not None:
            found.append(ListFault.THERE_ALREADY(name=there.name, code=there.code))
    return found


def _placed(error: str) -> tuple[str, str]:
    """The field that an error is about, and what it says of it."""
    if isinstance(error, Fault) and error.code is ListNote.NO_ADDRESS:
        return ListColumn.ADDRESS, ListFault.ADDRESS_MISSING()
    if isinstance(error, Fault) and error.code is ListFault.THERE_ALREADY:
        return ListColumn.NAME, error
    found = located(error)
    column = found.place.get("column", "")
    heading = column.values.get("heading", "") if isinstance(column, Fault) else column
    return str(heading), found.error


def _require_branch(session: Session, page: Page, superior: str | None) -> None:
    """Who administers a branch adds units within it alone."""
    known = hierarchy(session, page.today)
    unit = known.by_code.get(superior or "")
    if not page.person.administers_all and (unit is None or not is_in_branch(page.person, known, unit)):
        raise Forbidden(AdminFault.OUTSIDE())


def _show(page: Page, form: NewUnitForm, wrong: dict[str, str] | None = None) -> Response:
    elsewhere = [words for field, words in (wrong or {}).items() if field not in {*FIELDS, "since"}]
    return page.show(
        "admin/unit_new.html",
        422 if wrong else 200,
        form=form,
        wrong=wrong or {},
        elsewhere=elsewhere,
        levels=[("", page.pt("units", "by the name or the superior"))]
        + [(level.value, say(level, page.language)) for level in Level],
        roles=[(role.value, say(role, page.language)) for role in Role],
    )
