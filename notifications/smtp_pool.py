"""SMTP connection pool with a circuit breaker: mails over a few persistent connections of aiosmtplib.

`down` is the circuit breaker: once no connection can be opened, or several mails in a row were turned away in
a way that speaks against the server and not against the mail, nothing more is tried in this pass.
"""

from __future__ import annotations

import asyncio
import math
import re
import time
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import SMTP as SMTP_POLICY
from types import TracebackType
from typing import Self

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPException,
    SMTPResponse,
    SMTPResponseException,
    SMTPServerDisconnected,
    SMTPStatus,
)

from calendars.errors import Fault as Reason
from models.mail_address import is_address
from notifications.broken_connection import connection_fault
from notifications.mail_server import MailServer
from notifications.smtp_replies import (
    SERVICE_CLOSING,
    Delivery,
    Outcome,
    Refusal,
    SmtpFault,
    SmtpStep,
    broken_off,
    judge,
    on_one_line,
)
from reporting.stops import ConnectionFault, Stop, stop

MAILS_PER_CONNECTION = 200
"""Relays cut a connection off after some number of mails; it is renewed before that."""
OUR_NAME = re.compile(r"\b(?:helo|ehlo)\b|fully.qualified", re.IGNORECASE)
"""What servers that do not like our name say."""
GOES_ON = {
    SmtpStep.MAIL: (SMTPStatus.completed,),
    SmtpStep.RCPT: (SMTPStatus.completed, SMTPStatus.will_forward),
    SmtpStep.DATA: (SMTPStatus.start_input,),
    SmtpStep.CONTENT: (SMTPStatus.completed,),
}
"""The answers to each step after which the next may come."""
LINE_WITH_DOT = re.compile(rb"^\.", re.MULTILINE)
"""What would end the content too early (RFC 5321, section 4.5.2)."""
PATIENCE = 5
"""Mails turned away in a row, with none taken between, after which the server is taken to be down."""


@dataclass
class _PooledConnection:
    """A connection that is opened when there is something to send, and the mails it has carried.

    `is_barred`: the server did not let it in while others were open.
    """

    client: SMTP | None = None
    mails: int = 0
    is_opening: bool = False
    is_barred: bool = False

    @property
    def is_open(self) -> bool:
        return self.client is not None and self.client.is_connected

    async def close(self) -> None:
        """Say goodbye where somebody still listens."""
        client, self.client, self.mails = self.client, None, 0
        if client is not None:
            with suppress(SMTPException, OSError):  # the server may be quicker
                await client.quit()
            client.close()


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
        self._connections = [_PooledConnection() for _ in range(server.connections)]
        self._free: asyncio.LifoQueue[_PooledConnection] = asyncio.LifoQueue()
        for connection in self._connections:
            self._free.put_nowait(connection)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.gather(*(connection.close() for connection in self._connections))

    async def deliver(
        self, sender: str, recipient: str, message: bytes, *, give_up: float = math.inf
    ) -> Delivery:
        """Hand one mail in, not after `give_up` (monotonic seconds); a failure comes back as a `Delivery`."""
        if not is_address(recipient):
            # Before it comes near the wire: a line end in it would be a command.
            return Delivery(Outcome.UNUSABLE, ConnectionFault.UNUSABLE(), SmtpFault.RECIPIENT)
        delivery = None
        while delivery is None:
            connection = await self._free.get()
            try:
                delivery = await self._try(connection, sender, recipient, message, give_up)
            finally:
                if not connection.is_barred:  # else the mail goes over another
                    self._free.put_nowait(connection)
        self._weigh(delivery)
        return delivery

    async def _try(
        self, connection: _PooledConnection, sender: str, recipient: str, message: bytes, give_up: float
    ) -> Delivery | None:
        """What came of it; None where the server lets this connection in no more."""
        if self.down is not None:
            return self.down
        was_used = connection.is_open and connection.mails > 0
        client = await self._opened(connection)
        if client is None:
            return self.down
        if time.monotonic() > give_up:
            return Delivery(Outcome.NOT_TRIED, "the server was too slow for the lease", SmtpFault.SERVER)
        connection.mails += 1
        delivery = await _hand_in(client, sender, recipient, message)
        if was_used and delivery.outcome is Outcome.SOON and not connection.is_open:
            # The server closed a connection that had served before: a fresh one may do.
            return await self._try(connection, sender, recipient, message, give_up)
        return delivery

    async def _opened(self, connection: _PooledConnection) -> SMTP | None:
        """The connection, renewed where that is needed; None where none can be opened."""
        if connection.is_open and connection.mails < MAILS_PER_CONNECTION:
            return connection.client
        connection.is_opening = True
        await connection.close()
        client = self.server.client()
        try:
            await client.connect()
            if client.last_ehlo_response is None:
                await client.ehlo()  # what the server can do decides how the first mail is written
        except (SMTPException, OSError, ValueError) as error:
            client.close()
            self._bar(connection, error)
            return None
        finally:
            connection.is_opening = False
        connection.client = client
        return client

    def _bar(self, connection: _PooledConnection, error: Exception) -> None:
        """Of one connection more than the server allows, nothing is to be feared as long as another is open
        or being opened. When none can be opened, the server is down."""
        others = [each for each in self._connections if each is not connection]
        if any(each.is_open or each.is_opening for each in others):
            connection.is_barred = True
            return
        code, fault = Stop.UNREACHABLE, SmtpFault.SERVER
        if isinstance(error, SMTPAuthenticationError):
            code, fault = Stop.LOGIN, SmtpFault.SENDER
        elif getattr(error, "code", None) == SERVICE_CLOSING:
            code = Stop.CROWDED
        self._give_up(code, _words(error), fault, connections=self.server.connections)

    @property
    def barred(self) -> int:
        """How many connections the server did not let in while others were open."""
        return sum(connection.is_barred for connection in self._connections)

    def _weigh(self, delivery: Delivery) -> None:
        """The circuit breaker."""
        if delivery.outcome is Outcome.SENT:
            self.taken += 1
            self._patience = PATIENCE
        if delivery.outcome in (Outcome.SENT, Outcome.NO_SUCH_ADDRESS):
            self._against = 0
        if delivery.outcome is Outcome.SERVER_DOWN:
            self._give_up(Stop.SENDER, delivery.said, delivery.fault or SmtpFault.SERVER)
        self._against += delivery.speaks_against_server
        if self._against >= self._patience:
            self.turn_away(self._against, delivery.said)

    def turn_away(self, number: int, said: str) -> None:
        """So many mails were not taken for the server's or the sender's fault: nothing more is tried."""
        code = Stop.NAME if OUR_NAME.search(said) else Stop.TURNED_AWAY
        code = Stop.BROKEN if isinstance(said, Reason) else code
        self._give_up(code, said, SmtpFault.SERVER, number=number)

    def _give_up(self, code: Stop, said: str, fault: SmtpFault, **values: int) -> None:
        self.stop = self.stop or stop(code, server=self.server.name, words=said, **values)
        self.down = self.down or Delivery(Outcome.SERVER_DOWN, said, fault)


async def _hand_in(client: SMTP, sender: str, recipient: str, message: bytes) -> Delivery:
    """One mail over an open connection, step by step: aiosmtplib's own `sendmail` would not say how far it
    had come. After a break the connection is closed."""
    option, content = _fitted(client, message)
    steps = {
        SmtpStep.MAIL: f"MAIL FROM:<{sender}>{option}".encode(),
        SmtpStep.RCPT: f"RCPT TO:<{recipient}>".encode(),
        SmtpStep.DATA: b"DATA",
        SmtpStep.CONTENT: content,  # from here on a break leaves it open whether the server has the mail
    }
    for step, octets in steps.items():
        try:
            send = _content if step is SmtpStep.CONTENT else SMTP.execute_command
            code, text = await send(client, octets)
        except SMTPResponseException:
            client.close()
            return broken_off(step, ConnectionFault.NOT_SMTP())
        except (SMTPException, OSError) as error:
            client.close()
            return broken_off(step, _words(error))
        if code not in GOES_ON[step]:
            await _after_refusal(client, code)
            return judge(Refusal(step, code, text))
    return Delivery(Outcome.SENT, on_one_line(f"{code} {text}"))


async def _content(client: SMTP, content: bytes) -> SMTPResponse:
    """Send the content after DATA."""
    if client.protocol is None:
        raise SMTPServerDisconnected("Connection lost")
    client.protocol.write(LINE_WITH_DOT.sub(rb"..", content).rstrip(b"\r\n") + b"\r\n.\r\n")
    return await client.protocol.read_response(client.timeout)


async def _after_refusal(client: SMTP, code: int) -> None:
    if code == SERVICE_CLOSING:
        client.close()  # RFC 5321, section 3.8: the server goes; nothing more will be answered
    elif client.is_connected:
        with suppress(SMTPException, OSError):
            await client.rset()


def _fitted(client: SMTP, message: bytes) -> tuple[str, bytes]:
    """The option of MAIL, and the message as this server can take it."""
    if message.isascii():
        return "", message
    if client.supports_extension("8bitmime"):
        return " BODY=8BITMIME", message
    # The headers stay as they are: folded again, Vietnamese words would run together.
    policy = SMTP_POLICY.clone(cte_type="7bit", refold_source="none")
    return "", message_from_bytes(message, policy=policy).as_bytes(policy=policy)


def _words(error: Exception) -> str:
    """What was said, on one line, for the ledger; ours to say where it is about the connection."""
    fault = connection_fault(error)
    if fault is not None:
        return fault
    code = getattr(error, "code", None)
    text = getattr(error, "message", None) or str(error) or type(error).__name__
    return on_one_line(f"{code} {text}" if code else str(text))
