"""The people of a unit: added, changed or ended from a day on; bounced addresses marked and cleared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from calendars.errors import said as spoken
from models.database import reading, writing
from models.errors import DondocError
from models.mail_address import plain_address
from models.unit import Contact, Unit
from models.vocabulary import Language, Role
from reporting.access.rights import Person
from reporting.units.contacts import (
    add_contact,
    change_contact,
    clear_bounced,
    end_contact,
    find_contact,
    mark_bounced,
)
from reporting.units.hierarchy import hierarchy
from reporting.units.rows import ContactRow
from web.admin.units import require_branch, unit_page
from web.auth import AnyAdministrator, OwnForm
from web.context import Edge, EdgeDep
from web.form_values import RowId, typed_day
from web.rendering import Pages, PagesDep

router = APIRouter(prefix="/admin", dependencies=[OwnForm], include_in_schema=False)
Word = Annotated[str, Form()]


@dataclass(frozen=True, kw_only=True)
class ContactForm:
    """A person as typed."""

    name: str
    role: str
    address: str
    language: str
    since: str

    def row(self, unit: str) -> ContactRow:
        return ContactRow(
            where="contact",
            unit=unit,
            name=self.name,
            role=self.role,
            address=self.address,
            language=self.language,
        )


async def contact_form(
    name: Word = "", role: Word = "", address: Word = "", language: Word = "vi", since: Word = ""
) -> ContactForm:
    return ContactForm(
        name=name.strip()[:200],
        role=role[:20],
        address=address.strip().lower()[:260],
        language=language if language in set(Language) else Language.VI.value,
        since=since[:20],
    )


ContactDep = Annotated[ContactForm, Depends(contact_form)]


@router.post("/units/{code}/contacts")
def add(code: str, person: AnyAdministrator, edge: EdgeDep, pages: PagesDep, typed: ContactDep) -> Response:
    def act(session: Session, day: date) -> None:
        add_contact(session, typed.row(code), day, edge.now, person.actor)

    return _done(edge, pages, person, code, typed, act, "contact-added")


@router.post("/contacts/{id}/change")
def change(
    id: RowId, person: AnyAdministrator, edge: EdgeDep, pages: PagesDep, typed: ContactDep
) -> Response:
    code = _code_of(edge, id)

    def act(session: Session, day: date) -> None:
        change_contact(session, id, typed.row(code), day, edge.now, person.actor)

    return _done(edge, pages, person, code, typed, act, "contact-changed", id)


@router.post("/contacts/{id}/end")
def end(id: RowId, person: AnyAdministrator, edge: EdgeDep, pages: PagesDep, since: Word = "") -> Response:
    code = _code_of(edge, id)

    def act(session: Session, day: date) -> None:
        end_contact(session, id, day, edge.now, person.actor)

    return _done(edge, pages, person, code, since[:20], act, "contact-ended", id)


@router.post("/contacts/{id}/bounced")
def bounced(id: RowId, person: AnyAdministrator, edge: EdgeDep, clear: Word = "") -> Response:
    """Mark the address as refusing mail; with `clear`, take the mark away."""
    code, now = _code_of(edge, id), edge.now
    with writing(edge.engine) as session:
        _require(session, person, edge, code)
        if clear:
            clear_bounced(session, [id], now, person.actor)
        else:
            mark_bounced(session, id, now, person.actor)
    return RedirectResponse(f"/admin/units/{code}?done=contact-changed#contacts", status_code=303)


def _done(
    edge: Edge,
    pages: Pages,
    person: Person,
    code: str,
    typed: ContactForm | str,
    act: Callable[[Session, date], None],
    done: str,
    contact: int = 0,
) -> Response:
    """Do it, or show the unit's page with what is wrong and what was typed: a person, or only a day."""
    form = typed if isinstance(typed, ContactForm) else None
    said, day = "", typed_day(form.since if form else str(typed))
    wrong = _wrong(pages, form, day)
    with writing(edge.engine) as session:
        _require(session, person, edge, code)
        if not wrong and day is not None:
            try:
                with session.begin_nested():
                    act(session, day)
                return RedirectResponse(f"/admin/units/{code}?done={done}#contacts", status_code=303)
            except DondocError as error:
                said = spoken(error.reasons[0], pages.language)
        today = edge.today(edge.now)
        kept = {"contact": form, "contact_id": contact, "contact_wrong": wrong, "said": said}
        return unit_page(session, pages, person, code, today, status=422, **kept)


def _wrong(pages: Pages, typed: ContactForm | None, day: date | None) -> dict[str, str]:
    found = {}
    if day is None:
        found["since"] = pages.t("Không phải ngày; hãy viết như 18/10/2024.", "Write it as 18/10/2024.")
    if typed is None:
        return found
    if not typed.name:
        found["name"] = pages.t("Hãy ghi tên người hoặc bộ phận.", "Give the person's or the office's name.")
    if typed.role not in set(Role):
        found["role"] = pages.t("Hãy chọn vai trò.", "Choose a role.")
    if plain_address(typed.address) is None:
        found["address"] = pages.t(
            "Không phải địa chỉ thư; ví dụ vanthu@xa.tinh.gov.vn.",
            "No mail address; write a plain one.",
        )
    return found


def _require(session: Session, person: Person, edge: Edge, code: str) -> None:
    known = hierarchy(session, edge.today(edge.now))
    require_branch(person, known, known.by_code.get(code))


def _code_of(edge: Edge, contact_id: int) -> str:
    with reading(edge.engine) as session:
        contact: Contact = find_contact(session, contact_id)
        unit = session.get(Unit, contact.unit_id)
        return unit.code if unit else ""
