"""What should have run and did not; what has hung; what is old enough to go. With a real server's records."""

from __future__ import annotations

from datetime import timedelta

import pytest
from prefect import State
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import FlowRun
from prefect.states import Completed, Failed, Running

from flows.maintenance import trim
from flows.mirror import FLOW as MIRROR
from flows.missed_runs import crash_hanging_runs, missed_runs
from tests.conftest import HCM
from tests.flows.servers import Server
from tests.reporting.world import World


def a_run(client: SyncPrefectClient, flow: str, state: State[None]) -> FlowRun:
    """A run of a flow of this name in this state."""
    flow_id = client.create_flow_from_name(flow)
    answer = client.request("POST", "/flow_runs/", json={"flow_id": str(flow_id), "name": flow})
    run = FlowRun.model_validate(answer.json())
    client.set_flow_run_state(run.id, state, force=True)
    return run


def test_a_schedule_that_nobody_kept_is_noticed(server: Server, town: World) -> None:
    server.sync(town)
    now = server.now
    with server.client() as client:
        assert missed_runs(client, now + timedelta(minutes=2)) == {}, "it may still come"
        missed = missed_runs(client, now + timedelta(hours=5))
        assert set(missed) - {"daily"} == {"p-2024", "mail", "watch"}, "alert has no schedule"
        assert 4 <= len(missed["p-2024"]) <= 5
        assert {moment.minute for moment in missed["p-2024"]} == {5}
        deployment = next(each for each in client.read_deployments() if each.name == "p-2024")
        run = client.create_flow_run_from_deployment(deployment.id)
        client.set_flow_run_state(run.id, Running(), force=True)
        still = missed_runs(client, now + timedelta(hours=5))
        assert len(still["p-2024"]) >= 4, "a run of now does not stand for later ones"
        assert "p-2024" not in missed_runs(client, now + timedelta(minutes=25))


def test_what_runs_once_a_day_is_missed_half_an_hour_after_its_time(server: Server, town: World) -> None:
    server.sync(town)
    with server.client() as client:
        created = next(each.created for each in client.read_deployments() if each.name == "daily")
        assert created is not None
        night = created.astimezone(HCM).replace(hour=1, minute=20, second=0, microsecond=0)
        due = night if night > created else night + timedelta(days=1)
        assert "daily" not in missed_runs(client, due + timedelta(minutes=29))
        assert missed_runs(client, due + timedelta(minutes=31))["daily"] == [due]


@pytest.mark.parametrize(
    ("flow", "minutes", "is_hanging"),
    [
        ("reporting-chain", 19, False),
        ("reporting-chain", 21, True),
        ("send-mail", 34, False),  # it may send for half an hour
        ("send-mail", 36, True),
        ("reporting-period", 100_000, False),  # a month in the mirror runs for weeks
        ("somebody-elses", 100_000, False),
    ],
)
def test_a_run_hangs_once_its_own_time_is_over(
    server: Server, flow: str, minutes: int, is_hanging: bool
) -> None:
    with server.client() as client:
        a_run(client, flow, Running())
        found = crash_hanging_runs(client, server.now + timedelta(minutes=minutes))
    assert found == ([flow] if is_hanging else [])


@pytest.mark.parametrize(
    ("flow", "state", "days", "goes"),
    [
        ("send-mail", Completed(), 1, False),
        ("send-mail", Completed(), 3, True),
        ("send-mail", Failed(), 3, False),  # somebody may want to know why
        ("send-mail", Failed(), 31, True),
        ("reporting-chain", Completed(name="Overdue"), 3, False),
        ("reporting-chain", Completed(name="Overdue"), 31, True),
        ("reporting-chain", Running(), 31, False),
        (MIRROR, Completed(name="Received"), 4000, False),  # no history, but what the database says
    ],
)
def test_history_goes_when_nobody_needs_it(
    server: Server, town: World, flow: str, state: State[None], days: int, goes: bool
) -> None:
    with server.client() as client:
        run = a_run(client, flow, state)
        gone = trim(client, town.settings, server.now + timedelta(days=days))
        assert gone == int(goes)
        assert (run.id in {each.id for each in client.read_flow_runs(limit=50)}) is not goes
