"""The clerk's own pages: what is to be done now, and the unit's year on one page."""

from __future__ import annotations

from fastapi import APIRouter
from sqlmodel import Session, col
from starlette.exceptions import HTTPException
from starlette.responses import Response

from models.errors import NotFound
from models.unit import Unit
from models.vocabulary import AccessRole
from reporting.access.rights import Person, followed, seen_units
from reporting.asking.sayable import own_events
from reporting.monitoring.unit_year import own_work, unit_year
from reporting.obligations.asked import read_asked
from reporting.unit_names import names, unit_id
from web.asking.words import asker_words
from web.form_values import typed_number
from web.page import Page, SignedInPage, redirect

router = APIRouter(include_in_schema=False)


@router.get("/mine")
def mine(page: SignedInPage) -> Response:
    return _show_own_work(page)


def _show_own_work(page: Page) -> Response:
    """What the person's units have to do."""
    with page.reading() as session:
        work = own_work(session, page.settings, page.person, page.now)
        units = names(session, page.person.units, page.today, in_force=True)
        reports = (*work.to_file, *work.to_review, *work.informing, *work.handed_in)
        sayable = own_events(session, page.settings, page.person, page.now)
        asked = read_asked(session, {report.period for report in reports}, page.zone)
    return page.show(
        "clerk/mine.html",
        work=work,
        units=units,
        today=page.today,
        sayable=sayable,
        asker=lambda report: asker_words(asked.get(report.period), report.duty_title),
    )


@router.get("/year")
def year(page: SignedInPage, unit: str = "", year: str = "") -> Response:
    """A unit's year: the person's own, or any of which they may see reports."""
    person, today = page.person, page.today
    asked = typed_number(year, 1900, 2199, today.year)
    with page.reading() as session:
        own = names(session, person.units, today, in_force=True)
        try:
            chosen = unit_id(session, unit) if unit else next(iter(own), None)
        except NotFound as error:
            raise HTTPException(404) from error
        if chosen is None:
            return page.show("clerk/no_unit.html")
        shown = unit_year(session, page.settings, chosen, asked, page.now, followed(person, today))
        named = own.get(chosen) or names(session, [chosen], today).get(chosen)
        if chosen not in person.units and not shown.plans and not _is_seen(session, page, chosen):
            raise HTTPException(404)
    return page.show(
        "clerk/year.html",
        shown=shown,
        year=asked,
        unit=named or (unit, unit),
        own=own,
        chosen=chosen,
        is_own=chosen in person.units,
        today=today,
    )


def _is_seen(session: Session, page: Page, unit_id: int) -> bool:
    """Whether the person may see the unit, whatever it owes in the year."""
    seen = seen_units(page.person, page.today).where(col(Unit.id) == unit_id)
    return session.scalar(seen) is not None


@router.get("/")
def front(page: SignedInPage) -> Response:
    """A clerk sees what is to be handed in; a monitor goes to the board, an administrator to theirs."""
    place = _place(page.person)
    return redirect(place) if place else _show_own_work(page)


def _place(person: Person) -> str:
    if person.held and all(held.role is AccessRole.ADMINISTRATOR for held in person.held):
        return "/admin"
    return "/board" if person.monitors else ""
