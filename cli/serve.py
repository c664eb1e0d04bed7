"""`dondoc serve`: everything on this machine as one group, or the pages and feeds alone."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Annotated, Literal

import typer
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from cli.console.context import instant_text, open_context, open_database, say
from cli.console.help import command
from cli.console.speech import refused, t
from cli.serving.demo_clock import at_its_time, filled
from messages.catalogue import N_
from models.database import MARK, open_engine, reading
from models.errors import DatabaseAway, DatabaseGone, DatabaseNotReady
from models.settings import (
    Settings,
    address_of,
    load_settings,
    note_served_at,
    refuse_known_key,
    with_links_to,
    with_own_key,
)
from reporting.access.first_account import first_code, has_accounts

HOST = "127.0.0.1"


@command
def serve(
    only: Annotated[
        Literal["web"] | None,
        typer.Option("--only", metavar="PART", help="Serve this part alone: web (pages and feeds)."),
    ] = None,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port of the pages; 0: any.")] = 8000,
    host: Annotated[
        str, typer.Option("--host", help="Address that the pages listen on, with --only.")
    ] = HOST,
    prefect_port: Annotated[
        int | None, typer.Option("--prefect-port", min=1, max=65535, help="Port of Prefect's server.")
    ] = None,
    demo: Annotated[
        bool, typer.Option("--demo", help="Fill an empty home with the demonstration's year first.")
    ] = False,
) -> None:
    """Serve until Ctrl-C: pages and feeds, the flows with Prefect's server, and the local mailbox.

    A part that dies is started again. What it knows is in DONDOC_HOME, so the next start finds it there.
    A demonstration is served by its own clock, which goes on from its last pass.
    """
    if demo:
        filled(with_links_to(load_settings(), address_of(HOST, port) if port else None))
    if only == "web":
        serve_web(port, host)
        return
    try:
        context = open_context()
    except DatabaseGone:
        serve_web(port, HOST)  # nothing can be sent; who has a calendar here keeps it
        return
    context.engine.dispose()
    serve_all(by_its_clock(context.settings), port, prefect_port or context.settings.prefect_port)


def serve_web(port: int, host: str) -> None:
    """Serve the pages and feeds. Raises `DondocError` where the port or the database cannot be used."""
    from web.app import create_app, listen, run

    settings = with_own_key(load_settings())
    refuse_known_key(settings, host)
    engine = open_for_pages(settings)
    settings = by_its_clock(settings)
    listening = listen(port, host)
    address = address_of(host, listening.getsockname()[1])
    say(f"{address}/")
    tell_sign_ins(settings)
    tell_first_account(settings, address, is_read=sys.stderr.isatty())
    note_served_at(settings, address)
    run(create_app(with_links_to(settings, address), engine), listening)


def by_its_clock(settings: Settings) -> Settings:
    """The settings with the clock of the home, which is named where it is not the real one."""
    found = at_its_time(settings)
    if found.clock_shift_seconds:
        now = instant_text(datetime.now(UTC) + found.clock_shift, found.zone)
        say(t("the clock of this demonstration stands at %(now)s and goes on from there", now=now))
    return found


def open_for_pages(settings: Settings) -> Engine:
    """The database. While that of a home which had one is away, the pages say so, and calendar programs keep
    what they have. Raises `DatabaseAway` in a home that never had one.
    """
    try:
        return open_database(settings)
    except DatabaseAway as error:
        if not (settings.home / MARK).exists():
            raise
        text = N_("%(why)s; until then pages say so, and calendar programs keep what they have")
        say(t(text, why=refused(error)))
    except DatabaseGone as error:
        say(f"dondoc: {refused(error)}")
        say(t("until then pages say that the database is away, and calendar programs keep what they have"))
    return open_engine(settings.database, create=False)


def serve_all(settings: Settings, port: int, prefect_port: int) -> None:
    """Run the group. Raises `DondocError` where a port is in use, or the home is served already."""
    from cli.serving.processes import Ports, parts
    from cli.serving.supervisor import Supervisor, alone
    from flows.prefect_server import free_port

    ports = Ports(pages=port or free_port(), prefect=prefect_port)

    def ready() -> None:
        typer.echo(f"{ports.pages_url}/")
        pages, prefect = f"{ports.pages_url}/", f"{ports.prefect_url}/"
        text = N_("dondoc is ready at %(pages)s (Prefect: %(prefect)s); Ctrl-C ends it")
        say(t(text, pages=pages, prefect=prefect))
        tell_sign_ins(settings)
        tell_first_account(settings, ports.pages_url, is_read=sys.stderr.isatty())

    with alone(settings, ports):
        say(t("starting (Prefect's server takes some ten seconds)"))
        Supervisor(list(parts(settings, ports)), settings.home / "logs", say, ready).run()
    say(t("ended"))


def tell_first_account(settings: Settings, address: str, *, is_read: bool) -> None:
    """The code of the first account, as long as there is none; nothing where the database is away. What is
    not read by a person but kept in a log does not get the code."""
    engine = open_engine(settings.database, create=False)
    try:
        with reading(engine) as session:
            if has_accounts(session):
                return
    except (DBAPIError, DatabaseNotReady):
        return
    finally:
        engine.dispose()
    where = f"{address}/first-account"
    if is_read:
        text = N_("no account yet: make the first at %(where)s; from another machine with the code %(code)s")
        say(t(text, where=where, code=first_code(settings)))
    else:
        say(t("no account yet: make the first at %(where)s, or with dondoc people add", where=where))


def tell_sign_ins(settings: Settings) -> None:
    """Name the file with the demonstration's sign-ins, where there is one; never what is in it."""
    from cli.demonstration.home import sign_ins_file

    path = sign_ins_file(settings)
    if path is not None:
        say(t("sign in as one of the demo's people: addresses and password are in %(file)s", file=path))
