"""The flow of one plan: a tick, then a task for each stage from the bottom up, which says how it stands.

Correctness lives in the database: the tick is the same one that `dondoc tick` runs, and a run that comes
twice, late or not at all is harmless. A task is a stage and never an obligation, since a task run costs
tens of milliseconds; its verdict is a state of its own, which is not retried.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from prefect import State, flow, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import StateDetails
from prefect.futures import PrefectFuture
from prefect.states import Cancelled, Completed, Failed
from sqlalchemy import Engine

from models.database import open_engine, reading, require_current, writing
from models.errors import DondocError
from models.settings import Settings, load_settings
from reporting.plan_loading import find_plan
from reporting.stage_standing import StageStanding, Verdict, stage_standings
from reporting.tick import tick

STATES: dict[Verdict, tuple[Any, str]] = {
    "received": (Completed, "Received"),
    "overdue": (Failed, "Overdue"),
    "waiting": (Cancelled, "Waiting"),
}
VERDICTS = {name for _, name in STATES.values()}


@flow(name="reporting-chain", flow_run_name="{plan}", persist_result=False, validate_parameters=False)
def reporting_chain(plan: str, at: datetime | None = None) -> State[Any]:
    """One pass over the plan at `at` (default: now), shown stage by stage."""
    now = at or datetime.now(UTC)
    titles = work(plan, now)
    states = []
    before: list[Any] = []
    for number, title in enumerate(titles, start=1):
        future = stage.with_options(task_run_name=title).submit(
            plan, number, now, return_state=False, wait_for=before
        )
        states.append(ended(future))
        before = [has_ended(future)]
    rows = as_rows(titles, states)
    create_table_artifact(table=rows, key=f"chain-{plan}", description=plan)
    return outcome(rows)


def work(plan: str, now: datetime) -> list[str]:
    """The tick for the plan, then the titles of its stages. Raises `DondocError` where that fails."""
    with _database() as (settings, engine):
        with writing(engine) as session:
            found = find_plan(session, plan)
            count = tick(session, settings, now, found)
        if count.errors:
            raise DondocError("\n".join(f"{name}: {error}" for name, error in count.errors.items()))
        return [standing.title for standing in standings(settings, engine, plan, now)]


def is_no_verdict(_task: object, _run: object, state: State[Any]) -> bool:
    """Whether a failed task may be tried again: a stage that is overdue is so the second time as well."""
    return state.name not in VERDICTS


@task(
    name="stage",
    cache_policy=NO_CACHE,
    persist_result=False,
    retries=2,
    retry_delay_seconds=2,
    retry_condition_fn=is_no_verdict,
)
def stage(plan: str, number: int, now: datetime) -> State[Any]:
    """How one stage of the plan stands, read from the database."""
    with _database() as (settings, engine):
        standing = standings(settings, engine, plan, now)[number - 1]
    return verdict(standing, settings)


def verdict(standing: StageStanding, settings: Settings) -> State[Any]:
    """The stage's standing as a state that Prefect shows in its own colour."""
    make, name = STATES[standing.verdict]
    state: State[Any] = make(name=name, message=standing.said(settings.language))
    return state


def standings(settings: Settings, engine: Engine, plan: str, now: datetime) -> list[StageStanding]:
    with reading(engine) as session:
        found = find_plan(session, plan)
        return stage_standings(session, found, now, settings.zone, settings.language)


def ended(future: PrefectFuture[Any]) -> State[Any]:
    """The state in which a task ended, a verdict among them."""
    future.wait()
    return future.state


def has_ended(future: PrefectFuture[Any]) -> State[Any]:
    """What the next stage waits for: that this one has ended, however.

    `allow_failure` lets a task follow a failed one and not a cancelled one; this keeps the link between the
    two, which draws the chain, and leaves the verdict out of it.
    """
    return Completed(data=True, state_details=StateDetails(task_run_id=future.task_run_id))


def as_rows(titles: list[str], states: list[State[Any]]) -> list[dict[str, str]]:
    """The run's summary, a row a stage."""
    return [
        {"stage": title, "state": state.name or "", "message": state.message or ""}
        for title, state in zip(titles, states, strict=True)
    ]


def outcome(rows: list[dict[str, str]]) -> State[Any]:
    """The run's own end: it has done its work whatever the stages say; its name is the worst of theirs."""
    broken = [row for row in rows if row["state"] not in VERDICTS]
    if broken:
        return Failed(message=_sentence(broken))
    names = {row["state"] for row in rows}
    worst = next((name for name in ("Overdue", "Waiting") if name in names), "Received")
    return Completed(name=worst, message=_sentence(rows), data=rows)


def _sentence(rows: list[dict[str, str]]) -> str:
    return "; ".join(f"{row['stage']}: {row['message']}" for row in rows)


@contextmanager
def _database() -> Iterator[tuple[Settings, Engine]]:
    settings = load_settings()
    engine = open_engine(settings.database)
    try:
        require_current(engine)
        yield settings, engine
    finally:
        engine.dispose()
