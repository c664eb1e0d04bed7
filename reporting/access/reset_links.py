"""Password reset links (tickets): sent by mail, valid once and for a short time.

The link's secret is derived from the ticket's word and the installation's key when the mail is rendered, so
neither the outbox nor a copy of the database holds anything that opens an account.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from hashlib import sha256

from sqlmodel import Session, col, func, select, update

from models.account import Account, Ticket
from models.errors import NotFound
from models.notice import Notice
from models.settings import Settings
from models.vocabulary import Audience, NoticeKind
from reporting.access.accounts import set_password
from reporting.access.faults import SignInFault
from reporting.access.passwords import check_password, new_secret, secret_hash, spelled, spelled_before
from reporting.access.sessions import find_account
from reporting.audit.log import record
from reporting.reminders.ledger import PASSWORD

FOR_ASKING = timedelta(hours=1)
FOR_INVITING = timedelta(days=3)
MOST_AN_HOUR, MOST_A_DAY = 3, 8
LENGTH_BEFORE = 32
"""Of a ticket's word when its secret was still written with hyphens: the kept hash is of that spelling."""


def ticket_secret(key: str, word: str) -> str:
    """The secret at the end of a ticket's link."""
    made = hmac.digest(key.encode(), b"dondoc-ticket:" + word.encode(), sha256)
    return spelled_before(made) if len(word) == LENGTH_BEFORE else spelled(made)


def ask_for_ticket(session: Session, settings: Settings, address: str, now: datetime) -> bool:
    """Queue the mail for the account of an address; not for an unknown or closed account, or beyond the rate
    limit."""
    account = find_account(session, address)
    if account is None or account.closed_at is not None or _had_enough(session, account, now):
        return False
    send_ticket(session, settings, account, now, account.address, FOR_ASKING)
    return True


def send_ticket(
    session: Session,
    settings: Settings,
    account: Account,
    now: datetime,
    actor: str,
    holds: timedelta = FOR_INVITING,
) -> Ticket:
    """Make a ticket and queue its mail."""
    word = new_secret(24)
    secret = ticket_secret(settings.secret_key.get_secret_value(), word)
    ticket = Ticket(
        token_hash=secret_hash(secret), account_id=account.id, created_at=now, expires_at=now + holds
    )
    session.add(ticket)
    session.flush()
    session.add(_mail(ticket, account, word, now))
    record(session, now, actor, "send-ticket", "account", account.id, {}, {"expires_at": now + holds})
    return ticket


def _mail(ticket: Ticket, account: Account, word: str, now: datetime) -> Notice:
    return Notice(
        obligation_id=None,
        deadline_revision=0,
        rung=PASSWORD,
        repeat=ticket.id,
        recipient=account.address,
        kind=NoticeKind.PASSWORD.value,
        audience=Audience.ACCOUNT.value,
        moment=now,
        planned_at=now,
        immediate=True,
        words=word,
    )


def _had_enough(session: Session, account: Account, now: datetime) -> bool:
    """Whether the rate limit of mails to this account is reached."""

    def since(span: timedelta) -> int:
        query = select(func.count()).where(
            col(Ticket.account_id) == account.id, col(Ticket.created_at) > now - span
        )
        return session.exec(query).one()

    return since(timedelta(hours=1)) >= MOST_AN_HOUR or since(timedelta(days=1)) >= MOST_A_DAY


def account_of_ticket(session: Session, secret: str, now: datetime) -> Account:
    """The account of a ticket. Raises `NotFound` for a used, expired or unknown one."""
    query = (
        select(Account, Ticket)
        .join(Ticket, col(Ticket.account_id) == col(Account.id))
        .where(col(Ticket.token_hash) == secret_hash(secret))
    )
    found = session.exec(query).first()
    if found is None or found[0].closed_at is not None or _is_spent(found[1], now):
        raise NotFound(SignInFault.SPENT_LINK())
    return found[0]


def redeem(session: Session, secret: str, password: str, now: datetime) -> Account:
    """Set the password with a ticket; all tickets, sessions and API tokens of the account end.

    Raises `NotFound` for the ticket, `InvalidInput` for the password; the ticket is then still good.
    """
    account = account_of_ticket(session, secret, now)
    check_password(password, account.name, account.address)  # before the ticket is spent
    # Compare-and-swap: of two requests at once one succeeds.
    spent = (
        update(Ticket)
        .where(col(Ticket.token_hash) == secret_hash(secret), col(Ticket.used_at).is_(None))
        .values(used_at=now)
        .returning(col(Ticket.id))
    )
    if session.execute(spent).first() is None:
        raise NotFound(SignInFault.SPENT_LINK())
    set_password(session, account, password, now, account.address, and_tokens=True)
    return account


def _is_spent(ticket: Ticket, now: datetime) -> bool:
    return ticket.used_at is not None or now >= ticket.expires_at
