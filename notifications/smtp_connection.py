"""One connection to a mail server, from after the greeting to QUIT: mails handed in one behind the other.

aiosmtplib connects, encrypts and logs in; then this takes the connection over. Where the server allows
pipelining (RFC 2920) the commands of a mail go out together, behind the content of the one before it: one way
to the server and back, not four. Every answer belongs to the oldest command that has none.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field

from aiosmtplib import SMTP

from notifications.smtp_replies import SERVICE_CLOSING, BrokenOff, Refusal, SmtpStep

LINE_END = re.compile(rb"\r\n|\r|\n")
AT_ONCE = 2
"""Mails under way on a pipelining connection: one whose content is being taken, one behind it."""
LONGEST_ANSWER = 64 * 1024
START_CONTENT, OK_CLASS = 354, 2
ENVELOPE = (SmtpStep.MAIL, SmtpStep.RCPT, SmtpStep.DATA)

Answer = tuple[int, str]


@dataclass(slots=True)
class _Question:
    """Commands that went out together, when (monotonic), and their answers until there are `wanted`."""

    wanted: int
    asked_at: float
    answered: asyncio.Future[list[Answer]]
    answers: list[Answer] = field(default_factory=list)


class Connection(asyncio.Protocol):
    """Hands mails in. After a break it `is_over`, and everything under way raises `BrokenOff`."""

    def __init__(self, client: SMTP, timeout: float) -> None:
        transport = client.transport
        if not isinstance(transport, asyncio.Transport):
            raise BrokenOff(SmtpStep.CONNECT, "the connection ended while it was being opened")
        self.takes_8bit = client.supports_extension("8bitmime")
        self.pipelines = client.supports_extension("pipelining")
        self.mails = 0
        self._client, self._transport, self._timeout = client, transport, timeout
        self._loop = asyncio.get_running_loop()
        self._unanswered: deque[_Question] = deque()
        self._outgoing: list[bytes] = []
        self._received = b""
        self._lines: list[bytes] = []
        self._turn = asyncio.Lock()
        self._ended: str | None = None
        self._heard_at = self._loop.time()
        self._watch: asyncio.TimerHandle | None = None
        transport.set_protocol(self)

    @property
    def is_over(self) -> bool:
        return self._ended is not None

    async def hand_in(self, sender: str, recipient: str, options: str, content: bytes) -> None:
        """Returns when the server has taken the mail. Raises `Refusal` or `BrokenOff`."""
        async with self._turn:
            self.mails += 1
            await self._envelope(f"MAIL FROM:<{sender}>{options}", f"RCPT TO:<{recipient}>")
            taken = self._ask(stuffed(content))
            if not self.pipelines:
                await self._answer(taken, SmtpStep.CONTENT)
        code, text = await self._answer(taken, SmtpStep.CONTENT)
        if code // 100 != OK_CLASS:
            raise Refusal(SmtpStep.CONTENT, code, text)

    async def quit(self) -> None:
        """Say goodbye, and wait neither long nor for the answer's sake."""
        async with self._turn:
            with suppress(BrokenOff):  # the server may be quicker
                await self._answer(self._ask(b"QUIT\r\n"), SmtpStep.CONNECT)
            self.abort("closed")

    def abort(self, why: str) -> None:
        """End it at once; what is unanswered stays so."""
        self._end(why)
        self._transport.abort()
        self._client.close()

    async def _envelope(self, *commands: str) -> None:
        lines = [f"{command}\r\n".encode("ascii") for command in (*commands, "DATA")]
        if self.pipelines:
            question = self._ask(b"".join(lines), len(lines))
            try:
                answers = await question.answered
            except BrokenOff as error:
                raise BrokenOff(ENVELOPE[len(question.answers)], str(error)) from None
            await self._checked(answers)
            return
        for step, line in zip(ENVELOPE, lines, strict=True):
            code, text = await self._answer(self._ask(line), step)
            if code // 100 != OK_CLASS and code != START_CONTENT:
                if step is not SmtpStep.MAIL and not self.is_over:
                    await self._answer(self._ask(b"RSET\r\n"), step)
                raise Refusal(step, code, text)

    async def _checked(self, answers: list[Answer]) -> None:
        """Raises the first refusal. The server may wait for a content all the same; it gets an empty one."""
        data_code, _ = answers[-1]
        refused = next(
            (
                each
                for each in zip(ENVELOPE, answers, strict=True)
                if each[1][0] // 100 != OK_CLASS and each[1][0] != START_CONTENT
            ),
            None,
        )
        if refused is None:
            return
        step, (code, text) = refused
        after = b".\r\n" if data_code == START_CONTENT else b"RSET\r\n"
        if not self.is_over:
            await self._answer(self._ask(after), step)
        raise Refusal(step, code, text)

    def _ask(self, octets: bytes, wanted: int = 1) -> _Question:
        """Send what has so many answers."""
        question = _Question(wanted, self._loop.time(), self._loop.create_future())
        if self._ended is not None:
            _fail(question, self._ended)
            return question
        self._unanswered.append(question)
        if not self._outgoing:
            # Not at once: whoever has the next turn may have something to say, which goes in the same packet.
            self._loop.call_soon(self._loop.call_soon, self._flush)
        self._outgoing.append(octets)
        if self._watch is None:
            self._watch = self._loop.call_later(self._timeout, self._listen)
        return question

    def _flush(self) -> None:
        octets, self._outgoing = b"".join(self._outgoing), []
        if octets and not self.is_over:
            self._transport.write(octets)

    async def _answer(self, question: _Question, step: SmtpStep) -> Answer:
        try:
            return (await question.answered)[0]
        except BrokenOff as error:
            raise BrokenOff(step, str(error)) from None

    def _listen(self) -> None:
        """End it if nothing was heard for too long; else look again later."""
        self._watch = None
        if not self._unanswered or self.is_over:
            return
        left = max(self._unanswered[0].asked_at, self._heard_at) + self._timeout - self._loop.time()
        if left <= 0:
            self.abort(f"no answer within {self._timeout:g} seconds")
        else:
            self._watch = self._loop.call_later(left, self._listen)

    def _end(self, why: str) -> None:
        self._ended = self._ended or why
        if self._watch is not None:
            self._watch.cancel()
        while self._unanswered:
            _fail(self._unanswered.popleft(), self._ended)

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(str(exc) if exc else "the server ended the connection")

    def data_received(self, data: bytes) -> None:
        self._heard_at = self._loop.time()
        *lines, self._received = (self._received + data).split(b"\n")
        if len(self._received) > LONGEST_ANSWER:
            self.abort("the server's answer has no end")
        for line in lines:
            self._lines.append(line.rstrip(b"\r"))
            if line[3:4] != b"-":
                self._hear(self._lines)
                self._lines = []

    def _hear(self, lines: list[bytes]) -> None:
        if not lines[-1][:3].isdigit():
            self.abort(f"the server does not speak SMTP: {lines[-1][:60].decode('utf-8', 'replace')}")
            return
        code = int(lines[-1][:3])
        text = " ".join([line[4:].decode("utf-8", "replace") for line in lines])
        if self._unanswered:
            question = self._unanswered[0]
            question.answers.append((code, text))
            if len(question.answers) == question.wanted:
                self._unanswered.popleft()
                if not question.answered.done():
                    question.answered.set_result(question.answers)
        if code == SERVICE_CLOSING:
            # RFC 5321, section 3.8: the server goes; nothing more will be answered.
            self.abort(f"{code} {text}")


def _fail(question: _Question, why: str) -> None:
    if not question.answered.done():
        question.answered.set_exception(BrokenOff(SmtpStep.CONNECT, why))
        question.answered.exception()  # whoever waits for it sees it; nobody need


def stuffed(content: bytes) -> bytes:
    """The content as it goes over the line: CRLF, dots doubled, the closing dot (RFC 5321, section 4.5.2).

    A line end that is not CRLF could be read by a server as the end of the mail: it becomes one.
    """
    ends = content.count(b"\r\n")
    if content.count(b"\n") != ends or content.count(b"\r") != ends:
        content = LINE_END.sub(b"\r\n", content)
    if b"\n." in content:
        content = content.replace(b"\n.", b"\n..")
    start = b"." if content[:1] == b"." else b""
    return start + content + (b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n")
