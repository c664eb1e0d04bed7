"""Reading a stranger's document in a process of its own, bounded in time and memory.

The process gets the file on its standard input and answers in lines of JSON: how far it is, then the draft or
the reason of a refusal. Whatever becomes of it, nothing is left behind.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from math import ceil
from typing import IO, Any

from calendars.errors import said
from documents.faults import DocumentFault
from documents.selectors import KnownUnit, Units
from models.errors import InvalidInput
from models.own_process import module_command

MOST_SECONDS = 15 * 60
MOST_MEMORY = 1536 * 2**20
Json = dict[str, Any]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Bounds:
    """How long a reading may take, and how many octets it may hold."""

    seconds: float = MOST_SECONDS
    memory: int = MOST_MEMORY


BOUNDS = Bounds()
LOOK_SECONDS = 0.25


def draft_bounded(
    data: bytes,
    name: str,
    units: Iterable[KnownUnit],
    language: str,
    progress: Progress = lambda page, pages: None,
    bounds: Bounds = BOUNDS,
    is_unwanted: Callable[[], bool] = lambda: False,
) -> Json:
    """The document's draft as `review.review_json` writes it. Raises `InvalidInput` with the reason; ends at
    once when it is unwanted."""
    asked = {
        "name": name,
        "language": language,
        "memory": bounds.memory,
        "units": [[unit.code, unit.name] for unit in units],
    }
    with subprocess.Popen(
        module_command("documents.bounded"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        over = threading.Event()
        watch = threading.Thread(target=_watch, args=(process, bounds.seconds, over, is_unwanted))
        watch.start()
        try:
            answer = _answer(process, json.dumps(asked).encode() + b"\n" + data, progress)
        finally:
            is_late = not watch.is_alive()
            over.set()
            watch.join()
            _kill(process)
    if answer is None:
        fault = DocumentFault.TOO_LONG(minutes=round(bounds.seconds / 60)) if is_late else None
        raise InvalidInput(fault or DocumentFault.TOO_MUCH())
    if "refused" in answer:
        raise InvalidInput(str(answer["refused"]))
    return answer


def _answer(process: subprocess.Popen[bytes], question: bytes, progress: Progress) -> Json | None:
    assert process.stdin is not None and process.stdout is not None
    with suppress(BrokenPipeError):
        process.stdin.write(question)
        process.stdin.close()
    for line in process.stdout:
        try:
            found: Json = json.loads(line)
        except ValueError:
            return None
        if "page" not in found:
            return found
        progress(int(found["page"]), int(found["pages"]))
    return None


def _watch(
    process: subprocess.Popen[bytes], seconds: float, over: threading.Event, is_unwanted: Callable[[], bool]
) -> None:
    """End the process when its time is up, or when nobody wants its answer any more."""
    for _ in range(ceil(seconds / LOOK_SECONDS)):
        if over.wait(LOOK_SECONDS):
            return
        if is_unwanted():
            break
    _kill(process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """The process with those that it has started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def main(source: IO[bytes], answer: IO[str]) -> None:
    """What the process does."""
    asked = json.loads(source.readline())
    resource.setrlimit(resource.RLIMIT_DATA, (asked["memory"], asked["memory"]))
    try:
        found = _drafted(source.read(), asked, answer)
    except InvalidInput as error:
        found = {"refused": said(error.reason, asked["language"])}
    except MemoryError:
        return
    answer.write(json.dumps(found) + "\n")


def _drafted(data: bytes, asked: Json, answer: IO[str]) -> Json:
    from documents.draft import draft
    from documents.reading import read_document
    from documents.review import review_json

    def progress(page: int, pages: int) -> None:
        answer.write(json.dumps({"page": page, "pages": pages}) + "\n")
        answer.flush()

    units = Units(KnownUnit(code, name) for code, name in asked["units"])
    return review_json(draft(read_document(data, asked["name"], progress)), units, asked["language"])


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout)
