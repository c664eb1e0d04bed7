"""The rates' arithmetic: no rate passes 100%, and nothing is divided by nothing."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.rates.rates import FORMULAS, Tally, formulas, median, share, total_of


@st.composite
def tallies(draw: st.DrawFn) -> Tally:
    """What counting can give: each figure is a part of the one before."""
    expected = draw(st.integers(0, 500))
    filed = draw(st.integers(0, expected))
    overdue = draw(st.integers(0, expected - filed))
    return Tally(
        expected=expected,
        filed=filed,
        overdue=overdue,
        in_term=expected - filed - overdue,
        on_time=draw(st.integers(0, filed)),
        original_on_time=draw(st.integers(0, filed)),
    )


@given(st.lists(tallies(), max_size=6))
def test_no_rate_passes_100_percent_alone_or_added_up(found: list[Tally]) -> None:
    for tally in [*found, total_of(found)]:
        for name, rate in tally.rates().items():
            assert rate is None or name.startswith("median") or 0 <= rate <= 1


def test_where_nothing_is_expected_every_rate_is_not_available() -> None:
    assert set(Tally().rates().values()) == {None}


def test_every_rate_has_its_formula_in_both_languages() -> None:
    named = {*Tally().rates(), "units_never_filed", "correction_overdue"}
    assert set(FORMULAS) == set(formulas("vi")) == named
    assert formulas("en") == FORMULAS
    assert [name for name, words in formulas("vi").items() if words == FORMULAS[name]] == []


@pytest.mark.parametrize(
    ("values", "expected"),
    [([], None), ([3], 3), ([1, 3], 2), ([1, 1, 10], 1), ([1, 2, 3, 10], 2.5), ([5, 1, 1, 1], 1)],
)
def test_median(values: list[int], expected: float | None) -> None:
    assert median(Counter(values)) == expected


@pytest.mark.parametrize(("part", "whole", "expected"), [(0, 0, None), (0, 3, 0), (1, 4, 0.25), (4, 4, 1)])
def test_share(part: int, whole: int, expected: float | None) -> None:
    assert share(part, whole) == expected


def test_tallies_add_up() -> None:
    total = total_of(
        [Tally(expected=2, days_late=Counter([1])), Tally(expected=3, days_late=Counter([1, 4]))]
    )
    assert (total.expected, total.days_late) == (5, Counter({1: 2, 4: 1}))
