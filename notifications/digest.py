"""The digest: what one mail says to one person, as values; nothing here reads a database or writes a word.

Somebody's own words and what is overdue come first, then by plan, report and branch. An obligation stands in
it once, however many rungs speak of it. What many units owe alike is one table: a few rows, then a number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from models.vocabulary import NoticeKind
from notifications.item import Item, Person, tidied
from notifications.line import Line, line_of
from reporting.rungs import OfficeCalendar

__all__ = ["Digest", "Item", "Person", "compose"]
ORDER = (
    NoticeKind.ALERT,
    NoticeKind.PASSWORD,
    NoticeKind.CHASE,
    NoticeKind.OVERDUE,
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
    NoticeKind.LOOK_AHEAD,
)
MOST_ITEMS = 40
"""Rows in one mail; beyond them it gives the number. Gmail cuts a mail off after 102 KB."""
MOST_UNITS = 20
"""Rows of one report that many units owe."""


@dataclass(frozen=True)
class Branch:
    """Some lines of one superior's units, of which there are `count`; `first` stands for them all."""

    name: str
    first: Line
    lines: Sequence[Line]
    count: int


@dataclass(frozen=True)
class Report:
    """One report of one period with one deadline, owed by one unit or many; `first` stands for them all.

    `common` are the facts that are the same for all and so are told once.
    """

    first: Line
    branches: Sequence[Branch]
    common: Sequence[str]
    count: int
    left_out: int

    def notes(self, line: Line) -> list[str]:
        """What is left to tell of one line."""
        return [key for key in line.notes if key not in self.common]


@dataclass(frozen=True)
class Group:
    """The reports of one plan."""

    number: str
    title: str
    slug: str
    reports: Sequence[Report]


@dataclass(frozen=True)
class Section:
    """The lines of one kind, by plan; `left_out` counts those of whole reports that had no room."""

    kind: NoticeKind
    groups: Sequence[Group]
    count: int
    left_out: int


@dataclass(frozen=True)
class Digest:
    """One mail to one person; never empty. `unit` is the one unit it is about, `report` the one report."""

    first: Line
    today: date
    sections: Sequence[Section]
    count: int
    left_out: int
    unit: str
    report: Line | None

    @property
    def person(self) -> Person:
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
    room = _Room(rows)
    sections = [_section(kind, list(some), room) for kind, some in groupby(lines, key=lambda line: line.kind)]
    units = {line.item.unit for line in lines}
    reports = {line.report_key for line in lines}
    return Digest(
        first=lines[0],
        today=calendar.day(now),
        sections=sections,
        count=len(lines),
        left_out=len(lines) - (rows - room.left),
        unit=units.pop() if len(units) == 1 else "",
        report=lines[0] if len(reports) == 1 else None,
    )


@dataclass
class _Room:
    """Rows that a mail has left."""

    left: int

    def take(self, wanted: int) -> int:
        taken = min(wanted, self.left)
        self.left -= taken
        return taken


def _once(lines: Iterable[Line]) -> list[Line]:
    """An obligation by its gravest word; of two alike, the one that lets the reader hand it in."""
    once = {line.about: line for line in sorted(lines, key=_rank, reverse=True)}
    return sorted(once.values(), key=_rank)


def _rank(line: Line) -> tuple[object, ...]:
    item = line.item
    return (
        ORDER.index(line.kind),
        item.plan_number,
        item.plan_title,
        line.last_day or date.max,
        line.report_key,
        item.branch,
        item.unit,
        line.about,
        not item.is_own,
    )


def _section(kind: NoticeKind, lines: Sequence[Line], room: _Room) -> Section:
    groups = []
    for (number, title), some in groupby(
        lines, key=lambda line: (line.item.plan_number, line.item.plan_title)
    ):
        theirs = list(some)
        reports = [_report(list(each), room) for _, each in groupby(theirs, key=lambda line: line.report_key)]
        shown = [report for report in reports if report is not None]
        if shown:
            groups.append(Group(number, title, theirs[0].item.plan_slug, shown))
    told = sum(report.count for group in groups for report in group.reports)
    return Section(kind, groups, len(lines), len(lines) - told)


def _report(lines: Sequence[Line], room: _Room) -> Report | None:
    by_branch = [(name, list(some)) for name, some in groupby(lines, key=lambda line: line.item.branch)]
    taken = room.take(min(len(lines), MOST_UNITS))
    if not taken:
        return None
    shares = _shares([len(some) for _, some in by_branch], taken)
    branches = [
        Branch(name, some[0], some[:share], len(some))
        for (name, some), share in zip(by_branch, shares, strict=True)
        if share
    ]
    return Report(lines[0], branches, _common(lines), len(lines), len(lines) - taken)


def _shares(sizes: Sequence[int], room: int) -> list[int]:
    """How many rows each branch gets: one each in turn, so that the last is seen beside the first."""
    shares = [0] * len(sizes)
    while room > 0:
        for place, size in enumerate(sizes):
            if shares[place] < size and room > 0:
                shares[place] += 1
                room -= 1
    return shares


def _common(lines: Sequence[Line]) -> list[str]:
    first = lines[0].notes
    rest = [line.notes for line in lines[1:]]
    return [key for key, told in first.items() if all(notes.get(key) == told for notes in rest)]
