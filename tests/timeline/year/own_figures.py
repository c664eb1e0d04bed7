"""Each report as it must stand at the end of a life, by what people did with it: its state, deadline,
timeliness and receiver, and its event in the unit's calendar (docs/feeds.md, ../shared/DESIGN.md).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tests.timeline.year.own_calendar import DAY, eight_o_clock, local_day, start_of, working_days_after
from tests.timeline.year.own_rules import SUPERIOR, first_last_day, pages
from tests.timeline.year.story import Entry, Event, Move, Owed, Story

STATES = {
    Move.SUBMITTED: "submitted",
    Move.ACCEPTED: "accepted",
    Move.RETURNED: "returned",
    Move.CLOSED: "waived",
    Move.CANCELLED: "cancelled",
}
DAYS_BACK, CANCELLED_SHOWN = timedelta(days=60), timedelta(days=30)
UNITS = ("x1", "x2", "d1", "d2")


@dataclass(frozen=True)
class Figures:
    """A report at an instant. `last_day` is the deadline's own; `correct_by` holds while it is returned."""

    state: str
    last_day: date
    correct_by: date
    filed_at: datetime | None
    ended_at: datetime | None

    @property
    def day(self) -> date:
        """Where its event lies."""
        return self.correct_by if self.state == "returned" else self.last_day

    def timeliness(self, now: datetime) -> str:
        over = start_of(self.last_day + DAY)
        if self.state in ("waived", "cancelled"):
            return "not counted"
        if self.state == "returned":
            return "correction overdue" if now >= start_of(self.correct_by + DAY) else "returned"
        if self.filed_at is not None:
            return "on time" if self.filed_at < over else "late"
        if now >= over:
            return "overdue"
        if local_day(now) == self.last_day:
            return "last day"
        is_soon = now >= eight_o_clock(working_days_after(self.last_day, -5))
        return "due soon" if is_soon else "in term"

    def mark(self, looked: datetime) -> str:
        """What the title of its event begins with, by the last tick."""
        if self.state in ("waived", "cancelled"):
            return "Đã hủy"
        if self.state == "returned":
            return "Bị trả lại"
        if self.filed_at is not None:
            return "Đã nộp"
        return "Quá hạn" if looked >= start_of(self.last_day + DAY) else ""


def figures(owed: Owed, story: Story) -> Figures:
    moves = sorted((m for m in story.happenings if m.obligation == owed.id), key=lambda move: move.at)
    last_day, state, ended = first_last_day(owed, story), "open", owed.replaced_at
    for move in moves:
        state = STATES.get(move.move, state)
        if move.move is Move.EXTENDED and move.day is not None:
            last_day = move.day
        if move.move in (Move.CLOSED, Move.CANCELLED):
            ended = move.at
    filed = [move.at for move in moves if move.move is Move.SUBMITTED]
    page = [page for page in pages(owed, story) if not page.is_review][-1]
    return Figures(
        state="cancelled" if owed.replaced_at else state,
        last_day=last_day,
        correct_by=page.last_day,
        filed_at=min(filed, default=None),
        ended_at=ended,
    )


def wrong_figures(story: Story) -> Iterator[str]:
    """What the database says of a report that is not so, and what a calendar shows."""
    if story.end is None:
        return
    own = {owed.id: figures(owed, story) for owed in story.owed}
    by_id = {entry.obligation: entry for entry in story.entries}
    for owed in _settled(story, story.end):
        entry = by_id.get(owed.id)
        for what, is_so, said in _compared(owed, own[owed.id], entry, story.end):
            if is_so != said:
                yield f"wrong: {what} of {_name(owed)} is {is_so}, the database says {said}"
    living = [owed for owed in story.owed if owed.replaced_at is None]
    number = Counter((owed.unit, owed.period) for owed in living)
    for unit in UNITS:
        for month in range(1, 13):
            if number[unit, f"2024-{month:02}"] != 1:
                yield f"wrong: {number[unit, f'2024-{month:02}']} reports of {unit} for month {month}"
    yield from _wrong_events(story, own, story.end)


def _compared(
    owed: Owed, own: Figures, entry: Entry | None, end: datetime
) -> Iterator[tuple[str, object, object]]:
    if entry is None:
        yield "the row", "there", None
        return
    yield "the state", own.state, entry.state
    yield "the deadline", start_of(own.last_day + DAY), entry.deadline
    yield "the first filing", own.filed_at, entry.filed_at
    yield "the timeliness", own.timeliness(end), entry.timeliness
    yield "the receiver", SUPERIOR[owed.unit], entry.receiver


def _wrong_events(story: Story, own: dict[int, Figures], end: datetime) -> Iterator[str]:
    shown: dict[int, list[Event]] = {}
    for event in story.events:
        shown.setdefault(event.obligation, []).append(event)
    looked = max((each.at for each in story.passes if each.planned), default=end)
    for owed in _settled(story, end):
        mine, found = own[owed.id], shown.get(owed.id, [])
        is_due = mine.state != "cancelled" and local_day(end) - mine.day < DAYS_BACK
        if mine.ended_at is not None and end - mine.ended_at >= CANCELLED_SHOWN:
            is_due = False
        if is_due and [(event.unit, event.day, event.mark) for event in found] != [
            (owed.unit, mine.day, mine.mark(looked))
        ]:
            yield f"wrong: {_name(owed)} is {mine} and its events are {found}"


def _settled(story: Story, end: datetime) -> list[Owed]:
    """Those of which nothing is decided as of a later hour."""
    open_yet = {move.obligation for move in story.happenings if move.at > end}
    return [owed for owed in story.owed if owed.id not in open_yet]


def _name(owed: Owed) -> str:
    return f"report {owed.id} ({owed.unit} {owed.period})"
