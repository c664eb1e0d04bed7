"""A row of the table of who may see and do what: one route, and for each of the cast whether it opens.

Each topic has a file beside this one, `rows_….py`, with `ROWS`; the test in ../test_access.py walks through
all of them as everybody and fails for a route without a row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

EVERYBODY = frozenset({"nobody", "alice", "bob", "carol", "dave", "mallory"})
SIGNED_IN = EVERYBODY - {"nobody"}
ADMINISTRATORS = frozenset({"dave"})


@dataclass(frozen=True, kw_only=True)
class Row:
    """`path` is the route's template; `at` fills it in, in forms too. Who is not in `opens` is sent to sign
    in or refused (403, 404).

    {x1} means the id of x1's report of February 2024, {x1-link} for its secret link's tail, {x1-view}
    for that of the one to look only; {filed}, {filed-link} and {filed-view} for January's, which is handed
    in, {document} for its document; {contact-link} for the link that stops a clerk's look-ahead. A topic's
    own placeholders come from its function `prepare(world)`, asked where a row has one."""

    method: str
    path: str
    opens: frozenset[str]
    at: str | None = None
    form: Mapping[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return self.at or self.path
