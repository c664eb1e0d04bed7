"""When who should be notified of what, computed from docs/mail.md: no code of the program's is called here.

A page is the time in which one deadline holds. `slots` are the moments of a page, `people` who is meant.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from tests.timeline.year.own_calendar import (
    DAY,
    eight_o_clock,
    local_day,
    open_day_up_to,
    start_of,
    working_days_after,
)
from tests.timeline.year.story import Happening, Move, Owed, Story

SUPERIOR = {"x1": "d1", "x2": "d1", "d1": "p", "d2": "p", "so": "p"}
MONITOR = "so"
OWN = {"clerk", "head"}
RUNGS: list[tuple[str, int, tuple[str, ...]]] = [
    ("five-before", -5, ("clerk",)),
    ("two-before", -2, ("clerk",)),
    ("last-day", 0, ("clerk",)),
    ("overdue", 1, ("clerk", "head")),
    ("superior", 2, ("superior-clerk", "monitor")),
    ("holding-up", 3, ("below",)),
    ("superior-head", 5, ("superior-head",)),
    ("next-superior", 10, ("next-superior-head",)),
]
REVIEW: list[tuple[str, int, tuple[str, ...]]] = [
    ("review-slow", 3, ("superior-clerk",)),
    ("review-head", 7, ("superior-head",)),
]
REPEATS = {"overdue": (3, 4)}
"""By rung: every so many working days, so many times more."""
SAID_ONLY = (Move.CHASED, Move.REFUSED, Move.ASKED)
"""What is told and changes nothing."""
NEVER = datetime.max.replace(tzinfo=start_of(date(2024, 1, 1)).tzinfo)


@dataclass(frozen=True)
class Slot:
    """A moment at which to notify an audience. `late`: its day lay before the deadline came to hold."""

    rung: str
    repeat: int
    moment: datetime
    audience: tuple[str, ...]
    is_after: bool
    late: bool = False


@dataclass(frozen=True)
class Page:
    """While one deadline holds: the unit's clock until it hands in, or the reviewer's after it has."""

    number: int
    begins: datetime
    ends: datetime
    last_day: date
    slots: tuple[Slot, ...]
    is_review: bool = False

    @property
    def deadline(self) -> datetime:
        return start_of(self.last_day + DAY)

    def slot(self, rung: str, repeat: int) -> Slot | None:
        return next((slot for slot in self.slots if (slot.rung, slot.repeat) == (rung, repeat)), None)


def first_last_day(owed: Owed, story: Story) -> date:
    """The last day as the plan's text gave it when it was opened, be it by a clock that was a day back."""
    for asked in story.asked:
        if owed.period.startswith(asked.mark):
            return asked.last_day
    editions = [e for e in story.editions if e.at <= owed.opened_at + DAY and e.first <= owed.period]
    due = date.fromisoformat(f"{owed.period}-{editions[-1].due:02}")
    if owed.unit.startswith("x"):
        due = working_days_after(due, -3)
    return due - DAY


def is_asked(owed: Owed) -> bool:
    return owed.period.startswith(("req-", "ev-"))


def pages(owed: Owed, story: Story) -> list[Page]:
    """The obligation's pages, in order."""
    moves = [each for each in story.happenings if each.obligation == owed.id]
    moves = sorted((m for m in moves if m.move not in SAID_ONLY), key=lambda m: m.at)
    number, last_day = 1, first_last_day(owed, story)
    held = last_day
    found = [_page(number, owed.opened_at, _end(owed, moves, 0), last_day, None)]
    if is_asked(owed):  # who is asked hears of it at once, and nothing is made up for
        found = [replace(found[0], slots=tuple(slot for slot in found[0].slots if not slot.late))]
    for place, move in enumerate(moves):
        end = _end(owed, moves, place + 1)
        if move.move is Move.SUBMITTED:
            found.append(_review(number, move.at, end, last_day))
        elif move.move is Move.RETURNED:
            number, last_day = number + 1, max(held, working_days_after(local_day(move.at), 2))
            found.append(_page(number, move.at, end, last_day, move))
        elif move.move is Move.EXTENDED and move.day is not None:
            number, last_day = number + 1, move.day
            held = move.day
            found.append(_page(number, move.at, end, last_day, move))
    return found


def _end(owed: Owed, moves: list[Happening], place: int) -> datetime:
    ends = [owed.replaced_at or NEVER, moves[place].at if place < len(moves) else NEVER]
    return min(ends)


def _page(number: int, begins: datetime, ends: datetime, last_day: date, opener: Happening | None) -> Page:
    known = max(last_day, local_day(begins))  # nobody is late before anybody could know
    every = [slot for rung in RUNGS for slot in _slots(*rung, last_day, known)]
    every.sort(key=lambda slot: slot.moment)
    late = _late(every, begins, known > last_day) if opener is None else []
    used = {(slot.rung, slot.repeat) for slot in late}
    kept = [slot for slot in every if slot.moment >= begins and (slot.rung, slot.repeat) not in used]
    return Page(number, begins, ends, last_day, (*late, *kept))


def _review(number: int, begins: datetime, ends: datetime, last_day: date) -> Page:
    day = local_day(begins)
    every = [slot for rung in REVIEW for slot in _slots(*rung, day, day)]
    return Page(number, begins, ends, last_day, tuple(every), is_review=True)


def _slots(rung: str, at: int, audience: tuple[str, ...], safe: date, last: date) -> list[Slot]:
    if at > 0:
        day = working_days_after(last, at)
    else:
        day = working_days_after(safe, at) if at else open_day_up_to(safe)
    every, most = REPEATS.get(rung, (0, 0))
    days = [day, *(working_days_after(day, every * n) for n in range(1, most + 1))]
    return [Slot(rung, n, eight_o_clock(each), audience, at > 0) for n, each in enumerate(days)]


def _late(every: list[Slot], begins: datetime, over: bool) -> list[Slot]:
    """Who learns of a deadline after its first reminders' days is reminded once; after the deadline itself
    by the first rung that says so."""
    own = [slot for slot in every if slot.is_after == over and OWN & set(slot.audience)]
    missed = own[:1] if over else [slot for slot in own if slot.moment < begins]
    if not missed:
        return []
    last = missed[-1]
    moment = max(begins, eight_o_clock(local_day(begins)))
    return [Slot(last.rung, last.repeat, moment, last.audience, last.is_after, late=True)]


class People:
    """Who could be reached when."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.by_key = {(owed.unit, owed.period): owed for owed in story.owed if owed.replaced_at is None}
        self.unfiled = {owed.id: _unfiled(owed, story) for owed in story.owed}

    def meant(self, owed: Owed, slot: Slot, at: datetime) -> set[str]:
        """The addresses that a slot means at an instant, of those that can be reached."""
        found: set[str] = set()
        for audience in slot.audience:
            if not slot.late or audience in OWN:
                found |= self.of(owed, audience, at)
        return found

    def means_a_unit(self, owed: Owed, slot: Slot, at: datetime) -> bool:
        return any(self._units(owed, audience, at) for audience in slot.audience)

    def of(self, owed: Owed, audience: str, at: datetime) -> set[str]:
        role = "clerk"
        if audience.endswith("head"):
            role = "head"
        units = self._units(owed, audience, at)
        if audience == "monitor":
            monitors = {a for unit in units for a in self.at_post(unit, "monitor", at)}
            if monitors:
                return monitors
        return {address for unit in units for address in self.at_post(unit, role, at)}

    def at_post(self, unit: str, role: str, at: datetime) -> set[str]:
        day = local_day(at)
        return {
            post.address
            for post in self.story.posts
            if (post.unit, post.role) == (unit, role) and post.holds(day) and self.is_alive(post.address, at)
        }

    def is_alive(self, address: str, at: datetime) -> bool:
        return at <= self.story.refused.get(address, NEVER)

    def holds_any(self, address: str, at: datetime) -> bool:
        return any(post.address == address and post.holds(local_day(at)) for post in self.story.posts)

    def _units(self, owed: Owed, audience: str, at: datetime) -> list[str]:
        superior = SUPERIOR.get(owed.unit)
        if audience in OWN:
            return [owed.unit]
        if audience == "monitor":
            return [MONITOR]
        if audience == "below":
            lower = [unit for unit, above in SUPERIOR.items() if above == owed.unit and unit.startswith("x")]
            return [unit for unit in lower if self._owes(unit, owed.period, at)]
        if audience.startswith("next"):
            superior = SUPERIOR.get(superior or "")
        return [superior] if superior else []

    def _owes(self, unit: str, period: str, at: datetime) -> bool:
        rows = [o for o in self.story.owed if (o.unit, o.period) == (unit, period)]
        return any(begins <= at < ends for row in rows for begins, ends in self.unfiled[row.id])


def _unfiled(owed: Owed, story: Story) -> list[tuple[datetime, datetime]]:
    return [(page.begins, page.ends) for page in pages(owed, story) if not page.is_review]
