"""Readers of due rules in the phrases of official documents: what the languages share.

`reading_vi` and `reading_en` hold the spellings and patterns of their language. The groups of the patterns
have the same names in both, so each kind of rule is built once, here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

from calendars.due_rules import (
    After,
    Bound,
    DayBound,
    DayOfMonth,
    DayOfYear,
    DueRule,
    Lead,
    MonthOf,
    OnDate,
    WithinEachYear,
    WithinPeriod,
)
from calendars.errors import RuleError
from calendars.periods import Frequency, Period
from calendars.reading_words import NUMBERS, SPANS
from calendars.rule_faults import RuleFault
from calendars.rules import built, exact_date

Reading = tuple[DueRule, Frequency | None]
Match = re.Match[str]
Build = Callable[[Match], Reading]
Spelling = tuple[str, str | Callable[[Match], str]]
LONGEST_PHRASE = 200


@dataclass(frozen=True)
class Phrases:
    """What one language writes. `spellings` reduce variants to one form, in order; `bounds` begin a deadline,
    before which a frequency may stand ("each month, before the 18th")."""

    spellings: Sequence[Spelling]
    bounds: str
    patterns: Sequence[tuple[str, Build]]
    remedy: str

    def read(self, text: str) -> Reading:
        """The rule of the first pattern that covers the whole text; RuleError that quotes it otherwise."""
        plain = " ".join(unicodedata.normalize("NFC", text).lower().split()).strip(" .;,")
        for pattern, spelling in self.spellings:
            plain = re.sub(pattern, spelling, plain)
        fronted = re.fullmatch(rf"([^,]+), ?((?:{self.bounds}) .+)", plain)
        if fronted:
            plain = f"{fronted[2]} {fronted[1]}"
        if len(plain) <= LONGEST_PHRASE:
            for pattern, build in self.patterns:
                match = re.fullmatch(pattern, plain)
                if match is not None:
                    return built(build, match, RuleFault.IN_PHRASE, text)
        raise RuleError(RuleFault.UNREADABLE_PHRASE(text=text[:LONGEST_PHRASE]), self.remedy)


def number(word: str) -> int:
    return int(word) if word.isdecimal() else NUMBERS[word]


def monthly(match: Match) -> Reading:
    later = match["next"] is not None
    said = later or match["each"] is not None
    return _in_month(match, "next" if later else "own", Frequency.MONTH if said else None)


def of_span(match: Match) -> Reading:
    which = number(match["nth"]) if match["nth"] else ("last" if match["last"] else "first")
    return _in_month(match, "first" if which == 1 else which, SPANS[match["span"]])


def after_span(match: Match) -> Reading:
    return _in_month(match, "next", SPANS[match["span"]])


def _in_month(match: Match, month: str | int, frequency: Frequency | None) -> Reading:
    """A day of a month of the period; no day is the month's last."""
    day = None if match["day"] is None else int(match["day"])
    return DayOfMonth(_bound(match), day, cast(MonthOf, month)), frequency


def yearly(match: Match) -> Reading:
    """A day of every year; the frequency is known where the phrase says that it is yearly."""
    later = match["next"] is not None
    rule = DayOfYear(_bound(match), int(match["day"]), int(match["month"]), later)
    return rule, Frequency.YEAR if later or match["each"] is not None else None


def dated(match: Match) -> Reading:
    day = exact_date(int(match["year"]), int(match["month"]), int(match["day"]))
    return OnDate(_bound(match), day), Frequency.ONCE


def within(part: Frequency) -> Build:
    """A span of a named year, or of each year where none is named."""

    def build(match: Match) -> Reading:
        said = match.groupdict()
        index = number(said.get("index") or "1")
        if said["year"] is not None:
            return WithinPeriod(Period(part, int(said["year"]), index)), Frequency.ONCE
        return WithinEachYear(part, index, said["next"] is not None), Frequency.YEAR

    return build


def lead(match: Match) -> Reading:
    return Lead(int(match["count"]), match["working"] is not None), None


def after(match: Match) -> Reading:
    return After(int(match["count"]), match["working"] is not None), None


def _bound(match: Match) -> DayBound:
    return Bound.BEFORE if match["before"] else Bound.BY
