"""`/board`: what needs a hand today; `?table=…` is one of its lists whole, page by page, or as a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from fastapi import APIRouter
from sqlalchemy import ColumnElement
from sqlmodel import Session
from starlette.responses import Response

from calendars.zone import midnight
from models.database import reading
from reporting.board import (
    Asked,
    Matter,
    OverdueBranch,
    awaits_review,
    coming_due,
    count,
    count_requests,
    is_returned,
    overdue,
    overdue_branches,
    requests,
    returned,
    to_review,
)
from reporting.scope import Branch, Name, names
from web.monitor import board_sheets as sheets_of
from web.monitor.desk import PREVIEW, Desk, DeskDep
from web.monitor.sheets import Sheet
from web.monitor.showing import answer, filter_values
from web.who import OwnForm

router = APIRouter(dependencies=[OwnForm], include_in_schema=False)
SOON = timedelta(days=8)
"""From today's midnight: the last day lies within the next seven days."""
BRANCHES = "branches"
TABLES = (BRANCHES, *Matter)


@dataclass(frozen=True)
class Looking:
    """One look at the board: which rows of each list are wanted."""

    session: Session
    desk: Desk
    conditions: Sequence[ColumnElement[bool]]
    branch: Branch
    rows: tuple[int | None, int]
    overdue: Sequence[OverdueBranch]
    asked: Sequence[Asked]

    @property
    def top(self) -> Name | None:
        return self.branch.above[-1] if self.branch.above else None


@router.get("/board")
def board(desk: DeskDep) -> Response:
    with reading(desk.edge.engine) as session:
        conditions = desk.conditions(session)
        offered = filter_values(desk, session)
        only = desk.table if desk.table in TABLES else ""
        look = _look(session, desk, conditions, offered["branch"])
        wanted = [only] if only else TABLES
        sheets = [SHEETS[name](look) for name in wanted]
        return answer(desk, "monitor/board.html", sheets, asked=look.asked, only=only, **offered)


def _look(session: Session, desk: Desk, conditions: Sequence[ColumnElement[bool]], branch: Branch) -> Looking:
    rows = desk.slice() if desk.table in TABLES else (PREVIEW, 0)
    found = overdue_branches(session, conditions, branch.top, desk.now)
    asked = requests(session, conditions, desk.scope, *rows)
    return Looking(session, desk, conditions, branch, rows, found, asked)


def _overdue_branches(look: Looking) -> Sheet:
    known = names(look.session, [row.unit_id for row in look.overdue])
    return sheets_of.branch_sheet(look.overdue, known, look.top, look.desk)


def _overdue(look: Looking) -> Sheet:
    limit, offset = look.rows
    rows = overdue(look.session, look.conditions, look.desk.now, limit, offset)
    total = sum(row.count for row in look.overdue)
    return sheets_of.overdue_sheet(rows, total, look.desk)


def _coming(look: Looking) -> Sheet:
    until = midnight(look.desk.today + SOON, look.desk.zone)
    return sheets_of.coming_sheet(coming_due(look.session, look.conditions, look.desk.now, until), look.desk)


def _returned(look: Looking) -> Sheet:
    rows = returned(look.session, look.conditions, *look.rows)
    total = count(look.session, [is_returned(), *look.conditions])
    return sheets_of.returned_sheet(rows, total, look.desk)


def _to_review(look: Looking) -> Sheet:
    rows = to_review(look.session, look.conditions, look.desk.scope, *look.rows)
    total = count(look.session, [awaits_review(look.desk.scope), *look.conditions])
    return sheets_of.review_sheet(rows, total, look.desk)


def _requests(look: Looking) -> Sheet:
    total = count_requests(look.session, look.conditions)
    return sheets_of.requests_sheet(look.asked, total, look.desk)


SHEETS: dict[str, Callable[[Looking], Sheet]] = {
    BRANCHES: _overdue_branches,
    Matter.OVERDUE: _overdue,
    Matter.COMING: _coming,
    Matter.RETURNED: _returned,
    Matter.REVIEW: _to_review,
    Matter.EXTENSIONS: _requests,
}
