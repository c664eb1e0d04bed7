"""A worker in this process: takes due runs from the work pool and starts each in a process of its own.

Several may share a pool, also from several machines. Before it begins, runs that became late while nobody
worked are reduced to one for each deployment. One that also synchronises looks every minute whether plans
were loaded, changed or retired.
"""

from __future__ import annotations

import asyncio
import os
import signal
from dataclasses import dataclass
from datetime import UTC, datetime
from types import FrameType

from prefect.client.orchestration import get_client
from prefect.workers.process import ProcessWorker
from sqlalchemy.exc import OperationalError

from flows.context import moment
from flows.deployment_sync import current_pool, ensure_pool, synchronise, wanted
from flows.maintenance import mirror_all
from flows.missed_runs import keep_one_late_run
from models.settings import Settings, as_environment

SYNC_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class WorkerOptions:
    """Options of a worker: `once` does what is due and ends, `sync` keeps the deployments in line as well."""

    pool: str | None = None
    name: str | None = None
    limit: int = 2
    sync: bool = False
    once: bool = False


def work(settings: Settings, options: WorkerOptions) -> None:
    """Work until asked to stop."""
    os.environ.update(as_environment(settings))
    signal.signal(signal.SIGTERM, _end)
    with get_client(sync_client=True) as client:
        pool = options.pool or current_pool(client)
        if options.sync:
            synchronise(pool, starts=not options.once)
        ensure_pool(client, pool)
        keep_one_late_run(client, datetime.now(UTC))
    asyncio.run(_work(pool, options))


def _end(_number: int, _frame: FrameType | None) -> None:
    """A worker that is stopped takes its runs' processes with it."""
    raise KeyboardInterrupt


async def _work(pool: str, options: WorkerOptions) -> None:
    worker = ProcessWorker(work_pool_name=pool, name=options.name, limit=options.limit)
    following = asyncio.create_task(_follow(pool)) if options.sync and not options.once else None
    try:
        await worker.start(run_once=options.once)
    finally:
        if following is not None:
            following.cancel()


async def _follow(pool: str) -> None:
    """Keep the deployments in line; a database that is busy is asked again the next time."""
    known = await asyncio.to_thread(wanted, pool)
    await asyncio.to_thread(mirror_all, moment(None))
    while True:
        await asyncio.sleep(SYNC_SECONDS)
        try:
            found = await asyncio.to_thread(wanted, pool)
        except OperationalError:
            continue
        if found != known:
            await asyncio.to_thread(synchronise, pool, starts=True)
            known = found
