"""The monitor's pages: everybody sees their part of the lists; deeds are for those whom the rights name."""

from __future__ import annotations

from tests.web.access.row import SIGNED_IN, Row

PLAN = "/plans/p-2024"
# Mallory's unit x3 owes in the plan too, so that she sees the plan, but of x1 nothing.
CHASERS = frozenset({"bob", "carol", "dave"})

ROWS = [
    Row(method="GET", path="/board", opens=SIGNED_IN),
    Row(method="GET", path="/plans", opens=SIGNED_IN),
    Row(method="GET", path="/plans/{slug}", at=PLAN, opens=SIGNED_IN),
    Row(
        method="GET",
        path="/plans/{slug}/chain",
        at=f"{PLAN}/chain?duty=monthly&period=2024-02",
        opens=SIGNED_IN,
    ),
    Row(method="GET", path="/grid", opens=SIGNED_IN),
    Row(method="GET", path="/search", at="/search?q=xa", opens=SIGNED_IN),
    Row(method="GET", path="/rates", opens=SIGNED_IN),
    Row(method="GET", path="/chase", at="/chase?obligation={x1}", opens=CHASERS),
    Row(method="POST", path="/chase", form={"obligation": "{x1}"}, opens=CHASERS),
    # Those who see the report read on the page what became of it: Alice, that she may not accept her own.
    Row(
        method="POST",
        path="/board/accept",
        form={"obligation": "{x1}"},
        opens=frozenset({"alice", "bob", "carol", "dave"}),
    ),
    # It says neither grant nor refuse, so that nothing is decided.
    Row(method="POST", path="/board/extension", form={"obligation": "{x1}"}, opens=CHASERS),
]
