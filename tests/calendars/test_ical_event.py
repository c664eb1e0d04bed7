"""One obligation, one VEVENT: exactly these lines, whatever the hour and the machine."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from calendars.errors import CalendarError
from calendars.ical_event import FeedEvent, event_bytes, event_uid
from tests.conftest import at

EVENT = FeedEvent(
    uid="8f0a@obligation.dondoc",
    last_day=date(2024, 2, 17),
    summary="[Quá hạn] Báo cáo tháng, kỳ 02/2024",
    description="Xã Đất Mũi\nKỳ 02/2024",
    url="https://dondoc.example/o/12",
    created=at("2024-01-19 08:00:00"),
    changed=at("2024-02-18 00:05:00.123456"),
    sequence=4,
    categories=("Báo cáo", "Quá hạn"),
)

EXPECTED = """\
BEGIN:VEVENT
UID:8f0a@obligation.dondoc
DTSTAMP:20240217T170500Z
CREATED:20240119T010000Z
LAST-MODIFIED:20240217T170500Z
SEQUENCE:4
DTSTART;VALUE=DATE:20240217
DTEND;VALUE=DATE:20240218
SUMMARY:[Quá hạn] Báo cáo tháng\\, kỳ 02/2024
DESCRIPTION:Xã Đất Mũi\\nKỳ 02/2024
URL:https://dondoc.example/o/12
CATEGORIES:Báo cáo,Quá hạn
STATUS:CONFIRMED
TRANSP:TRANSPARENT
X-MICROSOFT-CDO-BUSYSTATUS:FREE
BEGIN:VALARM
ACTION:DISPLAY
DESCRIPTION:[Quá hạn] Báo cáo tháng\\, kỳ 02/2024
TRIGGER:-PT15H
END:VALARM
END:VEVENT
"""


def test_it_writes_exactly_these_lines() -> None:
    assert event_bytes(EVENT, alarms=True).decode() == EXPECTED.replace("\n", "\r\n")


def test_two_renders_give_the_same_bytes() -> None:
    assert event_bytes(EVENT, alarms=True) == event_bytes(replace(EVENT), alarms=True)


@pytest.mark.parametrize(
    ("alarms", "changes", "rings"),
    [
        pytest.param(True, {}, True, id="the subscriber asked and it is open"),
        pytest.param(False, {}, False, id="the subscriber did not ask"),
        pytest.param(True, {"alarm": False}, False, id="filed"),
        pytest.param(True, {"cancelled": True}, False, id="cancelled"),
    ],
)
def test_it_rings_only_where_asked_and_owed(alarms: bool, changes: dict[str, Any], rings: bool) -> None:
    assert (b"BEGIN:VALARM" in event_bytes(replace(EVENT, **changes), alarms=alarms)) is rings


def test_the_alarm_rings_at_nine_on_the_day_before() -> None:
    midnight = at("2024-02-17 00:00:00")
    assert midnight - timedelta(hours=15) == at("2024-02-16 09:00:00")


@pytest.mark.parametrize(
    ("last_day", "start", "end"),
    [
        (date(2024, 2, 29), b"20240229", b"20240301"),
        pytest.param(date(2023, 2, 28), b"20230228", b"20230301", id="common year"),
        pytest.param(date(2024, 12, 31), b"20241231", b"20250101", id="over the year's end"),
    ],
)
def test_it_ends_on_the_next_day(last_day: date, start: bytes, end: bytes) -> None:
    data = event_bytes(replace(EVENT, last_day=last_day), alarms=False)
    assert b"DTSTART;VALUE=DATE:" + start + b"\r\n" in data
    assert b"DTEND;VALUE=DATE:" + end + b"\r\n" in data


def test_it_cancels_in_status_too() -> None:
    assert b"STATUS:CANCELLED\r\n" in event_bytes(replace(EVENT, cancelled=True), alarms=False)


def test_it_leaves_out_what_is_not_there() -> None:
    data = event_bytes(replace(EVENT, url=None, categories=()), alarms=False)
    assert b"URL" not in data
    assert b"CATEGORIES" not in data


@pytest.mark.parametrize(
    ("changes", "remedy"),
    [
        ({"changed": datetime(2024, 2, 1)}, "naive: give it a time zone"),
        ({"created": datetime(2024, 2, 1)}, "naive: give it a time zone"),
        pytest.param(
            {"last_day": datetime(2024, 2, 17, tzinfo=UTC)},
            "give its local date",
            id="an instant's date depends on the zone",
        ),
        ({"uid": "Xã Đất Mũi"}, "event_uid"),
        pytest.param({"uid": "a@b\r\nX:1"}, "event_uid", id="no line of its own"),
        pytest.param({"url": "https://a.example/\r\nX:1"}, "percent-encode", id="no line of its own"),
        ({"url": "javascript:alert(1)"}, "http"),
    ],
)
def test_it_refuses(changes: dict[str, Any], remedy: str) -> None:
    with pytest.raises(CalendarError, match=remedy):
        replace(EVENT, **changes)


def test_a_uid_is_stable_and_tells_nothing() -> None:
    uid = event_uid("ca-mau-01", "monthly", "2", "xa-dat-mui", "2024-02")
    assert uid == event_uid("ca-mau-01", "monthly", "2", "xa-dat-mui", "2024-02")
    assert uid != event_uid("ca-mau-01", "monthly", "2", "xa-dat-mui", "2024-03")
    assert "dat-mui" not in uid


def test_the_parts_of_a_uid_do_not_run_together() -> None:
    assert event_uid("ab", "c") != event_uid("a", "bc")
