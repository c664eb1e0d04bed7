"""What Prefect's settings cannot say by a variable: that a run in this very process sends no heartbeats.

They tell of a run whose process died; here that process is the command itself. Prefect waits for the thread
that sends them, which makes every run a second longer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

Result = TypeVar("Result")


def without_heartbeat(run: Callable[[], Result]) -> Result:
    with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        return run()
