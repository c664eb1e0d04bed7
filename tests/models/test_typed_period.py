"""A period is read as people write it, and as pages show it."""

from __future__ import annotations

import pytest

from calendars.errors import PeriodError
from calendars.periods import Period
from messages.catalogue import languages
from models.typed_period import read_period


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("tháng 9/2024", "2024-09"),
        ("Tháng 09 năm 2024", "2024-09"),
        ("thang 9-2024", "2024-09"),
        ("T9/2024", "2024-09"),
        ("kỳ tháng 9/2024", "2024-09"),
        ("9/2024", "2024-09"),
        ("09.2024", "2024-09"),
        ("2024/9", "2024-09"),
        ("2024-9", "2024-09"),
        ("2024-09", "2024-09"),
        ("tháng 9", "2026-09"),
        ("quý 3", "2026-Q3"),
        ("quý III/2024", "2024-Q3"),
        ("QUÝ iv năm 2024", "2024-Q4"),
        ("Q3/2024", "2024-Q3"),
        ("q3 2024", "2024-Q3"),
        ("2024 quý 3", "2024-Q3"),
        ("6 tháng đầu năm 2024", "2024-H1"),
        ("6 tháng đầu năm", "2026-H1"),
        ("6 tháng/2024", "2024-H1"),
        ("6 tháng cuối năm 2024", "2024-H2"),
        ("9 tháng 2024", "2024-9M"),
        ("9 tháng đầu năm 2024", "2024-9M"),
        ("9 months of 2024", "2024-9M"),
        ("năm 2024", "2024"),
        ("cả năm 2024", "2024"),
        ("2024", "2024"),
        ("tuần 18/2026", "2026-W18"),
        ("đợt 2 năm 2026", "2026-R2"),
        ("ngày 28/4/2026", "2026-04-28"),
        ("28/04/2026", "2026-04-28"),
        ("giai đoạn 2011–2015", "2011-2015"),
        ("2011 - 2015", "2011-2015"),
        ("September 2024", "2024-09"),
        ("once", "once"),
    ],
)
def test_it_is_read_as_people_write_it(text: str, key: str) -> None:
    assert read_period(text, 2026).key == key


@pytest.mark.parametrize("key", ["2024-01", "2024-12", "2024-Q2", "2024-H1", "2024-H2", "2024-9M", "2024"])
def test_what_pages_show_can_be_typed(key: str) -> None:
    for language in languages():
        assert read_period(Period.parse(key).label(language)).key == key


@pytest.mark.parametrize(
    "text",
    [
        *("", "x", "tháng 13/2024", "quý 5/2024", "31/2/2024", "tháng", "0/2024", "9/24", "tháng 9/20240"),
        *("tuần 60/2024", "tháng 9/0000", "2024-2011", "٩/2024", "\x00", "9" * 500, "quý iiii"),
    ],
)
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(PeriodError):
        read_period(text, 2026)


def test_without_a_year_it_is_this_years_or_refused() -> None:
    with pytest.raises(PeriodError, match="write the year too"):
        read_period("quý 3")
