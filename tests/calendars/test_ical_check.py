"""The byte check names each fault on its own line, and is silent about a good feed."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime

import pytest

from calendars.ical_event import FeedEvent, event_bytes, event_uid
from calendars.ical_feed import FeedHeader
from tests.calendars.blocks import feed_bytes
from tests.calendars.ical_check import check_bytes
from tests.conftest import HCM

MOMENT = datetime(2024, 2, 1, tzinfo=UTC)
EVENT = FeedEvent(
    uid=event_uid("a"),
    last_day=date(2024, 2, 29),
    summary="Nộp báo cáo",
    description="Đơn vị, kỳ; đường dẫn " * 9,
    created=MOMENT,
    changed=MOMENT,
    sequence=0,
)
GOOD = feed_bytes(FeedHeader("Lịch", "vi", HCM), [event_bytes(EVENT, alarms=True)])

FAULTS = [
    ("LF-only line ends", b"\r\n", b"\n", "line 1: line end is not CRLF"),
    ("one lone CR", b"VERSION:2.0\r\n", b"VERSION:2.0\r", "line 2: line end is not CRLF"),
    ("an over-long line", b"SEQUENCE:0", b"SEQUENCE:0\r\nX-A:" + b"a" * 72, "76 octets, more than 75"),
    ("a fold without its space", b"SEQUENCE:0", b"SEQUENCE:0\r\nrest, of text", "is no property name"),
    ("a fold inside a letter", b"N\xe1\xbb\x99p", b"N\xe1\r\n \xbb\x99p", "folded inside a character"),
    ("not UTF-8", b"N\xe1\xbb\x99p", b"N\xf4p", "not UTF-8"),
    ("a byte order mark", b"BEGIN:VCALENDAR", b"\xef\xbb\xbfBEGIN:VCALENDAR", "byte order mark"),
    ("a blank line", b"SEQUENCE:0\r\n", b"SEQUENCE:0\r\n\r\n", "blank line"),
    ("no last CRLF", b"END:VCALENDAR\r\n", b"END:VCALENDAR", "the last line has no CRLF"),
    ("a time without its T's hours", b"TRIGGER:-PT15H", b"TRIGGER:-P1DT", "'-P1DT' is no duration"),
    ("no VALUE", b"REFRESH-INTERVAL;VALUE=DURATION", b"REFRESH-INTERVAL", "without VALUE=DURATION"),
    ("a floating stamp", b"DTSTAMP:20240201T000000Z", b"DTSTAMP:20240201T000000", "is floating"),
    ("equal dates", b"DTEND;VALUE=DATE:20240301", b"DTEND;VALUE=DATE:20240229", "DTEND is not after"),
    ("an end before", b"DTEND;VALUE=DATE:20240301", b"DTEND;VALUE=DATE:20240228", "DTEND is not after"),
    ("30 February", b"DTEND;VALUE=DATE:20240301", b"DTEND;VALUE=DATE:20240230", "not a whole day"),
    ("an instant", b"DTSTART;VALUE=DATE:20240229", b"DTSTART:20240229T000000Z", "not a whole day"),
    ("no UID", b"UID:", b"X-UID:", "VEVENT without UID"),
    ("no DTSTAMP", b"DTSTAMP:", b"X-DTSTAMP:", "VEVENT without DTSTAMP"),
    ("no end", b"DTEND;VALUE=DATE:20240301\r\n", b"", "VEVENT without DTEND"),
    ("a second status", b"STATUS:CONFIRMED", b"STATUS:CONFIRMED\r\nSTATUS:CANCELLED", "VEVENT with 2 STATUS"),
    ("a rule", b"STATUS:", b"RRULE:FREQ=MONTHLY\r\nSTATUS:", "RRULE"),
    ("a NUL", b"PRODID:-", b"PRODID:\x00-", "control character"),
    ("not in NFC", "Nộp".encode(), unicodedata.normalize("NFD", "Nộp").encode(), "SUMMARY is not in NFC"),
    ("a bare comma", b"SUMMARY:N", b"SUMMARY:a,N", "unescaped"),
    ("a stray backslash", b"SUMMARY:N", b"SUMMARY:\\N\\x", "unescaped"),
    ("METHOD", b"CALSCALE", b"METHOD:PUBLISH\r\nCALSCALE", "METHOD in a feed"),
    ("no zone", b"VTIMEZONE", b"X-TIMEZONE", "the calendar has no VTIMEZONE"),
    ("no version", b"VERSION:2.0\r\n", b"", "the calendar has no VERSION"),
    ("an open component", b"END:VALARM\r\n", b"", "END:VEVENT closes nothing"),
    ("never closed", b"END:VCALENDAR\r\n", b"", "VCALENDAR is never closed"),
    ("something after the end", b"END:VCALENDAR\r\n", b"END:VCALENDAR\r\nX:1\r\n", "outside VCALENDAR"),
    (
        "a token",
        b"SUMMARY:N",
        b"SUMMARY:Zx3kQ0_t7Lw-Vb9NmR2cYh5Jd8Fg1Sa4\r\n Pq6UeTiO0W N",
        "SUMMARY holds what looks like a token",
    ),
]


def test_it_says_nothing_about_a_good_feed() -> None:
    assert check_bytes(GOOD) == []


@pytest.mark.parametrize(("was", "becomes", "fault"), [pytest.param(*row[1:], id=row[0]) for row in FAULTS])
def test_it_finds(was: bytes, becomes: bytes, fault: str) -> None:
    assert was in GOOD
    faults = check_bytes(GOOD.replace(was, becomes))
    assert [message for message in faults if fault in message], faults
    assert all("\n" not in message for message in faults)


def test_it_finds_a_uid_used_twice() -> None:
    data = feed_bytes(FeedHeader("Lịch", "vi", HCM), [event_bytes(EVENT, alarms=False)] * 2)
    assert [message for message in check_bytes(data) if "is already on line" in message]


def test_it_finds_a_feed_that_google_would_empty() -> None:
    blocks = [
        event_bytes(FeedEvent(**{**vars(EVENT), "uid": event_uid(str(number))}), alarms=False)
        for number in range(1_800)
    ]
    assert "over 1 MB" in check_bytes(feed_bytes(FeedHeader("Lịch", "vi", HCM), blocks))[0]
