"""The second factor: one-time codes of an app (RFC 6238), and recovery codes that stand in for them once.

A person who has set one up is asked for it after the password, and after the office's sign-in service. Tokens
of the API need none: a program has no telephone. The secret is kept encrypted with a key derived from the
installation's: a copy of the database gives nobody a code. With another key it cannot be read any more;
recovery codes go on working, and an administrator can remove the second factor.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

import pyotp
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from sqlalchemy import Engine
from sqlmodel import Session, col, delete, func, select, update

from models.account import Account, RecoveryCode, SecondFactor
from models.database import reading, writing
from models.errors import DondocError
from models.notice import Notice
from models.settings import Settings
from models.text import folded
from models.vocabulary import AccessRole, Audience, NoticeKind
from reporting.access.faults import SignInFault
from reporting.access.passwords import hash_code, verify_password
from reporting.access.rights import Person
from reporting.access.sessions import half_signed_in, has_second_factor, open_session, spend_half
from reporting.audit.log import record
from reporting.reminders.ledger import SECOND_FACTOR

STEP = 30
DRIFT = (0, -1, 1)
"""Steps by which the clocks may differ."""
DIGITS = 6
CODES, CODE_LENGTH = 10, 10
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
"""Of recovery codes: none that is taken for another."""
OFFERED = frozenset({AccessRole.ADMINISTRATOR, AccessRole.MONITOR})
ISSUER = "dondoc"
CIPHER = {"alg": "dir", "enc": "A256GCM"}


class WrongCode(DondocError):
    """The code is not right, or was used already."""


class KeyChanged(DondocError):
    """The secret was encrypted with another key of the installation."""


class HalfGone(DondocError):
    """What was half signed in has expired or ended; the sign-in begins again."""


class Proof(NamedTuple):
    """What a right code is: a step of time, or a recovery code's row."""

    step: int = 0
    recovery_id: int = 0


@dataclass(frozen=True)
class Enrolment:
    """What is typed or scanned into the app, once."""

    secret: str
    uri: str


def may_have(person: Person) -> bool:
    """Who is offered a second factor."""
    return any(held.role in OFFERED for held in person.held)


def begin(session: Session, settings: Settings, account: Account, now: datetime) -> Enrolment:
    """A new secret that holds as soon as a code confirms it, in place of one that waits; the account has none
    that holds."""
    secret = pyotp.random_base32()
    _remove_unconfirmed(session, account.id)
    session.add(
        SecondFactor(account_id=account.id, secret=_encrypted(settings, account.id, secret), created_at=now)
    )
    return _enrolment(account, secret)


def _remove_unconfirmed(session: Session, account_id: int) -> None:
    waits = col(SecondFactor.account_id) == account_id, col(SecondFactor.confirmed_at).is_(None)
    session.execute(delete(SecondFactor).where(*waits))
    session.flush()


def pending(session: Session, settings: Settings, account: Account) -> Enrolment | None:
    """What waits to be confirmed."""
    held = session.get(SecondFactor, account.id)
    if held is None or held.confirmed_at is not None:
        return None
    return _enrolment(account, _decrypted(settings, account.id, held.secret))


def _enrolment(account: Account, secret: str) -> Enrolment:
    made = pyotp.TOTP(secret, name=account.address, issuer=ISSUER, interval=STEP)
    return Enrolment(secret, made.provisioning_uri())


def confirm(engine: Engine, settings: Settings, account_id: int, typed: str, now: datetime) -> list[str]:
    """From now on it holds; the recovery codes, to be shown this once. Raises `WrongCode`."""
    proof = _proof(engine, settings, account_id, typed, now)
    codes = new_codes()
    hashes = [hash_code(code) for code in codes]
    with writing(engine) as session:
        spend(session, settings, account_id, proof, now)
        account = session.get_one(Account, account_id)
        held = session.get_one(SecondFactor, account_id)
        if held.confirmed_at is not None:
            raise WrongCode(_code_fault(settings, now))  # another tab was first
        held.confirmed_at = now
        session.add(held)
        _keep_codes(session, account_id, hashes)
        record(session, now, account.address, "set-second-factor", "account", account_id)
    return codes


def renew_codes(engine: Engine, settings: Settings, account_id: int, typed: str, now: datetime) -> list[str]:
    """New recovery codes in place of the old ones, against a code. Raises `WrongCode`."""
    proof = _proof(engine, settings, account_id, typed, now)
    codes = new_codes()
    hashes = [hash_code(code) for code in codes]
    with writing(engine) as session:
        spend(session, settings, account_id, proof, now)
        _keep_codes(session, account_id, hashes)
        actor = session.get_one(Account, account_id).address
        record(session, now, actor, "renew-recovery-codes", "account", account_id)
    return codes


def switch_off(engine: Engine, settings: Settings, account_id: int, typed: str, now: datetime) -> None:
    """Against a code. Raises `WrongCode`."""
    proof = _proof(engine, settings, account_id, typed, now)
    with writing(engine) as session:
        spend(session, settings, account_id, proof, now)
        account = session.get_one(Account, account_id)
        _remove(session, account, now, account.address)


def remove(session: Session, account: Account, now: datetime, actor: str) -> bool:
    """By an administrator, for somebody who has lost telephone and recovery codes, who is told by mail.
    Whether there was one."""
    if not has_second_factor(session, account.id):
        return False
    _remove(session, account, now, actor)
    session.add(_mail(session, account, now))
    return True


def _remove(session: Session, account: Account, now: datetime, actor: str) -> None:
    session.execute(delete(RecoveryCode).where(col(RecoveryCode.account_id) == account.id))
    session.execute(delete(SecondFactor).where(col(SecondFactor.account_id) == account.id))
    record(session, now, actor, "remove-second-factor", "account", account.id)


def _mail(session: Session, account: Account, now: datetime) -> Notice:
    before = (col(Notice.rung) == SECOND_FACTOR, col(Notice.recipient) == account.address)
    return Notice(
        obligation_id=None,
        deadline_revision=0,
        rung=SECOND_FACTOR,
        repeat=session.exec(select(func.count()).select_from(Notice).where(*before)).one(),
        recipient=account.address,
        kind=NoticeKind.SECOND_FACTOR.value,
        audience=Audience.ACCOUNT.value,
        moment=now,
        planned_at=now,
        immediate=True,
    )


def finish_sign_in(
    engine: Engine, settings: Settings, secret: str, typed: str, now: datetime, program: str = ""
) -> str:
    """The session's secret, for half a sign-in and its code. Raises `HalfGone` or `WrongCode`."""
    with reading(engine) as session:
        account = half_signed_in(session, secret, now)
    if account is None:
        raise HalfGone("sign in again")
    proof = _proof(engine, settings, account.id, typed, now)
    with writing(engine) as session:
        if half_signed_in(session, secret, now) is None or not spend_half(session, secret):
            raise HalfGone("sign in again")
        spend(session, settings, account.id, proof, now)
        if proof.recovery_id:
            record(session, now, account.address, "use-recovery-code", "account", account.id)
        return open_session(session, account, now, program)


def codes_left(session: Session, account_id: int) -> int:
    mine = col(RecoveryCode.account_id) == account_id, col(RecoveryCode.used_at).is_(None)
    return session.exec(select(func.count()).select_from(RecoveryCode).where(*mine)).one()


def new_codes() -> list[str]:
    """As they are shown: two groups, with a hyphen that need not be typed."""
    half = CODE_LENGTH // 2
    letters = ["".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH)) for _ in range(CODES)]
    return [f"{each[:half]}-{each[half:]}" for each in letters]


def _keep_codes(session: Session, account_id: int, hashes: list[str]) -> None:
    session.execute(delete(RecoveryCode).where(col(RecoveryCode.account_id) == account_id))
    session.add_all(RecoveryCode(account_id=account_id, code_hash=each) for each in hashes)


def _proof(engine: Engine, settings: Settings, account_id: int, typed: str, now: datetime) -> Proof:
    """Raises `WrongCode`, or `KeyChanged`. The slow look at recovery codes holds no lock on the database."""
    plain = "".join(filter(str.isalnum, folded(typed[:100])))
    with reading(engine) as session:
        held = session.get(SecondFactor, account_id)
        mine = col(RecoveryCode.account_id) == account_id, col(RecoveryCode.used_at).is_(None)
        kept = list(session.exec(select(RecoveryCode).where(*mine)))
    found = None
    if held is not None and len(plain) == DIGITS and plain.isdecimal() and plain.isascii():
        found = _step(_decrypted(settings, account_id, held.secret), plain, settings, now)
    elif held is not None and len(plain) == CODE_LENGTH:
        spelled = f"{plain[: CODE_LENGTH // 2]}-{plain[CODE_LENGTH // 2 :]}"
        right = (each.id for each in kept if verify_password(each.code_hash, spelled))
        found = next((Proof(recovery_id=id) for id in right), None)
    if found is None:
        raise WrongCode(_code_fault(settings, now))
    return found


def _step(secret: str, code: str, settings: Settings, now: datetime) -> Proof | None:
    made = pyotp.TOTP(secret, interval=STEP)
    here = int(_present(settings, now).timestamp()) // STEP
    steps = (here + drift for drift in DRIFT)
    return next((Proof(step) for step in steps if hmac.compare_digest(made.generate_otp(step), code)), None)


def _present(settings: Settings, now: datetime) -> datetime:
    """What telephones go by, also where a demonstration's clock is shifted."""
    return now - settings.clock_shift


def _code_fault(settings: Settings, now: datetime) -> str:
    clock = _present(settings, now).astimezone(settings.zone)
    return SignInFault.CODE(clock=f"{clock:%H:%M:%S %d/%m/%Y}")


def spend(session: Session, settings: Settings, account_id: int, proof: Proof, now: datetime) -> None:
    """Take the code. Raises `WrongCode` where it was taken already, by compare-and-swap."""
    if proof.recovery_id:
        mine = col(RecoveryCode.id) == proof.recovery_id, col(RecoveryCode.used_at).is_(None)
        taken = update(RecoveryCode).where(*mine).values(used_at=now).returning(col(RecoveryCode.id))
    else:
        later = col(SecondFactor.account_id) == account_id, col(SecondFactor.last_step) < proof.step
        taken = (
            update(SecondFactor)
            .where(*later)
            .values(last_step=proof.step)
            .returning(col(SecondFactor.account_id))
        )
    if session.execute(taken.execution_options(synchronize_session=False)).first() is None:
        raise WrongCode(_code_fault(settings, now))


def _key(settings: Settings, account_id: int) -> OctKey:
    key = settings.secret_key.get_secret_value().encode()
    return OctKey.import_key(hmac.digest(key, f"dondoc-second-factor:{account_id}".encode(), sha256))


def _encrypted(settings: Settings, account_id: int, secret: str) -> str:
    return jwe.encrypt_compact(CIPHER, secret.encode(), _key(settings, account_id))


def _decrypted(settings: Settings, account_id: int, kept: str) -> str:
    """Raises `KeyChanged`."""
    try:
        return (jwe.decrypt_compact(kept, _key(settings, account_id)).plaintext or b"").decode()
    except (JoseError, ValueError) as error:
        raise KeyChanged(SignInFault.NO_KEY()) from error
