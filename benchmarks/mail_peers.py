"""How others send mails: smtplib over one connection, aiosmtplib with a connection for each."""

from __future__ import annotations

import asyncio
import smtplib

import aiosmtplib

from benchmarks.django_peer import RECIPIENT, SENDER


def message(octets: int) -> bytes:
    """A ready-made mail of this size."""
    head = f"From: {SENDER}\r\nTo: {RECIPIENT}\r\nSubject: x\r\n\r\n".encode()
    line = b"x" * 70 + b"\r\n"
    return (head + line * (octets // len(line) + 1))[: octets - 2] + b"\r\n"


def smtplib_sends(port: int, ready: bytes, number: int) -> None:
    """One connection, one mail after the other."""
    with smtplib.SMTP("127.0.0.1", port) as server:
        for _ in range(number):
            server.sendmail(SENDER, [RECIPIENT], ready)


def aiosmtplib_keeps(port: int, ready: bytes, number: int, connections: int) -> None:
    """As dondoc uses it: a few connections that last, each with its share of the mails."""

    async def share(mails: int) -> None:
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False) as server:
            for _ in range(mails):
                await server.sendmail(SENDER, [RECIPIENT], ready)

    async def run() -> None:
        shares = [number // connections + (each < number % connections) for each in range(connections)]
        await asyncio.gather(*(share(mails) for mails in shares))

    asyncio.run(run())


def aiosmtplib_sends(port: int, ready: bytes, number: int) -> None:
    """As its documentation shows it: `send` for one mail after the other, a connection each."""

    async def run() -> None:
        for _ in range(number):
            await aiosmtplib.send(
                ready, sender=SENDER, recipients=[RECIPIENT], hostname="127.0.0.1", port=port
            )

    asyncio.run(run())
