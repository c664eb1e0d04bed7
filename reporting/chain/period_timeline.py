"""A plan's periods in real days: from when to when each stage of each period was worked on, and how it ended.

It is what one draws on a time axis. A stage opens when its data is complete, or when the stage below it was
due; it closes with its last report. One that is overdue ends where last something happened: at its deadline,
or with the last report that came in after that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from calendars.periods import ONCE, Language, Period, is_daily
from calendars.zone import local_date, midnight
from reporting.chain.stage_counts import (
    Place,
    StagePeriod,
    StageStanding,
    Standing,
    place_names,
    places,
    standing_of,
)

ONE_DAY = timedelta(days=1)
DAYS_SHOWN = timedelta(days=31)
"""How long a period of a single day stays on the axis: a year of them would hide everything else."""


@dataclass(frozen=True, kw_only=True)
class StageSpan:
    """A stage of a period: `closes` is None while it waits; `is_open` is whether it has opened by now."""

    number: int
    name: str
    standing: Standing
    said: str
    opens: datetime
    closes: datetime | None
    is_open: bool

    @property
    def title(self) -> str:
        return f"{self.number} {self.name}"


@dataclass(frozen=True, kw_only=True)
class PeriodSpan:
    """A period of a plan with its stages from the bottom up."""

    key: str
    title: str
    stages: tuple[StageSpan, ...]

    @property
    def opens(self) -> datetime:
        return min(stage.opens for stage in self.stages)

    @property
    def closes(self) -> datetime | None:
        """When the last stage closed; None while one waits."""
        ends = [stage.closes for stage in self.stages]
        known = [end for end in ends if end is not None]
        return max(known) if len(known) == len(ends) else None

    @property
    def standing(self) -> Standing:
        found = {stage.standing for stage in self.stages}
        return "overdue" if "overdue" in found else "waiting" if "waiting" in found else "received"


def period_spans(
    rows: Sequence[StagePeriod], now: datetime, zone: ZoneInfo, language: Language
) -> list[PeriodSpan]:
    """The periods that are open at `now`, the oldest first; of single days the newest alone."""
    names, place = place_names(rows, language), places(rows)
    together: dict[str, dict[Place, list[StagePeriod]]] = defaultdict(lambda: defaultdict(list))
    oldest = local_date(now, zone) - DAYS_SHOWN
    for row in rows:
        if is_daily(row.period) and row.begins < oldest:
            continue
        together[_key(row)][place[row.key]].append(row)
    spans = []
    for key, stages in together.items():
        below: list[StagePeriod] = []
        found = []
        for number, there in enumerate(sorted(stages), start=1):
            opens = _opens(stages[there], below, zone)
            found.append(_stage(number, names[there], stages[there], opens, now, language))
            below = stages[there]
        spans.append(PeriodSpan(key=key, title=_title(stages, language), stages=tuple(found)))
    return sorted((span for span in spans if span.opens <= now), key=lambda span: (span.opens, span.key))


def _key(row: StagePeriod) -> str:
    """Duties that are owed once have nothing to do with each other; those of a month belong together."""
    return f"{row.period}-{row.duty}" if row.period == ONCE.key else row.period


def _title(stages: dict[Place, list[StagePeriod]], language: Language) -> str:
    row = next(iter(stages.values()))[0]
    period = Period.parse(row.period)
    title = period.label(language)
    if period.is_once or period.is_asked_for:
        title = row.duty_title if period.is_once else f"{row.duty_title} ({title})"
    return title[0].upper() + title[1:]


def _stage(
    number: int,
    name: str,
    rows: Sequence[StagePeriod],
    opens: datetime,
    now: datetime,
    language: Language,
) -> StageSpan:
    figures = {each: sum(getattr(row, each) for row in rows) for each in ("expected", "filed", "overdue")}
    standing = standing_of(**figures)
    filed = [row.last_filed_at for row in rows if row.last_filed_at is not None]
    ends = filed if standing == "received" else [*filed, max(row.deadline for row in rows)]
    return StageSpan(
        number=number,
        name=name,
        standing=standing,
        said=StageStanding(number=number, name=name, **figures).said(language),
        opens=opens,
        closes=None if standing == "waiting" else max(ends),
        is_open=opens <= now,
    )


def _opens(rows: Sequence[StagePeriod], below: Sequence[StagePeriod], zone: ZoneInfo) -> datetime:
    """When it can be worked on, and at the latest when the first report came in."""
    planned = max(row.planned for row in rows)
    moments = (
        max((row.planned for row in below), default=planned),
        min((midnight(row.cutoff + ONE_DAY, zone) for row in rows if row.cutoff), default=planned),
        min(midnight(row.begins, zone) for row in rows),
    )
    begins = next((moment for moment in moments if moment < planned), moments[-1])
    filed = [row.first_filed_at for row in rows if row.first_filed_at is not None]
    return min([begins, *filed])
