"""The rates of a selection, by level, by plan and by branch, in a constant number of queries.

Every rate's numerator is a part of its denominator, so none can pass 100%; where the denominator is 0 the
rate is "n/a" (None). The deadline after extensions decides; the rate against the original one is beside it.
What was returned counts by its first filing; the rates without what is overdue for correction are beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from messages.catalogue import N_, translate

FORMULAS = {
    "completion": N_("filed ÷ (filed + overdue)"),
    "reporting": N_("filed ÷ expected"),
    "on_time_of_expected": N_("on time ÷ expected"),
    "on_time_of_filed": N_("on time ÷ filed"),
    "original_on_time": N_("filed before the original deadline ÷ expected"),
    "correction_overdue": N_("returned, and not handed in again by the correction day"),
    "completion_corrected": N_("(filed − overdue for correction) ÷ (filed + overdue)"),
    "reporting_corrected": N_("(filed − overdue for correction) ÷ expected"),
    "on_time_corrected": N_("(on time − of these overdue for correction) ÷ expected"),
    "median_days_late": N_("median of the days past the deadline of what was filed late"),
    "median_review_days": N_("median of the begun days from handing in to accepting or returning"),
    "units_never_filed": N_("units with something overdue in a plan and nothing filed in it"),
}
"""How each figure is computed; shown beside it."""


def formulas(language: str) -> dict[str, str]:
    """How each figure is computed, in words."""
    return {figure: translate(language, words) for figure, words in FORMULAS.items()}


Counts = dict[int, int]
"""How often each value came."""


NOT_COUNTED, NO_DEADLINE, IN_TERM, OVERDUE, ON_TIME_EXTENDED, ON_TIME = -5, -4, -3, -2, -1, 0
"""How one obligation counts; above `ON_TIME` are the begun days by which a report came late."""


@dataclass(slots=True)
class Tally:
    """What the rates are made of, in obligations; adds up along the tree."""

    expected: int = 0
    filed: int = 0
    on_time: int = 0
    original_on_time: int = 0
    overdue: int = 0
    in_term: int = 0
    no_deadline: int = 0
    not_counted: int = 0
    units_never_filed: int = 0
    returned: int = 0
    """Of what is filed: returned and not handed in again, `correction_overdue` among it."""
    correction_overdue: int = 0
    on_time_uncorrected: int = 0
    """Of what is on time: overdue for correction."""
    days_late: Counts = field(default_factory=dict)
    review_days: Counts = field(default_factory=dict)

    def count(self, standing: int, number: int) -> None:
        """Count `number` obligations in this state."""
        if standing >= ON_TIME_EXTENDED:
            self.expected += number
            self.filed += number
            if standing > ON_TIME:
                self.days_late[standing] = self.days_late.get(standing, 0) + number
                return
            self.on_time += number
            if standing == ON_TIME:
                self.original_on_time += number
        elif standing == OVERDUE:
            self.expected += number
            self.overdue += number
        elif standing == IN_TERM:
            self.expected += number
            self.in_term += number
        elif standing == NO_DEADLINE:
            self.no_deadline += number
        else:
            self.not_counted += number

    def count_returned(self, standing: int, number: int, *, is_past: bool) -> None:
        """That `number` obligations counted in this state are returned, and maybe overdue for correction."""
        if standing < ON_TIME_EXTENDED:
            return
        self.returned += number
        if is_past:
            self.correction_overdue += number
            self.on_time_uncorrected += number if standing <= ON_TIME else 0

    def count_review(self, days: int, number: int) -> None:
        """Count `number` reviews that came in so many begun days."""
        self.review_days[days] = self.review_days.get(days, 0) + number

    def add(self, other: Tally) -> None:
        # Written out: a national tree adds twenty thousand of them.
        self.expected += other.expected
        self.filed += other.filed
        self.on_time += other.on_time
        self.original_on_time += other.original_on_time
        self.overdue += other.overdue
        self.in_term += other.in_term
        self.no_deadline += other.no_deadline
        self.not_counted += other.not_counted
        self.units_never_filed += other.units_never_filed
        self.returned += other.returned
        self.correction_overdue += other.correction_overdue
        self.on_time_uncorrected += other.on_time_uncorrected
        if other.days_late:
            add_counts(self.days_late, other.days_late)
        if other.review_days:
            add_counts(self.review_days, other.review_days)

    @property
    def late(self) -> int:
        return self.filed - self.on_time

    def rates(self) -> dict[str, float | None]:
        """The rates as shares of 1, and the medians in days; None means n/a."""
        return {
            "completion": share(self.filed, self.filed + self.overdue),
            "reporting": share(self.filed, self.expected),
            "on_time_of_expected": share(self.on_time, self.expected),
            "on_time_of_filed": share(self.on_time, self.filed),
            "original_on_time": share(self.original_on_time, self.expected),
            "completion_corrected": share(self.filed - self.correction_overdue, self.filed + self.overdue),
            "reporting_corrected": share(self.filed - self.correction_overdue, self.expected),
            "on_time_corrected": share(self.on_time - self.on_time_uncorrected, self.expected),
            "median_days_late": median(self.days_late),
            "median_review_days": median(self.review_days),
        }


def share(part: int, whole: int) -> float | None:
    """`part` of `whole`, which holds it; None where there is nothing to share."""
    return None if whole == 0 else part / whole


def median(counts: Counts) -> float | None:
    """The median of counted values."""
    total = sum(counts.values())
    if total == 0:
        return None
    middle = [(total - 1) // 2, total // 2]
    found, seen = [], 0
    for value in sorted(counts):
        seen += counts[value]
        while middle and middle[0] < seen:
            found.append(value)
            middle.pop(0)
    return sum(found) / len(found)


def add_counts(counts: Counts, more: Counts) -> None:
    for value, number in more.items():
        counts[value] = counts.get(value, 0) + number


def total_of(tallies: Iterable[Tally]) -> Tally:
    """All tallies added up."""
    total = Tally()
    for tally in tallies:
        total.add(tally)
    return total
