"""Handing mails to a mail server over a few lasting connections, and knowing when to leave it alone.

`down` is the circuit breaker: once no connection is to be had, or several mails in a row were turned away in
a way that speaks against the server and not against the mail, nothing more is tried in this pass.
"""

from __future__ import annotations

import asyncio
import math
import re
import time
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import SMTP as SMTP_POLICY
from pathlib import Path
from types import TracebackType
from typing import Self

from aiosmtplib import SMTP, SMTPAuthenticationError, SMTPException

from calendars.errors import Fault as Reason
from models.mail_address import is_address
from models.settings import Settings
from notifications.ehlo import ehlo_name
from notifications.smtp_connection import AT_ONCE, Connection
from notifications.smtp_replies import (
    SERVICE_CLOSING,
    BrokenOff,
    Delivery,
    Outcome,
    Refusal,
    SmtpFault,
    judge,
    on_one_line,
)
from reporting.stops import Stop, heard, stop

MAILS_PER_CONNECTION = 200
"""Relays cut a connection off after some number of mails; it is renewed before that."""
OUR_NAME = re.compile(r"\b(?:helo|ehlo)\b|fully.qualified", re.IGNORECASE)
"""What servers that do not like our name say."""
PATIENCE = 5
"""Mails turned away in a row, with none taken between, after which the server is taken to be down."""


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


@dataclass
class _PooledConnection:
    """One place for a connection; it is opened when there is something to send. `is_barred`: the server did
    not let it in while others were open."""

    connection: Connection | None = None
    opening: asyncio.Lock = field(default_factory=asyncio.Lock)
    is_barred: bool = False

    @property
    def is_in_use(self) -> bool:
        """Open, or about to be."""
        return self.opening.locked() or (self.connection is not None and not self.connection.is_over)


class Courier:
    """Delivers mails over at most `server.connections` connections, over fewer where the server lets in no
    more; `down` says that nothing more is tried, and `stop` why."""

    def __init__(self, server: MailServer, patience: int = PATIENCE) -> None:
        self.server = server
        self.down: Delivery | None = None
        self.stop: Reason | None = None
        self.taken = 0
        self._patience = patience
        self._against = 0
        lines = [_PooledConnection() for _ in range(server.connections)]
        self._places: asyncio.LifoQueue[_PooledConnection] = asyncio.LifoQueue()
        for line in lines * AT_ONCE:
            self._places.put_nowait(line)
        self._lines = lines

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        open_ones = [line.connection for line in self._lines if line.connection is not None]
        await asyncio.gather(*(connection.quit() for connection in open_ones))

    async def deliver(
        self, sender: str, recipient: str, message: bytes, *, give_up: float = math.inf
    ) -> Delivery:
        """Hand one mail in, not after `give_up` (monotonic seconds); a failure comes back as a `Delivery`."""
        while True:
            line = await self._places.get()
            if line.is_barred and self.down is None:
                continue  # its places are not put back: the mail goes over another
            try:
                delivery, was_used = await self._try(line, sender, recipient, message, give_up)
                if was_used and delivery.outcome is Outcome.SOON and line.connection is None:
                    # The server closed a connection that had served before: a fresh one may do.
                    delivery, _ = await self._try(line, sender, recipient, message, give_up)
            finally:
                self._places.put_nowait(line)
            if not (line.is_barred and delivery.outcome is Outcome.NOT_TRIED):
                break
        self._weigh(delivery)
        return delivery

    async def _try(
        self, line: _PooledConnection, sender: str, recipient: str, message: bytes, give_up: float
    ) -> tuple[Delivery, bool]:
        """What came of it, and whether the connection had served before."""
        if not is_address(recipient):
            # Before it comes near the wire: a line end in it would be a command.
            said = on_one_line(f"the address {recipient!r} cannot be mailed to")
            return Delivery(Outcome.UNUSABLE, said, SmtpFault.RECIPIENT), False
        connection = line.connection if self._is_ready(line) else await self._connected(line)
        if connection is None:
            return self.down or Delivery(Outcome.NOT_TRIED), False
        if time.monotonic() > give_up:
            return Delivery(
                Outcome.NOT_TRIED, "the server was too slow for the lease", SmtpFault.SERVER
            ), False
        was_used = connection.mails > 0
        try:
            await connection.hand_in(sender, recipient, *_fitted(connection, message))
        except (Refusal, BrokenOff) as error:
            if connection.is_over and line.connection is connection:
                line.connection = None
            return judge(error), was_used
        return Delivery(Outcome.SENT), was_used

    def _is_ready(self, line: _PooledConnection) -> bool:
        connection = line.connection
        if connection is None or connection.is_over or self.down is not None:
            return False
        return connection.mails < MAILS_PER_CONNECTION

    async def _connected(self, line: _PooledConnection) -> Connection | None:
        async with line.opening:
            if self.down is not None or line.is_barred:
                return None
            if line.connection is not None and line.connection.is_over:
                line.connection = None
            if line.connection is not None and line.connection.mails >= MAILS_PER_CONNECTION:
                await line.connection.quit()
                line.connection = None
            if line.connection is None:
                line.connection = await self._opened(line)
            return line.connection

    async def _opened(self, line: _PooledConnection) -> Connection | None:
        client = self.server.client()
        try:
            await client.connect()
            if client.last_ehlo_response is None:
                await client.ehlo()  # what the server can do decides how the first mail is written
            return Connection(client, self.server.timeout)
        except (SMTPException, BrokenOff, OSError, ValueError) as error:
            client.close()
            self._bar(line, error)
            return None

    def _bar(self, line: _PooledConnection, error: Exception) -> None:
        """Of one connection more than the server allows, nothing is to be feared as long as another is open
        or being opened. When none is to be had, the server is down."""
        others = [each for each in self._lines if each is not line]
        if any(each.is_in_use for each in others):
            line.is_barred = True
            return
        code, fault = Stop.UNREACHABLE, SmtpFault.SERVER
        if isinstance(error, SMTPAuthenticationError):
            code, fault = Stop.LOGIN, SmtpFault.SENDER
        elif getattr(error, "code", None) == SERVICE_CLOSING:
            code = Stop.CROWDED
        words = _words(error)
        reason = self._stop(code, words, connections=self.server.connections)
        self._give_up(reason, f"{self.server.name}: {words}", fault)
        for each in self._lines:  # whoever waits for a place is told
            self._places.put_nowait(each)

    @property
    def barred(self) -> int:
        """How many connections the server did not let in while others were open."""
        return sum(line.is_barred for line in self._lines)

    def _weigh(self, delivery: Delivery) -> None:
        """The circuit breaker."""
        if delivery.outcome is Outcome.SENT:
            self.taken += 1
            self._patience = PATIENCE
        if delivery.outcome in (Outcome.SENT, Outcome.NO_SUCH_ADDRESS):
            self._against = 0
        if delivery.outcome is Outcome.SERVER_DOWN:
            reason = self._stop(Stop.SENDER, delivery.said)
            self._give_up(reason, delivery.said, delivery.fault or SmtpFault.SERVER)
        self._against += delivery.speaks_against_server
        if self._against >= self._patience:
            self.turn_away(self._against, delivery.said)

    def turn_away(self, number: int, said: str) -> None:
        """So many mails were not taken for the server's or the sender's fault: nothing more is tried."""
        code = Stop.NAME if OUR_NAME.search(said) else Stop.TURNED_AWAY
        code = Stop.BROKEN if isinstance(heard(said), Reason) else code
        self._give_up(self._stop(code, said, number=number), said, SmtpFault.SERVER)

    def _stop(self, code: Stop, words: str, **values: int) -> Reason:
        return stop(code, server=self.server.name, words=words, **values)

    def _give_up(self, reason: Reason, said: str, fault: SmtpFault) -> None:
        self.stop = self.stop or reason
        self.down = self.down or Delivery(Outcome.SERVER_DOWN, said, fault)


def _fitted(connection: Connection, message: bytes) -> tuple[str, bytes]:
    """The options of MAIL, and the message as this server can take it."""
    if message.isascii():
        return "", message
    if connection.takes_8bit:
        return " BODY=8BITMIME", message
    # The headers stay as they are: folded anew, Vietnamese words would run together.
    policy = SMTP_POLICY.clone(cte_type="7bit", refold_source="none")
    return "", message_from_bytes(message, policy=policy).as_bytes(policy=policy)


def _words(error: Exception) -> str:
    """What was said, on one line, for the ledger."""
    code = getattr(error, "code", None)
    text = getattr(error, "message", None) or str(error) or type(error).__name__
    return on_one_line(f"{code} {text}" if code else str(text))
