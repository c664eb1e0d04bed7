"""The naive way to show a plan in Prefect: a task run for each obligation. What dondoc does not do."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

from prefect import State, flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.context import FlowRunContext
from prefect.states import Completed

LOOK = 0.1
"""Seconds between two looks whether Prefect has recorded all."""
PATIENCE = 600


@task(cache_policy=NO_CACHE, persist_result=False)
def obligation(number: int) -> State[Any]:
    """One report that is owed; nothing is asked of the database, which favours this side."""
    return Completed(name="Received", message=f"report {number}")


@flow(name="task-each", persist_result=False)
def each_obligation(number: int) -> UUID:
    futures = [obligation.submit(one) for one in range(number)]
    for future in futures:
        future.wait()
    run = FlowRunContext.get()
    assert run is not None and run.flow_run is not None
    return run.flow_run.id


def task_each(number: int) -> None:
    """All of them, until Prefect has recorded the last: its recorder comes behind."""
    wait_until_recorded(each_obligation(number), number)


def wait_until_recorded(run: UUID, number: int) -> None:
    """Wait until Prefect knows so many task runs of the run as ended. Raises `TimeoutError`."""
    wanted = FlowRunFilter(id=FlowRunFilterId(any_=[run])).model_dump(mode="json", exclude_unset=True)
    ended = {"state": {"type": {"any_": ["COMPLETED", "FAILED", "CANCELLED"]}}}
    end = time.monotonic() + PATIENCE
    with get_client(sync_client=True) as client:
        while time.monotonic() < end:
            asked = {"flow_runs": wanted, "task_runs": ended}
            if client.request("POST", "/task_runs/count", json=asked).json() >= number:
                return
            time.sleep(LOOK)
    raise TimeoutError(f"Prefect did not record {number} task runs in {PATIENCE} seconds")
