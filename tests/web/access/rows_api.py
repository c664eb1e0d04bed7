"""The API: each of the cast with a token that may write; rows are tried with it instead of a session."""

from __future__ import annotations

from tests.web.access.row import SIGNED_IN, Row

ONE = "/api/v1/obligations/{id}"
X1 = "/api/v1/obligations/{x1}"
WATCHES = frozenset({"bob", "carol", "dave"})
NO_ONE: frozenset[str] = frozenset()


def post(act: str, opens: frozenset[str], **form: str) -> Row:
    return Row(method="POST", path=f"{ONE}/{act}", at=f"{X1}/{act}", opens=opens, form=form)


ROWS = [
    Row(method="GET", path="/api/v1/obligations", opens=SIGNED_IN),
    Row(method="GET", path=ONE, at=X1, opens=WATCHES | {"alice"}),
    Row(method="GET", path=f"{ONE}/why", at=f"{X1}/why", opens=WATCHES | {"alice"}),
    post("submit", frozenset({"alice", "dave"}), document_number="1/BC"),
    post("withdraw", frozenset({"alice", "dave"})),
    post("accept", frozenset({"bob", "dave"})),
    post("return", frozenset({"bob", "dave"}), reason="thiếu biểu"),
    post("extension", frozenset({"alice", "dave"}), last_day="2024-03-10", reason="bão"),
    Row(
        method="POST",
        path=f"{ONE}/extension/decision",
        at=f"{X1}/extension/decision",
        opens=WATCHES,
        form={"granted": "true"},
    ),
    post("waive", WATCHES, reason="giải thể"),
    post("cancel", WATCHES, reason="nhầm"),
    post("undo", WATCHES, reason="nhầm"),
    post("acknowledge", frozenset({"alice", "dave"})),
    post("chase", WATCHES),
    Row(method="GET", path="/api/v1/plans", opens=SIGNED_IN),
    Row(method="GET", path="/api/v1/units", opens=SIGNED_IN),
    Row(method="GET", path="/api/v1/rates", opens=SIGNED_IN),
    # Mallory's commune owes the same report, so there is something for her to see.
    Row(
        method="GET",
        path="/api/v1/chain/{plan}/{duty}/{period}",
        at="/api/v1/chain/p-2024/monthly/2024-02",
        opens=SIGNED_IN,
    ),
]
