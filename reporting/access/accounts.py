"""Accounts: opening and closing them, their grants and passwords; every change is in the audit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlmodel import Session, col, select, update

from messages.catalogue import DEFAULT_LANGUAGE, languages
from models.account import Account, Grant, Ticket
from models.errors import InvalidInput, NotFound
from models.mail_address import plain_address
from models.unit import Unit
from models.vocabulary import AccessRole
from reporting.access.api_tokens import revoke_tokens
from reporting.access.faults import AccountFault, SignInFault
from reporting.access.passwords import hash_password
from reporting.access.sessions import SignInRefused, end_sessions, find_account
from reporting.audit.log import record
from reporting.user_text import TextName, one_line_text


def account_of_claims(session: Session, issuer: str, claims: Mapping[str, object], now: datetime) -> Account:
    """The account of a verified ID token's claims. Raises `SignInRefused`."""
    subject = f"{issuer} {claims['sub']}"
    bound = session.exec(select(Account).where(col(Account.subject) == subject).with_for_update()).first()
    account = bound or _by_address(session, claims)
    if account is None or account.closed_at is not None:
        raise SignInRefused(SignInFault.UNKNOWN())
    if bound is None:
        if account.subject is not None:
            raise SignInRefused(SignInFault.BOUND())
        account.subject = subject
        session.add(account)
        record(session, now, account.address, "bind-sign-on", "account", account.id, {}, {"issuer": issuer})
    return account


def _by_address(session: Session, claims: Mapping[str, object]) -> Account | None:
    address = claims.get("email")
    if claims.get("email_verified") is not True or not isinstance(address, str):
        return None
    return find_account(session, address)


def unbind(session: Session, account: Account, now: datetime, actor: str) -> None:
    """Remove the binding to the single sign-on; the next sign-in there makes a new one."""
    account.subject = None
    session.add(account)
    record(session, now, actor, "unbind-sign-on", "account", account.id)


def open_account(
    session: Session,
    address: str,
    name: str,
    now: datetime,
    actor: str,
    *,
    language: str = DEFAULT_LANGUAGE,
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
        password_hash=None if password is None else hash_password(password, name, address),
        created_at=now,
    )
    session.add(account)
    session.flush()
    told = {"address": address, "name": account.name}
    record(session, now, actor, "open", "account", account.id, {}, told)
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
    """Set a password and end all sessions and tickets. Raises `InvalidInput`.

    `and_tokens` revokes the API tokens as well: the old password may be in wrong hands.
    """
    account.password_hash = hash_password(password, account.name, account.address)
    session.add(account)
    end_sessions(session, account.id)
    session.execute(
        update(Ticket)
        .where(col(Ticket.account_id) == account.id, col(Ticket.used_at).is_(None))
        .values(used_at=now)
    )
    if and_tokens:
        revoke_tokens(session, account.id, now)
    record(session, now, actor, "set-password", "account", account.id)


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
    """Grant a role in a unit (its code; None: everywhere) from the day `since` until before `until`.

    Does nothing where it is held already for as long. Raises `NotFound`, or `InvalidInput` for the days.
    """
    if until is not None and until <= since:
        raise InvalidInput(AccountFault.ENDS_EARLY(until=until))
    unit_id = None if unit is None else _unit_id(session, unit)
    same = [held for held in grants_of(session, account.id) if (held.role, held.unit_id) == (role, unit_id)]
    for held in same:
        if held.valid_from <= since and _lasts(held.valid_to, until):
            return held
    given = next((held for held in same if held.valid_from == since), None)
    given = given or Grant(account_id=account.id, role=role.value, unit_id=unit_id, valid_from=since)
    given.valid_to = until
    session.add(given)
    session.flush()
    told = {"role": role, "unit": unit, "valid_from": since, "valid_to": until}
    record(session, now, actor, "grant", "account", account.id, {}, told)
    return given


def _lasts(held_to: date | None, until: date | None) -> bool:
    return held_to is None or (until is not None and held_to >= until)


def end_grant(session: Session, held: Grant, day: date, now: datetime, actor: str) -> None:
    """End the grant on the day, exclusive."""
    before = {"valid_to": held.valid_to}
    held.valid_to = max(day, held.valid_from)
    session.add(held)
    told = {"valid_to": held.valid_to, "role": held.role}
    record(session, now, actor, "end-grant", "account", held.account_id, before, told)


def close_account(session: Session, account: Account, now: datetime, actor: str) -> None:
    """Close the account: no sign-in, no API tokens; its audit entries stay."""
    account.closed_at = account.closed_at or now
    session.add(account)
    end_sessions(session, account.id)
    revoke_tokens(session, account.id, now)
    record(session, now, actor, "close", "account", account.id)


def reopen_account(session: Session, account: Account, now: datetime, actor: str) -> None:
    """Reopen the account with its old grants and no password. Raises `InvalidInput` where its person's data
    were deleted."""
    if plain_address(account.address) is None:
        raise InvalidInput(AccountFault.ERASED())
    account.closed_at, account.password_hash = None, None
    session.add(account)
    record(session, now, actor, "reopen", "account", account.id)


def choose_language(session: Session, account: Account, language: str, now: datetime, actor: str) -> None:
    """Set the language of pages and mails. Raises `InvalidInput`."""
    before = {"language": account.language}
    account.language = _language(language)
    session.add(account)
    after = {"language": account.language}
    record(session, now, actor, "choose-language", "account", account.id, before, after)


def _language(text: str) -> str:
    if text not in languages():
        raise InvalidInput(AccountFault.NO_LANGUAGE(text=text, known=languages()))
    return text


def grants_of(session: Session, account_id: int) -> list[Grant]:
    query = select(Grant).where(col(Grant.account_id) == account_id).order_by(col(Grant.id))
    return list(session.exec(query))


def _unit_id(session: Session, code: str) -> int:
    found = session.exec(select(col(Unit.id)).where(col(Unit.code) == code)).first()
    if found is None:
        raise NotFound(AccountFault.NO_UNIT(code=code))
    return found
