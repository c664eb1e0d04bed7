"""Each feed shows what its reader owes or follows, changes when a row does, and never for another reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, update

from models.database import reading, writing
from models.errors import NotFound
from models.obligation import Obligation, Occurrence
from models.settings import Settings
from reporting.feeds.feeds import Feed, build_feed
from reporting.feeds.view import FeedRequest, slugged
from tests.calendars.clients import READERS, Read, read_with_ical
from tests.calendars.ical_check import check_bytes
from tests.conftest import at
from tests.reporting.feed_world import COMMUNES, World

NOW = at("2024-10-10 09:00:00")
OVERDUE_AT = at("2024-10-15 00:05:00")
Make = Callable[..., Feed]


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine)


@pytest.fixture
def make(world: World, settings: Settings) -> Make:
    """Makes a feed and proves it: our byte check and three programs' parsers read it, and read the same."""

    def build(kind: str, key: str, now: datetime = NOW, **wish: Any) -> Feed:
        with reading(world.engine) as session:
            feed = build_feed(session, settings, now, FeedRequest(kind=kind, key=key, **wish))
        assert check_bytes(feed.data) == []
        views = [{read.uid: read for read in reader(feed.data)} for reader in READERS]
        assert views[0] == views[1] == views[2]
        assert len(views[0]) == feed.events
        return feed

    return build


def only(feed: Feed) -> Read:
    [read] = read_with_ical(feed.data)
    return read


def test_an_owed_report_is_an_event_on_its_last_day_with_its_deadline(world: World, make: Make) -> None:
    number = world.owe("dat-mui")
    event = only(make("unit", "dat-mui"))
    assert (event.first_day, event.end) == (date(2024, 10, 14), date(2024, 10, 15))
    assert event.summary == "Báo cáo tình hình, tháng (tháng 10/2024) – Xã Đất Mũi"
    assert event.description.splitlines() == [
        "Báo cáo tình hình, tháng",
        "Đơn vị: Xã Đất Mũi",
        "Nơi nhận: Huyện Ngọc Hiển",
        "Kỳ báo cáo: tháng 10/2024",
        "Căn cứ: IV.1.2, 01/CTr-UBND – Chương trình hành động năm 2024",
        "Thời hạn: trước ngày 15/10/2024",
        "Tình trạng: chưa nộp",
        f"http://127.0.0.1:8000/obligations/{number}",
    ]


def test_it_speaks_english_to_who_reads_english(world: World, make: Make) -> None:
    world.owe("dat-mui", overdue_since=OVERDUE_AT)
    event = only(make("unit", "dat-mui", language="en"))
    assert event.summary == "[Overdue] Báo cáo tình hình, tháng (October 2024) – Xã Đất Mũi"
    assert "Deadline: before 15 October 2024\nState: overdue\n" in event.description


FILED: dict[str, Any] = {"state": "submitted", "first_submitted_at": at("2024-10-14 23:59:59")}
FILED_LATE = {
    "state": "accepted",
    "first_submitted_at": at("2024-10-15 00:00:00"),
    "overdue_since": OVERDUE_AT,
}
RETURNED = {
    "state": "returned",
    "first_submitted_at": at("2024-10-14 10:00:00"),
    "correction_deadline": at("2024-10-19 00:00:00"),
}
CLOSED_AT = at("2024-10-01 08:00:00")


@pytest.mark.sqlite_is_enough  # words
@pytest.mark.parametrize(
    ("changes", "prefix", "state", "day", "status", "rings"),
    [
        pytest.param({}, "Báo", "chưa nộp", 14, "CONFIRMED", True, id="open"),
        pytest.param(
            {"overdue_since": OVERDUE_AT},
            "[Quá hạn] Báo",
            "chưa hoàn thành, quá hạn",
            14,
            "CONFIRMED",
            True,
            id="overdue",
        ),
        pytest.param(
            FILED,
            "[Đã nộp] ✓ Báo",
            "đã nộp ngày 14/10/2024 (hoàn thành đúng hạn)",
            14,
            "CONFIRMED",
            False,
            id="filed in the last second",
        ),
        pytest.param(
            FILED_LATE,
            "[Đã nộp] ✓ Báo",
            "đã tiếp nhận; đã nộp ngày 15/10/2024 (hoàn thành quá hạn)",
            14,
            "CONFIRMED",
            False,
            id="filed late: no longer shown as overdue",
        ),
        pytest.param(
            RETURNED,
            "[Bị trả lại] Báo",
            "bị trả lại; đã nộp ngày 14/10/2024 (hoàn thành đúng hạn)",
            18,
            "CONFIRMED",
            True,
            id="returned: on its correction deadline",
        ),
        pytest.param(
            {"state": "waived", "closed_at": CLOSED_AT},
            "[Đã hủy] Báo",
            "được miễn",
            14,
            "CANCELLED",
            False,
            id="waived",
        ),
        pytest.param(
            {"state": "cancelled", "closed_at": CLOSED_AT, "overdue_since": OVERDUE_AT},
            "[Đã hủy] Báo",
            "đã hủy",
            14,
            "CANCELLED",
            False,
            id="cancelled when it was overdue",
        ),
        pytest.param(
            {"state": "transferred", "closed_at": CLOSED_AT},
            "[Đã hủy] Báo",
            "đã chuyển",
            14,
            "CANCELLED",
            False,
            id="moved to a successor",
        ),
    ],
)
def test_its_state_is_in_words(
    world: World,
    make: Make,
    changes: dict[str, Any],
    prefix: str,
    state: str,
    day: int,
    status: str,
    rings: bool,
) -> None:
    world.owe("dat-mui", **changes)
    event = only(make("unit", "dat-mui", alarms=True))
    assert event.summary.startswith(prefix)
    assert f"Tình trạng: {state}\n" in event.description
    assert (event.first_day, event.status) == (date(2024, 10, day), status)
    assert event.alarms == int(rings)


def test_an_extension_moves_the_day_and_keeps_what_was_written(world: World, make: Make) -> None:
    world.owe("dat-mui", deadline=at("2024-10-26 00:00:00"))
    event = only(make("unit", "dat-mui"))
    assert event.first_day == date(2024, 10, 25)
    assert "Thời hạn: trước ngày 15/10/2024\nĐã gia hạn đến hết ngày 25/10/2024\n" in event.description


def test_a_last_day_off_is_shown_with_the_working_day_before(world: World, make: Make) -> None:
    number = world.owe("ngoc-hien", stage=2)
    with writing(world.engine) as session:  # 13 October 2024 is a Sunday
        deadline = at("2024-10-14 00:00")
        session.execute(update(Obligation).values(deadline=deadline, original_deadline=deadline))
        dates = {"safe_day": date(2024, 10, 13), "written": date(2024, 10, 14), "deadline": deadline}
        session.execute(update(Occurrence).values(**dates))
    event = only(make("unit", "ngoc-hien"))
    assert "Ngày cuối trùng ngày nghỉ: nên nộp trong ngày 11/10/2024\n" in event.description
    assert event.description.endswith(f"/obligations/{number}")


@pytest.mark.parametrize(
    ("days", "shown"),
    [(29, True), pytest.param(31, False, id="every program has fetched it by then")],
)
def test_a_cancelled_one_is_shown_for_30_days(world: World, make: Make, days: int, shown: bool) -> None:
    world.owe("dat-mui", state="waived", closed_at=NOW - timedelta(days=days))
    assert make("unit", "dat-mui").events == int(shown)


@pytest.mark.parametrize(
    ("now", "shown"),
    [
        ("2023-09-09 12:00:00", False),
        pytest.param("2023-09-10 12:00:00", True, id="400 days ahead"),
        pytest.param("2024-12-13 23:59:59", True, id="60 days back"),
        ("2024-12-14 00:00:00", False),
    ],
)
def test_the_window_moves_with_now(world: World, make: Make, now: str, shown: bool) -> None:
    world.owe("dat-mui", overdue_since=OVERDUE_AT)
    assert make("unit", "dat-mui", at(now)).events == int(shown)


def test_what_has_no_deadline_has_no_day(world: World, make: Make) -> None:
    world.owe("dat-mui", deadline=None, original_deadline=None)
    assert make("unit", "dat-mui").events == 0


def test_a_unit_without_anything_has_an_empty_calendar(world: World, make: Make) -> None:
    assert make("unit", "dat-mui").events == 0


def test_a_unit_sees_its_own_alone(world: World, make: Make) -> None:
    for commune in COMMUNES:
        world.owe(commune)
    world.owe("ngoc-hien", stage=2)
    assert only(make("unit", "ngoc-hien")).first_day == date(2024, 10, 17)


def test_a_change_of_one_row_changes_that_event_alone(world: World, make: Make) -> None:
    changing, _ = world.owe("dat-mui"), world.owe("dat-mui", stage=2)
    before = make("unit", "dat-mui")
    world.change(changing, at("2024-10-11 07:30:00"), **FILED)
    after = make("unit", "dat-mui")
    gone = set(before.data.split(b"\r\n")) - set(after.data.split(b"\r\n"))
    assert b"SEQUENCE:1\r\n" in after.data
    assert b"LAST-MODIFIED:20241011T003000Z\r\n" in after.data
    assert not [line for line in gone if line.startswith((b"UID", b"DTSTART", b"CREATED", b"X-"))]
    assert after.data.count(b"SEQUENCE:0\r\n") == 1


@pytest.mark.parametrize(
    ("kind", "key"),
    [("unit", "dat-mui"), ("branch", "ngoc-hien"), ("plan", "ctr-01"), ("person", "a@b.vn")],
)
def test_two_renders_give_the_same_bytes(world: World, make: Make, kind: str, key: str) -> None:
    for commune in COMMUNES:
        world.owe(commune)
        world.person(commune, "a@b.vn")
    first = make(kind, key)
    assert make(kind, key, NOW + timedelta(hours=5)).data == first.data
    assert first.events > 0


def test_an_obligation_has_one_uid_in_every_feed(world: World, make: Make) -> None:
    world.owe("dat-mui")
    world.person("dat-mui", "a@b.vn")
    assert only(make("unit", "dat-mui")).uid == only(make("person", "a@b.vn")).uid


def test_a_branch_sees_counts_not_thousands_of_events(world: World, make: Make) -> None:
    world.owe("dat-mui", overdue_since=OVERDUE_AT)
    world.owe("vien-an", **FILED)
    world.owe("tan-an", overdue_since=OVERDUE_AT)
    world.owe("ngoc-hien", stage=2)
    lower, upper = read_with_ical(make("branch", "ngoc-hien").data)
    assert lower.summary == ("[Quá hạn] 15/10: 1/3 đã nộp – Báo cáo tình hình, tháng (tháng 10/2024), Cơ sở")
    assert "Đã nộp 1 trên 3; quá hạn 2; bị trả lại 0; được gia hạn 0\n" in lower.description
    assert "Đang quá hạn: Xã Tân Ân; cũ, Xã Đất Mũi\n" in lower.description
    assert lower.description.endswith("/plans/ctr-01")
    assert upper.summary == "18/10: 0/1 đã nộp – Báo cáo tình hình, tháng (tháng 10/2024), Huyện"
    assert (upper.first_day, lower.first_day) == (date(2024, 10, 17), date(2024, 10, 14))


def test_a_branch_in_english(world: World, make: Make) -> None:
    world.owe("dat-mui", **FILED)
    world.owe("vien-an")
    event = only(make("branch", "ngoc-hien", language="en"))
    assert event.summary.startswith("15/10: 1 of 2 filed – ")


def test_a_branch_that_is_done_says_so_and_does_not_ring(world: World, make: Make) -> None:
    world.owe("dat-mui", **FILED)
    world.owe("vien-an", state="waived", closed_at=NOW)
    event = only(make("branch", "ngoc-hien", alarms=True))
    assert event.summary.startswith("[Đã nộp] ✓ 15/10: 1/1 đã nộp – ")
    assert event.alarms == 0


@pytest.mark.parametrize(("days", "shown"), [(29, True), (31, False)])
def test_a_branch_that_owes_nothing_more_is_cancelled_then_gone(
    world: World, make: Make, days: int, shown: bool
) -> None:
    world.owe("dat-mui", state="waived", closed_at=NOW - timedelta(days=days))
    feed = make("branch", "ngoc-hien")
    assert [read.status for read in read_with_ical(feed.data)] == ["CANCELLED"] * shown


def test_any_change_below_moves_a_branch_events_sequence(world: World, make: Make) -> None:
    first = world.owe("dat-mui")
    world.owe("vien-an")
    sequences = [only(make("branch", "ngoc-hien")).sequence]
    world.change(first, at("2024-10-11 07:30:00"), **FILED)
    sequences.append(only(make("branch", "ngoc-hien")).sequence)
    world.owe("tan-an")
    sequences.append(only(make("branch", "ngoc-hien")).sequence)
    assert sequences == [1, 2, 3]


def test_a_branch_does_not_see_its_neighbours(world: World, make: Make) -> None:
    world.owe("dat-mui")
    world.owe("ngoc-hien", stage=2)
    assert make("branch", "vien-an").events == 0
    assert make("branch", "ca-mau").events == 2


def test_a_plan_counts_all_its_units(world: World, make: Make) -> None:
    for commune in COMMUNES:
        world.owe(commune)
    feed = make("plan", "ctr-01")
    assert feed.name == "Đôn đốc 01/CTr-UBND"
    assert only(feed).summary.startswith("15/10: 0/3 đã nộp – ")


def test_more_overdue_units_than_can_be_named_are_counted(world: World, make: Make) -> None:
    for commune in world.more_communes(12):
        world.owe(commune, overdue_since=OVERDUE_AT)
    event = only(make("plan", "ctr-01"))
    assert "Đang quá hạn: Xã 01, Xã 02, Xã 03, Xã 04, Xã 05, " in event.description
    assert ", Xã 10 và 2 đơn vị khác\n" in event.description


def test_a_person_has_one_calendar_of_all_their_units(world: World, make: Make) -> None:
    for commune in ("dat-mui", "vien-an"):
        world.owe(commune)
        world.person(commune, "alice@camau.example")
    world.owe("tan-an")
    world.person("tan-an", "alice@camau.example", valid_to=date(2024, 10, 1))  # has left
    feed = make("person", " Alice@CaMau.example ")
    assert feed.events == 2
    assert feed.slug.startswith("person-alice-at-camau.example")


def test_a_person_reads_their_own_language_unless_another_is_asked_for(world: World, make: Make) -> None:
    world.owe("dat-mui")
    world.person("dat-mui", "bob@camau.example", language="en")
    assert "State: open" in only(make("person", "bob@camau.example")).description
    assert "Tình trạng" in only(make("person", "bob@camau.example", language="vi")).description


@pytest.mark.sqlite_is_enough  # words
@pytest.mark.parametrize(
    ("kind", "key", "remedy"),
    [
        ("unit", "dat-mu", "did you mean dat-mui"),
        ("branch", "zzz", "the list of units has them all"),
        ("plan", "ctr-02", "the list of plans"),
        ("person", "nobody@camau.example", "add the contact to its unit first"),
    ],
)
def test_it_refuses_what_it_does_not_know(make: Make, kind: str, key: str, remedy: str) -> None:
    with pytest.raises(NotFound, match=remedy):
        make(kind, key)


@pytest.fixture
def queries(engine: Engine) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize(
    ("kind", "key", "most"),
    [
        ("unit", "dat-mui", 5),
        ("person", "a@b.vn", 6),
        ("branch", "ngoc-hien", 6),
        ("plan", "ctr-01", 6),
    ],
)
def test_the_number_of_queries_does_not_grow_with_the_rows(
    world: World, make: Make, queries: list[str], kind: str, key: str, most: int
) -> None:
    world.person_of(COMMUNES, "a@b.vn")
    world.owe_months(COMMUNES, range(1, 10))
    queries.clear()
    make(kind, key)
    assert len(queries) == most


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("so-khdt", "so-khdt"),
        ("96001", "96001"),
        pytest.param("Đất Mũi", "dat-mui-820717b9", id="changed, so marked"),
        pytest.param("../../etc", "etc-", id="no way out of the folder"),
    ],
)
def test_file_names_are_plain(text: str, slug: str) -> None:
    assert slugged(text).startswith(slug)
    assert "/" not in slugged(text)


def test_two_texts_never_share_a_file_name() -> None:
    assert len({slugged("A b"), slugged("a-b"), slugged("a b")}) == 3
