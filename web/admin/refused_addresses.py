"""Contacts whose address is marked as refusing mail: seen together, and wrong marks taken away at once."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import RedirectResponse, Response

from models.database import reading, writing
from reporting.units.contacts import clear_bounced, marked_contacts
from web.auth import Administrator, OwnForm
from web.context import EdgeDep
from web.rendering import PagesDep

PATH = "/admin/outbox/refused"
router = APIRouter(prefix=PATH, dependencies=[OwnForm], include_in_schema=False)
SHOWN = 500


@router.get("")
def refused(person: Administrator, edge: EdgeDep, pages: PagesDep, q: str = "", done: str = "") -> Response:
    words = q.strip()[:100]
    with reading(edge.engine) as session:
        found = marked_contacts(session, edge.today(edge.now), words=words)
    return pages.show(
        "admin/refused_addresses.html", contacts=found[:SHOWN], number=len(found), words=words, done=done
    )


@router.post("/trust")
def trust(
    person: Administrator,
    edge: EdgeDep,
    ids: Annotated[list[int] | None, Form()] = None,
    everybody: Annotated[str, Form(alias="all")] = "",
    q: Annotated[str, Form()] = "",
) -> Response:
    """Write again to the chosen ones, or to all that the page's words find."""
    with writing(edge.engine) as session:
        found = marked_contacts(session, edge.today(edge.now), words=q.strip()[:100])
        chosen = {each.id for each in found if everybody or each.id in set(ids or [])}
        number = clear_bounced(session, chosen, edge.now, person.actor)
    return RedirectResponse(f"{PATH}?done={number}", status_code=303)
