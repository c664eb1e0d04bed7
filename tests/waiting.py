"""Other processes: waiting for what they do, asked again and again, and their ears for Ctrl-C."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable

PATIENCE = 180.0
"""Seconds, of a clock that nobody sets. What takes longer than this on a busy machine is taken for hung."""


def wait_for(condition: Callable[[], bool], what: str | Callable[[], str]) -> None:
    """Wait until the condition holds; what did not happen is said when patience ends."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, what if isinstance(what, str) else what()
        time.sleep(0.1)


def heed_ctrl_c() -> None:
    """For a new process: tests in a shell's background ignore Ctrl-C, and so would all that they start."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
