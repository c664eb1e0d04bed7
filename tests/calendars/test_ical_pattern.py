"""Events alike: filled in, they have the very bytes that icalendar writes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from calendars.ical_event import FeedEvent, event_bytes
from calendars.ical_pattern import EventPattern, folded, likeness
from tests.calendars.test_ical_event import EVENT
from tests.calendars.test_ical_text import TYPED

INSTANTS = st.datetimes(
    min_value=datetime(1990, 1, 1),
    max_value=datetime(2100, 1, 1),
    timezones=st.just(UTC),
)


@st.composite
def events(draw: st.DrawFn, pattern: FeedEvent) -> FeedEvent:
    return replace(
        pattern,
        uid=draw(st.from_regex(r"[0-9a-f]{1,70}@obligation\.dondoc", fullmatch=True)),
        summary=draw(TYPED),
        description=draw(TYPED),
        created=draw(INSTANTS),
        changed=draw(INSTANTS),
        sequence=draw(st.integers(0, 2**31 - 1)),
        url=None if pattern.url is None else "https://x.example/" + draw(st.text("[%]^;a0", max_size=90)),
    )


@st.composite
def pairs(draw: st.DrawFn) -> tuple[FeedEvent, FeedEvent]:
    """An event, and one that is alike."""
    state = draw(st.tuples(st.booleans(), st.booleans(), st.booleans()))
    categories = draw(st.lists(st.sampled_from(["Báo cáo", "Quá hạn", "a,b;c"]), max_size=3))
    first = replace(
        EVENT,
        last_day=draw(st.dates(date(1990, 1, 1), date(2100, 1, 1))),
        cancelled=state[0],
        alarm=state[1],
        url="https://x.example/1" if state[2] else None,
        categories=tuple(categories),
    )
    return draw(events(first)), draw(events(first))


@given(pairs(), st.booleans())
@example((EVENT, replace(EVENT, summary="DESCRIPTION:x", description="BEGIN:VALARM\nUID:1")), True)
@example((replace(EVENT, description="x\nBEGIN:VALARM", summary="\n"), EVENT), True)
@example((EVENT, replace(EVENT, summary="\\" * 200, description="^" * 200 + "ế" * 200)), True)
def test_an_event_that_is_alike_has_the_bytes_of_icalendar(
    pair: tuple[FeedEvent, FeedEvent], alarms: bool
) -> None:
    first, other = pair
    pattern = EventPattern(first, alarms=alarms)
    assert pattern.filled(other) == event_bytes(other, alarms=alarms)
    assert pattern.filled(first) == event_bytes(first, alarms=alarms)


@pytest.mark.parametrize("octets", range(70, 80))
@pytest.mark.parametrize("end", ["", "\\n", "^n", "\\", "ế", "😀", "\\\\\\"])
def test_lines_end_where_those_of_icalendar_end(octets: int, end: str) -> None:
    text = "x" * (octets - len(b"SUMMARY:")) + end + "y" * 80
    event = replace(EVENT, summary=text)
    assert EventPattern(EVENT, alarms=False).filled(event) == event_bytes(event, alarms=False)


def test_no_line_is_longer_than_allowed() -> None:
    lines = folded("ữ\\".encode() * 200).split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert b"".join(line.removeprefix(b" ") for line in lines) == "ữ\\".encode() * 200


@pytest.mark.parametrize(
    "other",
    [
        replace(EVENT, last_day=EVENT.last_day + timedelta(days=1)),
        replace(EVENT, cancelled=True),
        replace(EVENT, alarm=False),
        replace(EVENT, categories=()),
        replace(EVENT, url=None),
    ],
)
def test_another_day_or_state_is_another_likeness(other: FeedEvent) -> None:
    assert likeness(other) != likeness(EVENT)
