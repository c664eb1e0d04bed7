"""The flow of the sender: one pass over the outbox, the same as `dondoc mail send`.

What cannot be sent stays queued for the next pass, so a mail server that is down fails no run; the run says
so in its state. Each notice that failed for good is an event.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from prefect import State, flow
from prefect.events import emit_event
from prefect.states import Completed
from sqlalchemy import Engine, select
from sqlmodel import col

from calendars.errors import said as vietnamese
from flows.context import moment, open_database, patiently, send_no_heartbeats
from flows.deployments import TIMEOUTS
from models.database import reading
from models.notice import Notice
from models.vocabulary import NoticeState
from notifications.send import SendingCount, send_due
from reporting.health.health import RECENT

send_no_heartbeats()

MOST_EVENTS = 100


@flow(
    name="send-mail",
    description="Gửi các thư đang chờ: mỗi người mỗi ngày một thư, và thư khẩn.",
    persist_result=False,
    timeout_seconds=TIMEOUTS["send-mail"],
)
def send_mail(at: datetime | None = None) -> State[Any]:
    """One pass of the sender at `at` (default: now)."""
    now = moment(at)
    count, failed = patiently(lambda: send(now))
    tell(failed)
    return outcome(count)


def send(now: datetime) -> tuple[SendingCount, list[int]]:
    """Send what is due; gives the count and the notices that failed in this pass."""
    with open_database() as (settings, engine):
        before = failed_notices(engine, now)
        count = send_due(engine, settings, now)
        return count, sorted(failed_notices(engine, now) - before) if count.failed else []


def failed_notices(engine: Engine, now: datetime) -> set[int]:
    query = select(col(Notice.id)).where(
        col(Notice.state) == NoticeState.FAILED, col(Notice.planned_at) >= now - RECENT
    )
    with reading(engine) as session:
        return {id for id in session.scalars(query) if id is not None}


def tell(failed: Iterable[int]) -> None:
    """An event for each notice that nobody will get."""
    for id in list(failed)[:MOST_EVENTS]:
        emit_event(event="notice.failed", resource={"prefect.resource.id": f"dondoc.notice.{id}"})


def outcome(count: SendingCount) -> State[Any]:
    """What the pass did, in the state that Prefect shows."""
    said = f"{count.mails} thư đã gửi, {count.postponed} hoãn, {count.failed} hỏng"
    if count.stopped:
        return Completed(name="Stopped", message=f"{said}; dừng: {vietnamese(count.stopped, 'vi')}")
    return Completed(name="Sent" if count.mails else "Nothing to send", message=said)
