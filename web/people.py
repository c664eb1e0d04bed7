"""The people who may sign in: opening accounts, giving and ending roles, closing, links to set a password.

An administrator of a branch keeps to it: roles in units of the branch, accounts that have no role elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query
from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from models.account import Account
from models.database import reading, writing
from models.errors import InvalidInput
from models.searching import plain_words
from models.vocabulary import AccessRole
from reporting.accounts import close_account, end_grant, reopen_account
from reporting.contacts_of_address import NamedContact, contacts_of, end_contacts
from reporting.grants import named_grants
from reporting.people import Wish, account_by_id, administered, grant_by_id, list_people
from reporting.signing_in import end_sessions, find_account
from reporting.tickets import send_ticket
from web.people_desk import Desk, DeskDep, Role, RoleForm, give_role, opened
from web.typed import RowId
from web.who import OwnForm

router = APIRouter(prefix="/admin/people", dependencies=[OwnForm], include_in_schema=False)
PAGE = 50


@router.get("")
def people(
    desk: DeskDep,
    q: str = "",
    unit: str = "",
    closed: bool = False,
    page: Annotated[int, Query(ge=1, le=10**6)] = 1,
) -> Response:
    wish = Wish(
        words=plain_words(q)[:100], unit=plain_words(unit), closed=closed, start=(page - 1) * PAGE, limit=PAGE
    )
    with reading(desk.edge.engine) as session:
        count, listed = list_people(session, desk.person, wish, desk.today)
    pages = max(1, -(-count // PAGE))
    return desk.pages.show(
        "admin/people.html",
        count=count,
        listed=listed,
        wish=wish,
        page=page,
        last_page=pages,
        today=desk.today,
    )


@router.get("/new")
def new(desk: DeskDep) -> Response:
    return _new_form(desk, {})


def _new_form(desk: Desk, typed: dict[str, Any], wrong: str = "") -> Response:
    empty = {"address": "", "name": "", "language": "vi"}
    status = 422 if wrong else 200
    return desk.pages.show(
        "admin/person_new.html",
        status,
        typed=empty | typed,
        wrong=wrong,
        given=typed.get("given", Role()),
        **_choices(desk),
    )


def _choices(desk: Desk) -> dict[str, Any]:
    return {"roles": list(AccessRole), "today": desk.today, "all": desk.person.administers_all}


@router.post("")
def open_one(
    desk: DeskDep,
    given: RoleForm,
    address: Annotated[str, Form()] = "",
    name: Annotated[str, Form()] = "",
    language: Annotated[str, Form()] = "vi",
) -> Response:
    """A new account with its first role, and the mail with which its person sets a password; where the
    address has an account already, the role is given to that one."""
    try:
        with writing(desk.edge.engine) as session:
            account = find_account(session, address)
            is_new = account is None
            if account is None:
                account = opened(session, desk, address, name, language)
            give_role(session, desk, account, given)
            if is_new:
                send_ticket(session, desk.edge.settings, account, desk.now, desk.person.actor)
    except InvalidInput as error:
        typed = {"address": address[:200], "name": name[:200], "language": language, "given": given}
        return _new_form(desk, typed, desk.pages.say(error))
    return _to(account.id or 0, "opened" if is_new else "granted")


@router.get("/{id}")
def one(desk: DeskDep, id: RowId, done: str = "") -> Response:
    return _show(desk, id, done=done)


def _show(desk: Desk, id: int, *, done: str = "", wrong: str = "", given: Role | None = None) -> Response:
    with reading(desk.edge.engine) as session:
        reached = desk.reach(session, id)
        values: dict[str, Any] = {
            "account": account_by_id(session, id),
            "grants": named_grants(session, id, desk.today),
            "reach": reached,
            "own": id == desk.person.account_id,
        }
        contacts = contacts_of(session, values["account"].address, desk.today)
        values |= {"contacts": contacts, "ends": _ended_here(session, desk, contacts)}
    status = 422 if wrong else 200
    return desk.pages.show(
        "admin/person.html", status, done=done, wrong=wrong, given=given or Role(), **values, **_choices(desk)
    )


def _ended_here(session: Session, desk: Desk, contacts: list[NamedContact]) -> list[NamedContact]:
    """Those in units of the administrator's branch."""
    mine = administered(session, desk.person, {each.unit_id for each in contacts}, desk.today)
    return [each for each in contacts if each.unit_id in mine]


@router.post("/{id}/contacts/end")
def end_as_contact(desk: DeskDep, id: RowId) -> Response:
    """From today on the address gets no mails, and with them no links that hand reports in."""
    with writing(desk.edge.engine) as session:
        desk.reach(session, id)
        contacts = contacts_of(session, account_by_id(session, id).address, desk.today)
        ended = _ended_here(session, desk, contacts)
        end_contacts(session, ended, desk.today, desk.now, desk.person.actor)
    return _to(id, "contacts-ended")


def _to(id: int, done: str) -> Response:
    return RedirectResponse(f"/admin/people/{id}?done={done}", status_code=303)


@router.post("/{id}/grants")
def give(desk: DeskDep, id: RowId, given: RoleForm) -> Response:
    try:
        with writing(desk.edge.engine) as session:
            desk.reach(session, id)
            give_role(session, desk, account_by_id(session, id), given)
    except InvalidInput as error:
        return _show(desk, id, wrong=desk.pages.say(error), given=given)
    return _to(id, "granted")


@router.post("/{id}/grants/{grant_id}/end")
def end(desk: DeskDep, id: RowId, grant_id: RowId) -> Response:
    """From today on the role is held no more."""
    with writing(desk.edge.engine) as session:
        reached = desk.reach(session, id)
        held = grant_by_id(session, id, grant_id)
        if reached.units is not None and held.unit_id not in reached.units:
            raise desk.refuse("Đơn vị này không thuộc nhánh của anh/chị.", "This unit is not in your branch.")
        if id == desk.person.account_id and held.role == AccessRole.ADMINISTRATOR:
            raise desk.refuse(
                "Không tự bỏ quyền quản trị của chính mình; đề nghị quản trị khác.",
                "Nobody ends their own administrator's role; ask another administrator.",
            )
        end_grant(session, held, desk.today, desk.now, desk.person.actor)
    return _to(id, "ended")


def _change(
    desk: Desk, id: int, done: str, change: Callable[[Session, Account], object], **rule: bool
) -> Response:
    with writing(desk.edge.engine) as session:
        change(session, desk.managed(session, id, **rule))
    return _to(id, done)


@router.post("/{id}/close")
def close(desk: DeskDep, id: RowId) -> Response:
    def change(session: Session, account: Account) -> None:
        close_account(session, account, desk.now, desk.person.actor)

    return _change(desk, id, "closed", change, but_own=True)


@router.post("/{id}/reopen")
def reopen(desk: DeskDep, id: RowId) -> Response:
    def change(session: Session, account: Account) -> None:
        if account.closed_at is not None:
            reopen_account(session, account, desk.now, desk.person.actor)
            send_ticket(session, desk.edge.settings, account, desk.now, desk.person.actor)

    return _change(desk, id, "reopened", change)


@router.post("/{id}/password")
def send_password_mail(desk: DeskDep, id: RowId) -> Response:
    def change(session: Session, account: Account) -> None:
        if account.closed_at is None:
            send_ticket(session, desk.edge.settings, account, desk.now, desk.person.actor)

    return _change(desk, id, "mailed", change)


@router.post("/{id}/end-sessions")
def end_all_sessions(desk: DeskDep, id: RowId) -> Response:
    return _change(desk, id, "signed-out", lambda session, account: end_sessions(session, account.id or 0))
