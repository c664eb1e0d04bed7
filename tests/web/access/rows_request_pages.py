"""The pages on which reports are asked for; their plan, request and event are those of rows_asking.py."""

from __future__ import annotations

from tests.web.access.row import SIGNED_IN, Row
from tests.web.access.rows_asking import DUE, OF_ALL, OF_D1

NEW, ONE = "/requests/new", "/requests/{id}"
WISH = {"plan": "{asked}", "duty": "urgent", "due": DUE, "step": "preview"}
MAY_ASK = SIGNED_IN - {"alice", "mallory"}

ROWS = [
    Row(method="GET", path="/requests", opens=MAY_ASK),
    Row(method="GET", path=NEW, opens=MAY_ASK),
    Row(method="GET", path=NEW, at=f"{NEW}?plan={{asked}}&duty=urgent", opens=MAY_ASK),
    Row(method="GET", path=NEW, at=f"{NEW}?issuer=d1", opens=frozenset({"bob", "dave"})),
    Row(method="POST", path=NEW, opens=OF_ALL, form={**WISH, "whom": "all"}),
    Row(method="POST", path=NEW, opens=OF_D1, form={**WISH, "whom": "branch", "branch": "d1"}),
    Row(
        method="POST",
        path=NEW,
        opens=frozenset({"bob", "dave"}),
        form={"issuer": "d1", "title": "Báo cáo tháng", "due": DUE, "whom": "all", "step": "preview"},
    ),
    Row(method="GET", path=ONE, at="/requests/{request}", opens=OF_D1),
    Row(
        method="POST",
        path=f"{ONE}/withdraw",
        at="/requests/{request}/withdraw",
        opens=OF_ALL,
        form={"reason": "bão"},
    ),
]
