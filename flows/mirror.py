"""The plan's periods as long runs in Prefect, on real dates, with no process behind them: a mirror.

Prefect's time axis shows each month from the day its data was complete, a bar a stage. It is made from the
database, it can be made anew from it, and nothing depends on it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from prefect.client.orchestration import SyncPrefectClient
from prefect.events import emit_event

from flows.context import run_client
from flows.mirror_runs import (
    PLAN_TAG,
    Mirrored,
    create_period,
    delete_run,
    period_runs,
    read_mirrored,
    step,
    takes_dates,
)
from reporting.chain.period_timeline import PeriodSpan, StageSpan
from reporting.chain.snapshot import PlanPicture

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


@dataclass
class MirrorCount:
    """Periods by what was done to their runs."""

    made: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0

    def add(self, other: MirrorCount) -> None:
        for name in ("made", "changed", "removed", "unchanged"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


def mirror_plan(picture: PlanPicture, *, rebuild: bool = False) -> MirrorCount:
    """Let the runs of the plan's periods be what the picture says; with `rebuild` they are all made anew."""
    count = MirrorCount()
    with run_client() as client:
        seen = read_mirrored(client, picture.slug)
        if rebuild:
            for mirrored in seen.values():
                delete_run(client, mirrored.run)
            seen = {}
        writing = _Writing(client, picture, count, rebuild)
        for span in picture.spans:
            writing.mirror(span, seen.pop(span.key, None))
        for mirrored in seen.values():
            delete_run(client, mirrored.run)
            count.removed += 1
    return count


@dataclass
class _Writing:
    """One plan's mirror being written."""

    client: SyncPrefectClient
    picture: PlanPicture
    count: MirrorCount
    quiet: bool

    @cached_property
    def dated(self) -> bool:
        """Whether the server takes times of our own; asked when something has to be written."""
        return takes_dates(self.client)

    def mirror(self, span: PeriodSpan, seen: Mirrored | None) -> None:
        if not self.quiet:
            emit_changes(self.picture, span, seen)
        if seen is None:
            create_period(self.client, self.picture, span, dated=self.dated)
            self.count.made += 1
        elif seen.shows(span, dated=True) or seen.shows(span, dated=self.dated):
            self.count.unchanged += 1
        else:
            if not step(self.client, seen, span, dated=self.dated):
                delete_run(self.client, seen.run)
                create_period(self.client, self.picture, span, dated=self.dated)
            self.count.changed += 1


def forget_others(client: SyncPrefectClient, slugs: Iterable[str]) -> int:
    """Take away the runs of plans that are no more; gives how many."""
    known = {PLAN_TAG + slug for slug in slugs}
    gone = [run for run in period_runs(client) if not known & set(run.tags)]
    for run in gone:
        delete_run(client, run)
    return len(gone)
