"""What a notice is about, as tables say it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reporting.obligations.notices import NOTHING, Subject

MONTHLY = replace(
    NOTHING,
    plan="simple",
    plan_number="2/KH-UBND",
    plan_title="Kế hoạch",
    duty="monthly",
    duty_title="Báo cáo tháng",
    period="2024-02",
)


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        (MONTHLY, "Báo cáo tháng, tháng 2/2024 (2/KH-UBND)"),
        (replace(MONTHLY, plan_number=""), "Báo cáo tháng, tháng 2/2024 (Kế hoạch)"),
        (replace(MONTHLY, period="once"), "Báo cáo tháng (2/KH-UBND)"),
        (NOTHING, ""),
    ],
)
def test_a_report_is_named_by_title_period_and_document(subject: Subject, words: str) -> None:
    assert subject.report("vi") == words
