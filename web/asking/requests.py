"""`/requests`: what was asked for, and how many have filed; one request, and withdrawing it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from pydantic import BaseModel
from sqlmodel import Session
from starlette.responses import Response

from calendars.deadline import Deadline
from models.asking import ReportRequest
from models.errors import IllegalMove, NotFound
from models.text import clean_line, clean_lines
from reporting.access.rights import visible
from reporting.asking.lists import AskedRow, list_requests, seen_periods
from reporting.asking.requests import withdraw_request
from reporting.asking.rights import may_take_back
from web.asking.desk import AskingDep
from web.asking.fault_words import place_and_words
from web.asking.request_form import LONGEST_NOTE
from web.auth import Forbidden, OwnForm
from web.clerk.report_form import too_long
from web.form_values import RowId
from web.monitor.request import MonitorPage
from web.monitor.table import Column, TableCell, TableSheet, figure, make_sheet, narrow
from web.page import redirect

router = APIRouter(prefix="/requests", dependencies=[OwnForm], include_in_schema=False)


class ReasonForm(BaseModel):
    """Why something is taken back."""

    reason: str = ""

    def problem(self, page: MonitorPage) -> str:
        if not clean_line(self.reason):
            return page.t("Say why.")
        return too_long(clean_lines(self.reason), LONGEST_NOTE, page)


@router.get("")
def requests(page: AskingDep) -> Response:
    with page.reading() as session:
        plan = page.filters.plan or None
        rows = seen(session, page, list_requests(session, page.settings, plan))
    return page.show_tables("asking/requests.html", [_sheet(rows, page)], plan=plan)


def seen(session: Session, page: MonitorPage, rows: list[AskedRow]) -> list[AskedRow]:
    """Those of which the person may see a report."""
    periods = seen_periods(session, visible(page.person, page.today))
    return [row for row in rows if row.period in periods]


def _sheet(rows: list[AskedRow], page: MonitorPage) -> TableSheet:
    return make_sheet(
        "requests",
        page.t("Requests"),
        [
            Column(page.t("Report"), lambda row: TableCell(row.by.title, f"/requests/{row.id}")),
            Column(page.t("Plan"), lambda row: page.t("outside any plan") if row.ad_hoc else row.plan_title),
            Column(page.pt("request", "Asked by"), lambda row: row.by.asked_by),
            narrow(page.t("Asked at"), lambda row: row.by.at),
            Column(page.t("Letter"), lambda row: row.by.number),
            narrow(page.t("Last day"), lambda row: page.last_day(row.due)),
            figure(page.t("Expected"), lambda row: row.expected),
            figure(page.t("Filed"), lambda row: row.filed),
            Column(page.t("State"), lambda row: _state(row, page)),
        ],
        rows,
        empty=page.t("Nothing was asked for."),
    )


def _state(row: AskedRow, page: MonitorPage) -> str:
    if row.is_withdrawn:
        return page.t("withdrawn")
    return page.t("all have filed") if row.expected and row.filed == row.expected else ""


@router.get("/{id}")
def request(page: AskingDep, id: RowId, done: str = "") -> Response:
    return _show(page, id, done=done)


def _show(
    page: MonitorPage,
    id: int,
    status: int = 200,
    *,
    done: str = "",
    form: ReasonForm | None = None,
    problem: str = "",
    conflict: str = "",
) -> Response:
    with page.reading() as session:
        row = next(iter(seen(session, page, list_requests(session, page.settings, ids=[id]))), None)
        if row is None:
            raise NotFound(page.t("There is no such request."))
        may_withdraw = may_take_back(session, page.person, session.get_one(ReportRequest, id))
    return page.show(
        "asking/request.html",
        status,
        row=row,
        deadline=None if row.due is None else Deadline(row.due, page.zone),
        may_withdraw=may_withdraw and not row.is_withdrawn,
        done=done,
        form=form or ReasonForm(),
        problem=problem,
        conflict=conflict,
    )


@router.post("/{id}/withdraw")
def withdraw(page: AskingDep, id: RowId, form: Annotated[ReasonForm, Form()]) -> Response:
    problem = form.problem(page)
    try:
        with page.writing() as session:
            found = session.get(ReportRequest, id)
            if found is None:
                raise NotFound(page.t("There is no such request."))
            if not may_take_back(session, page.person, found):
                raise Forbidden(page.t("Your account may not withdraw this request."))
            if not problem:
                withdraw_request(session, page.settings, id, form.reason, page.now, page.actor)
    except IllegalMove as error:
        return _show(page, id, 409, form=form, conflict=place_and_words(error, page)[1])
    if problem:
        return _show(page, id, 422, form=form, problem=problem)
    return redirect(f"/requests/{id}?done=withdrawn")
