"""How often a duty comes and when it is due, as `plan show` and pages say it."""

from __future__ import annotations

from typing import Any

import pytest

from models.plan_files.plan import PlanFile
from reporting.plans.rule_words import how_often, rule_words


def plan(every: str, due: Any = None, **duty: Any) -> PlanFile:
    chain = [{"from": {"unit": "a"}, "lead": "5d"}, {"from": {"unit": "b"}, **({"due": due} if due else {})}]
    return PlanFile.model_validate(
        {
            "slug": "p",
            "title": "x",
            "issuer": "x",
            "in_force": {"from": "2026-01-01"},
            "duties": [{"id": "d", "title": "x", "every": every, "chain": chain[not due :], **duty}],
        }
    )


FLOOD = {"id": "flood", "title": "Khi có thiên tai"}


@pytest.mark.parametrize(
    ("file", "vi"),
    [
        (plan("day", "before 16:00"), "hằng ngày"),
        (plan("workday", "before 16:00"), "mỗi ngày làm việc"),
        (plan("week", "by friday"), "hằng tuần"),
        (plan("5 years from 2011", "within first month"), "5 năm một lần, từ năm 2011"),
        (plan("on-demand"), "khi được yêu cầu"),
        (plan("unspecified"), "định kỳ, văn bản không nêu kỳ"),
        (plan("on-demand", event=FLOOD), "Khi có thiên tai"),
        (plan("once", event=FLOOD), "Khi có thiên tai, mỗi đơn vị một lần"),
    ],
)
def test_how_often(file: PlanFile, vi: str) -> None:
    assert how_often(file, file.duties[0], "vi") == vi


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (
            plan("half-year", ["before 1/6", "before 15/11"]),
            [
                "trước thời hạn của cấp trên 5 ngày",
                "6 tháng đầu năm: trước ngày 01/6 hằng năm; 6 tháng cuối năm: trước ngày 15/11 hằng năm",
            ],
        ),
        (
            plan("year", ["before 1/6", "before 15/11"]),
            [
                "trước thời hạn của cấp trên 5 ngày",
                "đợt 1: trước ngày 01/6 hằng năm; đợt 2: trước ngày 15/11 hằng năm",
            ],
        ),
        (
            plan("year", ["by 15/9", "by 15/12"], periods=["9M", "year"]),
            [
                "trước thời hạn của cấp trên 5 ngày",
                "9 tháng: chậm nhất ngày 15/9 hằng năm; cả năm: chậm nhất ngày 15/12 hằng năm",
            ],
        ),
        (
            plan("month", "by 25", periods=[1, 2]),
            ["trước thời hạn của cấp trên 5 ngày", "tháng 1, tháng 2: chậm nhất ngày 25 hằng tháng"],
        ),
        (
            plan("quarter", "before 20/3", periods="Q1"),
            ["trước thời hạn của cấp trên 5 ngày", "quý I: trước ngày 20/3 hằng năm"],
        ),
        (plan("on-demand"), ["theo yêu cầu"]),
        (plan("unspecified"), ["theo yêu cầu"]),
        (plan("on-demand", event=FLOOD), ["không thời hạn"]),
    ],
)
def test_when_each_stage_is_due(file: PlanFile, words: list[str]) -> None:
    duty = file.duties[0]
    assert [rule_words(duty, number, "vi") for number in range(len(duty.chain))] == words
