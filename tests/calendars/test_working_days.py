"""Vietnam's working days: Tết, days in lieu, Saturdays worked in exchange, an administrator's additions."""

from __future__ import annotations

from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.errors import CalendarError
from calendars.periods import Language
from calendars.working_days import EXCHANGED, WorkingDays

VIETNAM = WorkingDays.from_country()
days = st.dates(date(2018, 1, 1), date(2032, 12, 31))
counts = st.integers(0, 40)


@pytest.mark.parametrize(
    ("day", "working", "reason"),
    [
        (date(2024, 2, 7), True, "the last day before Tết"),
        (date(2024, 2, 8), False, "29 Tết"),
        (date(2024, 2, 14), False, "fifth day of Tết"),
        (date(2024, 2, 15), True, "back at work"),
        (date(2024, 4, 18), False, "Hùng Kings"),
        (date(2024, 4, 29), False, "day off exchanged for Saturday 4 May"),
        (date(2024, 5, 4), True, "a Saturday worked in exchange"),
        (date(2024, 5, 5), False, "an ordinary Sunday"),
        (date(2024, 5, 11), False, "an ordinary Saturday"),
        (date(2025, 4, 26), True, "a Saturday worked in exchange"),
        (date(2025, 5, 2), False, "day off exchanged for Saturday 26 April"),
        (date(2026, 8, 22), True, "a Saturday worked in exchange"),
        (date(2026, 8, 31), False, "day off exchanged for Saturday 22 August"),
        (date(2026, 4, 27), False, "Hùng Kings on a Sunday, so Monday in lieu"),
        (date(2019, 1, 5), True, "a Saturday worked for a day off of the year before"),
        (date(2018, 12, 31), False, "that day off"),
        (date(2014, 12, 27), True, "a Saturday worked for a day off of the year after"),
        (date(2040, 2, 13), False, "Tết 2040, computed: announced by nobody yet"),
    ],
)
def test_it_knows_when_offices_are_open(day: date, working: bool, reason: str) -> None:
    assert WorkingDays.from_country().is_working(day) is working, reason


@pytest.mark.parametrize(
    ("day", "vi", "en"),
    [
        (date(2024, 2, 10), "Tết Nguyên Đán", "Lunar New Year"),
        (date(2024, 4, 29), "Ngày nghỉ (thay cho ngày 04/05/2024)", "Day off (substituted from 05/04/2024)"),
        (date(2024, 2, 17), "Thứ Bảy", "Saturday"),
        (date(2024, 2, 18), "Chủ nhật", "Sunday"),
        (date(2024, 12, 24), "Ngày nghỉ theo thông báo", "Announced day off"),
        (date(2024, 5, 4), None, None),
    ],
)
def test_it_names_a_day_off(day: date, vi: str | None, en: str | None) -> None:
    with_announcement = WorkingDays.from_country(off=[date(2024, 12, 24)])
    wanted: list[tuple[Language, str | None]] = [("vi", vi), ("en", en)]
    assert [(language, with_announcement.name(day, language)) for language, _ in wanted] == wanted


def test_an_administrators_day_off_wins_over_everything() -> None:
    day = date(2024, 5, 4)
    assert not WorkingDays.from_country(off=[day], worked=[day]).is_working(day)


def test_an_administrators_working_day_wins_over_the_countrys_list() -> None:
    day = date(2024, 2, 8)
    assert WorkingDays.from_country(worked=[day]).is_working(day)
    assert not VIETNAM.is_working(day), "another list is left as it was"


@pytest.mark.parametrize(
    ("start", "n", "end", "reason"),
    [
        (date(2024, 2, 18), 3, date(2024, 2, 22), "Sunday, then three working days"),
        (date(2024, 2, 7), 1, date(2024, 2, 8), "one working day, then Tết"),
        (date(2024, 2, 7), 2, date(2024, 2, 16), "across Tết"),
        (date(2024, 5, 3), 2, date(2024, 5, 5), "the Saturday worked counts"),
        (date(2024, 2, 10), 0, date(2024, 2, 10), "nothing to wait for"),
    ],
)
def test_it_counts_forward(start: date, n: int, end: date, reason: str) -> None:
    assert VIETNAM.forward(start, n) == end, reason


@pytest.mark.parametrize(
    ("end", "n", "start", "reason"),
    [
        (date(2024, 2, 18), 3, date(2024, 2, 7), "16, 15 and, before Tết, 7 February"),
        (date(2024, 5, 6), 2, date(2024, 5, 3), "the Saturday worked counts"),
        (date(2024, 2, 10), 0, date(2024, 2, 10), "nothing to allow for"),
    ],
)
def test_it_counts_back(end: date, n: int, start: date, reason: str) -> None:
    assert VIETNAM.back(end, n) == start, reason


@pytest.mark.parametrize(
    ("off", "worked"),
    [
        (date(2015, 1, 2), date(2014, 12, 27)),
        (date(2018, 12, 31), date(2019, 1, 5)),
        (date(2019, 4, 29), date(2019, 5, 4)),
        (date(2024, 4, 29), date(2024, 5, 4)),
        (date(2025, 5, 2), date(2025, 4, 26)),
        (date(2026, 1, 2), date(2026, 1, 10)),
        (date(2026, 8, 31), date(2026, 8, 22)),
    ],
)
def test_days_that_were_exchanged(off: date, worked: date) -> None:
    assert (VIETNAM.is_working(off), VIETNAM.is_working(worked)) == (False, True)
    assert VIETNAM.name(off, "vi") == f"Ngày nghỉ (thay cho ngày {worked:%d/%m/%Y})"


@pytest.mark.parametrize(("off", "worked"), list(EXCHANGED["VN"].items()))
def test_the_package_does_not_know_what_is_laid_over_it(off: date, worked: date) -> None:
    """After an update of `holidays` that does, take the days out of EXCHANGED."""
    package = holidays.country_holidays("VN", years=off.year)
    assert (package.is_working_day(off), package.is_working_day(worked)) == (True, False)


def test_an_administrator_may_take_an_exchange_back() -> None:
    other = WorkingDays.from_country(off=[date(2026, 1, 10)], worked=[date(2026, 1, 2)])
    assert (other.is_working(date(2026, 1, 2)), other.is_working(date(2026, 1, 10))) == (True, False)


def test_a_year_has_its_working_days() -> None:
    # 2024: 366 days, 104 at weekends, 12 public holidays and days off on weekdays, 1 Saturday worked.
    assert VIETNAM.count(date(2024, 1, 1), date(2025, 1, 1)) == 366 - 104 - 12 + 1


@pytest.mark.parametrize("n", [-1, -30])
def test_it_refuses_to_count_a_negative_number(n: int) -> None:
    with pytest.raises(CalendarError, match="give 0 or more"):
        VIETNAM.forward(date(2024, 1, 1), n)
    with pytest.raises(CalendarError, match="give 0 or more"):
        VIETNAM.back(date(2024, 1, 1), n)


def test_it_refuses_a_country_nobody_knows() -> None:
    with pytest.raises(CalendarError, match="two-letter country code such as VN"):
        WorkingDays.from_country(country="Việt Nam")


def test_lists_are_equal_by_what_they_say_not_by_what_they_have_looked_up() -> None:
    looked_up, fresh = WorkingDays.from_country(), WorkingDays.from_country()
    looked_up.is_working(date(2024, 1, 2))
    assert looked_up == fresh
    assert hash(looked_up) == hash(fresh)
    assert fresh != WorkingDays.from_country(off=[date(2024, 1, 2)])


@given(days, counts)
def test_forward_holds_exactly_that_many_and_no_earlier_day_does(day: date, n: int) -> None:
    end = VIETNAM.forward(day, n)
    assert VIETNAM.count(day, end) == n
    assert end == day or VIETNAM.count(day, end - timedelta(days=1)) == n - 1


@given(days, counts)
def test_back_holds_exactly_that_many_and_no_later_day_does(day: date, n: int) -> None:
    start = VIETNAM.back(day, n)
    assert VIETNAM.count(start, day) == n
    assert start == day or VIETNAM.count(start + timedelta(days=1), day) == n - 1


@given(days)
def test_the_nearest_working_days_are_working_and_nearest(day: date) -> None:
    following, preceding = VIETNAM.next_or_same(day), VIETNAM.previous_or_same(day)
    assert VIETNAM.is_working(following) and VIETNAM.is_working(preceding)
    assert preceding <= day <= following
    assert VIETNAM.count(day, following) == 0
    assert VIETNAM.count(preceding + timedelta(days=1), day + timedelta(days=1)) == (
        0 if preceding < day else VIETNAM.count(day + timedelta(days=1), day + timedelta(days=1))
    )
