"""The naive way to show a plan in Prefect: a task run for each obligation. What dondoc does not do."""

from __future__ import annotations

from typing import Any

from prefect import State, flow, task
from prefect.cache_policies import NO_CACHE
from prefect.states import Completed


@task(cache_policy=NO_CACHE, persist_result=False)
def obligation(number: int) -> State[Any]:
    """One report that is owed; nothing is asked of the database, which favours this side."""
    return Completed(name="Received", message=f"report {number}")


@flow(name="task-each", persist_result=False)
def each_obligation(number: int) -> None:
    futures = [obligation.submit(one) for one in range(number)]
    for future in futures:
        future.wait()


def task_each(number: int) -> None:
    each_obligation(number)
