"""Brings Prefect's deployments in line with the plans: made, changed, retired, or left alone."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import DeploymentScheduleCreate, WorkPoolCreate
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterTags
from prefect.client.schemas.objects import ConcurrencyLimitStrategy, ConcurrencyOptions
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.schedules import CronSchedule
from prefect.events.actions import RunDeployment
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification
from prefect.exceptions import ObjectAlreadyExists

from flows.context import gettext, open_database, read_all
from flows.deployments import PLAN_TAG, POOL, TAG, DeploymentSpec, wanted_deployments
from flows.faults import FlowFault
from messages.catalogue import N_, languages, translate
from models.database import reading
from models.errors import InvalidInput
from reporting.asking.ad_hoc import finished_ad_hoc
from reporting.plans.loading import loaded_plans

CANCEL_NEW = ConcurrencyOptions(collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)

NAME = N_("dondoc: tell the administrator when a run fails")
DESCRIPTION = N_("When a run fails, crashes or takes too long.")
ALERT = "alert-administrator/alert"
BAD = {"prefect.flow-run.Failed", "prefect.flow-run.Crashed", "prefect.flow-run.TimedOut"}
WATCHED = ["reporting-chain", "send-mail", "watch", "daily-maintenance"]
PARAMETERS = {
    "run": "{{ flow.name }}/{{ flow_run.name }}",
    "state": "{{ flow_run.state.name }}",
    "message": "{{ flow_run.state.message }}",
}


def ensure_automation(client: SyncPrefectClient) -> None:
    """Create it unless it is there; again where its name is of another language, or its deployment gone."""
    deployment = client.read_deployment_by_name(ALERT).id
    name = gettext(NAME)
    names = {translate(language, NAME) for language in languages()}
    found = [each for known in names for each in client.read_automations_by_name(known) if TAG in each.tags]
    started = [getattr(action, "deployment_id", None) for each in found for action in each.actions]
    if deployment in started and {each.name for each in found} == {name}:
        return
    for each in found:
        client.delete_automation(each.id)
    related = {"prefect.resource.role": "flow", "prefect.resource.name": WATCHED}
    automation = AutomationCore(
        name=name,
        description=gettext(DESCRIPTION),
        enabled=all(each.enabled for each in found),
        tags=[TAG],
        trigger=EventTrigger(
            expect=BAD,
            match=ResourceSpecification.model_validate({"prefect.resource.id": "prefect.flow-run.*"}),
            match_related=ResourceSpecification.model_validate(related),
            posture=Posture.Reactive,
            threshold=1,
            within=timedelta(0),
        ),
        actions=[
            RunDeployment(
                source="selected", deployment_id=deployment, parameters=PARAMETERS, job_variables=None
            )
        ],
    )
    client.create_automation(automation)


@dataclass
class SyncCount:
    """Names of deployments by what was done to them."""

    made: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)


def synchronise(pool: str | None = None, *, starts: bool = False, is_new: bool = False) -> SyncCount:
    """Bring Prefect's deployments in line with the plans; `starts`: run the new plans' at once.

    They go on the pool that is named, else stay on the one they are on, else come on our own. A pool that is
    named must be there, unless it `is_new` or the first.
    """
    with get_client(sync_client=True) as client:
        if pool is not None and not is_new and our_deployments(client):
            require_pool(client, pool)
        count = sync_deployments(client, wanted(pool or current_pool(client)))
        if starts:
            start_new(client, count)
        return count


def wanted(pool: str) -> list[DeploymentSpec]:
    """The deployments that there should be, by the plans in the database; a single request has none any more
    when nothing of it waits."""
    with open_database() as (settings, engine), reading(engine) as session:
        over = finished_ad_hoc(session)
        plans = [plan for plan in loaded_plans(session) if plan.id not in over]
        return wanted_deployments(plans, settings, pool)


def sync_deployments(client: SyncPrefectClient, wanted: Iterable[DeploymentSpec]) -> SyncCount:
    """Create what is missing, change what differs, and stop the schedules of retired plans."""
    count = SyncCount()
    seen = {deployment.name: deployment for deployment in our_deployments(client)}
    for each in wanted:
        before = seen.pop(each.name, None)
        if before is not None and before.version == each.digest:
            count.unchanged.append(each.name)
            continue
        ensure_pool(client, each.pool)
        apply(client, each)
        done = count.made if before is None else count.retired if each.is_retired else count.changed
        done.append(each.name)
    for name, deployment in seen.items():
        client.delete_deployment(deployment.id)
        count.removed.append(name)
    ensure_automation(client)
    return count


def start_new(client: SyncPrefectClient, count: SyncCount) -> None:
    """Run each plan that is new once: its chain is seen at once, not at the next hour."""
    for deployment in our_deployments(client):
        is_of_a_plan = any(tag.startswith(PLAN_TAG) for tag in deployment.tags)
        if is_of_a_plan and deployment.name in count.made and not deployment.paused:
            client.create_flow_run_from_deployment(deployment.id)


def our_deployments(client: SyncPrefectClient) -> list[DeploymentResponse]:
    """All deployments that bear our tag."""
    ours = DeploymentFilter(tags=DeploymentFilterTags(all_=[TAG]))
    return read_all(client.read_deployments, deployment_filter=ours)


def current_pool(client: SyncPrefectClient) -> str:
    """The work pool that our deployments are on, or our own."""
    return next((each.work_pool_name for each in our_deployments(client) if each.work_pool_name), POOL)


def require_pool(client: SyncPrefectClient, pool: str) -> None:
    """Raises `InvalidInput` where there is no pool of this name, which is mostly a slip of the pen."""
    names = sorted(each.name for each in read_all(client.read_work_pools))
    if pool not in names:
        raise InvalidInput(FlowFault.NO_POOL(pool=pool, pools=names or ["-"]))


def ensure_pool(client: SyncPrefectClient, pool: str) -> None:
    """Create the process work pool unless it is there."""
    with suppress(ObjectAlreadyExists):
        client.create_work_pool(WorkPoolCreate(name=pool, type="process"))


def apply(client: SyncPrefectClient, wanted: DeploymentSpec) -> None:
    """Create or change the deployment: Prefect takes the same request for both."""
    client.create_deployment(
        flow_id=client.create_flow_from_name(wanted.flow),
        name=wanted.name,
        version=wanted.digest,
        entrypoint=wanted.entrypoint,
        description=wanted.description,
        parameters=wanted.parameters,
        schedules=[
            DeploymentScheduleCreate(
                schedule=CronSchedule(cron=cron, timezone=wanted.time_zone), active=True, slug=slug
            )
            for slug, cron in wanted.schedules.items()
        ],
        concurrency_limit=1 if wanted.one_at_a_time else None,
        concurrency_options=CANCEL_NEW if wanted.one_at_a_time else None,
        tags=list(wanted.tags),
        work_pool_name=wanted.pool,
        paused=wanted.is_retired,
        enforce_parameter_schema=False,
        pull_steps=[],
    )
