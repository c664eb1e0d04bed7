"""What truly happened in a simulated year, written down by those who made it happen, never by the program.

People's moves, who held which post, the passes and what befell them, and every mail that the server took. The
checker knows nothing else of the year.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Move(StrEnum):
    """What a person did with a report."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    EXTENDED = "extended"
    REFUSED = "refused"
    CLOSED = "closed"
    CHASED = "chased"
    ASKED = "asked"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class Happening:
    """A move; `day` is the new last day that was decided."""

    at: datetime
    obligation: int
    move: Move
    day: date | None = None


@dataclass(frozen=True, kw_only=True)
class Post:
    """A person in a role of a unit, from `since` until before `until`."""

    unit: str
    role: str
    address: str
    since: date
    until: date | None = None

    def holds(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, kw_only=True)
class Edition:
    """The plan's text from `first` (a period such as 2024-06) on: due before which day of the month."""

    at: datetime
    first: str
    due: int


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request, or an event that was said; its reports' period begins with `mark`."""

    at: datetime
    mark: str
    last_day: date


@dataclass(frozen=True, kw_only=True)
class Owed:
    """A report that a unit owes: what the database says of its birth, and of an end by the plan's change."""

    id: int
    unit: str
    period: str
    opened_at: datetime
    replaced_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Pass:
    """A pass: whether it planned, whether it sent to the end, and whether it ended without leaving doubt."""

    at: datetime
    planned: bool
    sent: bool
    certain: bool


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """A mail that the server took: the reports it links to, and whether its pass left doubt about it."""

    at: datetime
    address: str
    message_id: str
    subject: str
    obligations: frozenset[int]
    certain: bool


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of the program's ledger that went with a mail: what the program says that mail was for."""

    obligation: int
    page: int
    rung: str
    repeat: int
    address: str
    kind: str
    moment: datetime
    planned_at: datetime
    immediate: bool
    message_id: str
    cancelled: bool = False


@dataclass(frozen=True, kw_only=True)
class Restore:
    """A backup of `backup` that was put back at `at`; until `lost_until` there had been passes."""

    backup: datetime
    lost_until: datetime
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A report as the program lists it at the end of a life."""

    obligation: int
    state: str
    timeliness: str
    deadline: datetime | None
    filed_at: datetime | None
    receiver: str | None


@dataclass(frozen=True, kw_only=True)
class Event:
    """An event of a unit's calendar at the end of a life; `mark` is the word in brackets."""

    unit: str
    obligation: int
    day: date
    mark: str


@dataclass
class Story:
    """The year. `refused` says since when the server has known an address for dead.

    Where a backup was put back, the story goes on from what that held; the `lives` that ended so are beside
    it.
    """

    posts: list[Post] = field(default_factory=list)
    editions: list[Edition] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    owed: list[Owed] = field(default_factory=list)
    happenings: list[Happening] = field(default_factory=list)
    passes: list[Pass] = field(default_factory=list)
    delivered: list[Delivered] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    refused: dict[str, datetime] = field(default_factory=dict)
    restores: list[Restore] = field(default_factory=list)
    lives: list[Story] = field(default_factory=list)
    end: datetime | None = None
    entries: list[Entry] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
