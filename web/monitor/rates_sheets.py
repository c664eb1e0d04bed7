"""The tables of the rates: the figures with their formulas, by month, by branch, by plan or stage."""

from __future__ import annotations

from collections.abc import Sequence

from reporting.rates import FORMULAS, FORMULAS_VI, Tally
from reporting.rates_over_time import Month, by_plan, by_stage
from reporting.scope import Name
from reporting.summing import StageSums
from web.monitor.desk import Desk
from web.monitor.plans import figure_headings
from web.monitor.sheets import Cell, Sheet, share
from web.pages import number_words

NAMES = {
    "completion": ("Tỷ lệ hoàn thành", "Completion"),
    "reporting": ("Tỷ lệ đã nộp", "Reporting"),
    "on_time_of_expected": ("Đúng hạn trên số phải nộp", "On time of expected"),
    "on_time_of_filed": ("Đúng hạn trên số đã nộp", "On time of filed"),
    "original_on_time": ("Đúng hạn theo thời hạn ban đầu", "On time by the original deadline"),
    "median_days_late": ("Số ngày nộp muộn (trung vị)", "Days late (median)"),
    "median_review_days": ("Số ngày tiếp nhận (trung vị)", "Days to review (median)"),
    "units_never_filed": ("Đơn vị chưa nộp lần nào", "Units that never filed"),
}
SHARES = ("completion", "reporting", "on_time_of_expected", "original_on_time")
MEDIANS = ("median_days_late", "median_review_days")
FIGURES = frozenset(range(1, 10))


def total_sheet(total: Tally, desk: Desk) -> Sheet:
    """Each figure with how it is computed, and from what."""
    formulas = FORMULAS_VI if desk.pages.language == "vi" else FORMULAS
    rates = total.rates()
    rows = []
    for key, name in NAMES.items():
        if key == "units_never_filed":
            value = Cell(total.units_never_filed)
        elif key in MEDIANS:
            value = Cell(rates[key] if rates[key] is not None else desk.t("không có", "n/a"))
        else:
            value = share(rates[key])
        rows.append([Cell(desk.t(*name)), value, Cell(formulas[key]), Cell(_made_of(key, total, desk))])
    return Sheet(
        name="total",
        title=desk.t("Các tỷ lệ", "The rates"),
        headings=[
            desk.t("Chỉ tiêu", "Rate"),
            desk.t("Giá trị", "Value"),
            desk.t("Cách tính", "Formula"),
            desk.t("Từ các số", "From"),
        ],
        rows=rows,
        figures=frozenset({1}),
    )


def _made_of(key: str, total: Tally, desk: Desk) -> str:
    """The figures put into the formula; none where there is nothing to divide by."""
    made = {
        "completion": (total.filed, total.filed + total.overdue),
        "reporting": (total.filed, total.expected),
        "on_time_of_expected": (total.on_time, total.expected),
        "on_time_of_filed": (total.on_time, total.filed),
        "original_on_time": (total.original_on_time, total.expected),
    }.get(key)
    language = desk.pages.language
    return (
        f"{number_words(made[0], language)} ÷ {number_words(made[1], language)}" if made and made[1] else ""
    )


def months_sheet(months: Sequence[Month], desk: Desk) -> Sheet:
    rows = [[Cell(month.period.label(desk.pages.language)), *_cells(month.tally)] for month in months]
    return Sheet(
        name="months",
        title=desk.t("Theo tháng đến hạn", "By month of the deadline"),
        headings=[desk.t("Đến hạn trong", "Due in"), *_headings(desk)],
        rows=rows,
        figures=FIGURES,
        empty=desk.t("Chưa có báo cáo nào đến hạn.", "Nothing has come due."),
    )


def branches_sheet(branches: Sequence[tuple[Name, Tally]], desk: Desk) -> Sheet:
    rows = [
        [Cell(name.name, href=desk.filters.link("/rates", branch=name.code)), *_cells(tally)]
        for name, tally in branches
    ]
    return Sheet(
        name="branches",
        title=desk.t("Theo đơn vị và cấp dưới", "By branch"),
        headings=[desk.t("Đơn vị và cấp dưới", "Unit and branch"), *_headings(desk)],
        rows=rows,
        figures=FIGURES,
        empty=desk.t("Không có báo cáo nào trong lựa chọn này.", "There is no report in this selection."),
    )


def parts_sheet(sums: Sequence[StageSums], desk: Desk) -> Sheet:
    """By plan; of one plan by duty and stage."""
    if desk.filters.plan:
        rows = [
            [Cell(f"{title} · {position}. {name}"), *_cells(tally)]
            for (title, position, name), tally in by_stage(sums).items()
        ]
        title = desk.t("Theo chế độ báo cáo và chặng", "By duty and stage")
    else:
        rows = [
            [Cell(number or slug, href=desk.filters.link("/rates", plan=slug)), *_cells(tally)]
            for (slug, number), tally in by_plan(sums).items()
        ]
        title = desk.t("Theo kế hoạch", "By plan")
    return Sheet(
        name="parts",
        title=title,
        headings=[title, *_headings(desk)],
        rows=rows,
        figures=FIGURES,
        empty=desk.t("Không có báo cáo nào trong lựa chọn này.", "There is no report in this selection."),
    )


def _headings(desk: Desk) -> list[str]:
    return [*figure_headings(desk), *(desk.t(*NAMES[key]) for key in SHARES)]


def _cells(tally: Tally) -> list[Cell]:
    rates = tally.rates()
    counts = (tally.expected, tally.filed, tally.on_time, tally.late, tally.overdue)
    return [*(Cell(number) for number in counts), *(share(rates[key]) for key in SHARES)]
