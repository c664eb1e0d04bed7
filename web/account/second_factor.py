"""One's own second factor: setting it up with an app, new recovery codes, switching it off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

import segno
from fastapi import APIRouter, Form
from pydantic import BaseModel
from sqlalchemy import Engine
from starlette.responses import Response

from models.account import Account, SecondFactor
from models.settings import Settings
from reporting.access import second_factor
from reporting.access.directory import account_by_id
from reporting.access.passwords import verify_password
from reporting.access.second_factor import Enrolment, KeyChanged, WrongCode
from reporting.access.sessions import has_second_factor
from web.account.profile import PASSWORDS
from web.account.sign_in_code import count_code, take_back_code
from web.auth import Forbidden, OwnForm
from web.page import Page, SignedInPage, redirect

PATH = "/me/second-factor"
router = APIRouter(prefix=PATH, dependencies=[OwnForm], include_in_schema=False)
Checked = Callable[[Engine, Settings, int, str, datetime], list[str] | None]


class ProofForm(BaseModel):
    """What changes a second factor: the password, where the account has one, and a code."""

    password: str = ""
    code: str = ""


ProofDep = Annotated[ProofForm, Form()]


@router.get("")
def show(page: SignedInPage, done: str = "") -> Response:
    return _show(page, done=done)


def _show(
    page: Page,
    *,
    done: str = "",
    wrong: str = "",
    enrolment: Enrolment | None = None,
    codes: list[str] | None = None,
) -> Response:
    """`codes` are shown this once."""
    with page.reading() as session:
        held = session.get(SecondFactor, page.person.account_id)
        account = session.get_one(Account, page.person.account_id)
        if not (second_factor.may_have(page.person) or held):
            raise Forbidden(page.t("A second factor is for administrators and for those who watch plans."))
        return page.show(
            "second_factor.html",
            422 if wrong else 200,
            done=done,
            wrong=wrong,
            since=held.confirmed_at if held else None,
            left=second_factor.codes_left(session, account.id),
            has_password=account.password_hash is not None,
            address=account.address,
            secret=_grouped(enrolment.secret) if enrolment else "",
            picture=segno.make(enrolment.uri, error="m").svg_data_uri(scale=4, border=2) if enrolment else "",
            codes=codes or [],
        )


def _grouped(secret: str) -> str:
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


@router.post("/begin")
def begin(page: SignedInPage, form: ProofDep) -> Response:
    """Asks for the password: a browser left open is not enough to lock its person out."""
    if not second_factor.may_have(page.person):
        return _show(page)
    if wrong := _wrong_password(page, form.password):
        return _show(page, wrong=wrong)
    with page.writing() as session:
        account = account_by_id(session, page.person.account_id)
        if has_second_factor(session, account.id):
            return redirect(PATH)
        enrolment = second_factor.begin(session, page.settings, account, page.now)
    return _show(page, enrolment=enrolment)


def _wrong_password(page: Page, typed: str) -> str:
    """What is wrong with the present password; empty for nothing, and where the account has none."""
    with page.reading() as session:
        kept = session.get_one(Account, page.person.account_id).password_hash
    if kept is None:
        return ""
    PASSWORDS.count(page.context, str(page.person.account_id))
    return "" if verify_password(kept, typed) else page.t("The present password is not right.")


@router.post("/confirm")
def confirm(page: SignedInPage, form: ProofDep) -> Response:
    with page.reading() as session:
        account = session.get_one(Account, page.person.account_id)
        try:
            enrolment = second_factor.pending(session, page.settings, account)
        except KeyChanged:
            enrolment = None
    if enrolment is None:
        return redirect(PATH)
    codes, wrong = _with_code(page, form, second_factor.confirm)
    return _show(page, wrong=wrong, enrolment=enrolment) if wrong else _show(page, codes=codes, done="set")


@router.post("/codes")
def renew(page: SignedInPage, form: ProofDep) -> Response:
    codes, wrong = _with_password_and_code(page, form, second_factor.renew_codes)
    return _show(page, wrong=wrong) if wrong else _show(page, codes=codes, done="codes")


@router.post("/off")
def switch_off(page: SignedInPage, form: ProofDep) -> Response:
    _, wrong = _with_password_and_code(page, form, second_factor.switch_off)
    return _show(page, wrong=wrong) if wrong else redirect(f"{PATH}?done=off")


def _with_password_and_code(page: Page, form: ProofForm, change: Checked) -> tuple[list[str], str]:
    if wrong := _wrong_password(page, form.password):
        return [], wrong
    return _with_code(page, form, change)


def _with_code(page: Page, form: ProofForm, change: Checked) -> tuple[list[str], str]:
    """What is shown this once, and what is wrong with the code."""
    with page.reading() as session:
        account = session.get_one(Account, page.person.account_id)
    count_code(page, account)
    try:
        codes = change(page.context.engine, page.settings, account.id, form.code, page.now)
    except (WrongCode, KeyChanged) as error:
        return [], page.say(error)
    take_back_code(page, account)
    return codes or [], ""
