"""What events say of a branch where there is nothing to count, and of a plan that has little to name."""

from __future__ import annotations

from datetime import date

import pytest

from calendars.working_days import WorkingDays
from calendars.zone import HCM
from messages.catalogue import languages
from reporting.feeds.rows import Counted, Counts, PeriodRow
from reporting.feeds.text import Speaker, count_description, count_title
from tests.conftest import at

PERIOD = PeriodRow(
    plan="thang",
    plan_number="",
    ad_hoc=False,
    plan_title="Kế hoạch tháng",
    duty="monthly",
    duty_title="Báo cáo tháng",
    duty_type="report",
    basis="",
    clause="",
    stage=1,
    stage_name="Cơ sở",
    period="2024-10",
    written=date(2024, 10, 18),
    bound="before",
    opens_at=None,
    planned=None,
    safe_day=date(2024, 10, 17),
    written_deadline=at("2024-10-18 00:00:00"),
    occurrence_id=1,
)
COUNTS = Counts(
    expected=3,
    filed=2,
    overdue=0,
    late=0,
    returned=0,
    extended=0,
    versions=1,
    opened_at=at("2024-01-19 08:00:00"),
    changed_at=at("2024-01-19 08:00:00"),
    closed_at=None,
)
LANGUAGES = languages()


def words(counted: Counted, language: str) -> tuple[str, str]:
    speaker = Speaker(language, HCM, WorkingDays())
    return count_title(counted, speaker), count_description(counted, (), "https://x.example/", speaker)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_counted_where_nothing_is_expected(language: str) -> None:
    title, description = words((PERIOD, COUNTS._replace(expected=0, filed=0)), language)
    assert "0" not in title.replace("2024", "").replace("10", "")
    assert "0" not in description.replace("2024", "").replace("10", "")
    assert "18/10 – Báo cáo tháng" in title
    assert {"vi": "2/3 đã nộp", "en": "2 of 3 filed"}[language] in words((PERIOD, COUNTS), language)[0]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("basis", "number", "title", "said"),
    [
        ("", "", "Kế hoạch tháng", "Kế hoạch tháng"),
        ("IV.1", "", "Kế hoạch tháng", "IV.1 – Kế hoạch tháng"),
        ("", "1/KH", "", "1/KH"),
        ("IV.1", "1/KH", "Kế hoạch", "IV.1, 1/KH – Kế hoạch"),
        ("", "", "", None),
    ],
)
def test_the_basis_names_what_there_is(
    basis: str, number: str, title: str, said: str | None, language: str
) -> None:
    period = PERIOD._replace(basis=basis, plan_number=number, plan_title=title)
    label = {"vi": "Căn cứ", "en": "Basis"}[language]
    lines = [line for line in words((period, COUNTS), language)[1].splitlines() if label in line]
    assert lines == ([] if said is None else [f"{label}: {said}"])
