"""A real mail server whose behaviour a test sets: it takes, refuses, hangs, cuts off, is slow."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from models.settings import Settings

Act = Callable[[], Awaitable[None]]


class MailServer:
    """`answers` by step (connect, mail, rcpt, data, content) or by address; `acts` happen at a step.

    An answer is SMTP's words, or "hang", or "cut". `times` lets the bad answers end after so many; those of
    `after` begin after so many. Of more than `most_connections` at once it turns the last away.
    """

    def __init__(
        self,
        answers: dict[str, str] | None = None,
        *,
        acts: dict[str, Act] | None = None,
        pipelines: bool = True,
        times: int | None = None,
        after: dict[str, tuple[int, str]] | None = None,
        most_connections: int | None = None,
    ) -> None:
        self.answers, self.acts = answers or {}, acts or {}
        self.pipelines, self.times = pipelines, times
        self.after, self.most_connections = after or {}, most_connections
        self.taken: list[tuple[str, EmailMessage]] = []
        self.asked: Counter[str] = Counter()
        self.open = self.most_open = 0
        self._lines = threading.Condition()

    @property
    def copies(self) -> Counter[tuple[str, str]]:
        """How often it took which mail: by address and Message-ID."""
        return Counter((address, str(mail["Message-ID"])) for address, mail in self.taken)

    def note_opened(self) -> None:
        with self._lines:
            self.open += 1
            self.most_open = max(self.most_open, self.open)

    def note_closed(self) -> None:
        with self._lines:
            self.open -= 1
            self._lines.notify_all()

    def until_all_are_closed(self, within: float = 60.0) -> None:
        """Block until no connection is open: of what came over those, nothing more is taken then.

        For another thread than the server's. Raises `TimeoutError` after `within` seconds.
        """
        with self._lines:
            if not self._lines.wait_for(lambda: self.open == 0, within):
                raise TimeoutError(f"after {within:g} seconds {self.open} connections are open")

    async def answer(self, server: SMTP, step: str, address: str = "") -> str | None:
        """What is to be said at this step; None for what a good server says."""
        self.asked[step] += 1
        if step in self.acts:
            await self.acts[step]()
        said = self.answers.get(address) or self.answers.get(step) or self._said_after(step)
        if said is None or self.times == 0:
            return None
        if self.times is not None:
            self.times -= 1
        if said == "hang":
            await asyncio.Event().wait()
        if said == "cut" and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        return said

    def _said_after(self, step: str) -> str | None:
        """The bad answer to all that comes after so many."""
        good, said = self.after.get(step, (0, None))
        return said if self.asked[step] > good else None

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        said = await self.answer(server, "connect")
        if said is not None:
            return [said]
        return [*responses[:-1], "250-PIPELINING", responses[-1]] if self.pipelines else responses

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if said := await self.answer(server, "mail"):
            return said
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if said := await self.answer(server, "rcpt", address):
            return said
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        said = await self.answer(server, "content")
        if said not in (None, "take and cut"):
            return str(said)
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=SMTP_POLICY)
        self.taken += [(address, mail) for address in envelope.rcpt_tos]
        if said and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        if "taken" in self.acts:
            await self.acts["taken"]()
        return "250 OK"


class _Protocol(SMTP):
    """aiosmtpd's, with a step between the command DATA and the content, and a count of connections."""

    def __init__(self, server: MailServer, **options: Any) -> None:
        self.behaviour = server
        super().__init__(server, **options)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.behaviour.note_opened()
        most = self.behaviour.most_connections
        self.is_turned_away = most is not None and self.behaviour.open > most
        super().connection_made(transport)
        if self.is_turned_away and isinstance(transport, asyncio.Transport):
            transport.write(b"421 4.7.0 too many connections from your host\r\n")
            transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self.behaviour.note_closed()

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        if said := await self.behaviour.answer(self, "data"):
            await self.push(said)
            return
        await super().smtp_DATA(arg)


@asynccontextmanager
async def listening(server: MailServer, settings: Settings, **options: Any) -> AsyncIterator[Settings]:
    """Settings that point at the server, for as long as the block runs. Options are aiosmtpd's."""
    loop = asyncio.get_running_loop()
    made = await loop.create_server(lambda: _Protocol(server, loop=loop, **options), "127.0.0.1", 0)
    port = made.sockets[0].getsockname()[1]
    # Long enough for a loaded machine, unless the server is to be found silent.
    timeout = 0.5 if "hang" in server.answers.values() else 15.0
    values = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_timeout_seconds": timeout}
    try:
        yield settings.model_copy(update=values)
    finally:
        made.close()
        await made.wait_closed()
