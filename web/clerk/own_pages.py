"""The clerk's own pages: what is to be done now, and the unit's year on one page."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import Response

from models.database import reading
from models.errors import NotFound
from reporting.own_work import own_work
from reporting.rights import Person, visible
from reporting.selection import unit_id
from reporting.unit_year import unit_names, unit_year
from web.edge import Edge, EdgeDep
from web.pages import Pages, PagesDep
from web.who import SignedIn

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
        units = unit_names(session, person.units, edge.today(now))
    return pages.show("clerk/mine.html", work=work, units=units, today=edge.today(now))


@router.get("/year")
def year(person: SignedIn, edge: EdgeDep, pages: PagesDep, unit: str = "", year: str = "") -> Response:
    """A unit's year: the person's own, or any of which they may see reports."""
    now = edge.now
    today = edge.today(now)
    asked = int(year) if year.isdecimal() and len(year) == 4 and int(year) in YEARS else today.year
    with reading(edge.engine) as session:
        own = unit_names(session, person.units, today)
        try:
            chosen = unit_id(session, unit) if unit else next(iter(own), None)
        except NotFound as error:
            raise HTTPException(404) from error
        if chosen is None:
            return pages.show("clerk/no_unit.html")
        shown = unit_year(session, edge.settings, chosen, asked, now, visible(person, today))
        named = own.get(chosen) or unit_names(session, [chosen], today).get(chosen)
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
