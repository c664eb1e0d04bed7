"""`/events`: what was said to have happened, and how many have filed; one of it, and taking it back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from sqlmodel import Session
from starlette.responses import Response

from models.asking import Happening
from models.errors import IllegalMove, NotFound
from reporting.access.rights import visible
from reporting.asking.happenings import take_back_event
from reporting.asking.lists import AskedRow, list_events, seen_periods
from reporting.asking.rights import may_take_back
from web.asking.fault_words import place_and_words
from web.asking.requests import ReasonForm
from web.auth import Forbidden, OwnForm
from web.form_values import RowId
from web.monitor.request import MonitorDep, MonitorPage
from web.monitor.table import Column, TableCell, TableSheet, figure, make_sheet, narrow
from web.page import redirect

router = APIRouter(prefix="/events", dependencies=[OwnForm], include_in_schema=False)


@router.get("")
def events(page: MonitorDep) -> Response:
    with page.reading() as session:
        plan = page.filters.plan or None
        rows = seen_events(session, page, list_events(session, page.settings, plan))
    return page.show_tables("asking/happenings.html", [_sheet(rows, page)], plan=plan)


def seen_events(session: Session, page: MonitorPage, rows: list[AskedRow]) -> list[AskedRow]:
    """Those of which the person may see a report."""
    periods = seen_periods(session, visible(page.person, page.today))
    return [row for row in rows if row.period in periods]


def _sheet(rows: list[AskedRow], page: MonitorPage) -> TableSheet:
    return make_sheet(
        "events",
        page.t("Events that were said"),
        [
            Column(page.t("Event"), lambda row: TableCell(row.by.title, f"/events/{row.id}")),
            narrow(page.t("Happened at"), lambda row: row.by.happened_at),
            Column(page.t("Plan"), lambda row: row.plan_title),
            Column(page.t("Said by"), lambda row: row.by.asked_by),
            figure(page.t("Expected"), lambda row: row.expected),
            figure(page.t("Filed"), lambda row: row.filed),
            Column(page.t("State"), lambda row: _state(row, page)),
        ],
        rows,
        empty=page.t("Nothing was said to have happened."),
    )


def _state(row: AskedRow, page: MonitorPage) -> str:
    if row.is_withdrawn:
        return page.t("taken back")
    return page.t("all have filed") if row.expected and row.filed == row.expected else ""


@router.get("/{id}")
def event(page: MonitorDep, id: RowId, done: str = "") -> Response:
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
        row = next(iter(seen_events(session, page, list_events(session, page.settings, ids=[id]))), None)
        if row is None:
            raise NotFound(page.t("Nothing of this number was said to have happened."))
        may = may_take_back(session, page.person, session.get_one(Happening, id))
    return page.show(
        "asking/happening.html",
        status,
        row=row,
        may_take_back=may and not row.is_withdrawn,
        done=done,
        form=form or ReasonForm(),
        problem=problem,
        conflict=conflict,
    )


@router.post("/{id}/take-back")
def take_back(page: MonitorDep, id: RowId, form: Annotated[ReasonForm, Form()]) -> Response:
    problem = form.problem(page)
    try:
        with page.writing() as session:
            found = session.get(Happening, id)
            if found is None:
                raise NotFound(page.t("Nothing of this number was said to have happened."))
            if not may_take_back(session, page.person, found):
                raise Forbidden(page.t("Your account may not take this back."))
            if not problem:
                take_back_event(session, page.settings, id, form.reason, page.now, page.actor)
    except IllegalMove as error:
        return _show(page, id, 409, form=form, conflict=place_and_words(error, page)[1])
    if problem:
        return _show(page, id, 422, form=form, problem=problem)
    return redirect(f"/events/{id}?done=taken-back")
