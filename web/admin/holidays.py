"""The year's working days as a calendar, and what the government announced later: added and taken back."""

from __future__ import annotations

from calendar import Calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form
from starlette.responses import RedirectResponse, Response

from calendars.working_days import WorkingDays
from models.database import reading, writing
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
from web.auth import Administrator, OwnForm
from web.context import Edge, EdgeDep
from web.form_values import typed_day, typed_number
from web.rendering import Pages, PagesDep

router = APIRouter(prefix="/admin/holidays", dependencies=[OwnForm], include_in_schema=False)
MOST_DAYS = 31
NAMES = {"off": ("Nghỉ theo thông báo", "Announced day off"), "worked": ("Làm bù", "Worked in exchange")}


@dataclass(frozen=True)
class DayCell:
    """A day of the calendar: `kind` is work, weekend, off or worked."""

    day: date
    kind: str
    own: bool


@router.get("")
def year(person: Administrator, edge: EdgeDep, pages: PagesDep, year: str = "", done: str = "") -> Response:
    return _page(edge, pages, typed_number(year, FIRST_YEAR, LAST_YEAR, edge.today(edge.now).year), done=done)


@router.post("")
def add(
    person: Administrator,
    edge: EdgeDep,
    pages: PagesDep,
    first: Annotated[str, Form()] = "",
    last: Annotated[str, Form()] = "",
    kind: Annotated[str, Form()] = "off",
    name: Annotated[str, Form()] = "",
) -> Response:
    now = edge.now
    begin, end = typed_day(first), typed_day(last or first)
    wrong = _wrong(pages, begin, end)
    if begin is None or end is None or wrong:
        shown = begin.year if begin else edge.today(now).year
        typed = {"first": first[:20], "last": last[:20], "kind": kind, "name": name[:100]}
        return _page(edge, pages, shown, typed=typed, wrong=wrong)
    worked = kind == "worked"
    called = name.strip()[:100] or pages.t(*NAMES["worked" if worked else "off"])
    with writing(edge.engine) as session:
        for number in range((end - begin).days + 1):
            add_special_day(session, begin + timedelta(days=number), worked, called, now, person.actor)
    return RedirectResponse(f"/admin/holidays?year={begin.year}&done=added", status_code=303)


@router.post("/remove")
def remove(
    person: Administrator, edge: EdgeDep, pages: PagesDep, day: Annotated[str, Form()] = ""
) -> Response:
    wanted = typed_day(day)
    if wanted is None:
        raise InvalidInput(f"{day[:20]!r} is no day; the page lists those that were added")
    with writing(edge.engine) as session:
        remove_special_day(session, wanted, edge.now, person.actor)
    return RedirectResponse(f"/admin/holidays?year={wanted.year}&done=removed", status_code=303)


@router.post("/confirm")
def confirm(
    person: Administrator,
    edge: EdgeDep,
    year: Annotated[int, Form(ge=FIRST_YEAR, le=LAST_YEAR)],
    undo: Annotated[bool, Form()] = False,
) -> Response:
    """A person's word that the year's days are complete, or its taking back."""
    with writing(edge.engine) as session:
        (doubt_year if undo else confirm_year)(session, year, edge.now, person.actor)
    return RedirectResponse(f"/admin/holidays?year={year}&done=confirmed", status_code=303)


def _wrong(pages: Pages, begin: date | None, end: date | None) -> str:
    if begin is None or end is None:
        return pages.t("Không phải ngày; hãy viết như 18/10/2024.", "No date; write it as 18/10/2024.")
    if end < begin:
        return pages.t("Ngày cuối đứng trước ngày đầu.", "The last day lies before the first.")
    if (end - begin).days >= MOST_DAYS or not FIRST_YEAR <= begin.year <= end.year <= LAST_YEAR:
        return pages.t(f"Nhiều nhất {MOST_DAYS} ngày một lần.", f"At most {MOST_DAYS} days at a time.")
    return ""


def _page(
    edge: Edge,
    pages: Pages,
    year: int,
    *,
    typed: dict[str, str] | None = None,
    wrong: str = "",
    done: str = "",
) -> Response:
    with reading(edge.engine) as session:
        days = working_days(session)
        found = exceptional_days(session, year, pages.language)
        confirmed = confirmation(session, year)
    values: dict[str, Any] = {
        "months": [_month(year, month, days, found) for month in range(1, 13)],
        "exceptional": found,
        "year": year,
        "years": (FIRST_YEAR, LAST_YEAR),
        "typed": typed or {"first": "", "last": "", "kind": "off", "name": ""},
        "working": days.count(date(year, 1, 1), date(year + 1, 1, 1)),
        "exchanged": exchanged_days(days, year),
        "confirmed": confirmed,
        "wrong": wrong,
        "done": done,
    }
    return pages.show("admin/holidays.html", 422 if wrong else 200, **values)


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
