"""Who is to be told what at an instant: one pure function, for the tick, the preview and the dry run alike.

After an outage only the present rung speaks and those before it are noted as superseded. A deadline that came
to hold late (a plan loaded late, a report returned) starts with one reminder to the unit itself; nothing is
escalated for a day that lay before anybody could know.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import NamedTuple

from models.ladder_file import LOOK_AHEAD, UNIT_SIDE, LadderFile
from models.vocabulary import Audience, Lifecycle, NoticeKind, NoticeState, Until
from reporting.audience import OWN, Audiences, Recipient
from reporting.ledger import NOBODY, RESTORED, Ledger, LedgerEntry, ObligationView, PlannedNotice
from reporting.rungs import OfficeCalendar, Schedule, Slot
from reporting.tracks import Clock, Track, tracks

EARLIEST = datetime.min.replace(tzinfo=UTC)
NO_CONTACT = "no valid contact"
NO_UNIT = "no such unit"
OVERTAKEN = "rung {} had come when it was next looked at"
TOO_LATE = "the deadline had passed when it was next looked at"


def plan(
    obligations: Iterable[ObligationView],
    ladder: LadderFile,
    ledger: Ledger,
    calendar: OfficeCalendar,
    audiences: Audiences,
    now: datetime,
    lost_until: datetime | None = None,
) -> list[PlannedNotice]:
    """The lines to be written at `now`; none for what the ledger has already.

    `lost_until` is until when things were told that a restored ledger does not know of.
    """
    schedule = Schedule(ladder, calendar)
    found: list[PlannedNotice] = []
    for view in obligations:
        found += _Case(view, schedule, ledger.get(view.id, ()), now, lost_until).notices(audiences)
    return found


def attention(
    obligations: Iterable[ObligationView],
    ladder: LadderFile,
    ledger: Ledger,
    calendar: OfficeCalendar,
    now: datetime,
) -> dict[int, datetime | None]:
    """When each must be looked at again, None for never; `ledger` has what `plan` gave at `now`."""
    schedule = Schedule(ladder, calendar)
    return {
        view.id: _Case(view, schedule, ledger.get(view.id, ()), now).next_moment() for view in obligations
    }


def next_moment(
    obligation: ObligationView, ladder: LadderFile, calendar: OfficeCalendar, now: datetime
) -> datetime | None:
    """When an obligation with an empty ledger must be looked at: `now` if a rung has come already."""
    case = _Case(obligation, Schedule(ladder, calendar), (), now)
    return now if case.due() else case.next_moment()


class _Due(NamedTuple):
    """What speaks now, and what is passed over, with the reason."""

    present: list[Slot]
    passed: list[tuple[Slot, str]]


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
        told = [line for slot in due.present for line in self._tell(slot, audiences)]
        if not told and not lost:
            told = self._instead(track, audiences)
        unreached = any(not line.recipient and not line.repeat for line in told)
        if unreached and not any(line.recipient for line in told):
            told += self._next_at_once(track, due.present, audiences)
        return lines + told

    def _means_somebody(self, slot: Slot, audiences: Audiences) -> bool:
        """Nobody may hold the unit up, and nobody stand above it: then the next rung keeps its time."""
        return any(audiences.units(self.view, each, slot.rung.unit) for each in slot.rung.audience)

    def due(self) -> list[Slot]:
        """Slots whose moment has come and that the ledger lacks, after the newest one it has of its track."""
        return [slot for track in self._tracks() for slot in self._due_of(track)]

    def _due_of(self, track: Track) -> list[Slot]:
        told = self._told
        past = [slot for slot in track.slots if self._is_past(slot)]
        newest = max((slot.moment for slot in past if slot.key in told), default=EARLIEST)
        waiting = [slot for slot in past if slot.key not in told and slot.moment >= newest]
        return [slot for slot in waiting if not self._is_quiet(slot)]

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
        return tracks(self.view, self.schedule, {rung for rung, _ in self._told})

    @cached_property
    def _told(self) -> Mapping[tuple[str, int], list[LedgerEntry]]:
        told: dict[tuple[str, int], list[LedgerEntry]] = {}
        for entry in self.entries:
            if entry.deadline_revision == self.view.deadline_revision and not entry.is_quieted:
                told.setdefault((entry.rung, entry.repeat), []).append(entry)
        return told

    def _sort_out(self, due: list[Slot]) -> _Due:
        alive = [slot for slot in due if slot.rung.is_after or not self._is_over()]
        passed = [(slot, TOO_LATE) for slot in due if slot not in alive]
        if not alive:
            return _Due([], passed)
        day = self.schedule.calendar.day
        newest = alive[-1]
        present = [slot for slot in alive if day(slot.moment) == day(newest.moment)]
        reason = OVERTAKEN.format(newest.rung.id)
        return _Due(present, passed + [(slot, reason) for slot in alive if slot not in present])

    def _is_past(self, slot: Slot) -> bool:
        return slot.moment <= self.now

    def _is_over(self) -> bool:
        return self.view.deadline is not None and self.now >= self.view.deadline

    def _is_quiet(self, slot: Slot) -> bool:
        until = self.view.acknowledged_until
        return slot.rung.until is Until.ACKNOWLEDGED and until is not None and self.now < until

    def _tell(self, slot: Slot, audiences: Audiences) -> list[PlannedNotice]:
        people = self._people(slot, audiences)
        if people:
            return [self._line(slot, who, NoticeState.QUEUED) for who in people.values()]
        reason = f"{NO_CONTACT}: {', '.join(slot.rung.audience)}"
        return [self._line(slot, None, NoticeState.CANCELLED, reason)]

    def _people(self, slot: Slot, audiences: Audiences) -> dict[str, tuple[Audience, Recipient]]:
        """By address: who is both clerk and head is told once."""
        today = self.schedule.calendar.day(self.now)
        people: dict[str, tuple[Audience, Recipient]] = {}
        for audience in slot.rung.audience:
            if (slot.late and audience not in OWN) or self._is_filed_by(audience):
                continue
            for person in audiences.of(self.view, audience, today, slot.rung.unit):
                people.setdefault(person.address, (audience, person))
        return people

    def _is_filed_by(self, audience: Audience) -> bool:
        return self.view.state is Lifecycle.SUBMITTED and audience in UNIT_SIDE

    def _instead(self, track: Track, audiences: Audiences) -> list[PlannedNotice]:
        """Where nobody got the newest rung after all (they left, or all mails came back): whoever took their
        place, or else the next rung at once."""
        told = self._told
        said = [slot for slot in track.slots if slot.key in told]
        if not said or self._is_quiet(said[-1]) or not all(each.failed for each in told[said[-1].key]):
            return []
        had = {entry.recipient for entry in told[said[-1].key]}
        fresh = [who for address, who in self._people(said[-1], audiences).items() if address not in had]
        if fresh:
            return [self._line(said[-1], who, NoticeState.QUEUED) for who in fresh]
        return self._next_at_once(track, [], audiences)

    def _next_at_once(self, track: Track, present: list[Slot], audiences: Audiences) -> list[PlannedNotice]:
        """The first of the rungs that follow that reaches somebody and speaks truly. Those between keep their
        time: somebody may have come by then."""
        told = self._told.keys() | {slot.key for slot in present}
        for slot in track.slots:
            if slot.key in told or slot.repeat or self._is_past(slot) or self._is_quiet(slot):
                continue
            untrue = track.clock is Clock.LADDER and slot.rung.is_after != self._is_over()
            if untrue or not self._means_somebody(slot, audiences):
                continue
            if self._people(slot, audiences):
                return self._tell(slot, audiences)
        return []

    def _line(
        self, slot: Slot, who: tuple[Audience, Recipient] | None, state: NoticeState, reason: str = ""
    ) -> PlannedNotice:
        audience, person = who or (slot.rung.audience[0], None)
        return PlannedNotice(
            obligation_id=self.view.id,
            deadline_revision=self.view.deadline_revision,
            rung=slot.rung.id,
            repeat=slot.repeat,
            recipient=person.address if person else NOBODY,
            contact_id=person.contact_id if person else None,
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
