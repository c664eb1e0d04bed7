"""Secrets that stand in addresses: letters and digits alone.

A mail program that looks for links in a text leaves off a hyphen or an underscore at the end, and with it the
last character of the secret. Those made earlier had both, and go on working.
"""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64encode
from functools import cache
from itertools import count
from string import ascii_letters, digits

ALPHABET = digits + ascii_letters


def spelled(octets: bytes) -> str:
    """The octets in letters and digits; as many for each value of one length."""
    number, found = int.from_bytes(octets), []
    for _ in range(_length(len(octets))):
        number, digit = divmod(number, len(ALPHABET))
        found.append(ALPHABET[digit])
    return "".join(found)


def spelled_before(octets: bytes) -> str:
    """The octets as secrets were written before."""
    return urlsafe_b64encode(octets).decode().rstrip("=")


def new_secret(octets: int = 32) -> str:
    """A secret for a cookie, a link or a token: shown once, kept as its hash alone."""
    return spelled(secrets.token_bytes(octets))


@cache
def _length(octets: int) -> int:
    """How many characters hold any value of so many octets."""
    return next(n for n in count(1) if len(ALPHABET) ** n >= 256**octets)
