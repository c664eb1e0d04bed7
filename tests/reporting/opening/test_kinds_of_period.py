"""What opens of the kinds of period and of deadline: how far ahead, with which dates, seen from when."""

from __future__ import annotations

import pytest

from reporting.obligations.listing import row_json
from tests.reporting.world import World

HEAD = """\
slug: kinds
number: 3/KH-UBND
title: Kế hoạch
issuer: UBND tỉnh P
in_force: {from: 2024-01-01, to: 2024-12-31}
duties:
  - id: d
    title: Báo cáo
"""


def plan(world: World, every: str, due: str, *more: str, head: str = HEAD) -> None:
    lines = [f"every: {every}", *more, f"chain: [{{from: {{unit: x1}}, due: {due}}}]"]
    world.plan(head + "".join(f"    {line}\n" for line in lines))


def opened(world: World, when: str) -> list[tuple[str, str]]:
    """Each period with its deadline in local time."""
    world.tick(when)
    zone = world.settings.zone
    return [
        (row.period, "" if row.deadline is None else f"{row.deadline.astimezone(zone):%d/%m/%Y %H:%M}")
        for row in world.due(when)
    ]


def test_days_are_opened_a_fortnight_ahead(world: World) -> None:
    plan(world, "day", "before 16:00")
    found = opened(world, "2024-02-20 08:00:00")
    assert found[0] == ("2024-01-01", "01/01/2024 16:00")
    assert found[-1] == ("2024-03-05", "05/03/2024 16:00")
    assert ("2024-02-29", "29/02/2024 16:00") in found
    assert opened(world, "2024-02-21 08:00:00")[-1] == ("2024-03-06", "06/03/2024 16:00")


def test_working_days_leave_tet_out(world: World) -> None:
    """Tết 2024 was from Thursday 8 to Wednesday 14 February."""
    plan(world, "workday", "before 16:00")
    found = [period for period, _ in opened(world, "2024-02-05 08:00:00") if period > "2024-02-04"]
    assert found == [f"2024-02-{day:02}" for day in (5, 6, 7, 15, 16, 19)]


def test_weeks_are_opened_nine_weeks_ahead(world: World) -> None:
    plan(world, "week", "before 15:00 friday")
    found = opened(world, "2024-01-01 08:00:00")
    assert found[0] == ("2024-W01", "05/01/2024 15:00")
    assert found[-1] == ("2024-W09", "01/03/2024 15:00")


@pytest.mark.parametrize("horizon", [7])
def test_never_further_ahead_than_the_setting(world: World, horizon: int) -> None:
    world.settings = world.settings.model_copy(update={"horizon_days": horizon})
    plan(world, "day", "before 16:00")
    assert opened(world, "2024-01-01 08:00:00")[-1] == ("2024-01-08", "08/01/2024 16:00")


def test_two_rounds_a_year_open_with_their_own_dates(world: World) -> None:
    plan(world, "year", "[before 1/6, before 15/11]")
    assert opened(world, "2024-01-01 08:00:00") == [
        ("2024-R1", "01/06/2024 00:00"),
        ("2024-R2", "15/11/2024 00:00"),
    ]
    assert [row.rule for row in world.due()] == ["before 1/6", "before 15/11"]


def test_a_window_opens_long_before_it_ends_and_not_before(world: World) -> None:
    """Its end lies beyond the horizon, its first day is today."""
    world.settings = world.settings.model_copy(update={"horizon_days": 30})
    plan(world, "year", "from 1/3 to 31/12")
    assert opened(world, "2024-02-29 08:00:00") == []
    assert opened(world, "2024-03-01 08:00:00") == [("2024", "01/01/2025 00:00")]


def test_what_a_row_says_of_its_window_its_hour_and_its_plan(world: World) -> None:
    plan(world, "once", "from 1/3/2024 to 14:00 28/4/2024", "planned: 20/4/2024")
    world.tick("2024-01-01 08:00:00")
    (row,) = world.due()
    said = row_json(row, world.settings.zone)
    assert {
        name: said[name] for name in ("opens_at", "planned", "hour", "deadline", "last_day", "written")
    } == {
        "opens_at": "2024-03-01T00:00:00+07:00",
        "planned": "2024-04-20",
        "hour": "14:00",
        "deadline": "2024-04-28T14:00:00+07:00",
        "last_day": "2024-04-28",
        "written": "2024-04-28",
    }
    assert str(row.begins) == "2024-03-01"


@pytest.mark.parametrize(
    ("every", "due", "more", "span"),
    [
        ("month", "before 18", (), ("2024-01-15", "2024-02-14")),
        ("month", "before 10", (), None),
        ("month", "before 14", (), None),
        ("month", "before 16", (), ("2024-01-15", "2024-02-14")),
        ("month", "before 18", ("cutoff: none",), None),
        ("month", "before 18", ("cutoff: 20",), None),
        ("month", "before 18", ("type: task",), None),
        ("year", "before 10/12", (), None),
        ("year", "before 20/11", ("cutoff: 14/11",), ("2023-11-15", "2024-11-14")),
        ("year", "before 10/12", ("cutoff: 30/9",), ("2023-10-01", "2024-09-30")),
        ("year", "[before 1/6, before 15/11]", (), None),
        ("year", "[before 1/6, before 15/11]", ("cutoff: [14/5, 31/10]",), ("2023-11-01", "2024-05-14")),
        ("week", "by friday", (), None),
        ("once", "before 30/6/2024", (), None),
        ("once", "before 30/1/2025", ("period: 2024",), ("2023-12-15", "2024-12-14")),
    ],
)
def test_data_has_a_span_only_where_it_ends_before_the_deadline(
    world: World, every: str, due: str, more: tuple[str, ...], span: tuple[str, str] | None
) -> None:
    plan(world, every, due, *more)
    world.tick("2024-01-01 08:00:00")
    rows = world.due(period="2024-02") if every == "month" else world.due()
    found = rows[0].period_start, rows[0].cutoff
    assert found == (None, None) if span is None else tuple(map(str, found)) == span


@pytest.mark.parametrize(
    ("every", "due", "begins"),
    [
        ("month", "by 15 previous month", ["2023-12-16", "2024-01-16"]),
        ("week", "by friday", ["2024-01-01", "2024-01-08"]),
        ("day", "before 16:00", ["2024-01-01", "2024-01-02"]),
    ],
)
def test_a_report_never_begins_after_its_last_day(
    world: World, every: str, due: str, begins: list[str]
) -> None:
    plan(world, every, due)
    world.tick("2024-01-01 08:00:00")
    rows = world.due()
    assert [str(row.begins) for row in rows[:2]] == begins
    assert all(row.last_day is None or row.begins <= row.last_day for row in rows)


def test_a_date_before_the_plan_is_in_force_is_asked_for_once_all_the_same(world: World) -> None:
    plan(world, "once", "before 20/12/2023")
    assert opened(world, "2024-01-01 08:00:00") == [("once", "20/12/2023 00:00")]


@pytest.mark.parametrize("every", ["on-demand", "unspecified"])
def test_what_waits_to_be_asked_for_opens_nothing(world: World, every: str) -> None:
    world.plan(HEAD + f"    every: {every}\n    chain: [{{from: {{unit: x1}}}}]\n")
    assert opened(world, "2024-01-01 08:00:00") == []


def test_what_waits_for_an_event_opens_nothing(world: World) -> None:
    plan(world, "once", "within 24h of flood", "event: {id: flood, title: Khi có thiên tai}")
    assert opened(world, "2024-01-01 08:00:00") == []


def test_a_changed_hour_moves_what_is_open_where_the_change_is_to_do_so(world: World) -> None:
    plan(world, "month", "before 14:00 18")
    world.tick("2024-01-01 08:00:00")
    changed = (
        HEAD + "    every: month\n    chain: [{from: {unit: x1}, due: before 10:00 18}]\n",
        "2024-02-01",
    )
    world.plan(*changed)
    world.tick("2024-02-01 08:00:00")
    rows = world.due("2024-02-01 09:00", period="2024-03")
    assert [(row.hour, row.state) for row in rows] == [("10:00", "open"), ("14:00", "cancelled")]


def test_in_force_from_the_midst_of_a_week(world: World) -> None:
    """From Wednesday 10 to Wednesday 24 January: the week that has begun is owed, and the last one too."""
    head = HEAD.replace("from: 2024-01-01, to: 2024-12-31", "from: 2024-01-10, to: 2024-01-24")
    plan(world, "week", "by monday next week", head=head)
    assert [period for period, _ in opened(world, "2024-01-10 08:00:00")] == ["2024-W02", "2024-W03"]
