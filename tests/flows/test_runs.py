"""Runs by a worker: at once, late, killed, the server gone under them; each time the database is right."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from prefect.client.schemas.filters import LogFilter
from prefect.client.schemas.objects import FlowRun
from prefect.states import Scheduled

from flows.context import gettext
from flows.missed_runs import HANGING, SUPERSEDED, crash_hanging_runs
from models.database import open_engine, writing
from models.ladder_file import LadderFile
from models.settings import Settings
from reporting.engine import tick
from reporting.plans.loading import find_plan
from reporting.reminders.ladders import load_ladder, shipped_ladder
from tests.conftest import at
from tests.flows.conftest import content
from tests.flows.servers import Server
from tests.reporting.world import MONTHLY, World
from tests.waiting import PATIENCE, wait_for

NOW = "2024-01-18T08:00:00+07:00"
"""All communes and districts are overdue, so that a pass has something to tell."""
CONTACTS = """\
unit,name,role,address,language,valid_from,valid_to
x1,Alice,clerk,alice@x1.example,vi,2023-01-01,
d1,Bob,clerk,bob@d1.example,vi,2023-01-01,
so,Carol,monitor,carol@so.example,vi,2023-01-01,
"""


@pytest.fixture
def town(town: World) -> World:
    """The province with people in it, and a ladder that mails them."""
    ladder: LadderFile = shipped_ladder()
    with writing(town.engine) as session:
        load_ladder(session, ladder, at("2023-01-01 00:00:00"))
    town.units(CONTACTS)
    return town


def deployment(server: Server, name: str) -> UUID:
    with server.client() as client:
        return next(each.id for each in client.read_deployments(limit=200) if each.name == name)


def ask(server: Server, name: str, due: datetime | None = None) -> FlowRun:
    """A run of the deployment at the simulated instant, due now or when it is said."""
    with server.client() as client:
        slug = {"plan": name}
        return client.create_flow_run_from_deployment(
            deployment(server, name),
            parameters={**slug, "at": NOW},
            state=Scheduled(scheduled_time=due or server.now),
        )


def ends(server: Server) -> Counter[str]:
    """How the chain's runs ended, by the name of their state."""
    return Counter(run.state_name or "" for run in server.runs("reporting-chain"))


def as_ticked(home: Path, *plans: str) -> dict[str, list[object]]:
    """What a plain tick makes of the same database."""
    copy = home.parent / "ticked"
    copy.mkdir()
    with sqlite3.connect(home / "dondoc.sqlite3") as old, sqlite3.connect(copy / "dondoc.sqlite3") as new:
        old.backup(new)
    settings = Settings(home=copy, _env_file=None)  # type: ignore[call-arg]
    engine = open_engine(settings.database)
    for plan in plans or ("p-2024",):
        with writing(engine) as session:
            tick(session, settings, datetime.fromisoformat(NOW), find_plan(session, plan))
    engine.dispose()
    return content(copy)


@contextmanager
def locked(home: Path) -> Iterator[None]:
    """The database taken by somebody who writes for a long time."""
    with sqlite3.connect(home / "dondoc.sqlite3", isolation_level=None) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


def is_running(server: Server) -> bool:
    return ends(server)["Running"] > 0


def test_of_two_runs_of_one_plan_at_once_one_does_nothing(server: Server, town: World, home: Path) -> None:
    """The other waits for a database that is busy all the while."""
    expected = as_ticked(home)
    server.sync(town)
    with locked(home):
        ask(server, "p-2024")
        worker = server.dondoc(home, "flows", "work", "--once")
        wait_for(lambda: is_running(server), "the first run did not begin")
        ask(server, "p-2024")
        server.run(home, "flows", "work", "--once")
        assert worker.poll() is None and is_running(server), "it waits"
    said, _ = worker.communicate(timeout=PATIENCE)
    assert worker.returncode == 0, said
    assert ends(server) == {"Overdue": 1, "Cancelled": 1}, server.messages()
    assert content(home) == expected


def test_after_a_day_without_anybody_one_run_of_each_plan_catches_up(
    server: Server, town: World, home: Path
) -> None:
    town.plan(MONTHLY)
    expected = as_ticked(home, "p-2024", "simple")
    server.sync(town)
    for hours in range(24, 0, -6):
        for plan in ("p-2024", "simple"):
            ask(server, plan, server.now - timedelta(hours=hours))
    server.run(home, "flows", "work", "--once")
    wait_for(lambda: ends(server)["Late"] + ends(server)["Scheduled"] == 0, "a late run was left")
    assert ends(server) == {"Overdue": 2, SUPERSEDED: 6}, server.messages()
    # Which plan came first is left open, and with it the rows' numbers.
    assert {name: len(rows) for name, rows in content(home).items()} == {
        name: len(rows) for name, rows in expected.items()
    }


def test_a_worker_killed_in_the_middle_is_noticed_and_the_next_run_is_right(
    server: Server, town: World, home: Path
) -> None:
    expected = as_ticked(home)
    server.sync(town)
    ask(server, "p-2024")
    with locked(home):
        worker = server.dondoc(home, "flows", "work")
        wait_for(lambda: is_running(server), "the run did not begin")
        kill_with_all_below(worker.pid)
        worker.communicate()
    with server.client() as client:
        assert crash_hanging_runs(client, server.now) == [], "it may still be alive"
        assert crash_hanging_runs(client, server.now + timedelta(minutes=21)) == ["p-2024"]
    (crashed,) = server.runs("reporting-chain")
    assert crashed.state is not None and (crashed.state_name, crashed.state.message) == (
        "Crashed",
        gettext(HANGING),
    )
    ask(server, "p-2024")
    server.run(home, "flows", "work", "--once")
    assert ends(server) == {"Crashed": 1, "Overdue": 1}
    assert content(home) == expected, "nothing lost, nothing doubled"


def kill_with_all_below(pid: int) -> None:
    """SIGKILL to a process and to those it started, as when a machine goes down."""
    below = [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    os.kill(pid, signal.SIGKILL)
    for each in below:
        kill_with_all_below(each)


def test_a_server_restarted_under_a_run_changes_nothing_in_the_database(
    server: Server, town: World, home: Path
) -> None:
    expected = as_ticked(home)
    server.sync(town)
    ask(server, "p-2024")
    with locked(home):
        worker = server.dondoc(home, "flows", "work", "--once")
        wait_for(lambda: is_running(server), "the run did not begin")
        server.stop(signal.SIGKILL)
        server.start()
    worker.communicate(timeout=PATIENCE)
    assert content(home) == expected
    with server.client() as client:
        crash_hanging_runs(client, server.now + timedelta(minutes=21))
    ask(server, "p-2024")
    server.run(home, "flows", "work", "--once")
    assert ends(server)["Overdue"] >= 1 and is_running(server) is False
    assert content(home) == expected


def logs_of(server: Server) -> dict[str, str]:
    """What Prefect has kept of each run of a plan that wrote anything."""
    with server.client() as client:
        lines = client.read_logs(LogFilter(), limit=200)
    names = {run.id: run.name for run in server.runs("reporting-chain")}
    found: dict[str, str] = {}
    for line in lines:
        name = names.get(line.flow_run_id, "none")  # type: ignore[arg-type]
        found[name] = found.get(name, "") + line.message
    return found


def test_a_poisoned_plan_stops_no_other_and_the_administrator_is_alerted(
    server: Server, town: World, home: Path
) -> None:
    town.plan(MONTHLY.replace("slug: simple", "slug: lost\nladder: nowhere"))
    server.sync(town)
    for plan in ("lost", "p-2024"):
        ask(server, plan)
    alerting = {"DONDOC_ADMIN_ADDRESS": "admin@example"}
    server.run(home, "flows", "work", "--once", **alerting)
    assert {run.name: run.state_name for run in server.runs("reporting-chain")} == {
        "lost": "Failed",
        "p-2024": "Overdue",
    }
    assert {name: "Traceback" in log for name, log in logs_of(server).items()} == {"lost": True}
    wait_for(lambda: len(server.runs("alert-administrator")) == 1, "no automation answered")
    server.run(home, "flows", "work", "--once", **alerting)
    with sqlite3.connect(home / "dondoc.sqlite3") as connection:
        ((words,),) = connection.execute("SELECT words FROM notice WHERE recipient = 'admin@example'")
    assert "reporting-chain/lost" in words and "ladder nowhere" in words
    by_hand = server.dondoc(home, "flows", "run", "lost", "--at", NOW)
    said, _ = by_hand.communicate(timeout=PATIENCE)
    assert by_hand.returncode == 1 and "Traceback" not in said
    assert re.fullmatch(r"dondoc: the flow of lost failed \(.*\); see: dondoc doctor", said.splitlines()[-1])
