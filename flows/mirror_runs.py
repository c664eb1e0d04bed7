"""A mirrored period as Prefect has it: a flow run with a task run for each stage, and how to bring it about.

All states are set through Prefect's API, with times of our own where the server takes them (see
`prefect_app`). A run's key in Prefect is the plan and the period, so that two mirrors at once make one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import compress
from typing import Any
from uuid import UUID

from prefect import State
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import FlowRunCreate, TaskRunCreate
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterId,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import FlowRun, TaskRun, TaskRunResult
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError
from prefect.states import Completed, Failed, Pending, Running, Scheduled, to_state_create

from reporting.chain.period_timeline import PeriodSpan, StageSpan
from reporting.chain.snapshot import PlanPicture
from reporting.chain.stage_counts import Standing

FLOW = "reporting-period"
DATED_PATH: Any = "/dondoc/dated-states"
"""Not one of Prefect's own addresses, which are all that its client knows by type."""
PLAN_TAG, PERIOD_TAG = "plan:", "period:"
PAGE = 200
MOMENT = timedelta(microseconds=1)
ENDS: dict[Standing, tuple[Any, str]] = {"received": (Completed, "Received"), "overdue": (Failed, "Overdue")}
WAITING, AHEAD = "Waiting", "Ahead"

Run = FlowRun | TaskRun
Seen = tuple[str, str, str, datetime | None, datetime | None]
"""Type, name and message of the state; start and end."""


@dataclass(frozen=True)
class Mirrored:
    """A period's run with those of its stages, in the order of their names."""

    run: FlowRun
    stages: list[TaskRun]

    def shows(self, span: PeriodSpan, *, dated: bool) -> bool:
        """Whether it is what the span says; without dates, its states are."""
        runs: list[Run] = [self.run, *self.stages]
        seen = [_seen(run) for run in runs]
        wanted = [_wanted(states) for states in _all_states(span)]
        if not dated:
            seen, wanted = [_undated(each) for each in seen], [_undated(each) for each in wanted]
        return seen == wanted and self._names() == _titles(span)

    def standing_of(self, number: int) -> str | None:
        """The name of the state in which the stage is shown."""
        if number > len(self.stages):
            return None
        state = self.stages[number - 1].state
        return state.name if state else None

    def _names(self) -> list[str]:
        return [stage.name for stage in self.stages]


def _titles(span: PeriodSpan) -> list[str]:
    return [stage.title for stage in span.stages]


def period_states(span: PeriodSpan) -> list[State[Any]]:
    """The states of the period's run in their order; its message is what its last stages say."""
    said = "; ".join(f"{stage.title}: {stage.said}" for stage in span.stages if stage.is_open)
    return _states(span.standing, span.opens, span.closes, said)


def stage_states(stage: StageSpan) -> list[State[Any]]:
    """The states of a stage's run in their order; none before it opens."""
    return _states(stage.standing, stage.opens, stage.closes, stage.said) if stage.is_open else []


def _states(standing: Standing, opens: datetime, closes: datetime | None, said: str) -> list[State[Any]]:
    if closes is None:
        name = "Overdue" if standing == "overdue" else WAITING
        return [Running(name=name, message=said, timestamp=opens)]
    make, name = ENDS[standing]
    return [Running(name=WAITING, timestamp=opens), make(name=name, message=said, timestamp=closes)]


def _all_states(span: PeriodSpan) -> list[list[State[Any]]]:
    return [period_states(span), *(stage_states(stage) for stage in span.stages)]


def _seen(run: Run) -> Seen:
    state = run.state
    if state is None or run.start_time is None:
        return ("", "", "", None, None)
    return (state.type.value, state.name or "", state.message or "", run.start_time, run.end_time)


def _wanted(states: list[State[Any]]) -> Seen:
    if not states:
        return ("", "", "", None, None)
    last = states[-1]
    end = last.timestamp if last.is_final() else None
    return (last.type.value, last.name or "", last.message or "", states[0].timestamp, end)


def _undated(seen: Seen) -> Seen:
    return (*seen[:3], None, None)


def period_runs(client: SyncPrefectClient, slug: str | None = None) -> list[FlowRun]:
    """The runs of the plan's periods, or of all plans."""
    tags = None if slug is None else FlowRunFilterTags(all_=[PLAN_TAG + slug])
    found: list[FlowRun] = []
    while True:
        page = client.read_flow_runs(
            flow_filter=FlowFilter(name=FlowFilterName(any_=[FLOW])),
            flow_run_filter=FlowRunFilter(tags=tags),
            limit=PAGE,
            offset=len(found),
        )
        found += page
        if len(page) < PAGE:
            return found


def read_mirrored(client: SyncPrefectClient, slug: str) -> dict[str, Mirrored]:
    """What Prefect has of the plan, by the period's key."""
    runs = period_runs(client, slug)
    stages: dict[UUID | None, list[TaskRun]] = defaultdict(list)
    for stage in _task_runs(client, [run.id for run in runs]):
        stages[stage.flow_run_id].append(stage)
    return {
        tag.removeprefix(PERIOD_TAG): Mirrored(run, sorted(stages[run.id], key=lambda each: each.dynamic_key))
        for run in runs
        for tag in run.tags
        if tag.startswith(PERIOD_TAG)
    }


def _task_runs(client: SyncPrefectClient, runs: list[UUID]) -> Iterator[TaskRun]:
    for start in range(0, len(runs), PAGE // 10):
        some = FlowRunFilter(id=FlowRunFilterId(any_=runs[start : start + PAGE // 10]))
        yield from client.read_task_runs(flow_run_filter=some, limit=PAGE)


def create_period(client: SyncPrefectClient, picture: PlanPicture, span: PeriodSpan, *, dated: bool) -> None:
    """Make the period's run and its stages', each from the day it opened."""
    asked = FlowRunCreate(
        flow_id=client.create_flow_from_name(FLOW),
        name=f"{span.title} · {picture.number}",
        state=to_state_create(Scheduled(scheduled_time=span.opens)),
        tags=[PLAN_TAG + picture.slug, PERIOD_TAG + span.key],
        idempotency_key=f"{FLOW}:{picture.slug}:{span.key}",
    )
    answer = client.request("POST", "/flow_runs/", json=asked.model_dump(mode="json", exclude_unset=True))
    run = FlowRun.model_validate(answer.json())
    stages: list[TaskRun] = []
    for stage in span.stages:
        stages.append(_create_stage(client, run, stage, [each.id for each in stages[-1:]]))
    set_states(client, list(zip([run, *stages], _all_states(span), strict=True)), dated=dated)


def _create_stage(client: SyncPrefectClient, run: FlowRun, stage: StageSpan, before: list[UUID]) -> TaskRun:
    asked = TaskRunCreate(
        id=None,
        name=stage.title,
        flow_run_id=run.id,
        task_key=FLOW,
        dynamic_key=f"{stage.number:02}",
        state=to_state_create(Pending(name=AHEAD)),
        task_inputs={"chặng dưới": [TaskRunResult(id=id) for id in before]},
    )
    answer = client.request("POST", "/task_runs/", json=asked.model_dump(mode="json", exclude={"id"}))
    return TaskRun.model_validate(answer.json())


def step(client: SyncPrefectClient, seen: Mirrored, span: PeriodSpan, *, dated: bool) -> bool:
    """Take the runs on to what the span says; False where that is no step forward and they must be remade."""
    runs: list[Run] = [seen.run, *seen.stages]
    wanted = _all_states(span)
    if seen._names() != _titles(span):
        return False
    pairs = list(zip(runs, wanted, strict=True))
    if dated and not all(_is_forward(_seen(run), _wanted(states)) for run, states in pairs):
        return False
    ahead = [(run, _further(run, states)) for run, states in pairs]
    moved = [_seen(run) != _wanted(states) for run, states in pairs]
    set_states(client, list(compress(ahead, moved)), dated=dated)
    return True


def _is_forward(seen: Seen, wanted: Seen) -> bool:
    """A start that is known does not move, what has ended does not begin again, and no end is said twice."""
    if seen == wanted or seen[3] is None:
        return True
    return seen[3] == wanted[3] and (seen[4] is None or (wanted[4] is not None and wanted[4] > seen[4]))


def _further(run: Run, states: list[State[Any]]) -> list[State[Any]]:
    """The states that the run still lacks. Prefect takes no two of one instant, so a state that only says
    something new about the time since it began is dated a moment later."""
    if run.start_time is None or run.state is None:
        return states
    last, later = states[-1], run.state.timestamp + MOMENT
    if not last.is_final():
        return [last.model_copy(update={"timestamp": later})]
    # An end moves only by being taken back first.
    return [Running(name=WAITING, timestamp=later), last] if run.end_time else [last]


def takes_dates(client: SyncPrefectClient) -> bool:
    """Whether the server takes states with times of their own."""
    try:
        client.request("GET", DATED_PATH)
    except PrefectHTTPStatusError:
        return False
    return True


def set_states(
    client: SyncPrefectClient, runs: Sequence[tuple[Run, list[State[Any]]]], *, dated: bool
) -> None:
    """Set the states of the runs, each in its order."""
    if dated:
        asked = [
            {
                "kind": "flow" if isinstance(run, FlowRun) else "task",
                "run": str(run.id),
                "states": [_dated(state) for state in states],
            }
            for run, states in runs
        ]
        client.request("POST", DATED_PATH, json=asked)
        return
    for run, states in runs:
        for state in states:
            if isinstance(run, FlowRun):
                client.set_flow_run_state(run.id, state, force=True)
            else:
                client.set_task_run_state(run.id, state, force=True)


def _dated(state: State[Any]) -> dict[str, str]:
    return {
        "type": state.type.value,
        "name": state.name or "",
        "message": state.message or "",
        "timestamp": state.timestamp.isoformat(),
    }


def delete_run(client: SyncPrefectClient, run: FlowRun) -> None:
    """Take the run away with its stages; one that is gone already is no error."""
    try:
        client.delete_flow_run(run.id)
    except ObjectNotFound:
        return
