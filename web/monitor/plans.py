"""`/plans` and `/plans/<slug>`: the plans that the person sees, and one of them: duties, periods, how far."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from calendars.timetable import Every
from models.errors import NotFound
from models.plan import Plan
from reporting.asking.choice import DutyToAsk, duties_to_ask
from reporting.asking.rights import may_ask_at_all
from reporting.asking.sayable import events_to_say
from reporting.monitoring.progress import DutyProgress, progress
from reporting.monitoring.scope import visible_plans
from reporting.plans.rule_words import frequency_words
from reporting.rates.rates import Tally
from reporting.rates.sums import stage_sums
from reporting.unit_names import names, unit_id
from web.monitor.request import MonitorDep, MonitorPage
from web.monitor.table import Column, Row, TableCell, TableSheet, Value, figure, make_sheet, narrow

router = APIRouter(include_in_schema=False)


@router.get("/plans")
def plans(page: MonitorDep) -> Response:
    with page.reading() as session:
        found = visible_plans(session, page.person, page.today)
        return page.show_tables("monitor/plans.html", [plans_sheet(found, page)])


def plans_sheet(found: Sequence[Plan], page: MonitorPage) -> TableSheet:
    return make_sheet(
        "plans",
        page.t("Plans"),
        [
            Column(
                page.t("Number"),
                lambda plan: TableCell(plan.number or plan.title, f"/plans/{plan.slug}"),
            ),
            Column(page.t("Title"), lambda plan: plan.title),
            Column(page.t("Issuer"), lambda plan: plan.issuer),
            narrow(page.t("In force from"), lambda plan: plan.in_force_from),
            narrow(page.t("to"), lambda plan: plan.in_force_to),
        ],
        found,
        empty=page.t("No plan has a report that you may see."),
    )


@router.get("/plans/{slug}")
def plan(slug: str, page: MonitorDep) -> Response:
    with page.reading() as session:
        found = require_plan(session, slug, page)
        page = page.with_filters(plan=found.slug, duty="", level="", period="")
        sums = stage_sums(session, page.conditions(session), page.now)
        duties = progress(sums, page.today)
        return page.show_tables(
            "monitor/plan.html",
            [progress_sheet(duties, page)],
            plan=found,
            duties=duties,
            monitor=_monitor(session, found),
            askable=_askable(session, page, found),
            sayable=events_to_say(session, page.settings, page.person, page.now, found.slug),
            often=lambda each: frequency_words(Every(each.every), page.language),
        )


def _askable(session: Session, page: MonitorPage, plan: Plan) -> list[DutyToAsk]:
    """The plan's duties for whose reports the person may ask."""
    if not may_ask_at_all(page.person) or plan.ad_hoc:
        return []
    return duties_to_ask(session, page.settings, page.person, page.now, plan.slug)


def require_plan(session: Session, slug: str, page: MonitorPage) -> Plan:
    """The plan, if the person may see anything of it. Raises `NotFound` as for one that does not exist."""
    found = next((each for each in page.plans(session) if each.slug == slug), None)
    if found is None:
        raise NotFound(page.t("There is no such plan."))
    return found


def _monitor(session: Session, plan: Plan) -> str:
    if plan.monitor is None:
        return ""
    try:
        id = unit_id(session, plan.monitor)
    except NotFound:
        return plan.monitor
    return names(session, [id])[id].name


def progress_sheet(duties: Sequence[DutyProgress], page: MonitorPage) -> TableSheet:
    rows = [(duty, period, stage) for duty in duties for period in duty.periods for stage in period.stages]
    return make_sheet(
        "progress",
        page.t("Progress by period"),
        [
            Column(page.t("Duty"), lambda row: row[0].title),
            Column(page.t("Period"), lambda row: page.period(row[1].period)),
            Column(page.t("Stage"), lambda row: row[2].stage_name),
            *figure_columns(page, lambda row: tally_figures(row[2].tally)),
        ],
        rows,
        empty=page.t("Nothing is owed yet."),
    )


Figures = tuple[TableCell | Value, ...]


def tally_figures(tally: Tally) -> Figures:
    return (tally.expected, tally.filed, tally.on_time, tally.late, tally.overdue, tally.correction_overdue)


def figure_columns(page: MonitorPage, figures: Callable[[Row], Figures]) -> list[Column[Row]]:
    """The six counts of reports, from what gives all six of a row."""
    headings = [
        page.t("Expected"),
        page.t("Filed"),
        page.t("On time"),
        page.t("Late"),
        page.t("Overdue"),
        page.t("Overdue for correction"),
    ]

    def column(number: int, heading: str) -> Column[Row]:
        return figure(heading, lambda row: figures(row)[number])

    return [column(number, heading) for number, heading in enumerate(headings)]
