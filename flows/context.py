"""The database a flow's run works on: opened for as long as the run needs it, with the patience of its own.

A database that is busy for longer than its own time-out is asked again a few times before the run gives up.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TypeVar

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.context import FlowRunContext, TaskRunContext
from prefect.settings import get_current_settings
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from models.database import open_known
from models.settings import Settings, load_settings


@contextmanager
def run_client() -> Iterator[SyncPrefectClient]:
    """A client, for as long as it is needed."""
    run = TaskRunContext.get() or FlowRunContext.get()
    if run is not None and isinstance(run.client, SyncPrefectClient):
        yield run.client
        return
    with get_client(sync_client=True) as client:
        yield client


def send_no_heartbeats() -> None:
    """For this process; what an administrator has set stays. Flows' modules call it, wherever they run."""
    flows = get_current_settings().flows
    if "heartbeat_frequency" not in flows.model_fields_set:
        flows.heartbeat_frequency = None


PAUSES = (1.0, 5.0, 15.0)
"""Seconds to wait before each further attempt."""
Result = TypeVar("Result")


@contextmanager
def open_database() -> Iterator[tuple[Settings, Engine]]:
    """Settings and database of this process. Raises `DatabaseNotReady` where the schema is another's."""
    settings = load_settings()
    engine = open_known(settings)
    try:
        yield settings, engine
    finally:
        engine.dispose()


def moment(at: datetime | None) -> datetime:
    """The instant of a run, in UTC: what was asked for, or the present. Here the clock is read."""
    return (at or datetime.now(UTC) + load_settings().clock_shift).astimezone(UTC)


def patiently(work: Callable[[], Result], pauses: tuple[float, ...] = PAUSES) -> Result:
    """Do the work; again after a pause while the database is busy or away. It must bear being repeated."""
    for pause in pauses:
        try:
            return work()
        except OperationalError:
            time.sleep(pause)
    return work()
