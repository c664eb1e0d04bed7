"""Reminders due at an instant: one pure planner for tick, preview, dry run and rehearsal alike.

1. A rung's moment is a function of the deadline, and each is sent once: the ledger has those that were.
2. Of what has come and was not sent, each audience gets the newest alone, all of them in one pass and the
   unit no later than its superiors; the others are noted as superseded.
3. What nobody could know is not escalated: a deadline that had passed when it came to hold counts as passed
   on the day on which the unit is first reminded.
4. What asks for an acknowledgement rests while one holds.
5. What is handed in reminds its superior, by the rungs that go on until it is accepted.

docs/mail.md has the same for those who write ladders.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

from calendars.office import OfficeCalendar
from models.ladder_file import LOOK_AHEAD, UNIT_SIDE, LadderFile
from models.vocabulary import Audience, Lifecycle, NoticeKind, NoticeState, Until
from reporting.reminders.audience import OWN, Audiences
from reporting.reminders.ledger import (
    NO_CONTACT,
    NO_UNIT,
    NOBODY,
    OVERTAKEN,
    RESTED,
    RESTORED,
    TOO_LATE,
    LedgerEntry,
    NoticeRecipient,
    ObligationView,
    PlannedNotice,
)
from reporting.reminders.schedule import Clock, Schedule, Seat, Slot, Track, tracks

EARLIEST = datetime.min.replace(tzinfo=UTC)


class Expected(NamedTuple):
    """A notice that a pass at `at` would write."""

    at: datetime
    notice: PlannedNotice


@dataclass
class Planner:
    """One ladder with the people and the ledger, into which it enters what it plans.

    `lost_until` is until when notices were sent that a restored ledger does not have.
    """

    ladder: LadderFile
    calendar: OfficeCalendar
    audiences: Audiences = field(default_factory=Audiences)
    ledger: dict[int, list[LedgerEntry]] = field(default_factory=dict)
    lost_until: datetime | None = None

    def __post_init__(self) -> None:
        self._schedule = Schedule(self.ladder, self.calendar)

    def plan(self, views: Sequence[ObligationView], now: datetime) -> list[PlannedNotice]:
        """The lines to be written at `now`; none for what the ledger has already."""
        found = [line for view in views for line in self._case(view, now).notices(self.audiences)]
        for notice in found:
            self.ledger.setdefault(notice.obligation_id, []).append(notice.entry(now))
        return found

    def attention(self, views: Sequence[ObligationView], now: datetime) -> dict[int, datetime | None]:
        """When to look at each obligation again after the pass at `now`, None for never."""
        return {view.id: self._case(view, now).next_moment() for view in views}

    def simulate(
        self,
        waiting: Mapping[datetime, Sequence[ObligationView]],
        end: datetime,
        as_of: Callable[[ObligationView, datetime], ObligationView | None] = lambda view, _: view,
        changes: Mapping[int, datetime | None] = MappingProxyType({}),
    ) -> Iterator[Expected]:
        """What passes at all the moments that come until `end` would write, in order.

        `waiting` has the obligations by their first moment. `as_of` is one as it was then (None: closed), and
        `changes` has by id the instant at which it changes.
        """
        queue: dict[datetime, list[ObligationView]] = defaultdict(list)
        queue.update({moment: list(views) for moment, views in waiting.items()})
        while queue and (now := min(queue)) <= end:
            views = [found for view in queue.pop(now) if (found := as_of(view, now)) is not None]
            yield from (Expected(now, notice) for notice in self.plan(views, now))
            moments = self.attention(views, now)
            for view in views:
                coming = [each for each in (moments[view.id], changes.get(view.id)) if each and each > now]
                if coming:
                    queue[min(coming)].append(view)

    def _case(self, view: ObligationView, now: datetime) -> _Case:
        return _Case(view, self._schedule, self.ledger.get(view.id, ()), now, self.lost_until)


class _Due(NamedTuple):
    """What speaks now, and what is passed over, with the reason."""

    present: list[Slot]
    passed: list[tuple[Slot, str]]

    def newest(self, calendar: OfficeCalendar) -> list[Slot]:
        """Those of the newest day that speaks."""
        days = [calendar.day(slot.moment) for slot in self.present]
        return [slot for slot, day in zip(self.present, days, strict=True) if day == max(days)]

    def hurries(self, slot: Slot, calendar: OfficeCalendar, today: date) -> bool:
        """Whether what the unit missed must go at once: its superiors get theirs today, and it no later."""
        if calendar.day(slot.moment) >= today:
            return False
        above = [each for each in self.present if not UNIT_SIDE.issuperset(each.whom)]
        return any(each.rung.immediate or calendar.day(each.moment) == today for each in above)


NOTHING = _Due([], [])


def _for(slot: Slot, seats: Sequence[Seat]) -> Slot:
    """The slot for these of its seats alone."""
    whom = tuple(audience for audience, _ in seats)
    return slot if whom == slot.whom else replace(slot, whom=whom)


def _is_first_reminder(slot: Slot) -> bool:
    """Whether it notifies the unit of a deadline that had passed before anybody could know."""
    return slot.late and slot.rung.is_after


@dataclass(frozen=True)
class _Case:
    """One obligation at one instant."""

    view: ObligationView
    schedule: Schedule
    entries: Sequence[LedgerEntry]
    now: datetime
    lost_until: datetime | None = None

    def notices(self, audiences: Audiences) -> list[PlannedNotice]:
        return [line for track in self._tracks() for line in self._of(track, audiences)]

    def _of(self, track: Track, audiences: Audiences) -> list[PlannedNotice]:
        slots = self._due_of(track)
        meant = [slot for slot in slots if self._means_somebody(slot, audiences)]
        lost = [slot for slot in meant if self.lost_until is not None and slot.moment <= self.lost_until]
        due = self._sort_out([slot for slot in meant if slot not in lost])
        lines = [
            self._line(slot, None, NoticeState.CANCELLED, NO_UNIT) for slot in slots if slot not in meant
        ]
        lines += [self._line(slot, None, NoticeState.SUPERSEDED, why) for slot, why in due.passed]
        lines += [self._line(slot, None, NoticeState.SUPERSEDED, RESTORED) for slot in lost]
        sent = [line for slot in due.present for line in self._tell(slot, audiences, due)]
        if not sent and not lost:
            sent = self._instead(track, audiences)
        if self._reached_nobody(sent, due):
            sent += self._next_at_once(track, due.present, audiences)
        return lines + sent

    def _reached_nobody(self, told: Sequence[PlannedNotice], due: _Due) -> bool:
        """Whether the newest of what speaks now has no recipient; a repeat hastens nothing."""
        newest = {slot.key for slot in due.newest(self.schedule.calendar)} if due.present else set()
        lines = [line for line in told if (line.rung, line.repeat) in newest]
        return any(not line.repeat for line in lines) and not any(line.recipient for line in lines)

    def _means_somebody(self, slot: Slot, audiences: Audiences) -> bool:
        """Nobody may hold the unit up, or be above it: then the next rung keeps its time."""
        return any(audiences.units(self.view, each, slot.rung.unit) for each in slot.whom)

    def _due_of(self, track: Track) -> list[Slot]:
        """Slots whose moment has come and that the ledger lacks, for those who have not got a newer one."""
        past = [slot for slot in track.slots if self._is_past(slot)]
        heard = {seat: slot.moment for slot in past if slot.key in self._told for seat in slot.seats}
        waiting = [slot for slot in past if slot.key not in self._told and not self._is_quiet(slot)]
        if any(slot.key in self._told and not slot.late for slot in track.slots):
            waiting = [slot for slot in waiting if not slot.late]  # the start was made, when days were others
        found = [
            _for(slot, [seat for seat in slot.seats if slot.moment >= heard.get(seat, EARLIEST)])
            for slot in waiting
        ]
        return [slot for slot in found if slot.whom]

    def next_moment(self) -> datetime | None:
        told = self._told
        slots = [slot for track in self._tracks() for slot in track.slots]
        waiting = [slot for slot in slots if slot.key not in told]
        moments = [slot.moment for slot in waiting if slot.moment > self.now]
        until = self.view.acknowledged_until
        if until is not None and any(self._is_past(slot) and self._is_quiet(slot) for slot in waiting):
            moments.append(until)
        return min(moments, default=None)

    def _tracks(self) -> list[Track]:
        return tracks(self.view, self.schedule, self._told)

    @cached_property
    def _told(self) -> Mapping[tuple[str, int], list[LedgerEntry]]:
        told: dict[tuple[str, int], list[LedgerEntry]] = {}
        for entry in self.entries:
            if entry.deadline_revision == self.view.deadline_revision and not entry.is_kept_back:
                told.setdefault((entry.rung, entry.repeat), []).append(entry)
        return told

    def _sort_out(self, due: list[Slot]) -> _Due:
        """To each audience the newest, and what came on the same day."""
        rested = [slot for slot in due if self._has_rested(slot)]
        alive = [slot for slot in due if slot not in rested and not self._is_too_late(slot)]
        passed = [(slot, RESTED if slot in rested else TOO_LATE) for slot in due if slot not in alive]
        day = self.schedule.calendar.day
        newest = {seat: slot for slot in alive for seat in slot.seats}
        present = []
        for slot in alive:
            still = [seat for seat in slot.seats if day(newest[seat].moment) == day(slot.moment)]
            if still:
                present.append(_for(slot, still))
            else:
                passed.append((slot, f"{OVERTAKEN}: {newest[slot.seats[0]].rung.id}"))
        return _Due(present, passed)

    def _is_too_late(self, slot: Slot) -> bool:
        """A reminder of a deadline that has passed; the superior is reminded of what was handed in."""
        return not slot.rung.is_after and self._is_over() and self.view.state is not Lifecycle.SUBMITTED

    def _is_past(self, slot: Slot) -> bool:
        return slot.moment <= self.now

    def _is_over(self) -> bool:
        return self.view.deadline is not None and self.now >= self.view.deadline

    def _is_quiet(self, slot: Slot) -> bool:
        """Whether it waits for an acknowledgement to expire; a repeat after which another comes does not."""
        until = self.view.acknowledged_until
        return self._rests(slot) and until is not None and self.now < until and not self._has_rested(slot)

    def _has_rested(self, slot: Slot) -> bool:
        """A repeat that came while an acknowledgement held; the next one speaks again."""
        until, repeat = self.view.acknowledged_until, slot.rung.repeat
        another = repeat is not None and 0 < slot.repeat < repeat.max
        return self._rests(slot) and another and until is not None and slot.moment < until

    def _rests(self, slot: Slot) -> bool:
        return slot.rung.until is Until.ACKNOWLEDGED

    def _tell(self, slot: Slot, audiences: Audiences, due: _Due = NOTHING) -> list[PlannedNotice]:
        people = self._people(slot, audiences)
        if not people:
            reason = f"{NO_CONTACT}: {', '.join(slot.whom)}"
            return [self._line(slot, None, NoticeState.CANCELLED, reason)]
        lines = [self._line(slot, who, NoticeState.QUEUED) for who in people]
        calendar = self.schedule.calendar
        if not _is_first_reminder(slot) and not due.hurries(slot, calendar, calendar.day(self.now)):
            return lines
        return [replace(line, immediate=True) if line.audience in OWN else line for line in lines]

    def _people(self, slot: Slot, audiences: Audiences) -> list[NoticeRecipient]:
        today = self.schedule.calendar.day(self.now)
        return audiences.people(self.view, slot.whom, today, slot.rung.unit)

    def _instead(self, track: Track, audiences: Audiences) -> list[PlannedNotice]:
        """Where nobody got the newest rung after all (they left, or all mails came back): those who took
        their place, or else the next rung at once."""
        said = [slot for slot in track.slots if slot.key in self._told]
        if not said or self._is_quiet(said[-1]):
            return []
        entries = self._told[said[-1].key]
        if not all(entry.failed for entry in entries):
            return []
        had = {entry.recipient for entry in entries}
        fresh = [who for who in self._people(said[-1], audiences) if who.address not in had]
        if fresh:
            return [self._line(said[-1], who, NoticeState.QUEUED) for who in fresh]
        return self._next_at_once(track, [], audiences)

    def _next_at_once(self, track: Track, present: list[Slot], audiences: Audiences) -> list[PlannedNotice]:
        """The first of the rungs that follow that has a recipient and is true then. Those between keep their
        time: a contact may have come by then."""
        told = self._told.keys() | {slot.key for slot in present}
        spoke = present or [slot for slot in track.slots if slot.key in told][-1:]
        if any(_is_first_reminder(slot) for slot in spoke):
            return []  # what nobody could know is not escalated before its time
        for slot in track.slots:
            if slot.key in told or slot.repeat or self._is_past(slot) or self._is_quiet(slot):
                continue
            untrue = track.clock is Clock.LADDER and slot.rung.is_after != self._is_over()
            if not untrue and self._people(slot, audiences):
                return self._tell(slot, audiences)
        return []

    def _line(
        self, slot: Slot, who: NoticeRecipient | None, state: NoticeState, reason: str = ""
    ) -> PlannedNotice:
        audience, address, contact_id = who or NoticeRecipient(slot.whom[0], NOBODY, None)
        return PlannedNotice(
            obligation_id=self.view.id,
            deadline_revision=self.view.deadline_revision,
            rung=slot.rung.id,
            repeat=slot.repeat,
            recipient=address,
            contact_id=contact_id,
            audience=audience,
            kind=self._kind(audience, slot),
            moment=slot.moment,
            immediate=slot.rung.immediate,
            state=state,
            reason=reason,
        )

    def _kind(self, audience: Audience, slot: Slot) -> NoticeKind:
        """What the notice truly says at `now`, whichever rung it comes from."""
        if audience is Audience.BELOW:
            return NoticeKind.HOLDING_UP
        if slot.rung.id == LOOK_AHEAD:
            return NoticeKind.LOOK_AHEAD
        if self.view.state is Lifecycle.SUBMITTED:
            return NoticeKind.REVIEWER_REMINDER
        if self._is_over():
            return NoticeKind.OVERDUE if audience in OWN else NoticeKind.ESCALATED
        if self.view.state is Lifecycle.RETURNED:
            return NoticeKind.RETURNED
        calendar, safe_day = self.schedule.calendar, self.view.safe_day
        if safe_day and calendar.day(self.now) >= calendar.days.previous_or_same(safe_day):
            return NoticeKind.LAST_DAY
        return NoticeKind.COMING_DUE
