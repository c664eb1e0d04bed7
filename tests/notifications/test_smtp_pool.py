"""A real mail server in this process that answers as bad servers do, and what we make of each answer."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from calendars.errors import said
from notifications.mail_server import MailServer
from notifications.message import words
from notifications.smtp_pool import Courier
from notifications.smtp_replies import Delivery, Outcome

MESSAGE = b"Subject: x\r\n\r\nbody\r\n"


class Answers:
    """A server that gives the answer that is set for a command, and keeps what it took."""

    def __init__(self, pipelines: bool = True, /, **answers: str) -> None:
        self.answers = answers
        self.pipelines = pipelines
        self.taken: list[bytes] = []
        self.connections = 0

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        lines = [line for line in responses if self.answers.get("mime") != "7" or "8BITMIME" not in line]
        return [*lines[:-1], "250-PIPELINING", lines[-1]] if self.pipelines else lines

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if answer := self.answers.get("mail"):
            return answer
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if answer := self.answers.get("rcpt"):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self.answers.get("data", "250 OK")
        if answer == "hang":
            await asyncio.Event().wait()
        if answer == "cut" and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        assert isinstance(envelope.content, bytes)
        self.taken.append(envelope.content)
        return answer


class CutAtData(SMTP):
    """Ends the connection at the command DATA, before any content."""

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        assert isinstance(self.transport, asyncio.Transport)
        self.transport.abort()


@asynccontextmanager
async def serving(handler: Answers, kind: type[SMTP] = SMTP) -> AsyncIterator[MailServer]:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: kind(handler, loop=loop), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield MailServer(host="127.0.0.1", port=port, timeout=0.5, connections=2)
    finally:
        server.close()
        await server.wait_closed()


def deliver(handler: Answers, *messages: bytes, kind: type[SMTP] = SMTP) -> tuple[list[Delivery], str | None]:
    async def run() -> tuple[list[Delivery], str | None]:
        async with serving(handler, kind) as server, Courier(server) as courier:
            sent = [await courier.deliver("a@x.example", "b@x.example", each) for each in messages]
            return sent, courier.down.said if courier.down else None

    return asyncio.run(run())


def test_a_break_before_the_content_leaves_no_doubt() -> None:
    deliveries, _ = deliver(Answers(), MESSAGE, kind=CutAtData)
    assert [each.outcome for each in deliveries] == [Outcome.SOON]


@pytest.mark.parametrize("body", [b".\r\n", b"..\r\n.a\r\n.\r\nb\r\n", b"a\r\n\r\n.\r\n", b"a"])
def test_lines_that_begin_with_a_dot_arrive_as_they_are(body: bytes) -> None:
    handler = Answers()
    deliveries, _ = deliver(handler, b"Subject: x\r\n\r\n" + body, MESSAGE)
    assert [each.outcome for each in deliveries] == [Outcome.SENT, Outcome.SENT]
    assert handler.taken[0].rstrip(b"\r\n") == b"Subject: x\r\n\r\n" + body.rstrip(b"\r\n")
    assert handler.taken[1] == MESSAGE


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ({}, Outcome.SENT),
        ({"rcpt": "550 5.1.1 no such user"}, Outcome.NO_SUCH_ADDRESS),
        ({"rcpt": "450 4.2.0 greylisted"}, Outcome.SOON),
        ({"rcpt": "452 4.2.2 mailbox full"}, Outcome.LATER),
        ({"rcpt": "552 5.2.2 mailbox full"}, Outcome.LATER),  # written as permanent, but there may be room
        ({"data": "451 4.3.0 try again"}, Outcome.SOON),
        ({"data": "554 5.7.1 looks like spam"}, Outcome.LATER),  # of the mail, not of the person
        ({"data": "421 4.3.2 shutting down"}, Outcome.SOON),
        ({"mail": "550 5.7.1 sender not allowed"}, Outcome.SERVER_DOWN),  # no mail of ours would pass
        ({"mail": "451 4.3.2 busy"}, Outcome.SOON),
        ({"data": "cut"}, Outcome.UNKNOWN),  # it may have taken it before the line broke
        ({"data": "hang"}, Outcome.UNKNOWN),
    ],
)
def test_it_puts_every_answer_under_what_to_do_next(answers: dict[str, str], outcome: Outcome) -> None:
    deliveries, down = deliver(Answers(**answers), MESSAGE)
    assert [each.outcome for each in deliveries] == [outcome]
    assert (down is not None) == (outcome is Outcome.SERVER_DOWN)


def test_the_server_s_words_are_kept_on_one_line() -> None:
    deliveries, _ = deliver(Answers(rcpt="550-first\r\n550 second"), MESSAGE)
    assert deliveries[0].said == "550 first second"


def test_one_connection_carries_many_mails() -> None:
    handler = Answers()
    deliveries, _ = deliver(handler, *[MESSAGE] * 30)
    assert {each.outcome for each in deliveries} == {Outcome.SENT}
    assert (handler.connections, len(handler.taken)) == (1, 30)


def test_a_refused_mail_does_not_spoil_the_next_on_its_connection() -> None:
    handler = Answers(rcpt="550 no")
    deliver(handler, MESSAGE, MESSAGE)
    assert handler.connections == 1


class HangsUp(Answers):
    """Ends the connection at the first recipient."""

    async def handle_RCPT(self, server: SMTP, *_rest: object) -> str:  # noqa: N802
        assert isinstance(server.transport, asyncio.Transport)
        server.transport.abort()
        return "250 OK"


def test_what_nobody_waits_for_after_a_break_does_not_fill_the_log() -> None:
    told: list[str] = []

    async def run() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context["message"]))
        async with serving(HangsUp()) as server, Courier(replace(server, connections=1)) as courier:
            await asyncio.gather(*(courier.deliver("a@x.example", "b@x.example", MESSAGE) for _ in range(4)))
        gc.collect()

    asyncio.run(run())
    assert [message for message in told if "never retrieved" in message] == []


def test_a_server_that_is_not_there_stops_the_pass() -> None:
    async def run() -> tuple[Delivery, str | None]:
        async with Courier(MailServer(host="127.0.0.1", port=1, timeout=0.5)) as courier:
            delivery = await courier.deliver("a@x.example", "b@x.example", MESSAGE)
            return delivery, courier.down.said if courier.down else None

    delivery, down = asyncio.run(run())
    assert delivery.outcome is Outcome.SERVER_DOWN
    assert down is not None
    assert said(down, "vi") == "không có máy chủ nào trả lời ở địa chỉ này"


def test_it_sends_nothing_in_clear_where_encryption_is_asked_for() -> None:
    handler = Answers()

    async def run() -> Delivery:
        async with serving(handler) as server:
            strict = MailServer(host=server.host, port=server.port, security="starttls", timeout=0.5)
            async with Courier(strict) as courier:
                return await courier.deliver("a@x.example", "b@x.example", MESSAGE)

    assert asyncio.run(run()).outcome is Outcome.SERVER_DOWN
    assert handler.taken == []


def test_a_password_that_is_refused_is_the_server_s_matter() -> None:
    async def run() -> Delivery:
        loop = asyncio.get_running_loop()

        def refuse(*_: object) -> AuthResult:
            return AuthResult(success=False)

        server = await loop.create_server(
            lambda: SMTP(Answers(), loop=loop, authenticator=refuse, auth_require_tls=False), "127.0.0.1", 0
        )
        port = server.sockets[0].getsockname()[1]
        wrong = MailServer(host="127.0.0.1", port=port, user="a", password="b", timeout=0.5)
        async with Courier(wrong) as courier:
            delivery = await courier.deliver("a@x.example", "b@x.example", MESSAGE)
        server.close()
        await server.wait_closed()
        return delivery

    assert asyncio.run(run()).outcome is Outcome.SERVER_DOWN


def test_a_server_of_seven_bits_gets_seven_bits() -> None:
    handler = Answers(mime="7")
    accented = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nđôn đốc\r\n"
    deliveries, _ = deliver(handler, accented.encode())
    assert deliveries[0].outcome is Outcome.SENT
    assert handler.taken[0].isascii()


@pytest.mark.parametrize("mime", ["7", "8"])
def test_vietnamese_words_in_a_subject_stay_apart(mime: str) -> None:
    subject = "[Đôn đốc] Còn 4 ngày: Báo cáo tình hình thực hiện các chỉ tiêu, nhiệm vụ – Phường 1"
    kind = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit"
    letter = f"Subject: {words(subject)}\r\n{kind}\r\n\r\nđôn đốc\r\n"
    handler = Answers(mime=mime)
    deliver(handler, letter.encode())
    taken = message_from_bytes(handler.taken[0], policy=default)
    assert taken["Subject"] == subject
    assert handler.taken[0].isascii() == (mime == "7")


@pytest.mark.parametrize("address", ["đ@x.example", "a\r\nDATA@x.example"])
def test_an_address_that_cannot_be_sent_to_is_not_sent_to(address: str) -> None:
    handler = Answers()

    async def run() -> Delivery:
        async with serving(handler) as server, Courier(server) as courier:
            return await courier.deliver("a@x.example", address, MESSAGE)

    assert asyncio.run(run()).outcome is Outcome.UNUSABLE
    assert handler.taken == []
