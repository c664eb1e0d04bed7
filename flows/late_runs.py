"""Runs that are late all at once, as after an outage: one of them catches up, the others are superseded.

A pass does whatever is due, so one is enough. Prefect's own limit (one run of a deployment at a time, what
collides is cancelled) only helps against runs at the same moment; these would come one after the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.context import FlowRunContext
from prefect.states import Cancelled

from flows.run_client import run_client

SUPERSEDED = "Superseded"
MESSAGE = "đã có lượt chạy khác làm bù (another run catches up)"


def supersede_late_runs() -> int:
    """Within a deployment's run: supersede the runs of the same deployment that are due as well."""
    context = FlowRunContext.get()
    own = context.flow_run if context else None
    if own is None or own.deployment_id is None:
        return 0
    with run_client() as client:
        late = late_runs(client, [own.deployment_id], datetime.now(UTC))
        return supersede(client, [run for run in late if run.id != own.id])


def keep_one_late_run(client: SyncPrefectClient, deployments: Iterable[UUID], now: datetime) -> int:
    """Before anything is run again: of each deployment's late runs keep the newest. Gives how many went."""
    by_deployment: dict[UUID | None, list[FlowRun]] = defaultdict(list)
    for run in late_runs(client, deployments, now):
        by_deployment[run.deployment_id].append(run)
    return supersede(client, [run for runs in by_deployment.values() for run in runs[:-1]])


def late_runs(client: SyncPrefectClient, deployments: Iterable[UUID], now: datetime) -> list[FlowRun]:
    """Runs that are due and have not begun, the oldest first."""
    wanted = list(deployments)
    if not wanted:
        return []
    due = FlowRunFilter(
        deployment_id=FlowRunFilterDeploymentId(any_=wanted),
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED])),
        expected_start_time=FlowRunFilterExpectedStartTime.model_validate({"before_": now}),
    )
    found: list[FlowRun] = []
    while True:
        page = client.read_flow_runs(
            flow_run_filter=due, sort=FlowRunSort.EXPECTED_START_TIME_ASC, limit=200, offset=len(found)
        )
        found += page
        if len(page) < 200:
            return found


def supersede(client: SyncPrefectClient, runs: Iterable[FlowRun]) -> int:
    """Cancel the runs, with the reason; gives how many."""
    count = 0
    for run in runs:
        client.set_flow_run_state(run.id, Cancelled(name=SUPERSEDED, message=MESSAGE), force=True)
        count += 1
    return count
