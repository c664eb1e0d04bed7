"""A plan as a flow shows it: its stages with what holds them up, its periods, and who is overdue.

It is read in one query, and one more for each stage that has something overdue, whatever the number of
units. Everything that is shown is made from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from calendars.periods import Language
from messages.catalogue import translate
from models.plan import Plan
from reporting.chain.period_timeline import PeriodSpan, period_spans
from reporting.chain.stage_counts import (
    StagePeriod,
    StageStanding,
    begun,
    places,
    stage_periods,
    standings_of,
)
from reporting.chain.tables import OverdueReport, overdue_reports

MOST_NAMES = 3


@dataclass(frozen=True, kw_only=True)
class StagePicture:
    """A stage with what is said of it: its figures, and who holds it up."""

    standing: StageStanding
    message: str

    @property
    def title(self) -> str:
        return self.standing.title


@dataclass(frozen=True, kw_only=True)
class PlanPicture:
    """All of it at the instant `at`."""

    slug: str
    number: str
    title: str
    at: datetime
    stages: tuple[StagePicture, ...]
    rows: tuple[StagePeriod, ...]
    overdue: tuple[OverdueReport, ...]
    spans: tuple[PeriodSpan, ...]


def plan_picture(
    session: Session, plan: Plan, now: datetime, zone: ZoneInfo, language: Language
) -> PlanPicture:
    """The plan at `now`."""
    rows = stage_periods(session, plan, now)
    overdue = overdue_reports(session, plan, now, rows)
    return PlanPicture(
        slug=plan.slug,
        number=plan.number or plan.title,
        title=plan.title,
        at=now,
        stages=_stages(rows, begun(rows, now, zone), overdue, language),
        rows=tuple(rows),
        overdue=tuple(overdue),
        spans=tuple(period_spans(rows, now, zone, language)),
    )


def _stages(
    rows: Sequence[StagePeriod],
    counted: Sequence[StagePeriod],
    overdue: Sequence[OverdueReport],
    language: Language,
) -> tuple[StagePicture, ...]:
    place = places(rows)
    names: dict[int, list[str]] = {}
    for there, number in zip(sorted(set(place.values())), range(1, 1 + len(place)), strict=False):
        names[number] = [each.unit_name for each in overdue if place.get(each.key) == there]
    found: list[StagePicture] = []
    for standing in standings_of(rows, counted, language):
        parts = [standing.said(language), *_who(names[standing.number], language)]
        if standing.verdict != "received":
            parts += _below([picture.standing for picture in found], language)
        found.append(StagePicture(standing=standing, message="; ".join(parts)))
    return tuple(found)


def _who(names: Sequence[str], language: Language) -> list[str]:
    """The units that are overdue the longest."""
    first = list(dict.fromkeys(names))[:MOST_NAMES]
    return [translate(language, "the longest: %(names)s", names=", ".join(first))] if first else []


def _below(stages: Sequence[StageStanding], language: Language) -> list[str]:
    """The stages below that still lack something overdue."""
    return [
        translate(
            language,
            "stage %(title)s still lacks %(overdue)s",
            title=stage.title,
            overdue=stage.too_late,
        )
        for stage in stages
        if stage.too_late
    ]
