"""`/board`: what needs a hand today; `?table=…` is one of its lists whole, page by page, or as a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter
from sqlalchemy import ColumnElement
from sqlmodel import Session
from starlette.responses import Response

from calendars.deadline import Deadline
from calendars.zone import midnight
from models.vocabulary import Lifecycle, Timeliness, say
from reporting.monitoring.board import (
    Asked,
    Coming,
    Matter,
    Matters,
    OverdueBranch,
    awaits_review,
    coming_due,
    copied,
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
from web.asking.words import asker_lookup
from web.monitor.request import PREVIEW, MonitorDep, MonitorPage
from web.monitor.table import Column, TableCell, TableSheet, code, figure, make_sheet, narrow
from web.page import redirect
from web.rendering import MARKS

router = APIRouter(include_in_schema=False)
MOST_BRANCHES = 200
"""On one page; the file holds all."""
OWN = 0
"""The branch that is the unit itself."""
SOON = timedelta(days=8)
"""From today's midnight: the last day lies within the next seven days."""


@dataclass(frozen=True)
class BoardQuery:
    """What the lists of one board are read from; `rows` are limit and offset of each list, `informing` the
    conditions of what comes for information alone, `asker` says who asked, by period and duty."""

    session: Session
    page: MonitorPage
    conditions: Sequence[ColumnElement[bool]]
    branch: Branch
    rows: tuple[int | None, int]
    overdue: Sequence[OverdueBranch]
    asked: Sequence[Asked]
    informing: Sequence[ColumnElement[bool]]
    asker: Callable[[str, str], str]


@router.get("/board")
def board(page: MonitorDep) -> Response:
    """Who monitors nothing has all of it on their own page, but for a list whole."""
    if page.table not in SHEETS and not page.person.monitors:
        return redirect("/")
    with page.reading() as session:
        conditions = page.conditions(session)
        branch = page.branch(session)
        only = page.table if page.table in SHEETS else ""
        rows = page.slice() if only else (PREVIEW, 0)
        found = overdue_branches(session, conditions, branch.top, page.now)
        asked = requests(session, conditions, page.scope, *rows)
        informing = page.scope.for_information(session)
        asker = asker_lookup(session, page)
        query = BoardQuery(session, page, conditions, branch, rows, found, asked, informing, asker)
        sheets = [SHEETS[name](query) for name in ([only] if only else SHEETS)]
        choices = page.filter_choices(session)
        return page.show_tables(
            "monitor/board.html", sheets, asked=asked, only=only, branch=branch, **choices
        )


def report_columns(query: BoardQuery) -> list[Column[Any]]:
    """Unit, report with who asked, period; the unit leads to the report's own page."""
    page = query.page
    return [
        Column(page.t("Unit"), lambda row: TableCell(row.unit_name, f"/obligations/{row.id}")),
        code(page.t("Code"), lambda row: row.unit),
        Column(page.t("Report"), lambda row: _report(query, row)),
        narrow(page.t("Period"), lambda row: page.period(row.period)),
    ]


def _report(query: BoardQuery, row: Any) -> str:
    named = (row.plan_number or row.plan_title, row.duty_title, query.asker(row.period, row.duty_title))
    return " · ".join(part for part in named if part)


def _branches(query: BoardQuery) -> TableSheet:
    page = query.page
    known = names(query.session, [row.unit_id for row in query.overdue])
    top = query.branch.above[-1] if query.branch.above else None

    def name(row: OverdueBranch) -> UnitName:
        return (top if row.unit_id == OWN else known.get(row.unit_id)) or UnitName("", "?")

    def linked(row: OverdueBranch) -> TableCell:
        unit = name(row)
        own = row.unit_id == OWN
        words = page.t("%(name)s (itself)", name=unit.name) if own else unit.name
        return TableCell(words, page.filters.link("/board", branch=unit.code))

    rows = query.overdue if page.export else query.overdue[:MOST_BRANCHES]
    links = [page.filters.link("/chase", branch=name(row).code) for row in rows] if page.may_chase else ()
    return make_sheet(
        BRANCHES,
        page.t("Overdue by branch"),
        [
            Column(page.t("Unit and branch"), linked),
            code(page.t("Code"), lambda row: name(row).code),
            figure(page.t("Overdue reports"), lambda row: row.number),
            figure(page.t("Longest (days)"), lambda row: page.days_overdue(row.oldest)),
        ],
        rows,
        total=len(query.overdue),
        chases=links,
        empty=page.t("Nothing is overdue."),
    )


def _overdue(query: BoardQuery) -> TableSheet:
    page = query.page

    def how(row: Matters) -> TableCell:
        again = row.state == Lifecycle.RETURNED
        found = Timeliness.CORRECTION_OVERDUE if again else Timeliness.OVERDUE
        return TableCell(say(found, page.language), kind="overdue", mark=MARKS[found][1])

    rows = overdue(query.session, query.conditions, page.now, *query.rows)
    return make_sheet(
        Matter.OVERDUE,
        page.t("Overdue, not filed or not filed again"),
        [
            *report_columns(query),
            *page.stated_columns(rows, lambda row: row),
            narrow(page.t("Standing"), how),
            narrow(page.t("Last day"), lambda row: page.last_day(row.held_to)),
            figure(
                page.t("Days overdue"),
                lambda row: TableCell(page.days_overdue(row.held_to), kind="overdue"),
            ),
        ],
        rows,
        chases=page.chase_links(row.id for row in rows),
        total=sum(row.number for row in query.overdue),
        empty=page.t("Nothing is overdue."),
    )


def _coming(query: BoardQuery) -> TableSheet:
    page = query.page
    until = midnight(page.today + SOON, page.zone)
    rows = coming_due(query.session, query.conditions, page.now, until)

    def report(row: Coming) -> TableCell:
        path = f"/plans/{row.plan}/chain"
        link = page.with_filters(plan="", level="").filters.link(path, duty=row.duty, period=row.period)
        return TableCell(_report(query, row), link)

    sheet = make_sheet(
        Matter.COMING,
        page.t("Due within 7 days"),
        [
            Column(page.t("Report"), report),
            narrow(page.t("Period"), lambda row: page.period(row.period)),
            Column(page.t("Stage"), lambda row: row.stage_name),
            *page.stated_columns(rows, lambda row: row),
            narrow(page.t("Last day"), lambda row: page.last_day(row.deadline)),
            figure(
                page.t("Days left"),
                lambda row: Deadline(row.deadline, page.zone).days_left(page.now),
            ),
            figure(page.t("Not filed"), lambda row: row.waiting),
        ],
        rows,
        empty=page.t("Nothing is due within 7 days."),
    )
    return replace(sheet, reports=sum(row.waiting for row in rows))


def _returned(query: BoardQuery) -> TableSheet:
    page = query.page
    return make_sheet(
        Matter.RETURNED,
        page.t("Returned, not handed in again"),
        [
            *report_columns(query),
            Column(page.t("To be corrected"), lambda row: row.reason or ""),
            narrow(page.t("Correct by"), lambda row: page.last_day(row.correction_deadline)),
            figure(page.t("Days left"), lambda row: _days_left(row.correction_deadline, page)),
        ],
        returned(query.session, query.conditions, *query.rows),
        total=count(query.session, [is_returned(), *query.conditions]),
        empty=page.t("Nothing waits to be corrected."),
    )


def _days_left(deadline: datetime | None, page: MonitorPage) -> TableCell:
    """Days to the last day; negative when it is past."""
    if deadline is None:
        return TableCell(None)
    left = Deadline(deadline, page.zone).days_left(page.now)
    return TableCell(left, kind="overdue" if left < 0 else "")


def _to_review(query: BoardQuery) -> TableSheet:
    page = query.page
    rows = to_review(query.session, query.conditions, page.scope, *query.rows)
    return make_sheet(
        Matter.REVIEW,
        page.t("Waiting for my acceptance"),
        [
            *report_columns(query),
            narrow(page.t("Filed at"), lambda row: row.submitted_at),
            figure(page.t("Waiting (days)"), lambda row: _waited(row, page)),
        ],
        rows,
        ids=[row.id for row in rows],
        total=count(query.session, [awaits_review(page.scope), *query.conditions]),
        empty=page.t("Nothing waits for my acceptance."),
    )


def _waited(row: Matters, page: MonitorPage) -> int | None:
    """Calendar days since it was handed in: the reviewer's own clock."""
    if row.submitted_at is None:
        return None
    return (page.today - page.context.today(row.submitted_at)).days


def _requests(query: BoardQuery) -> TableSheet:
    page = query.page
    columns: list[Column[Any]] = [
        *report_columns(query),
        Column(page.t("Reason"), lambda row: row.reason),
        narrow(page.t("Last day now"), lambda row: page.last_day(row.deadline)),
        narrow(page.t("Asks for"), lambda row: page.last_day(row.asked_deadline)),
        narrow(page.t("Asked at"), lambda row: row.requested_at),
    ]
    return make_sheet(
        Matter.EXTENSIONS,
        page.t("Extension requests"),
        columns,
        query.asked,
        total=count_requests(query.session, query.conditions),
        empty=page.t("No request waits for a decision."),
    )


def _copies(query: BoardQuery) -> TableSheet:
    page = query.page
    return make_sheet(
        Matter.COPIES,
        page.t("For information"),
        [
            *report_columns(query),
            narrow(page.t("Filed at"), lambda row: row.submitted_at),
            narrow(page.t("State"), lambda row: say(Lifecycle(row.state), page.language)),
        ],
        copied(query.session, query.informing, *query.rows),
        total=count(query.session, query.informing),
        empty=page.t("Nothing has been handed in that comes to your units for information."),
    )


BRANCHES = "branches"
SHEETS: dict[str, Callable[[BoardQuery], TableSheet]] = {
    BRANCHES: _branches,
    Matter.OVERDUE: _overdue,
    Matter.COMING: _coming,
    Matter.RETURNED: _returned,
    Matter.REVIEW: _to_review,
    Matter.EXTENSIONS: _requests,
    Matter.COPIES: _copies,
}
