"""The digest: what one mail says to one person, as values; nothing here reads a database or writes a word.

Somebody's own words and what is overdue come first, then by plan, report and branch. An obligation stands in
it once, however many rungs speak of it. What many units owe alike is one table: a few rows, then a number.
A heading says only what is so of every line under it, shown or not; the rest stands in the line.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

from calendars.deadline import Deadline
from calendars.deadline import stated as stated_deadline
from calendars.office import OfficeCalendar
from calendars.periods import is_daily
from models.vocabulary import Audience, NoticeKind
from notifications.item import Addressee, ChasedBy, Item, Picture, tidied
from reporting.reminders.recheck import NAGGING

OF_NO_DAY = frozenset({NoticeKind.EXTENSION_DECIDED, NoticeKind.NOT_OWED})
"""What tells no deadline: the decision names its own days, or there is none any more."""
PICTURED = frozenset({NoticeKind.ESCALATED, NoticeKind.CHASE})
OF_WHO_WAITED = frozenset({NoticeKind.DONE, NoticeKind.NOT_OWED, NoticeKind.OWED_AGAIN})
"""What tells a lower unit how the report stands that waited for its own."""
STATUS_IN_FACT = {
    NoticeKind.DONE: "handed",
    NoticeKind.FILED_COPY: "handed",
    NoticeKind.EXTENSION_DECIDED: "decision",
}
"""Kinds of which a fact says all that the status says."""
ORDER = (
    NoticeKind.ALERT,
    NoticeKind.PASSWORD,
    NoticeKind.SECOND_FACTOR,
    NoticeKind.CALENDAR,
    NoticeKind.CHASE,
    NoticeKind.OVERDUE,
    NoticeKind.HOLDING_UP,
    NoticeKind.ESCALATED,
    NoticeKind.RETURNED,
    NoticeKind.OWED_AGAIN,
    NoticeKind.ASKED,
    NoticeKind.LAST_DAY,
    NoticeKind.REVIEWER_REMINDER,
    NoticeKind.COMING_DUE,
    NoticeKind.EXTENSION_DECIDED,
    NoticeKind.NOT_OWED,
    NoticeKind.ACCEPTANCE_UNDONE,
    NoticeKind.ACCEPTED,
    NoticeKind.DONE,
    NoticeKind.RECEIPT,
    NoticeKind.FILED_COPY,
    NoticeKind.LOOK_AHEAD,
)
MOST_ITEMS = 40
"""Rows in one mail; beyond them it gives the number. Gmail cuts a mail off after 102 KB."""
MOST_UNITS = 20
"""Rows of one report that many units owe."""


NEVER = datetime.max.replace(tzinfo=UTC)


class Stated(NamedTuple):
    """What the text has for a deadline: the day and the word ("before"), the first day, the planned one."""

    written: date | None = None
    bound: str | None = None
    opens_at: datetime | None = None
    planned: date | None = None


@dataclass(frozen=True)
class DigestLine:
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
        """What may stand in a mail once: a report, or an alert."""
        return self.item.obligation_id, 0 if self.item.obligation_id else self.item.notice_id

    @property
    def unit(self) -> str:
        return self.item.owed.unit_name if self.item.owed else ""

    @property
    def plan(self) -> tuple[str, str, str]:
        """Number, title and slug."""
        owed = self.item.owed
        return (owed.plan_number, owed.plan_title, owed.plan) if owed else ("", "", "")

    @property
    def report(self) -> tuple[str, str]:
        """Duty and period, whatever the stage."""
        return (self.item.owed.duty_title, self.item.owed.period) if self.item.owed else ("", "")

    @property
    def report_key(self) -> tuple[object, ...]:
        """The same for all units that owe the same stage's report for the same period by the same day, and
        stand alike: for the first time, or again after it was returned."""
        item, owed = self.item, self.item.owed
        stage = (owed.period, owed.duty_title, owed.stage, owed.occurrence_id) if owed else ()
        until = self.deadline.instant if self.deadline else NEVER
        return *self.plan, until, *stage, self.is_mending, item.words, item.chased_by or ()

    @property
    def is_mending(self) -> bool:
        """Whether the day is the one by which a returned report is to be corrected."""
        return self.item.owed is not None and self.item.owed.is_returned

    @property
    def is_as_written(self) -> bool:
        """Whether the deadline is the text's own."""
        owed, deadline = self.item.owed, self.deadline
        return owed is not None and deadline is not None and deadline.instant == owed.original_deadline

    @property
    def stated(self) -> Stated:
        """What the text says of the deadline, while it holds."""
        owed = self.item.owed
        if owed is None or not self.is_as_written:
            return Stated()
        return Stated(owed.written, owed.bound, owed.opens_at, owed.planned)

    @property
    def is_extended(self) -> bool:
        return self.deadline is not None and not self.is_as_written and not self.is_mending

    @property
    def days_waiting(self) -> int:
        """Calendar days since the report was handed in."""
        return (self.today - self.item.handed.on).days if self.item.handed else 0

    @cached_property
    def facts(self) -> dict[str, object]:
        """What a mail about this one report tells, in order, each with a value that is the same only where
        the words are."""
        item, owed, kind = self.item, self.item.owed, self.kind
        if owed is None:
            return {}
        owes, deadline = kind in NAGGING, None if kind in OF_NO_DAY else self.deadline
        decision = item.decision if kind is NoticeKind.EXTENSION_DECIDED else None
        picture = item.picture if kind in PICTURED else None
        told = {
            "unit": owed.unit_name,
            "chased_by": item.chased_by,
            "asked_by": owes and item.asked and not item.asked.event and item.asked.id,
            "happened": owes and item.asked and item.asked.event and item.asked.id,
            "deadline": deadline and (self.stated, deadline.instant, self.is_extended),
            "send_by": owes and self.send_by,
            "files": owes and item.is_own and item.files,
            "decision": decision,
            "decided_why": decision and decision.note,
            "returned_for": owes and item.returned_for,
            "receipt": kind is NoticeKind.RECEIPT and item.handed,
            "handed": not owes and kind is not NoticeKind.RECEIPT and item.handed,
            "waited": kind in OF_WHO_WAITED and item.audience is Audience.BELOW,
            "plan": owed.ad_hoc or owed.plan_number or owed.plan_title,
            "basis": owed.basis,
            "clause": owed.clause,
            "monitor": kind is NoticeKind.CHASE and not item.chased_by and item.monitor,
            "sent_to": owed.copies and kind not in OF_NO_DAY and owed.sent_to,
            "awaited_by": owes and self._is_awaited_by_one and item.awaited_by,
            "held_up": kind is not NoticeKind.HOLDING_UP and item.held_up,
            "holding_up": owes and item.holding_up,
            "picture": picture,
            "filed_by": picture and picture.filed_by,
        }
        return {key: value for key, value in told.items() if value}

    @cached_property
    def notes(self) -> dict[str, object]:
        """What a table of many says of this one beside its unit: the status, and facts."""
        hidden = {"unit", "plan", "clause", "filed_by", "files"}
        if self.item.awaited_by == self.item.branch and not self.item.is_own:
            hidden.add("awaited_by")  # the branch's heading says it
        facts = {key: value for key, value in self.facts.items() if key not in hidden}
        return {"status": self._standing, **facts}

    @property
    def _is_awaited_by_one(self) -> bool:
        """Whether who awaits it is not told by `sent_to` or `held_up`."""
        item, owed = self.item, self.item.owed
        return owed is not None and not owed.copies and item.awaited_by not in item.held_up

    @property
    def _standing(self) -> tuple[object, ...]:
        """What the status says of this one."""
        item, how_far = self.item, (self.last_day is None, self.days_left, self.is_mending)
        late = (item.handed and item.handed.days_late, item.handed and item.handed.first_on is None)
        said: dict[NoticeKind, tuple[object, ...]] = {
            NoticeKind.ACCEPTED: (),
            NoticeKind.DONE: late,
            NoticeKind.RECEIPT: late,
            NoticeKind.FILED_COPY: late,
            NoticeKind.EXTENSION_DECIDED: (item.decision and item.decision.granted,),
            NoticeKind.REVIEWER_REMINDER: (self.days_waiting,),
            NoticeKind.HOLDING_UP: item.held_up,
        }
        return said.get(self.kind, how_far)


def line_of(item: Item, calendar: OfficeCalendar, now: datetime) -> DigestLine:
    today, owed = calendar.day(now), item.owed
    deadline = owed and stated_deadline(owed.held_to, owed.original_deadline, owed.safe_day, calendar.zone)
    if deadline is None:
        return DigestLine(item, item.kind, None, 0, None, today)
    is_short = owed is not None and is_daily(owed.period)
    send_by = None if is_short else deadline.send_by(calendar.days, today)
    return DigestLine(item, _kind_now(item, now, deadline), deadline, deadline.days_left(now), send_by, today)


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


@dataclass(frozen=True)
class DigestBranch:
    """Some lines of one superior's units, of which there are `count`; `picture` is theirs if they have one
    and the same."""

    name: str
    lines: Sequence[DigestLine]
    count: int
    is_own: bool
    picture: Picture | None


@dataclass(frozen=True)
class DigestReport:
    """One stage's report of one period with one deadline, owed by one unit or many.

    `common` are the facts that are the same for all: the heading tells them once, of `first`. `stage` is its
    name where the mail speaks of several stages of the same report.
    """

    first: DigestLine
    stage: str
    branches: Sequence[DigestBranch]
    common: Sequence[str]
    count: int
    left_out: int

    def notes(self, branch: DigestBranch, line: DigestLine) -> list[str]:
        """What is left to tell of one line."""
        told = {*self.common}
        if STATUS_IN_FACT.get(line.kind) in line.facts:
            told.add("status")
        if branch.picture is not None:
            told.add("picture")
        return [key for key in line.notes if key not in told]


@dataclass(frozen=True)
class Section:
    """The reports of one kind, plan by plan; `left_out` counts the lines of those that had no room."""

    kind: NoticeKind
    reports: Sequence[DigestReport]
    count: int
    left_out: int


@dataclass(frozen=True)
class Digest:
    """One mail to one person; never empty. `unit` is the one unit it is about, `report` the one report of one
    period; `is_own`: all is for the one who reads it to hand in."""

    first: DigestLine
    sections: Sequence[Section]
    count: int
    unit: str
    report: DigestLine | None
    is_own: bool
    chasers: Sequence[ChasedBy] = ()
    """Who chases in it."""
    answers: Sequence[str] = ()
    """Addresses to which answers go: of who chases, and of who asks."""

    @property
    def today(self) -> date:
        return self.first.today

    @property
    def week_end(self) -> date:
        """The last of the seven days that a look ahead speaks of."""
        return self.today + timedelta(days=6)

    @property
    def person(self) -> Addressee:
        return self.first.item.person

    @property
    def kind(self) -> NoticeKind:
        """Of the gravest line."""
        return self.first.kind

    @property
    def is_look_ahead(self) -> bool:
        """Whether it holds nothing but the look at the week ahead, which a person may do without."""
        return self.kind is NoticeKind.LOOK_AHEAD


def compose(items: Iterable[Item], calendar: OfficeCalendar, now: datetime, rows: int = MOST_ITEMS) -> Digest:
    """The digest of one person's items, of which there is at least one, in at most so many rows."""
    lines = _once(line_of(tidied(item), calendar, now) for item in items)
    stages: dict[object, set[int]] = {}
    for line in lines:
        if line.item.owed:
            stages.setdefault((line.plan, line.report), set()).add(line.item.owed.stage)
    sections = []
    for kind, some in groupby(lines, key=lambda line: line.kind):
        theirs, reports = list(some), []
        for _, each in groupby(theirs, key=lambda line: line.report_key):
            if rows:
                report = _report(list(each), min(rows, MOST_UNITS), stages)
                rows -= report.count - report.left_out
                reports.append(report)
        told = sum(report.count for report in reports)
        sections.append(Section(kind, reports, len(theirs), len(theirs) - told))
    units, owed = {line.unit for line in lines}, {line.report for line in lines}
    return Digest(
        first=lines[0],
        sections=sections,
        count=len(lines),
        unit=units.pop() if len(units) == 1 else "",
        report=lines[0] if len(owed) == 1 and lines[0].item.owed else None,
        is_own=all(line.item.is_own for line in lines),
        chasers=sorted({line.item.chased_by for line in lines if line.item.chased_by}),
        answers=sorted({address for line in lines if (address := _answers_to(line))}),
    )


def _answers_to(line: DigestLine) -> str:
    """Of who chases, or asks for the report; what has happened has nobody to answer to."""
    item, asked = line.item, line.item.asked
    if item.chased_by is not None:
        return item.chased_by.address
    is_request = line.kind is NoticeKind.ASKED and asked is not None and not asked.event
    return asked.address if is_request and asked is not None else ""


def _once(lines: Iterable[DigestLine]) -> list[DigestLine]:
    """A report by its gravest word; of two alike, the one that lets the reader hand it in. Who waits for
    it stands with it, whichever word it was."""
    once: dict[tuple[int, int], DigestLine] = {}
    for line in sorted(lines, key=_rank, reverse=True):
        waiting = {*line.item.held_up, *(once[line.about].item.held_up if line.about in once else ())}
        held_up = tuple(sorted(waiting))
        once[line.about] = replace(line, item=replace(line.item, held_up=held_up)) if waiting else line
    return sorted(once.values(), key=_rank)


def _rank(line: DigestLine) -> tuple[object, ...]:
    item = line.item
    return (
        ORDER.index(line.kind),
        *line.report_key,
        *_branch_key(line),
        line.unit,
        line.about,
        not item.is_own,
    )


def _report(lines: Sequence[DigestLine], rows: int, stages: Mapping[object, Collection[int]]) -> DigestReport:
    """In at most so many rows."""
    by_branch = [list(some) for _, some in groupby(lines, key=_branch_key)]
    shares = _shares([len(some) for some in by_branch], rows)
    first = lines[0]
    has_stages = len(stages.get((first.plan, first.report), ())) > 1
    return DigestReport(
        first=first,
        stage=first.item.owed.stage_name if has_stages and first.item.owed else "",
        branches=[_branch(some, share) for some, share in zip(by_branch, shares, strict=True) if share],
        common=[key for key in _common(lines) if key != "picture"],  # that is a branch's own
        count=len(lines),
        left_out=len(lines) - sum(shares),
    )


def _branch_key(line: DigestLine) -> tuple[str, int]:
    return line.item.branch, line.item.owed.superior_id if line.item.owed else 0


def _branch(lines: Sequence[DigestLine], share: int) -> DigestBranch:
    return DigestBranch(
        name=lines[0].item.branch,
        lines=lines[:share],
        count=len(lines),
        is_own=all(line.item.is_own for line in lines),
        picture=lines[0].item.picture if "picture" in _common(lines) else None,
    )


def _shares(sizes: Sequence[int], room: int) -> list[int]:
    """How many rows each branch gets: one each in turn, so that the last is seen beside the first."""
    shares = [0] * len(sizes)
    while room > 0 and shares != list(sizes):
        for place, size in enumerate(sizes):
            if shares[place] < size and room > 0:
                shares[place] += 1
                room -= 1
    return shares


def _common(lines: Sequence[DigestLine]) -> list[str]:
    first = lines[0].notes
    rest = [line.notes for line in lines[1:]]
    return [key for key, told in first.items() if all(key in notes and notes[key] == told for notes in rest)]
