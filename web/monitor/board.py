"""`/board`: what needs a hand today; `?table=…` is one of its lists whole, page by page, or as a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import APIRouter
from sqlalchemy import ColumnElement
from sqlmodel import Session
from starlette.responses import Response

from calendars.deadline import Deadline
from calendars.periods import period_words
from calendars.zone import midnight
from models.database import reading
from reporting.monitoring.board import (
    Asked,
    Coming,
    Matter,
    Matters,
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
from reporting.monitoring.scope import Branch
from reporting.unit_names import UnitName, names
from web.auth import OwnForm
from web.monitor import board as sheets_of
from web.monitor.request import PREVIEW, DeskDep, MonitorRequest
from web.monitor.response import answer, filter_values
from web.monitor.table import TableCell, TableSheet

MOST_BRANCHES = 200
"""On one page; the file holds all."""
OWN = 0
"""The branch that is the unit itself."""


def last_day(deadline: datetime | None, desk: MonitorRequest) -> TableCell:
    """The last day on which it is on time."""
    return TableCell(None if deadline is None else Deadline(deadline, desk.zone).last_day)


def days_overdue(deadline: datetime | None, desk: MonitorRequest) -> int | None:
    """Begun days past the deadline."""
    return None if deadline is None else Deadline(deadline, desk.zone).days_late(desk.now)


def report_cells(row: Matters | Asked, desk: MonitorRequest) -> list[TableCell]:
    """Unit, report, period; the report leads to its own page."""
    return [
        TableCell(row.unit_name, href=f"/obligations/{row.id}"),
        TableCell(row.unit),
        TableCell(f"{row.plan_number or row.plan} · {row.duty_title}"),
        TableCell(period_words(row.period, desk.pages.language)),
    ]


def report_headings(desk: MonitorRequest) -> list[str]:
    return [
        desk.t("Đơn vị", "Unit"),
        desk.t("Mã", "Code"),
        desk.t("Báo cáo", "Report"),
        desk.t("Kỳ", "Period"),
    ]


def chases(ids: Sequence[int], desk: MonitorRequest) -> list[str]:
    """Where each report can be chased, for whoever may chase at all."""
    return [f"/chase?obligation={id}" for id in ids] if desk.may_chase else []


def branch_sheet(
    rows: Sequence[OverdueBranch], known: Mapping[int, UnitName], top: UnitName | None, desk: MonitorRequest
) -> TableSheet:
    lines = []
    for row in rows if desk.export else rows[:MOST_BRANCHES]:
        unit = top if row.unit_id == OWN else known.get(row.unit_id)
        name = UnitName("", "?") if unit is None else unit
        words = (
            name.name
            if row.unit_id != OWN
            else desk.t(f"{name.name} (chính đơn vị)", f"{name.name} (itself)")
        )
        lines.append(
            [
                TableCell(words, href=desk.filters.link("/board", branch=name.code)),
                TableCell(name.code),
                TableCell(row.number),
                TableCell(Deadline(row.oldest, desk.zone).days_late(desk.now)),
            ]
        )
    return TableSheet(
        name="branches",
        title=desk.t("Quá hạn theo đơn vị", "Overdue by branch"),
        headings=[
            desk.t("Đơn vị và cấp dưới", "Unit and branch"),
            desk.t("Mã", "Code"),
            desk.t("Số báo cáo quá hạn", "Overdue reports"),
            desk.t("Lâu nhất (ngày)", "Longest (days)"),
        ],
        rows=lines,
        figures=frozenset({2, 3}),
        total=len(rows),
        chases=[desk.filters.link("/chase", branch=row[1].value or "") for row in lines]
        if desk.may_chase
        else (),
        empty=desk.t("Không có báo cáo quá hạn.", "Nothing is overdue."),
    )


def overdue_sheet(rows: Sequence[Matters], total: int, desk: MonitorRequest) -> TableSheet:
    return TableSheet(
        name=Matter.OVERDUE,
        title=desk.t("Quá hạn, chưa nộp", "Overdue, not filed"),
        headings=[
            *report_headings(desk),
            desk.t("Ngày cuối", "Last day"),
            desk.t("Quá hạn (ngày)", "Days overdue"),
        ],
        rows=[
            [
                *report_cells(row, desk),
                last_day(row.deadline, desk),
                TableCell(days_overdue(row.deadline, desk), kind="overdue"),
            ]
            for row in rows
        ],
        figures=frozenset({5}),
        narrow=frozenset({3, 4}),
        chases=chases([row.id for row in rows], desk),
        total=total,
        empty=desk.t("Không có báo cáo quá hạn.", "Nothing is overdue."),
    )


def coming_sheet(rows: Sequence[Coming], desk: MonitorRequest) -> TableSheet:
    return TableSheet(
        name=Matter.COMING,
        title=desk.t("Đến hạn trong 7 ngày tới", "Due within 7 days"),
        headings=[
            desk.t("Báo cáo", "Report"),
            desk.t("Kỳ", "Period"),
            desk.t("Chặng", "Stage"),
            desk.t("Ngày cuối", "Last day"),
            desk.t("Còn (ngày)", "Days left"),
            desk.t("Chưa nộp", "Not filed"),
        ],
        rows=[
            [
                TableCell(f"{row.plan_number or row.plan} · {row.duty_title}", href=_chain(row, desk)),
                TableCell(period_words(row.period, desk.pages.language)),
                TableCell(row.stage_name),
                last_day(row.deadline, desk),
                TableCell(Deadline(row.deadline, desk.zone).days_left(desk.now)),
                TableCell(row.waiting),
            ]
            for row in rows
        ],
        figures=frozenset({4, 5}),
        narrow=frozenset({1, 3}),
        empty=desk.t("Không có báo cáo đến hạn trong 7 ngày tới.", "Nothing is due within 7 days."),
    )


def _chain(row: Coming, desk: MonitorRequest) -> str:
    path = f"/plans/{row.plan}/chain"
    return desk.with_filters(plan="", level="").filters.link(path, duty=row.duty, period=row.period)


def returned_sheet(rows: Sequence[Matters], total: int, desk: MonitorRequest) -> TableSheet:
    return TableSheet(
        name=Matter.RETURNED,
        title=desk.t("Bị trả lại, chưa nộp lại", "Returned, not handed in again"),
        headings=[
            *report_headings(desk),
            desk.t("Cần sửa", "To be mended"),
            desk.t("Sửa xong chậm nhất", "Mend by"),
            desk.t("Còn (ngày)", "Days left"),
        ],
        rows=[
            [
                *report_cells(row, desk),
                TableCell(row.reason or ""),
                last_day(row.correction_deadline, desk),
                _left(row.correction_deadline, desk),
            ]
            for row in rows
        ],
        figures=frozenset({6}),
        narrow=frozenset({3, 5}),
        total=total,
        empty=desk.t("Không có báo cáo bị trả lại chưa nộp lại.", "Nothing waits to be mended."),
    )


def _left(deadline: datetime | None, desk: MonitorRequest) -> TableCell:
    """Days to the last day; below nothing when it is past."""
    if deadline is None:
        return TableCell(None)
    left = Deadline(deadline, desk.zone).days_left(desk.now)
    return TableCell(left, kind="overdue" if left < 0 else "")


def review_sheet(rows: Sequence[Matters], total: int, desk: MonitorRequest) -> TableSheet:
    return TableSheet(
        name=Matter.REVIEW,
        title=desk.t("Chờ tôi tiếp nhận", "Waiting for my acceptance"),
        headings=[
            *report_headings(desk),
            desk.t("Nộp lúc", "Filed at"),
            desk.t("Đã chờ (ngày)", "Waiting (days)"),
        ],
        rows=[
            [
                *report_cells(row, desk),
                TableCell(row.submitted_at),
                TableCell(_waited(row, desk)),
            ]
            for row in rows
        ],
        figures=frozenset({5}),
        narrow=frozenset({3, 4}),
        ids=[row.id for row in rows],
        total=total,
        empty=desk.t("Không có báo cáo chờ tôi tiếp nhận.", "Nothing waits for my acceptance."),
    )


def _waited(row: Matters, desk: MonitorRequest) -> int | None:
    """Calendar days since it was handed in: the reviewer's own clock."""
    if row.submitted_at is None:
        return None
    return (desk.today - desk.edge.today(row.submitted_at)).days


def requests_sheet(rows: Sequence[Asked], total: int, desk: MonitorRequest) -> TableSheet:
    return TableSheet(
        name=Matter.EXTENSIONS,
        title=desk.t("Đề nghị gia hạn chờ quyết định", "Extension requests"),
        headings=[
            *report_headings(desk),
            desk.t("Lý do", "Reason"),
            desk.t("Ngày cuối hiện nay", "Last day now"),
            desk.t("Xin đến hết ngày", "Asks for"),
            desk.t("Gửi lúc", "Asked at"),
        ],
        rows=[
            [
                *report_cells(row, desk),
                TableCell(row.reason),
                last_day(row.deadline, desk),
                last_day(row.asked_deadline, desk),
                TableCell(row.requested_at),
            ]
            for row in rows
        ],
        narrow=frozenset({3, 5, 6, 7}),
        total=total,
        empty=desk.t("Không có đề nghị gia hạn chờ quyết định.", "No request waits for a decision."),
    )


router = APIRouter(dependencies=[OwnForm], include_in_schema=False)
SOON = timedelta(days=8)
"""From today's midnight: the last day lies within the next seven days."""
BRANCHES = "branches"
TABLES = (BRANCHES, *Matter)


@dataclass(frozen=True)
class Looking:
    """One look at the board: which rows of each list are wanted."""

    session: Session
    desk: MonitorRequest
    conditions: Sequence[ColumnElement[bool]]
    branch: Branch
    rows: tuple[int | None, int]
    overdue: Sequence[OverdueBranch]
    asked: Sequence[Asked]

    @property
    def top(self) -> UnitName | None:
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


def _look(
    session: Session, desk: MonitorRequest, conditions: Sequence[ColumnElement[bool]], branch: Branch
) -> Looking:
    rows = desk.slice() if desk.table in TABLES else (PREVIEW, 0)
    found = overdue_branches(session, conditions, branch.top, desk.now)
    asked = requests(session, conditions, desk.scope, *rows)
    return Looking(session, desk, conditions, branch, rows, found, asked)


def _overdue_branches(look: Looking) -> TableSheet:
    known = names(look.session, [row.unit_id for row in look.overdue])
    return sheets_of.branch_sheet(look.overdue, known, look.top, look.desk)


def _overdue(look: Looking) -> TableSheet:
    limit, offset = look.rows
    rows = overdue(look.session, look.conditions, look.desk.now, limit, offset)
    total = sum(row.number for row in look.overdue)
    return sheets_of.overdue_sheet(rows, total, look.desk)


def _coming(look: Looking) -> TableSheet:
    until = midnight(look.desk.today + SOON, look.desk.zone)
    return sheets_of.coming_sheet(coming_due(look.session, look.conditions, look.desk.now, until), look.desk)


def _returned(look: Looking) -> TableSheet:
    rows = returned(look.session, look.conditions, *look.rows)
    total = count(look.session, [is_returned(), *look.conditions])
    return sheets_of.returned_sheet(rows, total, look.desk)


def _to_review(look: Looking) -> TableSheet:
    rows = to_review(look.session, look.conditions, look.desk.scope, *look.rows)
    total = count(look.session, [awaits_review(look.desk.scope), *look.conditions])
    return sheets_of.review_sheet(rows, total, look.desk)


def _requests(look: Looking) -> TableSheet:
    total = count_requests(look.session, look.conditions)
    return sheets_of.requests_sheet(look.asked, total, look.desk)


SHEETS: dict[str, Callable[[Looking], TableSheet]] = {
    BRANCHES: _overdue_branches,
    Matter.OVERDUE: _overdue,
    Matter.COMING: _coming,
    Matter.RETURNED: _returned,
    Matter.REVIEW: _to_review,
    Matter.EXTENSIONS: _requests,
}
