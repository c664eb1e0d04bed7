"""The flow of the sender: one pass over the outbox, the same as `dondoc mail send`.

With DONDOC_MAIL_SHARDS the people are in so many parts, and a pass over one part is a run. Where one worker
is online the parts are tasks in processes of their own beside each other; where several are, each is a flow
run that any of them may take. A part that dies leaves its mails to a later pass: claims and leases see to it.

What cannot be sent stays queued for the next pass, so a mail server that is down fails no run; the run says
so in its state. Each notice that failed for good is an event.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from prefect import State, flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import WorkerFilter, WorkerFilterStatus
from prefect.client.schemas.objects import WorkerStatus
from prefect.context import FlowRunContext
from prefect.events import emit_event
from prefect.states import Completed, Failed
from prefect.task_runners import ProcessPoolTaskRunner
from sqlalchemy import Engine, select
from sqlmodel import col

from calendars.errors import said
from flows.context import (
    figure,
    gettext,
    moment,
    ngettext,
    open_database,
    patiently,
    run_client,
    send_no_heartbeats,
)
from flows.deployment_sync import our_deployments
from flows.deployments import SHARD, TIMEOUTS
from flows.missed_runs import late_runs, supersede
from models.database import reading
from models.notice import Notice
from models.settings import load_settings
from models.vocabulary import NoticeState
from notifications.send import SendingCount, send_due
from notifications.send_window import EVERYBODY, Shard
from reporting.health.health import RECENT

send_no_heartbeats()

MOST_EVENTS = 100


@flow(
    name="send-mail",
    persist_result=False,
    timeout_seconds=TIMEOUTS["send-mail"],
)
def send_mail(at: datetime | None = None, shard: str | None = None) -> State[Any]:
    """One pass of the sender at `at` (default: now), over one shard ("2/4") or all."""
    now = moment(at)
    if shard is not None:
        return outcome(send_shard.fn(now, Shard.parse(shard)))
    of = load_settings().mail_shards
    own, *others = [Shard(number, of) for number in range(1, of + 1)]
    if others and start_elsewhere(now, others):
        others = []
    count, lost = side_by_side(now, [own, *others]) if others else (send_shard.fn(now, own), 0)
    return outcome(count, lost)


@task(name="send-shard", task_run_name="send-shard {shard}", persist_result=False, cache_policy=NO_CACHE)
def send_shard(now: datetime, shard: Shard) -> SendingCount:
    """Send what is due to the people of a shard, with an event for each notice that failed in this pass."""
    count, failed = patiently(lambda: send(now, shard))
    tell(failed)
    return count


def side_by_side(now: datetime, shards: Sequence[Shard]) -> tuple[SendingCount, int]:
    """Send each shard in a process of its own on this machine; returns how many of these processes died too.

    A task runner for each: a process that dies takes the others of its runner with it.
    """
    total, lost = SendingCount(), 0
    with ExitStack() as runners:
        futures = [
            runners.enter_context(ProcessPoolTaskRunner(max_workers=1)).submit(
                send_shard, {"now": now, "shard": shard}
            )
            for shard in shards
        ]
        for future in futures:
            try:
                total.join(future.result())
            except BrokenProcessPool:
                lost += 1
    return total, lost


def start_elsewhere(now: datetime, shards: Iterable[Shard]) -> bool:
    """Start a run of each shard for the workers of the pool, where several are online; whether it did."""
    context = FlowRunContext.get()
    own = context.flow_run if context else None
    if own is None or own.deployment_id is None or own.work_pool_name is None:
        return False
    with run_client() as client:
        deployment = next((each.id for each in our_deployments(client) if each.name == SHARD), None)
        if deployment is None or online_workers(client, own.work_pool_name) < 2:
            return False
        _start(client, deployment, now, shards)
    return True


def _start(client: SyncPrefectClient, deployment: UUID, now: datetime, shards: Iterable[Shard]) -> None:
    """New runs, in place of those of an earlier pass that nobody has begun."""
    supersede(client, late_runs(client, [deployment], datetime.now(UTC)))
    for shard in shards:
        client.create_flow_run_from_deployment(
            deployment,
            parameters={"at": now.isoformat(), "shard": str(shard)},
            name=f"{SHARD} {shard}",
        )


def online_workers(client: SyncPrefectClient, pool: str) -> int:
    online = WorkerFilter(status=WorkerFilterStatus(any_=[WorkerStatus.ONLINE]))
    return len(client.read_workers_for_work_pool(pool, worker_filter=online))


def send(now: datetime, shard: Shard = EVERYBODY) -> tuple[SendingCount, list[int]]:
    """Send what is due; returns the count and the notices that failed in this pass."""
    with open_database() as (settings, engine):
        before = failed_notices(engine, now, shard)
        count = send_due(engine, settings, now, shard=shard)
        return count, sorted(failed_notices(engine, now, shard) - before) if count.failed else []


def failed_notices(engine: Engine, now: datetime, shard: Shard) -> set[int]:
    query = select(col(Notice.id), col(Notice.recipient)).where(
        col(Notice.state) == NoticeState.FAILED, col(Notice.planned_at) >= now - RECENT
    )
    with reading(engine) as session:
        return {id for id, recipient in session.execute(query) if shard.holds(recipient)}


def tell(failed: Iterable[int]) -> None:
    """An event for each notice that nobody will get."""
    for id in list(failed)[:MOST_EVENTS]:
        emit_event(event="notice.failed", resource={"prefect.resource.id": f"dondoc.notice.{id}"})


def outcome(count: SendingCount, lost: int = 0) -> State[Any]:
    """What the pass did, in the state that Prefect shows; `lost` processes of shards died."""
    did = gettext(
        "mails sent %(sent)s, postponed %(postponed)s, failed %(failed)s",
        sent=figure(count.mails),
        postponed=figure(count.postponed),
        failed=figure(count.failed),
    )
    if lost:
        died = ngettext(
            "%(number)s process died; the next pass sends its mails again",
            "%(number)s processes died; the next pass sends their mails again",
            lost,
        )
        return Failed(message=f"{did}; {died}")
    if count.stopped:
        why = gettext("stopped: %(reason)s", reason=said(count.stopped, load_settings().language))
        return Completed(name="Stopped", message=f"{did}; {why}")
    return Completed(name="Sent" if count.mails else "Nothing to send", message=did)
