"""Server-side sessions: sign-in with address and password.

An answer never reveals whether an address is known. No number of wrong passwords locks an account, or anybody
could keep its person out; the pages slow down the one who guesses, by address and place.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlmodel import Session, col, delete, select

from calendars.zone import local_date
from models.account import Account, Attempts, HalfSignIn, SecondFactor, SignIn, Ticket
from models.database import writing
from models.errors import DondocError
from models.mail_address import plain_address
from reporting.access.faults import SignInFault
from reporting.access.passwords import new_secret, secret_hash, verify_password
from reporting.access.rights import Person, held_grants
from reporting.audit.log import record

LONGEST_WINDOW = timedelta(days=1)


def tidy_sign_ins(session: Session, now: datetime) -> None:
    """Delete expired sessions, whole or half, and tickets, and passed windows of attempts."""
    session.execute(delete(SignIn).where(col(SignIn.expires_at) <= now))
    session.execute(delete(HalfSignIn).where(col(HalfSignIn.expires_at) <= now))
    session.execute(delete(Ticket).where(col(Ticket.expires_at) <= now))
    session.execute(delete(Attempts).where(col(Attempts.window_start) < now - LONGEST_WINDOW))


LONGEST_SESSION = timedelta(days=7)
IDLE = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=5)
FOR_THE_CODE = timedelta(minutes=10)


class SignInRefused(DondocError):
    """Wrong address or password."""


class Entry(NamedTuple):
    """What somebody has reached: a session, or half a sign-in that lacks the code of the second factor."""

    secret: str
    lacks_code: bool


def sign_in(engine: Engine, address: str, password: str, now: datetime, program: str = "") -> Entry:
    """Raises `SignInRefused`. The slow look at the password holds no lock on the database."""
    with writing(engine) as session:
        account = find_account(session, address)
        known, kept = (account.id, account.password_hash) if account and not account.closed_at else (0, None)
    genuine = verify_password(kept, password)
    with writing(engine) as session:
        account = session.get(Account, known, with_for_update=True)
        if account is not None and genuine and account.closed_at is None:
            return enter(session, account, now, program)
    raise SignInRefused(SignInFault.REFUSED())


def enter(session: Session, account: Account, now: datetime, program: str = "") -> Entry:
    """A session for an authenticated account; half a sign-in where it has a second factor."""
    if not has_second_factor(session, account.id):
        return Entry(open_session(session, account, now, program), lacks_code=False)
    secret = new_secret()
    half = HalfSignIn(token_hash=secret_hash(secret), account_id=account.id, expires_at=now + FOR_THE_CODE)
    session.add(half)
    return Entry(secret, lacks_code=True)


def has_second_factor(session: Session, account_id: int) -> bool:
    """Whether one is set up and confirmed."""
    held = session.get(SecondFactor, account_id)
    return held is not None and held.confirmed_at is not None


def half_signed_in(session: Session, secret: str, now: datetime) -> Account | None:
    """The account of half a sign-in; None once it has expired, was completed, or the account is closed."""
    query = (
        select(Account)
        .join(HalfSignIn, col(HalfSignIn.account_id) == col(Account.id))
        .where(col(HalfSignIn.token_hash) == secret_hash(secret), col(HalfSignIn.expires_at) > now)
    )
    found = session.exec(query).first()
    return None if found is None or found.closed_at is not None else found


def spend_half(session: Session, secret: str) -> bool:
    """End half a sign-in; whether it was still there, so that it becomes one session at most."""
    gone = delete(HalfSignIn).where(col(HalfSignIn.token_hash) == secret_hash(secret))
    return session.execute(gone.returning(col(HalfSignIn.id))).first() is not None


def find_account(session: Session, address: str) -> Account | None:
    """The account of an address, locked until the transaction ends."""
    plain = address.strip().lower()
    if not plain.isprintable():  # PostgreSQL takes no NUL, and no address has one
        return None
    written = {plain, plain_address(plain) or plain}  # a domain beyond ASCII may be typed in either form
    query = select(Account).where(col(Account.address).in_(written)).with_for_update()
    return session.exec(query).first()


def open_session(session: Session, account: Account, now: datetime, program: str = "") -> str:
    """Open a session for an authenticated account; returns its secret."""
    secret = new_secret()
    session.add(
        SignIn(
            token_hash=secret_hash(secret),
            account_id=account.id,
            created_at=now,
            seen_at=now,
            expires_at=now + LONGEST_SESSION,
            program=program[:200],
        )
    )
    record(session, now, account.address, "sign-in", "account", account.id)
    return secret


def person_of(session: Session, secret: str, now: datetime, zone: ZoneInfo) -> Person | None:
    """The person of a session; None once it has ended, expired, or been idle for too long."""
    query = (
        select(SignIn, Account)
        .join(Account, col(Account.id) == col(SignIn.account_id))
        .where(col(SignIn.token_hash) == secret_hash(secret))
    )
    found = session.exec(query).first()
    if found is None:
        return None
    held, account = found
    if account.closed_at is not None or now >= held.expires_at or now - held.seen_at > IDLE:
        return None
    return as_person(session, account, now, zone)


def as_person(session: Session, account: Account, now: datetime, zone: ZoneInfo) -> Person:
    """The account as an acting person, with the grants in force today."""
    return Person(
        account_id=account.id,
        name=account.name,
        address=account.address,
        language=account.language,
        held=held_grants(session, account.id, local_date(now, zone)),
    )


def is_to_be_noted(session: Session, secret: str, now: datetime) -> bool:
    """Whether the recorded last activity is old enough to be updated."""
    held = _find(session, secret)
    return held is not None and now - held.seen_at > SEEN_EVERY


def note_seen(session: Session, secret: str, now: datetime) -> None:
    """Record activity, so that the session does not become idle."""
    held = _find(session, secret)
    if held is not None:
        held.seen_at = max(held.seen_at, now)
        session.add(held)


def _find(session: Session, secret: str) -> SignIn | None:
    return session.exec(select(SignIn).where(col(SignIn.token_hash) == secret_hash(secret))).first()


def sign_out(session: Session, secret: str) -> None:
    """End the session; does nothing where it has ended already."""
    held = _find(session, secret)
    if held is not None:
        session.delete(held)


def end_sessions(session: Session, account_id: int, but: str = "") -> int:
    """End the sessions of an account, as after a new password; all but the one with the secret `but`. What is
    half signed in ends in any case."""
    session.execute(delete(HalfSignIn).where(col(HalfSignIn.account_id) == account_id))
    found = session.exec(select(SignIn).where(col(SignIn.account_id) == account_id)).all()
    ended = [each for each in found if not but or each.token_hash != secret_hash(but)]
    for each in ended:
        session.delete(each)
    return len(ended)


def end_session(session: Session, account_id: int, sign_in_id: int) -> None:
    """End one session of the account; does nothing where it has ended or belongs to another account."""
    held = session.get(SignIn, sign_in_id)
    if held is not None and held.account_id == account_id:
        session.delete(held)


@dataclass(frozen=True)
class OpenSession:
    """A session as shown to its person; `is_this` is the current one."""

    id: int
    program: str
    began: datetime
    seen: datetime
    is_this: bool


def sessions_of(session: Session, account_id: int, secret: str, now: datetime) -> list[OpenSession]:
    """The sessions of an account valid at `now`, the last used first."""
    query = (
        select(SignIn)
        .where(
            col(SignIn.account_id) == account_id,
            col(SignIn.expires_at) > now,
            col(SignIn.seen_at) >= now - IDLE,
        )
        .order_by(col(SignIn.seen_at).desc(), col(SignIn.id))
    )
    mine = secret_hash(secret)
    return [
        OpenSession(each.id, each.program, each.created_at, each.seen_at, each.token_hash == mine)
        for each in session.exec(query)
    ]
