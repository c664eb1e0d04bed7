"""Items as tests need them: one commune's monthly report, with whatever a case changes."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any

from calendars.office import OfficeCalendar
from calendars.working_days import WorkingDays
from calendars.zone import HCM
from models.vocabulary import Audience, Lifecycle, NoticeKind
from notifications.item import Addressee, Item
from notifications.links import Links
from reporting.feeds.rows import OwedRow
from tests.conftest import at

CALENDAR = OfficeCalendar(WorkingDays(), HCM)
ALICE = Addressee(address="alice@xa.example", name="Alice", language="vi")
LATE = {"deadline": at("2024-10-14 00:00:00"), "written": date(2024, 10, 14), "safe_day": date(2024, 10, 13)}


def links(now: str = "2024-10-15 08:00:00") -> Links:
    return Links("https://x.example", "secret", at(now))


def item(id: int = 1, **changes: Any) -> Item:
    """A notice of a report; changes are of the notice or of its report, by the names that either has."""
    values: dict[str, Any] = {
        "notice_id": id,
        "obligation_id": id,
        "kind": NoticeKind.COMING_DUE,
        "audience": Audience.CLERK,
        "contact_id": 1,
        "person": ALICE,
        "branch": "UBND huyện Một",
        "awaited_by": "UBND huyện Một",
        "monitor": "Sở Kế hoạch",
    } | {name: value for name, value in changes.items() if name in ITEM}
    owed = {name: value for name, value in changes.items() if name not in ITEM}
    if values["obligation_id"]:
        values["owed"] = report(values["obligation_id"], **owed)
    return Item(**values)


ITEM = {field.name for field in fields(Item)}


def report(id: int = 1, **changes: Any) -> OwedRow:
    """A commune's monthly report, held to its written deadline unless `written` is None."""
    values: dict[str, Any] = (
        dict.fromkeys(OwedRow._fields)
        | OwedRow._field_defaults
        | {
            "id": id,
            "plan": "chuong-trinh",
            "plan_number": "01/CTr-UBND",
            "plan_title": "Chương trình",
            "duty_title": "Báo cáo tháng",
            "basis": "IV.1.2",
            "clause": "",
            "stage": 1,
            "stage_name": "Cấp xã",
            "occurrence_id": 1,
            "period": "2024-10",
            "branch": "/9/1/",
            "unit_name": "UBND xã Một",
            "state": Lifecycle.OPEN,
            "deadline": at("2024-10-18 00:00:00"),
            "written": date(2024, 10, 18),
            "bound": "before",
            "safe_day": date(2024, 10, 17),
        }
    )
    values |= changes
    if values["state"] == Lifecycle.RETURNED:
        values["correction_deadline"] = values["deadline"]
    if values["written"]:
        values["original_deadline"] = values["deadline"]
    return OwedRow(**values)
