"""Accounts for chosen contacts at once, each with its roles and the mail with its link to set a password."""

from __future__ import annotations

from itertools import islice
from typing import Annotated

from fastapi import APIRouter, Form
from pydantic import BaseModel, Field
from starlette.responses import Response

from reporting.access.contact_accounts import open_for_contacts, people_without_account
from web.auth import OwnForm
from web.form_values import Search
from web.page import BranchPage, redirect

router = APIRouter(prefix="/admin/contact-accounts", dependencies=[OwnForm], include_in_schema=False)
MOST = 500
"""Shown, and opened at once."""


class ChosenForm(BaseModel):
    """The addresses that are chosen, or all that the page's words find."""

    addresses: list[str] = []
    everybody: Annotated[str, Field(alias="all")] = ""
    q: Search = ""


@router.get("")
def people(page: BranchPage, q: Search = "", done: str = "") -> Response:
    with page.reading() as session:
        found = people_without_account(session, page.person, page.today, q)
    shown = dict(islice(found.items(), MOST))
    return page.show("admin/contact_accounts.html", people=shown, number=len(found), words=q, done=done)


@router.post("")
def open_accounts(page: BranchPage, form: Annotated[ChosenForm, Form()]) -> Response:
    with page.writing() as session:
        found = people_without_account(session, page.person, page.today, form.q)
        named = set(form.addresses)
        chosen = [contacts for address, contacts in found.items() if form.everybody or address in named]
        open_for_contacts(session, page.settings, chosen[:MOST], page.today, page.now, page.actor)
    return redirect(f"/admin/contact-accounts?done={len(chosen[:MOST])}")
