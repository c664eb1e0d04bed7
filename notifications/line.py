"""A line of a mail: an item as it stands today, and which facts about it are worth a word.

The templates of text and HTML say the same facts because both ask here which there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from calendars.deadline import Deadline
from models.vocabulary import Audience, Lifecycle, NoticeKind
from notifications.item import Item
from reporting.rungs import OfficeCalendar

STILL_OWED = frozenset(
    {
        NoticeKind.CHASE,
        NoticeKind.OVERDUE,
        NoticeKind.HOLDING_UP,
        NoticeKind.ESCALATED,
        NoticeKind.RETURNED,
        NoticeKind.OWED_AGAIN,
        NoticeKind.LAST_DAY,
        NoticeKind.COMING_DUE,
        NoticeKind.LOOK_AHEAD,
    }
)
OF_NO_DAY = frozenset({NoticeKind.EXTENSION_DECIDED, NoticeKind.NOT_OWED})
"""What tells no deadline: the decision names its own days, or there is none any more."""
PICTURED = frozenset({NoticeKind.ESCALATED, NoticeKind.CHASE})
OF_WHO_WAITED = frozenset({NoticeKind.DONE, NoticeKind.NOT_OWED, NoticeKind.OWED_AGAIN})
"""What tells a lower unit how the report stands that waited for its own."""
STATUS_IN_FACT = {NoticeKind.DONE: "handed", NoticeKind.EXTENSION_DECIDED: "decision"}
"""Kinds of which a fact says all that the status says."""


@dataclass(frozen=True)
class Line:
    """An item as the mail shows it. Days are counted to the last day: 0 on it, negative when overdue."""

    item: Item
    kind: NoticeKind
    deadline: Deadline | None
    days_left: int
    send_by: date | None
    today: date

    @property
    def last_day(self) -> date | None:
        return None if self.deadline is None else self.deadline.last_day

    @property
    def is_read_late(self) -> bool:
        """Whether the last day is on time only as this plan reads the text."""
        return self.deadline is not None and self.deadline.safe_day < self.deadline.last_day

    @property
    def days_late(self) -> int:
        return -self.days_left

    @property
    def about(self) -> tuple[int, int]:
        """What may stand in a mail once: an obligation, or an alert."""
        return self.item.obligation_id, 0 if self.item.obligation_id else self.item.notice_id

    @property
    def report_key(self) -> tuple[object, ...]:
        """The same for all units that owe the same stage's report for the same period by the same day, and
        stand alike: for the first time, or again after it was returned."""
        item = self.item
        stage = (item.position, item.occurrence_id)
        return item.period, item.duty, *stage, str(self.last_day), self.is_mending, item.words

    @property
    def is_mending(self) -> bool:
        """Whether the day is the one by which a returned report is to be mended."""
        return self.item.state is Lifecycle.RETURNED

    @property
    def days_waiting(self) -> int:
        """Calendar days since the report was handed in."""
        return (self.today - self.item.handed.on).days if self.item.handed else 0

    @property
    def facts(self) -> list[str]:
        """What a mail about this one obligation tells, in order."""
        item, owed = self.item, self.kind in STILL_OWED
        known = {
            "unit": bool(item.unit),
            "deadline": self.last_day is not None and self.kind not in OF_NO_DAY,
            "send_by": owed and self.send_by is not None,
            "decision": item.decision is not None and self.kind is NoticeKind.EXTENSION_DECIDED,
            "decided_why": self._has_note(),
            "returned_for": owed and bool(item.returned_for),
            "receipt": item.handed is not None and self.kind is NoticeKind.RECEIPT,
            "handed": item.handed is not None and not owed and self.kind is not NoticeKind.RECEIPT,
            "waited": self.kind in OF_WHO_WAITED and item.audience is Audience.BELOW,
            "plan": bool(item.plan_number or item.plan_title),
            "basis": bool(item.basis),
            "monitor": bool(item.monitor) and self.kind is NoticeKind.CHASE,
            "awaited_by": owed and bool(item.awaited_by) and item.awaited_by not in item.held_up,
            "held_up": bool(item.held_up) and self.kind is not NoticeKind.HOLDING_UP,
            "holding_up": owed and bool(item.holding_up),
            "picture": self._is_pictured(),
            "filed_by": self._is_pictured() and item.picture is not None and bool(item.picture.filed_by),
        }
        return [key for key, is_known in known.items() if is_known]

    @property
    def notes(self) -> dict[str, object]:
        """What a table of many says of this one beside its unit: the status and facts, each with a value that
        is the same only where the words are."""
        item = self.item
        told: dict[str, object] = {
            "status": self._standing,
            "deadline": (item.written, item.bound, self.last_day, item.is_extended),
            "send_by": self.send_by,
            "decision": item.decision,
            "decided_why": item.decision and item.decision.note,
            "returned_for": item.returned_for,
            "receipt": item.handed,
            "handed": item.handed,
            "waited": True,
            "basis": item.basis,
            "monitor": item.monitor,
            "awaited_by": item.awaited_by,
            "held_up": item.held_up,
            "holding_up": item.holding_up,
            "picture": item.picture,
        }
        if item.awaited_by == item.branch and not item.is_own:
            del told["awaited_by"]  # the branch's heading says it
        return {key: told[key] for key in ("status", *self.facts) if key in told}

    @property
    def _standing(self) -> tuple[object, ...]:
        """What the status says of this one."""
        item, how_far = self.item, (self.last_day is None, self.days_left, self.is_mending)
        late = (item.handed and item.handed.days_late, item.handed and item.handed.first_on is None)
        said: dict[NoticeKind, tuple[object, ...]] = {
            NoticeKind.ACCEPTED: (),
            NoticeKind.DONE: late,
            NoticeKind.RECEIPT: late,
            NoticeKind.EXTENSION_DECIDED: (item.decision and item.decision.granted,),
            NoticeKind.REVIEWER_REMINDER: (self.days_waiting,),
            NoticeKind.HOLDING_UP: item.held_up,
        }
        return said.get(self.kind, how_far)

    def _has_note(self) -> bool:
        decision = self.item.decision
        return decision is not None and bool(decision.note) and self.kind is NoticeKind.EXTENSION_DECIDED

    def _is_pictured(self) -> bool:
        return self.item.picture is not None and self.kind in PICTURED


def line_of(item: Item, calendar: OfficeCalendar, now: datetime) -> Line:
    today = calendar.day(now)
    if item.deadline is None or item.safe_day is None:
        return Line(item, item.kind, None, 0, None, today)
    deadline = Deadline(item.deadline, calendar.zone, item.safe_day)
    send_by = deadline.send_by(calendar.days, today)
    return Line(item, _kind_now(item, now, deadline), deadline, deadline.days_left(now), send_by, today)


def week_of(day: date) -> tuple[date, date]:
    """The seven days that a look ahead speaks of, from `day` on."""
    return day, day + timedelta(days=6)


def _kind_now(item: Item, now: datetime, deadline: Deadline) -> NoticeKind:
    """A reminder that waited until the deadline had passed speaks of what is overdue; one that comes on the
    safe day, before a last day that still counts, does not call it due."""
    before = {NoticeKind.COMING_DUE, NoticeKind.LAST_DAY, NoticeKind.RETURNED, NoticeKind.LOOK_AHEAD}
    if item.kind not in before:
        return item.kind
    if not deadline.is_late(now):
        is_early = deadline.safe_day < deadline.last_day and deadline.days_left(now) > 0
        return NoticeKind.COMING_DUE if item.kind is NoticeKind.LAST_DAY and is_early else item.kind
    return NoticeKind.OVERDUE if item.is_own else NoticeKind.ESCALATED
