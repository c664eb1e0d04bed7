"""`dondoc due`, as scripts rely on it."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Dondoc
from tests.reporting.world import MONTHLY, World

pytestmark = pytest.mark.postgresql  # filters and orders

PROMISED = {
    "id", "plan", "duty", "stage", "unit", "unit_name", "level", "period", "written", "bound", "safe_day",
    "deadline", "original_deadline", "state", "timeliness", "first_submitted_at", "accepted_at", "recipient",
}  # fmt: skip


def test_each_object_has_what_scripts_rely_on(dondoc: Dondoc, province: World) -> None:
    (row,) = dondoc("due", "--unit", "d1", "--period", "2024-02", "--at", "2024-02-01", "--json").json
    assert set(row) >= PROMISED
    assert {name: row[name] for name in ("plan", "duty", "stage", "unit", "unit_name", "level")} == {
        "plan": "p-2024",
        "duty": "monthly",
        "stage": 2,
        "unit": "d1",
        "unit_name": "Huyện Một",
        "level": "district",
    }
    assert (row["written"], row["bound"], row["safe_day"]) == ("2024-02-18", "before", "2024-02-17")
    assert row["deadline"] == row["original_deadline"] == "2024-02-18T00:00:00+07:00"
    assert (row["state"], row["recipient"], row["first_submitted_at"]) == ("open", "so", None)
    assert (row["receiving"], row["copies"], row["via"]) == ("so", ["van-phong"], "so")


@pytest.mark.parametrize(
    ("filters", "number"),
    [
        ([], 84),
        (["--period", "2024-02"], 7),
        (["--period", "tháng 2/2024"], 7),
        (["--period", "2024"], 84),
        (["--period", "2024-02", "--level", "grassroots"], 3),
        (["--period", "2024-02", "--branch", "d1"], 3),
        (["--plan", "p-2024", "--unit", "so"], 12),
        (["--timeliness", "overdue", "--at", "2024-02-18"], 14 - 1),  # Tổng hợp of February is not due yet
        (["--timeliness", "due-soon", "--at", "2024-02-17T12:00", "--unit", "d1"], 1),  # the last day too
        (["--timeliness", "last day", "--at", "2024-02-17T12:00"], 3),
        (["--timeliness", "last day", "--at", "2024-02-16T23:59"], 0),
    ],
)
def test_filters_narrow_what_is_listed(
    dondoc: Dondoc, province: World, filters: list[str], number: int
) -> None:
    assert len(dondoc("due", "--json", *filters).json) == number


@pytest.mark.sqlite_is_enough  # words
@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        (["--unit", "nowhere"], "dondoc units tree"),
        (["--plan", "nothing"], "known are p-2024"),
        (["--level", "commune"], "grassroots, district, province, centre"),
        (["--period", "soon"], "write it as 9/2024"),
        (["--period", "quý 3"], "write the year too"),
        (["--timeliness", "soon"], "due soon"),
        (["--at", "yesterday"], "2024-02-17T08:00+07:00"),
    ],
)
def test_it_refuses_what_means_nothing(
    dondoc: Dondoc, province: World, arguments: list[str], remedy: str
) -> None:
    assert remedy in dondoc("due", *arguments).refusal


def test_the_table_is_in_the_language_asked_for_with_dates_for_people(
    dondoc: Dondoc, province: World
) -> None:
    asked = ("due", "--unit", "d1", "--period", "2024-02", "--at", "2024-02-20")
    out = dondoc("--lang", "vi", *asked).out
    assert "17/02/2024" in out
    assert "✗ chưa hoàn thành, quá hạn" in out
    assert out.split()[:8] == ["số", "đơn", "vị", "báo", "cáo", "kỳ", "ngày", "cuối"]
    out = dondoc("--lang=en", *asked).out
    assert "17/02/2024" in out
    assert "✗ overdue" in out
    assert out.split()[:6] == ["id", "unit", "report", "period", "last", "day"]


def test_a_duty_without_a_number_and_a_basis_is_named_by_slug_and_title(dondoc: Dondoc, world: World) -> None:
    """Two duties of one plan could not be distinguished, and the line had a blank before its comma."""
    world.plan(MONTHLY.replace("number: 2/KH-UBND\n", ""))
    world.tick("2024-01-02 08:00:00")
    key = world.one("x1", "2024-02").id
    assert " simple Báo cáo tháng · 1 Cơ sở " in dondoc("due", "--unit", "x1").out
    assert (
        "Xã Một, simple Báo cáo tháng, period 2024-02:"
        in dondoc("submit", key, "--number", "1/BC", "--at", "2024-02-05").err
    )


def test_wrong_use_of_the_command_line_is_exit_code_2(dondoc: Dondoc) -> None:
    assert dondoc("due", "--no-such-option").code == 2


def test_why_says_the_steps_to_the_last_day(dondoc: Dondoc, province: World) -> None:
    id = str(province.one("d1", "2024-02").id)
    answer = dondoc("why", id, "--json").json
    assert (answer["id"], answer["last_day"], answer["hour"]) == (int(id), "2024-02-17", None)
    assert [step["code"] for step in answer["steps"]] == ["document", "rule", "named", "exclusive", "stays"]
    lines = dondoc("why", id).out.splitlines()
    assert lines[0].startswith("1. ") and "1/CTr-UBND" in lines[0]
    assert "4711" in dondoc("why", "4711").refusal
