"""The front page: whoever is signed in goes on to the page that serves them first."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from web.pages import PagesDep
from web.who import SignedIn

router = APIRouter(include_in_schema=False)


@router.get("/")
def front(person: SignedIn, pages: PagesDep) -> Response:
    return pages.show("front.html")
