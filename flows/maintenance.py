"""The flow of what is done once a day: a pass over all plans, old texts, deployments, mirror, history.

Prefect keeps what it is given for ever; here its history is trimmed to what a person may still look at.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import StateType

from flows.context import (
    delete_run,
    errors_said,
    gettext,
    moment,
    ngettext,
    open_database,
    patiently,
    read_all,
    send_no_heartbeats,
)
from flows.deployment_sync import synchronise
from flows.deployments import CHAIN, TIMEOUTS
from flows.mirror import MirrorCount, mirror_plan, remove_other_plans
from messages.catalogue import N_
from models.database import reading, writing
from models.errors import DondocError
from models.settings import Settings
from notifications.send import daily
from reporting.chain.snapshot import plan_picture
from reporting.engine import tick
from reporting.plans.loading import find_plan, loaded_plans

QUIET_KEPT = timedelta(days=2)
"""How long the runs of frequent flows are kept that went well or were not needed."""
QUIET_FLOWS = tuple(name for name in TIMEOUTS if name != CHAIN)
QUIET_ENDS = [StateType.COMPLETED, StateType.CANCELLED]
ENDS = [*QUIET_ENDS, StateType.FAILED, StateType.CRASHED]


def trim(client: SyncPrefectClient, settings: Settings, now: datetime) -> int:
    """Delete old runs and return their number. Their task runs and states go with them."""
    kept = timedelta(days=settings.prefect_history_days)
    quiet = _delete(client, QUIET_FLOWS, QUIET_ENDS, now - min(QUIET_KEPT, kept))
    return quiet + _delete(client, tuple(TIMEOUTS), ENDS, now - kept)


def _delete(
    client: SyncPrefectClient, flows: tuple[str, ...], ends: list[StateType], before: datetime
) -> int:
    old = read_all(
        client.read_flow_runs,
        flow_filter=FlowFilter(name=FlowFilterName(any_=list(flows))),
        flow_run_filter=FlowRunFilter(
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=ends)),
            expected_start_time=FlowRunFilterExpectedStartTime.model_validate({"before_": before}),
        ),
    )
    return sum(delete_run(client, run) for run in old)


send_no_heartbeats()

TITLES = {
    "horizon": N_("Open reports up to the horizon"),
    "forgetting": N_("Drop the texts of mails that were kept long enough"),
    "deployments": N_("Check the schedules of the plans"),
    "mirror": N_("Check the periods on the time axis"),
    "history": N_("Trim Prefect's history"),
}
"""What Prefect shows of the tasks, by their names, in their order."""


def title(task: str) -> str:
    return f"{list(TITLES).index(task) + 1} {gettext(TITLES[task])}"


@flow(
    name="daily-maintenance",
    persist_result=False,
    timeout_seconds=TIMEOUTS["daily-maintenance"],
)
def daily_maintenance(at: datetime | None = None) -> str:
    """All of it at `at` (default: now); a part that fails does not keep the others from being done."""
    now = moment(at)
    parts = (horizon, forgetting, deployments, mirror, history)
    states = [part.with_options(task_run_name=title(part.name))(now, return_state=True) for part in parts]
    broken = [state for state in states if not state.is_completed()]
    if broken:
        ends = [state.result(raise_on_failure=False) for state in broken]
        errors = [each for each in ends if isinstance(each, Exception)]
        words = "; ".join(str(state.message) for state in broken)
        raise DondocError(words) from (ExceptionGroup("parts", errors) if errors else None)  # for the log
    return "; ".join(str(state.result()) for state in states)


@task(name="horizon", cache_policy=NO_CACHE, persist_result=False)
def horizon(now: datetime) -> str:
    """A pass over all plans, also those that have no deployment yet."""
    return patiently(lambda: pass_over_all(now))


def pass_over_all(now: datetime) -> str:
    with open_database() as (settings, engine), writing(engine) as session:
        count = tick(session, settings, now)
    if count.errors:
        raise DondocError(errors_said(count.errors))
    return ngettext("%(number)s report opened", "%(number)s reports opened", count.opened)


@task(name="forgetting", cache_policy=NO_CACHE, persist_result=False)
def forgetting(now: datetime) -> str:
    """Texts of mails that were kept long enough."""
    return patiently(lambda: forget(now))


def forget(now: datetime) -> str:
    with open_database() as (settings, engine), writing(engine) as session:
        number = daily(session, settings, now)
        return ngettext("the text of %(number)s mail dropped", "texts of %(number)s mails dropped", number)


@task(name="deployments", cache_policy=NO_CACHE, persist_result=False)
def deployments(_now: datetime) -> str:
    """Deployments in line with the plans."""
    count = synchronise()
    return gettext(
        "schedules: %(made)s new, %(changed)s changed, %(retired)s retired",
        made=len(count.made),
        changed=len(count.changed),
        retired=len(count.retired),
    )


@task(name="mirror", cache_policy=NO_CACHE, persist_result=False)
def mirror(now: datetime) -> str:
    """The mirror of all plans."""
    count = mirror_all(now)
    return gettext(
        "periods: %(made)s new, %(changed)s changed, %(removed)s removed",
        made=count.made,
        changed=count.changed,
        removed=count.removed,
    )


def mirror_all(now: datetime, *, rebuild: bool = False) -> MirrorCount:
    """Mirror the periods of every plan; plan by plan, so that no picture is kept for long."""
    count = MirrorCount()
    with open_database() as (settings, engine):
        with reading(engine) as session:
            slugs = [plan.slug for plan in loaded_plans(session)]
        for slug in slugs:
            with reading(engine) as session:
                plan = find_plan(session, slug)
                picture = plan_picture(session, plan, now, settings.zone, settings.language)
            mirror_plan(picture, count, rebuild=rebuild)
    with get_client(sync_client=True) as client:
        count.removed += remove_other_plans(client, slugs)
    return count


@task(name="history", cache_policy=NO_CACHE, persist_result=False)
def history(now: datetime) -> str:
    """Prefect's own runs, as old as the setting says."""
    with open_database() as (settings, _), get_client(sync_client=True) as client:
        removed = trim(client, settings, now)
        return ngettext("%(number)s old run removed", "%(number)s old runs removed", removed)
