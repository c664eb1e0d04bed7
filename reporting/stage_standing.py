"""How the stages of a plan stand at an instant, from the bottom up: the picture a flow shows.

A plan's duties have chains of different lengths. Their stages are put together by the level of those who
report; one that gathers within its own level (a department that sums up what departments sent) comes after.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from calendars.periods import Language
from models.plan import Plan
from models.vocabulary import Level, say
from reporting.stage_periods import (
    LEVELS,
    Place,
    StagePeriod,
    Standing,
    begun,
    places,
    stage_periods,
    standing_of,
)

Verdict = Standing
SAID: dict[Language, dict[Verdict, str]] = {
    "vi": {
        "received": "đã nhận đủ {filed} báo cáo",
        "overdue": "{overdue} trên {expected} báo cáo quá hạn",
        "waiting": "còn chờ {waiting} trên {expected} báo cáo, chưa đến hạn",
    },
    "en": {
        "received": "all {filed} received",
        "overdue": "{overdue} of {expected} overdue",
        "waiting": "{waiting} of {expected} awaited, none overdue",
    },
}
NOTHING_YET: dict[Language, str] = {"vi": "chưa có báo cáo nào phải nộp", "en": "nothing is owed yet"}


@dataclass(frozen=True, kw_only=True)
class StageStanding:
    """One stage of the plan: what has begun and has a deadline, in obligations."""

    number: int
    name: str
    expected: int
    filed: int
    overdue: int

    @property
    def waiting(self) -> int:
        """Not filed, and still in term."""
        return self.expected - self.filed - self.overdue

    @property
    def verdict(self) -> Verdict:
        return standing_of(self.expected, self.filed, self.overdue)

    @property
    def title(self) -> str:
        return f"{self.number} {self.name}"

    def said(self, language: Language) -> str:
        """The verdict with its figures, for people."""
        if not self.expected:
            return NOTHING_YET[language]
        figures = {"filed": self.filed, "overdue": self.overdue}
        return SAID[language][self.verdict].format(**figures, expected=self.expected, waiting=self.waiting)


def stage_standings(
    session: Session, plan: Plan, now: datetime, zone: ZoneInfo, language: Language
) -> list[StageStanding]:
    """The stages at `now`, from the bottom up. What has not begun or has no deadline is left out."""
    rows = stage_periods(session, plan, now)
    return standings_of(rows, begun(rows, now, zone), language)


def standings_of(
    rows: Sequence[StagePeriod], counted: Iterable[StagePeriod], language: Language
) -> list[StageStanding]:
    """The stages that the plan's `rows` have, with the figures of those that are `counted`."""
    place = places(rows)
    figures: dict[Place, list[StagePeriod]] = defaultdict(list)
    for row in counted:
        figures[place[row.key]].append(row)
    return [
        StageStanding(
            number=number,
            name=name,
            expected=sum(row.expected for row in figures[there]),
            filed=sum(row.filed for row in figures[there]),
            overdue=sum(row.overdue for row in figures[there]),
        )
        for number, (there, name) in enumerate(place_names(rows, language).items(), start=1)
    ]


def place_names(rows: Sequence[StagePeriod], language: Language) -> dict[Place, str]:
    """The plan's places from the bottom up, with what each is called."""
    place = places(rows)
    names: dict[Place, set[str]] = defaultdict(set)
    for row in rows:
        names[place[row.key]].add(row.stage_name)
    return {there: _name(there, names[there], language) for there in sorted(names)}


def _name(place: Place, names: set[str], language: Language) -> str:
    level = say(Level(LEVELS[place[0]]), language)
    if place[1] and len(names) == 1:
        return next(iter(names))
    word = level[0].upper() + level[1:]
    return f"{word} ({place[1] + 1})" if place[1] else word
