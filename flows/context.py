"""What a flow's run works with: the database, retried while it is busy; Prefect's client; the clock."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TypeVar

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.objects import FlowRun
from prefect.context import FlowRunContext, TaskRunContext
from prefect.exceptions import ObjectNotFound
from prefect.settings import get_current_settings
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from calendars.errors import said
from messages.catalogue import translate, translate_plural
from messages.formats import number_text
from models.database import open_known
from models.errors import DatabaseAway
from models.settings import Settings, load_settings, with_own_key


@contextmanager
def run_client() -> Iterator[SyncPrefectClient]:
    """The client of the run that this is called in, or a new one."""
    run = TaskRunContext.get() or FlowRunContext.get()
    if run is not None and isinstance(run.client, SyncPrefectClient):
        yield run.client
        return
    with get_client(sync_client=True) as client:
        yield client


def send_no_heartbeats() -> None:
    """Turn Prefect's heartbeats off in this process unless its environment sets them.

    Ending a run would wait up to a second for their thread. Each module with a flow calls it on import."""
    flows = get_current_settings().flows
    if "heartbeat_frequency" not in flows.model_fields_set:
        flows.heartbeat_frequency = None


PAGE = 200
"""The most rows that Prefect's API returns at once."""
Row = TypeVar("Row")


def read_all(read: Callable[..., list[Row]], **filters: object) -> list[Row]:
    """All that a method of the client reads, page by page."""
    found: list[Row] = []
    while True:
        page = read(**filters, limit=PAGE, offset=len(found))
        found += page
        if len(page) < PAGE:
            return found


def delete_run(client: SyncPrefectClient, run: FlowRun) -> bool:
    """Delete the run with its task runs; False where somebody else has done it already."""
    try:
        client.delete_flow_run(run.id)
    except ObjectNotFound:
        return False
    return True


def gettext(text: str, /, **values: object) -> str:
    """The message in the language in which Prefect shows things: that of the settings."""
    return translate(load_settings().language, text, **values)


def ngettext(one: str, many: str, number: int, /, **values: object) -> str:
    """The message for that number of things, in the same language."""
    return translate_plural(load_settings().language, one, many, number, **values)


def figure(number: int) -> str:
    """A count in that language: 1.106, or 1,106."""
    return number_text(number, load_settings().language)


def errors_said(errors: Mapping[str, str]) -> str:
    """What was refused in each place, in one line."""
    language = load_settings().language
    return "; ".join(f"{name}: {said(error, language)}" for name, error in errors.items())


PAUSES = (1.0, 5.0, 15.0)
"""Seconds to wait before each further attempt."""
Result = TypeVar("Result")


@contextmanager
def open_database() -> Iterator[tuple[Settings, Engine]]:
    """Settings and database of this process. Raises `DatabaseNotReady` where the schema is another's."""
    settings = load_settings()
    engine = open_known(settings)
    try:
        yield with_own_key(settings), engine
    finally:
        engine.dispose()


def moment(at: datetime | None) -> datetime:
    """The instant of a run, in UTC: what was asked for, or the present. Here the clock is read."""
    return (at or datetime.now(UTC) + load_settings().clock_shift).astimezone(UTC)


def patiently(work: Callable[[], Result]) -> Result:
    """Retry the work, which must be idempotent, while the database is busy or away."""
    for pause in PAUSES:
        try:
            return work()
        except (OperationalError, DatabaseAway):
            time.sleep(pause)
    return work()
