"""Opening: who owes what, opened once, ahead to the horizon, frozen; units are followed only ahead."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import select

from calendars.periods import Period
from calendars.working_days import WorkingDays
from models.database import reading, writing
from models.errors import DondocError
from models.obligation import Obligation
from models.upkeep import Heartbeat
from reporting.plans.loading import load_plan
from reporting.plans.reading import read_plan_bytes
from tests.conftest import at
from tests.reporting.world import MONTHLY, UNITS, World


def codes(rows: list) -> list[str]:  # type: ignore[type-arg]
    return sorted(row.unit for row in rows)


def test_each_stage_of_each_period_opens_for_its_units(world: World) -> None:
    world.plan()
    count = world.tick("2024-01-01 08:00:00")
    assert count.errors == {}
    assert count.opened == 12 * (3 + 3 + 1)
    assert codes(world.due(period="2024-02")) == ["d1", "d2", "so", "so-2", "x1", "x2", "x3"]


@pytest.mark.parametrize(
    ("unit", "safe_day", "deadline", "written", "bound"),
    [
        ("d1", "2024-02-17", "2024-02-18T00:00:00+07:00", "2024-02-18", "before"),
        ("x1", "2024-02-06", "2024-02-07T00:00:00+07:00", "2024-02-06", "by"),  # Tết lies between
        ("so", "2024-02-21", "2024-02-22T00:00:00+07:00", "2024-02-21", "by"),
    ],
)
def test_the_chain_of_february_2024(
    world: World, unit: str, safe_day: str, deadline: str, written: str, bound: str
) -> None:
    world.plan()
    world.tick("2024-01-01 08:00:00")
    row = world.one(unit, "2024-02")
    assert row.deadline is not None
    assert str(row.safe_day) == safe_day
    assert row.deadline.astimezone(world.settings.zone).isoformat() == deadline
    assert (str(row.written), row.bound) == (written, bound)


def test_a_second_pass_and_a_later_one_open_nothing_twice(world: World) -> None:
    world.plan()
    world.tick("2024-01-01 08:00:00")
    assert world.tick("2024-01-01 08:05:00").opened == 0
    assert world.tick("2024-06-01 08:00:00").opened == 0
    with reading(world.engine) as session:
        rows = session.exec(select(Obligation)).all()
    assert len({(row.occurrence_id, row.unit_id) for row in rows}) == len(rows) == 84


def test_the_recipient_is_the_superior_or_the_one_named_in_via(world: World) -> None:
    world.plan()
    world.tick("2024-01-01 08:00:00")
    recipients = {row.unit: row.recipient for row in world.due(period="2024-02")}
    assert recipients == {
        "x1": "d1",
        "x2": "d1",
        "x3": "d2",
        "d1": "so",
        "d2": "so",
        "so-2": "so",
        "so": "p",
    }


def test_a_unit_opened_in_february_is_expected_11_times_of_12(world: World) -> None:
    world.plan(MONTHLY)
    world.tick("2024-01-01 08:00:00")
    world.units(UNITS + "x9,Xã Mới,grassroots,xa,d2,\n", as_of="2024-02-10")
    world.tick("2024-02-10 08:00:00")
    periods = [row.period for row in world.due(unit="x9")]
    assert periods == [f"2024-{month:02}" for month in range(2, 13)]
    assert world.rates("2024-12-31", branch="x9", period="2024").total.expected == 11
    assert world.rates("2024-12-31", branch="x1", period="2024").total.expected == 12


def test_a_unit_that_ends_owes_nothing_after_its_end(world: World) -> None:
    world.plan(MONTHLY)
    world.tick("2024-01-01 08:00:00")
    without = "\n".join(line for line in UNITS.splitlines() if not line.startswith("x2,"))
    world.units(without, as_of="2024-07-01", replace=True)
    count = world.tick("2024-07-01 08:00:00")
    assert count.cancelled == 6
    assert [row.state for row in world.due("2024-08-01", unit="x2")] == ["open"] * 6 + ["cancelled"] * 6


def test_a_renamed_and_moved_unit_keeps_its_past_and_changes_its_future(world: World) -> None:
    world.plan(MONTHLY)
    world.tick("2024-01-01 08:00:00")
    world.units(
        UNITS.replace("x2,Xã Hai,grassroots,xa,d1", "x2,Xã Hai Mới,grassroots,xa,d2"), as_of="2024-07-01"
    )
    count = world.tick("2024-07-01 08:00:00")
    assert (count.opened, count.cancelled, count.refreshed) == (0, 0, 6)
    june, july = world.one("x2", "2024-06"), world.one("x2", "2024-07")
    assert (june.unit_name, june.recipient) == ("Xã Hai", "d1")
    assert (july.unit_name, july.recipient) == ("Xã Hai Mới", "d2")
    assert world.rates("2024-12-31", branch="d1", period="2024").total.expected == 12 + 6
    assert world.rates("2024-12-31", branch="d2", period="2024").total.expected == 12 + 6


def test_a_changed_rule_holds_from_the_day_on_which_it_is_loaded(world: World) -> None:
    world.plan(MONTHLY)
    world.tick("2024-01-01 08:00:00")
    world.plan(MONTHLY.replace("before 18", "before 20"), applies_from="2024-06-10")
    world.tick("2024-06-10 08:00:00")
    rows = [row for row in world.due("2024-06-11", unit="x1") if row.state == "open"]
    assert [str(row.written)[-2:] for row in rows] == ["18"] * 5 + ["20"] * 7


@pytest.mark.parametrize(
    ("due", "when", "kept"),
    [
        ("before 18", "2024-06-17 23:00", False),
        ("before 18", "2024-06-18 00:00", True),
        ("before 16:00 18", "2024-06-18 15:00", False),
        ("before 16:00 18", "2024-06-18 16:00", True),
    ],
)
def test_what_is_overdue_keeps_its_deadline_and_the_difference_says_so(
    world: World, due: str, when: str, kept: bool
) -> None:
    world.plan(MONTHLY.replace("before 18", due))
    world.tick("2024-01-01 08:00:00")
    new = read_plan_bytes(MONTHLY.replace("before 18", "before 25").encode(), "plan.yaml").plan
    with writing(world.engine) as session:
        change = load_plan(session, new, at(when), "Dave", date.fromisoformat(when[:10]))
    told = change.differences(WorkingDays.from_country(), "en")
    assert ("from period July 2024" if kept else "from period June 2024") in told[0]
    world.tick(when)
    june = [row for row in world.due("2024-06-19", unit="x1", period="2024-06") if row.state == "open"]
    assert [str(row.written) for row in june] == ["2024-06-18" if kept else "2024-06-25"]


def test_what_a_decision_has_extended_keeps_its_deadline(world: World) -> None:
    world.plan(MONTHLY)
    world.tick("2024-01-01 08:00:00")
    world.extend("x1", "2024-06", "2024-06-28", "2024-06-03")
    world.plan(MONTHLY.replace("before 18", "before 20"), applies_from="2024-06-10")
    world.tick("2024-06-10 08:00:00")
    june = [row for row in world.due("2024-06-11", period="2024-06") if row.state == "open"]
    days = {row.unit: str(row.last_day) for row in june}
    assert days == {"x1": "2024-06-28", "x2": "2024-06-19", "x3": "2024-06-19"}
    assert world.tick("2024-06-11 08:00:00").opened == 0


@pytest.mark.parametrize(
    ("change", "june"),
    [
        ("{units: [x1, x2]}", {"x1": ("d1", "open"), "x2": ("d1", "open"), "x3": ("d2", "cancelled")}),
        ("{level: grassroots}, to: so", dict.fromkeys(("x1", "x2", "x3"), ("so", "open"))),
    ],
)
def test_what_is_open_follows_who_reports_and_who_receives(
    world: World, change: str, june: dict[str, tuple[str, str]]
) -> None:
    world.plan(MONTHLY)
    world.tick("2024-01-01 08:00:00")
    world.plan(MONTHLY.replace("{level: grassroots}", change), applies_from="2024-06-10")
    world.tick("2024-06-10 08:00:00")
    rows = world.due("2024-06-11", period="2024-06")
    found = {row.unit: (row.recipient, row.state) for row in sorted(rows, key=lambda row: row.id)}
    assert found == june
    assert {row.recipient for row in world.due("2024-06-11", period="2024-05")} == {"d1", "d2"}
    assert world.tick("2024-06-11 08:00:00").opened == 0


def test_a_later_day_leaves_a_stage_whose_new_date_lies_before_it(world: World) -> None:
    above = "lead: 3wd}\n      - {from: {level: district}, due: before 18}"
    chain = MONTHLY.replace("due: before 18}", above)
    world.plan(chain)
    world.tick("2024-01-01 08:00:00")
    world.plan(chain.replace("before 18", "before 20"), applies_from="2024-06-18")
    world.tick("2024-05-02 08:00:00")
    rows = [row for row in world.due("2024-06-01", period="2024-06") if row.state == "open"]
    assert {row.unit: str(row.last_day) for row in rows} == {
        **dict.fromkeys(("x1", "x2", "x3"), "2024-06-12"),  # by the new rule by the 14th: before it holds
        **dict.fromkeys(("d1", "d2", "so", "so-2", "van-phong"), "2024-06-19"),
    }


def test_a_change_loaded_from_a_day_replaces_what_lies_ahead_and_is_not_filed(world: World) -> None:
    world.plan(MONTHLY)
    world.tick("2024-01-01 08:00:00")
    world.submit("x1", "2024-08", "2024-05-20 09:00:00", ahead=True)  # eager, and stays filed
    before = {(row.unit, row.period): row.id for row in world.due()}
    world.plan(MONTHLY.replace("before 18", "before 20"), applies_from="2024-06-01")
    count = world.tick("2024-06-01 08:00:00")
    assert (count.cancelled, count.opened) == (7 * 3 - 1, 7 * 3 - 1)
    assert [str(row.written) for row in world.due(unit="x2", period="2024-05")] == ["2024-05-18"]
    july = world.due("2024-06-02", unit="x2", period="2024-07")
    assert [(str(row.written), row.state) for row in july] == [
        ("2024-07-18", "cancelled"),
        ("2024-07-20", "open"),
    ]
    assert july[0].id == before["x2", "2024-07"]
    assert [row.state for row in world.due("2024-06-02", unit="x1", period="2024-08")] == ["submitted"]
    assert world.tick("2024-06-02 08:00:00").opened == 0
    assert world.rates("2024-12-31", branch="x2", period="2024").total.expected == 12


def test_what_is_settled_is_not_owed_anew_when_units_change_after_a_plan(world: World) -> None:
    """Filed, returned, waived: what a changed plan left as it was stays so whatever units change later."""
    world.plan(MONTHLY)
    world.tick("2024-01-01 08:00:00")
    world.submit("x1", "2024-08", "2024-05-20 09:00:00", ahead=True)
    world.submit("x2", "2024-08", "2024-05-20 09:00:00", ahead=True)
    world.give_back("x2", "2024-08", "2024-05-21 09:00:00")
    world.close("x3", "2024-08", "2024-05-21 09:00:00")
    world.plan(MONTHLY.replace("before 18", "before 20"), applies_from="2024-06-01")
    world.tick("2024-06-01 08:00:00")
    world.units(UNITS.replace("Huyện Hai", "Huyện Hai mới"), as_of="2024-06-10")
    assert world.tick("2024-06-10 08:00:00").opened == 0
    states = {row.unit: row.state for row in world.due("2024-06-11", period="2024-08")}
    assert states == {"x1": "submitted", "x2": "returned", "x3": "waived"}


def test_before_a_change_was_loaded_only_the_old_dates_stood(world: World) -> None:
    """What is opened again must not stand beside what it replaces in the past: every figure would double."""
    world.plan(MONTHLY)
    world.tick("2024-01-01 08:00:00")
    world.plan(MONTHLY.replace("before 18", "before 20"), applies_from="2024-06-01")
    world.tick("2024-06-01 08:00:00")
    july = world.due("2024-05-30", unit="x2", period="2024-07")
    assert [(str(row.written), row.state) for row in july] == [("2024-07-18", "open")]
    assert world.rates("2024-05-30", branch="x2", period="2024-07").total.expected == 1
    assert world.rates("2024-05-30", branch="x2").total.expected == 6  # January to June have begun
    assert world.rates("2024-06-20", branch="x2", period="2024-07").total.expected == 1


def test_a_duty_that_a_change_takes_away_is_owed_no_more_from_that_day(world: World) -> None:
    other = MONTHLY[MONTHLY.index("  - id") :].replace("id: monthly", "id: other")
    world.plan(MONTHLY + other)
    world.tick("2024-01-01 08:00:00")
    world.plan(MONTHLY, applies_from="2024-06-01")
    assert world.tick("2024-06-01 08:00:00").cancelled == 7 * 3
    assert [row.state for row in world.due("2024-06-02", unit="x1", duty="other")] == ["open"] * 5 + [
        "cancelled"
    ] * 7


def test_no_period_falls_between_two_versions(world: World) -> None:
    world.plan(MONTHLY)
    world.plan(MONTHLY.replace("before 18", "before 5"), applies_from="2024-06-10")
    world.tick("2024-01-01 08:00:00")
    written = [str(row.written) for row in world.due(unit="x1")]
    assert written == [f"2024-{month:02}-{18 if month <= 6 else '05'}" for month in range(1, 13)]


@pytest.mark.parametrize(
    ("due", "from_day", "june"),
    [
        ("before 20", "2024-06-10", "20"),  # both days still lay ahead
        ("before 25", "2024-06-18", "25"),  # the old day was just over, the new one not
        ("before 15", "2024-06-14", "15"),  # on the new rule's last day
        ("before 15", "2024-06-15", "18"),  # a day later that one is over
    ],
)
def test_a_changed_rule_governs_the_running_period_while_its_deadline_lies_ahead(
    world: World, due: str, from_day: str, june: str
) -> None:
    world.plan(MONTHLY)
    world.plan(MONTHLY.replace("before 18", due), applies_from=from_day)
    world.tick("2024-01-01 08:00:00")
    written = {row.period: str(row.written)[-2:] for row in world.due(unit="x1")}
    assert (written["2024-05"], written["2024-06"]) == ("18", june)
    assert written["2024-07"] == due.removeprefix("before ")
    assert len(written) == 12


def test_a_duty_added_while_a_period_runs_is_owed_for_it(world: World) -> None:
    other = MONTHLY[MONTHLY.index("  - id") :].replace("id: monthly", "id: other")
    world.plan(MONTHLY)
    world.tick("2024-01-01 08:00:00")
    world.plan(MONTHLY + other, applies_from="2024-06-17")
    world.tick("2024-06-17 08:00:00")
    assert world.due(unit="x1", duty="other")[0].period == "2024-06"
    world.plan(MONTHLY + other + other.replace("id: other", "id: late"), applies_from="2024-06-18")
    world.tick("2024-06-18 08:00:00")
    assert world.due(unit="x1", duty="late")[0].period == "2024-07"


@pytest.mark.parametrize(
    ("every", "due", "loaded", "first"),
    [
        ("month", "before 10:00 18", "2024-06-18 09:59:00", "2024-06"),
        ("month", "before 10:00 18", "2024-06-18 10:00:00", "2024-07"),
        ("month", "by 18", "2024-06-18 23:59:00", "2024-06"),
        ("day", "before 10:00", "2024-06-18 11:00:00", "2024-06-19"),
        ("week", "before 10:00 tuesday", "2024-06-18 11:00:00", "2024-W26"),
    ],
)
def test_a_duty_added_after_the_hour_of_its_deadline_is_not_owed_for_that_day(
    world: World, every: str, due: str, loaded: str, first: str
) -> None:
    other = MONTHLY[MONTHLY.index("  - id") :].replace("id: monthly", "id: other")
    other = other.replace("every: month", f"every: {every}").replace("before 18", due)
    world.plan(MONTHLY)
    world.tick("2024-06-17 08:00:00")
    change = world.plan(MONTHLY + other, applies_from="2024-06-18", when=loaded)
    world.tick("2024-06-18 23:59:30")
    (row, *_) = world.due("2024-06-18 23:59:30", unit="x1", duty="other")
    assert row.period == first
    lines = "\n".join(change.differences(WorkingDays(), "en"))
    assert f"{Period.parse(first).label('en')}: " in lines


def test_a_change_on_the_deadlines_day_replaces_the_running_period_only_if_it_is_not_over(
    world: World,
) -> None:
    world.plan(MONTHLY)
    world.tick("2024-01-01 08:00:00")
    world.plan(MONTHLY.replace("before 18", "before 21"), applies_from="2024-06-17")
    world.tick("2024-06-17 08:00:00")
    states = [(str(row.written), row.state) for row in world.due("2024-06-18", unit="x2", period="2024-06")]
    assert states == [("2024-06-18", "cancelled"), ("2024-06-21", "open")]


@pytest.mark.parametrize(
    ("every", "due", "gone"),
    [
        ("year", "before 10/12", ["2024-12"]),
        ("quarter", "before 20 last month", ["2024-03", "2024-06", "2024-09", "2024-12"]),
        ("half-year", "before 20 last month", ["2024-06", "2024-12"]),
        ("nine-months", "before 20 last month", ["2024-09"]),
    ],
)
def test_absorbed_months_do_not_open(world: World, every: str, due: str, gone: list[str]) -> None:
    larger = f"""
  - id: larger
    title: Báo cáo lớn
    every: {every}
    absorbs: monthly
    chain:
      - {{from: {{units: [x1, x2]}}, due: {due}}}
"""
    world.plan(MONTHLY + larger.lstrip("\n"))
    world.tick("2024-01-01 08:00:00")
    months = {row.period for row in world.due(duty="monthly", unit="x1")}
    assert months == {f"2024-{month:02}" for month in range(1, 13)} - set(gone)
    # x3 does not owe the larger report, so nothing stands for its months.
    assert len(world.due(duty="monthly", unit="x3")) == 12


def test_a_duty_without_a_date_stays_without_one(world: World) -> None:
    world.plan(MONTHLY.replace("every: month", "every: year").replace(", due: before 18", ""))
    count = world.tick("2024-01-01 08:00:00")
    assert count.opened == 3
    row = world.one("x1", "2024", when="2030-01-01")
    assert (row.deadline, row.safe_day, row.timeliness.value) == (None, None, "no deadline")


def test_only_periods_whose_day_lies_in_force_open(world: World) -> None:
    world.plan(MONTHLY.replace("from: 2024-01-01", "from: 2024-01-19"))
    world.tick("2024-01-19 08:00:00")
    assert world.due(unit="x1")[0].period == "2024-02"  # January's day was the 17th


def test_nothing_opens_beyond_the_horizon(world: World) -> None:
    world.settings = world.settings.model_copy(update={"horizon_days": 40})
    world.plan(MONTHLY)
    world.tick("2024-01-01 08:00:00")
    assert [row.period for row in world.due(unit="x1")] == ["2024-01"]
    world.tick("2024-01-10 08:00:00")
    assert [row.period for row in world.due(unit="x1")] == ["2024-01", "2024-02"]


def test_a_plan_that_cannot_be_worked_out_stops_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reporting.opening import opening

    world.plan(MONTHLY)
    world.plan()
    whole = opening.Opening.run

    def poisoned(self: opening.Opening) -> opening.OpeningCount:
        if self.plan.slug == "simple":
            self.session.add(Heartbeat(name="half", at=self.basis.now))  # half-written, to be undone
            raise DondocError("this plan is broken")
        return whole(self)

    monkeypatch.setattr(opening.Opening, "run", poisoned)
    count = world.tick("2024-01-01 08:00:00")
    assert count.errors == {"simple": "this plan is broken"}
    assert count.opened == 84
    with reading(world.engine) as session:
        assert session.get(Heartbeat, "half") is None


def test_a_deadline_in_tet_is_kept_as_written(world: World) -> None:
    world.plan(MONTHLY.replace("before 18", "by 10"))
    world.tick("2024-01-01 08:00:00")
    row = world.one("x1", "2024-02")  # 10/02/2024 is the first day of the lunar year
    assert str(row.safe_day) == "2024-02-10"
    assert row.deadline == at("2024-02-11 00:00:00")
