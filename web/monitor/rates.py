"""`/rates`: how many reports came, and in time: each figure with its formula, over time, and by branch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from models.database import reading
from reporting.monitoring.scope import Branch
from reporting.obligations.filters import standing_at
from reporting.rates.rates import FORMULAS, FORMULAS_VI, Tally
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
from web.monitor.plans import figure_headings
from web.monitor.request import DeskDep, MonitorRequest
from web.monitor.response import answer, filter_values
from web.monitor.table import TableCell, TableSheet, share
from web.rendering import number_words

WIDTH, HEIGHT = 720, 240
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 12, 30
STEPS = (0, 25, 50, 75, 100)


@dataclass(frozen=True)
class Point:
    x: float
    y: float


@dataclass(frozen=True)
class Series:
    """One line; where there is no value it is interrupted."""

    kind: str
    name: str
    pieces: Sequence[Sequence[Point]]

    @property
    def points(self) -> list[Point]:
        return [point for piece in self.pieces for point in piece]


@dataclass(frozen=True)
class Tick:
    at: float
    text: str


@dataclass(frozen=True)
class Diagram:
    """Shares over time."""

    series: Sequence[Series]
    across: Sequence[Tick]
    up: Sequence[Tick]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


def diagram(labels: Sequence[str], lines: Sequence[tuple[str, str, Sequence[float | None]]]) -> Diagram:
    """From each line's kind, name and shares of 1, one for each label."""
    places = [_x(number, len(labels)) for number in range(len(labels))]
    every = max(1, -(-len(labels) // 13))
    return Diagram(
        [Series(kind, name, _pieces(places, shares)) for kind, name, shares in lines],
        [
            Tick(x, text)
            for number, (x, text) in enumerate(zip(places, labels, strict=True))
            if number % every == 0
        ],
        [Tick(_y(step / 100), f"{step}%") for step in STEPS],
    )


def _x(number: int, of: int) -> float:
    """In the middle of its part of the width."""
    return round(LEFT + (WIDTH - LEFT - RIGHT) * (number + 0.5) / of, 1)


def _y(fraction: float) -> float:
    return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * fraction, 1)


def _pieces(places: Sequence[float], shares: Sequence[float | None]) -> list[list[Point]]:
    pieces: list[list[Point]] = [[]]
    for x, fraction in zip(places, shares, strict=True):
        if fraction is None:
            pieces.append([])
        else:
            pieces[-1].append(Point(x, _y(fraction)))
    return [piece for piece in pieces if piece]


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


def total_sheet(total: Tally, desk: MonitorRequest) -> TableSheet:
    """Each figure with how it is computed, and from what."""
    formulas = FORMULAS_VI if desk.pages.language == "vi" else FORMULAS
    rates = total.rates()
    rows = []
    for key, name in NAMES.items():
        if key == "units_never_filed":
            value = TableCell(total.units_never_filed)
        elif key in MEDIANS:
            value = TableCell(rates[key] if rates[key] is not None else desk.t("không có", "n/a"))
        else:
            value = share(rates[key])
        rows.append(
            [TableCell(desk.t(*name)), value, TableCell(formulas[key]), TableCell(_made_of(key, total, desk))]
        )
    return TableSheet(
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


def _made_of(key: str, total: Tally, desk: MonitorRequest) -> str:
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


def months_sheet(months: Sequence[Month], desk: MonitorRequest) -> TableSheet:
    rows = [[TableCell(month.period.label(desk.pages.language)), *_cells(month.tally)] for month in months]
    return TableSheet(
        name="months",
        title=desk.t("Theo tháng đến hạn", "By month of the deadline"),
        headings=[desk.t("Đến hạn trong", "Due in"), *_headings(desk)],
        rows=rows,
        figures=FIGURES,
        empty=desk.t("Chưa có báo cáo nào đến hạn.", "Nothing has come due."),
    )


def branches_sheet(branches: Sequence[tuple[UnitName, Tally]], desk: MonitorRequest) -> TableSheet:
    rows = [
        [TableCell(name.name, href=desk.filters.link("/rates", branch=name.code)), *_cells(tally)]
        for name, tally in branches
    ]
    return TableSheet(
        name="branches",
        title=desk.t("Theo đơn vị và cấp dưới", "By branch"),
        headings=[desk.t("Đơn vị và cấp dưới", "Unit and branch"), *_headings(desk)],
        rows=rows,
        figures=FIGURES,
        empty=desk.t("Không có báo cáo nào trong lựa chọn này.", "There is no report in this selection."),
    )


def parts_sheet(sums: Sequence[StageSums], desk: MonitorRequest) -> TableSheet:
    """By plan; of one plan by duty and stage."""
    if desk.filters.plan:
        rows = [
            [TableCell(f"{title} · {position}. {name}"), *_cells(tally)]
            for (title, position, name), tally in by_stage(sums).items()
        ]
        title = desk.t("Theo chế độ báo cáo và chặng", "By duty and stage")
    else:
        rows = [
            [TableCell(number or slug, href=desk.filters.link("/rates", plan=slug)), *_cells(tally)]
            for (slug, number), tally in by_plan(sums).items()
        ]
        title = desk.t("Theo kế hoạch", "By plan")
    return TableSheet(
        name="parts",
        title=title,
        headings=[title, *_headings(desk)],
        rows=rows,
        figures=FIGURES,
        empty=desk.t("Không có báo cáo nào trong lựa chọn này.", "There is no report in this selection."),
    )


def _headings(desk: MonitorRequest) -> list[str]:
    return [*figure_headings(desk), *(desk.t(*NAMES[key]) for key in SHARES)]


def _cells(tally: Tally) -> list[TableCell]:
    rates = tally.rates()
    counts = (tally.expected, tally.filed, tally.on_time, tally.late, tally.overdue)
    return [*(TableCell(number) for number in counts), *(share(rates[key]) for key in SHARES)]


router = APIRouter(include_in_schema=False)
LINES = (
    ("completion", "Hoàn thành", "Completion"),
    ("on_time_of_expected", "Đúng hạn, theo thời hạn hiện nay", "On time, by the deadline that holds"),
    ("original_on_time", "Đúng hạn, theo thời hạn ban đầu", "On time, by the original deadline"),
)


@router.get("/rates")
def rates(desk: DeskDep) -> Response:
    with reading(desk.edge.engine) as session:
        begun_by = None if desk.filters.period else desk.today
        conditions = [*desk.conditions(session), standing_at(desk.now, begun_by)]
        values = filter_values(desk, session)
        sums = stage_sums(session, conditions, desk.now)
        report = rates_of(session, conditions, desk.now)
        total = report.total
        months = by_month(sums, desk.now, desk.zone)
        branches = _branches(session, report, values["branch"], desk)
        return answer(
            desk,
            "monitor/rates.html",
            [
                total_sheet(total, desk),
                months_sheet(months, desk),
                branches_sheet(branches, desk),
                parts_sheet(sums, desk),
            ],
            total=total,
            branches=branches,
            diagram=_diagram(months, desk) if months else None,
            formulas=FORMULAS_VI if desk.pages.language == "vi" else FORMULAS,
            **values,
        )


def _branches(
    session: Session, report: RatesReport, branch: Branch, desk: MonitorRequest
) -> list[tuple[UnitName, Tally]]:
    """Those right below the branch that is shown, and what its own unit owes; the worst first."""
    found = report.below(branch.top)
    known = names(session, found)
    own = branch.above[-1] if branch.above else UnitName("", "?")
    rows = [(known.get(id, own), tally) for id, tally in found.items()]
    rows.sort(key=lambda row: (_completion(row[1]), row[0].code))
    return rows if desk.export else rows[:MOST_BRANCHES]


def _completion(tally: Tally) -> float:
    """Where nothing is due yet there is nothing bad to say: such a branch comes last."""
    share = tally.rates()["completion"]
    return 2.0 if share is None else share


def _diagram(months: Sequence[Month], desk: MonitorRequest) -> Diagram:
    rates = [month.tally.rates() for month in months]
    labels = [f"{month.period.index}/{month.period.year % 100:02}" for month in months]
    lines = [(key, desk.t(vi, en), [each[key] for each in rates]) for key, vi, en in LINES]
    return diagram(labels, lines)
