"""Deleting a person's data, of a contact or an account: what goes and what stays, then the deed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from pydantic import BaseModel
from sqlmodel import Session
from starlette.responses import Response

from models.errors import InvalidInput, NotFound
from models.mail_address import is_address
from models.unit import Unit
from models.vocabulary import Role, say
from notifications.mailbox import MAILBOX
from notifications.mailbox_reader import delete_mails_naming
from reporting.access.directory import account_by_id
from reporting.erasure.faults import ErasureFault
from reporting.erasure.person import Held, erase, erase_telephone, held_of
from reporting.unit_names import names
from reporting.units.contacts import find_contact
from web.auth import OwnForm
from web.form_values import RowId, cut
from web.page import AdminPage, Page, redirect

router = APIRouter(prefix="/admin", dependencies=[OwnForm], include_in_schema=False)


class ErasureForm(BaseModel):
    """What else is to be deleted wherever it stands: telephone numbers, private addresses, one a line."""

    others: Annotated[str, cut(2000)] = ""


ErasureDep = Annotated[ErasureForm, Form()]


@router.get("/people/{id}/erase")
def ask_of_account(page: AdminPage, id: RowId) -> Response:
    with page.writing() as session:
        return _show(session, page, account_by_id(session, id).address)


@router.post("/people/{id}/erase")
def erase_account(page: AdminPage, id: RowId, form: ErasureDep) -> Response:
    with page.reading() as session:
        address = account_by_id(session, id).address
    return _carry_out(page, address, form, f"/admin/people/{id}?done=erased")


@router.get("/contacts/{id}/erase")
def ask_of_contact(page: AdminPage, id: RowId) -> Response:
    with page.writing() as session:
        return _show(session, page, find_contact(session, id).address)


@router.post("/contacts/{id}/erase")
def erase_contact(page: AdminPage, id: RowId, form: ErasureDep) -> Response:
    with page.reading() as session:
        contact = find_contact(session, id)
        code = session.get_one(Unit, contact.unit_id).code
    return _carry_out(page, contact.address, form, f"/admin/units/{code}?done=contact-erased#contacts")


@router.post("/contacts/{id}/erase-telephone")
def erase_contacts_telephone(page: AdminPage, id: RowId) -> Response:
    with page.writing() as session:
        contact = find_contact(session, id)
        code, address = session.get_one(Unit, contact.unit_id).code, contact.address
        try:
            erase_telephone(session, page.settings, address, page.now, page.actor)
        except InvalidInput as error:
            return _show(session, page, address, page.say(error))
    return redirect(f"/admin/units/{code}?done=contact-changed#contacts")


def _show(
    session: Session, page: Page, address: str, wrong: str = "", form: ErasureForm | None = None
) -> Response:
    if not is_address(address):
        raise NotFound(page.t("This person's data are deleted already."))
    held: Held | None = None
    own = address == page.person.address
    try:
        held = held_of(session, address, page.now)
    except InvalidInput as error:
        wrong = wrong or page.say(error)
    called = names(session, {each.unit_id for each in held.contacts} if held else (), page.today)
    return page.show(
        "admin/erasure.html",
        422 if wrong else 200,
        held=held,
        wrong=wrong,
        units=called,
        role_words={role.value: say(role, page.language) for role in Role},
        others=form.others if form else "",
        address=address,
        own=own,
    )


def _carry_out(page: Page, address: str, form: ErasureForm, back: str) -> Response:
    try:
        with page.writing() as session:
            if address == page.person.address:
                raise InvalidInput(ErasureFault.OWN())
            others = form.others.splitlines()
            held, _ = erase(session, page.settings, address, others, page.now, page.actor)
    except InvalidInput as error:
        with page.writing() as session:
            return _show(session, page, address, page.say(error), form)
    delete_mails_naming(page.settings.home / MAILBOX, held.texts)
    return redirect(back)
