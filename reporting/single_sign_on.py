"""Whom an OpenID Connect provider vouches for: only accounts that an administrator has opened get in.

The first time an account is known by an address that the provider has verified; from then on by the
provider's own name for the person, so that an address which passes to somebody else opens nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models.account import Account
from reporting.auditing import record
from reporting.signing_in import SignInRefused, find_account

UNKNOWN = "no account is open for whoever signed in there; ask the administrator to open one"


def account_of_claims(session: Session, issuer: str, claims: Mapping[str, Any], now: datetime) -> Account:
    """The account of a verified ID token's claims. Raises `SignInRefused`."""
    subject = f"{issuer} {claims['sub']}"
    bound = session.exec(select(Account).where(col(Account.subject) == subject).with_for_update()).first()
    account = bound or _by_address(session, claims)
    if account is None or account.closed_at is not None:
        raise SignInRefused(UNKNOWN)
    if bound is None:
        if account.subject is not None:
            raise SignInRefused("the account is bound to another person there; ask the administrator")
        account.subject = subject
        session.add(account)
        record(
            session, now, account.address, "bind-sign-on", "account", account.id or 0, {}, {"issuer": issuer}
        )
    return account


def _by_address(session: Session, claims: Mapping[str, Any]) -> Account | None:
    address = claims.get("email")
    if claims.get("email_verified") is not True or not isinstance(address, str):
        return None
    return find_account(session, address)


def unbind(session: Session, account: Account, now: datetime, actor: str) -> None:
    """Forget whom the provider calls by this account: the next sign-in there binds it anew."""
    account.subject = None
    session.add(account)
    record(session, now, actor, "unbind-sign-on", "account", account.id or 0)
