"""`dondoc rates`: how many reports came, and came in time, with each figure's formula and as-of time."""

from __future__ import annotations

from typing import Any

from cli.context import AtOption, JsonOption, open_context
from cli.due import LevelOption, PeriodOption, PlanOption, UnitOption
from cli.output import console, instant_text, iso, print_json, print_table
from models.database import reading
from models.settings import Settings
from models.vocabulary import Level, say
from reporting.rates import FORMULAS, FORMULAS_VI, Tally
from reporting.rating import RatesReport, rates_report, unit_names
from reporting.selection import Selection, unit_id

COUNTS = ("expected", "filed", "on_time", "late", "overdue", "in_term", "no_deadline", "not_counted")
Branch = tuple[str, str, Tally]
"""Code, name and tally."""
HEADINGS = ["", "phải nộp", "đã nộp", "đúng hạn", "muộn", "quá hạn", "hoàn thành", "đã nộp %", "đúng hạn %"]
HEADINGS += ["đúng hạn gốc %", "ngày muộn", "ngày tiếp nhận", "chưa nộp lần nào"]


def rates(
    plan: PlanOption = None,
    level: LevelOption = None,
    unit: UnitOption = None,
    period: PeriodOption = None,
    at: AtOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the rates of a selection as of an instant: in all, by level, and by branch.

    --unit means the unit with all below it. Without --period only periods that had begun by then count.
    Example: dondoc rates --plan ca-mau-01-ctr-ubnd-2024 --period 2024 --at 2025-01-01
    """
    context = open_context(at)
    selection = Selection(plan=plan, level=level, branch=unit, period=period)
    with reading(context.engine) as session:
        report = rates_report(session, selection, context.now, context.settings.zone)
        top = None if unit is None else unit_id(session, unit)
        names = unit_names(session)
    branches = named(direct_branches(report, top), names)
    if as_json:
        chosen = {"plan": plan, "level": level, "unit": unit, "period": period}
        print_json(_json(report, branches, chosen, context.settings))
    else:
        _print(report, branches, context.settings)


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


def _json(
    report: RatesReport, branches: list[Branch], chosen: dict[str, Any], settings: Settings
) -> dict[str, Any]:
    return {
        "at": iso(report.at, settings.zone),
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


def _print(report: RatesReport, branches: list[Branch], settings: Settings) -> None:
    rows = [_cells("Tất cả", report.total)]
    rows += [_cells(f"Cấp {say(level, 'vi')}", tally) for level, tally in by_level(report)]
    rows += [_cells(f"  {name} ({code})", tally) for code, name, tally in branches]
    print_table(HEADINGS, rows, title=f"Tính đến {instant_text(report.at, settings.zone)}")
    formulas = FORMULAS_VI if settings.language == "vi" else FORMULAS
    console().print("\n".join(f"{name}: {formula}" for name, formula in formulas.items()), style="dim")


def _cells(name: str, tally: Tally) -> tuple[object, ...]:
    rates = tally.rates()
    return (
        name,
        tally.expected,
        tally.filed,
        tally.on_time,
        tally.late,
        tally.overdue,
        percent(rates["completion"]),
        percent(rates["reporting"]),
        percent(rates["on_time_of_expected"]),
        percent(rates["original_on_time"]),
        number(rates["median_days_late"]),
        number(rates["median_review_days"]),
        tally.units_never_filed,
    )


def percent(share: float | None) -> str:
    """A share for people, rounded down, so that 100% means all."""
    return "n/a" if share is None else f"{int(share * 1000) / 10:.1f}%".replace(".", ",")


def number(value: float | None) -> str:
    return "n/a" if value is None else f"{value:g}".replace(".", ",")
