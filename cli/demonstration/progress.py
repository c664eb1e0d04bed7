"""Progress on stderr: a bar in a terminal, a line a month elsewhere; what is worth knowing, on its own."""

from __future__ import annotations

import sys
from datetime import date
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from calendars.periods import Language
from messages.catalogue import N_, translate
from messages.formats import day_text, month_text

SAID = {
    "living": N_("Simulating the year"),
    "loaded": N_("%(day)s: loaded %(what)s"),
    "flow": N_("Running the Prefect flow (longer the first time)"),
    "stopped": N_("Stopped on the way; run again, it starts over."),
    "account": N_("Making the account"),
}


class ProgressDisplay:
    """Shows how far the demonstration is; a context manager."""

    def __init__(self, first: date, last: date, language: Language) -> None:
        self._language = language
        self._first = first
        self._month = ""
        console = Console(stderr=True, highlight=False)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[day]}"),
            TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
            transient=True,
        )
        days = (last - first).days
        self._task = self._progress.add_task(self._word("living"), total=days, day="")

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()
        if kind is not None and issubclass(kind, KeyboardInterrupt):
            self.say("stopped")

    def day(self, day: date, loaded: str) -> None:
        """A day has come; `loaded` says what came in with it, if anything."""
        shown = day_text(day, self._language)
        self._progress.update(self._task, completed=(day - self._first).days, day=shown)
        if loaded:
            self._line(translate(self._language, SAID["loaded"], day=shown, what=loaded))
        month = month_text(day, self._language)
        if self._progress.disable and month != self._month:
            self._month = month
            self._line(f"{self._word('living')}: {self._month}")

    def say(self, key: str) -> None:
        self._line(self._word(key))

    def _line(self, text: str) -> None:
        if self._progress.disable:
            sys.stderr.write(text + "\n")
            sys.stderr.flush()
        else:
            self._progress.console.print(text, markup=False)

    def _word(self, key: str) -> str:
        return translate(self._language, SAID[key])
