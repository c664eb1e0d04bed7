"""One group for each home, and ports that nobody else uses: asked before anything is started."""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from cli.serving.parts import Ports
from flows.prefect_server import HOST, address_file
from models.errors import DondocError, InvalidInput
from models.settings import Settings


@contextmanager
def alone(settings: Settings, ports: Ports) -> Iterator[None]:
    """Hold this home while the group runs, and leave word where it is. Raises `DondocError` if it is held."""
    settings.home.mkdir(parents=True, exist_ok=True)
    path = settings.home / "serve.lock"
    with path.open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            who = file.read().strip() or "another process"
            raise DondocError(f"{settings.home} is served already by {who}; stop that first") from error
        file.truncate(0)
        file.write(f"process {os.getpid()} at {ports.pages_url}/")
        file.flush()
        require_free(ports)
        address_file(settings).parent.mkdir(parents=True, exist_ok=True)
        address_file(settings).write_text(ports.api_url, encoding="ascii")
        try:
            yield
        finally:
            address_file(settings).unlink(missing_ok=True)
            file.truncate(0)


def require_free(ports: Ports) -> None:
    """Raises `InvalidInput` that names each port in use, and the option that chooses another."""
    wanted = {"--port": ports.pages, "--prefect-port": ports.prefect}
    if ports.pages == ports.prefect:
        raise InvalidInput(f"port {ports.pages} is asked for twice; give --prefect-port another")
    taken = [option for option, port in wanted.items() if _taken(port)]
    if taken:
        lines = (f"port {wanted[option]} is in use; choose another with {option}" for option in taken)
        raise InvalidInput("\n".join(lines))


def _taken(port: int) -> bool:
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((HOST, port))
        except OSError:
            return True
    return False
