"""The clerk's own pages: what is to be done now, and the unit's year on one page."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from models.database import reading
from models.errors import NotFound
from models.vocabulary import AccessRole
from reporting.access.rights import Person, visible
from reporting.monitoring.unit_year import own_work, unit_year
from reporting.unit_names import names, unit_id
from web.auth import SignedIn
from web.context import Edge, EdgeDep
from web.rendering import Pages, PagesDep

router = APIRouter(include_in_schema=False)
YEARS = range(1900, 2200)


@router.get("/mine")
def mine(person: SignedIn, edge: EdgeDep, pages: PagesDep) -> Response:
    return show_own_work(person, edge, pages)


def show_own_work(person: Person, edge: Edge, pages: Pages) -> Response:
    """What the person's units have to do."""
    now = edge.now
    with reading(edge.engine) as session:
        work = own_work(session, edge.settings, person, now)
        units = names(session, person.units, edge.today(now), in_force=True)
    return pages.show("clerk/mine.html", work=work, units=units, today=edge.today(now))


@router.get("/year")
def year(person: SignedIn, edge: EdgeDep, pages: PagesDep, unit: str = "", year: str = "") -> Response:
    """A unit's year: the person's own, or any of which they may see reports."""
    now = edge.now
    today = edge.today(now)
    asked = int(year) if year.isdecimal() and len(year) == 4 and int(year) in YEARS else today.year
    with reading(edge.engine) as session:
        own = names(session, person.units, today, in_force=True)
        try:
            chosen = unit_id(session, unit) if unit else next(iter(own), None)
        except NotFound as error:
            raise HTTPException(404) from error
        if chosen is None:
            return pages.show("clerk/no_unit.html")
        shown = unit_year(session, edge.settings, chosen, asked, now, visible(person, today))
        named = own.get(chosen) or names(session, [chosen], today, in_force=True).get(chosen)
        if chosen not in person.units and not shown.plans:
            raise HTTPException(404)
    return pages.show(
        "clerk/year.html",
        shown=shown,
        year=asked,
        unit=named or (unit, unit),
        own=own,
        chosen=chosen,
        is_own=chosen in person.units,
        today=today,
    )


@router.get("/")
def front(person: SignedIn, edge: EdgeDep, pages: PagesDep) -> Response:
    """A clerk sees what is to be handed in; whoever watches goes to the board, an administrator to theirs."""
    place = _place(person)
    return RedirectResponse(place, status_code=303) if place else show_own_work(person, edge, pages)


def _place(person: Person) -> str:
    if person.held and all(held.role is AccessRole.ADMINISTRATOR for held in person.held):
        return "/admin"
    return "/board" if person.monitors else ""
