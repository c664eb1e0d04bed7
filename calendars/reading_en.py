"""Reads due rules in the English of official translations, day before month (18/10/2024, 18 October 2024)."""

from __future__ import annotations

import re

from calendars.periods import MONTHS_EN, Frequency
from calendars.phrases import (
    Match,
    Reading,
    compiled,
    first_match,
    in_month,
    in_year,
    on_date,
    within,
)
from calendars.rules import After, Bound, DayBound, Lead
from calendars.wording_en import NTH, SPAN

REMEDY = (
    'write e.g. "before the 18th of each month", "by the 5th of the next month", '
    '"before the 15th of the last month of the quarter", "before 10 December each year", '
    '"before 30 June 2024", "in Q1 2024"'
)
MONTH_NAMES = "|".join(f"{name.lower()}|{name.lower()[:3]}" for name in MONTHS_EN)
# One spelling of what documents write in several ways; the order matters.
SPELLINGS = (
    (r"’", "'"),
    (r"\bevery (month|quarter|year)\b", r"each \1"),
    (r"\b(?:annually|yearly)\b", "each year"),
    (r"\bmonthly\b", "each month"),
    (r"\b(?:following|coming)\b", "next"),
    (rf"\b({MONTH_NAMES})\.? (\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d)", r"\2 \1"),
    (rf"(\d)(?:st|nd|rd|th)?(?: of)? ({MONTH_NAMES})\b\.?", lambda m: f"{m[1]}/{_month(m[2])}"),
    (r"(?<=\d) ?[/.-] ?(?=\d)", "/"),
    (r"(?<=/)(\d{1,2}),? (?=\d{4})", r"\1/"),
    (r"\b(first|second|third|fourth) quarter\b", lambda m: f"q{('first', *NTH).index(m[1]) + 1}"),
    (r"\bthe (?=q\d)", ""),
)
WHEN = r"(?P<bound>before|on or before|not? later than|by|until)"
DAY = r"(?:the )?(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?|last day)"
EACH_MONTH = r"(?P<each>(?:of )?(?:each|the) month)"
NEXT_MONTH = r"(?P<next>(?:of )?(?:the )?next month)"
UNIT = r"(?:the |each )?(?P<span>quarter|half-year|nine months|nine-month period|year)"
EACH = r"(?:,? (?:(?P<each>(?:of |in )?each year)|(?P<next>(?:of |in )?(?:the )?next year)))"
DAY_MONTH = r"(?:the )?(?P<day>\d{1,2})/(?P<month>\d{1,2})"
BY_SPAN = r"(?:in|within|during|by the end of)"
BY_NAMED = r"(?:in|within|during|by|by the end of)"
IN_YEAR = rf"(?:(?:/| | of )(?P<year>\d{{4}})|{EACH})"
OF_YEAR = rf"(?: of (?P<year>\d{{4}})|{EACH})"
COUNT = r"(?P<count>\d{1,3}) (?P<working>working )?days?"


def read(text: str) -> Reading:
    """The rule in `text`; a frequency may stand in front ("each month, before the 18th") or behind."""
    plain = " ".join(text.lower().split()).strip(" .;,")
    for pattern, spelling in SPELLINGS:
        plain = re.sub(pattern, spelling, plain)
    fronted = re.fullmatch(r"([^,]+), ?((?:before|on or before|not? later than|by|until) .+)", plain)
    return first_match(f"{fronted[2]} {fronted[1]}" if fronted else plain, text, PHRASES, REMEDY)


def _month(name: str) -> int:
    return next(number for number, full in enumerate(MONTHS_EN, 1) if full.lower()[:3] == name[:3])


def _bound(match: Match) -> DayBound:
    return Bound.BEFORE if match["bound"] == "before" else Bound.BY


def _frequency(span: str) -> Frequency:
    return FREQUENCIES["nine months" if span.startswith("nine") else span]


def _monthly(match: Match) -> Reading:
    later = match["next"] is not None
    said = later or match["each"] is not None
    return in_month(
        _bound(match), match["day"], "next" if later else "own", Frequency.MONTH if said else None
    )


def _of_span(match: Match) -> Reading:
    which: str | int = match["which"]
    if which in NTH:
        which = NTH.index(str(which)) + 2
    return in_month(_bound(match), match["day"], which, _frequency(match["span"]))


def _after_span(match: Match) -> Reading:
    return in_month(_bound(match), match["day"], "next", _frequency(match["span"]))


def _yearly(match: Match) -> Reading:
    later = match["next"] is not None
    return in_year(_bound(match), match["day"], match["month"], later, match["each"] is not None)


def _dated(match: Match) -> Reading:
    return on_date(_bound(match), match["day"], match["month"], match["year"])


def _within_month(match: Match) -> Reading:
    return within(Frequency.MONTH, _month(match["name"]), match["year"], bool(match["next"]))


def _within_month_number(match: Match) -> Reading:
    return within(Frequency.MONTH, int(match["index"]), match["year"], next_year=False)


def _within_quarter(match: Match) -> Reading:
    return within(Frequency.QUARTER, int(match["index"]), match["year"], bool(match["next"]))


def _within_half(match: Match) -> Reading:
    index = 1 if match["half"] == "first" else 2
    return within(Frequency.HALF_YEAR, index, match["year"], bool(match["next"]))


def _within_nine(match: Match) -> Reading:
    return within(Frequency.NINE_MONTHS, 1, match["year"], bool(match["next"]))


def _within_year(match: Match) -> Reading:
    return within(Frequency.YEAR, 1, match["year"], next_year=False)


def _lead(match: Match) -> Reading:
    return Lead(int(match["count"]), match["working"] is not None), None


def _after(match: Match) -> Reading:
    return After(int(match["count"]), match["working"] is not None), None


FREQUENCIES = {words: frequency for frequency, words in SPAN.items()}
PHRASES = compiled(
    (
        (rf"{WHEN} {DAY}(?: (?:{EACH_MONTH}|{NEXT_MONTH}))?", _monthly),
        (rf"{WHEN} {DAY} of the month after {UNIT}", _after_span),
        (rf"{WHEN} {DAY} of the first month of the next (?P<span>quarter|half-year|year)", _after_span),
        (rf"{WHEN} {DAY} of the (?P<which>first|last|{'|'.join(NTH)}) month of {UNIT}", _of_span),
        (rf"{WHEN} {DAY_MONTH}{EACH}?", _yearly),
        (rf"{WHEN} {DAY_MONTH}/(?P<year>\d{{4}})", _dated),
        (rf"{BY_NAMED} (?P<name>{MONTH_NAMES}){IN_YEAR}", _within_month),
        (rf"{BY_SPAN} (?P<index>\d{{1,2}})/(?P<year>\d{{4}})", _within_month_number),
        (rf"{BY_NAMED} q(?P<index>\d){IN_YEAR}", _within_quarter),
        (rf"{BY_SPAN} the (?P<half>first|second) half{OF_YEAR}", _within_half),
        (rf"{BY_SPAN} the first nine months{OF_YEAR}", _within_nine),
        (rf"{BY_SPAN} (?:the year )?(?P<year>\d{{4}})", _within_year),
        (rf"{COUNT} before the superior's deadline", _lead),
        (rf"{COUNT} after the subordinates' deadline", _after),
    )
)
