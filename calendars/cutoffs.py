"""Where a period's data is cut off: on a day of its last month, or on a day of its year."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Literal

from calendars.errors import PeriodError
from calendars.rule_faults import RuleFault, RuleRemedy

DAYS_IN_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
"""Of a leap year: the days that some year has."""
NO_CUTOFF = "none"
"""What a plan writes that has no cut-off."""
CUTOFF = re.compile(r"(?P<day>\d{1,2})( ?/ ?(?P<month>\d{1,2}))?", re.ASCII)


def clamped(year: int, month: int, day: int) -> date:
    """That day of that month, or its last day if the month is shorter. Months may overflow the year."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, min(day, monthrange(year, month)[1]))


@dataclass(frozen=True)
class Cutoff:
    """The last day of the data: `14` of the period's last month, `end` of it, or `14/11` of its year."""

    value: int | Literal["end"]
    month: int | None = None

    def __post_init__(self) -> None:
        last = 31 if self.month is None or not 1 <= self.month <= 12 else DAYS_IN_MONTH[self.month - 1]
        possible = self.value == "end" or (not isinstance(self.value, bool) and 1 <= self.value <= last)
        if not possible or self.month not in (None, *range(1, 13)):
            raise PeriodError(RuleFault.CUTOFF_IMPOSSIBLE(day=str(self)), RuleRemedy.CUTOFF_DAYS())

    @classmethod
    def parse(cls, value: int | str) -> Cutoff:
        text = " ".join(str(value).lower().split())
        if text == "end":
            return cls("end")
        match = CUTOFF.fullmatch(text)
        if match is None:
            raise PeriodError(RuleFault.CUTOFF_UNREADABLE(text=str(value)), RuleRemedy.CUTOFF_DAY())
        return cls(int(match["day"]), None if match["month"] is None else int(match["month"]))

    def __str__(self) -> str:
        return str(self.value) if self.month is None else f"{self.value}/{self.month}"

    @property
    def day(self) -> int:
        return 31 if self.value == "end" else self.value

    def last_day(self, year: int, month: int) -> date:
        """The cut-off of a period that ends in that month of that year."""
        return clamped(year, month if self.month is None else self.month, self.day)


# Decree 09/2019/NĐ-CP, article 12: a month's data runs from the 15th of the month before to the 14th.
DECREE_09 = Cutoff(14)
