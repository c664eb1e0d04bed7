"""All routes, in two routers that are assembled once in a process and mounted by each of its applications.

FastAPI analyses the parameters and dependencies of a route when the route is made, and again for each
`include_router` that it is reached through, at the first request. So routers are included once, here: another
application costs nothing, and a router that is never asked is never analysed again.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse

from models.database import require_revision
from web.account import admin as accounts
from web.account import (
    contact_accounts,
    first,
    password_reset,
    profile,
    second_factor,
    sign_in,
    sign_in_code,
    single_sign_on,
)
from web.admin import (
    audit,
    contacts,
    erasure,
    health,
    holidays,
    ladders,
    mailbox,
    outbox,
    plan_draft,
    plan_draft_deeds,
    plan_draft_edit,
    plan_draft_upload,
    plan_files,
    plan_form,
    plan_upload,
    plans,
    test_mail,
    unit_edit,
    unit_import,
    unit_list,
    unit_new,
    units,
)
from web.admin import feeds as subscriptions
from web.api import asking, moves, obligations, reports
from web.asking import happening, happenings, request, requests
from web.clerk import documents, filing, home, links, month, reviewing
from web.context import context_of
from web.feeds import pages as feeds
from web.feeds import serve
from web.metrics import router as metrics_router
from web.monitor import board, board_actions, chain, chase, grid, rates
from web.monitor import plans as monitored_plans
from web.search import router as search_router

api_router = APIRouter(redirect_slashes=False)
pages_router = APIRouter()

for _module in (obligations, moves, asking, reports):
    api_router.include_router(_module.router)


@pages_router.get("/alive", include_in_schema=False)
async def alive() -> PlainTextResponse:
    """Whether the process answers; for supervisors, which start it again where it does not."""
    return PlainTextResponse("ok\n", headers={"Cache-Control": "no-store"})


@pages_router.get("/ready", include_in_schema=False)
def ready(request: Request) -> PlainTextResponse:
    """Whether it can serve, with its database; for proxies, which send people elsewhere where it cannot."""
    require_revision(context_of(request).engine)
    return PlainTextResponse("ok\n", headers={"Cache-Control": "no-store"})


for _module in (
    *(serve, feeds),
    *(sign_in, sign_in_code, first, single_sign_on, password_reset),
    *(profile, second_factor, accounts, contact_accounts),
    *(home, month),
    *(board, board_actions, monitored_plans, chain, grid, rates, chase),
    *(request, requests, happening, happenings),
    *(health, plans, plan_upload, plan_form, plan_files, ladders),
    *(units, unit_edit, unit_new, unit_list, unit_import, contacts, erasure),
    *(plan_draft_upload, plan_draft, plan_draft_deeds, plan_draft_edit),
    *(outbox, subscriptions, holidays, audit, mailbox, test_mail),
    *(documents, filing, reviewing, links),
):
    pages_router.include_router(_module.router)
pages_router.include_router(search_router)
pages_router.include_router(metrics_router)
pages_router.include_router(links.short_router)  # what none of the others knows
