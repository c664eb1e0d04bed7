"""The commands that move an obligation, with files from the disk and refusals in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.settings import Settings
from tests.cli.conftest import Dondoc
from tests.reporting.world import World

PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture
def key(province: World) -> str:
    return str(province.one("x1", "2024-02").id)


def test_a_report_is_filed_returned_corrected_and_accepted(
    dondoc: Dondoc, key: str, tmp_path: Path, settings: Settings
) -> None:
    report = tmp_path / "báo cáo tháng 2.pdf"
    report.write_bytes(PDF)
    filed = dondoc(
        "submit", key, "--number", "12/BC-UBND", "--date", "5/2/2024", "--file", report,
        "--at", "2024-02-06T23:59:59", "--by", "Alice", "--json",
    ).json  # fmt: skip
    assert (filed["state"], filed["timeliness"]) == ("submitted", "on time")
    assert filed["first_submitted_at"] == "2024-02-06T23:59:59+07:00"
    returned = dondoc("return", key, "--reason", "thiếu biểu", "--at", "2024-02-07T09:00", "--json").json
    assert returned["correction_deadline"] == "2024-02-17T00:00:00+07:00"  # two working days, over Tết
    dondoc("submit", key, "--number", "1/BC", "--at", "2024-02-15T09:00", "--json").json  # noqa: B018
    accepted = dondoc("accept", key, "--at", "2024-02-20T09:00", "--json").json
    assert (accepted["state"], accepted["timeliness"]) == ("accepted", "on time")
    (stored,) = [path for path in (settings.home / "files").rglob("*") if path.is_file()]
    assert stored.read_bytes() == PDF


def test_an_extension_is_asked_for_and_decided(dondoc: Dondoc, key: str) -> None:
    asked = dondoc(
        "extend", key, "--request", "--to", "15/02/2024", "--reason", "bão", "--at", "2024-02-05", "--json"
    ).json
    assert asked["deadline"] == "2024-02-07T00:00:00+07:00"
    assert asked["extension_requested"]
    granted = dondoc("extend", key, "--grant", "--number", "5/QĐ", "--at", "2024-02-06", "--json").json
    assert granted["deadline"] == "2024-02-16T00:00:00+07:00"
    assert granted["original_deadline"] == "2024-02-07T00:00:00+07:00"
    assert granted["safe_day"] == "2024-02-15"
    assert not granted["extension_requested"]


def test_the_audit_names_a_file_as_the_store_does(dondoc: Dondoc, key: str, tmp_path: Path) -> None:
    report = tmp_path / "báo\ncáo.pdf"
    report.write_bytes(PDF)
    dondoc("submit", key, "--file", report, "--at", "2024-02-06", "--json").json  # noqa: B018
    assert dondoc("audit", key, "--json").json[-1]["after"]["files"] == ["báocáo.pdf"]


def test_a_refusal_shows_the_time_of_the_local_zone(dondoc: Dondoc, key: str) -> None:
    dondoc("submit", key, "--number", "1/BC", "--at", "2024-02-06T08:00", "--json").json  # noqa: B018
    refusal = dondoc("accept", key, "--at", "2024-02-06T07:00").refusal
    assert "cannot accept before 06/02/2024 08:00" in refusal


def test_an_acknowledgement_that_would_quiet_nothing_is_refused(
    dondoc: Dondoc, province: World, key: str
) -> None:
    province.ladder("{id: late, at: +1wd, audience: clerk}")
    refusal = dondoc("acknowledge", key, "--at", "2024-02-05").refusal
    assert "no reminder of its plan's ladder rests" in refusal


def test_waiving_and_acknowledging(dondoc: Dondoc, province: World, key: str) -> None:
    dondoc("acknowledge", key, "--note", "đang làm", "--at", "2024-02-05", "--json").json  # noqa: B018
    waived = dondoc("waive", key, "--reason", "đã giải thể", "--at", "2024-02-06", "--json").json
    assert (waived["state"], waived["timeliness"]) == ("waived", "not counted")


@pytest.mark.parametrize(
    ("name", "size", "remedy"),
    [
        ("to.pdf", 20 * 1024 * 1024, "DONDOC_UPLOAD_LIMIT_MB"),
        ("empty.pdf", 0, "is empty"),
        ("virus.exe", 10, "send one of: pdf"),
        ("picture.png", 10, "not what its ending says"),
        ("none", 10, "send one of: pdf"),
    ],
)
def test_a_bad_file_is_refused_and_nothing_is_filed(
    dondoc: Dondoc, province: World, key: str, tmp_path: Path, name: str, size: int, remedy: str
) -> None:
    path = tmp_path / name
    with path.open("wb") as file:
        file.truncate(size)
    assert remedy in dondoc("submit", key, "--file", path, "--at", "2024-02-05").refusal
    assert province.one("x1", "2024-02").state == "open"


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        (["submit", "9999"], "the lists of reports link to each (dondoc due)"),
        (["submit", "{key}", "--date", "2024-02-01"], "nothing in it; give the document's number, a file"),
        (["accept", "{key}", "--at", "2024-02-05"], "is open: cannot accept"),
        (["waive", "{key}"], "--reason"),
        (["extend", "{key}", "--reason", "bão"], "--to"),
        (["extend", "{key}", "--to", "30/2/2024", "--reason", "bão"], "is no date"),
        (["extend", "{key}", "--grant", "--refuse"], "only one of"),
        (["extend", "{key}", "--grant"], "ask for an extension first"),
        (["submit", "{key}", "--file", "/no/such/file.pdf"], "/no/such/file.pdf"),
    ],
)
def test_refusals_are_one_line_with_the_remedy(
    dondoc: Dondoc, key: str, arguments: list[str], remedy: str
) -> None:
    assert remedy in dondoc(*(each.format(key=key) for each in arguments)).refusal


def test_a_report_is_withdrawn_and_decisions_are_undone(dondoc: Dondoc, key: str) -> None:
    dondoc("submit", key, "--number", "1/BC", "--at", "2024-02-06T09:00")
    back = dondoc("withdraw", key, "--note", "nhầm tệp", "--at", "2024-02-06T10:00", "--json").json
    assert (back["state"], back["first_submitted_at"]) == ("open", None)
    dondoc("submit", key, "--number", "1/BC", "--at", "2024-02-06T11:00")
    dondoc("accept", key, "--at", "2024-02-07T09:00")
    assert "reason" in dondoc("undo", key, "--at", "2024-02-20T09:00").refusal
    undone = dondoc("undo", key, "--reason", "nhầm", "--at", "2024-02-20T09:00", "--json").json
    assert (undone["state"], undone["accepted_at"]) == ("submitted", None)
    assert "looked at" in dondoc("withdraw", key, "--at", "2024-02-20T10:00").refusal
    assert dondoc("audit", key, "--json").json[-1]["action"] == "undo-acceptance"


def test_a_period_that_has_not_begun_wants_a_yes(dondoc: Dondoc, province: World) -> None:
    ahead = str(province.one("x1", "2024-05").id)
    refused = dondoc("submit", ahead, "--number", "1/BC", "--at", "2024-02-06T09:00").refusal
    assert "begins on 15/04/2024" in refused
    assert "--yes" in refused
    filed = dondoc("submit", ahead, "--number", "1/BC", "--at", "2024-02-06T09:00", "--yes", "--json").json
    assert filed["state"] == "submitted"
