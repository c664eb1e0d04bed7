"""Putting a monitor's page on the screen, or one of its tables into a file, from the same tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlmodel import Session
from starlette.responses import Response

from calendars.periods import period_words
from models.errors import NotFound
from models.vocabulary import Level, say
from reporting.monitoring.scope import Branch, branch_of
from web.monitor.export import download
from web.monitor.request import ROWS, MonitorRequest
from web.monitor.table import TableSheet, words
from web.rendering import moment_words


def answer(desk: MonitorRequest, template: str, sheets: Iterable[TableSheet], **values: Any) -> Response:
    """The page with its tables, or the one table that the address asks for as a file."""
    by_name = {sheet.name: sheet for sheet in sheets}
    if desk.export:
        sheet = by_name.get(desk.table)
        if sheet is None:
            raise NotFound(desk.t("Không có bảng này.", "There is no such table."))
        return download(sheet, desk.export, desk.pages.language, desk.zone, about(desk, sheet))
    return desk.pages.show(
        template,
        desk=desk,
        filters=desk.filters,
        sheets=by_name,
        now=desk.now,
        cell_words=lambda cell: words(cell, desk.pages.language, desk.zone),
        rows_per_page=ROWS,
        **values,
    )


def about(desk: MonitorRequest, sheet: TableSheet) -> list[tuple[str, str]]:
    """What the file is, as of when, with which filters."""
    chosen = desk.filters
    told = [
        (desk.t("Bảng", "Table"), sheet.title),
        (desk.t("Tính đến", "As of"), moment_words(desk.now, desk.zone)),
        (desk.t("Kế hoạch", "Plan"), chosen.plan),
        (desk.t("Chế độ báo cáo", "Duty"), chosen.duty),
        (desk.t("Đơn vị và cấp dưới", "Unit and branch"), chosen.branch),
        (desk.t("Cấp", "Level"), say(Level(chosen.level), desk.pages.language) if chosen.level else ""),
        (desk.t("Kỳ", "Period"), period_words(chosen.period, desk.pages.language) if chosen.period else ""),
        (desk.t("Số dòng", "Rows"), str(len(sheet.rows))),
        (desk.t("Người lấy", "Taken by"), desk.person.name),
    ]
    return [(name, value) for name, value in told if value]


def filter_values(desk: MonitorRequest, session: Session) -> dict[str, Any]:
    """What the form of filters offers: plans, levels, and the units around the one that is chosen."""
    branch: Branch = branch_of(session, desk.scope)
    return {"branch": branch, "plans": desk.plans(session), "levels": list(Level)}
