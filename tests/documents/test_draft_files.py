"""Drafts as plan files: each field with its words, groups as proposals, and nothing that nobody said."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from documents.due_text import due_of
from documents.plan_text import plan_content, plan_yaml, unreadable
from documents.selectors import KnownUnit, Units
from models.errors import InputErrors
from models.plan_files.plan import PlanFile
from models.yaml_document import write_yaml
from reporting.plans.reading import read_plan_bytes
from tests.documents.letters import drafted

MONTHLY = "1. Sở Y tế gửi báo cáo kết quả về Văn phòng Ủy ban nhân dân tỉnh trước ngày 20 hằng tháng."
TASK = "2. Sở Nội vụ hoàn thành việc rà soát trước ngày 15/12/2025."
UNITS = Units([KnownUnit("so-y-te", "Sở Y tế"), KnownUnit("vp", "Văn phòng Ủy ban nhân dân tỉnh X")])


def content(text: str, units: Units | None = None) -> dict[str, Any]:
    draft = drafted(text)
    return plan_content(draft, draft.plans[0], units or Units())


def duty(text: str, units: Units | None = None) -> dict[str, Any]:
    [found] = content(text, units)["duties"]
    assert isinstance(found, dict)
    return found


def text_of(text: str, units: Units | None = None) -> str:
    draft = drafted(text)
    return plan_yaml(draft, draft.plans[0], units or Units())


def test_a_draft_says_which_document_it_is() -> None:
    found = content(MONTHLY)
    assert (found["number"], found["issued_on"]) == ("1/KH-UBND", "2025-11-10")
    assert found["document"]["name"] == "letter.txt"
    assert len(found["document"]["sha256"]) == 64


def test_each_field_tells_its_words_and_how_it_came() -> None:
    clause = duty(MONTHLY)["clause"]
    assert clause["quote"].startswith("Sở Y tế gửi báo cáo")
    assert clause["line"] == 6
    fields = clause["fields"]
    assert (fields["due"]["how"], fields["due"]["quote"]) == ("read", "trước ngày 20 hằng tháng")
    assert fields["every"]["quote"] == "hằng tháng"
    assert (fields["from"]["how"], fields["from"]["quote"]) == ("read", "Sở Y tế")
    assert fields["to"]["quote"] == "Văn phòng Ủy ban nhân dân tỉnh"


def test_units_of_the_list_are_named_by_code_others_as_the_text_has_them() -> None:
    [stage] = duty(MONTHLY, UNITS)["chain"]
    assert stage["from"] == {"units": ["so-y-te"]}
    assert stage["to"] == "vp"
    [stage] = duty(MONTHLY)["chain"]
    assert stage["from"] == {"units": ["Sở Y tế"]}


@pytest.mark.parametrize(
    ("who", "selector"),
    [
        ("Ủy ban nhân dân các xã, phường", {"level": "grassroots"}),
        ("Các sở, ban, ngành", {"kinds": ["so-nganh"]}),
        ("Các bệnh viện trực thuộc", {"groups": ["Các bệnh viện trực thuộc"]}),
    ],
)
def test_a_group_is_a_proposal_that_nobody_expanded(who: str, selector: dict[str, Any]) -> None:
    found = duty(f"1. {who} gửi báo cáo về Sở Y tế trước ngày 20 hằng tháng.")
    assert found["chain"][0]["from"] == selector
    assert found["clause"]["fields"]["from"]["how"] == "assumed"
    assert found["clause"]["fields"]["from"]["rule"].endswith("group")


def test_what_is_missing_is_left_out_and_told() -> None:
    found = duty("1. Định kỳ báo cáo kết quả về Sở Y tế theo quy định.")
    assert found["every"] == "unspecified"
    fields = found["clause"]["fields"]
    assert (fields["every"]["how"], fields["due"]["how"], fields["from"]["how"]) == ("missing",) * 3
    assert {"due", "from"} & set(found["chain"][0]) == set()


@pytest.mark.parametrize(
    ("words", "every", "due"),
    [
        ("trước ngày 20 hằng tháng", "month", "before 20"),
        ("trước 16 giờ ngày 20 hằng tháng", "month", "before 16:00 20"),
        ("chậm nhất ngày 05 tháng sau hằng tháng", "month", "by 5 next month"),
        ("trước ngày 20/12/2025", "once", "before 20/12/2025"),
        ("trước ngày 15/12 hằng năm", "year", "before 15/12"),
        ("trước 15 giờ hằng ngày", "day", "before 15:00"),
        ("trong quý I/2026", "once", "within Q1/2026"),
        ("trước thứ Sáu hằng tuần", "week", "before friday"),
    ],
)
def test_a_time_is_written_in_the_language_of_plan_files(words: str, every: str, due: str) -> None:
    found = duty(f"1. Sở Y tế gửi báo cáo kết quả về Bộ Y tế {words}.")
    assert (found["every"], found["chain"][0]["due"]) == (every, due)


def test_two_dates_of_one_frequency_are_one_duty_with_a_list() -> None:
    found = duty("1. Các xã báo cáo về Sở Y tế 02 lần/năm, trước ngày 01/6 và trước ngày 15/11.")
    assert (found["every"], found["chain"][0]["due"]) == ("half-year", ["before 1/6", "before 15/11"])


def test_a_draft_with_codes_loads_as_it_is_written() -> None:
    units = Units([KnownUnit("so-y-te", "Sở Y tế"), KnownUnit("vp", "Văn phòng Ủy ban nhân dân tỉnh")])
    read = read_plan_bytes(text_of(MONTHLY, units).encode(), "draft.yaml")
    [found] = read.plan.duties
    assert found.clause is not None
    assert found.clause.quote.startswith("Sở Y tế gửi báo cáo")


def test_what_is_due_when_something_happens_loads_too() -> None:
    text = "1. Sở Y tế gửi báo cáo kết quả về Bộ Y tế ngay sau khi kết thúc hội nghị."
    units = Units([KnownUnit("so-y-te", "Sở Y tế")])
    [found] = read_plan_bytes(text_of(text, units).encode(), "draft.yaml").plan.duties
    assert (found.chain[0].rule_text, found.event and found.event.id) == ("by event", "event-1")
    assert list(unreadable(duty(text))) == []


def test_nothing_unquoted_is_loaded() -> None:
    units = Units([KnownUnit("so-y-te", "Sở Y tế"), KnownUnit("vp", "Văn phòng Ủy ban nhân dân tỉnh")])
    written = yaml.safe_load(text_of(MONTHLY, units))
    del written["duties"][0]["clause"]
    with pytest.raises(InputErrors) as refused:
        read_plan_bytes(write_yaml(written).encode(), "draft.yaml")
    assert ["quote" in each for each in refused.value.errors] == [True]


def test_a_plan_that_names_no_document_needs_no_quotes() -> None:
    units = Units([KnownUnit("so-y-te", "Sở Y tế"), KnownUnit("vp", "Văn phòng Ủy ban nhân dân tỉnh")])
    written = yaml.safe_load(text_of(MONTHLY, units))
    del written["duties"][0]["clause"], written["document"]
    assert isinstance(read_plan_bytes(write_yaml(written).encode(), "draft.yaml").plan, PlanFile)


def test_what_cannot_be_loaded_yet_is_told() -> None:
    assert list(unreadable(duty(MONTHLY))) == []
    odd = duty("1. Định kỳ báo cáo kết quả về Sở Y tế theo quy định.")
    assert ("due", "sometime") in list(unreadable({**odd, "chain": [{"due": "sometime"}]}))


def test_a_day_without_a_year_needs_the_day_of_issue() -> None:
    draft = drafted("1. Sở Y tế gửi báo cáo về Bộ Y tế trước ngày 20/12.")
    [found] = draft.duties
    assert due_of(found.found, None) is None
    assert found.due.value == "before 20/12/2025"


def test_doubts_are_said() -> None:
    [found] = drafted(TASK.replace("2. Sở Nội vụ hoàn", "2. Hoàn")).duties
    assert "no-reporter" in found.doubts
