"""Waiting for what another process does: asked again and again, until it is so or patience ends."""

from __future__ import annotations

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
