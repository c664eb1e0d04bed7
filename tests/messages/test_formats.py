"""Dates and numbers in each language; a language that this program has no rule for follows CLDR."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from messages.choice import language_name
from messages.formats import (
    day_text,
    moment_text,
    month_name,
    number_text,
    percent_text,
    short_day_text,
    word_date,
    word_day_of_month,
    word_day_of_year,
)

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
DAY = date(2024, 2, 5)


@pytest.mark.parametrize(
    ("language", "column", "written", "of_year", "of_month", "month"),
    [
        ("vi", "05/02/2024", "05/02/2024", "05/02", "05", "tháng 2"),
        ("en", "05/02/2024", "5 February 2024", "5 February", "5th", "February"),
        ("fr", "05/02/2024", "5 février 2024", "5 février", "5", "février"),
        ("no-such", "05/02/2024", "5 February 2024", "5 February", "5", "February"),
    ],
)
def test_a_day_is_written_as_its_language_does(
    language: str, column: str, written: str, of_year: str, of_month: str, month: str
) -> None:
    assert day_text(DAY, language) == column
    assert word_date(DAY, language) == written
    assert word_day_of_year(5, 2, language) == of_year
    assert word_day_of_month(5, language) == of_month
    assert month_name(2, language) == month


def test_vietnamese_documents_have_a_zero_before_small_days_and_the_first_two_months() -> None:
    assert word_date(date(2024, 6, 9), "vi") == "09/6/2024"
    assert word_date(date(2024, 10, 18), "vi") == "18/10/2024"
    assert short_day_text(date(2024, 6, 9), "vi") == "9/6"


@pytest.mark.parametrize(("day", "ordinal"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (11, "11th"), (23, "23rd")])
def test_english_days_are_ordinals(day: int, ordinal: str) -> None:
    assert word_day_of_month(day, "en") == ordinal


@pytest.mark.parametrize(
    ("language", "whole", "part", "share"),
    [("vi", "10.810", "2,5", "97,3%"), ("en", "10,810", "2.5", "97.3%")],
)
def test_a_number_is_written_as_its_language_does(language: str, whole: str, part: str, share: str) -> None:
    assert number_text(10_810, language) == whole
    assert number_text(2.5, language) == part
    assert percent_text(0.973, language) == share


def test_an_instant_is_said_in_its_zone() -> None:
    assert moment_text(datetime(2024, 10, 17, 17, 5, tzinfo=UTC), HANOI, "vi") == "18/10/2024 00:05"


def test_a_language_is_named_in_another() -> None:
    assert [language_name("en", each) for each in ("vi", "en")] == ["Tiếng Anh", "English"]
    assert language_name("no-such", "en") == "no-such"
