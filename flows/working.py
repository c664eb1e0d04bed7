"""A worker in this process: takes due runs from the work pool and starts each in a process of its own.

Several may share a pool, also from several machines. Before it begins, runs that became late while nobody
worked are reduced to one for each deployment.
"""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path

from prefect.client.orchestration import get_client
from prefect.workers.process import ProcessWorker

from flows.late_runs import keep_one_late_run
from flows.syncing import our_deployments
from models.settings import SECRETS, Settings

POLL_SECONDS = 5


def work(
    settings: Settings, pool: str, name: str | None = None, limit: int = 2, *, once: bool = False
) -> None:
    """Work until told to stop; with `once`, do what is due now and end."""
    os.environ.update(as_environment(settings))
    with get_client(sync_client=True) as client:
        keep_one_late_run(client, [each.id for each in our_deployments(client)], datetime.now(UTC))
    asyncio.run(_work(pool, name, limit, once))


async def _work(pool: str, name: str | None, limit: int, once: bool) -> None:
    worker = ProcessWorker(work_pool_name=pool, name=name, limit=limit, prefetch_seconds=0)
    await worker.start(run_once=once, with_healthcheck=False)


def as_environment(settings: Settings) -> dict[str, str]:
    """The settings as variables: a run's process starts in another folder, and would not find `.env`."""
    found = {}
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if value is not None:
            text = value.get_secret_value() if name in SECRETS else value
            found[f"DONDOC_{name.upper()}"] = str(text.absolute() if isinstance(text, Path) else text)
    return found
