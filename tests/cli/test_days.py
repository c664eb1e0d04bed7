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


def test_a_year_is_confirmed_by_a_person_and_doubted_again(dondoc: Dondoc) -> None:
    listed = ("days", "list", "--year", "2026")
    assert "as far as known" in dondoc(*listed).err
    dondoc("days", "confirm", "2026", "--by", "Dave")
    assert "confirmed as complete by Dave" in dondoc(*listed).err
    assert dondoc("days", "confirm", "2026", "--undo").code == 0
    assert "as far as known" in dondoc(*listed).err
    assert "nobody has confirmed 2026" in dondoc("days", "confirm", "2026", "--undo").refusal


def test_the_exchange_at_new_year_2026_is_known(dondoc: Dondoc) -> None:
    rows = {row["day"]: row for row in dondoc("days", "list", "--year", "2026", "--json").json}
    assert rows["2026-01-02"]["name"] == "Ngày nghỉ (thay cho ngày 10/01/2026)"
    assert (rows["2026-01-02"]["kind"], rows["2026-01-10"]["kind"]) == ("off", "worked")
