"""Errors about time: one line, and the remedy in it."""

import pickle

import pytest

from calendars.errors import CalendarError, ImpossibleDate, NaiveInstant, PeriodError, RuleError


@pytest.mark.parametrize("kind", [CalendarError, NaiveInstant, PeriodError, RuleError, ImpossibleDate])
def test_it_says_what_is_wrong_and_what_to_do(kind: type[CalendarError]) -> None:
    error = kind("there is no 30/2", "write a day that exists")
    assert str(error) == "there is no 30/2: write a day that exists"
    assert isinstance(error, ValueError)


def test_it_stays_on_one_line_whatever_it_quotes() -> None:
    assert "\n" not in str(RuleError("cannot read 'a\nb\r\nc'", "write\none line"))


def test_it_survives_the_way_between_processes() -> None:
    error = RuleError("cannot read 'x'", "use `before 18`")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
