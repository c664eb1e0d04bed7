"""Looking back at schedules: runs that hang long after their time, and runs that were due and never came.

A schedule's instants are reckoned anew from its cron text, because Prefect plans only ahead: what fell into
an outage of its server stands nowhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
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
from prefect.context import FlowRunContext
from prefect.states import Cancelled, Crashed

from flows.context import run_client
from flows.deployment_sync import our_deployments
from flows.deployments import TIMEOUTS

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


LOOK_BACK = timedelta(hours=26)
GRACE = timedelta(minutes=30)
"""How long after its time a run may still begin."""
ALLOWANCE = timedelta(minutes=5)
"""How long after its flow's time-out a run is believed to be alive."""
HANGING = "tiến trình của lượt chạy không còn (the run's process is gone)"
PAGE = 200


def crash_hanging_runs(client: SyncPrefectClient, now: datetime) -> list[str]:
    """Mark as crashed what has been pending or running for too long; gives the names of those runs."""
    under_way = FlowRunFilter(
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.PENDING, StateType.RUNNING]))
    )
    names = []
    for flow, seconds in TIMEOUTS.items():
        limit = now - timedelta(seconds=seconds) - ALLOWANCE
        named = FlowFilter(name=FlowFilterName(any_=[flow]))
        for run in client.read_flow_runs(flow_filter=named, flow_run_filter=under_way, limit=PAGE):
            if run.state is not None and run.state.timestamp < limit:
                client.set_flow_run_state(run.id, Crashed(message=HANGING), force=True)
                names.append(run.name)
    return names


def missed_runs(client: SyncPrefectClient, now: datetime) -> dict[str, list[datetime]]:
    """By deployment, the instants of the last day at which a run was due and none ran since."""
    found = {}
    for deployment in our_deployments(client):
        due = list(_due(deployment, max(now - LOOK_BACK, _known_since(deployment)), now - GRACE))
        if not due:
            continue
        latest = _latest_end(client, deployment, now)
        missed = [moment for moment in due if latest is None or moment > latest]
        if missed:
            found[deployment.name] = missed
    return found


def _known_since(deployment: DeploymentResponse) -> datetime:
    return deployment.created or datetime.min.replace(tzinfo=ZoneInfo("UTC"))


def _due(deployment: DeploymentResponse, first: datetime, last: datetime) -> Iterable[datetime]:
    """The instants of the deployment's schedules from `first` to `last`, in the schedule's own zone."""
    for planned in deployment.schedules:
        if planned.active and not deployment.paused and isinstance(planned.schedule, CronSchedule):
            zone = ZoneInfo(planned.schedule.timezone or "UTC")
            clock: Any = croniter(planned.schedule.cron, first.astimezone(zone))  # type: ignore[no-untyped-call]
            moment: datetime = clock.get_next(datetime)
            while moment <= last:
                yield moment
                moment = clock.get_next(datetime)


def _latest_end(client: SyncPrefectClient, deployment: DeploymentResponse, now: datetime) -> datetime | None:
    """The expected time of the newest run that has begun."""
    begun = FlowRunFilter(
        deployment_id=FlowRunFilterDeploymentId(any_=[deployment.id]),
        expected_start_time=FlowRunFilterExpectedStartTime.model_validate(
            {"after_": now - LOOK_BACK, "before_": now}
        ),
    )
    runs = client.read_flow_runs(flow_run_filter=begun, limit=PAGE)
    return max((time for run in runs if (time := _began(run)) is not None), default=None)


def _began(run: FlowRun) -> datetime | None:
    """When the run was begun, whatever became of it; None if it never was."""
    return run.start_time
