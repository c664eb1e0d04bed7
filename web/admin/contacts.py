"""The people of a unit: added, changed or ended from a day on; bounced addresses marked and cleared."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form
from pydantic import AfterValidator, BaseModel
from sqlmodel import Session
from starlette.responses import Response

from calendars.errors import said as spoken
from messages.catalogue import DEFAULT_LANGUAGE, known_language
from models.errors import DondocError
from models.file_faults import located
from models.mail_address import plain_address
from models.text import clean_line
from models.unit import Unit
from models.vocabulary import Role
from reporting.units.contacts import (
    add_contact,
    change_contact,
    clear_bounced,
    end_contact,
    find_contact,
    mark_bounced,
    revoke_links,
)
from reporting.units.hierarchy import hierarchy
from reporting.units.rows import ContactRow
from web.admin.units import require_branch, unit_page
from web.auth import OwnForm
from web.form_values import NO_DAY, Field, RowId, cut, line, typed_day
from web.page import BranchPage, Page, redirect

router = APIRouter(prefix="/admin", dependencies=[OwnForm], include_in_schema=False)


class ContactForm(BaseModel):
    """A person as typed, from a day on; of an end the day alone."""

    name: Annotated[str, line(200)] = ""
    role: Annotated[str, cut(20)] = ""
    address: Annotated[str, AfterValidator(str.lower), line(260)] = ""
    language: Annotated[str, AfterValidator(known_language)] = DEFAULT_LANGUAGE
    phone: Annotated[str, AfterValidator(clean_line), cut(60)] = ""
    since: Annotated[str, cut(20)] = ""

    def row(self, unit: str) -> ContactRow:
        return ContactRow(
            where="contact",
            unit=unit,
            name=self.name,
            role=self.role,
            address=self.address,
            language=self.language,
            phone=self.phone,
        )


ContactDep = Annotated[ContactForm, Form()]


@router.post("/units/{code}/contacts")
def add(code: str, page: BranchPage, form: ContactDep) -> Response:
    def change(session: Session, day: date) -> None:
        add_contact(session, form.row(code), day, page.now, page.actor)

    return _carry_out(page, code, form, change, "contact-added", _wrong(page, form))


@router.post("/contacts/{id}/change")
def change(id: RowId, page: BranchPage, form: ContactDep) -> Response:
    code = _code_of(page, id)

    def change(session: Session, day: date) -> None:
        change_contact(session, id, form.row(code), day, page.now, page.actor)

    return _carry_out(page, code, form, change, "contact-changed", _wrong(page, form), id)


@router.post("/contacts/{id}/end")
def end(id: RowId, page: BranchPage, since: Field = "") -> Response:
    code = _code_of(page, id)

    def change(session: Session, day: date) -> None:
        end_contact(session, id, day, page.now, page.actor)

    return _carry_out(page, code, since[:20], change, "contact-ended", {}, id)


@router.post("/contacts/{id}/bounced")
def bounced(id: RowId, page: BranchPage, clear: Field = "") -> Response:
    """Mark the address as refusing mail; with `clear`, take the mark away."""
    code = _code_of(page, id)
    with page.writing() as session:
        _require(session, page, code)
        if clear:
            clear_bounced(session, [id], page.now, page.actor)
        else:
            mark_bounced(session, id, page.now, page.actor)
    return _to(code, "contact-changed")


@router.post("/contacts/{id}/links")
def end_links(id: RowId, page: BranchPage) -> Response:
    """Revoke the links in mails to this person."""
    code = _code_of(page, id)
    with page.writing() as session:
        _require(session, page, code)
        revoke_links(session, id, page.now, page.actor)
    return _to(code, "contact-changed")


def _to(code: str, done: str) -> Response:
    return redirect(f"/admin/units/{code}?done={done}#contacts")


def _carry_out(
    page: Page,
    code: str,
    typed: ContactForm | str,
    change: Callable[[Session, date], None],
    done: str,
    wrong: dict[str, str],
    contact: int = 0,
) -> Response:
    """Call `change`, or show the unit's page with what is wrong and what was typed: a person, or a day."""
    form = typed if isinstance(typed, ContactForm) else None
    said, day = "", typed_day(form.since if form else str(typed))
    if day is None:
        wrong = {
            "since": page.t(NO_DAY),
            **wrong,
        }
    with page.writing() as session:
        _require(session, page, code)
        if not wrong and day is not None:
            try:
                with session.begin_nested():
                    change(session, day)
                return _to(code, done)
            except DondocError as error:
                said = spoken(located(error.reasons[0]).error, page.language)
        kept = {"contact": form, "contact_id": contact, "contact_wrong": wrong, "said": said}
        return unit_page(session, page, code, status=422, **kept)


def _wrong(page: Page, form: ContactForm) -> dict[str, str]:
    found = {}
    if not form.name:
        found["name"] = page.t("Give the person's or the office's name.")
    if form.role not in set(Role):
        found["role"] = page.pt("contacts", "Choose a role.")
    if plain_address(form.address) is None:
        found["address"] = page.t("No mail address; write a plain one.")
    return found


def _require(session: Session, page: Page, code: str) -> None:
    known = hierarchy(session, page.today)
    require_branch(page.person, known, known.by_code.get(code))


def _code_of(page: Page, contact_id: int) -> str:
    with page.reading() as session:
        unit = session.get(Unit, find_contact(session, contact_id).unit_id)
        return unit.code if unit else ""
