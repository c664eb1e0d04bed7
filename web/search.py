"""`/search`: the one box in the head of every page, for units, plans, reports by their number, and people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from models.text import clean_line
from models.vocabulary import Role, say
from reporting.access.directory import Listed, administered
from reporting.finding import Finder, Found, FoundContact, Shown
from reporting.units.search import FoundUnit, unit_search
from web.form_values import PageNumber, Search, cut
from web.page import Page, SignedInPage

router = APIRouter(include_in_schema=False)
MOST = 10
"""Of each kind on the page that shows all kinds."""
ROWS = 50
Kinds = Mapping[str, Callable[[Shown], Found[Any]]]


@router.get("/search")
def search(
    page: SignedInPage, q: Search = "", kind: Annotated[str, cut(20)] = "", number: PageNumber = 1
) -> Response:
    words = clean_line(q)
    with page.reading() as session:
        finder = Finder(session, page.person, unit_search(session, page.today), words)
        kinds: Kinds = {
            "units": finder.units,
            "plans": finder.plans,
            "reports": finder.reports,
            "people": finder.people,
        }
        only = kind if kind in kinds else ""
        shown = Shown((number - 1) * ROWS, ROWS) if only else Shown(0, MOST)
        found = {name: find(shown) for name, find in kinds.items() if words and only in ("", name)}
        link = _unit_links(session, page, finder, found)
    return page.show(
        "search.html",
        q=words,
        only=only,
        found={name: each for name, each in found.items() if each.total},
        unit_link=link,
        number=number,
        rows=ROWS,
        is_account=lambda row: isinstance(row, Listed),
        today=page.today,
        role_words={role.value: say(role, page.language) for role in Role},
    )


def _unit_links(
    session: Session, page: Page, finder: Finder, found: Mapping[str, Found[Any]]
) -> Callable[[str], str]:
    """Where a unit's name leads: to its page for who administers it, else to its year."""
    rows = [row for each in found.values() for row in each.rows]
    codes = {row.code for row in rows if isinstance(row, FoundUnit)}
    codes |= {row.unit.code for row in rows if isinstance(row, FoundContact)}
    known = finder.search.units.by_code
    ids = {known[code].id: code for code in codes if code in known}
    mine = {ids[id] for id in administered(session, page.person, set(ids), page.today)}

    def link(code: str) -> str:
        return f"/admin/units/{quote(code)}" if code in mine else f"/year?unit={quote(code)}"

    return link
