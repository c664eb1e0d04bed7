"""`dondoc rates`: how many reports came, and came in time, with each figure's formula and as-of time."""

from __future__ import annotations

from cli.console.context import (
    AtOption,
    JsonOption,
    console,
    instant_text,
    open_context,
    print_json,
    print_table,
)
from cli.console.help import command
from cli.console.speech import figure, language, t
from cli.due import LevelOption, PeriodOption, PlanOption, UnitOption
from messages.catalogue import N_
from messages.formats import percent_text
from models.database import reading
from models.settings import Settings
from models.vocabulary import say
from reporting.obligations.filters import Selection
from reporting.rates.rates import Tally, formulas
from reporting.rates.report import (
    Branch,
    RatesReport,
    direct_branches,
    named,
    rates_json,
    rates_report,
)
from reporting.unit_names import unit_id

COUNTS = (N_("expected"), N_("filed"), N_("on time"), N_("late"), N_("overdue"), N_("to correct, overdue"))
FIGURES = {
    "completion": N_("completion"),
    "reporting": N_("filed %%"),
    "on_time_of_expected": N_("on time %%"),
    "original_on_time": N_("on time (original) %%"),
    "completion_corrected": N_("completion, corrected"),
    "reporting_corrected": N_("filed %%, corrected"),
    "on_time_corrected": N_("on time %%, corrected"),
    "median_days_late": N_("days late"),
    "median_review_days": N_("review days"),
    "units_never_filed": N_("never filed"),
}
"""The figures that are shown, each with its heading."""


@command
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
        branches = named(session, direct_branches(report, top))
    if as_json:
        chosen = {"plan": plan, "level": level, "unit": unit, "period": period}
        print_json(rates_json(report, branches, chosen, context.settings.zone))
    else:
        _print(report, branches, context.settings)


def _print(report: RatesReport, branches: list[Branch], settings: Settings) -> None:
    rows = [_cells(t("All"), report.total)]
    rows += [
        _cells(t("Level %(level)s", level=say(level, language())), tally)
        for level, tally in report.by_level().items()
    ]
    rows += [_cells(f"  {name} ({code})", tally) for code, name, tally in branches]
    title = t("As of %(moment)s", moment=instant_text(report.at, settings.zone))
    print_table(["", *map(t, COUNTS), *map(t, FIGURES.values())], rows, title=title)
    computed = formulas(language())
    lines = (f"{t(heading)}: {computed[figure]}" for figure, heading in FIGURES.items())
    console().print("\n".join(lines), style="dim", markup=False)


def _cells(name: str, tally: Tally) -> tuple[object, ...]:
    rates = tally.rates()
    return (
        name,
        *map(figure, (tally.expected, tally.filed, tally.on_time, tally.late, tally.overdue)),
        figure(tally.correction_overdue),
        percent(rates["completion"]),
        percent(rates["reporting"]),
        percent(rates["on_time_of_expected"]),
        percent(rates["original_on_time"]),
        percent(rates["completion_corrected"]),
        percent(rates["reporting_corrected"]),
        percent(rates["on_time_corrected"]),
        number(rates["median_days_late"]),
        number(rates["median_review_days"]),
        figure(tally.units_never_filed),
    )


def percent(share: float | None) -> str:
    """A share for people, rounded down, so that 100% means all."""
    return t("n/a") if share is None else percent_text(int(share * 1000) / 1000, language())


def number(value: float | None) -> str:
    return t("n/a") if value is None else figure(value)
