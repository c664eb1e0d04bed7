"""`/grid`: units × periods of one duty over a year, the worst units first; made to be printed as well."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from calendars.periods import period_words
from models.database import reading
from models.errors import NotFound
from models.plan import Duty, Plan
from models.vocabulary import Timeliness, say
from reporting.monitoring.grid import Grid, GridRow, grid, years_of
from reporting.monitoring.grid import GridCell as Square
from reporting.monitoring.scope import duties_of, first_choice
from reporting.obligations.timeliness import TimelinessAt
from web.monitor.request import DeskDep, MonitorRequest
from web.monitor.response import answer, filter_values
from web.monitor.table import TableCell, TableSheet
from web.rendering import MARKS

router = APIRouter(include_in_schema=False)
LINES = 50


@router.get("/grid")
def units_by_periods(desk: DeskDep) -> Response:
    with reading(desk.edge.engine) as session:
        plans = desk.plans(session)
        desk, duties, years = _chosen(session, plans, desk)
        values = filter_values(desk, session)
        found = _read(session, desk) if desk.filters.duty else Grid([], [], 0)
        return answer(
            desk,
            "monitor/grid.html",
            [sheet_of(found, desk)],
            grid=found,
            duties=duties,
            years=years,
            lines=LINES,
            short=_short(found.periods, desk),
            legend=list(Timeliness),
            square_words=lambda square: square_words(square, desk),
            **values,
        )


def _chosen(
    session: Session, plans: Sequence[Plan], desk: MonitorRequest
) -> tuple[MonitorRequest, Sequence[Duty], list[str]]:
    """The desk with a plan, a duty and a year: those asked for, else the newest."""
    chosen = desk.filters
    plan = next((each for each in plans if chosen.plan in ("", each.slug)), None)
    if plan is None:
        if chosen.plan:
            raise NotFound(
                desk.t(f"Không có kế hoạch “{chosen.plan}”.", f"There is no plan “{chosen.plan}”.")
            )
        return desk, [], []
    duties = duties_of(session, plan)
    known = [duty.key for duty in duties]
    # The choice of a duty outlives a change of the plan only where the other plan has it too.
    duty = chosen.duty if chosen.duty in known else first_choice(duties)
    years = years_of(session, plan.slug, duty)
    this_year = str(desk.today.year)
    year = chosen.period if chosen.period in years else (this_year if this_year in years else "")
    year = year or (years[0] if years else "")
    return desk.with_filters(plan=plan.slug, duty=duty, period=year), duties, years


def _read(session: Session, desk: MonitorRequest) -> Grid:
    conditions = desk.conditions(session)
    timeliness = TimelinessAt(session, desk.edge.settings, desk.now)
    return grid(session, conditions, timeliness, *desk.slice(LINES))


def _short(periods: Sequence[str], desk: MonitorRequest) -> dict[str, str]:
    """The period as a column's head: T1, Q1, H1, 9T, or the whole year."""
    month, half, nine = desk.t("T", "M"), desk.t("6T-", "H"), desk.t("9T", "9M")
    found = {}
    for key in periods:
        part = key[5:]
        if part.isdigit():
            found[key] = f"{month}{int(part)}"
        elif part.startswith("H"):
            found[key] = f"{half}{part[1:]}"
        elif part == "9M":
            found[key] = nine
        else:
            found[key] = part or (desk.t("Năm", "Year") if key.isdigit() else desk.t("Một lần", "Once"))
    return found


def sheet_of(found: Grid, desk: MonitorRequest) -> TableSheet:
    language = desk.pages.language
    return TableSheet(
        name="grid",
        title=desk.t("Bảng theo kỳ", "Grid"),
        headings=[
            desk.t("Đơn vị", "Unit"),
            desk.t("Mã", "Code"),
            *(period_words(key, language) or desk.t("một lần", "once") for key in found.periods),
            desk.t("Quá hạn chưa nộp", "Overdue"),
            desk.t("Quá hạn nộp rồi", "Late"),
            desk.t("Đã nộp", "Filed"),
            desk.t("Phải nộp", "Expected"),
        ],
        rows=[_row(line, found.periods, desk) for line in found.lines],
        total=found.units,
        empty=desk.t("Không có đơn vị nào phải nộp trong lựa chọn này.", "No unit owes anything here."),
    )


def _row(line: GridRow, periods: Sequence[str], desk: MonitorRequest) -> list[TableCell]:
    squares = [square_cell(line.cells.get(key, []), desk) for key in periods]
    tally = line.tally
    figures = [TableCell(number) for number in (tally.overdue, tally.late, tally.filed, tally.expected)]
    return [TableCell(line.unit_name), TableCell(line.unit), *squares, *figures]


def square_cell(squares: Sequence[Square], desk: MonitorRequest) -> TableCell:
    """A unit's report of a period: mark and words; two where it owes at two stages."""
    return TableCell("; ".join(square_words(each, desk) for each in squares))


def square_words(square: Square, desk: MonitorRequest) -> str:
    words = f"{MARKS[square.timeliness][1]} {say(square.timeliness, desk.pages.language)}"
    return f"{words} {square.days} {desk.t('ngày', 'days')}" if square.days else words
