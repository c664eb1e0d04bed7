"""What reminders are reckoned from and what they come out as: values, without session or clock.

The ledger's revision counts every deadline that an obligation was ever held to: each extension and each
correction deadline opens a new page, on which all rungs are armed again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from models.vocabulary import Audience, Lifecycle, NoticeKind, NoticeState

SWITCHED_OFF = "the rung was switched off"


NOBODY = ""

RETURNED, ACCEPTED, EXTENDED, REFUSED, DONE = "@returned", "@accepted", "@extended", "@refused", "@done"
WAIVED, CANCELLED, OWED_AGAIN = "@waived", "@cancelled", "@owed-again"
WITHDRAWN, UNACCEPTED, HANDED_OVER = "@withdrawn", "@acceptance-undone", "@handed-over"
CHASE, ALERT, RECEIPT, LINK = "@chase", "@alert", "@receipt", "@link"
PASSWORD = "@password"
"""What stands in place of a rung where an event or a person speaks; no ladder's rung has an @."""

GONE, ENDED, BOUNCES = "the person is no contact any more", "the unit has ended", "the address refuses mail"
UNWANTED = "the person wants no looks at the week ahead"
RESTORED = "told, it seems, before the database was restored from a backup"
ACKNOWLEDGED = "it was acknowledged meanwhile"
RESTED = "it came while an acknowledgement held"
CLOSED_MEANWHILE = "the obligation was {}"
KEPT_BACK = frozenset(
    {
        ACKNOWLEDGED,
        ENDED,
        *(CLOSED_MEANWHILE.format(state) for state in (Lifecycle.WAIVED, Lifecycle.CANCELLED)),
    }
)
"""Reasons for which a line was not told and yet may be told after all: the acknowledgement expires, the unit
is back, the report is owed again."""
UNDONE = "what it tells was undone"
TOLD_BEFORE = "told before a step that was undone"
UNREACHABLE = frozenset({GONE, BOUNCES})
"""Reasons for which a line was cancelled because its person could not be reached."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ObligationView:
    """An obligation as reminders see it.

    `deadline` is the one it is held to now: the correction deadline while it is returned. `armed_at` is when
    that deadline came to hold. `safe_day` is its last day under the strict reading. `ladder_since` is when
    the plan changed to its present ladder, `submitted_at` since when the reviewer's clock runs.
    """

    id: int
    deadline_revision: int
    deadline: datetime | None
    safe_day: date | None
    armed_at: datetime
    state: Lifecycle
    unit_id: int
    superior_ids: tuple[int, ...] = ()
    recipient_id: int | None = None
    gatherer_id: int | None = None
    monitor_id: int | None = None
    acknowledged_until: datetime | None = None
    submitted_at: datetime | None = None
    ladder_since: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerEntry:
    """A line of the ledger: what was planned before."""

    deadline_revision: int
    rung: str
    repeat: int
    recipient: str
    state: NoticeState
    reason: str = ""
    planned_at: datetime | None = None

    @property
    def is_kept_back(self) -> bool:
        """Whether it was not told for a reason that may pass: then it may be told after all."""
        return self.state is NoticeState.CANCELLED and self.reason in KEPT_BACK

    @property
    def failed(self) -> bool:
        """Whether its person got nothing, and will get nothing by trying again."""
        return self.state is NoticeState.FAILED or (
            self.state is NoticeState.CANCELLED and self.reason in UNREACHABLE
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedNotice:
    """A line to be written into the ledger. `moment` is the rung's own; `recipient` is empty for nobody."""

    obligation_id: int
    deadline_revision: int
    rung: str
    repeat: int
    recipient: str
    contact_id: int | None
    audience: Audience
    kind: NoticeKind
    moment: datetime
    immediate: bool
    state: NoticeState
    reason: str = ""
    words: str = ""

    def entry(self, planned_at: datetime) -> LedgerEntry:
        return LedgerEntry(
            deadline_revision=self.deadline_revision,
            rung=self.rung,
            repeat=self.repeat,
            recipient=self.recipient,
            state=self.state,
            reason=self.reason,
            planned_at=planned_at,
        )


Ledger = Mapping[int, Sequence[LedgerEntry]]
"""Lines by the obligation's id."""


def enter(ledger: dict[int, list[LedgerEntry]], notices: Sequence[PlannedNotice], now: datetime) -> None:
    """Write what was planned at `now` into the ledger."""
    for notice in notices:
        ledger.setdefault(notice.obligation_id, []).append(notice.entry(now))
