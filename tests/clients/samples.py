"""Events whose text and days have hurt some program once, and what every program must read of them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from calendars.ical_event import FeedEvent, event_bytes, event_uid
from calendars.ical_feed import FeedHeader
from tests.calendars.blocks import feed_bytes
from tests.calendars.clients import Read

MOMENT = datetime(2024, 1, 19, 1, 0, tzinfo=UTC)
HEADER = FeedHeader("Báo cáo phải nộp: Xã Đất Mũi, huyện Ngọc Hiển; cũ", "vi", ZoneInfo("Asia/Ho_Chi_Minh"))
LONG = "Báo cáo kết quả thực hiện nhiệm vụ phát triển kinh tế – xã hội, quốc phòng, an ninh; " * 4

PLACE = "Thị trấn Năm Căn, ấp Ông Định"


@dataclass(frozen=True)
class Sample:
    """A text as it comes in, and as people must see it; `title` is its first line, at most 200 letters."""

    name: str
    text: str
    seen: str
    title: str | None = None
    day: date = date(2024, 2, 18)


SAMPLES = (
    Sample("plain", "Báo cáo tháng 2/2024", "Báo cáo tháng 2/2024"),
    Sample("backslash n", r"D:\Nộp\nay và \\NAS01\N", r"D:\Nộp\nay và \\NAS01\N"),
    Sample("comma, semicolon", "số liệu, biểu; mẫu: 01", "số liệu, biểu; mẫu: 01"),
    Sample("newline", "dòng một\ndòng hai", "dòng một\ndòng hai", "dòng một dòng hai"),
    Sample("control", "Xã\x00 Đất\x0b Mũi\x1b", "Xã Đất Mũi"),
    Sample("line separator", "trên\u2028dưới", "trên\ndưới", "trên dưới"),
    Sample("emoji", "Hạn chót 🇻🇳 👩🏽‍💻 ✓", "Hạn chót 🇻🇳 👩🏽‍💻 ✓"),
    Sample("decomposed", unicodedata.normalize("NFD", PLACE), PLACE),
    Sample("quotes", "\"Điều 5\" & <b>'khoản'</b>", "\"Điều 5\" & <b>'khoản'</b>"),
    Sample("leap day", "Ngày 29/2", "Ngày 29/2", day=date(2024, 2, 29)),
    Sample("new year", "Ngày 31/12", "Ngày 31/12", day=date(2024, 12, 31)),
    Sample("long", LONG, LONG.strip(), LONG[:199].rstrip() + "…"),
    Sample("long word", "Đ" * 300, "Đ" * 300, "Đ" * 199 + "…"),
)  # fmt: skip


def feed() -> bytes:
    """All of them in one calendar; each second one rings, each third is cancelled."""
    blocks = [event_bytes(_event(number, sample), alarms=True) for number, sample in enumerate(SAMPLES)]
    return feed_bytes(HEADER, blocks)


def expected() -> list[Read]:
    return [
        Read(
            uid=event_uid(sample.name),
            first_day=sample.day,
            end=sample.day + timedelta(days=1),
            summary=sample.title or sample.seen,
            description=sample.seen,
            status="CANCELLED" if number % 3 == 0 else "CONFIRMED",
            sequence=number,
            alarms=int(number % 2 == 0 and number % 3 != 0),
        )
        for number, sample in enumerate(SAMPLES)
    ]


def _event(number: int, sample: Sample) -> FeedEvent:
    return FeedEvent(
        uid=event_uid(sample.name),
        last_day=sample.day,
        summary=sample.text,
        description=sample.text,
        created=MOMENT,
        changed=MOMENT,
        sequence=number,
        url="https://dondoc.example/obligations/1",
        cancelled=number % 3 == 0,
        alarm=number % 2 == 0,
        categories=("Báo cáo", "Quá hạn"),
    )
