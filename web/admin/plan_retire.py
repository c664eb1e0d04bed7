"""Retiring a plan: first what it does, in numbers; then, if they are still the same, it is done."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form
from starlette.responses import RedirectResponse, Response

from models.database import reading, writing
from models.plan import Plan
from reporting.opening.retirement import Retirement, foresee_retirement, retire_plan
from reporting.plans.loading import find_plan
from web.admin.preview_token import is_sealed, seal
from web.auth import Administrator, OwnForm
from web.context import EdgeDep
from web.rendering import Pages, PagesDep

router = APIRouter(prefix="/admin/plans", dependencies=[OwnForm], include_in_schema=False)


@router.get("/{slug}/retire")
def ask(slug: str, person: Administrator, edge: EdgeDep, pages: PagesDep) -> Response:
    with reading(edge.engine) as session:
        found, told = find_plan(session, slug), foresee_retirement(session, slug, edge.now)
    return _page(pages, found, told)


@router.post("/{slug}/retire")
def retire(
    slug: str,
    person: Administrator,
    edge: EdgeDep,
    pages: PagesDep,
    reason: Annotated[str, Form()] = "",
    document: Annotated[str, Form()] = "",
    shown: Annotated[str, Form()] = "",
) -> Response:
    now = edge.now
    reason, document = reason.strip()[:2000], document.strip()[:100]
    with writing(edge.engine) as session:
        found = find_plan(session, slug)
        if found.retired_at is not None:
            return RedirectResponse(f"/admin/plans/{slug}?done=retired", status_code=303)
        told = foresee_retirement(session, slug, now)
        stale = not is_sealed(shown, told)
        if reason and not stale:
            retire_plan(session, slug, reason, now, person.actor, document)
            return RedirectResponse(f"/admin/plans/{slug}?done=retired", status_code=303)
    return _page(pages, found, told, reason, document, stale=stale, status=409 if stale else 422)


def _page(
    pages: Pages,
    plan: Plan,
    told: Retirement,
    reason: str = "",
    document: str = "",
    stale: bool = False,
    status: int = 200,
) -> Response:
    values: dict[str, Any] = {
        "plan": plan,
        "told": told,
        "reason": reason,
        "document": document,
        "stale": stale,
    }
    wrong = status == 422
    return pages.show("admin/plan_retire.html", status, **values, wrong=wrong, shown=seal(told))
