"""Validation of mail addresses for contacts, accounts, settings and senders: what is accepted can be mailed.

A local part beyond ASCII is refused, because most relays have no SMTPUTF8 (RFC 6531) and cannot carry it.
A domain beyond ASCII is kept in the form that goes over the wire (RFC 5891). The network is not asked, and
names that the Internet does not know are taken: offices have mail servers that no public name leads to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import email_validator

from models.errors import InvalidInput
from models.setting_faults import SettingFault

email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()  # `.local` and `localhost` are what many offices have


SENDER = re.compile(
    r'(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<name>[^"<>,;:@\[\]\\]*?))\s*<(?P<address>[^<>]*)>'
    r"|(?P<only>[^<>\s]*)"
)


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Who all mails are from, as in `Đôn đốc báo cáo <dondoc@example.vn>`."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2].lower()


@lru_cache(maxsize=1024)
def plain_address(text: str) -> str | None:
    """The one address in the text as it is stored, in lower case and ASCII; None if it is none.

    Kept for a moment: 16 to 25 µs, which a mail takes twice, for its header and before it is handed in.
    """
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
    """Whether the text is an address in its stored form."""
    return plain_address(text) == text.lower()


SHELL = " (shell)"
"""Ends the name of an account of the machine in whose shell a command was given: no person is known."""


def actor_name(actor: str) -> str:
    """The name of one who acted, kept as `Name <address>` or as a name alone; empty of an account of a
    machine, which says nothing to those who get mails."""
    return "" if actor.endswith(SHELL) else actor.partition(" <")[0]


def actor_address(actor: str) -> str:
    """The address of one who acted; empty where none is kept."""
    return plain_address(actor.partition(" <")[2].partition(">")[0]) or ""


def parse_sender(text: str) -> Sender:
    """The sender as `Name <address>`, a name with other than plain characters in quotes, or the address
    alone. Raises `InvalidInput`, with the name in quotes if that is the fault."""
    found = SENDER.fullmatch(text.strip())
    address = plain_address(found["address"] or found["only"] or "") if found else None
    if found and address:
        quoted = found["quoted"]
        name = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else (found["name"] or "")
        return Sender(name=" ".join(name.split()), address=address)
    name, _, rest = text.rpartition("<")
    address = rest.rstrip(" >")
    if name.strip() and plain_address(address) and "<" not in name:
        corrected = name.strip().strip('"').replace('"', "'")
        raise InvalidInput(SettingFault.QUOTES(value=text, corrected=corrected, address=address))
    raise InvalidInput(SettingFault.SENDER(value=text))
