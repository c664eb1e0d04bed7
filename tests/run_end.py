"""What a test run starts ends with it, however that ends: Ctrl-C, a time limit, SIGKILL of any process.

Each pytest process keeps the one end of a pipe to a watcher, which is this file run as a program. When the
process is gone the pipe closes; the watcher then ends whatever carries the process's mark in its environment,
servers that became daemons included, stops the PostgreSQL clusters and removes the folders it knows of.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

MARK = "PART_OF_TEST_RUN"
"""An environment variable of every process of a run; a worker's value begins with that of its parent."""
GENTLY, AT_MOST = 5.0, 30.0
_watchers: list[subprocess.Popen[str]] = []


def watch_this_process() -> None:
    """Mark all processes that this one starts from now on, and end them after it."""
    mark = f"{os.environ.get(MARK, '')}/{uuid.uuid4().hex}"
    environment = {name: value for name, value in os.environ.items() if name != MARK}
    command = [sys.executable, "-I", str(Path(__file__)), mark]
    # In a session of its own, so that it lives on when a terminal or a time limit ends the whole group.
    _watchers.append(
        subprocess.Popen(command, stdin=subprocess.PIPE, text=True, env=environment, start_new_session=True)
    )
    os.environ[MARK] = mark


def end_of_this_process() -> None:
    """End marked processes that are left, and wait until they are gone."""
    while _watchers:
        _watchers.pop().communicate(timeout=2 * AT_MOST)


def remove_with_this_process(folder: Path) -> None:
    _tell("remove", folder)


def keep_after_this_process(folder: Path) -> None:
    _tell("keep", folder)


def _tell(what: str, folder: Path) -> None:
    for watcher in _watchers:
        assert watcher.stdin is not None
        watcher.stdin.write(f"{what} {folder}\n")
        watcher.stdin.flush()


@contextmanager
def removed_with_this_process(folder: Path) -> Iterator[None]:
    """Remove the folder with this process if it is killed inside the block; otherwise the caller does."""
    remove_with_this_process(folder)
    yield
    keep_after_this_process(folder)


def _watch(mark: str) -> None:
    folders: dict[Path, None] = {}
    for line in sys.stdin:
        what, _, folder = line.rstrip("\n").partition(" ")
        folders.pop(Path(folder), None)
        if what == "remove":
            folders[Path(folder)] = None
    _end(mark, list(folders))
    for each in folders:
        shutil.rmtree(each, ignore_errors=True)


def _end(mark: str, folders: list[Path]) -> None:
    """Send SIGTERM, later SIGKILL. Processes may start others meanwhile, so the search repeats."""
    start, asked = time.monotonic(), set[int]()
    while time.monotonic() < start + AT_MOST:
        postmasters = {pid for folder in folders for pid in _postmasters(folder)}
        marked = _marked(mark)
        if not postmasters | marked:
            return
        is_late = time.monotonic() > start + GENTLY
        for pid in postmasters | marked if is_late else (postmasters | marked) - asked:
            gently = signal.SIGQUIT if pid in postmasters else signal.SIGTERM
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL if is_late else gently)
        asked |= postmasters | marked
        time.sleep(0.05)


def _marked(mark: str) -> set[int]:
    """All processes with this mark or with one that begins with it; a zombie has no environment."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            variables = (process / "environ").read_bytes().split(b"\0")
            value = f"{MARK}={mark}".encode()
            if any(each == value or each.startswith(value + b"/") for each in variables):
                found.add(int(process.name))
    return found


def _postmasters(folder: Path) -> Iterator[int]:
    """The PostgreSQL server at work below the folder. It writes over its environment, but not over its
    arguments, in which its folder is."""
    for file in folder.glob("*/postmaster.pid"):
        with suppress(OSError, ValueError):
            pid = int(file.read_text().partition("\n")[0])
            if str(file.parent).encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
                yield pid


if __name__ == "__main__":
    _watch(sys.argv[1])
