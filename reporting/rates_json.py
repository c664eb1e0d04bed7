"""Rates for programs: the one shape of `dondoc rates --json` and of the API."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from models.vocabulary import Level
from reporting.obligation_json import iso
from reporting.rates import FORMULAS, Tally
from reporting.rating import RatesReport

COUNTS = ("expected", "filed", "on_time", "late", "overdue", "in_term", "no_deadline", "not_counted")
Branch = tuple[str, str, Tally]
"""Code, name and tally."""


def direct_branches(report: RatesReport, top: int | None) -> dict[str, Tally]:
    """The branches one step below the chosen unit, or below the highest with more than one below it."""
    every = report.by_branch()
    depth = _depth_below(every, top)
    return {path: tally for path, tally in every.items() if path.count("/") == depth}


def _depth_below(every: dict[str, Tally], top: int | None) -> int:
    if top is not None:
        return next((path.count("/") + 1 for path in every if path.endswith(f"/{top}/")), 0)
    for depth in range(2, max((path.count("/") for path in every), default=2) + 1):
        if sum(path.count("/") == depth for path in every) > 1:
            return depth
    return 2


def figures(tally: Tally) -> dict[str, Any]:
    """A tally with its rates, for scripts; null stands for n/a."""
    counts = {name: getattr(tally, name) for name in COUNTS}
    return counts | tally.rates() | {"units_never_filed": tally.units_never_filed}


def rates_json(
    report: RatesReport, branches: list[Branch], chosen: dict[str, Any], zone: ZoneInfo
) -> dict[str, Any]:
    """The whole report; `chosen` says of which selection."""
    return {
        "at": iso(report.at, zone),
        "selection": chosen,
        "formulas": FORMULAS,
        "total": figures(report.total),
        "levels": [{"level": level, **figures(tally)} for level, tally in by_level(report)],
        "plans": [{"plan": plan, **figures(tally)} for plan, tally in report.by_plan().items()],
        "branches": [{"unit": code, "unit_name": name, **figures(tally)} for code, name, tally in branches],
    }


def by_level(report: RatesReport) -> list[tuple[Level, Tally]]:
    """The levels from the top down."""
    found = report.by_level()
    return [(level, found[level]) for level in reversed(Level) if level in found]


def named(branches: dict[str, Tally], names: dict[int, tuple[str, str]]) -> list[Branch]:
    """The branches with their names, the worst first."""
    rows = [(*names[int(path.split("/")[-2])], tally) for path, tally in branches.items()]
    return sorted(rows, key=lambda row: (row[2].rates()["completion"] or 0.0, row[0]))
