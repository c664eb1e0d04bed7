"""The people who may sign in: opening accounts, giving and ending roles, closing, links to set a password.

An administrator of a branch keeps to it: roles in units of the branch, accounts that have no role elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query
from pydantic import BaseModel
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from messages.catalogue import DEFAULT_LANGUAGE, N_, known_language
from models.account import Account
from models.errors import InvalidInput, NotFound
from models.text import clean_line
from models.vocabulary import AccessRole
from reporting.access.accounts import close_account, end_grant, grant, open_account, reopen_account
from reporting.access.directory import (
    AccountRequest,
    Reach,
    account_by_id,
    administered,
    grant_by_id,
    list_people,
    reach,
    unit_meant,
)
from reporting.access.reset_links import send_ticket
from reporting.access.rights import named_grants
from reporting.access.second_factor import remove
from reporting.access.sessions import end_sessions, find_account, has_second_factor
from reporting.units.contacts import NamedContact, contacts_of, end_contacts
from web.auth import Forbidden, OwnForm
from web.form_values import NO_DAY, RowId, typed_day
from web.page import Page, branch_administrator, redirect

ONE_DAY = timedelta(days=1)


class AccountsPage(Page):
    """A page of an administrator who looks after accounts."""

    def refuse(self, text: str) -> Forbidden:
        return Forbidden(self.t(text))

    def reach(self, session: Session, account_id: int) -> Reach:
        """Raises `NotFound` for an account that the administrator may not see."""
        found = reach(session, self.person, account_id, self.today)
        if not found.sees:
            raise NotFound(self.t("No such account here."))
        return found

    def managed(self, session: Session, account_id: int, *, but_own: bool = False) -> Account:
        """The account to be changed. Raises `Forbidden` for one with a role elsewhere, or one's own."""
        account = account_by_id(session, account_id)
        if not self.reach(session, account_id).manages:
            raise self.refuse(N_("The account has a role outside your branch; ask the administrator above."))
        if but_own and account_id == self.person.account_id:
            raise self.refuse(N_("Nobody closes their own account; ask another administrator."))
        return account


def accounts_page(request: Request) -> AccountsPage:
    return AccountsPage(**vars(branch_administrator(request)))


AccountsDep = Annotated[AccountsPage, Depends(accounts_page)]


class RoleForm(BaseModel):
    """A role to be given."""

    role: str = "clerk"
    unit: str = ""
    everywhere: bool = False
    since: str = ""
    until: str = ""


class AccountForm(RoleForm):
    """An account to be opened, with its first role."""

    address: str = ""
    name: str = ""
    language: str = DEFAULT_LANGUAGE


def give_role(session: Session, page: AccountsPage, account: Account, form: RoleForm) -> None:
    """Raises `InvalidInput` for what cannot be, `Forbidden` for what is not the administrator's to give."""
    t = page.t
    if account.closed_at is not None:
        raise InvalidInput(t("This account is closed; open it again first."))
    if form.role not in set(AccessRole):
        raise InvalidInput(t("Choose a role."))
    code = _code(session, page, form)
    since = _day(page, form.since) or page.today
    last = _day(page, form.until)
    if last is not None and last < since:
        raise InvalidInput(t("The last day must not lie before the first."))
    until = None if last is None else last + ONE_DAY
    grant(session, account, AccessRole(form.role), code, since, page.now, page.actor, until)


def _code(session: Session, page: AccountsPage, form: RoleForm) -> str | None:
    """The unit's code, None for everywhere. Raises `InvalidInput`, or `Forbidden`."""
    if form.everywhere:
        if not page.person.administers_all:
            raise page.refuse(N_("Only an administrator of everything may give this role."))
        return None
    unit = unit_meant(session, form.unit, page.today)
    if not administered(session, page.person, {unit.id}, page.today):
        raise page.refuse(N_("This unit is not in your branch."))
    return unit.code


def _day(page: AccountsPage, text: str) -> date | None:
    if not text.strip():
        return None
    day = typed_day(text)
    if day is None:
        raise InvalidInput(page.t(NO_DAY))
    return day


router = APIRouter(prefix="/admin/people", dependencies=[OwnForm], include_in_schema=False)
ROWS = 50


@router.get("")
def people(
    page: AccountsDep,
    q: str = "",
    unit: str = "",
    closed: bool = False,
    number: Annotated[int, Query(alias="page", ge=1, le=10**6)] = 1,
) -> Response:
    wanted = AccountRequest(
        words=clean_line(q)[:100],
        unit=clean_line(unit),
        closed=closed,
        start=(number - 1) * ROWS,
        limit=ROWS,
    )
    with page.reading() as session:
        count, listed = list_people(session, page.person, wanted, page.today)
    return page.show(
        "admin/people.html",
        count=count,
        listed=listed,
        wanted=wanted,
        page=number,
        last_page=max(1, -(-count // ROWS)),
        today=page.today,
    )


@router.get("/new")
def new(page: AccountsDep) -> Response:
    return _new_form(page, AccountForm(role=""))


def _new_form(page: AccountsPage, form: AccountForm, wrong: str = "") -> Response:
    typed = {"address": form.address[:200], "name": form.name[:200], "language": form.language}
    return page.show(
        "admin/person_new.html",
        422 if wrong else 200,
        typed=typed,
        wrong=wrong,
        given=form,
        **_choices(page),
    )


def _choices(page: AccountsPage) -> dict[str, object]:
    return {"roles": list(AccessRole), "today": page.today, "all": page.person.administers_all}


@router.post("")
def open_one(page: AccountsDep, form: Annotated[AccountForm, Form()]) -> Response:
    """A new account with its first role, and the mail with which its person sets a password; where the
    address has an account already, the role is given to that one."""
    try:
        with page.writing() as session:
            account = find_account(session, form.address)
            is_new = account is None
            if account is None:
                chosen, name = known_language(form.language), form.name[:100]
                account = open_account(session, form.address, name, page.now, page.actor, language=chosen)
            give_role(session, page, account, form)
            if is_new:
                send_ticket(session, page.settings, account, page.now, page.actor)
    except InvalidInput as error:
        return _new_form(page, form, page.say(error))
    return _to(account.id, "opened" if is_new else "granted")


@router.get("/{id}")
def one(page: AccountsDep, id: RowId, done: str = "") -> Response:
    return _show(page, id, done=done)


def _show(
    page: AccountsPage, id: int, *, done: str = "", wrong: str = "", form: RoleForm | None = None
) -> Response:
    with page.reading() as session:
        reached = page.reach(session, id)
        account = account_by_id(session, id)
        contacts = contacts_of(session, account.address, page.today)
        return page.show(
            "admin/person.html",
            422 if wrong else 200,
            done=done,
            wrong=wrong,
            given=form or RoleForm(role=""),
            account=account,
            grants=named_grants(session, id, page.today),
            reach=reached,
            own=id == page.person.account_id,
            second_factor=has_second_factor(session, id),
            contacts=contacts,
            ends=_ended_here(session, page, contacts),
            **_choices(page),
        )


def _ended_here(session: Session, page: AccountsPage, contacts: list[NamedContact]) -> list[NamedContact]:
    """Those in units of the administrator's branch."""
    mine = administered(session, page.person, {each.unit_id for each in contacts}, page.today)
    return [each for each in contacts if each.unit_id in mine]


@router.post("/{id}/contacts/end")
def end_as_contact(page: AccountsDep, id: RowId) -> Response:
    """From today on the address gets no mails, and with them no links that hand reports in."""
    with page.writing() as session:
        page.reach(session, id)
        contacts = contacts_of(session, account_by_id(session, id).address, page.today)
        ended = _ended_here(session, page, contacts)
        end_contacts(session, ended, page.today, page.now, page.actor)
    return _to(id, "contacts-ended")


def _to(id: int, done: str) -> Response:
    return redirect(f"/admin/people/{id}?done={done}")


@router.post("/{id}/grants")
def give(page: AccountsDep, id: RowId, form: Annotated[RoleForm, Form()]) -> Response:
    try:
        with page.writing() as session:
            page.reach(session, id)
            give_role(session, page, account_by_id(session, id), form)
    except InvalidInput as error:
        return _show(page, id, wrong=page.say(error), form=form)
    return _to(id, "granted")


@router.post("/{id}/grants/{grant_id}/end")
def end(page: AccountsDep, id: RowId, grant_id: RowId) -> Response:
    """From today on the role is held no more."""
    with page.writing() as session:
        reached = page.reach(session, id)
        held = grant_by_id(session, id, grant_id)
        if reached.units is not None and held.unit_id not in reached.units:
            raise page.refuse(N_("This unit is not in your branch."))
        if id == page.person.account_id and held.role == AccessRole.ADMINISTRATOR:
            raise page.refuse(N_("Nobody ends their own administrator's role; ask another administrator."))
        end_grant(session, held, page.today, page.now, page.actor)
    return _to(id, "ended")


def _change(
    page: AccountsPage, id: int, done: str, change: Callable[[Session, Account], object], **rule: bool
) -> Response:
    with page.writing() as session:
        change(session, page.managed(session, id, **rule))
    return _to(id, done)


@router.post("/{id}/close")
def close(page: AccountsDep, id: RowId) -> Response:
    def change(session: Session, account: Account) -> None:
        close_account(session, account, page.now, page.actor)

    return _change(page, id, "closed", change, but_own=True)


@router.post("/{id}/reopen")
def reopen(page: AccountsDep, id: RowId) -> Response:
    def change(session: Session, account: Account) -> None:
        if account.closed_at is not None:
            reopen_account(session, account, page.now, page.actor)
            send_ticket(session, page.settings, account, page.now, page.actor)

    return _change(page, id, "reopened", change)


@router.post("/{id}/password")
def send_password_mail(page: AccountsDep, id: RowId) -> Response:
    def change(session: Session, account: Account) -> None:
        if account.closed_at is None:
            send_ticket(session, page.settings, account, page.now, page.actor)

    return _change(page, id, "mailed", change)


@router.post("/{id}/second-factor/remove")
def remove_second_factor(page: AccountsDep, id: RowId) -> Response:
    def change(session: Session, account: Account) -> None:
        if id == page.person.account_id:
            raise page.refuse(N_("One's own second factor is switched off on one's own page, with a code."))
        remove(session, account, page.now, page.actor)  # twice is once

    return _change(page, id, "factor-removed", change)


@router.post("/{id}/end-sessions")
def end_all_sessions(page: AccountsDep, id: RowId) -> Response:
    return _change(page, id, "signed-out", lambda session, account: end_sessions(session, account.id))
