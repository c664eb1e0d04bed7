"""What is left out at the last moment, one row a case, and why."""

from __future__ import annotations

from typing import Any

import pytest

from models.vocabulary import Lifecycle, NoticeKind, Until
from reporting.reminders.recheck import NAGGING, NoticeStanding, reason_not_to_send

OPEN: dict[str, Any] = {
    "kind": NoticeKind.COMING_DUE,
    "state": Lifecycle.OPEN,
    "revision": 1,
    "present_revision": 1,
}
SUBMITTED, ACCEPTED, RETURNED = Lifecycle.SUBMITTED, Lifecycle.ACCEPTED, Lifecycle.RETURNED


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"state": RETURNED}, None),
        ({"state": SUBMITTED}, "it was filed meanwhile"),
        ({"state": ACCEPTED}, "it was filed meanwhile"),
        ({"state": Lifecycle.WAIVED}, "the obligation was waived"),
        ({"state": Lifecycle.CANCELLED}, "the obligation was cancelled"),
        ({"state": Lifecycle.TRANSFERRED}, "the obligation was transferred"),
        ({"present_revision": 2}, "the deadline was moved"),
        ({"unit_has_ended": True}, "the unit has ended"),
        ({"rung_is_off": True}, "the rung was switched off"),
        ({"is_acknowledged": True}, None),  # this rung asks for the report itself
        ({"is_acknowledged": True, "rung_until": Until.SUBMITTED}, None),
        ({"is_acknowledged": True, "rung_until": Until.ACKNOWLEDGED}, "it was acknowledged meanwhile"),
        ({"person_is_gone": True}, "the person is no contact any more"),
        ({"address_bounces": True}, "the address refuses mail"),
        # the reviewer's clock
        ({"kind": NoticeKind.REVIEWER_REMINDER, "state": SUBMITTED}, None),
        ({"kind": NoticeKind.REVIEWER_REMINDER, "state": ACCEPTED}, "it was reviewed meanwhile"),
        ({"kind": NoticeKind.REVIEWER_REMINDER, "state": RETURNED}, "it was reviewed meanwhile"),
        # events tell what has happened, whatever comes after, unless it undoes them
        ({"kind": NoticeKind.ACCEPTED, "state": ACCEPTED, "present_revision": 2}, None),
        ({"kind": NoticeKind.DONE, "state": ACCEPTED}, None),
        ({"kind": NoticeKind.DONE, "state": RETURNED}, "it was returned meanwhile"),
        ({"kind": NoticeKind.DONE, "state": SUBMITTED, "unit_has_ended": True}, None),
        ({"kind": NoticeKind.EXTENSION_DECIDED, "present_revision": 2}, "the deadline was moved"),
        ({"kind": NoticeKind.RECEIPT, "state": ACCEPTED}, None),
        ({"kind": NoticeKind.LOOK_AHEAD, "is_unwanted": True}, "the person wants no looks at the week ahead"),
        ({"kind": NoticeKind.OVERDUE, "is_unwanted": True}, None),
        # an alert is about no obligation and nobody's contact
        ({"kind": NoticeKind.ALERT, "person_is_gone": True, "unit_has_ended": True}, None),
    ],
)
def test_it_looks_again_before_sending(changes: dict[str, Any], reason: str | None) -> None:
    assert reason_not_to_send(NoticeStanding(**(OPEN | changes))) == reason


@pytest.mark.parametrize("kind", sorted(NAGGING))
def test_nobody_is_nagged_for_what_is_filed(kind: NoticeKind) -> None:
    standing = NoticeStanding(**(OPEN | {"kind": kind, "state": SUBMITTED}))
    assert reason_not_to_send(standing) == "it was filed meanwhile"
