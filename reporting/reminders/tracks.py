"""What can ever be said of an obligation, in order: its ladder, the look-ahead, the reviewer's clock.

Each track goes its own way: on each only the present rungs speak after an outage; none supersedes another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from models.ladder_file import UNIT_SIDE
from models.vocabulary import Audience, Lifecycle, Until
from reporting.reminders.audience import OWN
from reporting.reminders.ledger import EXTENDED, OWED_AGAIN, RETURNED, WITHDRAWN, LedgerEntry, ObligationView
from reporting.reminders.schedule import Schedule, Slot

NAGGED = frozenset({Lifecycle.OPEN, Lifecycle.RETURNED})
OPENINGS = frozenset({RETURNED, EXTENDED, OWED_AGAIN, WITHDRAWN})
"""Events that tell the unit at once of its new deadline, or that the old one holds again."""

Page = Mapping[tuple[str, int], Sequence[LedgerEntry]]
"""The ledger's present page of one obligation, by rung and repeat."""


class Clock(StrEnum):
    """What a track follows."""

    LADDER = "ladder"
    AHEAD = "ahead"
    REVIEW = "review"


@dataclass(frozen=True)
class Track:
    clock: Clock
    slots: Sequence[Slot]


@dataclass(frozen=True)
class _Start:
    """How the unit came to know of a deadline that held only from a day on: by an event (`is_told`), and, if
    it had passed by then, `on` which day it was first told, None as long as nobody has said it."""

    is_told: bool
    passed: bool
    on: date | None


def tracks(view: ObligationView, schedule: Schedule, told: Page) -> list[Track]:
    """The obligation's tracks as it stands; `told` is the ledger's present page.

    Thousands stand alike on one morning, so those of a shape are found once for a schedule.
    """
    start = _start(view, schedule, told)
    dates = (view.deadline, view.safe_day, view.armed_at, view.ladder_since, view.submitted_at)
    shape = (view.state, start, *dates)
    if shape not in schedule.shapes:
        schedule.shapes[shape] = _found(view, schedule, start)
    known: list[Track] = schedule.shapes[shape]
    return known


def _start(view: ObligationView, schedule: Schedule, told: Page) -> _Start:
    is_told = any(rung in OPENINGS for rung, _ in told)
    if view.deadline is None or view.armed_at < view.deadline:
        return _Start(is_told, False, None)
    day = schedule.calendar.day
    first = _first_word(view, schedule)
    if first is None or is_told or view.state not in NAGGED:
        return _Start(is_told, True, day(view.armed_at))
    said = [entry.planned_at or view.armed_at for entry in told.get(first.key, ())]
    return _Start(is_told, True, day(min(said)) if said else None)


def _found(view: ObligationView, schedule: Schedule, start: _Start) -> list[Track]:
    found = [
        Track(Clock.LADDER, _ladder(view, schedule, start)),
        Track(Clock.AHEAD, _ahead(view, schedule)),
        Track(Clock.REVIEW, _review(view, schedule)),
    ]
    return [track for track in found if track.slots]


def _ladder(view: ObligationView, schedule: Schedule, start: _Start) -> Sequence[Slot]:
    if view.deadline is None or view.safe_day is None:
        return []
    slots = [slot for slot in schedule.slots(view.deadline, view.safe_day, start.on) if _holds(view, slot)]
    if view.state is Lifecycle.SUBMITTED:
        return _turned(view, slots)
    if view.state not in NAGGED:
        return []
    if start.passed and not start.is_told:
        return _from_the_first_word(view, schedule, slots, start)
    late = [] if start.is_told else _late_start(view, schedule, slots)
    return [*late, *(slot for slot in slots if slot.moment >= view.armed_at)]


def _turned(view: ObligationView, slots: Sequence[Slot]) -> list[Slot]:
    """Of a report that was handed in: what is to speak until it is accepted, from then on to the superior."""
    since = view.submitted_at or view.armed_at
    return [
        replace(slot, whom=tuple(dict.fromkeys(TURNED.get(each, each) for each in slot.whom)))
        for slot in slots
        if slot.rung.until is Until.ACCEPTED and slot.moment >= since
    ]


TURNED = dict.fromkeys(UNIT_SIDE, Audience.SUPERIOR_CLERK)
"""Who hears, once it is handed in, what was meant for the side of the unit."""


def _from_the_first_word(
    view: ObligationView, schedule: Schedule, slots: Sequence[Slot], start: _Start
) -> list[Slot]:
    """The deadline had passed before anybody could know: first the unit itself is told, and until it is,
    nobody else; the rungs count from that day."""
    first = _first_word(view, schedule)
    if first is not None and start.on is None:
        return [first]
    rest = [each for each in slots if each.rung.is_after and (first is None or each.key != first.key)]
    return rest if first is None else [first, *rest]


def _first_word(view: ObligationView, schedule: Schedule) -> Slot | None:
    """The first rung after the deadline that tells the unit, at the time when the deadline came to hold."""
    if view.deadline is None or view.safe_day is None:
        return None
    slots = schedule.slots(view.deadline, view.safe_day)
    own = [slot for slot in slots if slot.rung.is_after and not OWN.isdisjoint(slot.whom)]
    found = _late(view, schedule, own[0]) if own else None
    return found if found is not None and _holds(view, found) else None


def _late_start(view: ObligationView, schedule: Schedule, slots: Sequence[Slot]) -> list[Slot]:
    """One reminder to the unit itself, of a deadline that came to hold after its first rungs' days."""
    missed = [
        slot
        for slot in slots
        if slot.moment < view.armed_at and not slot.rung.is_after and not OWN.isdisjoint(slot.whom)
    ]
    return [_late(view, schedule, missed[-1])] if missed else []


def _late(view: ObligationView, schedule: Schedule, slot: Slot) -> Slot:
    calendar = schedule.calendar
    hour = calendar.at(calendar.day(view.armed_at), slot.rung.hour)
    own = tuple(each for each in slot.whom if each in OWN)
    return replace(slot, moment=max(view.armed_at, hour), whom=own, late=True)


def _ahead(view: ObligationView, schedule: Schedule) -> list[Slot]:
    if view.deadline is None or view.state not in NAGGED:
        return []
    slots = schedule.ahead(schedule.calendar.last_day(view.deadline))
    return [slot for slot in slots if _holds(view, slot) and slot.moment >= view.armed_at]


def _review(view: ObligationView, schedule: Schedule) -> list[Slot]:
    if view.state is not Lifecycle.SUBMITTED or view.submitted_at is None:
        return []
    return [slot for slot in schedule.review(view.submitted_at) if _holds(view, slot)]


def _holds(view: ObligationView, slot: Slot) -> bool:
    """An edited ladder, or a plan's change to another one, never speaks of what lay before it."""
    edited, changed = slot.rung.since, view.ladder_since
    return (edited is None or slot.moment >= edited) and (changed is None or slot.moment >= changed)
