"""The ledger's values, without session or clock: obligations as the planner sees them, lines planned and
written, and the reasons that a line bears.

The ledger's revision counts every deadline that an obligation was ever held to: each extension and each
correction deadline opens a new page, on which all rungs are armed again. A reason is kept as its message, in
English, for scripts and logs; what differs from line to line follows a colon.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

from calendars.errors import FaultCode, said
from messages.catalogue import N_, NP_, translate
from models.vocabulary import Audience, Lifecycle, NoticeKind, NoticeState
from reporting.stops import translatable

NOBODY = ""

RETURNED, ACCEPTED, EXTENDED, REFUSED, DONE = "@returned", "@accepted", "@extended", "@refused", "@done"
WAIVED, CANCELLED, OWED_AGAIN = "@waived", "@cancelled", "@owed-again"
WITHDRAWN, UNACCEPTED, HANDED_OVER = "@withdrawn", "@acceptance-undone", "@handed-over"
CHASE, ALERT, RECEIPT, LINK, FILED_COPY = "@chase", "@alert", "@receipt", "@link", "@filed-copy"
PASSWORD, ASKED, CALENDAR, SECOND_FACTOR = "@password", "@asked", "@calendar", "@second-factor"
"""What a line of an event or a person has in place of a rung; no ladder's rung has an @."""

GONE = N_("the person is no contact any more")
ENDED = N_("the unit has ended")
BOUNCES = N_("the address refuses mail")
UNWANTED = N_("the person wants no looks at the week ahead")
RESTORED = N_("told, it seems, before the database was restored from a backup")
ACKNOWLEDGED = N_("it was acknowledged meanwhile")
RESTED = N_("it came while an acknowledgement held")
SWITCHED_OFF = N_("the rung was switched off")
UNDONE = N_("what it tells was undone")
TOLD_BEFORE = N_("told before a step that was undone")
FILED_MEANWHILE = N_("it was filed meanwhile")
REVIEWED_MEANWHILE = N_("it was reviewed meanwhile")
RETURNED_MEANWHILE = N_("it was returned meanwhile")
MOVED = N_("the deadline was moved")
HOLDS_NOBODY_UP = N_("its own report is not missing any more")
SAID_IT = N_("said so themselves")
SPENT = N_("its link was used, or has expired")
NO_UNIT = N_("no such unit")
TOO_LATE = N_("the deadline had passed when it was next looked at")
NO_CONTACT = N_("no valid contact")
"""The audiences follow it."""
UNHEARD = f"{NO_CONTACT}: {Audience.CLERK}, {Audience.HEAD}"
OVERTAKEN = "overtaken"
"""The rung follows it that had come."""
BY_HAND = N_("taken back by the administrator")
"""Their own words may follow it."""
CLOSED_MEANWHILE = {
    Lifecycle.OPEN: N_("the obligation was open"),
    Lifecycle.SUBMITTED: N_("the obligation was submitted"),
    Lifecycle.ACCEPTED: N_("the obligation was accepted"),
    Lifecycle.RETURNED: N_("the obligation was returned"),
    Lifecycle.WAIVED: N_("the obligation was waived"),
    Lifecycle.CANCELLED: N_("the obligation was cancelled"),
    Lifecycle.TRANSFERRED: N_("the obligation was transferred"),
    Lifecycle.UNTRACKED: N_("the obligation is not tracked"),
}
NOT_OWED_REASONS = (CLOSED_MEANWHILE[Lifecycle.WAIVED], CLOSED_MEANWHILE[Lifecycle.CANCELLED])
KEPT_BACK = frozenset({ACKNOWLEDGED, ENDED, *NOT_OWED_REASONS})
"""Reasons for which a line was not sent and yet may be later: the acknowledgement expires, the unit is back,
the report is owed again."""
UNREACHABLE = frozenset({GONE, BOUNCES})
"""Reasons for which a line was cancelled because its person could not be reached."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ObligationView:
    """An obligation as reminders see it.

    `deadline` is the one it is held to now: the correction deadline while it is returned. `armed_at` is when
    that deadline came to hold. `safe_day` is its last day under the strict reading. `ladder_since` is when
    the plan changed to its present ladder, `submitted_at` since when the reviewer's clock runs. `opens` is
    the local day before which it cannot be handed in: of a window, a day or a week; `is_daily` says that it
    is the report of a day.
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
    via: bool | None = None
    monitor_id: int | None = None
    acknowledged_until: datetime | None = None
    submitted_at: datetime | None = None
    ladder_since: datetime | None = None
    opens: date | None = None
    is_daily: bool = False


class LedgerEntry(NamedTuple):
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


class NoticeRecipient(NamedTuple):
    """Whom a line goes to: address and contact, and the audience in which they were found."""

    audience: Audience
    address: str
    contact_id: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedNotice:
    """A line to be written into the ledger: to nobody, with the reason, unless it has a recipient. `moment`
    is the rung's own."""

    obligation_id: int
    deadline_revision: int
    rung: str
    repeat: int = 0
    recipient: str = NOBODY
    contact_id: int | None = None
    audience: Audience = Audience.CLERK
    kind: NoticeKind
    moment: datetime
    immediate: bool
    state: NoticeState = NoticeState.CANCELLED
    reason: str = ""
    words: str = ""
    actor: str = ""
    actor_unit_id: int | None = None

    def addressed_to(self, people: Iterable[NoticeRecipient]) -> list[PlannedNotice]:
        """A line for each of the people, to be sent; this one itself where there are none."""
        to_send = replace(self, state=NoticeState.QUEUED, reason="")
        return [
            replace(to_send, audience=audience, recipient=address, contact_id=contact_id)
            for audience, address, contact_id in people
        ] or [self]

    def entry(self, planned_at: datetime) -> LedgerEntry:
        """The line as the ledger has it once it is written."""
        key = (self.deadline_revision, self.rung, self.repeat, self.recipient)
        return LedgerEntry(*key, self.state, self.reason, planned_at)


PLAIN = frozenset(
    {
        GONE,
        ENDED,
        BOUNCES,
        UNWANTED,
        RESTORED,
        ACKNOWLEDGED,
        RESTED,
        SWITCHED_OFF,
        UNDONE,
        TOLD_BEFORE,
        FILED_MEANWHILE,
        REVIEWED_MEANWHILE,
        RETURNED_MEANWHILE,
        MOVED,
        HOLDS_NOBODY_UP,
        SPENT,
        NO_UNIT,
        TOO_LATE,
        SAID_IT,
        NO_CONTACT,
        BY_HAND,
        *CLOSED_MEANWHILE.values(),
    }
)
"""Reasons that are kept as their messages, nothing behind them."""


class NoticeReason(FaultCode):
    """Reasons with what follows them, and whose fault it is where a mail server's answer follows."""

    NO_CONTACT = N_("no valid contact: %(audiences)s")
    OVERTAKEN = N_("rung %(rung)s had come when it was next looked at")
    BY_HAND = N_("taken back by the administrator: %(words)s")
    SERVER = N_("server: %(words)s")
    SENDER = N_("sender: %(words)s")
    RECIPIENT = N_("recipient: %(words)s")


OF_MAIL = {
    "server": NoticeReason.SERVER,
    "sender": NoticeReason.SENDER,
    "recipient": NoticeReason.RECIPIENT,
}
OVERTAKEN_OF_OLD = re.compile(r"rung (.+) had come when it was next looked at")
"""As older versions kept it."""
EVENTS = {
    RETURNED: NP_("rung", "when returned"),
    ACCEPTED: NP_("rung", "when accepted"),
    EXTENDED: NP_("rung", "when extended"),
    REFUSED: NP_("rung", "when not extended"),
    DONE: NP_("rung", "when handed in"),
    CHASE: NP_("rung", "chase"),
    ASKED: NP_("rung", "when asked"),
    RECEIPT: NP_("rung", "on handing in"),
    FILED_COPY: NP_("rung", "for information"),
    LINK: NP_("rung", "a new link asked for"),
    PASSWORD: NP_("rung", "a password to be set"),
    SECOND_FACTOR: NP_("rung", "a second factor removed"),
    CALENDAR: NP_("rung", "a calendar that was asked for"),
    ALERT: NP_("rung", "alert"),
    WAIVED: NP_("rung", "when waived"),
    CANCELLED: NP_("rung", "when cancelled"),
    OWED_AGAIN: NP_("rung", "when owed again"),
    WITHDRAWN: NP_("rung", "when withdrawn"),
    UNACCEPTED: NP_("rung", "when the acceptance is undone"),
    HANDED_OVER: NP_("rung", "when handed over"),
}
"""An alert's own name follows the word, for the program alone."""


def reason_words(reason: str, language: str) -> str:
    """The reason in the language; one that is not known here, such as a mail server's answer, as it is."""
    if reason in PLAIN:
        return translate(language, reason)
    return said(_with_values(reason), language)


def _with_values(reason: str) -> str:
    """A reason that is kept with what follows it."""
    kept, _, value = reason.partition(": ")
    if kept == NO_CONTACT:
        audiences = [Audience(each) for each in value.split(", ") if each in set(Audience)]
        return NoticeReason.NO_CONTACT(audiences=audiences)
    if kept == BY_HAND:
        return NoticeReason.BY_HAND(words=value)
    if kept in OF_MAIL:
        return OF_MAIL[kept](words=translatable(value))
    old = OVERTAKEN_OF_OLD.fullmatch(reason)
    if kept == OVERTAKEN or old:
        return NoticeReason.OVERTAKEN(rung=old[1] if old else value)
    return reason


def rung_words(rung: str, language: str) -> str:
    """A rung as its ladder calls it, or the name of the event in its place."""
    event = ALERT if rung.startswith(ALERT) else rung
    return translate(language, EVENTS[event]) if event in EVENTS else rung
