"""Processes that help a sender with a large morning: each has a part of the people, and a pass of its own.

Writing and handing in a mail is work for one processor, and a process uses one. To the outbox a helper is a
sender like any other: what it claims is its own until the lease ends, and what becomes of it when it dies is
said there. Together they open no more connections to the mail server than one sender would.

A helper is `python -m notifications.workers`. Its order comes on standard input, since there is a password in
it; it says on standard output, a line for each batch, what it has done so far.
"""

from __future__ import annotations

import asyncio
import json
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from types import TracebackType
from typing import IO, Self

from sqlalchemy import Engine
from sqlmodel import Session

from models.database import open_engine
from models.mail_address import parse_sender
from models.settings import Settings
from models.upkeep import Outage
from notifications.outbox import address_at
from notifications.send_window import SendWindow, Shard
from notifications.sender import MailPass, SendingCount
from notifications.smtp_pool import MailServer
from reporting.stops import Stop, packed, stop, unpacked

HEAD_START = 800
"""People who are mailed before a helper is there."""
PEOPLE_A_PROCESS = 500
"""For fewer a helper is not worth its start."""


def parts(session: Session, settings: Settings, window: SendWindow, people: int) -> list[Shard]:
    """The people in a part for each process, one's own first; mostly it is the only one, and all."""
    number = _processes(session, settings, people)
    shared = people - HEAD_START
    places = [HEAD_START + shared * place // number for place in range(1, number)]
    # Of people who have been mailed since they were counted there may be no one at a place.
    ends = [end for end in (address_at(session, window, place - 1) for place in places) if end]
    return [Shard(after, until) for after, until in zip(["", *ends], [*ends, ""], strict=True)]


def _processes(session: Session, settings: Settings, people: int) -> int:
    """One where more are of no use: for the local mailbox, at a relay's own pace, for a server in trouble,
    which is to be tried with one mail."""
    if settings.smtp_host is None or settings.mail_per_minute:
        return 1
    server = MailServer.from_settings(settings, settings.smtp_host, settings.smtp_port)
    if session.get(Outage, server.name) is not None:
        return 1
    most = settings.mail_processes or _processors()
    return max(min(most, settings.smtp_connections, (people - HEAD_START) // PEOPLE_A_PROCESS), 1)


def _processors() -> int:
    """That this process may use; where that cannot be asked (macOS), all there are."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def of_one_process(settings: Settings, processes: int) -> Settings:
    """The settings with one process's share of the connections."""
    share = max(settings.smtp_connections // processes, 1)
    return settings.model_copy(update={"smtp_connections": share})


@dataclass(frozen=True)
class _Order:
    """What a helper is told."""

    database: str
    settings: Settings
    window: SendWindow
    part: Shard


class Helpers:
    """One process for each part; they end with the block, at once if it fails."""

    def __init__(
        self, engine: Engine, settings: Settings, window: SendWindow, parts: Sequence[Shard]
    ) -> None:
        database = engine.url.render_as_string(hide_password=False)
        orders = [_Order(database, settings, window, part) for part in parts]
        self._helpers = [_Helper(order) for order in orders]

    @property
    def done(self) -> int:
        """People that they have mailed by now."""
        return sum(helper.done for helper in self._helpers)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for helper in self._helpers:
            helper.end(at_once=error is not None)

    def wait(self) -> list[SendingCount]:
        """What each has done; one that ended before its time says so."""
        return [helper.wait() for helper in self._helpers]


class _Helper:
    """A process and what it says. One that cannot be started leaves its people to the next pass."""

    def __init__(self, order: _Order) -> None:
        self.done, self._count = 0, SendingCount()
        self._process = self._started()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self._tell(order)

    def _started(self) -> subprocess.Popen[bytes] | None:
        path = os.pathsep.join(each for each in sys.path if each)
        try:
            return subprocess.Popen(
                [sys.executable, "-m", "notifications.workers"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=os.environ | {"PYTHONPATH": path},
            )
        except OSError as error:
            self._count.stopped = stop(Stop.HELPER_ABSENT, words=str(error))
            return None

    def _tell(self, order: _Order) -> None:
        if self._process is not None and self._process.stdin is not None:
            # One that has ended already is heard of in `wait`.
            with suppress(BrokenPipeError), self._process.stdin as stdin:
                pickle.dump(order, stdin)

    def _listen(self) -> None:
        if self._process is not None:
            for line in self._process.stdout or ():
                said = json.loads(line)
                self.done, self._count = said["done"], SendingCount(**said["count"])
                self._count.stopped = unpacked(self._count.stopped)

    def wait(self) -> SendingCount:
        code = self._process.wait() if self._process is not None else 0
        self._listener.join()
        if code:
            self._count.stopped = stop(Stop.HELPER_ENDED, number=code)
        return self._count

    def end(self, *, at_once: bool) -> None:
        if self._process is None:
            return
        if at_once:
            self._process.terminate()
        self._process.wait()
        self._listener.join()
        if self._process.stdout is not None:
            self._process.stdout.close()


def help_with(order: _Order, to: IO[str]) -> None:
    """A helper's whole work. A reader that is gone ends it before the next batch."""
    engine, count = open_engine(order.database, create=False), SendingCount()

    def say(done: int, _: int) -> None:
        counted = asdict(count) | {"stopped": packed(count.stopped)}
        print(json.dumps({"done": done, "count": counted}), file=to, flush=True)

    sender = parse_sender(order.settings.mail_from)
    mailing = MailPass(engine, order.settings, sender, order.window, count, say, 0, order.part)
    asyncio.run(mailing.run())
    say(mailing.done, 0)
    engine.dispose()


if __name__ == "__main__":
    help_with(pickle.load(sys.stdin.buffer), sys.stdout)
