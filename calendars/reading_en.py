"""Reads due rules in the English of official translations, day before month (18/10/2024, 18 October 2024)."""

from __future__ import annotations

from calendars.day_rules import WEEKDAYS
from calendars.phrases import Match, Phrases, Spelling
from calendars.reading_words import (
    MONTHS_EN,
    NTH_EN,
    after,
    after_period,
    by_event,
    date_of,
    day_of_month,
    day_of_week,
    day_of_year,
    front,
    last_week,
    lead,
    month_of_span,
    named_year,
    number,
    of_each_day,
    of_event,
    part_of_year,
)
from calendars.unsaid import counted_back, lunar, opening_hour, repeated

MONTH_NAMES = "|".join(f"{name}|{name[:3]}" for name in MONTHS_EN)


def _hour(match: Match) -> str:
    """16:00, of what is written as 4 p.m."""
    hour, part = int(match["hour"]) % 12, match["part"]
    return f"{hour + 12 * (part == 'p')}:{match['minute'] or '00'}"


# One spelling of what documents write in several ways; the order matters.
SPELLINGS: tuple[Spelling, ...] = (
    (r"’", "'"),
    (r"\b(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))? ?(?P<part>[ap])\.?m\b\.?", _hour),
    (r"\bevery (?=working day|day|week|month|quarter|year)", "each "),
    (r"\b(?:annually|yearly)\b", "each year"),
    (r"\bquarterly\b", "each quarter"),
    (r"\bmonthly\b", "each month"),
    (r"\bweekly\b", "each week"),
    (r"\bdaily\b", "each day"),
    (r"\b(?:following|coming)\b", "next"),
    (r"\bprevious (month|year)\b", r"\1 before"),
    (rf"\b({MONTH_NAMES})\.? (\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d)", r"\2 \1"),
    (rf"(\d)(?:st|nd|rd|th)?(?: of)? ({MONTH_NAMES})\b\.?", lambda m: f"{m[1]}/{number(m[2])}"),
    (r"(?<=\d) ?[/.-] ?(?=\d)", "/"),
    (r"(?<=/)(\d{1,2}),? (?=\d{4})", r"\1/"),
    (r"\b(first|second|third|fourth) quarter\b", lambda m: f"q{number(m[1])}"),
    (r"\bthe (?=q\d)", ""),
    (r"(?<=\d:\d\d) on ", " "),
)
OF = r"(?:,? (?:of |in )?)"
UNIT = r"(?:the |each )?(?P<span>quarter|half-year|nine months|nine-month period|year|period)"
DAY = r"(?:the )?(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?|last day)"
EACH_YEAR = rf"{OF}(?:(?P<each>each year)|(?P<later>(?:the )?next year)|(?P<earlier>the year before))"
WHICH = rf"the (?:(?P<first>first)|(?P<last>last)|(?P<nth>{'|'.join(NTH_EN)})) month"
NEAR = r"the (?:(?P<next>month after)|(?P<previous>month before))"
IN_YEAR = rf"(?:(?:/| | of )(?P<year>\d{{4}})|{EACH_YEAR})?"
OF_YEAR = rf"(?: of (?P<year>\d{{4}})|{EACH_YEAR})"
COUNT = r"(?P<count>\d{1,3}) (?P<unit>working day|day)s?"
DELAY = r"(?P<count>\d{1,3}) (?P<unit>working day|day|hour|week|month)s?"
EACH_SPAN = "(?:month|quarter|half-year|year)"
PHRASES = Phrases(
    spellings=SPELLINGS,
    before="before",
    by="on or before|not? later than|by|until|on",
    within="in|within|during|by the end of|by",
    days=(
        (rf"{DAY}(?:(?: of)? (?P<each>(?:each|the) month))?", day_of_month),
        (rf"{DAY}(?: of)? (?P<of>(?:the )?(?P<next>next month))", day_of_month),
        (rf"{DAY}(?: of)? (?P<of>(?:the )?(?P<previous>month before))", day_of_month),
        (rf"{DAY} of {NEAR} {UNIT}", day_of_month),
        (rf"{DAY} of the (?P<next>first month) of the next (?P<span>quarter|half-year|year)", day_of_month),
        (rf"{DAY} of {WHICH} of {UNIT}", day_of_month),
        (rf"(?:the )?(?P<day>\d{{1,2}})/(?P<month>\d{{1,2}})(?:{EACH_YEAR})?", day_of_year),
        (r"(?:the )?(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})", date_of),
        (
            rf"(?P<weekday>{'|'.join(WEEKDAYS)})(?: each week|(?P<later>{OF}(?:the )?next week))?",
            day_of_week,
        ),
    ),
    dailies=(
        (r"(?:the end of )?(?:each day|the day)", of_each_day),
        (r"(?:the end of )?each (?P<working>working day)", of_each_day),
        (r"(?:the end of )?(?P<later>the next day)", of_each_day),
    ),
    spans=(
        (rf"(?P<index>{MONTH_NAMES}){IN_YEAR}", part_of_year("")),
        (r"(?P<index>\d{1,2})/(?P<year>\d{4})", part_of_year("")),
        (rf"q(?P<index>\d){IN_YEAR}", part_of_year("Q")),
        (rf"the (?P<index>first|second) half{OF_YEAR}", part_of_year("H")),
        (rf"the first nine months{OF_YEAR}", part_of_year("M", 9)),
        (r"(?:the year )?(?P<year>(?:19|20)\d\d)", named_year),
        (rf"{WHICH} of {UNIT}", month_of_span),
        (rf"{NEAR} {UNIT}", month_of_span),
        (r"the (?:(?P<next>next month)|(?P<previous>month before))", month_of_span),
        (r"the last week of (?:the |each )?(?P<span>month)", last_week),
        (rf"the last week of {UNIT}", last_week),
    ),
    relative=(
        (rf"{COUNT} before the (?:superior's )?deadline", lead),
        (rf"{COUNT} after the (?:subordinates' )?deadline", after),
        (
            r"within (?P<count>\d{1,3}) (?P<unit>working day|day|week)s? (?:of|after|from) the end of "
            r"(?:the |each )?(?P<span>week|month|quarter|half-year|nine months|year|period)",
            after_period,
        ),
        (rf"within {DELAY}(?: (?:of|after|from) .+)?", of_event),
        (r"on the day on which it happens", by_event),
        (r"(?:immediately|at once)(?: (?:when|after) .+)?", by_event),
    ),
    windows=(r"from (?P<first>.+?),? (?:to|until|till) (?P<last>.+)",),
    happens=r"(?:it|the [^\d]+) (?:happens|ends|is over|has ended)",
    planned=r"planned (?:for|on|in) (?P<planned>[^(,;]+?) ?[(,;-] ?(?P<due>[^()]+?)\)?",
    fronts=(
        (
            r"(?:each |the )?(?P<span>working day|day|week|month|quarter|half-year|year)",
            front,
        ),
    ),
    separators=r"(?: ?[,;]? and | ?[,;] )",
    joints=r", | and ",
    deadlines={"lead": "before the deadline", "after": "after the deadline"},
    day_word="the",
    bare=rf"the |{'|'.join(WEEKDAYS)}",
    of_several=r"(?:(?:before|by|on or before|not? later than) )?"
    r"(?P<day>the (?:\d{1,2}(?:st|nd|rd|th)?|last day)) of "
    rf"(?P<units>(?:each |the )?{EACH_SPAN}(?:(?:, | and ){EACH_SPAN})*)",
    undated=(
        (r"(?:on|when|at|upon) (?:demand|request|requested|needed)", "on-demand"),
        (r"regularly|as prescribed", "unspecified"),
    ),
    first_working_day=r"first working day",
    last_working_day=r"last working day",
    data=r"(?:with |the )*data",
    unsaid=(
        (r"^from \d{1,2}:\d\d (?:.+ )?to ", opening_hour),
        (r"\bevery (?P<count>\d{1,2}) (?P<span>day|week|month|quarter|year)s\b", repeated),
        (r"\blunar\b", lunar),
        (
            r"\b\d{1,3} (?:working )?(?:day|hour|week|month)s? before (?!the (?:superior's )?deadline)",
            counted_back,
        ),
    ),
    shifts=r"\b(?:next|before)\b(?! \d)",
    lasting=r"\b(?:from|until|till|to) ",
    examples=(
        "before the 18th of each month",
        "by the 5th of the next month",
        "before the 15th of the last month of the quarter",
        "before the 15th of the last month of the period",
        "before 10 December each year",
        "before 30 June 2024",
        "in Q1 2024",
        "in July 2024",
        "before 16:00 each day",
        "by Friday each week",
        "from 1 November to 31 December each year",
        "before 1 June and 15 November each year",
        "within 24 hours of when it happens",
        "3 working days before the superior's deadline",
    ),
)
