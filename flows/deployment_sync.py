"""Brings Prefect's deployments in line with the plans: made, changed, retired, or left alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import DeploymentScheduleCreate, WorkPoolCreate
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterTags
from prefect.client.schemas.objects import ConcurrencyLimitStrategy, ConcurrencyOptions
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.schedules import CronSchedule
from prefect.events.actions import RunDeployment
from prefect.events.schemas.automations import Automation, AutomationCore, EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound

from flows.deployments import PLAN_TAG, TAG, DeploymentSpec

NAME = "dondoc: báo người quản trị khi một lượt chạy hỏng"
DESCRIPTION = "Khi một lượt chạy hỏng, đổ vỡ hoặc quá thời gian. Mails the administrator when a run fails."
ALERT = "alert-administrator/alert"
BAD = {"prefect.flow-run.Failed", "prefect.flow-run.Crashed", "prefect.flow-run.TimedOut"}
WATCHED = ["reporting-chain", "send-mail", "watch", "daily-maintenance"]
PARAMETERS: dict[str, Any] = {
    "run": "{{ flow.name }}/{{ flow_run.name }}",
    "state": "{{ flow_run.state.name }}",
    "message": "{{ flow_run.state.message }}",
}


def ensure_automation(client: SyncPrefectClient) -> None:
    """Make it unless it is there; mend it where it starts a deployment that is gone."""
    deployment = client.read_deployment_by_name(ALERT).id
    found = [each for each in client.read_automations_by_name(NAME) if TAG in each.tags]
    if any(_starts(each, deployment) for each in found):
        return
    for each in found:
        client.delete_automation(each.id)
    client.create_automation(wanted_automation(deployment))


def _starts(automation: Automation, deployment: UUID) -> bool:
    return any(getattr(action, "deployment_id", None) == deployment for action in automation.actions)


def wanted_automation(deployment: UUID) -> AutomationCore:
    action = RunDeployment(
        source="selected", deployment_id=deployment, parameters=PARAMETERS, job_variables=None
    )
    related = {"prefect.resource.role": "flow", "prefect.resource.name": WATCHED}
    return AutomationCore(
        name=NAME,
        description=DESCRIPTION,
        tags=[TAG],
        trigger=EventTrigger(
            expect=BAD,
            match=ResourceSpecification.model_validate({"prefect.resource.id": "prefect.flow-run.*"}),
            match_related=ResourceSpecification.model_validate(related),
            posture=Posture.Reactive,
            threshold=1,
            within=timedelta(0),
        ),
        actions=[action],
    )


PAGE = 200


@dataclass
class SyncCount:
    """Names of deployments by what was done to them."""

    made: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)


def sync_deployments(client: SyncPrefectClient, wanted: Iterable[DeploymentSpec]) -> SyncCount:
    """Make what is missing, change what differs, and stop the schedules of retired plans."""
    count = SyncCount()
    seen = {deployment.name: deployment for deployment in our_deployments(client)}
    for each in wanted:
        before = seen.pop(each.name, None)
        if before is not None and before.version == each.digest:
            count.unchanged.append(each.name)
            continue
        ensure_pool(client, each.pool)
        apply(client, each)
        _list_for(each, before, count).append(each.name)
    for name, deployment in seen.items():
        client.delete_deployment(deployment.id)
        count.removed.append(name)
    ensure_automation(client)
    return count


def start_new(client: SyncPrefectClient, count: SyncCount) -> None:
    """A first run of each plan that is new: its chain is seen at once, not at the next hour."""
    new = set(count.made)
    for deployment in our_deployments(client):
        if deployment.name in new and _is_of_a_plan(deployment) and not deployment.paused:
            client.create_flow_run_from_deployment(deployment.id)


def _is_of_a_plan(deployment: DeploymentResponse) -> bool:
    return any(tag.startswith(PLAN_TAG) for tag in deployment.tags)


def _list_for(wanted: DeploymentSpec, before: DeploymentResponse | None, count: SyncCount) -> list[str]:
    if before is None:
        return count.made
    return count.retired if wanted.is_retired else count.changed


def our_deployments(client: SyncPrefectClient) -> list[DeploymentResponse]:
    """All deployments that bear our tag."""
    found: list[DeploymentResponse] = []
    ours = DeploymentFilter(tags=DeploymentFilterTags(all_=[TAG]))
    while True:
        page = client.read_deployments(deployment_filter=ours, limit=PAGE, offset=len(found))
        found += page
        if len(page) < PAGE:
            return found


def current_pool(client: SyncPrefectClient) -> str | None:
    """The work pool that our deployments are on, if there are any."""
    return next((each.work_pool_name for each in our_deployments(client) if each.work_pool_name), None)


def ensure_pool(client: SyncPrefectClient, pool: str) -> None:
    """Make the process work pool unless it is there."""
    try:
        client.read_work_pool(pool)
        return
    except ObjectNotFound:
        pass
    try:
        client.create_work_pool(WorkPoolCreate(name=pool, type="process"))
    except ObjectAlreadyExists:
        return


def apply(client: SyncPrefectClient, wanted: DeploymentSpec) -> None:
    """Make the deployment, or make it what is wanted: Prefect takes both for the same request."""
    schedules = [
        DeploymentScheduleCreate(
            schedule=CronSchedule(cron=cron, timezone=wanted.time_zone), active=True, slug=slug
        )
        for slug, cron in wanted.schedules.items()
    ]
    limit = {
        "concurrency_limit": 1,
        "concurrency_options": ConcurrencyOptions(collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW),
    }
    client.create_deployment(
        flow_id=client.create_flow_from_name(wanted.flow),
        name=wanted.name,
        version=wanted.digest,
        entrypoint=wanted.entrypoint,
        description=wanted.description,
        parameters=wanted.parameters,
        schedules=schedules,
        tags=list(wanted.tags),
        work_pool_name=wanted.pool,
        paused=wanted.is_retired,
        enforce_parameter_schema=False,
        pull_steps=[],
        **(limit if wanted.one_at_a_time else {}),  # type: ignore[arg-type]
    )
