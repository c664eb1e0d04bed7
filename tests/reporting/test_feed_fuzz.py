"""Whatever units, plans and stages are called, no strict parser refuses a feed; all read the same in it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as bounds
from hypothesis import strategies as st
from sqlalchemy import Engine, update
from sqlmodel import SQLModel

from models.database import reading, writing
from models.plan import Duty, Plan, Stage
from models.settings import Settings
from models.unit import Contact, UnitVersion
from reporting.feeds.feeds import build_feed
from reporting.feeds.view import FeedRequest
from tests.calendars.clients import READERS
from tests.calendars.ical_check import check_bytes
from tests.conftest import at
from tests.reporting.feed_world import World

NOW = at("2024-10-16 09:00:00")
FEEDS = [
    ("unit", "dat-mui"),
    ("branch", "ngoc-hien"),
    ("plan", "ctr-01"),
    ("person", "alice@d.gov.vn"),
]
# What has broken a feed once comes far more often than among all letters. No database keeps NUL, and half of
# a surrogate pair is no letter; tests/calendars has both.
LETTERS = st.one_of(
    st.sampled_from('\\nN,;:"\r\n\t \u0301\u2028\u200d\x0b\x1b\x85😀'),
    st.characters(codec="utf-8", exclude_characters="\0"),
)
NAMES = st.one_of(st.text(LETTERS, min_size=1, max_size=40), st.text(LETTERS, min_size=150, max_size=300))
NAMED: list[tuple[type[SQLModel], str]] = [
    (UnitVersion, "name"),
    (Duty, "title"),
    (Duty, "basis"),
    (Plan, "title"),
    (Plan, "number"),
    (Stage, "name"),
    (Contact, "name"),
]


@pytest.fixture
def world(engine: Engine) -> World:
    """One for all examples: two reports overdue, one moved, one of the next stage."""
    world = World(engine)
    world.person("dat-mui", "alice@d.gov.vn")
    world.owe("dat-mui", overdue_since=at("2024-10-15 00:05:00"))
    world.owe("vien-an", overdue_since=at("2024-10-15 00:05:00"))
    world.owe("tan-an", deadline=at("2024-10-20 00:00:00"))
    world.owe("ngoc-hien", stage=2)
    return world


@bounds(max_examples=30, suppress_health_check=list(HealthCheck))
@given(
    names=st.lists(NAMES, min_size=len(NAMED), max_size=len(NAMED)), language=st.sampled_from(["vi", "en"])
)
def test_no_name_breaks_a_feed(
    world: World, settings: Settings, names: tuple[str, ...], language: Any
) -> None:
    with writing(world.engine) as session:
        for (table, column), name in zip(NAMED, names, strict=True):
            session.execute(update(table).values({column: name}))
    for kind, key in FEEDS:
        with reading(world.engine) as session:
            request = FeedRequest(kind=kind, key=key, language=language)
            feed = build_feed(session, settings, NOW, request)
        assert feed.events > 0
        assert check_bytes(feed.data) == []
        views = [{read.uid: read for read in reader(feed.data)} for reader in READERS]
        assert views[0] == views[1] == views[2]
        assert len(views[0]) == feed.events
