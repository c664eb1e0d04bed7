"""A kept feed in which a few rows changed is the feed that is put together anew, byte for byte."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.ical_event import FeedEvent, event_uid
from calendars.ical_feed import choose
from models.settings import Settings
from models.subscription import KeptFeed
from models.vocabulary import Timeliness
from reporting.feeds import render as feed_rendering
from reporting.feeds.events import EventContext
from reporting.feeds.render import former_of, render, wanted_feed
from reporting.feeds.sources import Source
from reporting.feeds.view import FeedView, FeedWindow

NOW = datetime(2024, 10, 10, 2, tzinfo=UTC)
WINDOW = FeedWindow(NOW, ZoneInfo("Asia/Ho_Chi_Minh"))
VIEW = FeedView(
    kind="unit", key="dat-mui", language="vi", shown=frozenset({Timeliness.OVERDUE, Timeliness.IN_TERM})
)
SOURCE = Source(view=VIEW, name="Xã Đất Mũi", ids=frozenset({1}))

# By row: version, days from today, how it stands, a title. The days are few, so that many events share one.
rows = st.dictionaries(
    st.integers(1, 12),
    st.tuples(
        st.integers(0, 3),
        st.sampled_from([-60, -1, 0, 1, 400]),
        st.sampled_from([Timeliness.OVERDUE, Timeliness.IN_TERM, Timeliness.ON_TIME]),
        st.text("ađ,;\n", max_size=90),
    ),
)
Rows = dict[int, tuple[int, int, Timeliness, str]]


@pytest.fixture(scope="module")
def settings() -> Settings:
    return Settings(_env_file=None)  # type: ignore[call-arg]


def shown(id_: int, row: tuple[int, int, Timeliness, str]) -> EventContext:
    version, days, timeliness, title = row
    event = FeedEvent(
        uid=event_uid(str(id_)),
        last_day=date(2024, 10, 10) + timedelta(days=days),
        summary=f"{title} {version}",
        description=title * 2,
        created=NOW,
        changed=NOW,
        sequence=version,
    )
    return EventContext(event=event, timeliness=timeliness)


def rendered(
    settings: Settings, wanted_rows: Rows, kept: KeptFeed | None, window: FeedWindow = WINDOW
) -> KeptFeed:
    marks = [(id_, row[0]) for id_, row in sorted(wanted_rows.items())]
    wanted = wanted_feed(SOURCE, settings, marks)
    former = former_of(kept, settings, wanted)
    built = {id_: shown(id_, wanted_rows[id_]) for id_ in former.missing}
    return render(wanted, settings, window, former, built, NOW)


def facts(kept: KeptFeed) -> dict[str, object]:
    """All but when the bytes changed, which a feed that is built anew cannot know."""
    return kept.model_dump(exclude={"changed_at"})


def as_versions_go(before: Rows, after: Rows) -> Rows:
    """A row that stands otherwise has another version; a row at the same version is the same."""
    return {id_: before[id_] if row[0] == before.get(id_, (None,))[0] else row for id_, row in after.items()}


@given(
    most_cuts=st.sampled_from([0, 2, 20]),
    most_events=st.sampled_from([3, 1_000]),
    days_later=st.sampled_from([0, 0, 1, -1]),
    steps=st.lists(rows, min_size=2, max_size=5),
)
def test_it_is_the_same_however_it_came_about(
    settings: Settings, most_cuts: int, most_events: int, days_later: int, steps: list[Rows]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(feed_rendering, "MOST_CUTS", most_cuts)
        patch.setattr(feed_rendering, "MOST_EVENTS", most_events)
        patch.setattr(feed_rendering, "choose", partial(choose, most_events=most_events))
        window = FeedWindow(NOW + timedelta(days=days_later), WINDOW.zone)
        before, kept = steps[0], rendered(settings, steps[0], None, window)
        for step in steps[1:]:
            before = as_versions_go(before, step)
            kept = rendered(settings, before, kept, window)
            assert facts(kept) == facts(rendered(settings, before, None, window))


def test_one_change_puts_one_event_in_and_leaves_the_rest(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before: Rows = {id_: (1, id_, Timeliness.IN_TERM, "Báo cáo") for id_ in range(1, 300)}
    kept = rendered(settings, before, None)
    monkeypatch.setattr(feed_rendering, "_put_together", None)
    after = before | {150: (2, 20, Timeliness.OVERDUE, "Báo cáo")}
    changed = rendered(settings, after, kept)
    monkeypatch.undo()
    assert facts(changed) == facts(rendered(settings, after, None))
    assert changed.data != kept.data
