"""`dondoc flows server`: Prefect's server in the foreground, for a set-up with several workers."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from cli.output import say
from flows.prefect_server import HOST, prefect_home, server_arguments, surroundings
from models.settings import load_settings


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
    prefect_home(settings).mkdir(parents=True, exist_ok=True)
    port = port or settings.prefect_port
    say(f"Prefect at http://{host}:{port}/ (API: http://{host}:{port}/api)")
    environment = {**os.environ, **surroundings(settings), "PREFECT_API_URL": f"http://{host}:{port}/api"}
    arguments = [sys.executable, "-m", *server_arguments(port, host)]
    os.execve(sys.executable, arguments, environment)
