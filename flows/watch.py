"""The flow that looks whether everything runs: heartbeats, stuck notices, runs that hang or never came.

What is serious becomes an alert to the administrator, once a day for the same concern. A run whose process is
gone is marked as crashed, which also frees its deployment for the next one.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from prefect import State, flow
from prefect.artifacts import create_markdown_artifact
from prefect.client.orchestration import get_client
from prefect.events import emit_event
from prefect.states import Completed

from calendars.zone import local_date
from flows.database import moment, open_database, patiently
from flows.deployments import TIMEOUTS
from flows.late_runs import supersede_late_runs
from flows.missed_runs import crash_hanging_runs, missed_runs
from models.database import writing
from models.settings import Settings
from reporting.alerting import raise_alert
from reporting.health import findings
from reporting.health_words import finding_remedy, finding_words

ALL_WELL = "mọi việc đều ổn"
Concerns = dict[str, str]
"""What is wrong, in words, by a key that stays the same while it is wrong."""


@flow(
    name="watch",
    description="Xem mọi việc có chạy không; điều nghiêm trọng thì báo người quản trị.",
    persist_result=False,
    timeout_seconds=TIMEOUTS["watch"],
)
def watch(at: datetime | None = None) -> State[Any]:
    """Look at `at` (default: now)."""
    now = moment(at)
    supersede_late_runs()
    concerns = {**look_at_prefect(now), **patiently(lambda: look_at_health(now))}
    patiently(lambda: alert(concerns, now))
    return shown(concerns)


def look_at_prefect(now: datetime) -> Concerns:
    """Runs that hang, which are ended here, and runs that should have been and were not."""
    with get_client(sync_client=True) as client:
        hanging = crash_hanging_runs(client, now)
        missed = missed_runs(client, now)
    concerns = {f"hanging {name}": f"lượt chạy {name} bị treo và đã được đóng lại" for name in hanging}
    for name, moments in missed.items():
        first = f"{moments[0]:%H:%M %d/%m/%Y}"
        concerns[f"missed {name}"] = f"{name} lẽ ra đã chạy {len(moments)} lần từ {first} mà không chạy"
    return concerns


def look_at_health(now: datetime) -> Concerns:
    """What is serious in the database: passes that fell silent, a mail server down, notices stuck."""
    with open_database() as (settings, engine), writing(engine) as session:
        serious = [each for each in findings(session, now, settings) if each.is_serious]
        return {each.key: _in_words(each, settings) for each in serious}


def _in_words(finding: Any, settings: Settings) -> str:
    words = finding_words(finding, settings.language, settings.zone)
    return f"{words} ({finding_remedy(finding, settings.language)})"


def alert(concerns: Concerns, now: datetime) -> None:
    """Queue an alert for each concern, and tell Prefect of it as an event."""
    with open_database() as (settings, engine), writing(engine) as session:
        today = local_date(now, settings.zone)
        for key, words in concerns.items():
            if raise_alert(session, settings, f"watch {key}", words, now, today):
                emit_event(
                    event="health.concern",
                    resource={"prefect.resource.id": f"dondoc.health.{key}"},
                    payload={"said": words},
                )


def shown(concerns: Concerns) -> State[Any]:
    """The findings as an artifact, and how the run ends."""
    lines = [f"- {words}" for words in concerns.values()] or [f"✓ {ALL_WELL}"]
    create_markdown_artifact(markdown="\n".join(lines), key="watch")
    if not concerns:
        return Completed(name="All is well", message=ALL_WELL)
    return Completed(name="Concerns", message="; ".join(concerns.values()))
