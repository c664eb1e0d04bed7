"""Working days of a country's public offices.

Vietnam's list comes from the `holidays` package: Tết, days in lieu, and the Saturdays worked in exchange
(Labour Code 2019, art. 111 and 112). What the government announces later, an administrator adds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

import holidays
from holidays import HolidayBase

from calendars.errors import CalendarError
from messages.catalogue import N_, NP_, Language, translate
from messages.formats import day_text

ONE_DAY = timedelta(days=1)
USUAL_WEEKEND = (5, 6)
"""Saturday and Sunday, by `date.weekday`."""
WEEKEND = {4: N_("Friday"), 5: N_("Saturday"), 6: N_("Sunday")}
HOLIDAY_ENGLISH = "en_US"
"""English in the `holidays` package, also for a language that it lacks: else it takes the system's."""
EXCHANGED = {"VN": {date(2026, 1, 2): date(2026, 1, 10)}}
"""Days off with the Saturday worked for each, by decisions of the government that the package lacks: New Year
2026. They are laid over the package; a test tells when a newer one knows them, and they can go."""


@dataclass(frozen=True)
class WorkingDays:
    """Which days an office is open. An administrator's `off` wins over all, `worked` over the country;
    `names` are what the administrator calls these."""

    country: str = "VN"
    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
    names: Mapping[date, str] = field(default_factory=dict, repr=False, compare=False)
    _open: dict[int, frozenset[date]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not hasattr(holidays, self.country):  # listing the countries would load them all
            raise CalendarError(
                f"no public holidays are known for country {self.country!r}",
                "use a two-letter country code such as VN",
            )

    @classmethod
    def from_country(
        cls,
        off: Iterable[date] = (),
        worked: Iterable[date] = (),
        country: str = "VN",
        names: Mapping[date, str] | None = None,
    ) -> WorkingDays:
        return cls(country, frozenset(off), frozenset(worked), names or {})

    def is_working(self, day: date) -> bool:
        return day in (self._open.get(day.year) or self._load(day.year))

    def forward(self, day: date, n: int) -> date:
        """The earliest D such that [day, D) holds exactly `n` working days."""
        _refuse_negative(n)
        while n:
            n -= self.is_working(day)
            day += ONE_DAY
        return day

    def back(self, day: date, n: int) -> date:
        """The latest D such that [D, day) holds exactly `n` working days: the `n`th one before `day`."""
        _refuse_negative(n)
        while n:
            day -= ONE_DAY
            n -= self.is_working(day)
        return day

    def count(self, start: date, end: date) -> int:
        """Working days in [start, end); 0 if `end` is not after `start`."""
        years = range(start.year, end.year + 1)
        return sum(start <= day < end for year in years for day in self._open.get(year) or self._load(year))

    def next_or_same(self, day: date) -> date:
        while not self.is_working(day):
            day += ONE_DAY
        return day

    def previous_or_same(self, day: date) -> date:
        while not self.is_working(day):
            day -= ONE_DAY
        return day

    def name(self, day: date, language: Language) -> str | None:
        """What the day off is called, None for a working day. A weekend day bears its weekday's name."""
        if self.is_working(day):
            return None
        if day in self.off and day in self.names:
            return self.names[day]
        known = _country_days(self.country, day.year, _holiday_language(self.country, language)).get(day)
        if known is not None:
            return str(known)
        worked = EXCHANGED.get(self.country, {}).get(day)
        if worked is not None:
            exchanged = day_text(worked, language)
            return translate(language, "Day off (in exchange for %(day)s)", day=exchanged)
        if day in self.off:
            return translate(language, NP_("working days", "Announced day off"))
        weekday = WEEKEND.get(day.weekday())
        return None if weekday is None else translate(language, weekday)

    def worked_name(self, day: date, language: Language) -> str | None:
        """What a day of the weekend that is worked is called; None for any other day."""
        if day.weekday() not in USUAL_WEEKEND or not self.is_working(day):
            return None
        named = self.names.get(day) if day in self.worked else None
        return named or translate(language, "Worked in exchange")

    def _load(self, year: int) -> frozenset[date]:
        days = _country_working_days(self.country, year)
        worked = {day for day in self.worked if day.year == year}
        self._open[year] = (days | worked) - self.off
        return self._open[year]


def _holiday_language(country: str, language: Language) -> str:
    known: tuple[str, ...] = getattr(holidays, country).supported_languages
    return language if language in known else HOLIDAY_ENGLISH


@lru_cache(maxsize=512)
def _country_working_days(country: str, year: int) -> frozenset[date]:
    """Kept, like the list below: 0.3 ms a year each, and an idle tick of 5 ms asks for several years."""
    listed = _country_days(country, year, None)
    first = date(year, 1, 1).toordinal()
    last = date(year, 12, 31).toordinal()
    days = map(date.fromordinal, range(first, last + 1))
    exchanged = EXCHANGED.get(country, {})
    worked = frozenset(day for day in exchanged.values() if day.year == year)
    return frozenset(day for day in days if listed.is_working_day(day) and day not in exchanged) | worked


@lru_cache(maxsize=512)
def _country_days(country: str, year: int, language: str | None) -> HolidayBase:
    """One year's list. `expand` is off: the library must not add years to a list that is shared."""
    return holidays.country_holidays(country, years=year, language=language, expand=False)


def _refuse_negative(n: int) -> None:
    if n < 0:
        raise CalendarError(f"{n} working days cannot be counted", "give 0 or more")
