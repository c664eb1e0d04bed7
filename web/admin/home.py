"""The first of the administrator's pages: what needs a hand, and where everything is."""

from __future__ import annotations

from fastapi import APIRouter
from sqlalchemy import func, select
from sqlmodel import col
from starlette.responses import RedirectResponse, Response

from models.database import reading
from models.plan import Plan
from models.unit import UnitVersion
from models.vocabulary import NoticeState
from notifications.notice_list import state_counts
from reporting.health.health import finding_words, findings
from web.admin.mailbox import has_mailbox
from web.auth import AnyAdministrator, OwnForm
from web.context import EdgeDep
from web.rendering import PagesDep

router = APIRouter(prefix="/admin", dependencies=[OwnForm], include_in_schema=False)


@router.get("")
def overview(person: AnyAdministrator, edge: EdgeDep, pages: PagesDep) -> Response:
    if not person.administers_all:
        return RedirectResponse("/admin/units", status_code=303)
    now = edge.now
    with reading(edge.engine) as session:
        found = findings(session, now, edge.settings)
        counts = state_counts(session)
        plans = session.scalar(select(func.count()).select_from(Plan).where(col(Plan.retired_at).is_(None)))
        units = session.scalar(
            select(func.count()).select_from(UnitVersion).where(col(UnitVersion.valid_to).is_(None))
        )
    return pages.show(
        "admin/overview.html",
        findings=[(each, finding_words(each, pages.language, edge.settings.zone)) for each in found],
        plans=plans or 0,
        units=units or 0,
        waiting=counts[NoticeState.QUEUED],
        failed=counts[NoticeState.FAILED],
        prefect=edge.settings.prefect_ui,
        has_mailbox=has_mailbox(edge.settings),
    )
