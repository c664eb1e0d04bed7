"""The people who may sign in: opening accounts, giving and ending roles, closing, links to set a password.

An administrator of a branch keeps to it: roles in units of the branch, accounts that have no role elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query
from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from models.account import Account
from models.database import reading, writing
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
from reporting.access.rights import Person, named_grants
from reporting.access.sessions import end_sessions, find_account
from reporting.units.contacts import NamedContact, contacts_of, end_contacts
from web.auth import Forbidden, OwnForm, require
from web.context import Edge, EdgeDep
from web.form_values import RowId
from web.rendering import Pages, PagesDep

AdministratorOfSome = Annotated[Person, Depends(require(lambda person: person.administers))]
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class AccountsRequest:
    """The administrator at work: who, on which pages, at which instant."""

    edge: Edge
    pages: Pages
    person: Person
    now: datetime

    @property
    def today(self) -> date:
        return self.edge.today(self.now)

    def refuse(self, vietnamese: str, english: str) -> Forbidden:
        return Forbidden(self.pages.t(vietnamese, english))

    def reach(self, session: Session, account_id: int) -> Reach:
        """Raises `NotFound` for an account that the administrator may not see."""
        found = reach(session, self.person, account_id, self.today)
        if not found.sees:
            raise NotFound(
                self.pages.t("Không có tài khoản này trong nhánh của anh/chị.", "No such account here.")
            )
        return found

    def managed(self, session: Session, account_id: int, *, but_own: bool = False) -> Account:
        """The account to be changed. Raises `Forbidden` for one with a role elsewhere, or one's own."""
        account = account_by_id(session, account_id)
        if not self.reach(session, account_id).manages:
            raise self.refuse(
                "Tài khoản có quyền ngoài nhánh của anh/chị; đề nghị quản trị cấp trên.",
                "The account has a role outside your branch; ask the administrator above.",
            )
        if but_own and account_id == self.person.account_id:
            raise self.refuse(
                "Không tự đóng tài khoản của chính mình; đề nghị quản trị khác.",
                "Nobody closes their own account; ask another administrator.",
            )
        return account


def desk(edge: EdgeDep, pages: PagesDep, person: AdministratorOfSome) -> AccountsRequest:
    return AccountsRequest(edge, pages, person, edge.now)


DeskDep = Annotated[AccountsRequest, Depends(desk)]


@dataclass(frozen=True, kw_only=True)
class RoleRow:
    """A role as the form gives it."""

    role: str = ""
    unit: str = ""
    everywhere: bool = False
    since: str = ""
    until: str = ""


def role_form(
    role: Annotated[str, Form()] = "clerk",
    unit: Annotated[str, Form()] = "",
    everywhere: Annotated[bool, Form()] = False,
    since: Annotated[str, Form()] = "",
    until: Annotated[str, Form()] = "",
) -> RoleRow:
    return RoleRow(role=role, unit=unit, everywhere=everywhere, since=since, until=until)


RoleForm = Annotated[RoleRow, Depends(role_form)]


def opened(session: Session, desk: AccountsRequest, address: str, name: str, language: str) -> Account:
    """Raises `InvalidInput`."""
    chosen = "en" if language == "en" else "vi"
    return open_account(session, address, name[:100], desk.now, desk.person.actor, language=chosen)


def give_role(session: Session, desk: AccountsRequest, account: Account, given: RoleRow) -> None:
    """Raises `InvalidInput` for what cannot be, `Forbidden` for what is not the administrator's to give."""
    t = desk.pages.t
    if account.closed_at is not None:
        raise InvalidInput(
            t("Tài khoản này đã đóng; hãy mở lại trước.", "This account is closed; open it again first.")
        )
    if given.role not in set(AccessRole):
        raise InvalidInput(t("Hãy chọn một quyền.", "Choose a role."))
    code = _code(session, desk, given)
    since = _day(desk, given.since) or desk.today
    last = _day(desk, given.until)
    if last is not None and last < since:
        raise InvalidInput(
            t("Ngày cuối phải từ ngày bắt đầu trở đi.", "The last day must not lie before the first.")
        )
    until = None if last is None else last + ONE_DAY
    grant(session, account, AccessRole(given.role), code, since, desk.now, desk.person.actor, until)


def _code(session: Session, desk: AccountsRequest, given: RoleRow) -> str | None:
    """The unit's code, None for everywhere. Raises `InvalidInput`, or `Forbidden`."""
    if given.everywhere:
        if not desk.person.administers_all:
            raise desk.refuse("Chỉ quản trị toàn hệ thống cấp được quyền này.", "Not yours to give.")
        return None
    unit = unit_meant(session, given.unit, desk.today)
    if not administered(session, desk.person, {unit.id}, desk.today):
        raise desk.refuse("Đơn vị này không thuộc nhánh của anh/chị.", "This unit is not in your branch.")
    return unit.code


def _day(desk: AccountsRequest, text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise InvalidInput(desk.pages.t("Ngày chưa đúng.", "This is no date.")) from error


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
    wish = AccountRequest(
        words=clean_line(q)[:100], unit=clean_line(unit), closed=closed, start=(page - 1) * PAGE, limit=PAGE
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


def _new_form(desk: AccountsRequest, typed: dict[str, Any], wrong: str = "") -> Response:
    empty = {"address": "", "name": "", "language": "vi"}
    status = 422 if wrong else 200
    return desk.pages.show(
        "admin/person_new.html",
        status,
        typed=empty | typed,
        wrong=wrong,
        given=typed.get("given", RoleRow()),
        **_choices(desk),
    )


def _choices(desk: AccountsRequest) -> dict[str, Any]:
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
    return _to(account.id, "opened" if is_new else "granted")


@router.get("/{id}")
def one(desk: DeskDep, id: RowId, done: str = "") -> Response:
    return _show(desk, id, done=done)


def _show(
    desk: AccountsRequest, id: int, *, done: str = "", wrong: str = "", given: RoleRow | None = None
) -> Response:
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
        "admin/person.html",
        status,
        done=done,
        wrong=wrong,
        given=given or RoleRow(),
        **values,
        **_choices(desk),
    )


def _ended_here(session: Session, desk: AccountsRequest, contacts: list[NamedContact]) -> list[NamedContact]:
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
    desk: AccountsRequest, id: int, done: str, change: Callable[[Session, Account], object], **rule: bool
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
    return _change(desk, id, "signed-out", lambda session, account: end_sessions(session, account.id))
