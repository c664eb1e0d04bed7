"""The administrator at work on accounts: how far they reach, and the form of a role."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import Depends, Form
from sqlmodel import Session

from models.account import Account
from models.errors import InvalidInput, NotFound
from models.vocabulary import AccessRole
from reporting.accounts import grant, open_account
from reporting.people import Reach, account_by_id, administered, reach, unit_meant
from reporting.rights import Person
from web.edge import Edge, EdgeDep
from web.pages import Pages, PagesDep
from web.who import Forbidden, require

AdministratorOfSome = Annotated[Person, Depends(require(lambda person: person.administers))]
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Desk:
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


def desk(edge: EdgeDep, pages: PagesDep, person: AdministratorOfSome) -> Desk:
    return Desk(edge, pages, person, edge.now)


DeskDep = Annotated[Desk, Depends(desk)]


@dataclass(frozen=True, kw_only=True)
class Role:
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
) -> Role:
    return Role(role=role, unit=unit, everywhere=everywhere, since=since, until=until)


RoleForm = Annotated[Role, Depends(role_form)]


def opened(session: Session, desk: Desk, address: str, name: str, language: str) -> Account:
    """Raises `InvalidInput`."""
    chosen = "en" if language == "en" else "vi"
    return open_account(session, address, name[:100], desk.now, desk.person.actor, language=chosen)


def give_role(session: Session, desk: Desk, account: Account, given: Role) -> None:
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


def _code(session: Session, desk: Desk, given: Role) -> str | None:
    """The unit's code, None for everywhere. Raises `InvalidInput`, or `Forbidden`."""
    if given.everywhere:
        if not desk.person.administers_all:
            raise desk.refuse("Chỉ quản trị toàn hệ thống cấp được quyền này.", "Not yours to give.")
        return None
    unit = unit_meant(session, given.unit, desk.today)
    if not administered(session, desk.person, {unit.id or 0}, desk.today):
        raise desk.refuse("Đơn vị này không thuộc nhánh của anh/chị.", "This unit is not in your branch.")
    return unit.code


def _day(desk: Desk, text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise InvalidInput(desk.pages.t("Ngày chưa đúng.", "This is no date.")) from error
