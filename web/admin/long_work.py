"""Work that may take longer than a page waits: done by a thread, with how far it is, and a way to cancel it.

Nothing is kept before the end of it. What a restart interrupts is to be done again.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from starlette.responses import Response

from models.errors import DondocError
from web.page import Page

AT_ONCE = 2
"""Works of a kind at a time; others of that kind wait: a scan of many pages holds up no list."""
MOST_KEPT = 20
WAIT_SECONDS = 10
REFRESH = {"Refresh": "3"}


class Cancelled(Exception):
    """The person who asked for the work does not want it any more."""


@dataclass(kw_only=True)
class LongWork:
    """One piece of work under way; what comes of it is with those who know its kind.

    `doing` says in words what is done now, `at` and `of` how far that is; `hint` is to be read meanwhile.
    """

    title: str
    owner: str
    hint: str = ""
    doing: str = ""
    at: int = 0
    of: int = 0
    cancelled: bool = False
    arrived: bool = False
    error: DondocError | None = None
    done: threading.Event = field(default_factory=threading.Event)

    def step(self, at: int, of: int, doing: str) -> None:
        """Say how far it is. Raises `Cancelled`."""
        self.at, self.of, self.doing = at, of, doing
        self.go_on()

    def go_on(self) -> None:
        """Raises `Cancelled`."""
        if self.cancelled:
            raise Cancelled


Work = TypeVar("Work", bound=LongWork)


class LongWorks:
    """The works of this process, by a key that only their owner is told."""

    def __init__(self) -> None:
        self._found: dict[str, LongWork] = {}
        self._slots: dict[type[LongWork], threading.Semaphore] = {}

    def slot(self, kind: type[LongWork]) -> threading.Semaphore:
        return self._slots.setdefault(kind, threading.Semaphore(AT_ONCE))

    def start(self, work: Work, do: Callable[[Work], None]) -> str:
        """Do it in a thread, and wait a little for it; returns the key."""
        key = secrets.token_urlsafe(16)
        for old in [key for key, each in self._found.items() if each.done.is_set()][:-MOST_KEPT]:
            del self._found[old]
        self._found[key] = work

        slot = self.slot(type(work))

        def run() -> None:
            try:
                with slot:
                    work.go_on()
                    do(work)
                work.arrived = True
            except Cancelled:
                pass
            except DondocError as error:
                work.error = error
            finally:
                work.done.set()

        threading.Thread(target=run, name="long-work", daemon=True).start()
        work.done.wait(WAIT_SECONDS)
        return key

    def find(self, key: str, owner: str, kind: type[Work]) -> Work | None:
        found = self._found.get(key)
        return found if isinstance(found, kind) and found.owner == owner else None

    def cancel(self, key: str, owner: str) -> None:
        """Let it end at its next step; one that has ended stays as it is."""
        found = self.find(key, owner, LongWork)
        if found is not None:
            found.cancelled = True
            found.done.wait(1)


def works_of(page: Page) -> LongWorks:
    found: LongWorks = page.request.app.state.long_works
    return found


def waiting_page(page: Page, work: LongWork, address: str) -> Response:
    """How far the work is; looks again by itself."""
    return page.show("admin/long_work.html", 200, REFRESH, work=work, address=address)
