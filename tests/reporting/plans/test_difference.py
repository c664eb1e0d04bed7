"""What a changed plan file changes, told in words and dates."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from copy import deepcopy
from datetime import date
from typing import Any, Literal

import pytest

from calendars.working_days import WorkingDays
from models.plan_files.plan import PlanFile
from reporting.plans.difference import Comparison

DAYS = WorkingDays.from_country()
FIRST = date(2024, 6, 1)
MONTHLY: dict[str, Any] = {
    "id": "monthly",
    "title": "Báo cáo tháng",
    "every": "month",
    "chain": [
        {"from": {"level": "grassroots"}, "lead": "3wd"},
        {"from": {"level": "district"}, "due": "before 18"},
    ],
}
SCHEME: dict[str, Any] = {
    "id": "scheme",
    "title": "Đề án",
    "every": "once",
    "chain": [{"from": {"unit": "so-noi-vu"}, "due": "within Q3/2024"}],
}


def plan(*duties: dict[str, Any], **changes: Any) -> PlanFile:
    base = {
        "slug": "a-plan",
        "number": "1/KH",
        "title": "Kế hoạch",
        "issuer": "UBND",
        "issued_on": "2024-01-19",
        "in_force": {"from": "2024-01-19", "to": "2024-12-31"},
    }
    return PlanFile.model_validate({**base, "duties": list(duties) or [MONTHLY, SCHEME], **changes})


def monthly(**changes: Any) -> dict[str, Any]:
    return {**deepcopy(MONTHLY), **changes}


def district(**changes: Any) -> dict[str, Any]:
    duty = monthly()
    duty["chain"][1] = {"from": {"level": "district"}, "due": "before 18", **changes}
    return duty


def told(
    new: PlanFile,
    language: Literal["vi", "en"] = "en",
    kept: Mapping[str, Collection[tuple[int, str]]] | None = None,
) -> list[str]:
    return Comparison(plan(), new, FIRST, DAYS, language, kept or {}).lines()


CALLED = "Báo cáo tháng"


@pytest.mark.parametrize(
    ("new", "lines"),
    [
        pytest.param(plan(), [], id="nothing changed"),
        pytest.param(
            plan(district(due="before 20"), SCHEME),
            [
                f"{CALLED}, stage 1: from period June 2024: by 12 June 2024 → by 16 June 2024",
                f"{CALLED}, stage 2: before the 18th of each month → before the 20th of each month;"
                f" from period June 2024: before 18 June 2024 → before 20 June 2024",
            ],
            id="a later date moves the stage that leads it, too",
        ),
        pytest.param(
            plan(roll="preceding", title="Kế hoạch mới"),
            [
                "title: Kế hoạch → Kế hoạch mới",
                "on a day off (roll): none → preceding",
                f"{CALLED}, stage 1: from period July 2024: by 14 July 2024 → by 12 July 2024",
                f"{CALLED}, stage 2: from period August 2024: before 18 August 2024 → before 18 August 2024"
                " (a day off: moved to the end of 16 August 2024)",
            ],
            id="a roll is told by the first period of each stage that it moves",
        ),
        pytest.param(
            plan(before="inclusive"),
            [
                'reading of "before": strict → inclusive',
                f"{CALLED}, stage 2: from period June 2024: before 18 June 2024 → before 18 June 2024"
                f" (that day included)",
            ],
            id="the 18th itself becomes good",
        ),
        pytest.param(
            plan(in_force={"from": "2024-01-19"}, cutoff="end", monitor="so-khdt"),
            [
                "in force: 19 January 2024 – 31 December 2024 → 19 January 2024 – …",
                "monitor: none → so-khdt",
                "data cut-off: 14 → end",
            ],
            id="the document's own fields",
        ),
        pytest.param(
            plan(monthly(title="Báo cáo", absorbs=[], to="2024-11-30"), SCHEME),
            [
                "Báo cáo: title: Báo cáo tháng → Báo cáo",
                "Báo cáo: holds: 19 January 2024 – 31 December 2024 → 19 January 2024 – 30 November 2024",
            ],
            id="a duty's fields and its time",
        ),
        pytest.param(
            plan(district(**{"from": {"level": "district", "kinds": ["huyen"]}}, to="vp", via="so"), SCHEME),
            [
                f"{CALLED}, stage 2: reporters: level district → level district, kinds huyen",
                f"{CALLED}, stage 2: recipients: none → vp",
                f"{CALLED}, stage 2: through (via): none → so",
            ],
            id="who reports to whom",
        ),
        pytest.param(
            plan(MONTHLY),
            ["Đề án: removed"],
            id="a duty is gone",
        ),
        pytest.param(
            plan(MONTHLY, SCHEME, {**SCHEME, "id": "more", "title": "Thêm"}),
            ["Thêm: added", "Thêm, stage 1: by the end of 30 September 2024"],
            id="a duty is new",
        ),
        pytest.param(
            plan(monthly(chain=[*MONTHLY["chain"], {"from": {"unit": "so"}, "after": "3wd"}]), SCHEME),
            [f"{CALLED}, stage 3: added (Chặng 3); from period June 2024: by 20 June 2024"],
            id="a stage is new",
        ),
        pytest.param(
            plan(monthly(chain=[{"from": {"level": "grassroots"}, "due": "before 10"}]), SCHEME),
            [
                f"{CALLED}, stage 1: 3 working days before the superior's deadline → before the 10th of each"
                f" month; from period June 2024: by 12 June 2024 → before 10 June 2024",
                f"{CALLED}, stage 2: removed",
            ],
            id="a stage is gone",
        ),
        pytest.param(
            plan(
                monthly(every="quarter", chain=[{"from": {"unit": "a"}, "due": "before 15 last month"}] * 2),
                SCHEME,
            ),
            [
                f"{CALLED}: every: month → quarter",
                f"{CALLED}, stage 1: reporters: level grassroots → unit a",
                f"{CALLED}, stage 1: 3 working days before the superior's deadline → before the 15th of the"
                f" last month of the quarter; from period Q2 2024: before 15 June 2024",
                f"{CALLED}, stage 2: reporters: level district → unit a",
                f"{CALLED}, stage 2: before the 18th of each month → before the 15th of the last month of"
                " the quarter; from period Q2 2024: before 15 June 2024",
            ],
            id="another frequency",
        ),
        pytest.param(
            plan(MONTHLY, {**SCHEME, "chain": [{"from": {"unit": "so-noi-vu"}}]}),
            [
                "Đề án, stage 1: in Q3 2024 → no deadline; from period once:"
                " by the end of 30 September 2024 → no deadline",
            ],
            id="a date is taken away; a one-time duty follows the newest version",
        ),
    ],
)
def test_each_change_is_a_line(new: PlanFile, lines: list[str]) -> None:
    assert told(new) == lines


def test_it_tells_of_each_stage_the_first_period_that_does_not_stay_as_it_was_opened() -> None:
    kept = {"monthly": {(2, "2024-06"), (2, "2024-07")}}
    first, second = told(plan(district(due="before 20"), SCHEME), kept=kept)
    assert "from period June 2024: by 12 June 2024 → by 16 June 2024" in first
    assert "from period August 2024: before 18 August 2024 → before 20 August 2024" in second


def test_it_says_when_a_rule_comes_too_late_for_all_periods() -> None:
    kept = {"monthly": {(2, f"2024-{month:02}") for month in range(1, 13)}}
    line = told(plan(district(due="before 20"), SCHEME), kept=kept)[1]
    assert line.endswith("before the 20th of each month; no period is left that it would change")


def test_it_tells_the_same_in_vietnamese() -> None:
    assert told(plan(district(due="before 20"), SCHEME), "vi")[1] == (
        f"{CALLED}, chặng 2: trước ngày 18 hằng tháng → trước ngày 20 hằng tháng;"
        " từ kỳ tháng 6/2024: trước ngày 18/6/2024 → trước ngày 20/6/2024"
    )


YEARLY = {**SCHEME, "id": "yearly", "title": "Báo cáo năm", "every": "year"}


def yearly(due: object, **changes: object) -> dict[str, Any]:
    return {**YEARLY, "chain": [{"from": {"unit": "a"}, "due": due}], **changes}


@pytest.mark.parametrize(
    ("old", "new", "first"),
    [
        (
            yearly(["before 1/6", "before 15/11"]),
            yearly("before 15/12"),
            "the year 2024: before 15 December 2024",
        ),
        (
            yearly("before 15/12"),
            yearly(["before 1/6", "before 15/11"]),
            "round 2 of 2024: before 15 November 2024",
        ),
        (
            yearly(["before 1/3", "before 1/5"]),
            yearly(["before 1/3", "before 1/5", "before 15/11"]),
            "round 3 of 2024: before 15 November 2024",
        ),
        (
            yearly("before 1/12", periods=["year"]),
            yearly(["before 10/7", "before 1/12"], periods=["H1", "year"]),
            "the first half of 2024: before 10 July 2024",
        ),
    ],
)
def test_periods_that_the_old_plan_has_not_come_to_be(
    old: dict[str, Any], new: dict[str, Any], first: str
) -> None:
    lines = Comparison(plan(old), plan(new), FIRST, DAYS, "en").lines()
    assert lines[-1].endswith(f"; from period {first}")
