"""Every calendar in a language that nobody speaks: what comes out plain could not be translated."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import icalendar
import pytest
from sqlalchemy import Engine

from models.database import reading
from models.settings import Settings
from models.vocabulary import Lifecycle
from reporting.feeds.feeds import build_feed
from reporting.feeds.serve import stopped_feed
from reporting.feeds.view import KINDS, FeedRequest
from tests.conftest import at
from tests.messages.pseudo import plain, spoken
from tests.reporting.feed_world import COMMUNES, World

pytestmark = pytest.mark.sqlite_is_enough
NOW = at("2024-10-10 09:00:00")
CLOSED = {"closed_at": at("2024-10-01 08:00:00")}
DATA = {
    *COMMUNES.values(), "Xã", "Huyện Ngọc Hiển", "Tỉnh Cà Mau", "Alice", "Cơ sở", "Huyện",
    "Báo cáo tình hình, tháng", "IV.1.2", "Chương trình hành động năm 2024",
}  # fmt: skip
"""What users of that province wrote."""
SAID = ("SUMMARY", "DESCRIPTION", "CATEGORIES", "X-WR-CALNAME", "X-WR-CALDESC", "NAME", "COMMENT")


@pytest.fixture(autouse=True, scope="module")
def language(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with spoken(tmp_path_factory.mktemp("pseudo") / "locale"):
        yield


def states() -> Iterator[tuple[str, dict[str, Any]]]:
    """A month and a row for each way in which a report can stand."""
    filed, late = at("2024-10-14 23:59:59"), at("2024-10-15 10:00:00")
    corrected = at("2024-10-19 00:00:00")
    yield "01", {}
    yield "02", {"overdue_since": at("2024-10-15 00:05:00")}
    yield "03", {"state": Lifecycle.SUBMITTED, "first_submitted_at": filed}
    yield "04", {"state": Lifecycle.ACCEPTED, "first_submitted_at": late}
    yield "05", {"state": Lifecycle.RETURNED, "first_submitted_at": filed, "correction_deadline": corrected}
    yield "06", {"deadline": at("2024-10-26 00:00:00")}
    for month, state in (
        ("07", Lifecycle.WAIVED),
        ("08", Lifecycle.CANCELLED),
        ("09", Lifecycle.TRANSFERRED),
    ):
        yield month, {"state": state, **CLOSED}


def texts(data: bytes) -> Iterator[str]:
    """All that a reader of the calendar sees."""
    for part in icalendar.Calendar.from_ical(data).walk():
        for name in SAID:
            value = part.get(name)
            if value is not None:
                said = value.to_ical().decode() if name == "CATEGORIES" else str(value)
                yield from said.splitlines()


@pytest.mark.parametrize("kind", KINDS)
def test_no_calendar_has_a_text_that_cannot_be_translated(
    kind: str, engine: Engine, settings: Settings
) -> None:
    world = World(engine)
    world.person("dat-mui", "a@b.vn")
    for month, row in states():
        for commune in ("dat-mui", "vien-an"):
            world.owe(commune, period=f"2024-{month}", **row)
    for commune in world.more_communes(9):
        world.owe(commune, overdue_since=NOW - timedelta(days=1))
    key = {"unit": "dat-mui", "branch": "ngoc-hien", "plan": "ctr-01", "person": "a@b.vn"}[kind]
    with reading(engine) as session:
        feed = build_feed(session, settings, NOW, FeedRequest(kind=kind, key=key, language="vi", alarms=True))
    assert feed.events >= 9
    assert [text for text in texts(feed.data) if plain(text, DATA)] == []


def test_a_calendar_that_has_stopped_says_so_in_every_language(settings: Settings) -> None:
    said = [*texts(stopped_feed(settings, "vi", 1, NOW).data)]
    assert len(said) > 2
    assert [text for text in said if plain(text, ())] == []
