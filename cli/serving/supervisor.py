"""Process supervisor: start all parts in order, restart and report a dead one, end all on Ctrl-C."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from cli.console.speech import t
from cli.serving.process import Child, ServedProcess
from cli.serving.processes import Ports
from flows.prefect_server import HOST, address_file, prepare
from messages.catalogue import N_
from models.errors import DondocError, InvalidInput
from models.settings import Settings


@contextmanager
def alone(settings: Settings, ports: Ports) -> Iterator[None]:
    """Lock this home while the group runs. Raises `DondocError` if another group has locked it."""
    settings.home.mkdir(parents=True, exist_ok=True)
    path = settings.home / "serve.lock"
    with path.open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            number, _, address = file.read().strip().partition(" ")
            words = N_("process %(number)s at %(address)s") if address else N_("another process")
            who = t(words, number=number, address=address)
            words = t("%(home)s is served already by %(who)s; stop that first", home=settings.home, who=who)
            raise DondocError(words) from error
        file.truncate(0)
        file.write(f"{os.getpid()} {ports.pages_url}/")
        file.flush()
        require_free(ports)
        prepare(settings)
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
        raise InvalidInput(
            t("port %(port)s is asked for twice; give --prefect-port another", port=ports.pages)
        )
    taken = [option for option, port in wanted.items() if _taken(port)]
    if taken:
        text = N_("port %(port)s is in use; choose another with %(option)s")
        lines = (t(text, port=wanted[option], option=option) for option in taken)
        raise InvalidInput("\n".join(lines))


def _taken(port: int) -> bool:
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((HOST, port))
        except OSError:
            return True
    return False


PAUSE = 0.3
STOP_SECONDS = 20.0
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass
class Supervisor:
    """A process supervisor. `say` is called with news for a person, `ready` once all parts are up."""

    parts: Sequence[ServedProcess]
    logs: Path
    say: Callable[[str], None]
    ready: Callable[[], None]
    children: list[Child] = field(default_factory=list)
    is_stopping: bool = False

    def run(self) -> None:
        """Start everything and supervise it until asked to stop."""
        self.children = [Child(part, self.logs / f"{part.name}.log") for part in self.parts]
        announced = False
        with self._signals():
            try:
                while not self.is_stopping:
                    for child in self.children:
                        self._look_after(child)
                    if not announced and all(child.was_ready for child in self.children):
                        announced = True
                        self.ready()
                    time.sleep(PAUSE)
            finally:
                self._stop()

    def _look_after(self, child: Child) -> None:
        set_aside(child.log)
        code = child.died()
        if code is not None:
            text = N_("%(part)s ended (%(why)s) and is started again; log: %(log)s")
            self.say(t(text, part=child.part.name, why=_reason(code), log=child.log))
        if child.process is None and time.monotonic() >= child.not_before and child.part.may_start():
            child.start()
        elif child.process is not None and not child.was_ready:
            child.was_ready = child.part.is_ready()

    def _stop(self) -> None:
        """End all parts, the last started first, together and in bounded time."""
        for child in reversed(self.children):
            child.ask_to_end()
        end = time.monotonic() + STOP_SECONDS
        for child in reversed(self.children):
            child.end(max(end - time.monotonic(), 0.1))

    @contextmanager
    def _signals(self) -> Iterator[None]:
        before = {number: signal.signal(number, self._told_to_stop) for number in STOPPING}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _told_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.is_stopping = True


LARGE_LOG = 10 * 2**20


def set_aside(log: Path) -> None:
    """A log goes on where it was; one that has grown large becomes the one before it, also while it is
    written to: who has it open writes at its end, wherever that is. On a full disk it waits for room."""
    with suppress(OSError):
        if log.stat().st_size > LARGE_LOG:
            shutil.copyfile(log, log.with_name(f"{log.name}.1"))
            os.truncate(log, 0)


def _reason(code: int) -> str:
    if code < 0:
        return t("signal %(name)s", name=signal.Signals(-code).name)
    return t("exit code %(code)s", code=code)
