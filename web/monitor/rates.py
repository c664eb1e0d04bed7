"""`/rates`: how many reports came, and in time: each figure with its formula, over time, and by branch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from messages.catalogue import N_, NP_
from messages.formats import number_text
from reporting.monitoring.scope import Branch
from reporting.obligations.filters import standing_at
from reporting.rates.rates import Tally, formulas
from reporting.rates.report import RatesReport, rates_of
from reporting.rates.sums import (
    Month,
    StageSums,
    by_month,
    by_plan,
    by_stage,
    stage_sums,
)
from reporting.unit_names import UnitName, names
from web.monitor.board import MOST_BRANCHES
from web.monitor.line_chart import LineChart, line_chart
from web.monitor.plans import figure_columns, tally_figures
from web.monitor.request import MonitorDep, MonitorPage
from web.monitor.table import Column, TableCell, TableSheet, Value, code, figure, make_sheet, share

NAMES = {
    "completion": NP_("rates", "Completion"),
    "reporting": N_("Reporting"),
    "on_time_of_expected": N_("On time of expected"),
    "on_time_of_filed": N_("On time of filed"),
    "original_on_time": N_("On time by the original deadline"),
    "correction_overdue": N_("Overdue for correction"),
    "completion_corrected": N_("Completion without what is overdue for correction"),
    "reporting_corrected": N_("Reporting without what is overdue for correction"),
    "on_time_corrected": N_("On time without what is overdue for correction"),
    "median_days_late": N_("Days late (median)"),
    "median_review_days": N_("Days to review (median)"),
    "units_never_filed": N_("Units that never filed"),
}
SHARES = ("completion", "reporting", "on_time_of_expected", "original_on_time")
NUMBERS = ("units_never_filed", "correction_overdue")
MEDIANS = ("median_days_late", "median_review_days")


def total_sheet(total: Tally, page: MonitorPage) -> TableSheet:
    """Each figure with how it is computed, and from what."""
    computed = formulas(page.language)
    rates = total.rates()

    def value(key: str) -> TableCell:
        if key in NUMBERS:
            return TableCell(getattr(total, key))
        if key in MEDIANS:
            return TableCell(rates[key], without=page.t("n/a"))
        return share(rates[key])

    return make_sheet(
        "total",
        page.t("The rates"),
        [
            Column(page.t("Rate"), lambda key: page.t(NAMES[key])),
            figure(page.t("Value"), value),
            Column(page.t("Formula"), lambda key: computed[key]),
            Column(page.t("From"), lambda key: _made_of(key, total, page)),
        ],
        list(NAMES),
    )


def _made_of(key: str, total: Tally, page: MonitorPage) -> str:
    """The figures put into the formula; none where there is nothing to divide by."""
    made = {
        "completion": (total.filed, total.filed + total.overdue),
        "reporting": (total.filed, total.expected),
        "on_time_of_expected": (total.on_time, total.expected),
        "on_time_of_filed": (total.on_time, total.filed),
        "original_on_time": (total.original_on_time, total.expected),
        "completion_corrected": (total.filed - total.correction_overdue, total.filed + total.overdue),
        "reporting_corrected": (total.filed - total.correction_overdue, total.expected),
        "on_time_corrected": (total.on_time - total.on_time_uncorrected, total.expected),
    }.get(key)
    return " ÷ ".join(number_text(each, page.language) for each in made) if made and made[1] else ""


Key = TypeVar("Key")


def _tally_sheet(
    name: str,
    title: str,
    first: Sequence[Column[tuple[Key, Tally]]],
    rows: Sequence[tuple[Key, Tally]],
    empty: str,
    page: MonitorPage,
) -> TableSheet:
    """Counts and shares of each row behind its `first` columns."""

    def share_column(key: str) -> Column[tuple[Key, Tally]]:
        return figure(page.t(NAMES[key]), lambda row: share(row[1].rates()[key]))

    columns: list[Column[tuple[Key, Tally]]] = [
        *first,
        *figure_columns(page, lambda row: tally_figures(row[1])),
        *(share_column(key) for key in SHARES),
    ]
    return make_sheet(name, title, columns, rows, empty=empty)


def _named(heading: str) -> list[Column[tuple[TableCell | Value, Tally]]]:
    """The one first column of rows that begin with its cell."""
    return [Column(heading, lambda row: row[0])]


def months_sheet(months: Sequence[Month], page: MonitorPage) -> TableSheet:
    rows: list[tuple[TableCell | Value, Tally]] = [
        (month.period.label(page.language), month.tally) for month in months
    ]
    title, empty = page.t("By month of the deadline"), page.t("Nothing has come due.")
    return _tally_sheet("months", title, _named(page.t("Due in")), rows, empty, page)


def branches_sheet(branches: Sequence[tuple[UnitName, Tally]], page: MonitorPage) -> TableSheet:
    def linked(row: tuple[UnitName, Tally]) -> TableCell:
        return TableCell(row[0].name, page.filters.link("/rates", branch=row[0].code))

    first = [
        Column(page.t("Unit and branch"), linked),
        code(page.t("Code"), lambda row: row[0].code),
    ]
    return _tally_sheet("branches", page.t("By branch"), first, branches, _no_report(page), page)


def parts_sheet(sums: Sequence[StageSums], page: MonitorPage) -> TableSheet:
    """By plan; of one plan by duty and stage."""
    rows: list[tuple[TableCell | Value, Tally]]
    if page.filters.plan:
        rows = [
            (f"{title} · {position}. {name}", tally)
            for (title, position, name), tally in by_stage(sums).items()
        ]
        title = page.t("By duty and stage")
    else:
        rows = [
            (TableCell(number or slug, page.filters.link("/rates", plan=slug)), tally)
            for (slug, number), tally in by_plan(sums).items()
        ]
        title = page.t("By plan")
    return _tally_sheet("parts", title, _named(title), rows, _no_report(page), page)


def _no_report(page: MonitorPage) -> str:
    return page.t("There is no report in this selection.")


router = APIRouter(include_in_schema=False)
LINES = (
    ("completion", N_("Completion")),
    ("on_time_of_expected", N_("On time, by the deadline that holds")),
    ("original_on_time", N_("On time, by the original deadline")),
)


@router.get("/rates")
def rates(page: MonitorDep) -> Response:
    with page.reading() as session:
        begun_by = None if page.filters.period else page.today
        conditions = [*page.conditions(session), standing_at(page.now, begun_by)]
        branch = page.branch(session)
        sums = stage_sums(session, conditions, page.now)
        report = rates_of(session, conditions, page.now)
        months = by_month(sums, page.now, page.zone)
        branches = _branches(session, report, branch, page)
        return page.show_tables(
            "monitor/rates.html",
            [
                total_sheet(report.total, page),
                months_sheet(months, page),
                branches_sheet(branches, page),
                parts_sheet(sums, page),
            ],
            total=report.total,
            branches=branches,
            diagram=_chart(months, page) if months else None,
            formulas=formulas(page.language),
            branch=branch,
            **page.filter_choices(session),
        )


def _branches(
    session: Session, report: RatesReport, branch: Branch, page: MonitorPage
) -> list[tuple[UnitName, Tally]]:
    """Those right below the branch that is shown, and what its own unit owes; the worst first."""
    found = report.below(branch.top)
    known = names(session, found)
    own = branch.above[-1] if branch.above else UnitName("", "?")
    rows = [(known.get(id, own), tally) for id, tally in found.items()]
    rows.sort(key=lambda row: (_completion(row[1]), row[0].code))
    return rows if page.export else rows[:MOST_BRANCHES]


def _completion(tally: Tally) -> float:
    """Where nothing is due yet there is nothing bad to say: such a branch comes last."""
    share = tally.rates()["completion"]
    return 2.0 if share is None else share


def _chart(months: Sequence[Month], page: MonitorPage) -> LineChart:
    rates = [month.tally.rates() for month in months]
    labels = [f"{month.period.index}/{month.period.year % 100:02}" for month in months]
    lines = [(key, page.t(words), [each[key] for each in rates]) for key, words in LINES]
    return line_chart(labels, lines)
