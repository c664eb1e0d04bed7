"""Which days a report's data covers, by every form of cut-off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from calendars.cutoffs import Cutoff
from calendars.data_span import data_span
from calendars.errors import PeriodError
from calendars.periods import Period
from calendars.timetable import Part

REFORM, REFORM_CUTOFFS = ["Q1", "H1", "Q3", "year"], ["28/2", "31/5", "31/8", "30/11"]


@pytest.mark.parametrize(
    ("key", "cutoffs", "parts", "first", "last", "reason"),
    [
        ("2024-02", ["14"], [], date(2024, 1, 15), date(2024, 2, 14), "Decree 09/2019"),
        ("2024", ["14/11"], [], date(2023, 11, 15), date(2024, 11, 14), "a year from November to November"),
        ("2024", ["30/9"], [], date(2023, 10, 1), date(2024, 9, 30), "the statistics year"),
        ("2025", ["29/2"], [], date(2024, 3, 1), date(2025, 2, 28), "a day that the year lacks"),
        ("2011-2015", ["14/11"], [], date(2010, 11, 15), date(2015, 11, 14), "five years"),
        ("2011-2015", ["end"], [], date(2011, 1, 1), date(2015, 12, 31), "the calendar's"),
        (
            "2026-H1",
            ["14/5", "31/10"],
            ["H1", "H2"],
            date(2025, 11, 1),
            date(2026, 5, 14),
            "the last one",
        ),
        (
            "2026-H2",
            ["14/5", "31/10"],
            ["H1", "H2"],
            date(2026, 5, 15),
            date(2026, 10, 31),
            "one before",
        ),
        ("2026-R2", ["14/5", "31/10"], ["R1", "R2"], date(2026, 5, 15), date(2026, 10, 31), "rounds"),
        (
            "2026-R1",
            ["14/5", "31/10"],
            ["R1", "R2"],
            date(2025, 11, 1),
            date(2026, 5, 14),
            "last year's",
        ),
        *(
            (key, REFORM_CUTOFFS, REFORM, first, last, "a report on more months begins where the year does")
            for key, first, last in [
                ("2026-Q1", date(2025, 12, 1), date(2026, 2, 28)),
                ("2026-H1", date(2025, 12, 1), date(2026, 5, 31)),
                ("2026-Q3", date(2026, 6, 1), date(2026, 8, 31)),
                ("2026", date(2025, 12, 1), date(2026, 11, 30)),
            ]
        ),
        ("2026-9M", ["14/6", "14/9"], ["H1", "9M"], date(2025, 12, 15), date(2026, 9, 14), "no year there"),
        ("2024-Q1", ["29/2", "31/5"], ["Q1", "Q2"], date(2023, 12, 1), date(2024, 2, 29), "the month's end"),
        ("2026-03", ["20/3", "25/6"], ["3", "6"], date(2026, 2, 21), date(2026, 3, 20), "months apart"),
        (
            "2026-H2",
            ["31/5", "20/6", "30/11"],
            ["H1", "Q2", "H2"],
            date(2026, 6, 1),
            date(2026, 11, 30),
            "own",
        ),
    ],
)
def test_data_runs_from_the_cut_off_before(
    key: str, cutoffs: Sequence[str], parts: Sequence[str], first: date, last: date, reason: str
) -> None:
    found = data_span(
        Period.parse(key), [Cutoff.parse(text) for text in cutoffs], [Part.parse(text) for text in parts]
    )
    assert found == (first, last), reason


@pytest.mark.parametrize("key", ["2026-W18", "2026-04-28", "2026-R1", "once", "req-12-20260428"])
def test_what_has_no_months_has_no_data_to_cut_off(key: str) -> None:
    assert data_span(Period.parse(key), [Cutoff(14)], []) is None


def test_without_a_cut_off_there_is_no_span() -> None:
    assert data_span(Period.parse("2024"), [], []) is None


@pytest.mark.parametrize("text", ["30/2", "31/4", "1/13", "0/5", "14/11/2024"])
def test_it_refuses_a_day_that_no_year_has(text: str) -> None:
    with pytest.raises(PeriodError, match="14/11"):
        Cutoff.parse(text)


@pytest.mark.parametrize("text", ["14/11", "29/2", "14", "end"])
def test_a_cut_off_has_one_text(text: str) -> None:
    assert str(Cutoff.parse(text)) == text
