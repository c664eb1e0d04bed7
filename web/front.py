"""The front page: whoever is signed in goes on to the page that serves them first."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from models.vocabulary import AccessRole
from reporting.rights import Person
from web.clerk.own_pages import show_own_work
from web.edge import EdgeDep
from web.pages import PagesDep
from web.who import SignedIn

router = APIRouter(include_in_schema=False)


@router.get("/")
def front(person: SignedIn, edge: EdgeDep, pages: PagesDep) -> Response:
    """A clerk sees what is to be handed in; whoever watches goes to the board, an administrator to theirs."""
    place = _place(person)
    return RedirectResponse(place, status_code=303) if place else show_own_work(person, edge, pages)


def _place(person: Person) -> str:
    if person.held and all(held.role is AccessRole.ADMINISTRATOR for held in person.held):
        return "/admin"
    return "/board" if person.monitors else ""
