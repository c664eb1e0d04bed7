"""Passwords and secrets: argon2id for passwords that people choose, SHA-256 for random secrets.

A secret of 32 random bytes cannot be guessed from its plain hash, so looking one up stays a single query.
Secrets are part of addresses and consist of letters and digits alone: a mail program that looks for links
leaves off a hyphen or an underscore at the end. Older secrets had both, and go on working.
"""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64encode
from functools import cache
from hashlib import sha256
from math import ceil, log2
from string import ascii_letters, digits
from threading import BoundedSemaphore
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from models.errors import InvalidInput
from reporting.access.faults import AccountFault
from reporting.access.guessed_passwords import cores_of, is_common

HASHER = PasswordHasher()
ALPHABET = digits + ascii_letters
SHORTEST, LONGEST = 10, 200
AT_ONCE = BoundedSemaphore(4)
"""Each hash takes 64 MB, so the number at once is limited."""


@cache
def _nobody() -> str:
    """The hash of a random password: checking an unknown address takes as long as a known one."""
    with AT_ONCE:
        return HASHER.hash(secrets.token_urlsafe())


def _plain(password: str) -> str:
    """The password normalised: "ắ" may come as one character or as three, depending on the keyboard."""
    return normalize("NFKC", password).encode("utf-8", "replace").decode()


def hash_password(password: str, *own: str) -> str:
    """The password's hash. Raises `InvalidInput` as `check_password`."""
    plain = check_password(password, *own)
    with AT_ONCE:
        return HASHER.hash(plain)


def check_password(password: str, *own: str) -> str:
    """The password as it is hashed; `own` are the account's name and address.

    Raises `InvalidInput` for one that is too short or too long, common, or the account's own name.
    """
    plain = _plain(password)
    if not SHORTEST <= len(plain) <= LONGEST:
        raise InvalidInput(AccountFault.PASSWORD_LENGTH(shortest=SHORTEST, longest=LONGEST))
    if is_common(plain):
        raise InvalidInput(AccountFault.PASSWORD_COMMON())
    names = {core for name in own for each in (name, name.partition("@")[0]) for core in cores_of(each)}
    if cores_of(plain) & names:
        raise InvalidInput(AccountFault.PASSWORD_OWN())
    return plain


def hash_code(code: str) -> str:
    """The hash of a code that chance made, short enough to be typed; `verify_password` looks at it."""
    with AT_ONCE:
        return HASHER.hash(_plain(code))


def verify_password(kept: str | None, password: str) -> bool:
    """Whether the password is the one of the hash; as slow when there is none."""
    against = kept or _nobody()
    plain = _plain(password[: 4 * LONGEST])
    try:
        with AT_ONCE:
            HASHER.verify(against, plain[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None and len(plain) <= LONGEST


def secret_hash(secret: str) -> str:
    """The hash under which a secret is stored and looked up."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def spelled(octets: bytes) -> str:
    """The octets in base 62; the same length for every value of one size."""
    number, found = int.from_bytes(octets), []
    for _ in range(ceil(8 * len(octets) / log2(len(ALPHABET)))):
        number, digit = divmod(number, len(ALPHABET))
        found.append(ALPHABET[digit])
    return "".join(found)


def spelled_before(octets: bytes) -> str:
    """The octets in URL-safe base64, as older secrets were written."""
    return urlsafe_b64encode(octets).decode().rstrip("=")


def new_secret(octets: int = 32) -> str:
    """A random secret for a cookie, a link or a token; only its hash is stored."""
    return spelled(secrets.token_bytes(octets))
