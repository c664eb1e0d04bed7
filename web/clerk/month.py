"""`/month`: a month as a calendar, of one's own reports, or of a unit, a branch, a plan or a person."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from sqlalchemy import ColumnElement, select
from sqlmodel import Session, col
from starlette.exceptions import HTTPException
from starlette.responses import Response

from calendars.errors import PeriodError
from calendars.periods import Frequency
from models.account import Account
from models.errors import NotFound
from models.obligation import Obligation
from models.plan import Plan
from models.typed_period import read_period
from reporting.access.rights import Person, followed, named_grants
from reporting.monitoring.month import CalendarMonth, month_view
from reporting.obligations.filters import Selection
from reporting.special_days import working_days
from reporting.unit_names import names, unit_id
from web.form_values import typed_number
from web.monitor.request import Text, typed
from web.page import SignedInPage

YEARS = range(1900, 2200)
router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Chosen:
    """What the address asks for; an empty text asks for nothing."""

    unit: str = ""
    branch: str = ""
    plan: str = ""
    person: str = ""

    def link(self, month: CalendarMonth) -> str:
        given = {name: value for name, value in vars(self).items() if value}
        return f"/month?{urlencode({**given, 'month': str(month)})}"


def chosen(unit: Text = "", branch: Text = "", plan: Text = "", person: Text = "") -> Chosen:
    return Chosen(*(typed(text) for text in (unit, branch, plan, person)))


def typed_month(text: str, number: str, year: str, today: date) -> CalendarMonth | None:
    """A month as an address has it, 2024-09, or as people write it, 9/2024, or in two fields; this month
    where nothing is typed, None for what is no month of the years 1900 to 2199."""
    if text:
        with suppress(PeriodError):
            period = read_period(text, today.year)
            if period.frequency is Frequency.MONTH and period.year in YEARS:
                return CalendarMonth(period.year, period.index)
        return None
    chosen = typed_number(number or str(today.month), 1, 12, 0)
    its_year = typed_number(year or str(today.year), YEARS[0], YEARS[-1], 0)
    return CalendarMonth(its_year, chosen) if chosen and its_year else None


@router.get("/month")
def month(
    page: SignedInPage,
    whose: Annotated[Chosen, Depends(chosen)],
    month: Text = "",
    number: Text = "",
    year: Text = "",
) -> Response:
    this_month = CalendarMonth(page.today.year, page.today.month)
    month, number, year = typed(month), typed(number), typed(year)
    asked = typed_month(month, number, year, page.today)
    shown = asked or this_month
    with page.reading() as session:
        subject = _subject(session, page, whose)
        days = working_days(session)
        view = month_view(session, page.settings, shown, subject.conditions, days, page.now, page.language)
    return page.show(
        "clerk/month.html",
        200 if asked else 422,
        wrong="" if asked else month or "/".join(part for part in (number, year) if part),
        view=view,
        month=shown,
        subject=subject,
        whose=whose,
        this_month=this_month,
        today=page.today,
    )


@dataclass(frozen=True)
class MonthSubject:
    """Whose month it is, in words, and what is shown of it."""

    title: str
    conditions: tuple[ColumnElement[bool], ...]
    unit: str = ""
    plan: str = ""
    branch: str = ""


def _subject(session: Session, page: SignedInPage, whose: Chosen) -> MonthSubject:
    """Raises a 404 for what there is not, and for that of which the person sees nothing."""
    seen, said = followed(page.person, page.today), []
    try:
        selection = Selection(unit=whose.unit or None, branch=whose.branch or None, plan=whose.plan or None)
        conditions = [seen, *selection.conditions(session)]
        for code in (whose.unit, whose.branch):
            if code:
                id = unit_id(session, code)
                said.append(names(session, [id], page.today)[id].name)
    except NotFound as error:
        raise HTTPException(404) from error
    if whose.plan:
        number, title = session.execute(
            select(col(Plan.number), col(Plan.title)).where(col(Plan.slug) == whose.plan)
        ).one()
        said.append(" – ".join(part for part in (number, title) if part))
    if whose.person or not said:
        units, name = _units_of(session, page, whose.person)
        if units or whose.person:
            conditions.append(col(Obligation.unit_id).in_(sorted(units)))
            own = names(session, units, page.today)
            said.append(", ".join([name, *sorted(each.name for each in own.values())][:4]))
    is_there = select(col(Obligation.id)).where(*conditions).limit(1)
    if any(vars(whose).values()) and not page.person.administers_all and not session.scalar(is_there):
        raise HTTPException(404)
    return MonthSubject(" · ".join(said), tuple(conditions), whose.unit, whose.plan, whose.branch)


def _units_of(session: Session, page: SignedInPage, address: str) -> tuple[frozenset[int], str]:
    """The units of a person by their address, of oneself without one. Others' only administrators see."""
    person: Person = page.person
    if not address or address.lower() == person.address.lower():
        return person.units, person.name
    account = session.scalar(select(Account).where(col(Account.address) == address.lower()))
    if account is None or not person.administers_all:
        raise HTTPException(404)
    grants = named_grants(session, account.id, page.today)
    held = {grant.unit_id for grant in grants if not grant.has_ended(page.today) and grant.unit_id}
    return frozenset(held), account.name
