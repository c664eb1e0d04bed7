"""The mail server by the settings, and the name dondoc gives there (EHLO; RFC 5321, section 4.1.4).

Many servers refuse a name without a domain. A machine that has none borrows one: the sender's domain, else
that of the pages; at the very last it gives its address in brackets, as the RFC has it.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from aiosmtplib import SMTP

from models.mail_address import parse_sender
from models.settings import Settings
from models.system_faults import system_words
from notifications.mailbox import MAILBOX, local_mailbox
from reporting.health.checkup import Check, CheckResult, CheckupFinding, fail, ok, warn

LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
FULL_NAME = re.compile(rf"(?:{LABEL}\.)+{LABEL}", re.ASCII)
OF_NO_USE = ("localhost", "localhost.localdomain", ".localdomain", ".localhost")
LOOPBACK = "[127.0.0.1]"
GREETING = b"220"
CONNECT_SECONDS = 5.0


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """Where mails are handed in. `ca_file` holds the authorities to trust instead of the system's; `ehlo` is
    the name we call ourselves by; `name` what people know the server by, where it is not host and port."""

    host: str
    port: int
    security: str = "plain"
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    connections: int = 4
    timeout: float = 20.0
    ca_file: Path | None = None
    ehlo: str | None = None
    name: str = ""

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


def server_name(settings: Settings) -> str:
    """What people know the mail server by."""
    return f"{settings.smtp_host}:{settings.smtp_port}" if settings.smtp_host else MAILBOX


@asynccontextmanager
async def mail_server(settings: Settings) -> AsyncIterator[MailServer]:
    """The server of the settings; where there is none, the local mailbox, for as long as the block runs."""
    name, password = server_name(settings), settings.smtp_password
    if settings.smtp_host is None:
        async with local_mailbox(settings.home / MAILBOX) as (host, port):
            yield MailServer(
                name=name, host=host, port=port, connections=settings.smtp_connections, ehlo="localhost"
            )
        return
    yield MailServer(
        name=name,
        host=settings.smtp_host,
        port=settings.smtp_port,
        security=settings.smtp_security,
        user=settings.smtp_user,
        password=password.get_secret_value() if password else None,
        connections=settings.smtp_connections,
        timeout=settings.smtp_timeout_seconds,
        ca_file=settings.smtp_ca_file,
        ehlo=ehlo_name(settings),
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


def mail_finding(settings: Settings, seconds: float = CONNECT_SECONDS) -> CheckupFinding:
    """Whether the mail server answers within so many seconds; nothing is sent."""
    if settings.smtp_host is None:
        return ok(Check.MAIL, CheckResult.MAILBOX, folder=settings.home / MAILBOX)
    where = f"{settings.smtp_host}:{settings.smtp_port}"
    try:
        with socket.create_connection((settings.smtp_host, settings.smtp_port), seconds) as server:
            # With TLS from the start the server waits for us; that it took the connection must do.
            greeting = GREETING if settings.smtp_security == "tls" else server.recv(200)
    except OSError as error:
        return fail(Check.MAIL, CheckResult.MAIL_SILENT, where=where, reason=system_words(error))
    if not greeting.startswith(GREETING):
        return fail(Check.MAIL, CheckResult.MAIL_FOREIGN, where=where)
    return ok(Check.MAIL, CheckResult.MAIL_ANSWERS, where=where)


def ehlo_finding(settings: Settings, machine: str | None = None) -> CheckupFinding:
    """Whether the name we call ourselves by is one that mail servers take: with a domain."""
    name = ehlo_name(settings, machine)
    if is_full_name(name):
        return ok(Check.EHLO, CheckResult.EHLO, name=name)
    return warn(Check.EHLO, CheckResult.EHLO_PART, name=name)
