"""`dondoc days`: what the government announced later."""

from __future__ import annotations

from tests.cli.conftest import Dondoc


def test_the_countrys_days_and_our_own_stand_in_one_list(dondoc: Dondoc) -> None:
    dondoc("days", "off", "2/5/2024", "--name", "Nghỉ bù")
    rows = {row["day"]: row for row in dondoc("days", "list", "--year", "2024", "--json").json}
    assert rows["2024-05-02"] == {"day": "2024-05-02", "kind": "off", "name": "Nghỉ bù", "source": "dondoc"}
    assert (rows["2024-05-04"]["kind"], rows["2024-05-04"]["source"]) == ("worked", "country")
    assert (rows["2024-02-12"]["kind"], rows["2024-02-12"]["source"]) == ("off", "country")
    assert "2024-02-17" not in rows  # a Saturday like any other


def test_a_saturday_may_be_worked_and_taken_back(dondoc: Dondoc) -> None:
    dondoc("days", "worked", "2024-06-15")
    assert "2024-06-15" in {row["day"] for row in dondoc("days", "list", "--year", "2024", "--json").json}
    assert dondoc("days", "remove", "2024-06-15").code == 0
    assert "2024-06-15" not in {row["day"] for row in dondoc("days", "list", "--year", "2024", "--json").json}
    assert "dondoc days list" in dondoc("days", "remove", "2024-06-15").refusal


def test_an_impossible_day_is_refused(dondoc: Dondoc) -> None:
    assert "is no date" in dondoc("days", "off", "30/2/2024").refusal
