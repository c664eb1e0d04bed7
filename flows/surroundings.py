"""What Prefect's settings cannot say by a variable: that our runs send no heartbeats.

They would tell of a run whose process died, which `watch` notices without them. Prefect waits for the thread
that sends them, which makes every run up to a second longer, and keeps each of them as an event.
"""

from __future__ import annotations

from prefect.settings import get_current_settings


def send_no_heartbeats() -> None:
    """For this process; what an administrator has set stays. Flows' modules call it, wherever they run."""
    flows = get_current_settings().flows
    if "heartbeat_frequency" not in flows.model_fields_set:
        flows.heartbeat_frequency = None
