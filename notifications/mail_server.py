"""The mail server by the settings, and the name dondoc gives there (EHLO; RFC 5321, section 4.1.4).

Many servers refuse a name without a domain. A machine that has none borrows one: the sender's domain, else
that of the pages; at the very last it gives its address in brackets, as the RFC has it.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from aiosmtplib import SMTP

from models.mail_address import parse_sender
from models.settings import Settings

LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
FULL_NAME = re.compile(rf"(?:{LABEL}\.)+{LABEL}", re.ASCII)
OF_NO_USE = ("localhost", "localhost.localdomain", ".localdomain", ".localhost")
LOOPBACK = "[127.0.0.1]"


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """Where mails are handed in. `ca_file` holds the authorities to trust instead of the system's; `ehlo` is
    the name we call ourselves by; `label` stands in for host and port, where these change."""

    host: str
    port: int
    security: str = "plain"
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    connections: int = 4
    timeout: float = 20.0
    ca_file: Path | None = None
    ehlo: str | None = None
    label: str = ""

    @classmethod
    def from_settings(cls, settings: Settings, host: str, port: int) -> Self:
        password = settings.smtp_password
        return cls(
            host=host,
            port=port,
            security=settings.smtp_security,
            user=settings.smtp_user,
            password=password.get_secret_value() if password else None,
            connections=settings.smtp_connections,
            timeout=settings.smtp_timeout_seconds,
            ca_file=settings.smtp_ca_file,
            ehlo=ehlo_name(settings),
        )

    @property
    def name(self) -> str:
        return self.label or f"{self.host}:{self.port}"

    def client(self) -> SMTP:
        return SMTP(
            hostname=self.host,
            port=self.port,
            username=self.user,
            password=self.password,
            timeout=self.timeout,
            local_hostname=self.ehlo,
            use_tls=self.security == "tls",
            start_tls=self.security == "starttls",
            cert_bundle=str(self.ca_file) if self.ca_file else None,
        )


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
