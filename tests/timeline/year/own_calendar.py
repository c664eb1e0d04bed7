"""Working days of Vietnam in 2024, from the government's notices and by hand: no code of the program's.

Tết 8–14 February, Hùng Kings' Day 18 April, 29 April to 1 May (Monday the 29th was exchanged for Saturday 4
May), National Day 2 and 3 September.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7))
DAY = timedelta(days=1)
OFF = {
    date(2024, 1, 1),
    *(date(2024, 2, day) for day in range(8, 15)),
    date(2024, 4, 18),
    date(2024, 4, 29),
    date(2024, 4, 30),
    date(2024, 5, 1),
    date(2024, 9, 2),
    date(2024, 9, 3),
    date(2025, 1, 1),
}
WORKED = {date(2024, 5, 4)}


def is_open(day: date) -> bool:
    return day in WORKED or (day.weekday() < 5 and day not in OFF)


def working_days_after(day: date, count: int) -> date:
    """The `count`th open day after `day`; before it, if negative."""
    step = DAY if count > 0 else -DAY
    for _ in range(abs(count)):
        day += step
        while not is_open(day):
            day += step
    return day


def open_day_up_to(day: date) -> date:
    while not is_open(day):
        day -= DAY
    return day


def local_day(instant: datetime) -> date:
    return instant.astimezone(VIETNAM).date()


def eight_o_clock(day: date) -> datetime:
    return datetime.combine(day, time(8), tzinfo=VIETNAM)


def start_of(day: date) -> datetime:
    return datetime.combine(day, time(0), tzinfo=VIETNAM)
