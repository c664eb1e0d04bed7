"""The digest: what one mail says to one person, as values; nothing here reads a database or writes a word.

Somebody's own words and what is overdue come first, then by plan, report and branch. An obligation stands in
it once, however many rungs speak of it. What many units owe alike is one table: a few rows, then a number.
A heading says only what is so of every line under it, shown or not; the rest stands in the line.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby

from models.vocabulary import NoticeKind
from notifications.item import Item, Person, Picture, tidied
from notifications.line import STATUS_IN_FACT, Line, line_of
from reporting.rungs import OfficeCalendar

__all__ = ["Digest", "Item", "Person", "compose"]
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
    NoticeKind.LOOK_AHEAD,
)
_Report = tuple[str, str, str, str, str]
"""One report of one period, whatever its stage."""

MOST_ITEMS = 40
"""Rows in one mail; beyond them it gives the number. Gmail cuts a mail off after 102 KB."""
MOST_UNITS = 20
"""Rows of one report that many units owe."""


@dataclass(frozen=True)
class Branch:
    """Some lines of one superior's units, of which there are `count`; `picture` is theirs if they have one
    and the same."""

    name: str
    lines: Sequence[Line]
    count: int
    is_own: bool
    picture: Picture | None


@dataclass(frozen=True)
class Report:
    """One stage's report of one period with one deadline, owed by one unit or many.

    `common` are the facts that are the same for all: the heading tells them once, of `first`. `stage` is its
    name where the mail speaks of several stages of the same report.
    """

    first: Line
    stage: str
    branches: Sequence[Branch]
    common: Sequence[str]
    count: int
    left_out: int

    def notes(self, branch: Branch, line: Line) -> list[str]:
        """What is left to tell of one line."""
        told = {*self.common}
        if STATUS_IN_FACT.get(line.kind) in line.facts:
            told.add("status")
        if branch.picture is not None:
            told.add("picture")
        return [key for key in line.notes if key not in told]


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
    """One mail to one person; never empty. `unit` is the one unit it is about, `report` the one report of one
    period; `is_own`: all is for the one who reads it to hand in."""

    first: Line
    today: date
    sections: Sequence[Section]
    count: int
    left_out: int
    unit: str
    report: Line | None
    is_own: bool

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


def _once(lines: Iterable[Line]) -> list[Line]:
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


def _which(line: Line) -> _Report:
    item = line.item
    return item.plan_slug, item.plan_number, item.plan_title, item.duty, item.period


def _staged(lines: Iterable[Line]) -> set[_Report]:
    """Reports of which several stages are spoken of."""
    stages: dict[_Report, set[int]] = {}
    for line in lines:
        stages.setdefault(_which(line), set()).add(line.item.position)
    return {report for report, positions in stages.items() if len(positions) > 1}


def _rank(line: Line) -> tuple[object, ...]:
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


def _section(kind: NoticeKind, lines: Sequence[Line], room: _Room) -> Section:
    groups = []
    for (number, title, slug), some in groupby(
        lines, key=lambda line: (line.item.plan_number, line.item.plan_title, line.item.plan_slug)
    ):
        theirs = list(some)
        reports = [_report(list(each), room) for _, each in groupby(theirs, key=lambda line: line.report_key)]
        shown = [report for report in reports if report is not None]
        if shown:
            groups.append(Group(number, title, slug, shown))
    told = sum(report.count for group in groups for report in group.reports)
    return Section(kind, groups, len(lines), len(lines) - told)


def _report(lines: Sequence[Line], room: _Room) -> Report | None:
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
    return Report(lines[0], stage, branches, common, len(lines), len(lines) - taken)


def _branch(lines: Sequence[Line], share: int) -> Branch:
    return Branch(
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


def _common(lines: Sequence[Line]) -> list[str]:
    first = lines[0].notes
    rest = [line.notes for line in lines[1:]]
    return [key for key, told in first.items() if all(key in notes and notes[key] == told for notes in rest)]
