"""Workers outlive outages of Prefect's server and of the database, and are asked after by the checks."""

from __future__ import annotations

import asyncio
import json
import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from subprocess import Popen
from threading import Event, Thread
from uuid import UUID

import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.states import Scheduled

from flows import context, worker
from flows.context import patiently
from flows.deployment_sync import wanted
from models.database import open_engine, revision
from models.settings import Settings
from notifications.prefect_checkup import ask_prefect, prefect_concerns, prefect_findings
from reporting.health.checkup import CheckResult
from reporting.health.health import Concern
from tests.flows.servers import Server
from tests.reporting.world import MONTHLY, World
from tests.waiting import wait_for

NOW = "2024-01-18T08:00:00+07:00"
HASTY = {
    "PREFECT_WORKER_QUERY_SECONDS": "0.1",
    "PREFECT_WORKER_HEARTBEAT_SECONDS": "1",
    "PREFECT_CLIENT_MAX_RETRIES": "0",
}
LONG = 20.0
"""Prefect's worker gives up after twelve polls in vain: in life after twenty minutes, and here after some
seconds."""


def deployments(server: Server) -> dict[str, UUID]:
    with server.client() as client:
        return {each.name: each.id for each in client.read_deployments(limit=200)}


def ask(server: Server, name: str, ago: timedelta = timedelta(0)) -> None:
    with server.client() as client:
        client.create_flow_run_from_deployment(
            deployments(server)[name],
            parameters={"plan": name, "at": NOW} if name == "p-2024" else {},
            state=Scheduled(scheduled_time=server.now - ago),
        )


def test_a_worker_outlives_a_server_that_is_away_for_longer_than_prefect_waits(
    server: Server, town: World, home: Path
) -> None:
    """All workers had ended after twenty minutes without the server, and every check said all was well."""
    server.sync(town)
    process = server.dondoc(home, "flows", "work", "--name", "patient", **HASTY)
    said: list[str] = []
    listener = Thread(target=listen, args=(process, said))
    listener.start()
    try:
        wait_for(lambda: online(server, home) == {"dondoc": 1}, "no worker came")
        server.stop(signal.SIGKILL)
        until = time.monotonic() + LONG
        wait_for(lambda: time.monotonic() > until or process.poll() is not None, "time stood still")
        assert process.poll() is None
        server.start()
        ask(server, "p-2024")
        # A busy server answers with 503 at times, on which so hasty a client gives up its run.
        wait_for(lambda: was_begun(server), lambda: str(server.messages()))
        # Of its polls another may have to wait for some seconds more.
        wait_for(lambda: has_said(said, "working again"), lambda: "".join(said))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)
        listener.join()
    assert has_said(said, "waiting and trying again")
    assert not has_said(said, "Fatal")


def listen(process: Popen[str], said: list[str]) -> None:
    assert process.stdout is not None
    with process.stdout as lines:
        said.extend(lines)


def has_said(lines: Sequence[str], words: str) -> bool:
    return any(words in line for line in lines)


def test_a_worker_that_prefect_gave_up_is_well_again_once_it_has_begun_again() -> None:
    """It had stayed in trouble for good: what had ended was waited for to end well."""
    said: list[str] = []
    starts = iter([RuntimeError("Service exceeded error threshold."), None])

    async def start() -> None:
        error = next(starts)
        if error is not None:
            raise error

    async def two_starts() -> None:
        outages = worker.Outages(said.append)
        await outages.through(start, once=True)
        await outages.through(start)

    asyncio.run(two_starts())
    assert said == ["Service exceeded error threshold.", ""]


def test_a_chore_outlives_what_nobody_expects_and_says_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A `KeyError` beside the runs had ended the chore in silence, for good."""
    monkeypatch.setattr(worker, "EVERY_SECONDS", 0)
    said: list[str] = []
    ends = iter([KeyError("epoch"), KeyError("epoch"), ValueError("odd"), None, None])
    done = Event()

    def act() -> None:
        error = next(ends, done)
        if isinstance(error, Exception):
            raise error
        if error is done:
            done.set()

    async def some_minutes() -> None:
        chore = asyncio.create_task(worker.Outages(said.append).every_minute("look", act))
        await asyncio.to_thread(done.wait, LONG)
        chore.cancel()

    asyncio.run(some_minutes())
    assert said == ["KeyError: 'epoch'", "ValueError: odd", ""]


def was_begun(server: Server) -> bool:
    return all(run.state_name not in ("Scheduled", "Late") for run in server.runs("reporting-chain"))


def online(server: Server, home: Path) -> dict[str, int]:
    found = ask_prefect(settings(home), server.now)
    assert found is not None
    return dict(found.online)


def settings(home: Path) -> Settings:
    return Settings(home=home, _env_file=None)  # type: ignore[call-arg]


@pytest.fixture(autouse=True)
def known(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """The checks of this process ask that server."""
    monkeypatch.setenv("PREFECT_API_URL", server.url)


def test_the_checks_say_whether_a_worker_is_there_and_what_did_not_run(
    server: Server, town: World, home: Path
) -> None:
    server.sync(town)
    ask(server, "p-2024", ago=timedelta(hours=1))
    ask(server, "mail")
    found = ask_prefect(settings(home), server.now)
    concerns = {each.concern: each.part for each in prefect_concerns(found)}
    assert concerns == {Concern.NO_WORKER: "dondoc", Concern.LATE: "p-2024"}
    said = json.loads(server_said(server, home, "health", "--json"))
    assert {each["concern"] for each in said} >= {"no worker", "late"}
    server.run(home, "flows", "work", "--once", "--name", "brief")
    codes = {each.name: each.code for each in prefect_findings(ask_prefect(settings(home), server.now))}
    assert codes["runs p-2024"] is CheckResult.RAN
    assert codes["runs daily"] is CheckResult.NOT_YET_RUN
    assert codes["workers dondoc"] is CheckResult.WORKERS_ONLINE


def server_said(server: Server, home: Path, *arguments: str) -> str:
    process = server.dondoc(home, *arguments)
    return process.communicate(timeout=120)[0]


def test_a_server_that_cannot_be_asked_is_a_concern_and_none_is_none(
    home: Path, monkeypatch: pytest.MonkeyPatch, server: Server
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:1/api")
    (concern,) = prefect_concerns(ask_prefect(settings(home), server.now))
    assert concern.concern is Concern.PREFECT_AWAY
    monkeypatch.delenv("PREFECT_API_URL")
    assert ask_prefect(settings(home), server.now) is None


def test_deployments_follow_the_plans_again_once_the_database_is_back(
    server: Server, town: World, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--sync` ended its task after a minute without the database, for good."""
    monkeypatch.setenv("DONDOC_HOME", str(home))
    monkeypatch.setattr(worker, "EVERY_SECONDS", 0.2)
    server.sync(town)
    town.engine.dispose()
    file, away = home / "dondoc.sqlite3", home / "away.sqlite3"

    begun = list[str]()

    def noted(pool: str) -> object:
        begun.append(pool)
        return wanted(pool)

    monkeypatch.setattr(worker, "wanted", noted)

    async def outage() -> None:
        following = asyncio.create_task(worker._follow("dondoc", worker.Outages(lambda _: None)))
        await asyncio.to_thread(wait_for, lambda: len(begun) > 1, "the first look has not ended")
        file.rename(away)
        before = len(begun)
        await asyncio.to_thread(wait_for, lambda: len(begun) > before, "it does not look again")
        away.rename(file)
        await asyncio.to_thread(town.plan, MONTHLY)
        await asyncio.to_thread(wait_for, lambda: "simple" in deployments(server), "no deployment")
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following

    with temporary_settings({PREFECT_API_URL: server.url}):
        asyncio.run(outage())
    assert "simple" in deployments(server)


def test_work_waits_for_a_database_that_is_away(
    sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An absent server had come as another error than the one that was waited for."""
    monkeypatch.setattr(context, "PAUSES", (0.0, 0.0))
    urls = iter(["postgresql+psycopg://nobody@127.0.0.1:1/x"] * 2 + [f"sqlite:///{sqlite_template}"])

    def work() -> str | None:
        engine = open_engine(next(urls))
        try:
            return revision(engine)
        finally:
            engine.dispose()

    assert patiently(work) is not None
