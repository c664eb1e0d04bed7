"""The flow that monitors the others: heartbeats, stuck notices, runs that hang or never came.

What is serious becomes an alert to the administrator, once a day for the same concern. A run whose process is
gone is marked as crashed, which also frees its deployment for the next one. When nothing is wrong an outside
monitor is called, if there is one.
"""

from __future__ import annotations

from datetime import UTC, datetime

from prefect import State, flow
from prefect.artifacts import create_markdown_artifact
from prefect.events import emit_event
from prefect.states import Completed

from calendars.zone import local_date
from flows.context import gettext, moment, open_database, patiently, run_client, send_no_heartbeats
from flows.deployments import CHAIN, TIMEOUTS
from flows.missed_runs import crash_hanging_runs, keep_one_late_run, missed_runs
from messages.catalogue import translate, translate_plural
from messages.formats import moment_text
from models.database import writing
from models.settings import load_settings
from notifications.uptime_ping import ping
from reporting.health.health import finding_words, findings, raise_findings
from reporting.reminders.events import raise_alert

send_no_heartbeats()

LONGEST = 1000


@flow(
    name="alert-administrator",
    flow_run_name="{run}",
    persist_result=False,
    timeout_seconds=TIMEOUTS["alert-administrator"],
)
def alert_administrator(run: str, state: str, message: str | None = None, at: datetime | None = None) -> bool:
    """Queue the alert; return whether it is new today."""
    now = moment(at)
    return patiently(lambda: alert(run, state, message or "", now))


def job_of(run: str) -> str:
    """What fails again and again under one name: a plan's chain by its plan, whose runs are called so; of
    other flows each run has a name of its own."""
    flow = run.partition("/")[0]
    return run if flow == CHAIN else flow


def alert(run: str, state: str, message: str, now: datetime) -> bool:
    job = job_of(run)
    with open_database() as (settings, engine), writing(engine) as session:
        words = translate(
            settings.language,
            "The run %(run)s ended in the state %(state)s: %(message)s",
            run=job,
            state=state,
            message=message,
        )
        today = local_date(now, settings.zone)
        return raise_alert(session, settings, f"flow {job}", words[:LONGEST], now, today)


Concerns = dict[str, str]
"""What is wrong, in words, by a key that stays the same while it is wrong."""


@flow(
    name="watch",
    persist_result=False,
    timeout_seconds=TIMEOUTS["watch"],
)
def watch(at: datetime | None = None) -> State[None]:
    """Look at `at` (default: now)."""
    now = moment(at)
    around = look_at_prefect(now)
    concerns = {**around, **patiently(lambda: look_and_alert(around, now))}
    if not concerns:
        tell_outside_monitor()
    return shown(concerns)


def look_at_prefect(now: datetime) -> Concerns:
    """Runs that hang, which are ended here, and runs that should have been and were not.

    Of late runs it leaves one for each deployment.
    """
    with run_client() as client:
        keep_one_late_run(client, datetime.now(UTC))
        hanging = crash_hanging_runs(client, now)
        missed = missed_runs(client, now)
    concerns = {
        f"hanging {name}": gettext("the run %(name)s hung and was closed", name=name) for name in hanging
    }
    settings = load_settings()
    for name, moments in missed.items():
        first = moment_text(moments[0], settings.zone, settings.language)
        concerns[f"missed {name}"] = translate_plural(
            settings.language,
            "%(name)s should have run once since %(first)s and did not",
            "%(name)s should have run %(number)s times since %(first)s and did not",
            len(moments),
            name=name,
            first=first,
        )
    return concerns


def look_and_alert(around: Concerns, now: datetime) -> Concerns:
    """Find what is serious in the database; queue it and what Prefect showed as alerts, and emit events."""
    with open_database() as (settings, engine), writing(engine) as session:
        found = [each for each in findings(session, now, settings) if each.is_serious]
        words = {each.key: finding_words(each, settings.language, settings.zone) for each in found}
        new = {each.key for each in raise_findings(session, settings, found, now)}
        today = local_date(now, settings.zone)
        new |= {
            key
            for key, said in around.items()
            if raise_alert(session, settings, f"watch {key}", said, now, today)
        }
    tell({key: said for key, said in {**around, **words}.items() if key in new})
    return words


def tell(concerns: Concerns) -> None:
    """An event for each concern that is new today."""
    for key, said in concerns.items():
        resource = {"prefect.resource.id": f"dondoc.health.{key}"}
        emit_event(event="health.concern", resource=resource, payload={"said": said})


def tell_outside_monitor() -> None:
    """A sign of life; that it did not come through is for the monitor itself to notice."""
    url = load_settings().ping_url
    if url is not None:
        ping(url)


def shown(concerns: Concerns) -> State[None]:
    """The findings as an artifact, and how the run ends."""
    well = gettext("all is well")
    lines = [f"- {words}" for words in concerns.values()] or [f"✓ {well}"]
    create_markdown_artifact(markdown="\n".join(lines), key="watch")
    if not concerns:
        return Completed(name="All is well", message=well)
    return Completed(name="Concerns", message="; ".join(concerns.values()))
