"""Errors in plan files: each a line with file, line, field, what is wrong and what to do."""

from __future__ import annotations

import codecs
import json
from pathlib import Path

import pytest

from models.errors import InputErrors
from models.plan_files.plan import PlanFile
from reporting.plans.loading import plan_content
from reporting.plans.reading import read_plan, read_plan_bytes, read_plans

PLAN = """\
slug: a-plan
number: 01/KH-UBND
title: Kế hoạch
issuer: UBND tỉnh
issued_on: 2024-01-19
in_force: {from: 2024-01-19, to: 2025-01-31}
duties:
  - id: monthly
    title: Báo cáo tháng
    basis: 4.10
    every: month
    chain:
      - {from: {level: grassroots}, lead: 3wd}
      - from: {level: district, kinds: [huyen]}
        due: before 18
"""


def errors(text: str) -> list[str]:
    with pytest.raises(InputErrors) as caught:
        read_plan_bytes(text.encode(), "p.yaml")
    return caught.value.errors


def read(text: str) -> PlanFile:
    return read_plan_bytes(text.encode(), "p.yaml").plan


def test_it_reads_a_plan() -> None:
    plan = read(PLAN)
    assert (plan.slug, [duty.id for duty in plan.duties]) == ("a-plan", ["monthly"])


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "due: before 18",
            "due: before 30/2/2024",
            "p.yaml:15: duties[monthly].chain[2].due: `before 30/2/2024`: there is no 30/2/2024; "
            "write day/month/year of a day that exists",
        ),
        (
            "due: before 18",
            "deu: before 18",
            "p.yaml:15: duties[monthly].chain[2].deu: there is no such field here; did you mean `due`?",
        ),
        (
            "issued_on: 2024-01-19",
            "issued_on: 2024-02-30",
            "p.yaml:5: issued_on: there is no 30/2/2024; write day/month/year of a day that exists",
        ),
        ("issuer: UBND tỉnh\n", "", "p.yaml:1: issuer: is missing; add it"),
        ("issuer: UBND tỉnh", "issuer:", "p.yaml:4: issuer: has no value; write one, or leave the field out"),
        (
            "every: month",
            "every: monthly",
            "p.yaml:11: duties[monthly].every: cannot read how often 'monthly' is; use day, workday, "
            "week, month, quarter, half-year, nine-months, year, `5 years from 2011`, once, on-demand or "
            "unspecified",
        ),
        (
            "lead: 3wd",
            "lead: 3",
            "p.yaml:13: duties[monthly].chain[1].lead: '3' is no lead time; write e.g. 3wd (working days) "
            "or 5d (days)",
        ),
        (
            "kinds: [huyen]",
            "kinds: {huyen: 1}",
            "p.yaml:14: duties[monthly].chain[2].from.kinds: must be a list; begin each entry with a dash; "
            "see docs/plans.md",
        ),
        (
            "in_force: {from: 2024-01-19, to: 2025-01-31}",
            "in_force: 2024",
            "p.yaml:6: in_force: must hold fields of its own, one on each line below it; see docs/plans.md",
        ),
        (
            "title: Báo cáo tháng",
            "title: [Báo cáo, tháng]",
            "p.yaml:9: duties[monthly].title: must be one text; put it on one line; see docs/plans.md",
        ),
        (
            "number: 01/KH-UBND",
            "number: 01/KH-UBND\nnumber: 2",
            "p.yaml:3: number: stands here a second time (first on line 2); keep one",
        ),
        (
            "level: grassroots}",
            "level: grassroots, name: Chi, đảng bộ}",
            "p.yaml:13: duties[monthly].chain[1].from.đảng bộ: there is no such field; "
            "put a text with a comma in it in quotation marks",
        ),
        (
            "from: {level: grassroots}, lead: 3wd",
            "from: {level: grassroots}, lead: 3wd, due: before 3",
            "p.yaml:13: duties[monthly].chain[1].lead: `due` already says when it is due; "
            "keep one of due, lead and after",
        ),
    ],
)
def test_an_error_names_file_line_field_and_remedy(old: str, new: str, expected: str) -> None:
    assert old in PLAN
    assert expected in errors(PLAN.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("title: Kế hoạch\n", "title: Kế hoạch #3 năm 2024\n", "p.yaml:3: '#3 năm 2024' is left out"),
        ("title: Kế hoạch\n", "title: Kế hoạch # 3\n", "p.yaml:3: '# 3' is left out"),
        ("title: Báo cáo tháng", "title: Báo cáo #1", "p.yaml:9: '#1' is left out"),
        ("issuer: UBND tỉnh", "issuer: UBND tỉnh #2", "quotation marks, or the comment on a line of its own"),
        ("kinds: [huyen]", "kinds: # x\n          - huyen #2", "a blank behind the # of a comment"),
    ],
)
def test_what_a_hash_cuts_off_a_value_is_told(old: str, new: str, expected: str) -> None:
    text = PLAN.replace(
        "{level: district, kinds: [huyen]}", "\n          level: district\n          kinds: [huyen]"
    )
    assert old in text
    assert any(expected in error for error in errors(text.replace(old, new, 1)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: Kế hoạch\n", 'title: "Kế hoạch #3"  # ghi chú\n'),
        ("title: Kế hoạch\n", "title: Kế hoạch     # ghi chú\n"),
        ("title: Kế hoạch\n", "title: Kế hoạch#3\n"),
        ("title: Kế hoạch\n", "title: Kế hoạch\n# ghi chú\n"),
        ("every: month", "every: month # hằng tháng"),
        ("slug: a-plan", "slug: a-plan # tên ngắn"),
    ],
)
def test_a_comment_that_stands_off_is_a_comment(old: str, new: str) -> None:
    assert old in PLAN
    read(PLAN.replace(old, new, 1))


def test_a_rule_that_leans_on_nothing_is_told_at_the_field_that_says_it() -> None:
    (error,) = errors(PLAN.replace("        due: before 18\n", ""))
    assert error.startswith("p.yaml:13: duties[monthly].chain[1].lead: `lead 3wd` counts back")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("slug: a\n\tnumber: 1\n", "p.yaml:2: a tab stands where YAML wants spaces"),
        ("slug: a: b\n", "p.yaml:1: wrong YAML (a colon stands where none may); check"),
        ("slug: 'a\n", "p.yaml:2: wrong YAML (a quotation mark is not closed); check"),
        ("slug: a\n---\nslug: b\n", "p.yaml:2: wrong YAML (the file has more than one part"),
        ("a: &x 1\nb: *x\n", "p.yaml:1: anchors (&) and aliases (*) are not read"),
        ("[" * 50, "p.yaml:1: is nested too deeply"),
        ("slug: !!python/object:os.system x\n", "p.yaml:1: the tag"),
        ("? [a]\n: b\n", "p.yaml:1: a field's name must be a plain word"),
        ("slug: a\x00\n", "p.yaml:1: a control character"),
        ("", "p.yaml:1: the file is empty"),
        ("# only a remark\n", "p.yaml:1: the file is empty"),
        ("- a\n", "p.yaml:1: the file: must hold fields of its own"),
        ("just words", "p.yaml:1: the file: must hold fields of its own"),
    ],
)
def test_wrong_yaml_is_one_line_with_its_place(text: str, said: str) -> None:
    found = errors(text)
    assert len(found) == 1
    assert said in found[0]
    assert "\n" not in found[0]


def test_all_errors_of_a_file_come_at_once_from_the_top_down() -> None:
    text = PLAN.replace("slug: a-plan", "slug: A plan").replace("every: month", "every: fortnight")
    assert [error.split(":")[1] for error in errors(text)] == ["1", "11"]


@pytest.mark.parametrize(
    "data",
    [
        PLAN.encode("utf-8"),
        codecs.BOM_UTF8 + PLAN.encode("utf-8"),
        PLAN.encode("utf-16"),
        codecs.BOM_UTF16_BE + PLAN.encode("utf-16-be"),
        PLAN.replace("\n", "\r\n").encode(),
    ],
    ids=["utf-8", "utf-8 with a mark", "utf-16", "utf-16 big-endian", "windows line ends"],
)
def test_the_encodings_of_common_editors_are_read(data: bytes) -> None:
    assert read_plan_bytes(data, "p.yaml").plan == read(PLAN)


def test_another_encoding_is_refused_with_its_line() -> None:
    with pytest.raises(InputErrors, match=r"p\.yaml:3: the text is not in UTF-8; save the file"):
        read_plan_bytes(PLAN.encode().replace("ế".encode(), b"\xea"), "p.yaml")


def test_decomposed_letters_are_the_same_letters() -> None:
    assert read(PLAN.replace("ế", "\u0065\u0302\u0301")) == read(PLAN)


def test_codes_and_clauses_stay_as_they_are_written() -> None:
    text = PLAN.replace("level: district, kinds: [huyen]", "units: [001, 0x1F, 1e3], except: no")
    duty = read(text).duties[0]
    assert duty.basis == "4.10"
    assert duty.chain[1].codes == ("001", "0x1F", "1e3")
    assert duty.chain[1].reporters[0].excluding == ("no",)


def test_a_file_that_is_far_too_large_is_refused_unread() -> None:
    with pytest.raises(InputErrors, match="larger than 512 KB"):
        read_plan_bytes(b"#" * (20 * 1024 * 1024), "p.yaml")


def test_a_file_that_is_not_there_is_told_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(InputErrors, match=r"gone\.yaml:1: cannot be read"):
        read_plan(tmp_path / "gone.yaml")


def test_two_files_with_one_slug_are_refused(tmp_path: Path) -> None:
    first, second = tmp_path / "a.yaml", tmp_path / "b.yaml"
    first.write_text(PLAN, encoding="utf-8")
    second.write_text(PLAN.replace("Kế hoạch", "Kế hoạch khác"), encoding="utf-8")
    with pytest.raises(InputErrors, match=r"b\.yaml:1: slug: 'a-plan' is also the slug of .*a\.yaml"):
        read_plans([first, second])
    assert len(read_plans([first, first])) == 1


def test_errors_of_several_files_come_together(tmp_path: Path) -> None:
    first, second = tmp_path / "a.yaml", tmp_path / "b.yaml"
    first.write_text("slug: a\n", encoding="utf-8")
    second.write_text("slug: b: c\n", encoding="utf-8")
    with pytest.raises(InputErrors) as caught:
        read_plans([first, second])
    assert {Path(error.split(":")[0]).name for error in caught.value.errors} == {"a.yaml", "b.yaml"}


KINDS = """\
slug: kinds
title: Kế hoạch
issuer: UBND tỉnh
in_force: {from: 2026-01-01}
cutoff: 14/11
track_from: 1/6/2026
duties:
  - {id: day, title: x, every: day, chain: [{from: {unit: a}, due: before 16:00}]}
  - {id: next, title: x, every: workday, chain: [{from: {unit: a}, due: before 8:00 next day}]}
  - {id: week, title: x, every: week, chain: [{from: {unit: a}, due: before 15:00 friday}]}
  - {id: five, title: x, every: 5 years from 2011, chain: [{from: {unit: a}, due: within first month}]}
  - {id: list, title: x, every: year, cutoff: [14/5, 31/10], chain: [{from: {unit: a}, due: [by 1/6, by 15/11]}]}
  - {id: some, title: x, every: month, periods: [1, 2], chain: [{from: {unit: a}, due: by 25, planned: 20}]}
  - {id: win, title: x, every: once, planned: 5/3/2026, chain: [{from: {unit: a}, due: from 1/3/2026 to 16:00 9/3/2026}]}
  - {id: none, title: x, every: year, cutoff: none, chain: [{from: [{unit: a}, {level: grassroots}], due: by 9/12}]}
  - {id: rain, title: x, every: once, event: {id: flood, title: Lũ, by: monitor}, chain: [{from: {unit: a}, due: within 24h of flood}]}
  - {id: more, title: x, every: on-demand, event: flood, chain: [{from: {unit: a}, due: by event}]}
  - {id: uns, title: x, every: unspecified, chain: [{from: {unit: a}, lead: 3wd}, {from: {unit: b}}]}
"""  # noqa: E501 (a duty a line)


def test_a_plan_of_every_kind_reads_back_from_its_yaml_and_from_what_is_kept() -> None:
    plan = read(KINDS)
    assert len(plan.duties) == 11
    assert read(plan.to_yaml()) == plan
    assert plan_content(json.dumps(plan.content(), ensure_ascii=False)) == plan


def test_an_error_in_a_list_names_the_entry() -> None:
    text = KINDS.replace("[by 1/6, by 15/11]", "[by 1/6, by 31/11]")
    (error,) = errors(text)
    assert error.startswith("p.yaml:12: duties[list].chain[1].due[2]: `by 31/11`: there is no 31/11")
