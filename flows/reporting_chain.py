"""The flow of one plan: a tick, then a task for each stage from the bottom up, which shows its verdict.

Correctness lives in the database: the tick is the same one that `dondoc tick` runs, and a run that comes
twice, late or not at all is harmless. A task is a stage and never an obligation, since a task run costs
tens of milliseconds; its verdict is a state of its own, which is not retried.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from prefect import State, flow, task
from prefect.artifacts import Artifact, ProgressArtifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import StateDetails, StateType
from prefect.states import Completed, Failed

from flows.artifacts import (
    Content,
    StageRow,
    key,
    news,
    plan_artifacts,
    read_latest,
    stage_progress,
    stages_table,
    write,
)
from flows.context import errors_said, moment, open_database, patiently, send_no_heartbeats
from flows.deployments import CHAIN, TIMEOUTS
from flows.mirror import mirror_plan
from models.database import reading, writing
from models.errors import DondocError
from models.settings import Settings
from reporting.chain.snapshot import PlanPicture, StagePicture, plan_picture
from reporting.engine import tick
from reporting.plans.loading import find_plan

STATES = {
    "received": (StateType.COMPLETED, "Received"),
    "overdue": (StateType.FAILED, "Overdue"),
    "waiting": (StateType.CANCELLED, "Waiting"),
}
VERDICTS = {name for _, name in STATES.values()}


def verdict(stage: StagePicture) -> State[None]:
    """The stage's verdict as a state that Prefect shows in its own colour."""
    type_, name = STATES[stage.standing.verdict]
    return State(type=type_, name=name, message=stage.message)


def is_no_verdict(_task: object, _run: object, state: State[None]) -> bool:
    """Whether a failed task may be tried again: a stage that is overdue is so the second time as well."""
    return state.name not in VERDICTS


def outcome(rows: list[StageRow]) -> State[list[StageRow]]:
    """The run's own end: it has done its work whatever the stages say; its name is the worst of theirs."""
    names = {row["state"] for row in rows}
    if not names <= VERDICTS:
        return Failed(message=_sentence(row for row in rows if row["state"] not in VERDICTS))
    worst = next((name for name in ("Overdue", "Waiting") if name in names), "Received")
    return Completed(name=worst, message=_sentence(rows), data=rows)


def _sentence(rows: Iterable[StageRow]) -> str:
    return "; ".join(f"{row['stage']}: {row['message']}" for row in rows)


send_no_heartbeats()


@flow(
    name=CHAIN,
    flow_run_name="{plan}",
    persist_result=False,
    timeout_seconds=TIMEOUTS[CHAIN],
)
def reporting_chain(plan: str, at: datetime | None = None, mirrors: bool = True) -> State[list[StageRow]]:
    """One pass over the plan at `at` (default: now), shown stage by stage; `mirrors`: its periods as well."""
    now = moment(at)
    settings, picture = patiently(lambda: work(plan, now))
    artifacts = plan_artifacts(picture, settings)
    progress = [stage_progress(each, plan) for each in picture.stages]
    known = read_latest([key("stages", plan), *(each.key or "" for each in [*artifacts, *progress])])
    rows = run_stages(picture, progress, known)
    write(news([stages_table(picture, rows, settings), *artifacts], known))
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
            raise DondocError(errors_said(count.errors))
        with reading(engine) as session:
            found = find_plan(session, plan)
            return settings, plan_picture(session, found, now, settings.zone, settings.language)


def run_stages(
    picture: PlanPicture, progress: Sequence[ProgressArtifact], known: Mapping[str, Content]
) -> list[StageRow]:
    """Run a task for each stage, one after the other, and return what their states say.

    What the next task waits for is that this one has ended, however: `allow_failure` would let it follow a
    failed task and not a cancelled one. A state with the task run's id links the two, which draws the chain.
    """
    rows: list[StageRow] = []
    before: list[State[bool]] = []
    for each, artifact in zip(picture.stages, progress, strict=True):
        future = stage.with_options(task_run_name=each.title).submit(
            each, news([artifact], known), return_state=False, wait_for=before
        )
        future.wait()
        state = future.state
        rows.append({"stage": each.title, "state": state.name or "", "message": state.message or ""})
        before = [Completed(data=True, state_details=StateDetails(task_run_id=future.task_run_id))]
    return rows


@task(
    name="stage",
    cache_policy=NO_CACHE,
    persist_result=False,
    retries=2,
    retry_delay_seconds=2,
    retry_condition_fn=is_no_verdict,
)
def stage(each: StagePicture, progress: list[Artifact]) -> State[None]:
    """One stage of the plan: its progress as an artifact if that is new, its verdict as the run's state."""
    write(progress)
    return verdict(each)
