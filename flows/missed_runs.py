"""Runs that are late, hang or never came, found in Prefect's records.

A schedule's instants are computed again from its cron expression, because Prefect's scheduler only plans
ahead: what fell into an outage of its server has no record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from prefect._vendor.croniter import croniter  # type: ignore[attr-defined]
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.schedules import CronSchedule
from prefect.client.schemas.sorting import FlowRunSort
from prefect.states import Cancelled, Crashed

from flows.context import gettext, read_all
from flows.deployment_sync import our_deployments
from flows.deployments import TIMEOUTS
from messages.catalogue import N_

SUPERSEDED = "Superseded"
MESSAGE = N_("another run catches up")
LOOK_BACK = timedelta(hours=26)
GRACE = timedelta(minutes=30)
"""How long after its time a run may still begin."""
ALLOWANCE = timedelta(minutes=5)
"""How long after its flow's time-out a run is believed to be alive."""
HANGING = N_("the run's process is gone")


def keep_one_late_run(client: SyncPrefectClient, now: datetime) -> None:
    """Of each deployment's late runs keep the newest, which catches up for all."""
    late = late_runs(client, [each.id for each in our_deployments(client)], now)
    late.sort(key=lambda run: str(run.deployment_id))
    for _, runs in groupby(late, lambda run: run.deployment_id):
        supersede(client, list(runs)[:-1])


def late_runs(client: SyncPrefectClient, deployments: list[UUID], now: datetime) -> list[FlowRun]:
    """Runs of the deployments that are due and have not begun, the oldest first."""
    due = FlowRunFilter(
        deployment_id=FlowRunFilterDeploymentId(any_=deployments),
        state=_in(StateType.SCHEDULED),
        expected_start_time=FlowRunFilterExpectedStartTime.model_validate({"before_": now}),
    )
    order = FlowRunSort.EXPECTED_START_TIME_ASC
    return read_all(client.read_flow_runs, flow_run_filter=due, sort=order) if deployments else []


def supersede(client: SyncPrefectClient, runs: Iterable[FlowRun]) -> None:
    """Cancel the runs, with the reason."""
    for run in runs:
        client.set_flow_run_state(run.id, Cancelled(name=SUPERSEDED, message=gettext(MESSAGE)), force=True)


def _in(*states: StateType) -> FlowRunFilterState:
    return FlowRunFilterState(type=FlowRunFilterStateType(any_=list(states)))


def crash_hanging_runs(client: SyncPrefectClient, now: datetime) -> list[str]:
    """Mark runs as crashed that have been pending or running for too long, and return their names."""
    under_way = FlowRunFilter(state=_in(StateType.PENDING, StateType.RUNNING))
    names = []
    for flow, seconds in TIMEOUTS.items():
        limit = now - timedelta(seconds=seconds) - ALLOWANCE
        named = FlowFilter(name=FlowFilterName(any_=[flow]))
        for run in read_all(client.read_flow_runs, flow_filter=named, flow_run_filter=under_way):
            if run.state is not None and run.state.timestamp < limit:
                client.set_flow_run_state(run.id, Crashed(message=gettext(HANGING)), force=True)
                names.append(run.name)
    return names


def missed_runs(client: SyncPrefectClient, now: datetime) -> dict[str, list[datetime]]:
    """By deployment, the instants of the last day at which a run was due and none has begun since."""
    found = {}
    for deployment in our_deployments(client):
        since = max(now - LOOK_BACK, deployment.created or now)
        due = list(_due(deployment, since, now - GRACE))
        latest = _latest_begun(client, deployment, now) if due else None
        missed = [moment for moment in due if latest is None or moment > latest]
        if missed:
            found[deployment.name] = missed
    return found


def _due(deployment: DeploymentResponse, first: datetime, last: datetime) -> Iterator[datetime]:
    """The instants of the deployment's schedules from `first` to `last`, in the schedule's own zone."""
    for planned in deployment.schedules:
        if planned.active and not deployment.paused and isinstance(planned.schedule, CronSchedule):
            zone = ZoneInfo(planned.schedule.timezone or "UTC")
            clock: Any = croniter(planned.schedule.cron, first.astimezone(zone))  # type: ignore[no-untyped-call]
            moment: datetime = clock.get_next(datetime)
            while moment <= last:
                yield moment
                moment = clock.get_next(datetime)


def _latest_begun(
    client: SyncPrefectClient, deployment: DeploymentResponse, now: datetime
) -> datetime | None:
    """When the newest run has begun, whatever became of it."""
    recent = FlowRunFilter(
        deployment_id=FlowRunFilterDeploymentId(any_=[deployment.id]),
        expected_start_time=FlowRunFilterExpectedStartTime.model_validate(
            {"after_": now - LOOK_BACK, "before_": now}
        ),
    )
    runs = read_all(client.read_flow_runs, flow_run_filter=recent)
    return max((run.start_time for run in runs if run.start_time), default=None)
