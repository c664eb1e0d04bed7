"""Accounts: opening and closing them, their grants and passwords; every change is in the audit."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session, col, select, update

from models.account import Account, Grant, Ticket
from models.errors import InvalidInput, NotFound
from models.mail_address import plain_address
from models.unit import Unit
from models.vocabulary import AccessRole, Language
from reporting.account_faults import AccountFault
from reporting.api_tokens import revoke_tokens
from reporting.auditing import record
from reporting.move_faults import TextName
from reporting.obligations import one_line_text
from reporting.passwords import hash_password
from reporting.signing_in import end_sessions, find_account


def open_account(
    session: Session,
    address: str,
    name: str,
    now: datetime,
    actor: str,
    *,
    language: str = "vi",
    password: str | None = None,
) -> Account:
    """A new account. Raises `InvalidInput` if the address is taken or no address."""
    address = require_address(address)
    if find_account(session, address) is not None:
        raise InvalidInput(AccountFault.ADDRESS_TAKEN(address=address))
    account = Account(
        address=address,
        name=one_line_text(name, TextName.NAME()) or address,
        language=_language(language),
        password_hash=None if password is None else hash_password(password),
        created_at=now,
    )
    session.add(account)
    session.flush()
    record(
        session,
        now,
        actor,
        "open",
        "account",
        account.id or 0,
        {},
        {"address": address, "name": account.name},
    )
    return account


def require_address(text: str) -> str:
    """The address as it is stored. Raises `InvalidInput` if it is none."""
    address = plain_address(text.strip())
    if address is None:
        raise InvalidInput(AccountFault.NO_ADDRESS(text=text.strip()[:80]))
    return address


def require_account(session: Session, address: str) -> Account:
    """The account of an address. Raises `NotFound`."""
    account = find_account(session, address)
    if account is None:
        raise NotFound(AccountFault.NO_ACCOUNT(address=address.strip()[:80]))
    return account


def set_password(
    session: Session, account: Account, password: str, now: datetime, actor: str, *, and_tokens: bool = False
) -> None:
    """A new password; all sessions end, and all tickets. Raises `InvalidInput`.

    `and_tokens` ends the API tokens as well: for when the old password may be in wrong hands.
    """
    account.password_hash = hash_password(password)
    account.failures, account.locked_until = 0, None
    session.add(account)
    end_sessions(session, account.id or 0)
    session.execute(
        update(Ticket)
        .where(col(Ticket.account_id) == account.id, col(Ticket.used_at).is_(None))
        .values(used_at=now)
    )
    if and_tokens:
        revoke_tokens(session, account.id or 0, now)
    record(session, now, actor, "set-password", "account", account.id or 0)


def grant(
    session: Session,
    account: Account,
    role: AccessRole,
    unit: str | None,
    since: date,
    now: datetime,
    actor: str,
    until: date | None = None,
) -> Grant:
    """Give a role in a unit (its code; None: everywhere) from a day on, and until before another.

    Harmless when it is held already for as long. Raises `NotFound`, or `InvalidInput` for the days.
    """
    if until is not None and until <= since:
        raise InvalidInput(AccountFault.ENDS_EARLY(until=until))
    unit_id = None if unit is None else _unit_id(session, unit)
    same = [
        held for held in grants_of(session, account.id or 0) if (held.role, held.unit_id) == (role, unit_id)
    ]
    for held in same:
        if held.valid_from <= since and _lasts(held.valid_to, until):
            return held
    given = next((held for held in same if held.valid_from == since), None)
    given = given or Grant(account_id=account.id or 0, role=role.value, unit_id=unit_id, valid_from=since)
    given.valid_to = until
    session.add(given)
    session.flush()
    told = {"role": role, "unit": unit, "valid_from": since, "valid_to": until}
    record(session, now, actor, "grant", "account", account.id or 0, {}, told)
    return given


def _lasts(held_to: date | None, until: date | None) -> bool:
    return held_to is None or (until is not None and held_to >= until)


def end_grant(session: Session, held: Grant, day: date, now: datetime, actor: str) -> None:
    """The grant holds until before `day`."""
    before = {"valid_to": held.valid_to}
    held.valid_to = max(day, held.valid_from)
    session.add(held)
    told = {"valid_to": held.valid_to, "role": held.role}
    record(session, now, actor, "end-grant", "account", held.account_id, before, told)


def close_account(session: Session, account: Account, now: datetime, actor: str) -> None:
    """It may not sign in any more, nor its programs; what it did stays in the audit."""
    account.closed_at = account.closed_at or now
    session.add(account)
    end_sessions(session, account.id or 0)
    revoke_tokens(session, account.id or 0, now)
    record(session, now, actor, "close", "account", account.id or 0)


def reopen_account(session: Session, account: Account, now: datetime, actor: str) -> None:
    """It may sign in again, with a password that is still to be set; its grants are as they were."""
    account.closed_at, account.password_hash = None, None
    account.failures, account.locked_until = 0, None
    session.add(account)
    record(session, now, actor, "reopen", "account", account.id or 0)


def choose_language(session: Session, account: Account, language: str, now: datetime, actor: str) -> None:
    """The language of pages and mails. Raises `InvalidInput`."""
    before = {"language": account.language}
    account.language = _language(language)
    session.add(account)
    after = {"language": account.language}
    record(session, now, actor, "choose-language", "account", account.id or 0, before, after)


def _language(text: str) -> str:
    if text not in set(Language):
        raise InvalidInput(AccountFault.NO_LANGUAGE(text=text))
    return text


def grants_of(session: Session, account_id: int) -> list[Grant]:
    query = select(Grant).where(col(Grant.account_id) == account_id).order_by(col(Grant.id))
    return list(session.exec(query))


def _unit_id(session: Session, code: str) -> int:
    found = session.exec(select(col(Unit.id)).where(col(Unit.code) == code)).first()
    if found is None:
        raise NotFound(AccountFault.NO_UNIT(code=code))
    return found
