"""The audit: who changed what, when, from what to what; narrowed by what is in the address."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from pydantic import BaseModel, BeforeValidator
from starlette.responses import Response

from calendars.zone import midnight
from models.database import LARGEST_ID
from reporting.audit.log import AuditFilter, audit_page
from reporting.audit.words import SUBJECTS, spoken_entries
from web.auth import OwnForm
from web.form_values import Search, typed_day, typed_number, typed_page
from web.page import AdminPage

router = APIRouter(prefix="/admin/audit", dependencies=[OwnForm], include_in_schema=False)
ROWS = 50


class AuditQuery(BaseModel):
    """Which entries, as the address says it."""

    subject: Search = ""
    id: Search = ""
    actor: Search = ""
    unit: Search = ""
    action: Search = ""
    since: Search = ""
    until: Search = ""
    page: Annotated[int, BeforeValidator(typed_page)] = 1

    def sought(self, zone: ZoneInfo) -> AuditFilter:
        first, last = typed_day(self.since), typed_day(self.until)
        return AuditFilter(
            subject=self.subject[:40] or None,
            subject_id=typed_number(self.id, 0, LARGEST_ID, 0) if self.id else None,
            actor=self.actor or None,
            unit=self.unit or None,
            action=self.action[:40] or None,
            since=midnight(first, zone) if first else None,
            until=midnight(last + timedelta(days=1), zone) if last else None,
        )


@router.get("")
def audit(page: AdminPage, query: Annotated[AuditQuery, Query()]) -> Response:
    with page.reading() as session:
        found, more = audit_page(session, query.sought(page.zone), query.page, ROWS)
    subjects = {key: page.t(words) for key, words in SUBJECTS.items()}
    return page.show(
        "admin/audit.html",
        entries=spoken_entries(found, page.language, page.zone),
        subjects=list(subjects.items()),
        called=subjects,
        asked=query.model_dump(exclude={"page"}),
        page=query.page,
        more=more,
    )
