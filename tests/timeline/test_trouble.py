"""The troubles of a simulated year by themselves: when a killed pass is over, and what it leaves behind."""

from __future__ import annotations

import random
import socket
import threading
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
from sqlalchemy import Engine

from models.settings import Settings
from tests.conftest import at
from tests.timeline.harness import Timeline
from tests.timeline.year.trouble import AT_MAIL, YearServer, forks, killed_pass, serving

MORNING = at("2024-02-05 08:00:00")
A_MOMENT = 0.5


class AtTheFirstContent(random.Random):
    """Has a pass killed when the server has the whole of its first mail and has not yet taken it."""

    def choice(self, seq: Any) -> Any:
        return next(each for each in (AT_MAIL, "content") if each in seq)

    def randint(self, a: int, b: int) -> int:
        return a


class SlowServer(YearServer):
    """Takes a mail a moment after it has it, or once it is counted; meanwhile it sees nothing of the line."""

    def __init__(self) -> None:
        super().__init__()
        self.counted = threading.Event()

    async def answer(self, server: SMTP, step: str, address: str = "") -> str | None:
        said = await super().answer(server, step, address)
        if step == "content":
            self.counted.wait(A_MOMENT)
        return said


def test_what_a_killed_pass_left_on_the_line_is_taken_before_the_pass_counts_as_over(
    engine: Engine, settings: Settings, tmp_path: Path
) -> None:
    """Else it would be counted to the next pass, which may be a whole one."""
    world = Timeline(engine, settings, tmp_path)
    world.prepare("two reminders", world.two_reminders_wait)
    server = SlowServer()
    with serving(server, settings) as pointed:
        assert killed_pass(forks(), server, pointed, MORNING, AtTheFirstContent()) == (True, False)
        taken = len(server.taken)
        server.counted.set()
    assert taken == len(server.taken) > 0


def test_a_connection_that_nobody_closes_is_not_waited_for_in_vain(settings: Settings) -> None:
    server = YearServer()
    with serving(server, settings) as pointed:
        address = pointed.smtp_host, pointed.smtp_port
        with socket.create_connection(address) as held, pytest.raises(TimeoutError, match="1 connections"):
            held.recv(3)  # the greeting begins: the server knows of the connection
            server.until_all_are_closed(within=0.01)
        server.until_all_are_closed()
