"""The demonstration's mail server: the local mailbox as a process of its own, for the whole run.

A year of mails keeps two processors busy then: one makes them, the other takes them in. It ends when its
standard input does, so it cannot outlive whoever started it; Ctrl-C is for them alone, hence its own session.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from models.errors import DondocError
from notifications.mailbox import local_mailbox

SERVE = "from cli.demonstration.mailbox import serve; serve()"


@contextmanager
def mailbox_server(folder: Path) -> Iterator[tuple[str, int]]:
    """The server's host and port while the block runs. Raises `DondocError` if it does not start."""
    program = [sys.executable, "-c", SERVE, str(folder.absolute())]
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root, start_new_session=True
    ) as server:
        try:
            said = server.stdout.readline() if server.stdout else ""
            host, _, port = said.strip().partition(" ")
            if not port:
                raise DondocError(f"the local mailbox {folder} did not open; check that it may be written to")
            yield host, int(port)
        finally:
            if server.stdin:
                server.stdin.close()


def serve() -> None:
    """Serve the folder named on the command line until standard input ends; say where, first."""
    asyncio.run(_serve(Path(sys.argv[1])))


async def _serve(folder: Path) -> None:
    async with local_mailbox(folder) as (host, port):
        with suppress(BrokenPipeError):  # whoever asked has been stopped meanwhile, and closes our input
            os.write(1, f"{host} {port}\n".encode())
        await asyncio.to_thread(sys.stdin.read)
