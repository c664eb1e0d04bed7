"""`dondoc flows sync`, `deploy`, `mirror` and `work`: what Prefect knows of the plans, and who runs them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated, Any

import typer

from cli.context import AtOption, Context, JsonOption, open_context
from cli.output import print_json, say
from flows.prefect_server import TemporaryServer, prefect_server, refusals_said

PoolOption = Annotated[
    str | None, typer.Option("--pool", metavar="NAME", help="Work pool. Default: the one in use, or dondoc.")
]


@contextmanager
def prefect(context: Context) -> Iterator[TemporaryServer]:
    """Prefect's server, ready: the one in use, or one for as long as this lasts."""
    with prefect_server(context.settings) as server:
        if server.process is not None:
            say("starting Prefect (it takes a while)")
        server.wait()
        with refusals_said(server.url):
            yield server


def sync(as_json: JsonOption = False) -> None:
    """Bring Prefect's deployments in line with the plans: one for each, and the standing ones.

    Doing it twice changes nothing. A retired plan loses its schedule and keeps its history.
    """
    _sync(None, as_json)


def deploy(
    pool: Annotated[str, typer.Option("--pool", metavar="NAME", help="Work pool that workers share.")],
    as_json: JsonOption = False,
) -> None:
    """Put all deployments on a process work pool, for workers on one machine or several.

    The pool is made if it is not there. Each worker is started with: dondoc flows work --pool NAME
    """
    _sync(pool, as_json)


def _sync(pool: str | None, as_json: bool) -> None:
    context = open_context()
    context.engine.dispose()
    with prefect(context):
        from flows.working import synchronise

        count = asdict(synchronise(pool))
    if as_json:
        print_json(count)
        return
    for what in ("made", "changed", "retired", "removed"):
        for name in count[what]:
            say(f"{what}: {name}")
    _say_numbers({what: len(names) for what, names in count.items()})


def _say_numbers(numbers: dict[str, int]) -> None:
    say(", ".join(f"{number} {what}" for what, number in numbers.items()))


def mirror(
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Take all of it away first and make it anew.")
    ] = False,
    at: AtOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show each plan's periods in Prefect as runs in real days, as the database has them.

    The flows do it by themselves; this makes up for days on which none ran.
    """
    context = open_context(at)
    context.engine.dispose()
    with prefect(context):
        from flows.maintenance import mirror_all

        count: dict[str, Any] = asdict(mirror_all(context.now, rebuild=rebuild))
    if as_json:
        print_json(count)
    else:
        _say_numbers(count)


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
    from models.errors import Incomplete

    context = open_context()
    context.engine.dispose()
    with prefect_server(context.settings) as server:
        if server.process is not None:
            raise Incomplete("no Prefect server is known; set PREFECT_API_URL, or run: dondoc serve")
        from flows.working import Working
        from flows.working import work as work_on

        server.wait()
        try:
            work_on(context.settings, Working(pool=pool, name=name, limit=limit, sync=follow, once=once))
        except KeyboardInterrupt:
            say("ended")
