"""A month as a calendar: what is due on which day, counted where it is much, the days off; for whom."""

from __future__ import annotations

import re
from datetime import date

import pytest

from models.database import writing
from reporting.special_days import add_special_day
from tests.conftest import at
from tests.reporting.world import PLAN, UNITS
from tests.web.clerk.conftest import Office
from tests.web.clerk.test_home import shown


def day(text: str, iso: str) -> str:
    """What stands on a day of the calendar, without its marks."""
    (cell,) = re.findall(rf'<td class="[^"]*">\s*<p class="date">(?:(?!</td>).)*?{iso}.*?</td>', text, re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", cell).split())


def test_alice_sees_her_months_on_their_days(office: Office) -> None:
    text = shown(office, "alice", "/month?month=2024-02")
    assert "Báo cáo tháng, tháng 2/2024" in day(text, "2024-02-06")
    assert "Xã Một" not in day(text, "2024-02-06")  # her only unit
    assert "trong hạn" in day(text, "2024-02-06") or "sắp đến hạn" in day(text, "2024-02-06")
    assert f'href="/obligations/{office.id()}"' in text
    assert "Tết" in day(text, "2024-02-12")  # the office's days off have their names
    assert 'href="/month?month=2024-01"' in text
    assert 'href="/month?month=2024-03"' in text


@pytest.mark.parametrize("address", ["month=2024-09", "month=9/2024", "number=9&year=2024", "month=09-2024"])
def test_a_month_is_read_as_people_write_it(office: Office, address: str) -> None:
    assert "Tháng 9/2024" in shown(office, "alice", f"/month?{address}")


@pytest.mark.parametrize(
    ("address", "typed"),
    [
        ("month=2024-13", "2024-13"),
        ("month=abc", "abc"),
        ("month=quý 3/2024", "quý 3/2024"),
        ("month=1/1066", "1/1066"),
        ("number=0&year=-5", "0/-5"),
        ("number=9&year=20245", "9/20245"),
        ("number=13", "13"),
    ],
)
def test_what_is_no_month_is_said_beside_the_field(office: Office, address: str, typed: str) -> None:
    answer = office.as_("alice").client.get(f"/month?{address}")
    assert answer.status_code == 422
    assert f'id="year-wrong">“{typed}”' in answer.text
    assert "Month 2/2024" in answer.text  # this month is shown below


def test_without_a_month_it_is_this_one(office: Office) -> None:
    text = shown(office, "alice", "/month?month=%E2%80%8B&number=&year=")
    assert "Tháng 2/2024" in text
    assert "year-wrong" not in text


def test_a_branch_is_counted_where_it_is_many_and_named_where_it_is_few(office: Office) -> None:
    units = "".join(f"y{number},Xã Số {number},grassroots,xa,d1,\n" for number in range(8))
    office.world.units(UNITS + units, "2024-03-01")
    office.world.tick("2024-03-02 08:00")
    office.world.submit("x1", "2024-10", "2024-10-01 09:00")
    found = day(shown(office, "bob", "/month?branch=d1&month=2024-10"), "2024-10-14")
    assert "Báo cáo tháng, tháng 10/2024" in found
    assert "1/10 đã nộp" in found
    assert "Xã Một" not in found
    named = day(shown(office, "bob", "/month?branch=d1&month=2024-10"), "2024-10-17")
    assert "1/10" not in named  # the district's own is one report


def test_days_off_and_worked_have_their_names(office: Office) -> None:
    with writing(office.world.engine) as session:
        add_special_day(session, date(2024, 10, 10), False, "Nghỉ bù bão số 3", at("2024-02-01"), "Dave")
        add_special_day(session, date(2024, 10, 12), True, "Làm bù bão số 3", at("2024-02-01"), "Dave")
    text = shown(office, "alice", "/month?month=2024-10")
    assert "Ngày nghỉ: Nghỉ bù bão số 3" in day(text, "2024-10-10")
    assert "Ngày làm việc: Làm bù bão số 3" in day(text, "2024-10-12")


def test_an_hour_and_the_safe_day_stand_with_the_report(office: Office) -> None:
    office.world.plan(
        PLAN.replace("p-2024", "q-2024")
        .replace("before 18", "by 14:00 18")
        .replace("lead: 3wd", "due: before 9")
        + "before: inclusive\n",
        "2024-02-01",
        "2024-02-01 08:00",
    )
    office.world.tick("2024-02-02 08:00")
    assert "14:00" in day(shown(office, "carol", "/month?plan=q-2024&month=2024-10"), "2024-10-18")
    assert "chậm nhất 09/10/2024" in day(shown(office, "alice", "/month?month=2024-10"), "2024-10-08")


def test_what_one_does_not_follow_is_not_found(office: Office) -> None:
    for who, address in (("mallory", "branch=d1"), ("alice", "unit=x3"), ("alice", "person=bob@p.gov.vn")):
        assert office.as_(who).client.get(f"/month?{address}").status_code == 404
    assert office.as_("dave").client.get("/month?person=alice@p.gov.vn").status_code == 200
    assert office.as_("dave").client.get("/month?plan=nothing").status_code == 404


def test_what_came_back_is_counted_apart_from_what_never_came(office: Office) -> None:
    units = "".join(f"y{number},Xã Số {number},grassroots,xa,d1,\n" for number in range(8))
    office.world.units(UNITS + units, "2024-03-01")
    office.world.tick("2024-03-02 08:00")
    for number in range(7):
        office.world.submit(f"y{number}", "2024-04", "2024-04-01 09:00")
        office.world.give_back(f"y{number}", "2024-04", "2024-04-02 09:00")
    office.world.submit("y0", "2024-04", "2024-04-03 09:00")
    assert "7/10 đã nộp, ↩ 6 bị trả lại, chờ nộp lại" in april(office, "2024-04-05 09:00")
    assert "7/10 đã nộp, ✗ 3 quá hạn , ↩✗ 6 quá hạn nộp lại" in april(office, "2024-05-20 09:00")


def april(office: Office, now: str) -> str:
    office.clock.now = at(now)
    text = shown(office, "bob", "/month?branch=d1&month=2024-04")
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())
