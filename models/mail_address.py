"""What a mail address is, for contacts, accounts, settings and senders alike: what is accepted can be mailed.

A local part beyond ASCII is refused, because most relays have no SMTPUTF8 (RFC 6531) and cannot carry it.
A domain beyond ASCII is kept in the form that goes over the wire (RFC 5891). The network is not asked, and
names that the Internet does not know are taken: offices have mail servers that no public name leads to.
"""

from __future__ import annotations

from functools import lru_cache

import email_validator

email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()  # `.local` and `localhost` are what many offices have


@lru_cache(maxsize=16384)
def plain_address(text: str) -> str | None:
    """The one address in the text as it is stored, in lower case and ASCII; None if it is none."""
    try:
        found = email_validator.validate_email(
            text.strip(" ").lower(),
            allow_smtputf8=False,
            strict=True,
            check_deliverability=False,
            globally_deliverable=False,
        )
    except email_validator.EmailNotValidError:
        return None
    # RFC 3696, section 2: a last label of digits alone is part of a network address, never of a name.
    is_named = not found.ascii_domain.rpartition(".")[2].isdigit()
    return found.ascii_email if is_named else None


def is_address(text: str) -> bool:
    """Whether it can be mailed to as it stands."""
    return plain_address(text) == text.lower()
