"""The board's tables, one function each, from the lists of `reporting/board.py`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from calendars.deadline import Deadline
from reporting.board import Asked, Coming, Matter, Matters, OverdueBranch
from reporting.scope import Name
from web.monitor.desk import Desk
from web.monitor.sheets import Cell, Sheet
from web.pages import period_words

MOST_BRANCHES = 200
"""On one page; the file holds all."""
OWN = 0
"""The branch that is the unit itself."""


def last_day(deadline: datetime | None, desk: Desk) -> Cell:
    """The last day on which it is on time."""
    return Cell(None if deadline is None else Deadline(deadline, desk.zone).last_day)


def days_overdue(deadline: datetime | None, desk: Desk) -> int | None:
    """Begun days past the deadline."""
    return None if deadline is None else Deadline(deadline, desk.zone).days_late(desk.now)


def report_cells(row: Matters, desk: Desk) -> list[Cell]:
    """Unit, report, period; the report leads to its own page."""
    return [
        Cell(row.unit_name, href=f"/obligations/{row.id}"),
        Cell(row.unit),
        Cell(f"{row.plan_number or row.plan} · {row.duty_title}"),
        Cell(period_words(row.period, desk.pages.language)),
    ]


def report_headings(desk: Desk) -> list[str]:
    return [
        desk.t("Đơn vị", "Unit"),
        desk.t("Mã", "Code"),
        desk.t("Báo cáo", "Report"),
        desk.t("Kỳ", "Period"),
    ]


def chases(ids: Sequence[int], desk: Desk) -> list[str]:
    """Where each report can be chased, for whoever may chase at all."""
    return [f"/chase?obligation={id}" for id in ids] if desk.may_chase else []


def branch_sheet(
    rows: Sequence[OverdueBranch], known: Mapping[int, Name], top: Name | None, desk: Desk
) -> Sheet:
    lines = []
    for row in rows if desk.export else rows[:MOST_BRANCHES]:
        unit = top if row.unit_id == OWN else known.get(row.unit_id)
        name = Name("", "?") if unit is None else unit
        words = (
            name.name
            if row.unit_id != OWN
            else desk.t(f"{name.name} (chính đơn vị)", f"{name.name} (itself)")
        )
        lines.append(
            [
                Cell(words, href=desk.filters.link("/board", branch=name.code)),
                Cell(name.code),
                Cell(row.count),
                Cell(Deadline(row.oldest, desk.zone).days_late(desk.now)),
            ]
        )
    return Sheet(
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


def overdue_sheet(rows: Sequence[Matters], total: int, desk: Desk) -> Sheet:
    return Sheet(
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
                Cell(days_overdue(row.deadline, desk), kind="overdue"),
            ]
            for row in rows
        ],
        figures=frozenset({5}),
        narrow=frozenset({3, 4}),
        chases=chases([row.id for row in rows], desk),
        total=total,
        empty=desk.t("Không có báo cáo quá hạn.", "Nothing is overdue."),
    )


def coming_sheet(rows: Sequence[Coming], desk: Desk) -> Sheet:
    return Sheet(
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
                Cell(f"{row.plan_number or row.plan} · {row.duty_title}", href=_chain(row, desk)),
                Cell(period_words(row.period, desk.pages.language)),
                Cell(row.stage_name),
                last_day(row.deadline, desk),
                Cell(Deadline(row.deadline, desk.zone).days_left(desk.now)),
                Cell(row.waiting),
            ]
            for row in rows
        ],
        figures=frozenset({4, 5}),
        narrow=frozenset({1, 3}),
        empty=desk.t("Không có báo cáo đến hạn trong 7 ngày tới.", "Nothing is due within 7 days."),
    )


def _chain(row: Coming, desk: Desk) -> str:
    path = f"/plans/{row.plan}/chain"
    return desk.with_filters(plan="", level="").filters.link(path, duty=row.duty, period=row.period)


def returned_sheet(rows: Sequence[Matters], total: int, desk: Desk) -> Sheet:
    return Sheet(
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
                Cell(row.reason or ""),
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


def _left(deadline: datetime | None, desk: Desk) -> Cell:
    """Days to the last day; below nothing when it is past."""
    if deadline is None:
        return Cell(None)
    left = Deadline(deadline, desk.zone).days_left(desk.now)
    return Cell(left, kind="overdue" if left < 0 else "")


def review_sheet(rows: Sequence[Matters], total: int, desk: Desk) -> Sheet:
    return Sheet(
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
                Cell(row.submitted_at),
                Cell(_waited(row, desk)),
            ]
            for row in rows
        ],
        figures=frozenset({5}),
        narrow=frozenset({3, 4}),
        ids=[row.id for row in rows],
        total=total,
        empty=desk.t("Không có báo cáo chờ tôi tiếp nhận.", "Nothing waits for my acceptance."),
    )


def _waited(row: Matters, desk: Desk) -> int | None:
    """Calendar days since it was handed in: the reviewer's own clock."""
    if row.submitted_at is None:
        return None
    return (desk.today - desk.edge.today(row.submitted_at)).days


def requests_sheet(rows: Sequence[Asked], total: int, desk: Desk) -> Sheet:
    return Sheet(
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
                *report_cells(row.report, desk),
                Cell(row.reason),
                last_day(row.report.deadline, desk),
                last_day(row.asked_deadline, desk),
                Cell(row.requested_at),
            ]
            for row in rows
        ],
        narrow=frozenset({3, 5, 6, 7}),
        total=total,
        empty=desk.t("Không có đề nghị gia hạn chờ quyết định.", "No request waits for a decision."),
    )
