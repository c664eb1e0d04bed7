"""The deployments there should be: one of the chain's flow for each plan, and the standing ones.

Times are Vietnam's. A deployment runs once at a time; a run that collides with another is cancelled, since
the one under way does all that is due. What a wanted deployment says has a digest, kept as its version in
Prefect: a second synchronisation finds it and leaves the deployment alone, with what an administrator did.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from messages.catalogue import N_, NP_, translate
from models.plan import Plan
from models.settings import Settings

TAG = "dondoc"
RETIRED = NP_("deployment", "retired")
"""A tag for people to filter by, in the language of the settings."""
PLAN_TAG = "plan:"
POOL = "dondoc"
CHAIN = "reporting-chain"
SHARD = "mail-shard"
TIMEOUTS = {
    CHAIN: 900,
    "send-mail": 1800,
    "watch": 600,
    "daily-maintenance": 1800,
    "alert-administrator": 300,
}
"""Seconds after which a run of the flow is ended."""


@dataclass(frozen=True, kw_only=True)
class DeploymentSpec:
    """A deployment as it should be; `schedules` are cron texts by their slug, read in `time_zone`."""

    flow: str
    name: str
    entrypoint: str
    description: str
    time_zone: str
    pool: str
    schedules: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, Any] = field(default_factory=dict)
    tags: tuple[str, ...] = (TAG,)
    one_at_a_time: bool = True
    is_retired: bool = False

    @property
    def digest(self) -> str:
        # Whether it is retired is said by its tag and its schedules.
        said = {name: value for name, value in asdict(self).items() if name != "is_retired"}
        content = json.dumps(said, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()[:16]


def wanted_deployments(plans: Iterable[Plan], settings: Settings, pool: str = POOL) -> list[DeploymentSpec]:
    """All deployments: a retired plan keeps its own, without a schedule, for the sake of its history."""
    return [*(_chain(plan, settings, pool) for plan in plans), *_standing(settings, pool)]


def _chain(plan: Plan, settings: Settings, pool: str) -> DeploymentSpec:
    retired = plan.retired_at is not None
    said = translate(settings.language, RETIRED) if retired else None
    tags = (TAG, f"{PLAN_TAG}{plan.slug}", plan.number, said)
    return DeploymentSpec(
        flow=CHAIN,
        name=plan.slug,
        entrypoint="flows.reporting_chain.reporting_chain",
        description=f"**{plan.number or plan.slug}** {plan.title} ({plan.issuer})",
        time_zone=settings.time_zone,
        pool=pool,
        # Five past: what fell due at midnight, and what is notified at eight, is done soon after.
        schedules={} if retired else {"hourly": "5 * * * *"},
        parameters={"plan": plan.slug},
        tags=tuple(filter(None, tags)),
        is_retired=retired,
    )


MAIL = N_("Sends the mails that wait.")
WATCH = N_("Looks whether all runs; tells the administrator.")
DAILY = N_("What is done once a day.")
ALERT = N_("Tells the administrator of a failed run.")
PART = N_("Sends to a part of the people; the pass of the sender calls it where there are several machines.")
STANDING = (
    ("send-mail", "mail", "send_mail.send_mail", "*/5 * * * *", MAIL),
    ("watch", "watch", "watch.watch", "*/15 * * * *", WATCH),
    ("daily-maintenance", "daily", "maintenance.daily_maintenance", "20 1 * * *", DAILY),
    ("alert-administrator", "alert", "watch.alert_administrator", "", ALERT),
)


def _standing(settings: Settings, pool: str) -> Iterable[DeploymentSpec]:
    for flow, name, entrypoint, cron, description in STANDING:
        yield DeploymentSpec(
            flow=flow,
            name=name,
            entrypoint=f"flows.{entrypoint}",
            description=translate(settings.language, description),
            time_zone=settings.time_zone,
            pool=pool,
            schedules={"standing": cron} if cron else {},
            # Two failures at once are two alerts; everything else is once at a time.
            one_at_a_time=bool(cron),
        )
    if settings.mail_shards > 1:
        yield DeploymentSpec(
            flow="send-mail",
            name=SHARD,
            entrypoint="flows.send_mail.send_mail",
            description=translate(settings.language, PART),
            time_zone=settings.time_zone,
            pool=pool,
            one_at_a_time=False,
        )
