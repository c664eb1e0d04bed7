"""Tokens of the API: a secret with which a program acts for an account, within a scope.

Only the hash is kept. A token may never do more than its account may today, and `read` changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, or_, select, update

from models.account import Account, ApiToken
from models.errors import InvalidInput, NotFound
from models.vocabulary import Scope
from reporting.access.faults import TokenFault
from reporting.access.passwords import new_secret, secret_hash
from reporting.access.rights import Person
from reporting.access.sessions import as_person
from reporting.audit.log import record
from reporting.user_text import TextName, one_line_text

PREFIX = "dondoc_"
"""Prefix by which secret scanners and people recognise a token."""
LONGEST_DAYS = 1095
SEEN_EVERY = timedelta(minutes=5)


@dataclass(frozen=True)
class Bearer:
    """An authenticated API client: the person it acts for, and the scope of its token."""

    person: Person
    scope: Scope
    token_id: int


def make_token(
    session: Session, account: Account, name: str, scope: str, days: int, now: datetime, actor: str
) -> tuple[str, ApiToken]:
    """Make a token for the account, valid for `days`; returns its secret, which is shown this once.

    Raises `InvalidInput` for an unknown scope, a name that is too long, or a wrong number of days.
    """
    if scope not in set(Scope):
        raise InvalidInput(TokenFault.NO_SCOPE(text=scope, scopes=[*Scope]))
    if not 1 <= days <= LONGEST_DAYS:
        raise InvalidInput(TokenFault.DAYS(most=LONGEST_DAYS))
    if account.closed_at is not None:
        raise InvalidInput(TokenFault.CLOSED(address=account.address))
    secret = PREFIX + new_secret()
    token = ApiToken(
        token_hash=secret_hash(secret),
        account_id=account.id,
        name=one_line_text(name, TextName.NAME()) or "API",
        scope=scope,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    session.add(token)
    session.flush()
    told = {"token": token.id, "name": token.name, "scope": scope, "expires_at": token.expires_at}
    record(session, now, actor, "make-token", "account", account.id, {}, told)
    return secret, token


def tokens_of(session: Session, account_id: int, now: datetime) -> list[ApiToken]:
    """The valid tokens of an account, newest first."""
    query = select(ApiToken).where(
        col(ApiToken.account_id) == account_id,
        col(ApiToken.revoked_at).is_(None),
        or_(col(ApiToken.expires_at).is_(None), col(ApiToken.expires_at) > now),
    )
    return list(session.exec(query.order_by(col(ApiToken.id).desc())))


def revoke_token(session: Session, account: Account, token_id: int, now: datetime, actor: str) -> None:
    """End one token of the account. Raises `NotFound`."""
    token = session.get(ApiToken, token_id)
    if token is None or token.account_id != account.id:
        raise NotFound(TokenFault.NO_TOKEN(number=token_id))
    if token.revoked_at is None:
        token.revoked_at = now
        session.add(token)
        record(session, now, actor, "revoke-token", "account", account.id, {}, {"token": token_id})


def revoke_tokens(session: Session, account_id: int, now: datetime) -> None:
    """End all tokens of an account."""
    session.execute(
        update(ApiToken)
        .where(col(ApiToken.account_id) == account_id, col(ApiToken.revoked_at).is_(None))
        .values(revoked_at=now)
    )


def bearer_of(session: Session, secret: str, now: datetime, zone: ZoneInfo) -> Bearer | None:
    """The client of a valid token; None for one that is unknown, expired, revoked, or of a closed account."""
    query = (
        select(ApiToken, Account)
        .join(Account, col(Account.id) == col(ApiToken.account_id))
        .where(col(ApiToken.token_hash) == secret_hash(secret))
    )
    found = session.exec(query).first()
    if found is None:
        return None
    token, account = found
    expired = token.expires_at is not None and now >= token.expires_at
    if expired or token.revoked_at is not None or account.closed_at is not None:
        return None
    return Bearer(as_person(session, account, now, zone), Scope(token.scope), token.id)


def is_to_be_noted(session: Session, token_id: int, now: datetime) -> bool:
    """Whether the recorded last use is old enough to be updated."""
    used = session.exec(select(col(ApiToken.used_at)).where(col(ApiToken.id) == token_id)).first()
    return used is None or now - used > SEEN_EVERY


def note_used(session: Session, token_id: int, now: datetime) -> None:
    session.execute(update(ApiToken).where(col(ApiToken.id) == token_id).values(used_at=now))
