"""Passes and what befalls them: killed in the middle, run twice, two at once, a mail server in bad weather.

A killed pass is a process of its own that SIGKILL ends at a step; it comes from a fork server, so that
hundreds cost little. The mail server is a real one in a thread of this process.
"""

from __future__ import annotations

import asyncio
import itertools
import multiprocessing
import os
import random
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from multiprocessing.context import ForkServerContext

from aiosmtpd.smtp import SMTP
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from models.database import open_engine, writing
from models.settings import Settings
from notifications.send import send_due
from reporting.engine import tick
from tests.timeline.mail_server import MailServer, listening
from tests.timeline.stopping_sender import AFTER_CLAIM, BEFORE_CLAIM, BEFORE_COMMIT, die, stop_at

IN_TICK, AFTER_TICK, AT_MAIL = "in the tick", "after the tick", "at a mail"
AT_COMMIT, AT_AWAIT = "at a commit", "at an await"
STEPS = (IN_TICK, AFTER_TICK, BEFORE_CLAIM, AFTER_CLAIM, AT_MAIL, BEFORE_COMMIT, AT_COMMIT, AT_AWAIT)
COMMITS, AWAITS = 12, 90
"""How many commits and awaits of a pass are chosen from; most passes have fewer, and live."""
WEATHER: list[dict[str, str]] = [
    {"connect": "421 4.3.2 no service"},
    {"mail": "451 4.3.0 try again"},
    {"rcpt": "451 4.7.1 greylisted"},
    {"data": "cut"},
    {"content": "451 4.3.0 try again"},
    {"content": "cut"},
    {"content": "take and cut"},
]
DEAD = "550 5.1.1 no such user"


class YearServer(MailServer):
    """Notes when an address was first refused as dead; `now` is the year's."""

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime.min
        self.refused: dict[str, datetime] = {}

    async def answer(self, server: SMTP, step: str, address: str = "") -> str | None:
        said = await super().answer(server, step, address)
        if said == DEAD:
            self.refused.setdefault(address, self.now)
        return said


@contextmanager
def serving(server: MailServer, settings: Settings) -> Iterator[Settings]:
    """The server in a thread, for as long as the block runs; gives settings that point at it."""
    loop, ready, found = asyncio.new_event_loop(), threading.Event(), list[Settings]()
    over = asyncio.Event()

    async def serve() -> None:
        async with listening(server, settings) as pointed:
            found.append(pointed)
            ready.set()
            await over.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    ready.wait()
    try:
        yield found[0]
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()
        loop.close()


def forks() -> ForkServerContext:
    """Where killed processes come from: a server that has the program loaded already and has done a pass."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.timeline.year.warm"])
    return context


def one_pass(settings: Settings, now: datetime, step: str = "", number: int = 0) -> None:
    """In a process of its own: a tick and the sender, ended by SIGKILL at the step; of commits and awaits at
    that number."""
    engine = open_engine(settings.database)
    if step == AT_COMMIT:
        _die_at_commit(engine, number)
    elif step == AT_AWAIT:
        _die_at_await(number)
    with writing(engine) as session:
        tick(session, settings, now)
        if step == IN_TICK:
            session.flush()
            die()
    if step == AFTER_TICK:
        die()
    stop_at(step)
    send_due(engine, settings, now)
    engine.dispose()


def _die_at_commit(engine: Engine, number: int) -> None:
    """0: before the first commit, which is the tick's; 1: just after it; 2: before the second, and so on."""
    numbers = itertools.count()

    def step(*_: object) -> None:
        if next(numbers) == number:
            die()

    event.listen(engine, "commit", step)
    event.listen(Session, "after_commit", step)


def _die_at_await(number: int) -> None:
    """When that many steps between two awaits are done."""
    numbers, run = itertools.count(), asyncio.Handle._run

    def step(handle: asyncio.Handle) -> None:
        if next(numbers) == number:
            die()
        run(handle)

    asyncio.Handle._run = step  # type: ignore[method-assign,assignment]


def killed_pass(
    context: ForkServerContext, server: MailServer, settings: Settings, now: datetime, chance: random.Random
) -> tuple[bool, bool]:
    """A pass that is killed: whether it had planned, and whether it leaves no doubt about any mail."""
    step = chance.choice(STEPS)
    number = chance.randint(0, AWAITS if step == AT_AWAIT else COMMITS)
    process = context.Process(target=one_pass, args=(settings, now, step, number))
    after = chance.randint(0, 2)
    mails = 0

    async def kill() -> None:
        nonlocal mails
        mails += 1
        if mails == after + 1 and process.pid:
            os.kill(process.pid, signal.SIGKILL)

    if step == AT_MAIL:
        server.acts[chance.choice(("mail", "data", "content", "taken"))] = kill
    process.start()
    process.join()
    # A mail that the dead process left on the line belongs to this pass, however late the server takes it.
    server.until_all_are_closed()
    server.acts.clear()
    finished = process.exitcode == 0
    assert finished or process.exitcode == -signal.SIGKILL, process.exitcode
    is_planned = step != IN_TICK and not (step == AT_COMMIT and number == 0)
    return is_planned, finished


def two_at_once(
    context: ForkServerContext, settings: Settings, now: datetime, number: int | None = None
) -> bool:
    """Two processes on one database; with a number the second is killed at that commit. Whether both ended by
    themselves."""
    kill = () if number is None else (AT_COMMIT, number)
    both = [context.Process(target=one_pass, args=(settings, now, *more)) for more in ((), kill)]
    for process in both:
        process.start()
    for process in both:
        process.join()
    codes = [process.exitcode for process in both]
    assert codes == [0, 0] or (kill and codes == [0, -signal.SIGKILL]), codes
    return codes == [0, 0]
