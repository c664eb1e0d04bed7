"""How the program starts itself in another process."""

from __future__ import annotations

import sys


def module_command(*arguments: str) -> list[str]:
    """A module of ours with its arguments, in this Python.

    Nothing is imported from the folder one stands in (`-P`): it may hold a `models` or a `web` of another.
    """
    return [sys.executable, "-P", "-m", *arguments]
