"""The sender killed by SIGKILL, a real process, at every step: never lost, and when it can be double.

Two reminders wait. The killed pass is followed by one under its lease and one after it; then the mail server
must have taken a mail for each person, more than one only where nobody can know, and always the same one.
"""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import col, select

from models.database import reading
from models.notice import Notice
from models.settings import Settings
from models.vocabulary import NoticeState
from notifications.send import send_due
from tests.conftest import at
from tests.timeline.harness import Timeline
from tests.timeline.mail_server import MailServer, listening
from tests.timeline.stopping_sender import AFTER_CLAIM, BEFORE_CLAIM, BEFORE_COMMIT, NOWHERE, send
from tests.timeline.year.trouble import forks

MORNING = "2024-02-05 08:00:00"
FORKS = forks()
PEOPLE = {"dung@d1.example", "eve@d2.example"}


@pytest.fixture
def waiting(engine: Engine, settings: Settings, tmp_path: Path) -> Timeline:
    """Two reminders are queued: one for Dung and one for Eve."""
    world = Timeline(engine, settings, tmp_path)
    world.prepare("two reminders", world.two_reminders_wait)
    return world


async def killed_once(world: Timeline, step: str, server_step: str) -> MailServer:
    """The pass that is killed, then one under its lease and one after it."""
    ended = asyncio.Event()
    killed = False

    async def kill() -> None:
        nonlocal killed
        if not killed and process.pid:
            killed = True
            os.kill(process.pid, signal.SIGKILL)
            await ended.wait()

    server = MailServer(acts={server_step: kill} if server_step else {})
    async with listening(server, world.settings) as settings:
        process = FORKS.Process(target=send, args=(settings, at(MORNING), step))
        process.start()
        await asyncio.to_thread(process.join)
        ended.set()
        assert process.exitcode == -signal.SIGKILL
        for when in ("2024-02-05 08:01:00", "2024-02-05 08:06:00"):
            await asyncio.to_thread(send_due, world.engine, settings, at(when))
    return server


@pytest.mark.parametrize(
    ("step", "server_step", "copies"),
    [
        (BEFORE_CLAIM, "", {1}),
        (AFTER_CLAIM, "", {1}),
        (NOWHERE, "connect", {1}),
        (NOWHERE, "mail", {1}),
        (NOWHERE, "data", {1}),  # before the server asked for the content
        (NOWHERE, "content", {1, 2}),  # it has all of it: whether it keeps it is the server's choice
        (NOWHERE, "taken", {1, 2}),  # taken, but the 250 found nobody
        (BEFORE_COMMIT, "", {1, 2}),
    ],
)
def test_a_killed_sender_loses_nothing(
    waiting: Timeline, step: str, server_step: str, copies: set[int]
) -> None:
    server = asyncio.run(killed_once(waiting, step, server_step))
    assert {address for address, _ in server.copies} == PEOPLE
    assert len(server.copies) == len(PEOPLE), "the copies of a mail bear the same Message-ID"
    assert set(server.copies.values()) <= copies
    if step == BEFORE_COMMIT:
        assert 2 in server.copies.values(), "the step was not reached"
    with reading(waiting.engine) as session:
        assert set(session.exec(select(Notice.state).where(col(Notice.recipient) != ""))) == {
            NoticeState.SENT
        }


def test_two_senders_at_once_send_each_mail_once(waiting: Timeline) -> None:
    async def run() -> tuple[MailServer, int]:
        server = MailServer()
        async with listening(server, waiting.settings) as settings:
            pipes = [FORKS.Pipe(duplex=False) for _ in range(2)]
            both = [
                FORKS.Process(target=send, args=(settings, at(MORNING), NOWHERE, theirs))
                for _, theirs in pipes
            ]
            for process in both:
                process.start()
            for process in both:
                await asyncio.to_thread(process.join)
                assert process.exitcode == 0
        return server, sum(ours.recv() for ours, _ in pipes)

    server, sent = asyncio.run(run())
    assert sent == len(PEOPLE)
    assert {address for address, _ in server.copies} == PEOPLE
    assert set(server.copies.values()) == {1}
