"""The way to Prefect's API: the client of the run we are in, else one of our own.

To make a client costs more than most requests do, since it reads all the certificates of the machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.context import FlowRunContext, TaskRunContext


@contextmanager
def run_client() -> Iterator[SyncPrefectClient]:
    """A client, for as long as it is needed."""
    run = TaskRunContext.get() or FlowRunContext.get()
    if run is not None and isinstance(run.client, SyncPrefectClient):
        yield run.client
        return
    with get_client(sync_client=True) as client:
        yield client
