"""Changing one unit from a day on: first the new version is shown beside the old one, then it is made."""

from __future__ import annotations

from datetime import date
from typing import Annotated, TypedDict

from fastapi import APIRouter, Form
from pydantic import BaseModel
from sqlmodel import Session
from starlette.responses import Response

from calendars.errors import said as spoken
from models.errors import DondocError, InvalidInput
from models.file_faults import located
from models.vocabulary import Level
from reporting.access.rights import Person
from reporting.units.faults import UnitFault
from reporting.units.hierarchy import Hierarchy, UnitAsOf, hierarchy, units_revision
from reporting.units.loading import change_unit
from reporting.units.office import set_office_address
from reporting.units.rows import KIND
from web.admin.preview import AdminFault, is_token_of, preview_token
from web.admin.units import is_in_branch, require_branch, unit_page
from web.auth import Forbidden, OwnForm
from web.form_values import NO_DAY, cut, line, typed_day
from web.page import BranchPage, Page, redirect

router = APIRouter(prefix="/admin/units", dependencies=[OwnForm], include_in_schema=False)


class UnitFields(TypedDict):
    """What `change_unit` takes."""

    name: str
    level: str
    kind: str
    superior: str | None
    groups: frozenset[str]


class UnitForm(BaseModel):
    """A unit's fields as typed; groups are parted by semicolons; `shown` is the token of the preview."""

    name: Annotated[str, line(200)] = ""
    level: Annotated[str, cut(20)] = ""
    kind: Annotated[str, line(80)] = ""
    superior: Annotated[str, line(80)] = ""
    groups: Annotated[str, line(500)] = ""
    since: Annotated[str, cut(20)] = ""
    shown: str = ""

    @property
    def values(self) -> UnitFields:
        return {
            "name": " ".join(self.name.split()),
            "level": self.level,
            "kind": self.kind,
            "superior": self.superior or None,
            "groups": frozenset(filter(None, (group.strip() for group in self.groups.split(";")))),
        }


@router.post("/{code}")
def change(code: str, page: BranchPage, form: Annotated[UnitForm, Form()]) -> Response:
    day = typed_day(form.since)
    wrong = _wrong(page, form, day)
    with page.writing() as session:
        if wrong or day is None:
            return unit_page(session, page, code, status=422, typed=form, wrong=wrong)
        known = hierarchy(session, day)
        unit = known.unit(code)
        _require_rights(page.person, hierarchy(session, page.today), known, unit, form)
        before = _before(known, unit)
        shown = [code, day, before, form.values, units_revision(session)]
        said = _refused(session, code, day, page, form)
        values = {
            "typed": form,
            "said": spoken(said, page.language),
            "before": before,
            "after": form.values,
        }
        if said:
            return unit_page(session, page, code, status=422, **values)
        if is_token_of(form.shown, shown):
            change_unit(session, code, day, page.now, page.actor, **form.values)
            return redirect(f"/admin/units/{code}?done=changed")
    return page.show(
        "admin/unit_change.html",
        409 if form.shown else 200,
        **values,
        shown=preview_token(shown),
        code=code,
        day=day,
        stale=bool(form.shown),
    )


@router.post("/{code}/address")
def write_address(code: str, page: BranchPage, address: Annotated[str, Form()] = "") -> Response:
    """Where the office is; it stands on the pages of the reports that go there."""
    with page.writing() as session:
        known = hierarchy(session, page.today)
        require_branch(page.person, known, known.by_code.get(code))
        try:
            set_office_address(session, code, address, page.now, page.actor)
        except InvalidInput as error:
            return unit_page(session, page, code, status=422, address_wrong=page.say(error))
    return redirect(f"/admin/units/{code}?done=changed")


def _wrong(page: Page, form: UnitForm, day: date | None) -> dict[str, str]:
    found = {}
    if not form.values["name"]:
        found["name"] = page.t("Give the unit's name.")
    if form.level not in set(Level):
        found["level"] = page.t("Choose a level.")
    if not KIND.fullmatch(form.kind):
        found["kind"] = page.t("Small letters, digits, hyphens: thi-tran.")
    if day is None:
        found["since"] = page.t(NO_DAY)
    return found


def _require_rights(
    person: Person, today: Hierarchy, known: Hierarchy, unit: UnitAsOf, form: UnitForm
) -> None:
    """Nobody moves a unit into or out of a branch that they do not administer, not even their own top."""
    require_branch(person, today, today.by_id.get(unit.id))
    superior = known.superior(unit)
    if person.administers_all or (superior.code if superior else "") == form.superior:
        return
    places = [superior, known.by_code.get(form.superior)]
    if not all(place is not None and is_in_branch(person, known, place) for place in places):
        raise Forbidden(AdminFault.BOTH_INSIDE())


def _refused(session: Session, code: str, day: date, page: Page, form: UnitForm) -> str:
    """What refuses the change, found by trying it behind a savepoint; empty where nothing does."""
    savepoint = session.begin_nested()
    try:
        changes = change_unit(session, code, day, page.now, page.actor, **form.values)
        return "" if changes.any else UnitFault.NOTHING_NEW()
    except DondocError as error:
        return located(error.reasons[0]).error
    finally:
        savepoint.rollback()
        session.expire_all()


def _before(known: Hierarchy, unit: UnitAsOf) -> UnitFields:
    superior = known.superior(unit)
    return {
        "name": unit.name,
        "level": unit.level,
        "kind": unit.kind,
        "superior": superior.code if superior else None,
        "groups": unit.groups,
    }
