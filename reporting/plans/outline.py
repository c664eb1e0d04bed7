"""A plan for its readers: each duty with its stages, due rules in words, and the next dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from calendars.deadlines import DueDate
from calendars.periods import Language
from calendars.wording import word_deadline
from calendars.working_days import WorkingDays
from models.obligation import Occurrence
from models.plan import Duty, Plan, PlanVersion, Stage
from models.plan_files.plan import PlanFile
from reporting.plans.checking import check_plan
from reporting.plans.loading import plan_content
from reporting.plans.rule_words import how_often, rule_words
from reporting.plans.schedule import PlanEdition, duty_occurrences, longest_period
from reporting.plans.warnings import PlanWarning
from reporting.special_days import working_days


class PlanStanding(StrEnum):
    """Whether a plan holds today."""

    IN_FORCE = "in force"
    COMING = "coming"
    ENDED = "ended"
    RETIRED = "retired"


@dataclass(frozen=True, kw_only=True)
class PlanLine:
    """A plan in the list; `warnings` and `hints` are about its dates."""

    plan: Plan
    content: PlanFile
    standing: PlanStanding
    next_deadline: datetime | None
    warnings: int
    hints: int


def plan_lines(session: Session, now: datetime, today: date) -> list[PlanLine]:
    """Every plan, those in force first."""
    days = working_days(session)
    deadlines = _next_deadlines(session, now)
    query = (
        select(Plan, PlanVersion.content)
        .join(PlanVersion, (col(PlanVersion.plan_id) == Plan.id) & (PlanVersion.number == Plan.version))
        .order_by(Plan.slug)
    )
    lines = [_line(plan, content, days, deadlines, today) for plan, content in session.exec(query)]
    order = list(PlanStanding)
    return sorted(lines, key=lambda line: order.index(line.standing))


def standing_of(plan: Plan, today: date) -> PlanStanding:
    """Whether the plan holds on this day."""
    if plan.retired_at is not None:
        return PlanStanding.RETIRED
    if plan.in_force_from > today:
        return PlanStanding.COMING
    ended = plan.in_force_to is not None and plan.in_force_to < today
    return PlanStanding.ENDED if ended else PlanStanding.IN_FORCE


@lru_cache(maxsize=256)
def date_warnings(content: str, days: WorkingDays) -> tuple[PlanWarning, ...]:
    """The warnings about the dates in a kept content; a cache, as they take up to 5 ms a plan in the list."""
    return tuple(check_plan(plan_content(content), None, days))


def _line(
    plan: Plan, content: str, days: WorkingDays, deadlines: dict[int, datetime], today: date
) -> PlanLine:
    found = date_warnings(content, days)
    return PlanLine(
        plan=plan,
        content=plan_content(content),
        standing=standing_of(plan, today),
        next_deadline=deadlines.get(plan.id),
        warnings=sum(not each.is_hint for each in found),
        hints=sum(each.is_hint for each in found),
    )


def _next_deadlines(session: Session, now: datetime) -> dict[int, datetime]:
    query = (
        sa_select(col(Duty.plan_id), func.min(col(Occurrence.deadline)))
        .join(Stage, col(Stage.duty_id) == Duty.id)
        .join(Occurrence, col(Occurrence.stage_id) == Stage.id)
        .where(col(Occurrence.deadline) > now, col(Occurrence.replaced_at).is_(None))
        .group_by(col(Duty.plan_id))
    )
    return {row[0]: row[1] for row in session.execute(query)}


SHOWN = 3
YEARS_AHEAD = timedelta(days=4 * 366)


def next_dues(
    editions: Sequence[PlanEdition], key: str, number: int, today: date, days: WorkingDays
) -> list[tuple[str, DueDate]]:
    """The next three due dates of one stage with their periods, today's included; none without a deadline."""
    until = today + YEARS_AHEAD + longest_period(editions, key)
    coming = (
        (found.duty.period or found.period.key, due)
        for found in duty_occurrences(editions, key, until, days)
        if number < len(found.dues) and (due := found.dues[number]) is not None and due.last_day >= today
    )
    return list(islice(coming, SHOWN))


def plan_outline(
    plan: PlanFile,
    editions: Sequence[PlanEdition],
    today: date,
    days: WorkingDays,
    zone: ZoneInfo,
    language: Language,
) -> dict[str, Any]:
    """The plan as plain values: what its file says, with words and next dates beside each stage."""
    outline = plan.content()
    for duty, shown in zip(plan.duties, outline["duties"], strict=True):
        shown["every_words"] = how_often(plan, duty, language)
        for number, stage in enumerate(shown["chain"]):
            stage["position"] = number + 1
            stage["name"] = duty.chain[number].title(number + 1)
            stage["to"] = list(duty.chain[number].recipients)
            stage["words"] = rule_words(duty, number, language)
            coming = next_dues(editions, duty.id, number, today, days)
            stage["next"] = [
                {
                    "period": period,
                    "written": due.written,
                    "bound": due.bound.value,
                    "hour": due.hour and f"{due.hour:%H:%M}",
                    "opens": due.opens,
                    "planned": due.planned,
                    "safe_day": due.safe_day,
                    "last_day": due.last_day,
                    "deadline": due.deadline(zone).astimezone(zone).isoformat(),
                    "words": word_deadline(due, language),
                }
                for period, due in coming
            ]
    return outline
