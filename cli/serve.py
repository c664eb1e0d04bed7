"""`dondoc serve`: the pages and feeds, on this machine's own address."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from cli.context import open_context
from cli.output import say


def serve(
    only: Annotated[
        Literal["web"] | None, typer.Option("--only", help="Serve this part alone: web (pages and feeds).")
    ] = None,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port of the pages; 0: any.")] = 8000,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
) -> None:
    """Serve the pages and feeds until Ctrl-C.

    Example: dondoc serve --only web --port 8000
    """
    from web.app import create_app
    from web.serving import listen, run

    context = open_context()
    listening = listen(port, host)
    say(f"http://{host}:{listening.getsockname()[1]}/")
    run(create_app(context.settings, context.engine), listening)
