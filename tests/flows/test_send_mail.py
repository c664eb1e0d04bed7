"""A morning's mails in shards: processes beside each other, several workers, and one of them killed."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from prefect.states import Scheduled

from flows.send_mail import online_workers
from models.database import writing
from models.settings import Settings
from reporting.reminders.ladders import load_ladder, shipped_ladder
from tests.conftest import at
from tests.flows.servers import Server
from tests.flows.test_runs import deployment
from tests.reporting.world import World
from tests.timeline.mail_server import MailServer, listening
from tests.waiting import PATIENCE, wait_for

MORNING, AFTER_THE_LEASE = "2024-01-18T08:00:00+07:00", "2024-01-18T08:06:00+07:00"
HEAD = "unit,name,role,address,language,valid_from,valid_to\n"
PEOPLE = {f"clerk-{number}@x{1 + number % 2}.example" for number in range(8)}
CONTACTS = HEAD + "".join(
    f"{address.partition('@')[2].partition('.')[0]},Clerk,clerk,{address},vi,2023-01-01,\n"
    for address in sorted(PEOPLE)
)


@pytest.fixture
def town(town: World) -> World:
    """Eight clerks of two communes have a reminder waiting."""
    with writing(town.engine) as session:
        load_ladder(session, shipped_ladder(), at("2023-01-01 00:00:00"))
    town.units(CONTACTS)
    town.tick("2024-01-18 08:00:00")
    return town


@contextmanager
def mail_server(behaviour: MailServer) -> Iterator[dict[str, str]]:
    """The server in a thread of its own; yields the settings that point at it, and two shards."""
    loop, ready, ended = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
    given: dict[str, str] = {"DONDOC_MAIL_SHARDS": "2"}

    async def serve() -> None:
        async with listening(behaviour, Settings(_env_file=None)) as settings:  # type: ignore[call-arg]
            given["DONDOC_SMTP_HOST"] = str(settings.smtp_host)
            given["DONDOC_SMTP_PORT"] = str(settings.smtp_port)
            ready.set()
            await ended.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    ready.wait(PATIENCE)
    try:
        yield given
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join()
        loop.close()


def ask(server: Server, when: str, name: str = "mail", shard: str | None = None) -> None:
    with server.client() as client:
        client.create_flow_run_from_deployment(
            deployment(server, name),
            parameters={"at": when, "shard": shard},
            name=f"later {shard}" if shard else None,
            state=Scheduled(scheduled_time=server.now),
        )


def below(pid: int) -> Iterator[int]:
    """The processes that it started, and those that they did."""
    with suppress(FileNotFoundError, ProcessLookupError):  # one that has just ended
        for thread in Path(f"/proc/{pid}/task").iterdir():
            for each in (thread / "children").read_text().split():
                yield int(each)
                yield from below(int(each))


def kill_all(pid: int) -> None:
    """SIGKILL to a process and all below it, as when a machine goes down."""
    for each in [pid, *below(pid)]:
        os.kill(each, signal.SIGKILL)


def sends_a_shard(pid: int) -> bool:
    return b"multiprocessing.spawn" in Path(f"/proc/{pid}/cmdline").read_bytes()


def got(behaviour: MailServer) -> dict[str, int]:
    """How many mails each person got."""
    return {address: copies for (address, _), copies in behaviour.copies.items()}


def states(server: Server) -> list[str]:
    return sorted(run.state_name or "" for run in server.runs("send-mail"))


def test_a_shard_whose_process_is_killed_is_sent_by_the_next_pass(
    server: Server, town: World, home: Path
) -> None:
    server.sync(town)
    killed: list[int] = []

    async def kill() -> None:
        """At the first mail that is handed in, before its content is asked for."""
        if not killed:
            killed.append(next(pid for pid in below(worker.pid) if sends_a_shard(pid)))
            os.kill(killed[0], signal.SIGKILL)

    behaviour = MailServer(acts={"data": kill})
    with mail_server(behaviour) as given:
        ask(server, MORNING)
        worker = server.dondoc(home, "flows", "work", "--once", **given)
        said, _ = worker.communicate(timeout=PATIENCE)
        assert (worker.returncode, len(killed)) == (0, 1), said
        assert states(server) == ["Failed"], server.messages()
        ask(server, AFTER_THE_LEASE)
        server.run(home, "flows", "work", "--once", **given)
    assert states(server)[0] == "Failed" and len(states(server)) == 2, server.messages()
    assert got(behaviour) == dict.fromkeys(PEOPLE, 1)


def test_of_several_workers_one_may_die(server: Server, town: World, home: Path) -> None:
    town.settings = town.settings.model_copy(update={"mail_shards": 2})
    server.sync(town)
    killed = threading.Event()

    async def kill() -> None:
        """The worker that sends, with all below it, as when a machine goes down."""
        if not killed.is_set():
            killed.set()
            kill_all(next(each.pid for each in workers if list(below(each.pid))))

    behaviour = MailServer(acts={"data": kill})
    with mail_server(behaviour) as given:
        workers = [server.dondoc(home, "flows", "work", **given) for _ in range(2)]
        try:
            wait_for(lambda: online(server) == 2, "the workers did not come")
            ask(server, MORNING)
            wait_for(killed.is_set, "nobody sent a mail")
            for shard in ("1/2", "2/2"):
                ask(server, AFTER_THE_LEASE, "mail-shard", shard)
            wait_for(lambda: later(server) == 2, "the other worker did nothing")
        finally:
            for each in workers:
                if each.poll() is None:
                    kill_all(each.pid)
                each.communicate()
    assert got(behaviour) == dict.fromkeys(PEOPLE, 1)
    shards = [run.name for run in server.runs("send-mail") if run.name.startswith("mail-shard")]
    assert "mail-shard 2/2" in shards


def later(server: Server) -> int:
    """How many of the later runs have ended well."""
    runs = server.runs("send-mail")
    return sum(run.name.startswith("later") and run.state_name in ("Sent", "Nothing to send") for run in runs)


def online(server: Server) -> int:
    with server.client() as client:
        return online_workers(client, "dondoc")
