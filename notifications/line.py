"""A line of a mail: an item as it stands today, and which facts about it are worth a word.

The templates of text and HTML say the same facts because both ask here which there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from models.vocabulary import Lifecycle, NoticeKind
from notifications.item import Item
from reporting.rungs import OfficeCalendar

STILL_OWED = frozenset(
    {
        NoticeKind.CHASE,
        NoticeKind.OVERDUE,
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


@dataclass(frozen=True)
class Line:
    """An item as the mail shows it. Days are counted to the last day: 0 on it, negative when overdue."""

    item: Item
    kind: NoticeKind
    last_day: date | None
    days_left: int
    send_by: date | None
    today: date

    @property
    def days_late(self) -> int:
        return -self.days_left

    @property
    def about(self) -> tuple[int, int]:
        """What may stand in a mail once: an obligation, or an alert."""
        return self.item.obligation_id, 0 if self.item.obligation_id else self.item.notice_id

    @property
    def report_key(self) -> tuple[str, str, str, str, str]:
        """The same for all units that owe the same report for the same period by the same day."""
        item = self.item
        return item.plan_number, item.period, item.duty, str(self.last_day), item.words

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
            "plan": bool(item.plan_number or item.plan_title),
            "basis": bool(item.basis),
            "awaited_by": owed and bool(item.awaited_by),
            "holding_up": owed and bool(item.holding_up),
            "picture": self._is_pictured(),
            "filed_by": self._is_pictured() and item.picture is not None and bool(item.picture.filed_by),
        }
        return [key for key, is_known in known.items() if is_known]

    @property
    def notes(self) -> dict[str, object]:
        """What a table of many says of this one beside its unit: keys as in `facts`, with what they tell."""
        item = self.item
        told: dict[str, object] = {
            "send_by": self.send_by,
            "decision": item.decision,
            "decided_why": item.decision and item.decision.note,
            "returned_for": item.returned_for,
            "receipt": item.handed,
            "handed": item.handed,
            "awaited_by": item.awaited_by,
            "holding_up": item.holding_up,
        }
        if item.awaited_by == item.branch and not item.is_own:
            del told["awaited_by"]  # the branch's heading says it
        return {key: told[key] for key in self.facts if key in told}

    def _has_note(self) -> bool:
        decision = self.item.decision
        return decision is not None and bool(decision.note) and self.kind is NoticeKind.EXTENSION_DECIDED

    def _is_pictured(self) -> bool:
        return self.item.picture is not None and self.kind in PICTURED


def line_of(item: Item, calendar: OfficeCalendar, now: datetime) -> Line:
    today = calendar.day(now)
    if item.deadline is None or item.safe_day is None:
        return Line(item, item.kind, None, 0, None, today)
    last_day = item.safe_day if today <= item.safe_day else calendar.last_day(item.deadline)
    open_day = calendar.days.previous_or_same(last_day)
    send_by = open_day if today <= open_day < last_day else None
    return Line(item, _kind_now(item, now), last_day, (last_day - today).days, send_by, today)


def week_of(day: date) -> tuple[date, date]:
    """The seven days that a look ahead speaks of, from `day` on."""
    return day, day + timedelta(days=6)


def _kind_now(item: Item, now: datetime) -> NoticeKind:
    """A reminder that waited until the deadline had passed speaks of what is overdue."""
    before = {NoticeKind.COMING_DUE, NoticeKind.LAST_DAY, NoticeKind.RETURNED, NoticeKind.LOOK_AHEAD}
    if item.deadline is None or item.kind not in before or now < item.deadline:
        return item.kind
    return NoticeKind.OVERDUE if item.is_own else NoticeKind.ESCALATED
