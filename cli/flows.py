"""`dondoc flows`: a plan's flow run once by hand, and the group of all commands about flows.

Prefect is imported here at the last moment: it takes seconds, which no other command should pay.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import typer

from cli.context import AtOption, JsonOption, open_context
from cli.flow_server import server
from cli.flow_work import deploy, mirror, sync, work
from cli.output import iso, print_json, print_table, say
from flows.prefect_server import TemporaryServer, prefect_server, refusals_said
from models.database import reading
from models.errors import DondocError
from reporting.plan_loading import find_plan

app = typer.Typer(help="Flows: the same work as tick, seen and scheduled by Prefect.", no_args_is_help=True)
for command in (sync, deploy, mirror, work, server):
    app.command()(command)


@dataclass(frozen=True)
class FlowRun:
    """What a run came to: its own state, and `stages` as rows of stage, state, message."""

    name: str
    state: str
    stages: list[dict[str, str]]


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
    context.engine.dispose()
    with prefect_server(context.settings) as running:
        if running.process is not None:
            say("starting Prefect (it takes a while)")
        found = run_flow(running, plan, context.now)
    if as_json:
        print_json(as_document(found, plan, iso(context.now, context.settings.zone)))
        return
    print_table(("stage", "state", "message"), (tuple(row.values()) for row in found.stages))
    say(f"{found.name}: {found.state}")


def as_document(found: FlowRun, plan: str, at: str | None) -> dict[str, Any]:
    return {"flow": found.name, "plan": plan, "at": at, "state": found.state, "stages": found.stages}


def run_flow(server: TemporaryServer, plan: str, now: datetime, *, mirrors: bool = True) -> FlowRun:
    """Run `reporting-chain` on the server. Raises `DondocError` where the run failed."""
    from flows.reporting_chain import reporting_chain

    server.wait()
    with refusals_said(server.url):
        state: Any = reporting_chain(plan, now, mirrors, return_state=True)
    if not state.is_completed():
        raise DondocError(f"the flow of {plan} failed ({state.message}); see: dondoc doctor")
    return FlowRun(reporting_chain.name, state.name or "", state.result())
