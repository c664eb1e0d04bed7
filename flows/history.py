"""Prefect's history, trimmed: runs that only said that there was nothing to say go soon, the others later.

The runs of periods are no history but the mirror of the database; they stay as long as their plan.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import StateType
from prefect.exceptions import ObjectNotFound

from flows.deployments import CHAIN, TIMEOUTS
from models.settings import Settings

PAGE = 200
QUIET_KEPT = timedelta(days=2)
"""How long the runs of frequent flows are kept that went well or were not needed."""
QUIET_FLOWS = tuple(name for name in TIMEOUTS if name != CHAIN)
QUIET_ENDS = [StateType.COMPLETED, StateType.CANCELLED]
ENDS = [*QUIET_ENDS, StateType.FAILED, StateType.CRASHED]


def trim(client: SyncPrefectClient, settings: Settings, now: datetime) -> int:
    """Delete what is old enough; gives how many runs went. Their tasks, states and artifacts go with them."""
    kept = timedelta(days=settings.prefect_history_days)
    quiet = _delete(client, QUIET_FLOWS, QUIET_ENDS, now - min(QUIET_KEPT, kept))
    return quiet + _delete(client, tuple(TIMEOUTS), ENDS, now - kept)


def _delete(
    client: SyncPrefectClient, flows: tuple[str, ...], ends: list[StateType], before: datetime
) -> int:
    named = FlowFilter(name=FlowFilterName(any_=list(flows)))
    old = FlowRunFilter(
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=ends)),
        expected_start_time=FlowRunFilterExpectedStartTime.model_validate({"before_": before}),
    )
    count = 0
    while runs := client.read_flow_runs(flow_filter=named, flow_run_filter=old, limit=PAGE):
        for run in runs:
            try:
                client.delete_flow_run(run.id)
            except ObjectNotFound:
                continue
        count += len(runs)
    return count
