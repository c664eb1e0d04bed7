"""A worker in this process: takes due runs from the work pool and starts each in a process of its own.

Several may share a pool, also from several machines. It outlives outages: while Prefect's server or the
database is away it goes on asking, and one that Prefect's own code has given up is started again. Beside its
work it holds the database against this machine's mark every minute, and one that also synchronises looks
whether plans were loaded, changed or retired.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.exceptions import ObjectNotFound
from prefect.workers.process import ProcessWorker
from sqlalchemy.exc import OperationalError

from calendars.errors import Fault
from flows.context import moment, open_database
from flows.deployment_sync import current_pool, ensure_pool, require_pool, synchronise, wanted
from flows.maintenance import mirror_all
from flows.missed_runs import keep_one_late_run
from models.database import writing
from models.errors import DatabaseNotReady
from models.settings import Settings, as_environment
from reporting.backup_mark import vouch

EVERY_SECONDS = 60
"""How often it looks at the database and the plans."""
PAUSE_SECONDS = 15
"""How long it waits before it tries again what an outage kept from it."""
TROUBLE = (
    *(httpx.HTTPError, RuntimeError, OSError, ObjectNotFound),
    *(OperationalError, DatabaseNotReady),
)
"""What comes of outages and says by itself what it is: httpx's errors, and Prefect's own when its worker has
given up. Anything else is waited for as well, and said with its type."""
POLLS = ("get_and_submit_flow_runs", "_sync_and_initialize")
"""What Prefect's worker does again and again; after some failures in a row it would end, with its runs."""
LONGEST = 200
Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class WorkerOptions:
    """Options of a worker: `once` does what is due and ends, `sync` keeps the deployments in line as well."""

    pool: str | None = None
    name: str | None = None
    limit: int = 2
    sync: bool = False
    once: bool = False


def work(settings: Settings, options: WorkerOptions, say: Say) -> None:
    """Work until asked to stop. Raises at once where the server refuses us or has no such pool."""
    os.environ.update(as_environment(settings))
    with get_client(sync_client=True) as client:
        pool = _pool(client, options)
        if options.once:
            _begin(client, pool, options)
    once = _worker(pool, options).start(run_once=True) if options.once else None
    asyncio.run(_until_told(once or _work(pool, options, say)))


async def _until_told(working: Coroutine[Any, Any, None]) -> None:
    """Work until it is done or a signal comes; a worker told to stop takes its runs' processes with it."""
    task = asyncio.ensure_future(working)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    try:
        await task
    except asyncio.CancelledError as error:
        raise KeyboardInterrupt from error


def _pool(client: SyncPrefectClient, options: WorkerOptions) -> str:
    """The pool that is named, which must be there; else the one in use."""
    if options.pool is None:
        return current_pool(client)
    require_pool(client, options.pool)
    return options.pool


def _begin(client: SyncPrefectClient, pool: str, options: WorkerOptions) -> None:
    """What comes before the first run."""
    if options.sync:
        synchronise(pool, starts=not options.once)
    ensure_pool(client, pool)
    keep_one_late_run(client, datetime.now(UTC))


def _worker(pool: str, options: WorkerOptions) -> ProcessWorker:
    return ProcessWorker(work_pool_name=pool, name=options.name, limit=options.limit)


async def _work(pool: str, options: WorkerOptions, say: Say) -> None:
    outages = Outages(say)
    beside = [_look(outages), *([_follow(pool, outages)] if options.sync else [])]
    chores = [asyncio.create_task(each) for each in beside]
    try:
        while True:
            await outages.through(lambda: asyncio.to_thread(_begin_again, pool, options))
            worker = _worker(pool, options)
            for name in POLLS:
                setattr(worker, name, outages.patient(name, getattr(worker, name), worker))
            await outages.through(worker.start, once=True)
            await asyncio.sleep(PAUSE_SECONDS if outages.current else 0)
    finally:
        for chore in chores:
            chore.cancel()


def _begin_again(pool: str, options: WorkerOptions) -> None:
    with get_client(sync_client=True) as client:
        _begin(client, pool, options)


class Renewal(Exception):
    """An outage is over and nothing runs: the worker is to begin again, for within it Prefect's observer of
    cancelled runs gives up after three polls in vain."""


class Outages:
    """Goes on through outages, whatever is raised; each is said once when it begins, and once when all works
    again. After one of Prefect's polls the worker `is_to_renew`."""

    def __init__(self, say: Say) -> None:
        self.say = say
        self.current: dict[str, str] = {}
        self.is_to_renew = False

    async def through(self, act: Callable[[], Awaitable[Any]], *, once: bool = False) -> None:
        """Do it, again and again until it succeeds; or `once`, whatever comes of it. A worker that ended in
        trouble is out of it once the next one has begun."""
        while not await self._went_well("", act) and not once:
            await asyncio.sleep(PAUSE_SECONDS)

    async def every_minute(self, name: str, act: Callable[[], None]) -> None:
        """Do it in a thread, again and again, however it ends."""
        while True:
            await self._went_well(name, lambda: asyncio.to_thread(act))
            await asyncio.sleep(EVERY_SECONDS)

    def patient(
        self, name: str, poll: Callable[[], Awaitable[Any]], worker: ProcessWorker
    ) -> Callable[[], Awaitable[Any]]:
        """The poll, of which Prefect's loop sees no failure."""

        async def patiently() -> Any:
            if self.is_to_renew and not self.current and not worker.limiter.borrowed_tokens:
                self.is_to_renew = False
                raise Renewal
            found: list[Any] = []

            async def ask() -> None:
                found.append(await poll())

            return found[0] if await self._went_well(name, ask) else []

        return patiently

    async def _went_well(self, name: str, act: Callable[[], Awaitable[Any]]) -> bool:
        try:
            await act()
        except Exception as error:
            cause = _cause(error)
            if isinstance(cause, Renewal):
                return True
            self.is_to_renew |= name in POLLS
            reason = _reason(cause)
            is_news = reason not in self.current.values()
            self.current[name] = reason
            if is_news:
                self.say(reason)
            return False
        if self.current.pop(name, "") and not self.current:
            self.say("")
        return True


def _cause(error: Exception) -> Exception:
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error


def _reason(error: Exception) -> str:
    words = error.reason if isinstance(error, DatabaseNotReady) else str(error).strip()
    if isinstance(words, Fault):
        return words
    kind = type(error).__name__
    said = words if isinstance(error, TROUBLE) else f"{kind}: {words}"
    return (said or kind).splitlines()[0][:LONGEST]


async def _look(outages: Outages) -> None:
    """Hold the database against this machine's mark, for the next sender on any machine."""
    await outages.every_minute("look", look_at_database)


def look_at_database() -> None:
    with open_database() as (settings, engine), writing(engine) as session:
        vouch(session, settings, moment(None))


async def _follow(pool: str, outages: Outages) -> None:
    """Keep the deployments in line; what is away is asked again the next time."""
    known: object = None

    def follow() -> None:
        nonlocal known
        found = wanted(pool)
        if known is None:
            mirror_all(moment(None))
        elif found != known:
            synchronise(pool, starts=True)
        known = found

    await outages.every_minute("follow", follow)
