"""The pages on which it is said that an event has happened; rows_asking.py has the plan and the event."""

from __future__ import annotations

from tests.web.access.row import SIGNED_IN, Row

NEW, ONE = "/events/new", "/events/{id}"
X1 = {"plan": "{asked}", "event": "flood", "happened": "08:00 10/2/2024", "whom": "units", "unit": "x1"}

ROWS = [
    Row(method="GET", path="/events", opens=SIGNED_IN),
    Row(
        method="GET",
        path=NEW,
        at=f"{NEW}?plan={{asked}}&event=flood",
        opens=frozenset({"alice", "dave", "mallory"}),
    ),
    Row(method="POST", path=NEW, opens=frozenset({"alice", "dave"}), form={**X1, "step": "preview"}),
    Row(method="GET", path=ONE, at="/events/{event}", opens=SIGNED_IN - {"mallory"}),
    Row(
        method="POST",
        path=f"{ONE}/take-back",
        at="/events/{event}/take-back",
        opens=frozenset({"alice", "carol", "dave"}),
        form={"reason": "bão"},
    ),
]
