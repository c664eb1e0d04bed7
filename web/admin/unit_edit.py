"""Changing one unit from a day on: first the new version is shown beside the old one, then it is made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form
from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from calendars.errors import said as spoken
from models.database import writing
from models.errors import DondocError
from models.vocabulary import Level
from reporting.access.rights import Person
from reporting.units.faults import UnitFault
from reporting.units.hierarchy import Hierarchy, UnitAsOf, hierarchy, units_revision
from reporting.units.loading import UnitValues, change_unit
from reporting.units.rows import KIND
from web.admin.preview_token import is_sealed, seal
from web.admin.units import is_in_branch, require_branch, unit_page
from web.admin.uploads import AdminFault
from web.auth import AnyAdministrator, Forbidden, OwnForm
from web.context import EdgeDep
from web.form_values import typed_day
from web.rendering import Pages, PagesDep

router = APIRouter(prefix="/admin/units", dependencies=[OwnForm], include_in_schema=False)
Word = Annotated[str, Form()]


@dataclass(frozen=True, kw_only=True)
class UnitForm:
    """A unit's fields as typed; groups are parted by semicolons."""

    name: str
    level: str
    kind: str
    superior: str
    groups: str
    since: str

    @property
    def values(self) -> UnitValues:
        """What `change_unit` takes."""
        return {
            "name": " ".join(self.name.split()),
            "level": self.level,
            "kind": self.kind,
            "superior": self.superior or None,
            "groups": frozenset(filter(None, (group.strip() for group in self.groups.split(";")))),
        }


async def unit_form(
    name: Word = "",
    level: Word = "",
    kind: Word = "",
    superior: Word = "",
    groups: Word = "",
    since: Word = "",
) -> UnitForm:
    return UnitForm(
        name=name.strip()[:200],
        level=level[:20],
        kind=kind.strip()[:80],
        superior=superior.strip()[:80],
        groups=groups.strip()[:500],
        since=since[:20],
    )


@router.post("/{code}")
def change(
    code: str,
    person: AnyAdministrator,
    edge: EdgeDep,
    pages: PagesDep,
    typed: Annotated[UnitForm, Depends(unit_form)],
    shown: Word = "",
) -> Response:
    now = edge.now
    today, day = edge.today(now), typed_day(typed.since)
    with writing(edge.engine) as session:
        wrong = _wrong(pages, typed, day)
        if wrong or day is None:
            return unit_page(session, pages, person, code, today, status=422, typed=typed, wrong=wrong)
        known = hierarchy(session, day)
        unit = known.unit(code)
        _require_rights(person, hierarchy(session, today), known, unit, typed)
        told = [code, day, _before(known, unit), typed.values, units_revision(session)]
        said = _tried(session, code, day, person, edge, typed)
        if not said and is_sealed(shown, told):
            change_unit(session, code, day, now, person.actor, **typed.values)
            return RedirectResponse(f"/admin/units/{code}?done=changed", status_code=303)
        values: dict[str, Any] = {
            "typed": typed,
            "said": spoken(said, pages.language),
            "before": _before(known, unit),
            "after": typed.values,
        }
        if said:
            return unit_page(session, pages, person, code, today, status=422, **values)
    values |= {"shown": seal(told), "code": code, "day": day, "stale": bool(shown)}
    return pages.show("admin/unit_change.html", 409 if shown else 200, **values)


def _wrong(pages: Pages, typed: UnitForm, day: date | None) -> dict[str, str]:
    found = {}
    if not typed.values["name"]:
        found["name"] = pages.t("Hãy ghi tên đơn vị.", "Give the unit's name.")
    if typed.level not in set(Level):
        found["level"] = pages.t("Hãy chọn cấp.", "Choose a level.")
    if not KIND.fullmatch(typed.kind):
        found["kind"] = pages.t(
            "Chữ thường a–z, số và gạch nối, ví dụ thi-tran.", "Small letters, digits, hyphens: thi-tran."
        )
    if day is None:
        found["since"] = pages.t("Không phải ngày; hãy viết như 18/10/2024.", "Write it as 18/10/2024.")
    return found


def _require_rights(
    person: Person, today: Hierarchy, known: Hierarchy, unit: UnitAsOf, typed: UnitForm
) -> None:
    """Nobody moves a unit into or out of a branch that they do not administer, not even their own top."""
    require_branch(person, today, today.by_id.get(unit.id))
    superior = known.superior(unit)
    if person.administers_all or (superior.code if superior else "") == typed.superior:
        return
    places = [superior, known.by_code.get(typed.superior)]
    if not all(place is not None and is_in_branch(person, known, place) for place in places):
        raise Forbidden(AdminFault.BOTH_INSIDE())


def _tried(session: Session, code: str, day: date, person: Person, edge: EdgeDep, typed: UnitForm) -> str:
    """What refuses the change, found by trying it behind a savepoint; empty where nothing does."""
    savepoint = session.begin_nested()
    try:
        changes = change_unit(session, code, day, edge.now, person.actor, **typed.values)
        return "" if changes.any else UnitFault.NOTHING_NEW()
    except DondocError as error:
        return error.reasons[0]
    finally:
        savepoint.rollback()
        session.expire_all()


def _before(known: Hierarchy, unit: UnitAsOf) -> dict[str, Any]:
    superior = known.superior(unit)
    return {
        "name": unit.name,
        "level": unit.level,
        "kind": unit.kind,
        "superior": superior.code if superior else None,
        "groups": unit.groups,
    }
