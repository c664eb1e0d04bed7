"""The name dondoc calls itself by at a mail server (EHLO; RFC 5321, section 4.1.4).

Many servers refuse a name without a domain. A machine that has none borrows one: the sender's domain, else
that of the pages; at the very last it gives its address in brackets, as the RFC has it.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from urllib.parse import urlsplit

from models.mail_address import parse_sender
from models.settings import Settings

LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
FULL_NAME = re.compile(rf"(?:{LABEL}\.)+{LABEL}", re.ASCII)
OF_NO_USE = ("localhost", "localhost.localdomain", ".localdomain", ".localhost")
LOOPBACK = "[127.0.0.1]"


def ehlo_name(settings: Settings, machine: str | None = None) -> str:
    """The setting; else the first full name of the machine's, the sender's domain and the pages' host."""
    if settings.smtp_ehlo:
        return settings.smtp_ehlo
    domain = parse_sender(settings.mail_from).domain
    pages = urlsplit(settings.base_url).hostname or ""
    names = (socket.gethostname() if machine is None else machine, domain, pages)
    return next((name for name in names if is_full_name(name)), LOOPBACK)


def is_full_name(name: str) -> bool:
    """Whether it is a name with a domain that means something to others, and no bare address."""
    if not FULL_NAME.fullmatch(name) or name.lower().endswith(OF_NO_USE):
        return False
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return True
    return False
