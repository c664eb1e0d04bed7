"""A part of the group: what it is called, how it is started, and how one sees that it is there."""

from __future__ import annotations

import os
import runpy
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

PATIENCE = 20.0
"""Seconds for an orderly end after the group is gone."""


def end_with_input() -> None:
    """Wait for the end of standard input, then end this process: by SIGTERM, or at once after a while."""
    while os.read(0, 1024):  # not sys.stdin: Python ends in a fatal error while a thread waits in its buffer
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(PATIENCE)
    os._exit(1)


def main() -> None:
    threading.Thread(target=end_with_input, daemon=True).start()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()


LONGEST_PAUSE = 60.0
STEADY_SECONDS = 600.0
"""A part that ran for so long is taken for sound again: its next death is its first."""


def always() -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class ServedProcess:
    """A process of the group. It is started once `may_start` says so, and is there when `is_ready` does."""

    name: str
    command: list[str]
    environment: dict[str, str]
    may_start: Callable[[], bool] = always
    is_ready: Callable[[], bool] = always


@dataclass
class Child:
    """A part's process, over its deaths. Times are of the monotonic clock."""

    part: ServedProcess
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    not_before: float = 0.0
    deaths: int = 0
    was_ready: bool = field(default=False)

    def start(self) -> None:
        """Start it in a session of its own: a Ctrl-C reaches the group alone, which ends all in order."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as file:
            self.process = subprocess.Popen(
                self.part.command,
                stdin=subprocess.PIPE,
                stdout=file,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.part.environment},
                start_new_session=True,
            )
        self.started = time.monotonic()
        self.was_ready = False

    def died(self) -> int | None:
        """Its exit code if it has ended by itself since it was last asked; the next start waits a while."""
        if self.process is None or self.process.poll() is None:
            return None
        code = self.process.returncode
        now = time.monotonic()
        self.deaths = 1 if now - self.started > STEADY_SECONDS else self.deaths + 1
        self.not_before = now + min(2.0 ** (self.deaths - 1), LONGEST_PAUSE)
        self.end_session()
        self.process = None
        return code

    def ask_to_end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def end(self, seconds: float) -> None:
        """Wait for it to end, and end what is left of it."""
        if self.process is None:
            return
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.end_session()

    def end_session(self) -> None:
        """End what the part had started itself and left behind."""
        if self.process is None:
            return
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return
