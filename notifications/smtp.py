"""Handing mails to a mail server over a few lasting connections, and knowing when to leave it alone.

`down` is the circuit breaker: once no connection is to be had, or several mails in a row were turned away in
a way that speaks against the server and not against the mail, nothing more is tried in this pass.
"""

from __future__ import annotations

import asyncio
import math
import time
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import SMTP as SMTP_POLICY
from pathlib import Path
from types import TracebackType
from typing import Self

from aiosmtplib import SMTP, SMTPAuthenticationError, SMTPException

from models.mail_address import is_address
from models.settings import Settings
from notifications.answers import BrokenOff, Delivery, Fault, Outcome, Refusal, judge, on_one_line
from notifications.connection import AT_ONCE, Connection

MAILS_PER_CONNECTION = 200
"""Relays cut a connection off after some number of mails; it is renewed before that."""
PATIENCE = 5
"""Mails turned away in a row, with none taken between, after which the server is taken to be down."""


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """Where mails are handed in. `ca_file` holds the authorities to trust instead of the system's."""

    host: str
    port: int
    security: str = "plain"
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    connections: int = 4
    timeout: float = 20.0
    ca_file: Path | None = None

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
        )

    @property
    def name(self) -> str:
        return f"{self.host}:{self.port}"

    def client(self) -> SMTP:
        return SMTP(
            hostname=self.host,
            port=self.port,
            username=self.user,
            password=self.password,
            timeout=self.timeout,
            use_tls=self.security == "tls",
            start_tls=self.security == "starttls",
            cert_bundle=str(self.ca_file) if self.ca_file else None,
        )


@dataclass
class _Line:
    """One place for a connection; it is opened when there is something to send."""

    connection: Connection | None = None
    opening: asyncio.Lock = field(default_factory=asyncio.Lock)
    under_way: int = 0


class Courier:
    """Delivers mails over at most `server.connections` connections; `down` says why nothing more is tried."""

    def __init__(self, server: MailServer, patience: int = PATIENCE) -> None:
        self.server = server
        self.down: Delivery | None = None
        self.taken = 0
        self._patience = patience
        self._against, self._reached = 0, False
        lines = [_Line() for _ in range(server.connections)]
        self._places: asyncio.LifoQueue[_Line] = asyncio.LifoQueue()
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
        line = await self._places.get()
        line.under_way += 1
        try:
            delivery, was_used = await self._try(line, sender, recipient, message, give_up)
            if was_used and delivery.outcome is Outcome.SOON and line.connection is None:
                # The server closed a connection that had served before: a fresh one may do.
                delivery, _ = await self._try(line, sender, recipient, message, give_up)
        finally:
            line.under_way -= 1
            self._places.put_nowait(line)
        self._weigh(delivery)
        return delivery

    async def _try(
        self, line: _Line, sender: str, recipient: str, message: bytes, give_up: float
    ) -> tuple[Delivery, bool]:
        """What came of it, and whether the connection had served before."""
        if not is_address(recipient):
            # Before it comes near the wire: a line end in it would be a command.
            said = on_one_line(f"the address {recipient!r} cannot be mailed to")
            return Delivery(Outcome.BAD_ADDRESS, said, Fault.RECIPIENT), False
        connection = line.connection if self._is_ready(line) else await self._connected(line)
        if connection is None:
            return self.down or Delivery(Outcome.NOT_TRIED), False
        if time.monotonic() > give_up:
            return Delivery(Outcome.NOT_TRIED, "the server was too slow for the lease", Fault.SERVER), False
        was_used = connection.mails > 0
        try:
            await connection.hand_in(sender, recipient, *_fitted(connection, message))
        except (Refusal, BrokenOff) as error:
            if connection.is_over and line.connection is connection:
                line.connection = None
            return judge(error), was_used
        return Delivery(Outcome.SENT), was_used

    def _is_ready(self, line: _Line) -> bool:
        connection = line.connection
        if connection is None or connection.is_over or self.down is not None:
            return False
        return connection.mails < MAILS_PER_CONNECTION

    async def _connected(self, line: _Line) -> Connection | None:
        async with line.opening:
            if self.down is not None:
                return None
            if line.connection is not None and line.connection.is_over:
                line.connection = None
            if line.connection is not None and line.connection.mails >= MAILS_PER_CONNECTION:
                await line.connection.quit()
                line.connection = None
            if line.connection is None:
                line.connection = await self._opened()
            return line.connection

    async def _opened(self) -> Connection | None:
        client = self.server.client()
        try:
            await client.connect()
            if client.last_ehlo_response is None:
                await client.ehlo()  # what the server can do decides how the first mail is written
            return Connection(client, self.server.timeout)
        except (SMTPException, BrokenOff, OSError, ValueError) as error:
            client.close()
            fault = Fault.SENDER if isinstance(error, SMTPAuthenticationError) else Fault.SERVER
            self._give_up(f"{self.server.name}: {_words(error)}", fault)
            return None

    @property
    def reached(self) -> bool:
        """Whether the server said anything about some mail that shows that it works."""
        return self._reached

    def _weigh(self, delivery: Delivery) -> None:
        """The circuit breaker."""
        if delivery.outcome is Outcome.SENT:
            self.taken += 1
            self._patience = PATIENCE
        if delivery.outcome in (Outcome.SENT, Outcome.BAD_ADDRESS):
            self._against, self._reached = 0, True
        if delivery.outcome is Outcome.SERVER_DOWN:
            self._give_up(delivery.said, delivery.fault or Fault.SERVER)
        self._against += delivery.speaks_against_server
        if self._against >= self._patience:
            said = f"{self._against} in a row were not taken, the last: {delivery.said}"
            self._give_up(said, Fault.SERVER)

    def _give_up(self, said: str, fault: Fault) -> None:
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
