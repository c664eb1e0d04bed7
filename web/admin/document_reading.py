"""Documents that are being read, each by a thread that waits for its process: how far it is, what came of it.

Nothing is kept before a document was read. What a restart interrupts is to be sent again.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from models.errors import DondocError

AT_ONCE = threading.Semaphore(2)
"""Readings at a time; others wait."""
MOST_KEPT = 20
WAIT_SECONDS = 10


@dataclass
class DocumentReading:
    """One document on its way; `draft` or `refused` once it has arrived."""

    name: str
    owner: str
    page: int = 0
    pages: int = 0
    draft: int = 0
    refused: str = ""
    done: threading.Event = field(default_factory=threading.Event)

    def progress(self, page: int, pages: int) -> None:
        self.page, self.pages = page, pages


class Readings:
    """The readings of this process, by a key that only their owner is told."""

    def __init__(self) -> None:
        self._found: dict[str, DocumentReading] = {}

    def start(self, reading: DocumentReading, read: Callable[[DocumentReading], int], failed: str) -> str:
        """Read in a thread; `read` returns the draft's id. `failed` is what is said of a breakdown."""
        key = secrets.token_urlsafe(16)
        for old in [key for key, each in self._found.items() if each.done.is_set()][:-MOST_KEPT]:
            del self._found[old]
        self._found[key] = reading

        def run() -> None:
            reading.refused = failed
            try:
                with AT_ONCE:
                    reading.draft = read(reading)
                reading.refused = ""
            except DondocError as error:
                reading.refused = str(error.reason) or failed
            finally:
                reading.done.set()

        threading.Thread(target=run, name="reading", daemon=True).start()
        reading.done.wait(WAIT_SECONDS)
        return key

    def find(self, key: str, owner: str) -> DocumentReading | None:
        found = self._found.get(key)
        return found if found is not None and found.owner == owner else None
