"""`dondoc flows`: a plan's flow run once by hand, and the group of all commands about flows.

Prefect is imported here at the last moment: it takes seconds, which no other command should pay.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, TypedDict
from zoneinfo import ZoneInfo

import typer
from sqlalchemy import Engine

from cli.console.context import AtOption, Context, JsonOption, iso, open_context, print_json, print_table, say
from cli.console.help import command
from cli.console.speech import figure, language, pt, t, told
from flows.prefect_server import (
    HOST,
    TemporaryServer,
    prefect_server,
    prefect_variables,
    prepare,
    refusals_said,
    server_command,
)
from messages.catalogue import N_
from models.database import reading
from models.errors import DondocError
from models.settings import Settings, load_settings
from reporting.chain.snapshot import plan_picture
from reporting.chain.tables import state_words
from reporting.plans.loading import find_plan

if TYPE_CHECKING:
    from flows.artifacts import StageRow


@command
def server(
    port: Annotated[
        int | None, typer.Option("--port", min=1, max=65535, help="Default: DONDOC_PREFECT_PORT.")
    ] = None,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = HOST,
) -> None:
    """Serve Prefect alone, until Ctrl-C: its API, its pages and its scheduler.

    PREFECT_SERVER_DATABASE_CONNECTION_URL names its database; without it, it is SQLite in DONDOC_HOME.
    """
    settings = load_settings()
    prepare(settings)
    port = port or settings.prefect_port
    url = f"http://{host}:{port}/"
    say(t("Prefect at %(url)s (API: %(url)sapi)", url=url))
    environment = {
        **os.environ,
        **prefect_variables(settings),
        "PREFECT_API_URL": f"http://{host}:{port}/api",
    }
    started = server_command(port, host)
    os.execve(started[0], started, environment)


PoolOption = Annotated[
    str | None, typer.Option("--pool", metavar="NAME", help="Work pool. Default: the one in use, or dondoc.")
]


@contextmanager
def prefect(context: Context, *, may_start: bool = False) -> Iterator[TemporaryServer]:
    """Prefect's server, ready: the one in use, or where one `may_start`, one for as long as this lasts."""
    context.engine.dispose()  # the flows open the database themselves
    if may_start:  # a run by hand says what went wrong in a line; Prefect keeps its traceback
        os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
    with prefect_server(context.settings, may_start=may_start) as server:
        if server.process is not None:
            say(t("starting Prefect (it takes a while)"))
        server.wait()
        with refusals_said(server.url):
            yield server


NAMED = {
    "made": N_("made: %(name)s"),
    "changed": N_("changed: %(name)s"),
    "retired": N_("retired: %(name)s"),
    "removed": N_("removed: %(name)s"),
}
COUNTED = {
    "made": N_("%(number)s made"),
    "changed": N_("%(number)s changed"),
    "retired": N_("%(number)s retired"),
    "removed": N_("%(number)s removed"),
    "unchanged": N_("%(number)s unchanged"),
}


@command
def sync(as_json: JsonOption = False) -> None:
    """Bring Prefect's deployments in line with the plans: one for each, and the standing ones.

    Doing it twice changes nothing. A retired plan loses its schedule and keeps its history.
    """
    _sync(None, as_json)


@command
def deploy(
    pool: Annotated[str, typer.Option("--pool", metavar="NAME", help="Work pool that workers share.")],
    new: Annotated[bool, typer.Option("--new", help="Make the pool if it is not there.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Put all deployments on a process work pool, for workers on one machine or several.

    The first pool is made; another needs --new. Each worker is started with: dondoc flows work --pool NAME
    """
    _sync(pool, as_json, is_new=new)


def _sync(pool: str | None, as_json: bool, *, is_new: bool = False) -> None:
    with prefect(open_context()):
        from flows.deployment_sync import synchronise

        count = asdict(synchronise(pool, is_new=is_new))
    if as_json:
        print_json(count)
        return
    for what, message in NAMED.items():
        for name in count[what]:
            say(t(message, name=name))
    _say_numbers({what: len(names) for what, names in count.items()})


def _say_numbers(numbers: dict[str, int]) -> None:
    say(", ".join(t(COUNTED[what], number=figure(number)) for what, number in numbers.items()))


@command
def mirror(
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Remove all of it first and build it again.")
    ] = False,
    at: AtOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show each plan's periods in Prefect as runs in real days, as the database has them.

    The flows do it by themselves; this makes up for days on which none ran.
    """
    context = open_context(at)
    with prefect(context):
        from flows.maintenance import mirror_all

        count = asdict(mirror_all(context.now, rebuild=rebuild))
    if as_json:
        print_json(count)
    else:
        _say_numbers(count)


@command
def work(
    pool: PoolOption = None,
    name: Annotated[str | None, typer.Option("--name", help="What Prefect calls this worker.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=64, help="Runs at once.")] = 2,
    follow: Annotated[
        bool, typer.Option("--sync", help="Also keep the deployments in line with the plans.")
    ] = False,
    once: Annotated[bool, typer.Option("--once", help="Run what is due now, and end.")] = False,
) -> None:
    """Run what is due, until Ctrl-C. Needs a Prefect server: PREFECT_API_URL, or a running dondoc serve."""
    context = open_context()
    with prefect(context):
        from flows.worker import WorkerOptions
        from flows.worker import work as work_on

        options = WorkerOptions(pool=pool, name=name, limit=limit, sync=follow, once=once)
        try:
            work_on(context.settings, options, _say_outage)
        except KeyboardInterrupt:
            say(t("ended"))


def _say_outage(reason: str) -> None:
    """An outage that begins, with what it says of itself, or one that is over."""
    say(t("waiting and trying again: %(reason)s", reason=told(reason)) if reason else t("working again"))


app = typer.Typer(help="Flows: the same work as tick, seen and scheduled by Prefect.", no_args_is_help=True)
for each in (sync, deploy, mirror, work, server):
    app.command()(each)


@app.callback()
def flows() -> None:
    """Flows: the same work as tick, seen and scheduled by Prefect."""


@app.command()
def run(
    plan: Annotated[str, typer.Argument(metavar="PLAN", help="Slug of the plan.")],
    at: AtOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run the plan's flow once: a tick, then its stages from the bottom up.

    Without a Prefect server in PREFECT_API_URL it starts one for as long as the run lasts.
    """
    context = open_context(at)
    with reading(context.engine) as session:
        find_plan(session, plan)
    with prefect(context, may_start=True) as running:
        found = run_flow(running, plan, context.now, context.settings.zone)
    if as_json:
        print_json(found)
        return
    stages = stages_said(context.engine, context.settings, found, context.now)
    print_table(
        (t("stage"), t("state"), pt("heading", "message")),
        ((row["stage"], state_words(row["state"], language()), row["message"]) for row in stages),
    )
    say(f"{found['flow']}: {state_words(found['state'], language())}")


def stages_said(engine: Engine, settings: Settings, result: FlowResult, at: datetime) -> list[StageRow]:
    """The stages of a run in the language of the command line; Prefect has them in that of the settings."""
    if language() == settings.language:
        return result["stages"]
    with reading(engine) as session:
        plan = find_plan(session, result["plan"])
        kept, shown = (
            plan_picture(session, plan, at, settings.zone, each).stages
            for each in (settings.language, language())
        )
    words = {(old.title, old.message): new for old, new in zip(kept, shown, strict=True)}
    return [
        {**row, "stage": new.title, "message": new.message}
        if (new := words.get((row["stage"], row["message"])))
        else row
        for row in result["stages"]
    ]


class FlowResult(TypedDict):
    """How a run ended: its own state, and what its stages say."""

    flow: str
    plan: str
    at: str | None
    state: str
    stages: list[StageRow]


def run_flow(
    server: TemporaryServer, plan: str, now: datetime, zone: ZoneInfo, *, mirrors: bool = True
) -> FlowResult:
    """Run `reporting-chain` on the server. Raises `DondocError` where the run failed."""
    from flows.reporting_chain import reporting_chain

    server.wait()
    with refusals_said(server.url):
        state: Any = reporting_chain(plan, now, mirrors, return_state=True)
    if not state.is_completed():
        words = t("the flow of %(plan)s failed (%(why)s); see: dondoc doctor", plan=plan, why=state.message)
        raise DondocError(words)
    return {
        "flow": reporting_chain.name,
        "plan": plan,
        "at": iso(now, zone),
        "state": state.name or "",
        "stages": state.result(),
    }
