"""What can ever be said of an obligation, in order: its ladder, the look-ahead, the reviewer's clock.

Each track goes its own way: on each only the present rung speaks after an outage; none supersedes another.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from models.vocabulary import Lifecycle, Until
from reporting.audience import OWN
from reporting.ledger import EXTENDED, OWED_AGAIN, RETURNED, WITHDRAWN, ObligationView
from reporting.rungs import Schedule, Slot

NAGGED = frozenset({Lifecycle.OPEN, Lifecycle.RETURNED})
OPENINGS = frozenset({RETURNED, EXTENDED, OWED_AGAIN, WITHDRAWN})
"""Events that tell the unit at once of its new deadline, or that the old one holds again."""


class Clock(StrEnum):
    """What a track follows."""

    LADDER = "ladder"
    AHEAD = "ahead"
    REVIEW = "review"


@dataclass(frozen=True)
class Track:
    clock: Clock
    slots: Sequence[Slot]


def tracks(view: ObligationView, schedule: Schedule, told: Collection[str]) -> list[Track]:
    """The obligation's tracks as it stands; `told` are the rungs in the ledger's present page.

    Thousands stand alike on one morning, so those of a shape are found once for a schedule.
    """
    is_told = not OPENINGS.isdisjoint(told)
    dates = (view.deadline, view.safe_day, view.armed_at, view.ladder_since, view.submitted_at)
    shape = (view.state, is_told, *dates)
    if shape not in schedule.shapes:
        schedule.shapes[shape] = _found(view, schedule, is_told)
    known: list[Track] = schedule.shapes[shape]
    return known


def _found(view: ObligationView, schedule: Schedule, is_told: bool) -> list[Track]:
    found = [
        Track(Clock.LADDER, _ladder(view, schedule, is_told)),
        Track(Clock.AHEAD, _ahead(view, schedule)),
        Track(Clock.REVIEW, _review(view, schedule)),
    ]
    return [track for track in found if track.slots]


def _ladder(view: ObligationView, schedule: Schedule, is_told: bool) -> list[Slot]:
    if view.deadline is None or view.safe_day is None:
        return []
    if view.state not in NAGGED and view.state is not Lifecycle.SUBMITTED:
        return []
    slots = [
        slot
        for slot in schedule.slots(view.deadline, view.safe_day)
        if _holds(view, slot)
        and (view.state in NAGGED or (slot.rung.is_after and slot.rung.until is Until.ACCEPTED))
    ]
    late = [] if is_told else _late_start(view, schedule, slots)
    return [*late, *(slot for slot in slots if slot.moment >= view.armed_at)]


def _late_start(view: ObligationView, schedule: Schedule, slots: list[Slot]) -> list[Slot]:
    """One reminder to the unit itself, of a deadline that came to hold after its rungs' days."""
    calendar = schedule.calendar
    passed = view.deadline is not None and view.armed_at >= view.deadline
    missed = [
        slot
        for slot in slots
        if slot.moment < view.armed_at
        and slot.rung.is_after == passed
        and not OWN.isdisjoint(slot.rung.audience)
    ]
    if not missed or view.state not in NAGGED:
        return []
    hour = calendar.at(calendar.day(view.armed_at), missed[-1].rung.hour)
    return [replace(missed[-1], moment=max(view.armed_at, hour), late=True)]


def _ahead(view: ObligationView, schedule: Schedule) -> list[Slot]:
    if view.deadline is None or view.safe_day is None or view.state not in NAGGED:
        return []
    return [s for s in schedule.ahead(view.safe_day) if _holds(view, s) and s.moment >= view.armed_at]


def _review(view: ObligationView, schedule: Schedule) -> list[Slot]:
    if view.state is not Lifecycle.SUBMITTED or view.submitted_at is None:
        return []
    return [slot for slot in schedule.review(view.submitted_at) if _holds(view, slot)]


def _holds(view: ObligationView, slot: Slot) -> bool:
    """An edited ladder, or a plan's change to another one, never speaks of what lay before it."""
    edited, changed = slot.rung.since, view.ladder_since
    return (edited is None or slot.moment >= edited) and (changed is None or slot.moment >= changed)
