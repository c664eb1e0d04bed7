"""A plan's periods in real days: when each stage opened and closed, as one draws it on a time axis."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from models.database import reading
from models.settings import Settings
from reporting.chain.period_timeline import PeriodSpan, period_spans
from reporting.chain.stage_counts import stage_periods
from reporting.chain.tables import chain_table, chains_to_show, overdue_reports, overdue_table
from reporting.plans.loading import find_plan
from tests.conftest import at
from tests.reporting.world import MONTHLY, World

ONCE = MONTHLY.replace("every: month", "every: once").replace("due: before 18", "due: before 20/3/2024")


@pytest.fixture
def world(engine: Engine, settings: Settings, tmp_path: Path) -> World:
    world = World(engine, settings, tmp_path)
    world.units()
    world.plan()
    world.tick("2024-01-02 08:00:00")
    return world


def spans(world: World, when: str, slug: str = "p-2024") -> dict[str, PeriodSpan]:
    with reading(world.engine) as session:
        rows = stage_periods(session, find_plan(session, slug), at(when))
    return {span.key: span for span in period_spans(rows, at(when), world.settings.zone, "vi")}


def days(span: PeriodSpan) -> list[tuple[str, str | None]]:
    """First and last day of each stage, as local dates."""

    def day(moment: datetime | None) -> str | None:
        return moment.astimezone(at("2024-01-01").tzinfo).date().isoformat() if moment else None

    return [(day(stage.opens) or "", day(stage.closes)) for stage in span.stages]


def test_a_stage_waits_from_when_the_one_below_it_was_due(world: World) -> None:
    january = spans(world, "2024-01-14")["2024-01"]
    # Communes are due before the data's own end and so begin with it; districts when the communes were due.
    assert days(january) == [("2023-12-15", None), ("2024-01-15", None), ("2024-01-18", None)]
    assert [stage.is_open for stage in january.stages] == [True, False, False]
    assert (january.standing, january.closes) == ("waiting", None)


def test_what_is_filed_ends_with_its_last_report(world: World) -> None:
    for unit, day in (("x1", "10"), ("x2", "12"), ("x3", "20")):
        world.submit(unit, "2024-01", f"2024-01-{day} 09:00:00")
    january = spans(world, "2024-01-21")["2024-01"]
    assert (january.stages[0].standing, days(january)[0]) == ("received", ("2023-12-15", "2024-01-20"))


def test_what_is_overdue_ends_where_last_something_happened(world: World) -> None:
    world.submit("x1", "2024-01", "2024-01-19 09:00:00")
    february = spans(world, "2024-06-01")["2024-01"]
    assert days(february)[0] == ("2023-12-15", "2024-01-19"), "a report after the deadline"
    assert days(february)[1] == ("2024-01-15", "2024-01-18"), "the deadline itself"
    assert february.standing == "overdue"


def test_a_period_that_has_not_begun_is_not_shown(world: World) -> None:
    assert set(spans(world, "2024-01-10")) == {"2024-01"}
    assert set(spans(world, "2024-01-20")) == {"2024-01", "2024-02"}


def test_what_is_owed_once_is_named_by_its_duty(world: World) -> None:
    world.plan(ONCE)
    world.tick("2024-01-03 08:00:00")
    (span,) = spans(world, "2024-02-01", "simple").values()
    assert (span.key, span.title) == ("once-monthly", "Báo cáo tháng")


@pytest.mark.parametrize(
    ("every", "due", "key", "title", "begins"),
    [
        ("week", "by friday", "2024-W05", "Tuần 5/2024 (29/1–4/2)", "2024-01-29"),
        ("half-year", "[before 1/6, before 15/11]", "2024-H1", "6 tháng đầu năm 2024", "2024-01-01"),
        ("year", "[before 1/6, before 15/11]", "2024-R1", "Đợt 1/2024", "2024-01-01"),
        ("month", "from 20 to 25", "2024-01", "Tháng 1/2024", "2024-01-20"),
        ("5 years from 2024", "within first month", "2024-2028", "Giai đoạn 2024–2028", "2024-01-01"),
    ],
)
def test_every_kind_of_period_has_its_place_on_the_axis(
    world: World, every: str, due: str, key: str, title: str, begins: str
) -> None:
    text = MONTHLY.replace("every: month", f"every: {every}\n    cutoff: none").replace("before 18", due)
    world.plan(text)
    world.tick("2024-01-03 08:00:00")
    span = spans(world, "2024-02-01", "simple")[key]
    assert (span.title, days(span)[0][0]) == (title, begins)


def test_of_single_days_the_last_month_is_shown(world: World) -> None:
    world.plan(MONTHLY.replace("every: month", "every: day").replace("before 18", "before 16:00"))
    for day in ("2024-01-03", "2024-02-20"):
        world.tick(f"{day} 08:00:00")
    shown = sorted(spans(world, "2024-02-20 17:00", "simple"))
    assert (shown[0], shown[-1]) == ("2024-01-20", "2024-02-20")


def test_it_writes_the_chain_as_a_table(world: World) -> None:
    world.submit("x1", "2024-01", "2024-01-10 09:00:00")
    with reading(world.engine) as session:
        rows = stage_periods(session, find_plan(session, "p-2024"), at("2024-01-16"))
    newest, january = chains_to_show(rows, at("2024-01-16"), world.settings.zone)
    assert (newest[0].period, january[0].period) == ("2024-02", "2024-01")
    assert chain_table(january, world.settings.zone, "vi")[0] == {
        "Chặng": "1 Cơ sở",
        "Phải nộp": "3",
        "Đã nộp": "1",
        "Nộp muộn": "0",
        "Quá hạn": "2",
        "Bị trả lại": "0",
        "Còn chờ": "0",
        "Ngày cuối": "14/01/2024",
        "Tình trạng": "✗ quá hạn",
    }


def test_it_lists_who_is_overdue_with_links(world: World) -> None:
    now = at("2024-01-16 08:00:00")
    with reading(world.engine) as session:
        plan = find_plan(session, "p-2024")
        reports = overdue_reports(session, plan, now, stage_periods(session, plan, now))
    assert [each.unit_name for each in reports] == ["Xã Một", "Xã Hai", "Phường Ba"]
    table = overdue_table(reports[:1], "https://d.example/o/{id}", now, world.settings.zone, "vi")
    assert table.splitlines()[0] == "| Đơn vị | Báo cáo | Kỳ | Ngày cuối | Quá hạn |"
    linked = f"[Xã Một](https://d.example/o/{reports[0].id})"
    assert table.splitlines()[2] == f"| {linked} | Báo cáo tháng | tháng 1/2024 | 14/01/2024 | 2 ngày |"


def test_it_lists_no_more_of_a_stage_than_a_person_reads(world: World) -> None:
    with reading(world.engine) as session:
        plan, june = find_plan(session, "p-2024"), at("2024-06-01")
        reports = overdue_reports(session, plan, june, stage_periods(session, plan, june), most=2)
    assert {(each.duty, each.stage): 2 for each in reports} == {
        ("monthly", stage): sum(each.stage == stage for each in reports) for stage in (1, 2, 3)
    }
