"""The plan's periods as long runs in Prefect, on real dates, with no process behind them: a mirror.

Prefect's time axis shows each month from the day its data was complete, a bar a stage. A run's parameters say
what it shows; one that shows anything else than the database says is deleted and created again. Nothing
depends on these runs. Dates need the server of `prefect_app`; elsewhere states have the present as theirs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, TypedDict
from uuid import UUID

from prefect import State
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import FlowRunCreate, TaskRunCreate
from prefect.client.schemas.filters import FlowFilter, FlowFilterName, FlowRunFilter, FlowRunFilterTags
from prefect.client.schemas.objects import FlowRun, StateType, TaskRun, TaskRunResult
from prefect.events import emit_event
from prefect.exceptions import PrefectHTTPStatusError
from prefect.states import Pending, Scheduled, to_state_create

from flows.context import delete_run, gettext, read_all, run_client
from flows.deployments import PLAN_TAG
from flows.prefect_server import DATED_STATES
from reporting.chain.period_timeline import PeriodSpan, StageSpan
from reporting.chain.snapshot import PlanPicture
from reporting.chain.stage_counts import Standing

FLOW = "reporting-period"
DATED_PATH: Any = DATED_STATES
"""Not one of Prefect's own addresses, which are all that its client knows by type."""
PERIOD_TAG = "period:"
RECENT = timedelta(days=2)
"""What happened longer ago when it is first seen emits no event."""
ENDS = {"received": (StateType.COMPLETED, "Received"), "overdue": (StateType.FAILED, "Overdue")}
WAITING, AHEAD = "Waiting", "Ahead"


class ShownStage(TypedDict):
    """A stage as a mirrored run shows it; instants in ISO format."""

    title: str
    standing: Standing
    said: str
    opens: str
    closes: str | None
    is_open: bool


class ShownPeriod(TypedDict):
    """The parameters of a mirrored run; `dated`: whether its states have the dates of the stages."""

    dated: bool
    stages: list[ShownStage]


@dataclass
class MirrorCount:
    """Periods by what was done to their runs."""

    made: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0


def mirror_plan(
    picture: PlanPicture, count: MirrorCount | None = None, *, rebuild: bool = False
) -> MirrorCount:
    """Bring the runs of the plan's periods in line with the picture, or create all again and emit nothing."""
    count = count or MirrorCount()
    with run_client() as client:
        dated = _takes_dates(client)
        seen = _by_period(period_runs(client, picture.slug))
        for span in picture.spans:
            run = seen.pop(span.key, None)
            if not rebuild:
                emit_changes(picture, span, run)
            if run is not None:
                if not rebuild and _shows(run, picture, span, dated=dated):
                    count.unchanged += 1
                    continue
                # One that is still scheduled is being created by another mirror, or was left half created.
                if run.state_type is not StateType.SCHEDULED:
                    delete_run(client, run)
            create_period(client, picture, span, dated=dated)
            if run is None or rebuild:
                count.made += 1
            else:
                count.changed += 1
        count.removed += sum(delete_run(client, run) for run in seen.values())
    return count


def remove_other_plans(client: SyncPrefectClient, slugs: Iterable[str]) -> int:
    """Delete the runs of plans that no longer exist and return their number."""
    known = {PLAN_TAG + slug for slug in slugs}
    return sum(delete_run(client, run) for run in period_runs(client) if not known & set(run.tags))


def period_runs(client: SyncPrefectClient, slug: str | None = None) -> list[FlowRun]:
    """The runs of the plan's periods, or of all plans."""
    tags = None if slug is None else FlowRunFilterTags(all_=[PLAN_TAG + slug])
    return read_all(
        client.read_flow_runs,
        flow_filter=FlowFilter(name=FlowFilterName(any_=[FLOW])),
        flow_run_filter=FlowRunFilter(tags=tags),
    )


def _by_period(runs: Iterable[FlowRun]) -> dict[str, FlowRun]:
    return {
        tag.removeprefix(PERIOD_TAG): run for run in runs for tag in run.tags if tag.startswith(PERIOD_TAG)
    }


def _shows(run: FlowRun, picture: PlanPicture, span: PeriodSpan, *, dated: bool) -> bool:
    """Whether the run is what it should be; its state is the last thing that its creation sets."""
    shown = (run.name, run.parameters, run.state_name)
    return shown == (_name(picture, span), _shown(span, dated=dated), _period_states(span)[-1].name)


def _name(picture: PlanPicture, span: PeriodSpan) -> str:
    return span.title if picture.number in span.title else f"{span.title} · {picture.number}"


def _shown(span: PeriodSpan, *, dated: bool) -> ShownPeriod:
    stages: list[ShownStage] = [
        {
            "title": stage.title,
            "standing": stage.standing,
            "said": stage.said,
            "opens": stage.opens.isoformat(),
            "closes": stage.closes.isoformat() if stage.closes else None,
            "is_open": stage.is_open,
        }
        for stage in span.stages
    ]
    return {"dated": dated, "stages": stages}


def emit_changes(picture: PlanPicture, span: PeriodSpan, seen: FlowRun | None) -> None:
    """Emit an event for each stage that has closed otherwise than the run shows."""
    known: list[ShownStage] | None = seen.parameters.get("stages") if seen is not None else None
    for stage in span.stages:
        if _is_news(stage, known, picture.at):
            emit_event(
                event=f"reporting.stage.{stage.standing}",
                resource={
                    "prefect.resource.id": f"dondoc.stage.{picture.slug}.{span.key}.{stage.number}",
                    "prefect.resource.name": f"{picture.number}, {span.title}: {stage.title}",
                    "dondoc.plan": picture.slug,
                    "dondoc.period": span.key,
                },
                related=[
                    {
                        "prefect.resource.id": f"dondoc.plan.{picture.slug}",
                        "prefect.resource.role": "plan",
                        "prefect.resource.name": f"{picture.number} {picture.title}",
                    }
                ],
                payload={"said": stage.said, "period": span.key, "stage": stage.number},
            )


def _is_news(stage: StageSpan, known: list[ShownStage] | None, now: datetime) -> bool:
    if stage.closes is None:
        return False
    if known is None:
        return stage.closes > now - RECENT
    return stage.number > len(known) or known[stage.number - 1]["standing"] != stage.standing


def _period_states(span: PeriodSpan) -> list[State[None]]:
    """The states of the period's run in their order; its message is what its open stages say."""
    said = "; ".join(f"{stage.title}: {stage.said}" for stage in span.stages if stage.is_open)
    return _states(span.standing, span.opens, span.closes, said)


def _stage_states(stage: StageSpan) -> list[State[None]]:
    """The states of a stage's run in their order; none before it opens."""
    return _states(stage.standing, stage.opens, stage.closes, stage.said) if stage.is_open else []


def _states(standing: Standing, opens: datetime, closes: datetime | None, said: str) -> list[State[None]]:
    if closes is None:
        name = "Overdue" if standing == "overdue" else WAITING
        return [State(type=StateType.RUNNING, name=name, message=said, timestamp=opens)]
    type_, name = ENDS[standing]
    return [
        State(type=StateType.RUNNING, name=WAITING, timestamp=opens),
        State(type=type_, name=name, message=said, timestamp=closes),
    ]


def create_period(client: SyncPrefectClient, picture: PlanPicture, span: PeriodSpan, *, dated: bool) -> None:
    """Create the period's run and its stages', each from the day it opened. Two at once create one."""
    asked = FlowRunCreate(
        flow_id=client.create_flow_from_name(FLOW),
        name=_name(picture, span),
        parameters=dict(_shown(span, dated=dated)),
        state=to_state_create(Scheduled(scheduled_time=span.opens)),
        tags=[PLAN_TAG + picture.slug, PERIOD_TAG + span.key],
        idempotency_key=f"{FLOW}:{picture.slug}:{span.key}",
    )
    answer = client.request("POST", "/flow_runs/", json=asked.model_dump(mode="json", exclude_unset=True))
    run = FlowRun.model_validate(answer.json())
    stages: list[tuple[UUID, list[State[None]]]] = []
    for stage in span.stages:
        below = [id for id, _ in stages[-1:]]
        stages.append((_create_stage(client, run, stage, below), _stage_states(stage)))
    _set_states(client, run.id, _period_states(span), stages, dated=dated)


def _create_stage(client: SyncPrefectClient, run: FlowRun, stage: StageSpan, below: list[UUID]) -> UUID:
    asked = TaskRunCreate(
        id=None,
        name=stage.title,
        flow_run_id=run.id,
        task_key=FLOW,
        dynamic_key=f"{stage.number:02}",
        state=to_state_create(Pending(name=AHEAD)),
        task_inputs={gettext("the stage below"): [TaskRunResult(id=id) for id in below]},
    )
    answer = client.request("POST", "/task_runs/", json=asked.model_dump(mode="json", exclude={"id"}))
    return TaskRun.model_validate(answer.json()).id


def _takes_dates(client: SyncPrefectClient) -> bool:
    """Whether the server takes states with times of their own."""
    try:
        client.request("GET", DATED_PATH)
    except PrefectHTTPStatusError:
        return False
    return True


def _set_states(
    client: SyncPrefectClient,
    run: UUID,
    states: list[State[None]],
    stages: list[tuple[UUID, list[State[None]]]],
    *,
    dated: bool,
) -> None:
    """Set the states of the stages' runs and of the period's own, each in their order."""
    if dated:
        asked = [("task", *stage) for stage in stages] + [("flow", run, states)]
        try:
            client.request("POST", DATED_PATH, json=[_dated(*each) for each in asked])
        except PrefectHTTPStatusError as error:
            # A run has no two states of one instant: another mirror has set these meanwhile.
            if error.response.status_code != HTTPStatus.CONFLICT:
                raise
        return
    for id, some in stages:
        for state in some:
            client.set_task_run_state(id, state, force=True)
    for state in states:
        client.set_flow_run_state(run, state, force=True)


def _dated(kind: str, run: UUID, states: list[State[None]]) -> dict[str, object]:
    fields = {"type", "name", "message", "timestamp"}
    return {
        "kind": kind,
        "run": str(run),
        "states": [state.model_dump(mode="json", include=fields) for state in states],
    }
