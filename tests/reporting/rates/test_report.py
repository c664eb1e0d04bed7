"""Counting: what a small province owed, as of any instant, against figures worked out by hand."""

from __future__ import annotations

import pytest
from sqlmodel import col, select

from models.database import reading
from models.obligation import Obligation
from models.plan import Plan
from models.vocabulary import PAST_DUE
from reporting.chain.chain import build_chain
from reporting.chain.snapshot import plan_picture
from reporting.monitoring.board import overdue
from reporting.obligations.timeliness import is_overdue
from reporting.rates.rates import Tally
from reporting.rates.report import RatesReport
from reporting.unit_names import names
from tests.conftest import HCM, at
from tests.reporting.world import MONTHLY, UNITS, World


@pytest.fixture
def lived(world: World) -> World:
    """February: x1 in time, x2 two days late and accepted three days on, x3 never. Two months are over."""
    world.plan(MONTHLY)
    world.tick("2024-01-02 08:00:00")
    for unit in ("x1", "x2", "x3"):
        world.submit(unit, "2024-01", "2024-01-17 09:00:00")
    world.submit("x1", "2024-02", "2024-02-17 09:00:00")
    world.submit("x2", "2024-02", "2024-02-19 09:00:00")
    world.accept("x2", "2024-02", "2024-02-21 10:00:00")
    return world


def figures(tally: Tally) -> tuple[int, int, int, int, int, int]:
    return tally.expected, tally.filed, tally.on_time, tally.late, tally.overdue, tally.in_term


def by_code(world: World, report: RatesReport) -> dict[str, tuple[int, int, int, int, int, int]]:
    """The figures of each branch by its unit's code; a unit that stood in two branches has both together."""
    units = {path: int(path.split("/")[-2]) for path in report.by_branch()}
    with reading(world.engine) as session:
        known = names(session, units.values())
    found: dict[str, Tally] = {}
    for path, tally in report.by_branch().items():
        found.setdefault(known[units[path]].code, Tally()).add(tally)
    return {code: figures(tally) for code, tally in found.items()}


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2024-02-16 12:00:00", (3, 0, 0, 0, 0, 3)),
        ("2024-02-17 12:00:00", (3, 1, 1, 0, 0, 2)),
        ("2024-02-18 00:00:00", (3, 1, 1, 0, 2, 0)),
        ("2024-02-20 00:00:00", (3, 2, 1, 1, 1, 0)),
    ],
)
def test_a_month_as_of_any_instant(
    lived: World, when: str, expected: tuple[int, int, int, int, int, int]
) -> None:
    assert figures(lived.rates(when, period="2024-02").total) == expected


def test_rates_of_the_month(lived: World) -> None:
    assert lived.rates("2024-03-01", period="2024-02").total.rates() == {
        "completion": pytest.approx(2 / 3),
        "reporting": pytest.approx(2 / 3),
        "on_time_of_expected": pytest.approx(1 / 3),
        "on_time_of_filed": 0.5,
        "original_on_time": pytest.approx(1 / 3),
        "completion_corrected": pytest.approx(2 / 3),
        "reporting_corrected": pytest.approx(2 / 3),
        "on_time_corrected": pytest.approx(1 / 3),
        "median_days_late": 2,
        "median_review_days": 3,
    }


@pytest.mark.parametrize(
    ("accepted", "days"),
    [
        ("2024-02-05 09:00:00", 1),
        ("2024-02-05 17:00:00", 1),
        ("2024-02-06 09:00:00", 1),  # 24 hours
        ("2024-02-06 09:00:01", 2),
        ("2024-02-09 09:00:00", 4),  # 96 hours
        ("2024-02-09 09:00:01", 5),
        ("2024-02-11 15:00:00", 7),
    ],
)
def test_whole_days_of_a_review_are_counted_as_they_are(world: World, accepted: str, days: int) -> None:
    world.open()
    world.submit("x1", "2024-02", "2024-02-05 09:00:00")
    world.accept("x1", "2024-02", accepted)
    rates = world.rates("2024-03-01", period="2024-02")
    assert rates.total.rates()["median_review_days"] == days
    assert rates.total.review_days == {days: 1}


def test_without_a_period_only_what_had_begun_counts(lived: World) -> None:
    # On 20 January the data of February's month (15/1 to 14/2) is being gathered; March's is not.
    assert lived.rates("2024-01-20").total.expected == 6
    assert lived.rates("2024-01-20", period="2024").total.expected == 36


def test_branches_add_up_to_the_whole(lived: World) -> None:
    report = lived.rates("2024-03-01", period="2024-02")
    named = by_code(lived, report)
    assert named["p"] == figures(report.total) == (3, 2, 1, 1, 1, 0)
    assert named["d1"] == (2, 2, 1, 1, 0, 0)
    assert named["d2"] == named["x3"] == (1, 0, 0, 0, 1, 0)


def test_a_unit_that_moves_leaves_its_past_in_the_old_branch(lived: World) -> None:
    lived.units(
        UNITS.replace("x3,Phường Ba,grassroots,phuong,d2", "x3,Phường Ba,grassroots,phuong,d1"), "2024-06-01"
    )
    lived.tick("2024-06-02")
    expected = {
        code: row[0] for code, row in by_code(lived, lived.rates("2025-01-01", period="2024")).items()
    }
    assert (expected["d1"], expected["d2"]) == (24 + 7, 5)
    assert expected["x3"] == 12


def test_a_unit_that_is_renamed_stays_one(lived: World) -> None:
    lived.units(UNITS.replace("Xã Hai", "Phường Hai"), "2024-06-01")
    lived.tick("2024-06-02")
    report = lived.rates("2025-01-01", period="2024")
    assert by_code(lived, report)["x2"][0] == 12
    assert sum(tally.units_never_filed for tally in report.by_level().values()) == 0


def test_a_unit_that_moved_after_it_had_filed_is_none_that_never_did(lived: World) -> None:
    lived.units(UNITS.replace("x2,Xã Hai,grassroots,xa,d1", "x2,Xã Hai,grassroots,xa,d2"), "2024-06-01")
    lived.tick("2024-06-02")
    report = lived.rates("2025-01-01", period="2024")
    assert by_code(lived, report)["x2"][4] == 10, "five of them overdue in each branch"
    assert report.total.units_never_filed == 0


def test_units_that_never_filed(lived: World) -> None:
    assert lived.rates("2024-03-01", period="2024-02").total.units_never_filed == 1
    assert lived.rates("2024-03-01", period="2024").total.units_never_filed == 0  # it filed in January


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"branch": "d1"}, 24),
        ({"unit": "x1"}, 12),
        ({"level": "grassroots"}, 36),
        ({"level": "district"}, 0),
        ({"plan": "simple"}, 36),
        ({"period": "2024-Q1"}, 0),  # no quarterly duty in this plan
    ],
)
def test_filters_narrow_what_is_counted(lived: World, filters: dict[str, str], expected: int) -> None:
    assert lived.rates("2024-03-01", **({"period": "2024"} | filters)).total.expected == expected


def test_what_is_returned_keeps_its_first_date_and_is_overdue_for_correction_after_its_day(
    lived: World,
) -> None:
    """x1 filed in time and was returned on the 20th: to be corrected until the 22nd, two working days."""
    lived.give_back("x1", "2024-02", "2024-02-20 09:00:00")

    def found(when: str) -> tuple[object, ...]:
        tally = lived.rates(when, period="2024-02").total
        rates = tally.rates()
        assert figures(tally) == (3, 2, 1, 1, 1, 0), "the official figures are those of the first filing"
        return (
            lived.one("x1", "2024-02", when).timeliness.value,
            tally.returned,
            tally.correction_overdue,
            rates["completion_corrected"],
            rates["reporting_corrected"],
            rates["on_time_corrected"],
        )

    third = pytest.approx(1 / 3)
    assert found("2024-02-20 08:00:00") == (
        "on time",
        0,
        0,
        pytest.approx(2 / 3),
        pytest.approx(2 / 3),
        third,
    )
    assert found("2024-02-22 23:59:59")[:3] == ("returned", 1, 0)
    assert found("2024-02-23 00:00:00") == ("correction overdue", 1, 1, third, third, 0.0)
    assert found("2024-08-20 00:00:00")[:3] == ("correction overdue", 1, 1), "180 days later as well"
    lived.submit("x1", "2024-02", "2024-09-02 09:00:00")
    assert found("2024-09-03 00:00:00")[:3] == ("on time", 0, 0), "the first filing keeps its date"
    assert found("2024-08-20 00:00:00")[:3] == ("correction overdue", 1, 1), "as it was then"


def test_what_is_overdue_for_correction_holds_its_superior_up_and_is_in_the_tables(lived: World) -> None:
    lived.give_back("x1", "2024-02", "2024-02-20 09:00:00")
    now = at("2024-02-26 09:00:00")
    rows = lived.due("2024-02-26 09:00:00", period="2024-02")
    links = {link.owed.unit: link for link in build_chain(rows).links}
    assert links["x1"].is_overdue
    assert links["x1"].is_missing
    with reading(lived.engine) as session:
        listed = overdue(session, [], now, None)
        plan = session.exec(select(Plan)).one()
        picture = plan_picture(session, plan, now, HCM, "en")
        ids = set(session.scalars(select(col(Obligation.id)).where(is_overdue(now))))
    id = lived.one("x1", "2024-02").id
    assert id in {row.id for row in listed}
    assert id in {row.id for row in picture.overdue}
    past = lived.due("2024-02-26 09:00:00", {*PAST_DUE})
    assert ids == {row.id for row in past}, "the twins agree"
    (february,) = [row for row in picture.rows if row.period == "2024-02"]
    assert (february.returned, february.correction_overdue, february.standing) == (1, 1, "overdue")
