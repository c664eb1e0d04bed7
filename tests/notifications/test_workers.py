"""Processes that help with a large morning: everybody is in one part, and each mail goes once."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine
from sqlmodel import col, select

from models.database import reading, writing
from models.notice import Notice
from models.settings import Settings
from models.upkeep import Outage
from models.vocabulary import NoticeState
from notifications import workers
from notifications.outbox import next_people
from notifications.send import SendingCount, send_due
from notifications.send_window import EVERYBODY, SendWindow, Shard
from notifications.workers import Helpers, parts
from tests.conftest import at
from tests.notifications.items import CALENDAR
from tests.timeline.harness import CONTACTS, Timeline
from tests.timeline.mail_server import MailServer, listening

MORNING = "2024-02-05 08:00:00"
AFTER_THE_LEASE = "2024-02-05 08:06:00"
ODD = [
    "c-1@d1.example",
    "c1@d1.example",
    "c2@d1.example",
    "c_3@d1.example",
    "c.4@d1.example",
    "c'5@d1.example",
]
MORE = "".join(f"d1,Clerk {n},clerk,{address},vi,2023-01-01,\n" for n, address in enumerate(ODD))
PEOPLE = {"dung@d1.example", "eve@d2.example", *ODD}
SECRET = "hunter2-of-the-relay"


@pytest.fixture
def waiting(engine: Engine, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Timeline:
    """Eight clerks have a reminder waiting; two people are worth a process."""
    monkeypatch.setattr(workers, "PEOPLE_A_PROCESS", 2)
    monkeypatch.setattr(workers, "HEAD_START", 0)
    world = Timeline(engine, settings.model_copy(update={"mail_processes": 3}), tmp_path)

    def begin() -> None:
        world.load_units(CONTACTS + MORE)
        world.two_reminders_wait()

    world.prepare("eight clerks", begin)
    return world


@dataclass
class Started:
    """Processes that were started, and how."""

    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    how: list[object] = field(default_factory=list)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Started:
    known, start = Started(), subprocess.Popen

    def watched(command: list[str], **options: Any) -> Any:
        known.how.append((command, options))
        known.processes.append(start(command, **options))
        return known.processes[-1]

    monkeypatch.setattr(subprocess, "Popen", watched)
    return known


def window(when: str = MORNING) -> SendWindow:
    return SendWindow(now=at(when), calendar=CALENDAR)


def passes(world: Timeline, server: MailServer, *moments: str, **options: Any) -> list[SendingCount]:
    async def run() -> list[SendingCount]:
        async with listening(server, world.settings) as settings:
            return [
                await asyncio.to_thread(send_due, world.engine, settings, at(moment), **options)
                for moment in moments
            ]

    return asyncio.run(run())


@pytest.mark.parametrize("processes", range(1, 6))
def test_everybody_is_in_one_part(waiting: Timeline, processes: int) -> None:
    changes = {"smtp_host": "x.example", "mail_processes": processes, "smtp_connections": 8}
    settings = waiting.settings.model_copy(update=changes)
    with reading(waiting.engine) as session:
        found = parts(session, settings, window(), len(PEOPLE))
        people = [next_people(session, window(), part, 100) for part in found]
        everybody = next_people(session, window(), EVERYBODY, 100)
    assert [address for some in people for address in some] == everybody
    assert set(everybody) == PEOPLE
    assert len(found) == min(processes, len(PEOPLE) // 2)
    assert max(map(len, people)) - min(map(len, people)) <= 1


def test_one_s_own_part_is_larger_by_what_is_done_before_a_helper_comes(
    waiting: Timeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "HEAD_START", 2)
    settings = waiting.settings.model_copy(update={"smtp_host": "x.example"})
    with reading(waiting.engine) as session:
        found = parts(session, settings, window(), len(PEOPLE))
        assert [len(next_people(session, window(), part, 100)) for part in found] == [4, 2, 2]


def test_people_who_were_mailed_since_they_were_counted_are_in_no_part(waiting: Timeline) -> None:
    settings = waiting.settings.model_copy(update={"smtp_host": "x.example"})
    with reading(waiting.engine) as session:
        found = parts(session, settings, window(), 3 * len(PEOPLE))
        people = [next_people(session, window(), part, 100) for part in found]
    assert sorted(address for some in people for address in some) == sorted(PEOPLE)


@pytest.mark.parametrize(
    ("changes", "people", "number"),
    [
        ({}, 8, 3),
        ({}, 5, 2),
        ({}, 3, 1),  # a second process would come too late
        ({"mail_processes": 1}, 8, 1),
        ({"mail_processes": 64, "smtp_connections": 2}, 8, 2),  # each needs a connection
        ({"mail_processes": 0}, 8, min(len(os.sched_getaffinity(0)), 4)),
        ({"mail_per_minute": 30}, 8, 1),  # the relay sets the pace
        ({"smtp_host": None}, 8, 1),  # the local mailbox is a pass's own
    ],
)
def test_so_many_processes_share_a_morning(
    waiting: Timeline, changes: dict[str, Any], people: int, number: int
) -> None:
    settings = waiting.settings.model_copy(update={"smtp_host": "x.example"} | changes)
    with reading(waiting.engine) as session:
        assert len(parts(session, settings, window(), people)) == number


def test_a_server_in_trouble_is_not_met_by_several(waiting: Timeline) -> None:
    settings = waiting.settings.model_copy(update={"smtp_host": "x.example", "smtp_port": 25})
    with writing(waiting.engine) as session:
        now = at(MORNING)
        session.add(Outage(server="x.example:25", since=now, failures=1, retry_at=now, said="421"))
    with reading(waiting.engine) as session:
        assert parts(session, settings, window(), 8) == [EVERYBODY]


def test_three_processes_send_each_mail_once(waiting: Timeline, started: Started) -> None:
    waiting.settings = waiting.settings.model_copy(update={"smtp_password": SecretStr(SECRET)})
    server, told = MailServer(), list[tuple[int, int]]()
    count, later = passes(waiting, server, MORNING, AFTER_THE_LEASE, progress=lambda *done: told.append(done))
    assert (count.mails, count.notices, count.stopped) == (len(PEOPLE), len(PEOPLE), "")
    assert later == SendingCount()
    assert {address for address, _ in server.copies} == PEOPLE
    assert set(server.copies.values()) == {1}
    assert server.most_open <= waiting.settings.smtp_connections
    assert len(started.processes) == 2
    assert SECRET not in str(started.how), "others on the machine can read a command and its environment"
    assert told
    assert max(done for done, _ in told) <= len(PEOPLE)


def test_what_a_helper_held_when_it_died_is_sent_after_its_lease(waiting: Timeline, started: Started) -> None:
    killed_ones: list[int] = []

    async def kill_all() -> None:
        """At the first mail that anybody hands in."""
        if not killed_ones:
            for process in started.processes:
                os.kill(process.pid, signal.SIGKILL)
                killed_ones.append(process.pid)

    server = MailServer(acts={"data": kill_all})
    killed, again = passes(waiting, server, MORNING, AFTER_THE_LEASE)
    assert len(killed_ones) == 2
    assert "ended by itself (-9)" in killed.stopped
    assert again.stopped == ""
    assert {address for address, _ in server.copies} == PEOPLE
    assert set(server.copies.values()) == {1}, "none was killed between the content and the answer"
    with reading(waiting.engine) as session:
        states = set(session.exec(select(Notice.state).where(col(Notice.recipient) != "")))
    assert states == {NoticeState.SENT}


def test_helpers_end_with_what_they_help(waiting: Timeline, started: Started) -> None:
    settings = waiting.settings.model_copy(update={"smtp_host": "192.0.2.1"})  # where nobody answers
    with pytest.raises(ZeroDivisionError), Helpers(waiting.engine, settings, window(), [Shard()]):
        raise ZeroDivisionError
    assert [process.returncode for process in started.processes] == [-signal.SIGTERM]


@pytest.mark.parametrize(
    ("program", "said"), [("/bin/false", "ended by itself (1)"), ("/nowhere", "could not be started")]
)
def test_a_helper_that_does_not_come_says_so_and_nothing_is_lost(
    waiting: Timeline, monkeypatch: pytest.MonkeyPatch, program: str, said: str
) -> None:
    monkeypatch.setattr(sys, "executable", program)
    server = MailServer()
    counts = passes(waiting, server, *(f"2024-02-05 08:{minute:02}:00" for minute in range(0, 60, 10)))
    assert said in counts[0].stopped
    assert {address for address, _ in server.copies} == PEOPLE
    assert set(server.copies.values()) == {1}
