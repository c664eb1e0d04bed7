"""Timeliness, one row a case."""

from __future__ import annotations

import pytest

from calendars.deadline import Deadline
from models.vocabulary import Timeliness
from reporting.obligations.timeliness import timeliness
from tests.conftest import HCM, at

DEADLINE = "2024-02-18 00:00:00"


@pytest.mark.parametrize(
    ("state", "deadline", "filed", "now", "expected"),
    [
        ("open", DEADLINE, None, "2024-02-01 08:00:00", "in term"),
        ("open", DEADLINE, None, "2024-02-09 08:00:00", "due soon"),
        ("open", DEADLINE, None, "2024-02-16 23:59:59", "due soon"),
        ("open", DEADLINE, None, "2024-02-17 00:00:00", "last day"),
        ("open", DEADLINE, None, "2024-02-17 23:59:59", "last day"),
        ("open", DEADLINE, None, "2024-02-18 00:00:00", "overdue"),  # the deadline is exclusive
        ("submitted", DEADLINE, "2024-02-17 23:59:59", "2024-02-17 23:59:59", "on time"),
        ("submitted", DEADLINE, "2024-02-18 00:00:00", "2024-02-18 00:00:00", "late"),
        ("accepted", DEADLINE, "2024-02-17 12:00:00", "2024-05-01 00:00:00", "on time"),  # a slow superior
        ("returned", DEADLINE, "2024-02-17 12:00:00", "2024-05-01 00:00:00", "returned"),
        ("returned", DEADLINE, "2024-02-19 12:00:00", "2024-05-01 00:00:00", "returned"),
        ("open", None, None, "2030-01-01 00:00:00", "no deadline"),
        ("accepted", None, "2024-02-19 12:00:00", "2030-01-01 00:00:00", "no deadline"),
        ("waived", DEADLINE, None, "2024-05-01 00:00:00", "not counted"),
        ("cancelled", DEADLINE, None, "2024-05-01 00:00:00", "not counted"),
        ("transferred", DEADLINE, "2024-02-01 00:00:00", "2024-05-01 00:00:00", "not counted"),
    ],
)
def test_timeliness(state: str, deadline: str | None, filed: str | None, now: str, expected: str) -> None:
    found = timeliness(
        state,
        Deadline(at(deadline), HCM) if deadline else None,
        at(filed) if filed else None,
        at(now),
        due_soon_from=at("2024-02-09 08:00:00"),
    )
    assert found == Timeliness(expected)


def test_without_a_ladder_only_the_last_day_stands_out() -> None:
    deadline = Deadline(at(DEADLINE), HCM)
    assert timeliness("open", deadline, None, at("2024-02-16 12:00:00")) is Timeliness.IN_TERM
    assert timeliness("open", deadline, None, at("2024-02-17 12:00:00")) is Timeliness.LAST_DAY
