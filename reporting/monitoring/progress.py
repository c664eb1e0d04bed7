"""A plan for whoever may look: each duty with its periods, and how far every stage is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from reporting.rates.rates import Tally, total_of
from reporting.rates.sums import StageSums


@dataclass(frozen=True)
class PeriodProgress:
    """One period of a duty with its stages from the bottom up."""

    period: str
    begins: date
    stages: Sequence[StageSums]

    @property
    def total(self) -> Tally:
        return total_of(stage.tally for stage in self.stages)

    @property
    def deadline(self) -> datetime | None:
        """The last stage's: when the whole chain is to be through."""
        return max(
            (each.written_deadline for each in self.stages if each.written_deadline is not None), default=None
        )


@dataclass(frozen=True)
class DutyProgress:
    """A duty with the periods that have begun, newest first, and the next one."""

    key: str
    title: str
    basis: str
    periods: Sequence[PeriodProgress]


def progress(sums: Sequence[StageSums], today: date) -> list[DutyProgress]:
    """From a plan's sums, in the plan's own order."""
    by_duty: dict[str, dict[str, list[StageSums]]] = {}
    for each in sums:
        by_duty.setdefault(each.duty, {}).setdefault(each.period, []).append(each)
    return [_duty(list(periods.values()), today) for periods in by_duty.values()]


def _merged(stages: Sequence[StageSums]) -> list[StageSums]:
    """Each stage once: what a changed plan has replaced counts with what stands in its place."""
    found: dict[int, StageSums] = {}
    for each in sorted(stages, key=lambda stage: stage.revision):
        known = found.get(each.stage)
        tally = each.tally if known is None else total_of([known.tally, each.tally])
        found[each.stage] = each._replace(tally=tally)
    return [found[position] for position in sorted(found)]


def _duty(periods: Sequence[list[StageSums]], today: date) -> DutyProgress:
    first = periods[0][0]
    rows = [PeriodProgress(p[0].period, p[0].begins, _merged(p)) for p in periods]
    ahead = [row for row in rows if row.begins > today][:1]
    begun = [row for row in rows if row.begins <= today]
    return DutyProgress(first.duty, first.duty_title, first.basis, [*ahead, *reversed(begun)])
