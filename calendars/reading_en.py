"""Reads due rules in the English of official translations, day before month (18/10/2024, 18 October 2024)."""

from __future__ import annotations

from calendars.periods import Frequency
from calendars.phrases import (
    Phrases,
    Spelling,
    after,
    after_span,
    dated,
    lead,
    monthly,
    number,
    of_span,
    within,
    yearly,
)
from calendars.reading_words import MONTHS_EN, NTH_EN

REMEDY = (
    'write e.g. "before the 18th of each month", "by the 5th of the next month", '
    '"before the 15th of the last month of the quarter", "before 10 December each year", '
    '"before 30 June 2024", "in Q1 2024"'
)
MONTH_NAMES = "|".join(f"{name}|{name[:3]}" for name in MONTHS_EN)
# One spelling of what documents write in several ways; the order matters.
SPELLINGS: tuple[Spelling, ...] = (
    (r"’", "'"),
    (r"\bevery (month|quarter|year)\b", r"each \1"),
    (r"\b(?:annually|yearly)\b", "each year"),
    (r"\bmonthly\b", "each month"),
    (r"\b(?:following|coming)\b", "next"),
    (rf"\b({MONTH_NAMES})\.? (\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d)", r"\2 \1"),
    (rf"(\d)(?:st|nd|rd|th)?(?: of)? ({MONTH_NAMES})\b\.?", lambda m: f"{m[1]}/{number(m[2])}"),
    (r"(?<=\d) ?[/.-] ?(?=\d)", "/"),
    (r"(?<=/)(\d{1,2}),? (?=\d{4})", r"\1/"),
    (r"\b(first|second|third|fourth) quarter\b", lambda m: f"q{number(m[1])}"),
    (r"\bthe (?=q\d)", ""),
)
WHEN = r"(?:(?P<before>before)|on or before|not? later than|by|until)"
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
PHRASES = Phrases(
    spellings=SPELLINGS,
    bounds="before|on or before|not? later than|by|until",
    remedy=REMEDY,
    patterns=(
        (rf"{WHEN} {DAY}(?: (?:{EACH_MONTH}|{NEXT_MONTH}))?", monthly),
        (rf"{WHEN} {DAY} of the month after {UNIT}", after_span),
        (rf"{WHEN} {DAY} of the first month of the next (?P<span>quarter|half-year|year)", after_span),
        (
            rf"{WHEN} {DAY} of the (?:first|(?P<last>last)|(?P<nth>{'|'.join(NTH_EN)})) month of {UNIT}",
            of_span,
        ),
        (rf"{WHEN} {DAY_MONTH}{EACH}?", yearly),
        (rf"{WHEN} {DAY_MONTH}/(?P<year>\d{{4}})", dated),
        (rf"{BY_NAMED} (?P<index>{MONTH_NAMES}){IN_YEAR}", within(Frequency.MONTH)),
        (rf"{BY_SPAN} (?P<index>\d{{1,2}})/(?P<year>\d{{4}})", within(Frequency.MONTH)),
        (rf"{BY_NAMED} q(?P<index>\d){IN_YEAR}", within(Frequency.QUARTER)),
        (rf"{BY_SPAN} the (?P<index>first|second) half{OF_YEAR}", within(Frequency.HALF_YEAR)),
        (rf"{BY_SPAN} the first nine months{OF_YEAR}", within(Frequency.NINE_MONTHS)),
        (rf"{BY_SPAN} (?:the year )?(?P<year>\d{{4}})", within(Frequency.YEAR)),
        (rf"{COUNT} before the superior's deadline", lead),
        (rf"{COUNT} after the subordinates' deadline", after),
    ),
)
