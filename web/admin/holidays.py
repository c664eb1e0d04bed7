"""The year's working days as a calendar, and what the government announced later: added and taken back."""

from __future__ import annotations

from calendar import Calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Form
from pydantic import BaseModel, Field
from starlette.responses import Response

from calendars.working_days import WorkingDays
from messages.catalogue import N_
from models.errors import InvalidInput
from reporting.special_days import (
    FIRST_YEAR,
    LAST_YEAR,
    ExceptionalDay,
    add_special_day,
    confirm_year,
    confirmation,
    doubt_year,
    exceptional_days,
    exchanged_days,
    remove_special_day,
    working_days,
)
from web.admin.preview import AdminFault
from web.auth import OwnForm
from web.form_values import NO_DAY, cut, typed_day, typed_number
from web.form_values import Field as FormField
from web.page import AdminPage, Page, redirect

router = APIRouter(prefix="/admin/holidays", dependencies=[OwnForm], include_in_schema=False)
MOST_DAYS = 31
NAMES = {"off": N_("Announced day off"), "worked": N_("Worked in exchange")}


@dataclass(frozen=True)
class DayCell:
    """A day of the calendar: `kind` is work, weekend, off or worked."""

    day: date
    kind: str
    own: bool


class SpecialDayForm(BaseModel):
    """Days off, or worked in exchange, as typed: from `first` to `last`, or one day."""

    first: Annotated[str, cut(20)] = ""
    last: Annotated[str, cut(20)] = ""
    kind: str = "off"
    name: Annotated[str, cut(100)] = ""


@router.get("")
def show_year(page: AdminPage, year: str = "", done: str = "") -> Response:
    return _show(page, typed_number(year, FIRST_YEAR, LAST_YEAR, page.today.year), done=done)


@router.post("")
def add(page: AdminPage, form: Annotated[SpecialDayForm, Form()]) -> Response:
    begin, end = typed_day(form.first), typed_day(form.last or form.first)
    wrong = _wrong(page, begin, end)
    if begin is None or end is None or wrong:
        return _show(page, begin.year if begin else page.today.year, form, wrong=wrong)
    worked = form.kind == "worked"
    name = form.name.strip() or page.t(NAMES["worked" if worked else "off"])
    with page.writing() as session:
        for number in range((end - begin).days + 1):
            add_special_day(session, begin + timedelta(days=number), worked, name, page.now, page.actor)
    return redirect(f"/admin/holidays?year={begin.year}&done=added")


@router.post("/remove")
def remove(page: AdminPage, day: FormField = "") -> Response:
    wanted = typed_day(day)
    if wanted is None:
        raise InvalidInput(AdminFault.NO_DAY(day=day[:20]))
    with page.writing() as session:
        remove_special_day(session, wanted, page.now, page.actor)
    return redirect(f"/admin/holidays?year={wanted.year}&done=removed")


class YearForm(BaseModel):
    year: Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]
    undo: bool = False


@router.post("/confirm")
def confirm(page: AdminPage, form: Annotated[YearForm, Form()]) -> Response:
    """Record a person's word that the year's days are complete, or take it back."""
    with page.writing() as session:
        (doubt_year if form.undo else confirm_year)(session, form.year, page.now, page.actor)
    return redirect(f"/admin/holidays?year={form.year}&done=confirmed")


def _wrong(page: Page, begin: date | None, end: date | None) -> str:
    if begin is None or end is None:
        return page.t(NO_DAY)
    if end < begin:
        return page.t("The last day lies before the first.")
    if (end - begin).days >= MOST_DAYS or not FIRST_YEAR <= begin.year <= end.year <= LAST_YEAR:
        return page.t("At most %(MOST_DAYS)s days at a time.", MOST_DAYS=MOST_DAYS)
    return ""


def _show(
    page: Page, year: int, form: SpecialDayForm | None = None, *, wrong: str = "", done: str = ""
) -> Response:
    with page.reading() as session:
        days = working_days(session)
        found = exceptional_days(session, year, page.language)
        confirmed = confirmation(session, year)
    return page.show(
        "admin/holidays.html",
        422 if wrong else 200,
        months=[_month(year, month, days, found) for month in range(1, 13)],
        exceptional=found,
        year=year,
        years=(FIRST_YEAR, LAST_YEAR),
        typed=form or SpecialDayForm(),
        working=days.count(date(year, 1, 1), date(year + 1, 1, 1)),
        exchanged=exchanged_days(days, year),
        confirmed=confirmed,
        wrong=wrong,
        done=done,
    )


def _month(
    year: int, month: int, days: WorkingDays, found: list[ExceptionalDay]
) -> list[list[DayCell | None]]:
    own = {each.day for each in found if each.own}
    weeks = Calendar().monthdatescalendar(year, month)
    return [[_cell(day, days, own) if day.month == month else None for day in week] for week in weeks]


def _cell(day: date, days: WorkingDays, own: set[date]) -> DayCell:
    weekend = day.weekday() > 4
    if days.is_working(day):
        return DayCell(day, "worked" if weekend else "work", day in own)
    return DayCell(day, "off" if not weekend or day in own else "weekend", day in own)
