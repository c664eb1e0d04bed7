"""Items as tests need them: one commune's monthly report, with whatever a case changes."""

from __future__ import annotations

from datetime import date
from typing import Any

from calendars.office import OfficeCalendar
from calendars.working_days import WorkingDays
from calendars.zone import HCM
from models.vocabulary import Audience, Lifecycle, NoticeKind
from notifications.item import Addressee, Item
from notifications.links import Links
from tests.conftest import at

CALENDAR = OfficeCalendar(WorkingDays(), HCM)
ALICE = Addressee(address="alice@xa.example", name="Alice", language="vi")
LATE = {"deadline": at("2024-10-14 00:00:00"), "written": date(2024, 10, 14), "safe_day": date(2024, 10, 13)}


def links(now: str = "2024-10-15 08:00:00") -> Links:
    return Links("https://x.example", "secret", at(now))


def item(id: int = 1, **changes: Any) -> Item:
    values: dict[str, Any] = {
        "notice_id": id,
        "obligation_id": id,
        "kind": NoticeKind.COMING_DUE,
        "audience": Audience.CLERK,
        "immediate": False,
        "contact_id": 1,
        "person": ALICE,
        "attempts": 0,
        "state": Lifecycle.OPEN,
        "deadline": at("2024-10-18 00:00:00"),
        "written": date(2024, 10, 18),
        "bound": "before",
        "safe_day": date(2024, 10, 17),
        "is_extended": False,
        "plan_slug": "chuong-trinh",
        "plan_number": "01/CTr-UBND",
        "plan_title": "Chương trình",
        "duty": "Báo cáo tháng",
        "basis": "IV.1.2",
        "period": "2024-10",
        "unit": "UBND xã Một",
        "branch": "UBND huyện Một",
        "awaited_by": "UBND huyện Một",
        "monitor": "Sở Kế hoạch",
        "returned_for": "",
    }
    return Item(**(values | changes))
