"""Passwords and secrets: argon2id for what people choose, SHA-256 for what chance made.

A secret of 32 random bytes cannot be guessed from its plain hash, so looking one up stays a single query.
"""

from __future__ import annotations

import secrets
from functools import lru_cache
from hashlib import sha256
from threading import BoundedSemaphore
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from models.errors import InvalidInput
from reporting.access.faults import AccountFault

SHORTEST, LONGEST = 10, 200
AT_ONCE = BoundedSemaphore(4)
"""Each hash takes 64 MB: a crowd at the door waits in line instead of filling the memory."""


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@lru_cache(maxsize=1)
def _nobody() -> str:
    """The hash of a password that nobody knows: an unknown address takes as long as a known one."""
    with AT_ONCE:
        return _hasher().hash(secrets.token_urlsafe())


def _plain(password: str) -> str:
    """One way of writing it: "ắ" may come as one character or as three, depending on the keyboard."""
    return normalize("NFKC", password).encode("utf-8", "replace").decode()


def hash_password(password: str) -> str:
    """The password's hash. Raises `InvalidInput` for one that is too short or too long."""
    plain = check_password(password)
    with AT_ONCE:
        return _hasher().hash(plain)


def check_password(password: str) -> str:
    """The password as it is hashed. Raises `InvalidInput` for one that is too short or too long."""
    plain = _plain(password)
    if not SHORTEST <= len(plain) <= LONGEST:
        raise InvalidInput(AccountFault.PASSWORD_LENGTH(shortest=SHORTEST, longest=LONGEST))
    return plain


def verify_password(kept: str | None, password: str) -> bool:
    """Whether the password is the one of the hash; as slow when there is none."""
    against = kept or _nobody()
    plain = _plain(password[: 4 * LONGEST])
    try:
        with AT_ONCE:
            _hasher().verify(against, plain[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None and len(plain) <= LONGEST


def secret_hash(secret: str) -> str:
    """What is kept of a secret, and looked up by."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
