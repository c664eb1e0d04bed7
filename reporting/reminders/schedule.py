"""Moments of a ladder's rungs: a pure function of the deadline, never "now plus a delay".

What comes before the deadline aims at the safe day; what comes after starts from the last day that is really
on time, so that nobody is reminded of being late on a day that a plan still counts as good.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum

from calendars.deadline import ONE_DAY
from calendars.office import OfficeCalendar
from models.ladder_file import UNIT_SIDE, LadderFile, Rung
from models.vocabulary import Audience, Lifecycle, Until
from reporting.reminders.audience import OWN
from reporting.reminders.ledger import (
    ASKED,
    EXTENDED,
    OWED_AGAIN,
    RETURNED,
    WITHDRAWN,
    LedgerEntry,
    ObligationView,
)

Seat = tuple[Audience, str | None]
"""An audience of its own among others, with the unit's code where that is what distinguishes them."""


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """A rung, or one of its repeats (counted from 1), and its moment.

    `whom` are those of its audiences that it speaks to. `late` marks one whose day lay before the deadline
    came to hold: it is for the unit itself alone.
    """

    moment: datetime
    rung: Rung
    repeat: int
    whom: tuple[Audience, ...]
    late: bool = False

    @property
    def key(self) -> tuple[str, int]:
        return self.rung.id, self.repeat

    @property
    def seats(self) -> list[Seat]:
        """Whom it speaks to: two rungs for one named unit share a seat, those for two units do not."""
        return [(each, self.rung.unit if each is Audience.UNIT else None) for each in self.whom]


class Schedule:
    """All slots of a ladder for any deadline, in order; computed once for each deadline."""

    def __init__(self, ladder: LadderFile, calendar: OfficeCalendar) -> None:
        self.ladder = ladder
        self.calendar = calendar
        self._known: dict[tuple[datetime, date, date | None, bool], tuple[Slot, ...]] = {}
        self.tracks: dict[tuple[object, ...], list[Track]] = {}
        """By state and dates: thousands of obligations have the same ones on one morning."""

    def slots(
        self, deadline: datetime, safe_day: date, reminded_on: date | None = None, is_daily: bool = False
    ) -> tuple[Slot, ...]:
        """`reminded_on` is the day of the unit's first reminder, where that was after the last day: what
        comes after the deadline counts from it."""
        key = (deadline, safe_day, reminded_on, is_daily)
        found = self._known.get(key)
        if found is None:
            last_day = max(self.calendar.last_day(deadline), reminded_on or date.min)
            every = (
                slot
                for rung in self.ladder.rungs_of(is_daily)
                for slot in self._of_rung(rung, deadline, safe_day, last_day, is_daily)
            )
            found = tuple(sorted(every, key=lambda slot: slot.moment))
            self._known[key] = found
        return found

    def ahead(self, last_day: date) -> tuple[Slot, ...]:
        """The weekly look-ahead that has the last day in the week it speaks of.

        On a day off it waits for the next day on which the office is open; none where it would come too late.
        """
        weekly = self.ladder.weekly
        if weekly is None:
            return ()
        monday = last_day - last_day.weekday() * ONE_DAY
        day = self.calendar.days.next_or_same(monday - (-weekly.on.number % 7) * ONE_DAY)
        rung = weekly.rung
        return (Slot(self.calendar.at(day, weekly.hour), rung, 0, rung.audience),) if day <= last_day else ()

    def review(self, submitted_at: datetime) -> tuple[Slot, ...]:
        """The reviewer's clock: counted from the day of the submission, in order."""
        day = self.calendar.day(submitted_at)
        found = [
            slot
            for rung in self.ladder.review
            for slot in self._repeated(rung, self.calendar.offset(rung.at, day, day))
        ]
        return tuple(sorted(found, key=lambda slot: slot.moment))

    def _of_rung(
        self, rung: Rung, deadline: datetime, safe_day: date, last_day: date, is_daily: bool
    ) -> list[Slot]:
        day = self.calendar.offset(rung.at, safe_day, last_day)
        if is_daily and not rung.is_after and self.calendar.at(day, rung.hour) >= deadline:
            day -= ONE_DAY  # due earlier than the hour of the rung: the morning before
        slots = self._repeated(rung, day)
        # A reminder that repeats must not go on after the deadline: then the report is overdue, not due.
        return [slot for slot in slots if rung.is_after or slot.moment < deadline]

    def _repeated(self, rung: Rung, day: date) -> list[Slot]:
        calendar, days = self.calendar, [day]
        if rung.repeat:
            every = rung.repeat.every
            days += [
                calendar.later(day, every.count * n, every.measure) for n in range(1, rung.repeat.max + 1)
            ]
        return [Slot(calendar.at(day, rung.hour), rung, n, rung.audience) for n, day in enumerate(days)]


NAGGED = frozenset({Lifecycle.OPEN, Lifecycle.RETURNED})
OPENINGS = frozenset({RETURNED, EXTENDED, OWED_AGAIN, WITHDRAWN})
"""Events that notify the unit at once of its new deadline, or that the old one holds again."""

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
    """How a deadline that came to hold was announced: by an event (`is_announced`), and, if it had `passed`
    by then, `on` the day of the unit's first reminder, None as long as there is none. `asked_on` is the day
    on which the unit was told that the report is asked for."""

    is_announced: bool
    passed: bool
    on: date | None
    asked_on: date | None = None


def tracks(view: ObligationView, schedule: Schedule, told: Page) -> list[Track]:
    """The obligation's tracks in its present state; `told` is the ledger's present page.

    Each track goes its own way: on each only the present rungs speak after an outage; none supersedes
    another.
    """
    start = _start(view, schedule, told)
    dates = (view.deadline, view.safe_day, view.armed_at, view.ladder_since, view.submitted_at, view.opens)
    key = (view.state, view.is_daily, start, *dates)
    if key not in schedule.tracks:
        found = [
            Track(Clock.LADDER, _ladder(view, schedule, start)),
            Track(Clock.AHEAD, _without_echo(schedule, _ahead(view, schedule), start)),
            Track(Clock.REVIEW, _review(view, schedule)),
        ]
        schedule.tracks[key] = [track for track in found if track.slots]
    return schedule.tracks[key]


def _start(view: ObligationView, schedule: Schedule, told: Page) -> _Start:
    is_announced = any(rung in OPENINGS for rung, _ in told)
    day = schedule.calendar.day
    asked = [entry.planned_at or view.armed_at for entry in told.get((ASKED, 0), ())]
    asked_on = day(min(asked)) if asked else None
    if view.deadline is None or view.armed_at < view.deadline:
        return _Start(is_announced or asked_on is not None, False, None, asked_on)
    if asked_on is not None and not is_announced and view.state in NAGGED:
        return _Start(False, True, asked_on, asked_on)
    first = _first_reminder(view, schedule)
    if first is None or is_announced or view.state not in NAGGED:
        return _Start(is_announced, True, day(view.armed_at))
    said = [entry.planned_at or view.armed_at for entry in told.get(first.key, ())]
    return _Start(is_announced, True, day(min(said)) if said else None)


def _ladder(view: ObligationView, schedule: Schedule, start: _Start) -> Sequence[Slot]:
    if view.deadline is None or view.safe_day is None:
        return []
    every = schedule.slots(view.deadline, view.safe_day, start.on, view.is_daily)
    slots = [slot for slot in every if _holds(view, slot)]
    slots = _without_echo(schedule, _from_opening(view, schedule, slots), start)
    if view.state is Lifecycle.SUBMITTED:
        return _turned(view, slots)
    if view.state not in NAGGED:
        return []
    if start.passed and not start.is_announced:
        return _from_the_first_reminder(view, schedule, slots, start)
    late = [] if start.is_announced else _late_start(view, schedule, slots)
    return [*late, *(slot for slot in slots if slot.moment >= view.armed_at)]


def _from_opening(view: ObligationView, schedule: Schedule, slots: list[Slot]) -> list[Slot]:
    """What would speak before the report can be handed in: the newest of it, on the first day, at its hour
    unless that is too late; and not where something else speaks on that day."""
    day, opens = schedule.calendar.day, view.opens
    early = [
        slot for slot in slots if opens is not None and not slot.rung.is_after and day(slot.moment) < opens
    ]
    if opens is None or not early:
        return slots
    rest = [slot for slot in slots if slot not in early]
    if any(day(slot.moment) == opens for slot in rest):
        return rest
    moment = schedule.calendar.at(opens, early[-1].rung.hour)
    is_too_late = view.deadline is not None and moment >= view.deadline
    return [early[-1] if is_too_late else replace(early[-1], moment=moment), *rest]


def _without_echo(schedule: Schedule, slots: Sequence[Slot], start: _Start) -> list[Slot]:
    """Without what would remind the unit on the day on which it was told that the report is asked for."""
    if start.asked_on is None:
        return list(slots)
    spoken = (
        replace(slot, whom=tuple(each for each in slot.whom if each not in OWN))
        if schedule.calendar.day(slot.moment) == start.asked_on
        else slot
        for slot in slots
    )
    return [slot for slot in spoken if slot.whom]


def _turned(view: ObligationView, slots: Sequence[Slot]) -> list[Slot]:
    """Of a report that was handed in: what is to speak until it is accepted, from then on to the superior."""
    since = view.submitted_at or view.armed_at
    return [
        replace(slot, whom=tuple(dict.fromkeys(TURNED.get(each, each) for each in slot.whom)))
        for slot in slots
        if slot.rung.until is Until.ACCEPTED and slot.moment >= since
    ]


TURNED = dict.fromkeys(UNIT_SIDE, Audience.SUPERIOR_CLERK)
"""Who gets, once it is handed in, the reminders meant for the side of the unit."""


def _from_the_first_reminder(
    view: ObligationView, schedule: Schedule, slots: Sequence[Slot], start: _Start
) -> list[Slot]:
    """The deadline had passed before anybody could know: first the unit itself is reminded, and until it is,
    nobody else; the rungs count from that day."""
    first = _first_reminder(view, schedule) if start.asked_on is None else None
    if first is not None and start.on is None:
        return [first]
    rest = [each for each in slots if each.rung.is_after and (first is None or each.key != first.key)]
    return rest if first is None else [first, *rest]


def _first_reminder(view: ObligationView, schedule: Schedule) -> Slot | None:
    """The first rung after the deadline that notifies the unit, when the deadline came to hold."""
    if view.deadline is None or view.safe_day is None:
        return None
    slots = schedule.slots(view.deadline, view.safe_day, None, view.is_daily)
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
    if view.deadline is None or view.state not in NAGGED or view.is_daily:
        return []  # of reports of a day the week to come would be a list of its days
    slots = schedule.ahead(schedule.calendar.last_day(view.deadline))
    begins = view.armed_at if view.opens is None else schedule.calendar.at(view.opens, time(0))
    return [slot for slot in slots if _holds(view, slot) and slot.moment >= max(view.armed_at, begins)]


def _review(view: ObligationView, schedule: Schedule) -> list[Slot]:
    if view.state is not Lifecycle.SUBMITTED or view.submitted_at is None:
        return []
    return [slot for slot in schedule.review(view.submitted_at) if _holds(view, slot)]


def _holds(view: ObligationView, slot: Slot) -> bool:
    """An edited ladder, or a plan's change to another one, never speaks of what lay before it."""
    edited, changed = slot.rung.since, view.ladder_since
    return (edited is None or slot.moment >= edited) and (changed is None or slot.moment >= changed)
