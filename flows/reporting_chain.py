"""The flow of one plan: a tick, then a task for each stage from the bottom up, which says how it stands.

Correctness lives in the database: the tick is the same one that `dondoc tick` runs, and a run that comes
twice, late or not at all is harmless. A task is a stage and never an obligation, since a task run costs
tens of milliseconds; its verdict is a state of its own, which is not retried.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from prefect import State, flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import StateDetails
from prefect.futures import PrefectFuture
from prefect.states import Cancelled, Completed, Failed

from flows.artifacts import (
    ArtifactSheet,
    Said,
    plan_sheets,
    progress_sheet,
    shown,
    stages_key,
    stages_sheet,
    write,
)
from flows.context import moment, open_database, patiently, send_no_heartbeats
from flows.deployments import CHAIN, TIMEOUTS
from flows.mirror import mirror_plan
from flows.missed_runs import supersede_late_runs
from models.database import reading, writing
from models.errors import DondocError
from models.settings import Settings
from reporting.chain.snapshot import PlanPicture, StagePicture, plan_picture
from reporting.chain.stage_counts import Standing
from reporting.engine import tick
from reporting.plans.loading import find_plan

STATES: dict[Standing, tuple[Any, str]] = {
    "received": (Completed, "Received"),
    "overdue": (Failed, "Overdue"),
    "waiting": (Cancelled, "Waiting"),
}
VERDICTS = {name for _, name in STATES.values()}


def verdict(stage: StagePicture) -> State[Any]:
    """How the stage stands, as a state that Prefect shows in its own colour."""
    make, name = STATES[stage.standing.verdict]
    state: State[Any] = make(name=name, message=stage.message)
    return state


def is_no_verdict(_task: object, _run: object, state: State[Any]) -> bool:
    """Whether a failed task may be tried again: a stage that is overdue is so the second time as well."""
    return state.name not in VERDICTS


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


send_no_heartbeats()


@flow(
    name=CHAIN,
    flow_run_name="{plan}",
    description="Một kế hoạch: chạy một lượt, rồi cho thấy từng chặng từ cơ sở đến trung ương.",
    persist_result=False,
    timeout_seconds=TIMEOUTS[CHAIN],
)
def reporting_chain(plan: str, at: datetime | None = None, mirrors: bool = True) -> State[Any]:
    """One pass over the plan at `at` (default: now), shown stage by stage; `mirrors`: its periods as well."""
    now = moment(at)
    supersede_late_runs()
    settings, picture = patiently(lambda: work(plan, now))
    sheets = plan_sheets(picture, settings)
    progress = [progress_sheet(each, plan) for each in picture.stages]
    known = shown([stages_key(plan), *(sheet.key for sheet in [*sheets, *progress])])
    states = run_stages(picture, progress, known)
    rows = as_rows([each.title for each in picture.stages], states)
    write([stages_sheet(picture, rows, settings), *sheets], known)
    if mirrors:
        mirror_plan(picture)
    return outcome(rows)


def work(plan: str, now: datetime) -> tuple[Settings, PlanPicture]:
    """The tick for the plan, then its picture. Raises `DondocError` where the tick fails."""
    with open_database() as (settings, engine):
        with writing(engine) as session:
            found = find_plan(session, plan)
            count = tick(session, settings, now, found)
        if count.errors:
            raise DondocError("\n".join(f"{name}: {error}" for name, error in count.errors.items()))
        with reading(engine) as session:
            found = find_plan(session, plan)
            return settings, plan_picture(session, found, now, settings.zone, settings.language)


def run_stages(
    picture: PlanPicture, progress: Sequence[ArtifactSheet], known: Mapping[str, Said]
) -> list[State[Any]]:
    """A task run for each stage, one after the other; gives the states in which they ended."""
    states: list[State[Any]] = []
    before: list[Any] = []
    for each, sheet in zip(picture.stages, progress, strict=True):
        news = [sheet] if known.get(sheet.key) != sheet.said else []
        future = stage.with_options(task_run_name=each.title).submit(
            each, news, return_state=False, wait_for=before
        )
        states.append(ended(future))
        before = [has_ended(future)]
    return states


@task(
    name="stage",
    cache_policy=NO_CACHE,
    persist_result=False,
    retries=2,
    retry_delay_seconds=2,
    retry_condition_fn=is_no_verdict,
)
def stage(each: StagePicture, news: list[ArtifactSheet]) -> State[Any]:
    """One stage of the plan: its progress as an artifact if that is new, its verdict as the run's state."""
    write(news, {})
    return verdict(each)


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
