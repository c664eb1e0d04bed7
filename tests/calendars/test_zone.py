"""Local days and UTC instants."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.errors import NaiveInstant
from calendars.zone import HCM, local_date, midnight, require_aware

SAO_PAULO = ZoneInfo("America/Sao_Paulo")


@pytest.mark.parametrize(
    ("day", "zone", "instant"),
    [
        (date(2024, 2, 18), HCM, datetime(2024, 2, 17, 17, tzinfo=UTC)),
        (date(2024, 1, 1), HCM, datetime(2023, 12, 31, 17, tzinfo=UTC)),
        (date(2024, 2, 18), ZoneInfo("UTC"), datetime(2024, 2, 18, tzinfo=UTC)),
        # Brazil's clocks once jumped over midnight: the day began at 01:00.
        (date(2018, 11, 4), SAO_PAULO, datetime(2018, 11, 4, 3, tzinfo=UTC)),
    ],
)
def test_a_day_begins_at_its_local_midnight(day: date, zone: ZoneInfo, instant: datetime) -> None:
    assert midnight(day, zone) == instant
    assert midnight(day, zone).utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2024, 2, 17, 16, 59, 59, tzinfo=UTC), date(2024, 2, 17)),
        (datetime(2024, 2, 17, 17, tzinfo=UTC), date(2024, 2, 18)),
        (datetime(2024, 2, 17, 23, 59, 59, tzinfo=HCM), date(2024, 2, 17)),
        (datetime(2024, 2, 17, 23, tzinfo=timezone(timedelta(hours=9))), date(2024, 2, 17)),
    ],
)
def test_an_instant_falls_on_a_local_day(instant: datetime, day: date) -> None:
    assert local_date(instant, HCM) == day


@given(
    st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.sampled_from([HCM, SAO_PAULO, ZoneInfo("Europe/Paris")])
)
def test_a_midnight_is_the_first_instant_of_its_day(day: date, zone: ZoneInfo) -> None:
    assert local_date(midnight(day, zone), zone) == day
    assert local_date(midnight(day, zone) - timedelta(microseconds=1), zone) < day


def test_it_refuses_an_instant_without_a_zone() -> None:
    with pytest.raises(NaiveInstant, match=r"no time zone: add one, e\.g\. \+07:00"):
        require_aware(datetime(2024, 2, 18))
    with pytest.raises(NaiveInstant):
        local_date(datetime(2024, 2, 18), HCM)


def test_it_lets_an_aware_instant_through() -> None:
    instant = datetime(2024, 2, 18, tzinfo=HCM)
    assert require_aware(instant) is instant
