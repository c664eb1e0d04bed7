"""`/rates`: how many reports came, and in time: each figure with its formula, over time, and by branch."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from models.database import reading
from reporting.rates import FORMULAS, FORMULAS_VI, Tally
from reporting.rates_over_time import Month, by_month
from reporting.scope import Branch, Name, names
from reporting.selection import standing_at
from reporting.summing import Conditions, branch_sums, stage_sums, whole
from web.monitor.board_sheets import MOST_BRANCHES
from web.monitor.desk import Desk, DeskDep
from web.monitor.drawing import Diagram, diagram
from web.monitor.rates_sheets import branches_sheet, months_sheet, parts_sheet, total_sheet
from web.monitor.showing import answer, filter_values

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
        total = whole(session, sums, conditions, desk.now)
        months = by_month(sums, desk.now, desk.zone)
        branches = _branches(session, conditions, values["branch"], desk)
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
    session: Session, conditions: Conditions, branch: Branch, desk: Desk
) -> list[tuple[Name, Tally]]:
    """Those right below the branch that is shown, and what its own unit owes; the worst first."""
    found = branch_sums(session, conditions, branch.top, desk.now)
    known = names(session, found)
    own = branch.above[-1] if branch.above else Name("", "?")
    rows = [(known.get(id, own), tally) for id, tally in found.items()]
    rows.sort(key=lambda row: (_completion(row[1]), row[0].code))
    return rows if desk.export else rows[:MOST_BRANCHES]


def _completion(tally: Tally) -> float:
    """Where nothing is due yet there is nothing bad to say: such a branch comes last."""
    share = tally.rates()["completion"]
    return 2.0 if share is None else share


def _diagram(months: Sequence[Month], desk: Desk) -> Diagram:
    rates = [month.tally.rates() for month in months]
    labels = [f"{month.period.index}/{month.period.year % 100:02}" for month in months]
    lines = [(key, desk.t(vi, en), [each[key] for each in rates]) for key, vi, en in LINES]
    return diagram(labels, lines)
