"""`dondoc init`, `tick`, `chain`, `rates` and `audit`, through the real command."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Dondoc
from tests.reporting.world import World


def test_setting_up_twice_does_no_harm(dondoc: Dondoc) -> None:
    first = dondoc("init", "--json").json
    assert dondoc("init", "--json").json == first


def test_a_database_that_is_made_is_named(
    dondoc: Dondoc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the wrong folder everything was there and empty, without a word."""
    monkeypatch.setenv("DONDOC_HOME", str(tmp_path / "fresh"))
    monkeypatch.delenv("DONDOC_DATABASE_URL")
    first, second = dondoc("due"), dondoc("due")
    where = f"sqlite:///{tmp_path}/fresh/dondoc.sqlite3"
    assert (
        f"a new database was made: {where}; for another one set DONDOC_HOME or DONDOC_DATABASE_URL"
        in first.err
    )
    assert "a new database" not in second.err


def test_a_tick_opens_once_and_says_what_it_did(dondoc: Dondoc, world: World) -> None:
    world.plan()
    assert dondoc("tick", "--at", "2024-01-02T08:00", "--json").json["opened"] == 84
    again = dondoc("tick", "--at", "2024-01-02T08:05", "--json").json
    assert (again["opened"], again["notices"]["queued"]) == (0, 0)


def test_a_dry_run_keeps_nothing(dondoc: Dondoc, world: World) -> None:
    world.plan()
    assert dondoc("tick", "--at", "2024-01-02T08:00", "--dry-run", "--json").json["opened"] == 84
    assert dondoc("due", "--json").json == []


def test_a_tick_of_one_plan_leaves_the_others(dondoc: Dondoc, world: World) -> None:
    world.plan()
    assert "known are p-2024" in dondoc("tick", "--plan", "other").refusal
    assert dondoc("tick", "--plan", "p-2024", "--at", "2024-01-02", "--json").json["opened"] == 84


def test_a_clock_that_jumps_back_is_reported_and_undoes_nothing(dondoc: Dondoc, province: World) -> None:
    before = dondoc("due", "--at", "2024-03-01", "--json").json
    outcome = dondoc("tick", "--at", "2023-12-01", "--json")
    assert outcome.json["clock_back_seconds"] == 32 * 24 * 3600 + 8 * 3600
    assert "behind the last pass" in outcome.err
    assert dondoc("due", "--at", "2024-03-01", "--json").json == before


def test_the_chain_as_json(dondoc: Dondoc, province: World) -> None:
    province.submit("x1", "2024-02", "2024-02-05 09:00:00")
    found = dondoc("chain", "p-2024", "monthly", "2024-02", "--at", "2024-02-08", "--json").json
    assert [stage["expected"] for stage in found["stages"]] == [3, 3, 1]
    (top,) = found["tree"]
    assert top["unit"] == "so"
    district = top["children"][0]
    assert (district["unit"], district["held_up_by"], district["blocked"]) == ("d1", ["x2"], True)
    assert [child["unit"] for child in district["children"]] == ["x1", "x2"]
    assert {"unit": "x2", "stage": 1, "holds_up": ["d1", "so"]} in found["holding_up"]


def test_the_chain_as_a_tree(dondoc: Dondoc, province: World) -> None:
    province.submit("x1", "2024-02", "2024-02-05 09:00:00")
    out = dondoc("chain", "p-2024", "monthly", "2024-02", "--at", "2024-02-08").out
    assert "← waits for Xã Hai" in out
    assert "Xã Hai (x2) → Huyện Một, Sở Kế hoạch" in out


def test_a_chain_that_is_not_there_says_where_to_look(dondoc: Dondoc, province: World) -> None:
    assert "dondoc plan show p-2024" in dondoc("chain", "p-2024", "weekly", "2024-02").refusal


def test_rates_as_json(dondoc: Dondoc, province: World) -> None:
    province.submit("x1", "2024-02", "2024-02-05 09:00:00")
    province.submit("x2", "2024-02", "2024-02-09 09:00:00")
    found = dondoc(
        "rates", "--period", "2024-02", "--level", "grassroots", "--at", "2024-02-10", "--json"
    ).json
    total: dict[str, Any] = found["total"]
    assert (total["expected"], total["filed"], total["late"], total["overdue"]) == (3, 2, 1, 1)
    assert (total["completion"], total["on_time_of_filed"]) == (2 / 3, 0.5)
    assert found["formulas"]["completion"] == "filed ÷ (filed + overdue)"
    assert found["at"] == "2024-02-10T00:00:00+07:00"
    assert [branch["unit"] for branch in found["branches"]] == ["d2", "d1"]  # the worst first


def test_rates_of_nothing_are_not_available(dondoc: Dondoc, province: World) -> None:
    found = dondoc("rates", "--period", "2031", "--json").json
    assert (found["total"]["expected"], found["total"]["completion"]) == (0, None)
    assert "n/a" in dondoc("rates", "--period", "2031").out


def test_the_audit_of_an_obligation_begins_with_its_opening(dondoc: Dondoc, province: World) -> None:
    key = province.submit("x1", "2024-02", "2024-02-05 09:00:00")
    found = dondoc("audit", key, "--json").json
    assert [entry["action"] for entry in found] == ["open", "submit"]
    assert found[1]["at"] == "2024-02-05T09:00:00+07:00"
    assert (found[1]["before"]["state"], found[1]["after"]["state"]) == ("open", "submitted")
    assert found[1]["after"]["submitted_at"] == "2024-02-05T09:00:00+07:00"
    assert found[0]["after"]["deadline"] == "2024-02-07T00:00:00+07:00"
    out = dondoc("audit", key).out
    assert (
        "handed in at: 05/02/2024 09:00" in out
        and "state: submitted" in out
        and "UTC" not in out
        and "+00:00" not in out
    )


@pytest.mark.parametrize("command", ["due", "chain", "rates", "tick", "submit", "audit", "return"])
def test_help_teaches(dondoc: Dondoc, command: str) -> None:
    out = dondoc(command, "--help").out
    assert len(out.splitlines()) > 5
