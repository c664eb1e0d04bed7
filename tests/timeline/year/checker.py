"""The independent checker: is any notice of the year lost, early, double or misdirected?

It takes what truly happened and what the mail server took, computes by itself who should have been notified
of what and when, and says in a sentence what does not fit. It calls nothing of the program's; only which line
of the ledger a mail belongs to is the program's word, and that is checked too.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cached_property

from tests.timeline.year.own_calendar import eight_o_clock, is_open, local_day
from tests.timeline.year.own_figures import wrong_figures
from tests.timeline.year.own_rules import SUPERIOR, Page, People, Slot, pages
from tests.timeline.year.story import Delivered, Happening, Line, Move, Owed, Story

EVENTS = {
    "@returned": Move.RETURNED,
    "@accepted": Move.ACCEPTED,
    "@extended": Move.EXTENDED,
    "@refused": Move.REFUSED,
    "@done": Move.SUBMITTED,
    "@receipt": Move.SUBMITTED,
    "@waived": Move.CLOSED,
    "@chase": Move.CHASED,
    "@asked": Move.ASKED,
    "@cancelled": Move.CANCELLED,
}
SAID_LATE = {"overdue", "superior", "superior-head", "next-superior"}
HOLDING_UP = "holding-up"
CANNOT_WAIT = {"last-day", "returned"}
PATIENCE = 3
"""Working days with a pass that ran to its end, on the last of which at the latest a mail must have come."""
DAYS = re.compile(r"^\[Đôn đốc\] (?P<what>Còn|Quá hạn|Bị trả lại, còn) (?P<days>\d+) ngày")


class Checker:
    """Reads a story once; `problems` says all that is wrong with it."""

    def __init__(self, story: Story) -> None:
        self.story, self.people = story, People(story)
        self.owed = {owed.id: owed for owed in story.owed}
        self.pages = {owed.id: pages(owed, story) for owed in story.owed}
        self.first = self._first_deliveries()
        self.told = [line for line in story.lines if self._went(line)]
        self.lines: dict[str, list[Line]] = defaultdict(list)
        for line in self.told:
            self.lines[line.message_id].append(line)

    def _first_deliveries(self) -> dict[str, Delivered]:
        found: dict[str, Delivered] = {}
        for mail in self.story.delivered:
            found.setdefault(mail.message_id, mail)
        return found

    def _went(self, line: Line) -> bool:
        """What was cancelled while nobody knew its mail's fate had gone with the first copy, or not."""
        first = self.first.get(line.message_id)
        return not line.cancelled or (first is not None and bool(self._shown(line) & first.obligations))

    def _shown(self, line: Line) -> set[int]:
        """What a mail leads to for this line: who holds a report up is mailed about their own."""
        if line.kind != HOLDING_UP:
            return {line.obligation}
        upper = self.owed[line.obligation]
        units = {post.unit for post in self.story.posts if post.address == line.address}
        lower = {unit for unit in units if SUPERIOR.get(unit) == upper.unit}
        return {owed.id for owed in self.story.owed if owed.unit in lower and owed.period == upper.period}

    def problems(self) -> list[str]:
        found = [problem for life in self.story.lives for problem in Checker(life)._of_this_life()]
        return sorted([*self._of_this_life(), *found, *again(self.story)])

    def _of_this_life(self) -> Iterator[str]:
        yield from self.unknown()
        yield from self.early_or_misdirected()
        yield from self.double()
        yield from self.lost()
        yield from self.untrue()
        yield from wrong_figures(self.story)

    def unknown(self) -> Iterator[str]:
        """Mails that the ledger does not know, or that speak of something else than it says."""
        for mail in self.story.delivered:
            lines = self.lines.get(mail.message_id, [])
            if {line.address for line in lines} != {mail.address}:
                yield f"unknown: {_name(mail)} belongs to no line of the ledger"
            elif not all(self._shown(line) & mail.obligations for line in lines if not line.cancelled):
                # A copy of a mail whose fate was unknown no longer speaks of what was settled meanwhile.
                yield f"unknown: {_name(mail)} leaves something out"

    def early_or_misdirected(self) -> Iterator[str]:
        for mail in self.first.values():
            for line in self.lines.get(mail.message_id, []):
                wrong = self._wrong_with(line, mail)
                if wrong:
                    yield f"{wrong}: {_name(mail)} for {_line(line)}"

    def _wrong_with(self, line: Line, mail: Delivered) -> str:
        owed = self.owed[line.obligation]
        if not self.people.holds_any(mail.address, mail.at):
            return "misdirected (nobody's address)"
        if line.rung in EVENTS:
            return self._wrong_with_event(line, owed)
        page, slot = self._slot(line)
        if page is None or slot is None:
            return "unfounded (no such moment)"
        if not page.begins <= line.planned_at < page.ends or mail.at >= page.ends:
            return "misdirected (it was settled by then)"
        if line.moment != slot.moment:
            return f"early or late (the moment is {slot.moment})"
        if mail.address not in self.people.meant(owed, slot, line.planned_at):
            return "misdirected (not of the audience)"
        if mail.at < slot.moment and not self._hastened(owed, page, slot, line.planned_at):
            return "early"
        return ""

    def _slot(self, line: Line) -> tuple[Page | None, Slot | None]:
        for page in self.pages[line.obligation]:
            slot = page.slot(line.rung, line.repeat)
            if page.number == line.page and slot is not None and line.planned_at >= page.begins:
                return page, slot
        return None, None

    def _hastened(self, owed: Owed, page: Page, slot: Slot, at: datetime) -> bool:
        """A rung may speak before its time where nobody can be reached by the one before it."""
        before = [each for each in page.slots if each.moment <= at and not each.repeat]
        between = [each for each in page.slots if at < each.moment < slot.moment and not each.repeat]
        meant = [each for each in (*before[-1:], *between) if self.people.means_a_unit(owed, each, at)]
        true = page.is_review or slot.is_after == (at >= page.deadline)
        told_truly = [s for s in meant if page.is_review or s.is_after == slot.is_after or s in before[-1:]]
        return bool(before) and true and not any(self.people.meant(owed, each, at) for each in told_truly)

    def _wrong_with_event(self, line: Line, owed: Owed) -> str:
        move = EVENTS[line.rung]
        moves = [each for each in self.story.happenings if each.obligation == owed.id and each.move is move]
        if not any(each.at == line.moment for each in moves):
            return "unfounded (nothing happened then)"
        told = self._told_of(line.rung, owed, line.moment)
        return "" if line.address in told else "misdirected (not whom it concerns)"

    def _told_of(self, rung: str, owed: Owed, at: datetime) -> set[str]:
        """Whom an event concerns: the unit's clerks, or heads where it has none; of a chase both."""
        of = self.people.of
        clerks, heads = of(owed, "clerk", at), of(owed, "head", at)
        if rung == "@chase":
            return clerks | heads | of(owed, "below", at)
        if rung == "@done":
            return self._told_late(owed, at)
        if rung in ("@waived", "@cancelled"):
            return (clerks or heads) | self._told_late(owed, at)
        return clerks or heads

    def _told_late(self, owed: Owed, at: datetime) -> set[str]:
        """To whom a mail had gone that it is late, since their last notice that it is done."""
        lines = [line for line in self.told if line.obligation == owed.id]
        sent = [line for line in lines if line.message_id in self.first and self._sent(line) <= at]
        late = {line.address: self._sent(line) for line in sent if _said_late(line)}
        return set(late)

    def _sent(self, line: Line) -> datetime:
        return self.first[line.message_id].at

    def double(self) -> Iterator[str]:
        """The same notice in two mails, the same mail twice without reason, two digests on one day."""
        mails: dict[tuple[object, ...], set[str]] = defaultdict(set)
        for line in self.told:
            if line.message_id in self.first:
                key = line.obligation, line.page, line.rung, line.repeat, line.address
                mails[key].add(line.message_id)
        yield from (f"double: {key} went in {len(ids)} mails" for key, ids in mails.items() if len(ids) > 1)
        seen: dict[str, bool] = {}
        for mail in self.story.delivered:
            if seen.get(mail.message_id):
                yield f"double: {_name(mail)} came again, though its first copy left no doubt"
            seen[mail.message_id] = mail.certain
        yield from self._digests()

    def _digests(self) -> Iterator[str]:
        """A mail of an earlier day whose fate was unknown comes again as it was, beside the day's own."""
        days: dict[tuple[str, date], list[Delivered]] = defaultdict(list)
        for mail in self.first.values():
            lines = self.lines.get(mail.message_id, [])
            cannot_wait = any(line.immediate or line.kind in CANNOT_WAIT for line in lines)
            if not cannot_wait and not self._may_be_a_copy(lines, mail.at):
                days[mail.address, local_day(mail.at)].append(mail)
        for (address, day), some in days.items():
            if len(some) > 1:
                yield f"double: {address} got {len(some)} mails of the day on {day}"

    def _may_be_a_copy(self, lines: list[Line], sent: datetime) -> bool:
        planned = max((line.planned_at for line in lines), default=sent)
        return any(not each.certain for each in self.story.passes if planned <= each.at < sent)

    def lost(self) -> Iterator[str]:
        for owed in self.story.owed:
            for page in self.pages[owed.id]:
                for slot in page.slots:
                    yield from self._lost_of(owed, page, slot)
        for move in self.story.happenings:
            yield from self._lost_event(self.owed[move.obligation], move)

    def _lost_of(self, owed: Owed, page: Page, slot: Slot) -> Iterator[str]:
        looked = self._first_look(max(slot.moment, page.begins))
        if looked is None or looked >= page.ends or self._is_too_late(page, slot, looked):
            return
        if self._is_taken_back(slot.moment, looked):
            return
        if not self.people.means_a_unit(owed, slot, looked):
            return
        later = self._later(owed, page, slot, looked)
        slot = replace(slot, audience=self._left_to_hear(slot, later))
        if not slot.audience:
            return
        hastens = not slot.repeat and not later and not (slot.late and slot.is_after)
        meant = self.people.meant(owed, slot, looked)
        spoken = slot if meant or not hastens else self._next(owed, page, slot, looked)
        if spoken is None:
            return
        for address in self.people.meant(owed, spoken, looked):
            if spoken.rung == HOLDING_UP and not self._still_holds_up(owed, address, looked):
                continue
            got = self._got(owed, page, spoken, address)
            yield from self._missing(owed, address, looked, page.ends, got, f"{spoken.rung} {spoken.repeat}")

    def _is_taken_back(self, moment: datetime, since: datetime) -> bool:
        """What was due in the days that a backup has lost is told to nobody, and what it had not sent yet."""
        until = self._latest(since)
        lost = [each for each in self.story.restores if moment <= each.lost_until]
        return until is None or any(until >= each.backup for each in lost)

    def _is_too_late(self, page: Page, slot: Slot, looked: datetime) -> bool:
        """No rung from before the deadline speaks after it."""
        return not page.is_review and not slot.is_after and looked >= page.deadline

    def _later(self, owed: Owed, page: Page, slot: Slot, looked: datetime) -> list[Slot]:
        """Rungs of later days that had come too when it was looked at."""
        day = local_day(slot.moment)
        later = [s for s in page.slots if s.moment <= looked and local_day(s.moment) > day]
        return [s for s in later if self.people.means_a_unit(owed, s, looked)]

    def _left_to_hear(self, slot: Slot, later: list[Slot]) -> tuple[str, ...]:
        """After an outage each audience gets the newest of its own rungs."""
        return tuple(who for who in slot.audience if not any(who in each.audience for each in later))

    def _still_holds_up(self, owed: Owed, address: str, since: datetime) -> bool:
        """A unit that files before the mail has left gets none."""
        until = self._latest(since)
        return until is None or address in self.people.of(owed, "below", until)

    def _next(self, owed: Owed, page: Page, slot: Slot, at: datetime) -> Slot | None:
        """The first rung to come that reaches somebody and would tell the truth."""
        over = at >= page.deadline
        for each in page.slots:
            true = page.is_review or each.is_after == over
            if each.moment > at and not each.repeat and true and self.people.meant(owed, each, at):
                return each
        return None

    def _got(self, owed: Owed, page: Page, slot: Slot, address: str) -> list[datetime]:
        key = owed.id, page.number, slot.rung, slot.repeat, address
        return self._by_key.get(key, [])

    @cached_property
    def _by_key(self) -> dict[tuple[object, ...], list[datetime]]:
        found: dict[tuple[object, ...], list[datetime]] = defaultdict(list)
        for line in self.told:
            if line.message_id in self.first:
                key = line.obligation, line.page, line.rung, line.repeat, line.address
                found[key].append(self._sent(line))
        return found

    def _lost_event(self, owed: Owed, move: Happening) -> Iterator[str]:
        ends = self._event_ends(owed, move)
        if self._is_taken_back(move.at, move.at):
            return
        for rung in (rung for rung, each in EVENTS.items() if each is move.move):
            for address in self._told_of(rung, owed, move.at):
                if rung == "@cancelled" and not self._has_heard(owed, address, move.at):
                    continue
                if rung == "@done" and not self._owes_done(owed, address, move.at):
                    continue
                own = {address for who in ("clerk", "head") for address in self.people.of(owed, who, move.at)}
                if (
                    rung == "@chase"
                    and address not in own
                    and not self._still_holds_up(owed, address, move.at)
                ):
                    continue
                got = self._got_event(owed, rung, address, move.at)
                yield from self._missing(owed, address, move.at, ends, got, rung)

    def _got_event(self, owed: Owed, rung: str, address: str, moment: datetime) -> list[datetime]:
        key = owed.id, rung, address, moment
        lines = [ln for ln in self.told if (ln.obligation, ln.rung, ln.address, ln.moment) == key]
        return [self._sent(line) for line in lines if line.message_id in self.first]

    def _event_ends(self, owed: Owed, move: Happening) -> datetime:
        """What happens to the report next makes most events pointless; an acceptance stays one."""
        after = [m.at for m in self.story.happenings if m.obligation == owed.id and m.at > move.at]
        after += [owed.replaced_at] if owed.replaced_at else []
        return min(after, default=datetime.max.replace(tzinfo=move.at.tzinfo))

    def _has_heard(self, owed: Owed, address: str, at: datetime) -> bool:
        """Who has not been told yet that it is asked for is not told that it is not."""
        lines = [ln for ln in self.told if (ln.obligation, ln.address) == (owed.id, address)]
        return any(self._sent(ln) <= at for ln in lines if ln.message_id in self.first)

    def _owes_done(self, owed: Owed, address: str, at: datetime) -> bool:
        """Whether they were notified that it is late after their last notice that it is done."""
        lines = [ln for ln in self.told if (ln.obligation, ln.address) == (owed.id, address)]
        sent = [(self._sent(ln), ln) for ln in lines if ln.message_id in self.first]
        late = [when for when, line in sent if _said_late(line) and when <= at]
        done = [ln.moment for ln in lines if ln.rung == "@done" and ln.moment < at]
        return bool(late) and max(late) > max(done, default=min(late) - timedelta(1))

    def _missing(
        self, owed: Owed, address: str, since: datetime, ends: datetime, got: list[datetime], what: str
    ) -> Iterator[str]:
        """Nothing came in time, although there was time, the person was there and it still held."""
        until = self._latest(since)
        if until is None or until >= ends or not self.people.is_alive(address, until):
            return
        if not self.people.holds_any(address, until) or any(at <= until for at in got):
            return
        yield f"lost: {what} of report {owed.id} ({owed.unit} {owed.period}) to {address}, due {since}"

    def _first_look(self, since: datetime) -> datetime | None:
        return next((each.at for each in self.story.passes if each.planned and each.at >= since), None)

    def _latest(self, since: datetime) -> datetime | None:
        """The end of patience: the last pass of the third working day on which the sender ran to its end."""
        days: dict[date, datetime] = {}
        for each in self.story.passes:
            day = local_day(each.at)
            if each.sent and each.at >= max(since, eight_o_clock(day)) and is_open(day):
                if len(days) == PATIENCE and day not in days:
                    break
                days[day] = each.at
        return max(days.values()) if len(days) == PATIENCE else None

    def untrue(self) -> Iterator[str]:
        """Subjects about one report count its days; they must be right on the day of the mail."""
        for mail in self.first.values():
            said = DAYS.match(mail.subject)
            if said and len(mail.obligations) == 1:
                (id,) = mail.obligations
                pages_then = [p for p in self.pages[id] if p.begins <= mail.at < p.ends]
                left = {(page.last_day - local_day(mail.at)).days for page in pages_then}
                days = -int(said["days"]) if said["what"] == "Quá hạn" else int(said["days"])
                if left and days not in left:
                    yield f"untrue: {_name(mail)} says {mail.subject!r}, it is {left}"


def again(story: Story) -> Iterator[str]:
    """What a life that a backup ended had told already, and the next told again; and another mail with the
    Message-ID of one of then, which mail programs take for its copy."""
    lives = [*story.lives, story]
    for number, restore in enumerate(story.restores):
        had, names = _told(lives[number], restore.backup)
        for life in lives[number + 1 :]:
            has, same = _told(life, restore.at)
            yield from (f"double: {key} again after the backup of {restore.at}" for key in had & has)
            yield from (f"double: {name} is a mail of before {restore.at} too" for name in names & same)


def _told(life: Story, since: datetime) -> tuple[set[tuple[object, ...]], set[str]]:
    """Which moments of which reports were told to whom from an instant on, and by which mails."""
    owed = {each.id: each for each in life.owed}
    names = {mail.message_id for mail in life.delivered if mail.at >= since}
    keys: set[tuple[object, ...]] = {
        (owed[line.obligation].unit, owed[line.obligation].period, line.rung, line.moment, line.address)
        for line in life.lines
        if line.message_id in names
    }
    return keys, names


def _said_late(line: Line) -> bool:
    return line.rung in SAID_LATE or line.kind == HOLDING_UP


def _name(mail: Delivered) -> str:
    return f"the mail of {mail.at:%Y-%m-%d %H:%M} to {mail.address}"


def _line(line: Line) -> str:
    return (
        f"{line.rung} {line.repeat} of report {line.obligation}, page {line.page}, planned {line.planned_at}"
    )
