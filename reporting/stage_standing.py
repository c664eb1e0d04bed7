"""How the stages of a plan stand at an instant, from the bottom up, in one query: the picture a flow shows.

A plan's duties have chains of different lengths. Their stages are put together by the level of those who
report; one that gathers within its own level (a department that sums up what departments sent) comes after.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, func
from sqlmodel import Session, col

from calendars.periods import Language
from calendars.zone import local_date
from models.obligation import Obligation
from models.occurrence import Occurrence
from models.plan import Duty, Plan, Stage
from models.unit import UnitVersion
from models.vocabulary import COUNTED, Level, say
from reporting.selection import joined

Verdict = Literal["received", "overdue", "waiting"]
LEVELS = [level.value for level in Level]
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
        if self.overdue:
            return "overdue"
        return "waiting" if self.waiting or not self.expected else "received"

    @property
    def title(self) -> str:
        return f"{self.number} {self.name}"

    def said(self, language: Language) -> str:
        """The verdict with its figures, for people."""
        if not self.expected:
            return NOTHING_YET[language]
        figures = {"filed": self.filed, "overdue": self.overdue}
        return SAID[language][self.verdict].format(**figures, expected=self.expected, waiting=self.waiting)


@dataclass(frozen=True)
class _Part:
    """The figures of one duty's stage at one level."""

    duty_id: int
    position: int
    name: str
    level: str
    expected: int
    filed: int
    overdue: int


def stage_standings(
    session: Session, plan: Plan, now: datetime, zone: ZoneInfo, language: Language
) -> list[StageStanding]:
    """The stages at `now`, from the bottom up. What has not begun or has no deadline is left out."""
    parts = [_Part(*row) for row in session.execute(_query(plan, now, zone))]
    together: dict[tuple[int, int], list[_Part]] = defaultdict(list)
    for part in parts:
        together[_place(part, parts)].append(part)
    return [
        StageStanding(
            number=number,
            name=_name(place, together[place], language),
            expected=sum(part.expected for part in together[place]),
            filed=sum(part.filed for part in together[place]),
            overdue=sum(part.overdue for part in together[place]),
        )
        for number, place in enumerate(sorted(together), start=1)
    ]


def _query(plan: Plan, now: datetime, zone: ZoneInfo) -> Any:
    begun = and_(
        col(Occurrence.period_start) <= local_date(now, zone),
        col(Obligation.deadline).is_not(None),
        col(Obligation.state).in_([state.value for state in COUNTED]),
    )
    is_filed = and_(begun, col(Obligation.first_submitted_at) <= now)
    is_overdue = and_(begun, col(Obligation.first_submitted_at).is_(None), col(Obligation.deadline) <= now)
    keys = (col(Duty.id), col(Stage.position), col(Stage.name), col(UnitVersion.level))
    return (
        joined(*keys, _number(begun), _number(is_filed), _number(is_overdue))
        .where(col(Obligation.plan_id) == plan.id)
        .group_by(*keys)
        .order_by(*keys)
    )


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _place(part: _Part, parts: Iterable[_Part]) -> tuple[int, int]:
    """The level, and how many stages of the same duty come before at that level."""
    before = {
        other.position
        for other in parts
        if other.duty_id == part.duty_id and other.level == part.level and other.position < part.position
    }
    return LEVELS.index(part.level), len(before)


def _name(place: tuple[int, int], parts: Iterable[_Part], language: Language) -> str:
    level = say(Level(LEVELS[place[0]]), language)
    names = {part.name for part in parts}
    if place[1] and len(names) == 1:
        return names.pop()
    word = level[0].upper() + level[1:]
    return f"{word} ({place[1] + 1})" if place[1] else word
