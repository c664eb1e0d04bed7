"""Events that a stage's turn is: `reporting.stage.received`, `reporting.stage.overdue`, with resource ids.

An administrator can hang automations on them. They tell of changes that the mirror sees, once; what lay long
in the past when Prefect first heard of a plan is no news.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from prefect.events import emit_event

from flows.mirrored_runs import Mirrored
from reporting.period_spans import PeriodSpan, StageSpan
from reporting.plan_picture import PlanPicture

NEWS = timedelta(days=2)
"""What happened longer ago when it is first seen is not told."""


def emit_changes(picture: PlanPicture, span: PeriodSpan, seen: Mirrored | None) -> None:
    """Tell of the stages that turned since the mirror last looked."""
    for stage in span.stages:
        if is_news(stage, seen, picture.at):
            emit_event(
                event=f"reporting.stage.{stage.standing}",
                resource=stage_resource(picture, span, stage),
                related=[plan_resource(picture)],
                payload={"said": stage.said, "period": span.key, "stage": stage.number},
            )


def is_news(stage: StageSpan, seen: Mirrored | None, now: datetime) -> bool:
    """Whether the stage has turned and somebody may want to hear of it."""
    if stage.closes is None:
        return False
    if seen is None:
        return stage.closes > now - NEWS
    return seen.standing_of(stage.number) != stage.standing.capitalize()


def stage_resource(picture: PlanPicture, span: PeriodSpan, stage: StageSpan) -> dict[str, Any]:
    return {
        "prefect.resource.id": f"dondoc.stage.{picture.slug}.{span.key}.{stage.number}",
        "prefect.resource.name": f"{picture.number}, {span.title}: {stage.title}",
        "dondoc.plan": picture.slug,
        "dondoc.period": span.key,
    }


def plan_resource(picture: PlanPicture) -> dict[str, Any]:
    return {
        "prefect.resource.id": f"dondoc.plan.{picture.slug}",
        "prefect.resource.role": "plan",
        "prefect.resource.name": f"{picture.number} {picture.title}",
    }
