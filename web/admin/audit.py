"""The audit: who changed what, when, from what to what; narrowed by what is in the address."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter
from starlette.responses import Response

from calendars.zone import midnight
from models.database import LARGEST_ID, reading
from reporting.audit.log import AuditFilter, audit_page
from reporting.audit.words import spoken_entries
from web.auth import Administrator, OwnForm
from web.context import EdgeDep
from web.form_values import typed_day, typed_number, typed_page
from web.rendering import PagesDep

router = APIRouter(prefix="/admin/audit", dependencies=[OwnForm], include_in_schema=False)
PAGE = 50
SUBJECTS = {
    "obligation": ("báo cáo phải nộp", "obligation"),
    "occurrence": ("kỳ báo cáo đã mở", "occurrence"),
    "plan": ("kế hoạch", "plan"),
    "unit": ("đơn vị", "unit"),
    "units": ("danh sách đơn vị", "list of units"),
    "contact": ("đầu mối", "contact"),
    "ladder": ("bậc nhắc việc", "ladder"),
    "notice": ("lượt nhắc", "notice"),
    "day": ("ngày nghỉ, ngày làm bù", "special day"),
    "year": ("năm làm việc", "working year"),
    "account": ("tài khoản", "account"),
    "subscription": ("lịch đăng ký", "feed"),
}
"""What the entries are about, in words; what is not listed is shown by its own name."""


@router.get("")
def audit(
    person: Administrator,
    edge: EdgeDep,
    pages: PagesDep,
    subject: str = "",
    id: str = "",
    actor: str = "",
    action: str = "",
    since: str = "",
    until: str = "",
    page: str = "",
) -> Response:
    zone = edge.settings.zone
    first, last = typed_day(since), typed_day(until)
    sought = AuditFilter(
        subject=subject[:40] or None,
        subject_id=typed_number(id, 0, LARGEST_ID, 0) if id else None,
        actor=actor[:100] or None,
        action=action[:40] or None,
        since=midnight(first, zone) if first else None,
        until=midnight(last + timedelta(days=1), zone) if last else None,
    )
    number = typed_page(page)
    with reading(edge.engine) as session:
        found, more = audit_page(session, sought, number, PAGE)
    asked = {"subject": subject, "id": id, "actor": actor, "action": action, "since": since, "until": until}
    return pages.show(
        "admin/audit.html",
        entries=spoken_entries(found, pages.language, zone),
        subjects=[(key, pages.t(*words)) for key, words in SUBJECTS.items()],
        called={key: pages.t(*words) for key, words in SUBJECTS.items()},
        asked={name: value[:100] for name, value in asked.items()},
        page=number,
        more=more,
    )
