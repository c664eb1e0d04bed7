"""`/plans` and `/plans/<slug>`: the plans that somebody sees, and one of them: duties, periods, how far."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from calendars.periods import period_words
from models.database import reading
from models.errors import NotFound
from models.plan import Plan
from reporting.monitoring.progress import DutyProgress, progress
from reporting.monitoring.scope import visible_plans
from reporting.rates.sums import stage_sums
from reporting.unit_names import names, unit_id
from web.monitor.request import DeskDep, MonitorRequest
from web.monitor.response import answer
from web.monitor.table import TableCell, TableSheet

router = APIRouter(include_in_schema=False)


@router.get("/plans")
def plans(desk: DeskDep) -> Response:
    with reading(desk.edge.engine) as session:
        found = visible_plans(session, desk.person, desk.today)
        return answer(desk, "monitor/plans.html", [plans_sheet(found, desk)])


def plans_sheet(found: Sequence[Plan], desk: MonitorRequest) -> TableSheet:
    return TableSheet(
        name="plans",
        title=desk.t("Kế hoạch", "Plans"),
        headings=[
            desk.t("Số, ký hiệu", "Number"),
            desk.t("Tên", "Title"),
            desk.t("Cơ quan ban hành", "Issuer"),
            desk.t("Hiệu lực từ", "In force from"),
            desk.t("đến", "to"),
        ],
        rows=[
            [
                TableCell(plan.number or plan.slug, href=f"/plans/{plan.slug}"),
                TableCell(plan.title),
                TableCell(plan.issuer),
                TableCell(plan.in_force_from),
                TableCell(plan.in_force_to),
            ]
            for plan in found
        ],
        narrow=frozenset({3, 4}),
        empty=desk.t("Chưa có kế hoạch nào có báo cáo của đơn vị.", "No plan has a report that you may see."),
    )


@router.get("/plans/{slug}")
def plan(slug: str, desk: DeskDep) -> Response:
    with reading(desk.edge.engine) as session:
        found = require_plan(session, slug, desk)
        desk = desk.with_filters(plan=found.slug, duty="", level="", period="")
        sums = stage_sums(session, desk.conditions(session), desk.now)
        duties = progress(sums, desk.today)
        return answer(
            desk,
            "monitor/plan.html",
            [progress_sheet(duties, desk)],
            plan=found,
            duties=duties,
            monitor=_monitor(session, found),
        )


def require_plan(session: Session, slug: str, desk: MonitorRequest) -> Plan:
    """The plan, if the person may see anything of it. Raises `NotFound` as for one that does not exist."""
    found = next((each for each in desk.plans(session) if each.slug == slug), None)
    if found is None:
        raise NotFound(
            desk.t("Không có kế hoạch này, hoặc tài khoản không được xem.", "There is no such plan.")
        )
    return found


def _monitor(session: Session, plan: Plan) -> str:
    if plan.monitor is None:
        return ""
    try:
        id = unit_id(session, plan.monitor)
    except NotFound:
        return plan.monitor
    return names(session, [id])[id].name


def progress_sheet(duties: Sequence[DutyProgress], desk: MonitorRequest) -> TableSheet:
    rows = []
    for duty in duties:
        for period in duty.periods:
            for stage in period.stages:
                tally = stage.tally
                figures = (tally.expected, tally.filed, tally.on_time, tally.late, tally.overdue)
                rows.append(
                    [
                        TableCell(duty.title),
                        TableCell(period_words(period.period, desk.pages.language)),
                        TableCell(stage.stage_name),
                        *(TableCell(number) for number in figures),
                    ]
                )
    return TableSheet(
        name="progress",
        title=desk.t("Tiến độ các kỳ", "Progress by period"),
        headings=[
            desk.t("Chế độ báo cáo", "Duty"),
            desk.t("Kỳ", "Period"),
            desk.t("Chặng", "Stage"),
            *figure_headings(desk),
        ],
        rows=rows,
        figures=frozenset({3, 4, 5, 6, 7}),
        empty=desk.t("Chưa có báo cáo nào phải nộp.", "Nothing is owed yet."),
    )


def figure_headings(desk: MonitorRequest) -> list[str]:
    return [
        desk.t("Phải nộp", "Expected"),
        desk.t("Đã nộp", "Filed"),
        desk.t("Đúng hạn", "On time"),
        desk.t("Quá hạn nộp rồi", "Late"),
        desk.t("Quá hạn chưa nộp", "Overdue"),
    ]
