"""Feeds: valid in programs nobody here wrote, cut to what Google still shows, the same bytes every time."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from calendars import ical_feed
from calendars.errors import CalendarError
from calendars.ical_event import FeedEvent, event_bytes, event_uid
from calendars.ical_feed import COLOURS, MOST_BYTES, MOST_EVENTS, FeedHeader, RenderedFeed, render_feed
from tests.calendars.blocks import feed_bytes
from tests.calendars.clients import READERS, Reader, calcurse_missing, read_with_calcurse
from tests.calendars.ical_check import check_bytes
from tests.conftest import HCM

TODAY = date(2024, 2, 18)
MOMENT = datetime(2024, 2, 1, 3, 4, 5, tzinfo=UTC)
HEADER = FeedHeader("Xã Đất Mũi: báo cáo phải nộp", "vi", HCM, "steelblue")

OPENING = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//dondoc//dondoc//VI
CALSCALE:GREGORIAN
NAME:Xã Đất Mũi: báo cáo phải nộp
X-WR-CALNAME:Xã Đất Mũi: báo cáo phải nộp
X-WR-TIMEZONE:Asia/Ho_Chi_Minh
COLOR:steelblue
X-APPLE-CALENDAR-COLOR:#4682B4
REFRESH-INTERVAL;VALUE=DURATION:PT1H
X-PUBLISHED-TTL:PT1H
BEGIN:VTIMEZONE
TZID:Asia/Ho_Chi_Minh
BEGIN:STANDARD
TZOFFSETFROM:+0700
TZOFFSETTO:+0700
TZNAME:+07
DTSTART:20000101T000000
END:STANDARD
END:VTIMEZONE
END:VCALENDAR
"""


def event(key: str, last_day: date = TODAY, **more: object) -> FeedEvent:
    values: dict[str, object] = {
        "summary": f"Báo cáo {key}",
        "description": f"Đơn vị {key}\nTrước ngày 18/2/2024",
        "categories": ("Báo cáo",),
    }
    return FeedEvent(
        uid=event_uid(key),
        last_day=last_day,
        created=MOMENT,
        changed=MOMENT,
        sequence=2,
        **(values | more),  # type: ignore[arg-type]
    )


def on(key: str, days: int = 0, *, overdue: bool = False, **more: object) -> FeedEvent:
    """An event so many days from today."""
    return event(key, TODAY + timedelta(days=days), overdue=overdue, **more)


def rendered(events: list[FeedEvent]) -> RenderedFeed:
    return render_feed(HEADER, events, alarms=False, today=TODAY)


def keys(feed: RenderedFeed) -> list[str]:
    titles = re.findall(rb"SUMMARY:(.*)\r\n", feed.data)
    return [title.decode().removeprefix("Báo cáo ") for title in titles]


def test_an_empty_feed_is_exactly_this() -> None:
    assert feed_bytes(HEADER, []).decode() == OPENING.replace("\n", "\r\n")


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("zone", ["Asia/Ho_Chi_Minh", "Europe/Berlin", "UTC"])
def test_an_empty_feed_is_valid(reader: Reader, zone: str) -> None:
    data = feed_bytes(FeedHeader("Trống", "en", ZoneInfo(zone)), [])
    assert check_bytes(data) == []
    assert reader(data) == []


@pytest.mark.parametrize("reader", READERS)
def test_every_reader_sees_the_same_events(reader: Reader) -> None:
    events = [
        event("open", date(2024, 2, 29)),
        event("filed", date(2024, 12, 31), alarm=False),
        event("waived", date(2023, 2, 28), cancelled=True),
    ]
    data = feed_bytes(HEADER, [event_bytes(one, alarms=True) for one in events])
    assert check_bytes(data) == []
    seen = {read.uid: read for read in reader(data)}
    assert [
        (seen[one.uid].first_day, seen[one.uid].end, seen[one.uid].status, seen[one.uid].alarms)
        for one in events
    ] == [
        (date(2024, 2, 29), date(2024, 3, 1), "CONFIRMED", 1),
        (date(2024, 12, 31), date(2025, 1, 1), "CONFIRMED", 0),
        (date(2023, 2, 28), date(2023, 3, 1), "CANCELLED", 0),
    ]
    assert {read.sequence for read in seen.values()} == {2}


def test_calcurse_takes_every_event(tmp_path: Path) -> None:
    if calcurse_missing():
        pytest.skip("calcurse is not installed: apt-get install calcurse")
    events = [event("mũi; một", date(2024, 2, 29)), event("hai", date(2024, 12, 31), cancelled=True)]
    data = feed_bytes(HEADER, [event_bytes(one, alarms=True) for one in events])
    store, complaints = read_with_calcurse(data, tmp_path)
    assert "skipped" not in complaints
    assert next(line for line in store if line.startswith("02/29/2024")).endswith("Báo cáo mũi; một")
    assert next(line for line in store if line.startswith("12/31/2024")).endswith("Báo cáo hai")


def test_two_renders_give_the_same_bytes() -> None:
    blocks = [event_bytes(event(str(number)), alarms=False) for number in range(20)]
    assert feed_bytes(HEADER, blocks) == feed_bytes(FeedHeader(**vars(HEADER)), list(blocks))


@pytest.mark.parametrize("colour", COLOURS)
def test_the_colour_is_said_in_both_ways(colour: str) -> None:
    data = feed_bytes(FeedHeader("a", "vi", HCM, colour), [])
    assert f"COLOR:{colour}\r\nX-APPLE-CALENDAR-COLOR:{COLOURS[colour]}\r\n".encode() in data


def test_it_refuses_a_colour_it_cannot_say_to_apple() -> None:
    with pytest.raises(CalendarError, match="use one of steelblue"):
        FeedHeader("a", "vi", HCM, "#123456")


@pytest.mark.parametrize(
    ("days", "shown"),
    [(-61, False), (-60, True), (0, True), (400, True), (401, False)],
)
def test_the_window_is_60_days_back_and_400_ahead(days: int, shown: bool) -> None:
    feed = rendered([on("a", days)])
    assert (feed.events, feed.left_out, keys(feed)) == (int(shown), 0, ["a"] if shown else [])


def test_it_sorts_by_last_day_then_uid() -> None:
    feed = rendered([on("c", 5), on("b", 1), on("a", 5)])
    after = sorted(["a", "c"], key=event_uid)
    assert keys(feed) == ["b", *after]


def test_it_keeps_overdue_ones_first_then_those_nearest_to_today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ical_feed, "MOST_EVENTS", 2)
    events = [on("far", 300), on("old", -50, overdue=True), on("near", 2), on("mid", 30)]
    feed = rendered(events)
    assert (keys(feed), feed.left_out) == (["old", "near"], 2)
    assert rendered(events[::-1]) == feed


def test_1200_events_are_cut_to_the_limit_and_the_cut_is_told() -> None:
    events = [on(f"{number:04}", number % 400) for number in range(1_190)]
    late = [on(f"late{number}", -60, overdue=True) for number in range(10)]
    feed = rendered(events + late)
    assert (feed.events, feed.left_out) == (MOST_EVENTS, 200)
    assert {f"late{number}" for number in range(10)} <= set(keys(feed))


def test_it_stays_under_900_kilobytes() -> None:
    events = [on(f"{number:03}", number % 400, description="x" * 3_000) for number in range(400)]
    feed = rendered(events)
    assert MOST_BYTES - 4_000 < len(feed.data) <= MOST_BYTES
    assert feed.events + feed.left_out == 400
    assert feed.left_out > 0
