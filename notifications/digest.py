"""The digest: what one mail says to one person, as values; nothing here reads a database or writes a word.

Somebody's own words and what is overdue come first, then by plan, report and branch. An obligation stands in
it once, however many rungs speak of it. What many units owe alike is one table: a few rows, then a number.
A heading says only what is so of every line under it, shown or not; the rest stands in the line.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby

from calendars.deadline import Deadline
from calendars.office import OfficeCalendar
from calendars.periods import is_daily
from models.vocabulary import Audience, Lifecycle, NoticeKind
from notifications.item import Addressee, Item, Picture, tidied

STILL_OWED = frozenset(
    {
        NoticeKind.CHASE,
        NoticeKind.OVERDUE,
        NoticeKind.HOLDING_UP,
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
OF_WHO_WAITED = frozenset({NoticeKind.DONE, NoticeKind.NOT_OWED, NoticeKind.OWED_AGAIN})
"""What tells a lower unit how the report stands that waited for its own."""
STATUS_IN_FACT = {
    NoticeKind.DONE: "handed",
    NoticeKind.FILED_COPY: "handed",
    NoticeKind.EXTENSION_DECIDED: "decision",
}
"""Kinds of which a fact says all that the status says."""


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
    def until(self) -> datetime | None:
        return None if self.deadline is None else self.deadline.instant

    @property
    def is_read_late(self) -> bool:
        """Whether the last day is on time only as this plan reads the text."""
        return self.deadline is not None and self.deadline.safe_day < self.deadline.last_day

    @property
    def days_late(self) -> int:
        return -self.days_left

    @property
    def about(self) -> tuple[int, int]:
        """What may stand in a mail once: an obligation, or an alert."""
        return self.item.obligation_id, 0 if self.item.obligation_id else self.item.notice_id

    @property
    def report_key(self) -> tuple[object, ...]:
        """The same for all units that owe the same stage's report for the same period by the same day, and
        stand alike: for the first time, or again after it was returned."""
        item = self.item
        stage = (item.position, item.occurrence_id)
        return item.period, item.duty, *stage, str(self.until), self.is_mending, item.words

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
            "waited": self.kind in OF_WHO_WAITED and item.audience is Audience.BELOW,
            "plan": bool(item.plan_number or item.plan_title),
            "basis": bool(item.basis),
            "monitor": bool(item.monitor) and self.kind is NoticeKind.CHASE,
            "sent_to": bool(item.sent_to.copies) and self.kind not in OF_NO_DAY,
            "awaited_by": owed and self._is_awaited_by_one(),
            "held_up": bool(item.held_up) and self.kind is not NoticeKind.HOLDING_UP,
            "holding_up": owed and bool(item.holding_up),
            "picture": self._is_pictured(),
            "filed_by": self._is_pictured() and item.picture is not None and bool(item.picture.filed_by),
        }
        return [key for key, is_known in known.items() if is_known]

    @property
    def notes(self) -> dict[str, object]:
        """What a table of many says of this one beside its unit: the status and facts, each with a value that
        is the same only where the words are."""
        item = self.item
        told: dict[str, object] = {
            "status": self._standing,
            "deadline": (item.written, item.bound, self.until, item.is_extended, item.opens_at, item.planned),
            "send_by": self.send_by,
            "decision": item.decision,
            "decided_why": item.decision and item.decision.note,
            "returned_for": item.returned_for,
            "receipt": item.handed,
            "handed": item.handed,
            "waited": True,
            "basis": item.basis,
            "monitor": item.monitor,
            "sent_to": item.sent_to,
            "awaited_by": item.awaited_by,
            "held_up": item.held_up,
            "holding_up": item.holding_up,
            "picture": item.picture,
        }
        if item.awaited_by == item.branch and not item.is_own:
            del told["awaited_by"]  # the branch's heading says it
        return {key: told[key] for key in ("status", *self.facts) if key in told}

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

    def _is_awaited_by_one(self) -> bool:
        """Whether who awaits it is not told by `sent_to` or `held_up`."""
        item = self.item
        return bool(item.awaited_by) and not item.sent_to.copies and item.awaited_by not in item.held_up

    def _has_note(self) -> bool:
        decision = self.item.decision
        return decision is not None and bool(decision.note) and self.kind is NoticeKind.EXTENSION_DECIDED

    def _is_pictured(self) -> bool:
        return self.item.picture is not None and self.kind in PICTURED


def line_of(item: Item, calendar: OfficeCalendar, now: datetime) -> DigestLine:
    today = calendar.day(now)
    if item.deadline is None or item.safe_day is None:
        return DigestLine(item, item.kind, None, 0, None, today)
    deadline = Deadline(item.deadline, calendar.zone, item.safe_day)
    send_by = None if is_daily(item.period) else deadline.send_by(calendar.days, today)
    return DigestLine(item, _kind_now(item, now, deadline), deadline, deadline.days_left(now), send_by, today)


def week_of(day: date) -> tuple[date, date]:
    """The seven days that a look ahead speaks of, from `day` on."""
    return day, day + timedelta(days=6)


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


__all__ = ["Addressee", "Digest", "Item", "compose"]
ORDER = (
    NoticeKind.ALERT,
    NoticeKind.PASSWORD,
    NoticeKind.CHASE,
    NoticeKind.OVERDUE,
    NoticeKind.HOLDING_UP,
    NoticeKind.ESCALATED,
    NoticeKind.RETURNED,
    NoticeKind.OWED_AGAIN,
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
_Report = tuple[str, str, str, str, str]
"""One report of one period, whatever its stage."""

MOST_ITEMS = 40
"""Rows in one mail; beyond them it gives the number. Gmail cuts a mail off after 102 KB."""
MOST_UNITS = 20
"""Rows of one report that many units owe."""


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
class DigestGroup:
    """The reports of one plan."""

    number: str
    title: str
    slug: str
    reports: Sequence[DigestReport]


@dataclass(frozen=True)
class Section:
    """The lines of one kind, by plan; `left_out` counts those of whole reports that had no room."""

    kind: NoticeKind
    groups: Sequence[DigestGroup]
    count: int
    left_out: int


@dataclass(frozen=True)
class Digest:
    """One mail to one person; never empty. `unit` is the one unit it is about, `report` the one report of one
    period; `is_own`: all is for the one who reads it to hand in."""

    first: DigestLine
    today: date
    sections: Sequence[Section]
    count: int
    left_out: int
    unit: str
    report: DigestLine | None
    is_own: bool

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


def compose(items: Sequence[Item], calendar: OfficeCalendar, now: datetime, rows: int = MOST_ITEMS) -> Digest:
    """The digest of one person's items, of which there is at least one, in at most so many rows."""
    lines = _once(line_of(tidied(item), calendar, now) for item in items)
    room = _Room(rows, _staged(lines))
    sections = [_section(kind, list(some), room) for kind, some in groupby(lines, key=lambda line: line.kind)]
    units = {line.item.unit for line in lines}
    reports = {(line.item.duty, line.item.period) for line in lines}
    return Digest(
        first=lines[0],
        today=calendar.day(now),
        sections=sections,
        count=len(lines),
        left_out=len(lines) - (rows - room.left),
        unit=units.pop() if len(units) == 1 else "",
        report=lines[0] if len(reports) == 1 else None,
        is_own=all(line.item.is_own for line in lines),
    )


@dataclass
class _Room:
    """Rows that a mail has left; `staged` are the reports whose headings name the stage."""

    left: int
    staged: Collection[_Report]

    def take(self, wanted: int) -> int:
        taken = min(wanted, self.left)
        self.left -= taken
        return taken


def _once(lines: Iterable[DigestLine]) -> list[DigestLine]:
    """An obligation by its gravest word; of two alike, the one that lets the reader hand it in. Whoever waits
    for it stands with it, whichever word it was."""
    ranked = sorted(lines, key=_rank, reverse=True)
    once = {line.about: line for line in ranked}
    waiting: dict[tuple[int, int], set[str]] = {}
    for line in ranked:
        waiting.setdefault(line.about, set()).update(line.item.held_up)
    found = [
        replace(line, item=replace(line.item, held_up=tuple(sorted(waiting[about]))))
        if waiting[about] - {*line.item.held_up}
        else line
        for about, line in once.items()
    ]
    return sorted(found, key=_rank)


def _which(line: DigestLine) -> _Report:
    item = line.item
    return item.plan_slug, item.plan_number, item.plan_title, item.duty, item.period


def _staged(lines: Iterable[DigestLine]) -> set[_Report]:
    """Reports of which several stages are spoken of."""
    stages: dict[_Report, set[int]] = {}
    for line in lines:
        stages.setdefault(_which(line), set()).add(line.item.position)
    return {report for report, positions in stages.items() if len(positions) > 1}


def _rank(line: DigestLine) -> tuple[object, ...]:
    item = line.item
    return (
        ORDER.index(line.kind),
        item.plan_number,
        item.plan_title,
        item.plan_slug,
        line.last_day or date.max,
        line.report_key,
        item.branch,
        item.branch_id,
        item.unit,
        line.about,
        not item.is_own,
    )


def _section(kind: NoticeKind, lines: Sequence[DigestLine], room: _Room) -> Section:
    groups = []
    for (number, title, slug), some in groupby(
        lines, key=lambda line: (line.item.plan_number, line.item.plan_title, line.item.plan_slug)
    ):
        theirs = list(some)
        reports = [_report(list(each), room) for _, each in groupby(theirs, key=lambda line: line.report_key)]
        shown = [report for report in reports if report is not None]
        if shown:
            groups.append(DigestGroup(number, title, slug, shown))
    told = sum(report.count for group in groups for report in group.reports)
    return Section(kind, groups, len(lines), len(lines) - told)


def _report(lines: Sequence[DigestLine], room: _Room) -> DigestReport | None:
    by_branch = [
        list(some) for _, some in groupby(lines, key=lambda line: (line.item.branch, line.item.branch_id))
    ]
    taken = room.take(min(len(lines), MOST_UNITS))
    if not taken:
        return None
    shares = _shares([len(some) for some in by_branch], taken)
    common = [key for key in _common(lines) if key != "picture"]  # that is a branch's own
    branches = [_branch(some, share) for some, share in zip(by_branch, shares, strict=True) if share]
    stage = lines[0].item.stage if _which(lines[0]) in room.staged else ""
    return DigestReport(lines[0], stage, branches, common, len(lines), len(lines) - taken)


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
    while room > 0:
        for place, size in enumerate(sizes):
            if shares[place] < size and room > 0:
                shares[place] += 1
                room -= 1
    return shares


def _common(lines: Sequence[DigestLine]) -> list[str]:
    first = lines[0].notes
    rest = [line.notes for line in lines[1:]]
    return [key for key, told in first.items() if all(key in notes and notes[key] == told for notes in rest)]
