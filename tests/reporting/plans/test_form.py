"""A plan file becomes a form and a form a plan file, whatever it can say, and nothing is lost on the way."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest

from models.plan_files.plan import PlanFile
from models.yaml_document import Value, read_yaml, write_yaml
from reporting.plans.form import FormBlock, edited, filled_form, input_of, new_form, typed_form, unshown
from reporting.plans.form import written_plan as written
from reporting.plans.form_words import Lens
from reporting.plans.reading import validated
from tests.demonstrations import ROOT

CORPUS = sorted((ROOT / "tests" / "plans" / "corpus").glob("[0-9]*.yaml"))
PLANS = [*sorted((ROOT / "plans").glob("*.yaml")), *CORPUS]
NAMES = {"so-khdt": "Sở Kế hoạch; và Đầu tư", "ubnd-tinh": "UBND tỉnh (mới)", "so-tu-phap": "Sở Tư pháp"}
VIETNAMESE, ENGLISH = Lens("vi", NAMES), Lens("en", NAMES)
HEAD = """\
slug: p
title: Kế hoạch
issuer: UBND tỉnh
in_force: {from: 2024-01-01}
"""
ONE = "chain: [{from: {level: grassroots}, due: %s}]"
DUTIES = {
    # how often
    "day": "every: day, " + ONE % "before 16:00",
    "workday": "every: workday, " + ONE % "before 8:00 next day",
    "end of the day": "every: day, " + ONE % "by 24:00",
    "week": "every: week, " + ONE % "before 15:00 friday",
    "next week": "every: week, " + ONE % "by monday next week",
    "quarter": "every: quarter, " + ONE % "before 15 last month",
    "half-year": "every: half-year, " + ONE % "within month 2",
    "nine months": "every: nine-months, " + ONE % "before 10/12",
    "year": "every: year, " + ONE % "by 15/1 next year",
    "years": "every: 5 years from 2011, " + ONE % "by 31/12",
    "unspecified": "every: unspecified, chain: [{from: {level: grassroots}}]",
    # days
    "before": "every: month, " + ONE % "before 18",
    "by": "every: month, " + ONE % "by 18",
    "next month": "every: month, " + ONE % "before 5 next month",
    "previous month": "every: month, " + ONE % "by 15 previous month",
    "last day": "every: month, " + ONE % "by last day",
    "last day with an hour": "every: month, " + ONE % "before 14:00 last day",
    "first month": "every: quarter, " + ONE % "before 18 first month",
    "second month": "every: quarter, " + ONE % "before 18 month 2",
    "within the last month": "every: quarter, " + ONE % "within last month",
    "within the next month": "every: month, " + ONE % "within next month",
    "within the last week": "every: month, " + ONE % "within last week",
    "within a quarter": "every: year, " + ONE % "within Q1",
    "a date": "every: once, " + ONE % "before 30/6/2024",
    "a date with an hour": "every: once, " + ONE % "before 14:00 28/4/2024",
    "a quarter": "every: once, " + ONE % "within Q1/2024",
    "a month": "every: once, " + ONE % "within 7/2024",
    # lists and periods
    "halves": "every: half-year, " + ONE % "[before 1/6, before 15/11]",
    "rounds": "every: year, " + ONE % "[before 1/6, before 15/11]",
    "named": "every: year, periods: [H1, 9M, year], " + ONE % "[by 15/6, by 15/9, by 15/12]",
    "months": "every: month, periods: [1, 2, 4, 5], " + ONE % "by 25",
    "quarters": "every: quarter, periods: [Q1, Q3], " + ONE % "before 15 last month",
    "one half": "every: half-year, periods: H1, " + ONE % "before 20/6",
    "named out of order": "every: year, periods: [year, H1], " + ONE % "[by 15/12, by 15/6]",
    # windows
    "days of a month": "every: month, " + ONE % "from 1 to 5",
    "into the next month": "every: month, " + ONE % "from 25 to 5 next month",
    "days of a year": "every: year, " + ONE % "from 1/11 to 31/12",
    "dates": "every: once, " + ONE % "from 1/1/2026 to 31/3/2026",
    "months of two years": "every: once, " + ONE % "from Q4/2025 to Q1/2026",
    "to an hour": "every: month, " + ONE % "from 1 to 16:00 5",
    # events
    "hours": "every: on-demand, event: {id: flood, title: Khi có lũ}, " + ONE % "within 24h of flood",
    "working days": "every: once, event: {id: e, title: Khi có, by: monitor}, " + ONE % "within 5wd of e",
    "the day": "every: on-demand, event: {id: flood, title: Khi có lũ}, " + ONE % "by event",
    "of another duty": "every: on-demand, event: flood, " + ONE % "within 10d of flood",
    # phrases
    "a phrase": "every: month, " + ONE % "trước ngày 18 hằng tháng",
    "two dates": "every: half-year, " + ONE % "trước ngày 01/6 và 15/11 hằng năm",
    "planned in words": "every: year, " + ONE % "Dự kiến ngày 05/12 (chậm nhất ngày 10/12)",
    "lead in words": "every: month, chain: [{from: {level: grassroots}, lead: 3 ngày làm việc}, "
    "{from: {level: district}, due: before 18}]",
    # the data
    "cutoff day": "every: month, cutoff: 20, " + ONE % "by last day",
    "cutoff end": "every: month, cutoff: end, " + ONE % "by 5 next month",
    "cutoff none": "every: month, cutoff: none, " + ONE % "by 5",
    "cutoff of a year": "every: year, cutoff: 14/11, " + ONE % "before 10/12",
    "cutoffs": "every: half-year, cutoff: [14/5, 31/10], " + ONE % "[before 1/6, before 15/11]",
    "period": "every: once, period: 2024-Q1, " + ONE % "within 4/2024",
    "a whole year": "every: once, period: 2024, type: report, " + ONE % "by 15/1/2025",
    # the rest of a duty
    "task": "every: once, type: task, basis: IV.2, note: Ghi nhớ, " + ONE % "by 30/6/2024",
    "span": "every: month, from: 1/3/2024, to: 2024-09-30, planned: 5, " + ONE % "by 18",
    "planned": "every: once, chain: [{from: {level: district}, due: by 10/12/2025, planned: 5/12/2025}]",
    # who reports to whom
    "recipients": "every: month, chain: [{from: {level: grassroots}, to: [superior, so-khdt], due: by 5}]",
    "via": "every: month, chain: [{from: {level: district, except: so-khdt}, to: [ubnd-tinh, bo-khcn], "
    "via: so-tu-phap, due: before 18}]",
    "choices": "every: month, chain: [{from: [{unit: so-khcn}, {level: grassroots, kinds: [xa, phuong], "
    "groups: [ven biển, biên giới], except: [x1, x2]}, {units: [a, b]}], due: by 5}]",
    "units in a list": "every: month, chain: [{from: {units: [so-khdt]}, due: by 5}]",
    "one in brackets": "every: month, chain: [{from: [{level: district}], to: [ubnd-tinh], due: [by 5]}]",
    "chain": "every: month, chain: [{from: {level: grassroots}, lead: 5d, name: Xã}, "
    "{from: {level: district}, due: before 18, note: a, via: ubnd-tinh, to: so-khdt}, "
    "{from: {unit: so-khdt}, after: 3wd}, {from: {unit: x}, lead: after 2d}, {from: {unit: y}}]",
}
# a lead counts from the date of the request
DUTIES["on demand"] = "every: on-demand, chain: [{from: {level: grassroots}, lead: 3wd}, {from: {unit: x}}]"
PLANS_OF_KINDS = {
    "plain": HEAD,
    "whole": HEAD
    + textwrap.dedent("""\
        number: 05/KH-UBND
        issued_on: 19/1/2024
        monitor: so-khdt
        scope: ubnd-tinh
        roll: preceding
        before: inclusive
        ladder: nhac-nhanh
        cutoff: none
        correction: 5
        track_from: 2024-03-01
        note: "Một dòng\\nhai dòng"
        document: {name: kh.pdf, sha256: ""}
        """),
}
FLOOD = "{id: other, title: Khác, every: on-demand, event: {id: flood, title: Khi có lũ}, %s}" % (
    ONE % "by event"
)


def plan_of(duty: str, head: str = HEAD) -> str:
    """The text of a plan file with that duty; with what it refers to."""
    clause = ", clause: {quote: 'Câu chữ', page: 3}" if "document:" in head else ""
    others = [FLOOD[:-1] + clause + "}"] if "event: flood" in duty else []
    return (
        head
        + "duties:\n"
        + "".join(f"  - {each}\n" for each in [f"{{id: d, title: Việc, {duty}{clause}}}", *others])
    )


def inputs(form: FormBlock, source: bool = True) -> dict[str, str]:
    """What a browser sends back of the form."""
    texts = {prefix + name: text for prefix, block in form.walk() for name, text in block.texts.items()}
    numbers = {f"{prefix}was": str(block.was) for prefix, block in form.walk() if block.was is not None}
    return {name: text.replace("\n", "\r\n") for name, text in texts.items()} | (numbers if source else {})


def read(text: str) -> tuple[Value, PlanFile]:
    values = read_yaml(text.encode(), "plan.yaml").value
    plan, problems = validated(values)
    assert plan is not None, problems
    return values, plan


def again(values: dict[str, object]) -> PlanFile:
    return read(write_yaml(values))[1]


TEXTS = {
    **{path.stem: path.read_text(encoding="utf-8") for path in PLANS},
    **{
        f"{name}, {kind}": plan_of(duty, head)
        for name, duty in DUTIES.items()
        for kind, head in PLANS_OF_KINDS.items()
    },
}


@pytest.mark.parametrize("lens", [VIETNAMESE, ENGLISH], ids=["vi", "en"])
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_a_plan_goes_through_the_form_and_stays_the_same(text: str, lens: Lens) -> None:
    values, plan = read(text)
    form = filled_form(values, lens)
    assert written(typed_form(inputs(form)), values, lens) == values
    stored, _ = read(plan.to_yaml())
    assert again(written(typed_form(inputs(filled_form(stored, lens))), stored, lens)) == plan


@pytest.mark.parametrize("lens", [VIETNAMESE, ENGLISH], ids=["vi", "en"])
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_what_the_form_shows_means_the_same_when_all_of_it_is_typed_again(text: str, lens: Lens) -> None:
    """Nothing is left of the file then but what the inputs say."""
    values, plan = read(text)
    typed = typed_form(inputs(filled_form(values, lens), source=False))
    assert same(again(written(typed, {}, lens))) == same(plan)


def same(plan: PlanFile) -> dict[str, object]:
    """What a plan means: without where it was drafted, one unit as a list of one."""
    content = plan.content()
    content.pop("document", None)
    for duty in content["duties"]:
        duty.pop("clause", None)
        for stage in duty["chain"]:
            choices = stage["from"] if isinstance(stage["from"], list) else [stage["from"]]
            stage["from"] = [
                {**choice, "unit": None, "units": [*filter(None, [choice.get("unit")]), *choice["units"]]}
                for choice in choices
            ]
    return content


SHOWN = [
    ("before", "duties.0.chain.0.due", "trước ngày 18 hằng tháng", "before the 18th of each month"),
    ("chain", "duties.0.chain.0.due", "5 ngày", "5 days"),
    ("chain", "duties.0.chain.0.due.by", "lead", "lead"),
    ("chain", "duties.0.chain.2.due.by", "after", "after"),
    ("chain", "duties.0.chain.3.due.by", "after", "after"),
    ("rounds", "duties.0.chain.0.due", "trước ngày 01/6 hằng năm; trước ngày 15/11 hằng năm", ""),
    ("months", "duties.0.periods", "tháng 1; tháng 2; tháng 4; tháng 5", "January; February; April; May"),
    ("period", "duties.0.period", "quý I/2024", "Q1 2024"),
    ("cutoff end", "duties.0.cutoff", "ngày cuối tháng", "the last day of the month"),
    ("hours", "duties.0.chain.0.due", "trong vòng 24 giờ kể từ khi xảy ra sự việc", ""),
    ("recipients", "duties.0.chain.0.to", "cấp trên trực tiếp; Sở Kế hoạch, và Đầu tư (so-khdt)", ""),
    ("via", "duties.0.chain.0.to", "UBND tỉnh (mới) (ubnd-tinh); bo-khcn", ""),
    ("span", "duties.0.from", "01/03/2024", "01/03/2024"),
    ("a phrase", "duties.0.chain.0.due", "trước ngày 18 hằng tháng", "trước ngày 18 hằng tháng"),
    ("years", "duties.0.every.since", "2011", "2011"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "place", "vietnamese", "english"), SHOWN)
def test_it_shows_words_and_no_keys(name: str, place: str, vietnamese: str, english: str) -> None:
    values, _ = read(plan_of(DUTIES[name]))
    assert inputs(filled_form(values, VIETNAMESE))[place] == vietnamese
    assert not english or inputs(filled_form(values, ENGLISH))[place] == english


def changed(text: str, typed: dict[str, str]) -> dict[str, Any]:
    """The values of the file after these inputs were changed."""
    values, _ = read(text)
    given = inputs(filled_form(values, VIETNAMESE)) | typed
    return written(typed_form(given), values, VIETNAMESE)


def test_what_no_input_shows_survives_a_change() -> None:
    text = plan_of(DUTIES["before"], PLANS_OF_KINDS["whole"])
    found = again(changed(text, {"duties.0.title": "Việc khác"}))
    _, before = read(text)
    assert (found.document, found.duties[0].clause) == (before.document, before.duties[0].clause)
    assert found.duties[0].title == "Việc khác"
    assert unshown(filled_form(read(text)[0], VIETNAMESE), read(text)[0], VIETNAMESE) == [("", "document")]


def test_what_has_a_form_that_no_input_can_show_stays_and_is_named() -> None:
    text = "slug: p\nin_force: {from: 1/1/2024, until: 2}\nextra: 1\nduties: [{id: a, title: [x], other: {}}]"
    values = read_yaml(text.encode(), "plan.yaml").value
    form = filled_form(values, VIETNAMESE)
    assert isinstance(values, dict)
    duty = {"id": "a", "title": ["x"], "other": {}, "chain": []}
    assert written(typed_form(inputs(form)), values, VIETNAMESE) == {**values, "duties": [duty]}
    assert unshown(form, values, VIETNAMESE) == [
        ("", "in_force"),
        ("", "extra"),
        ("duties.0.", "title"),
        ("duties.0.", "other"),
    ]


def test_a_quote_is_changed_and_its_place_kept() -> None:
    text = plan_of(DUTIES["before"], PLANS_OF_KINDS["whole"])
    found = changed(text, {"duties.0.clause.quote": "Câu khác"})
    assert found["duties"][0]["clause"] == {"quote": "Câu khác", "page": "3"}


def test_parts_that_were_moved_and_taken_out_keep_what_the_file_has_of_them() -> None:
    values: Any = read(plan_of(DUTIES["chain"], PLANS_OF_KINDS["whole"]))[0]
    form = typed_form(inputs(filled_form(values, VIETNAMESE)))
    assert edited(form, "down duties.0.chain.0.") == "duties.0.chain.1."
    assert edited(form, "remove duties.0.chain.3.") == "duties.0.chain.3."
    found: Any = written(typed_form(inputs(form)), values, VIETNAMESE)
    source = values["duties"][0]["chain"]
    assert found["duties"][0]["chain"] == [source[1], source[0], source[2], source[4]]


def test_parts_are_added_with_what_is_likely() -> None:
    form = new_form("01/01/2024", "")
    assert edited(form, "add ") == "duties.1."
    assert [duty.value("id") for duty in form.below] == ["nhiem-vu-1", "nhiem-vu-2"]
    assert edited(form, "add duties.1.") == "duties.1.chain.1."
    assert edited(form, "add duties.1.chain.1.") == "duties.1.chain.1.from.1."
    levels = [[choice.value("level") for choice in stage.below] for stage in form.below[1].below]
    assert levels == [["grassroots"], ["district", ""]]
    assert edited(form, "remove duties.0.") == "duties.0."
    assert [duty.value("id") for duty in form.below] == ["nhiem-vu-2"]


@pytest.mark.parametrize(
    "deed", ["remove duties.0.", "up duties.0.", "add duties.7.", "up x", "remove ", "fly "]
)
def test_what_a_button_names_and_is_not_there_does_nothing(deed: str) -> None:
    form = new_form("01/01/2024", "")
    before = inputs(form)
    edited(form, deed)
    assert inputs(form) == before


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("title",), "title"),
        (("in_force",), "in_force.from"),
        (("in_force", "to"), "in_force.to"),
        (("duties", 1, "event", "title"), "duties.1.event.title"),
        (("duties", 1, "event"), "duties.1.event.title"),
        (("duties", 0, "chain", 2, "lead"), "duties.0.chain.2.due"),
        (("duties", 0, "chain", 2, "due", 1), "duties.0.chain.2.due"),
        (("duties", 0, "chain", 0, "from", "unit"), "duties.0.chain.0.from.0.units"),
        (("duties", 0, "chain", 0, "from", 1, "except", 0), "duties.0.chain.0.from.1.except"),
        (("duties", 0, "chain", 0, "from", 1), "duties.0.chain.0.from.1."),
        (("duties", 0, "clause"), "duties.0.clause.quote"),
        (("document",), ""),
        (("duties", 0, "nonsense"), "duties.0."),
    ],
)
def test_an_error_in_the_file_belongs_to_an_input(path: tuple[str | int, ...], place: str) -> None:
    assert input_of(new_form("", ""), path) == place


@pytest.mark.parametrize(
    ("name", "typed", "found"),
    [
        ("before", {"due": "chậm nhất ngày 20"}, "by 20"),
        ("before", {"due": "3 ngày làm việc", "due.by": "lead"}, None),
        ("rounds", {"due": "trước ngày 01/5; 15/10"}, "before 1/5; before 15/10"),
        ("rounds", {"due": "trước ngày 01/5;\r\n trước ngày 15/10"}, "before 1/5; before 15/10"),
    ],
)
def test_a_deadline_is_typed_as_the_document_words_it(
    name: str, typed: dict[str, str], found: str | None
) -> None:
    places = {f"duties.0.chain.0.{key}": text for key, text in typed.items()}
    text = write_yaml(changed(plan_of(DUTIES[name]), places))
    plan, problems = validated(read_yaml(text.encode(), "plan.yaml").value)
    if found is None:
        assert [path for path, _ in problems] == [("duties", 0, "chain", 0, "due")]
    else:
        assert plan is not None and plan.duties[0].chain[0].rule_text == found


@pytest.mark.parametrize(
    "text", ["", "duties.0.chain.0.from.0.level", "duties.99999.x", "source", "do", "x" * 60]
)
def test_inputs_of_any_name_are_taken_or_left(text: str) -> None:
    typed_form({text: "1", "csrf": "2"})
