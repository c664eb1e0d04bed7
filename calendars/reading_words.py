"""Names of spans, ordinals and months as documents write them: what `reading_vi` and `reading_en` share."""

from __future__ import annotations

from calendars.day_rules import WEEKDAYS
from calendars.periods import Frequency
from calendars.phrases import OWN_EVENT, Build, Match
from calendars.readings import Piece

NTH_VI = ("hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai")
NTH_EN = (
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
)
MONTHS_EN = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
WEEKDAYS_VI = ("hai", "ba", "tư", "năm", "sáu", "bảy", "chủ nhật")
SPANS = {
    "ngày": Frequency.DAY,
    "ngày làm việc": Frequency.WORKDAY,
    "tuần": Frequency.WEEK,
    "tháng": Frequency.MONTH,
    "month": Frequency.MONTH,
    "quý": Frequency.QUARTER,
    "quarter": Frequency.QUARTER,
    "kỳ 6 tháng": Frequency.HALF_YEAR,
    "6 tháng": Frequency.HALF_YEAR,
    "half-year": Frequency.HALF_YEAR,
    "kỳ 9 tháng": Frequency.NINE_MONTHS,
    "9 tháng": Frequency.NINE_MONTHS,
    "nine months": Frequency.NINE_MONTHS,
    "nine-month period": Frequency.NINE_MONTHS,
    "năm": Frequency.YEAR,
    "year": Frequency.YEAR,
    "day": Frequency.DAY,
    "working day": Frequency.WORKDAY,
    "week": Frequency.WEEK,
}
"""`kỳ` and `period` alone say no frequency: they are the duty's own."""
NUMBERS = {word: n for words in (NTH_VI, NTH_EN) for n, word in enumerate(words, 2)} | {
    "nhất": 1,
    "đầu": 1,
    "cuối": 2,
    "first": 1,
    **{name: n for n, name in enumerate(MONTHS_EN, 1)},
    **{name[:3]: n for n, name in enumerate(MONTHS_EN, 1)},
}
"""Ordinals, the halves of a year, and the months."""
OF_ANOTHER_YEAR = (("later", " next year"), ("earlier", " previous year"))
UNITS = {
    "ngày": "d",
    "ngày làm việc": "wd",
    "tiếng": "h",
    "tháng": "m",
    "day": "d",
    "working day": "wd",
    "hour": "h",
    "month": "m",
}


def number(word: str) -> int:
    return int(word) if word.isdecimal() else NUMBERS[word]


def group(match: Match, name: str) -> str:
    """What a group of the pattern holds; empty where the pattern has none."""
    return match.groupdict().get(name) or ""


def day_of_month(match: Match) -> Piece:
    """`5`, `last day next month`, `15 month 2`; the span with its month says the frequency."""
    day = group(match, "day")
    text = str(int(day)) if day else "last day"
    span = group(match, "span") or ("month" if group(match, "each") or group(match, "of") else "")
    return Piece(f"{text}{_month(match)}", SPANS.get(span))


def month_of_span(match: Match) -> Piece:
    """`last month`, `month 2`."""
    return Piece(_month(match).strip(), SPANS.get(group(match, "span") or "month"))


def month_of_years(match: Match) -> Piece:
    """A month of the first of several years."""
    return Piece(_month(match).strip(), Frequency.YEARS)


def _month(match: Match) -> str:
    if which := group(match, "nth"):
        return " first month" if number(which) == 1 else f" month {number(which)}"
    for name in ("previous", "next", "last", "first"):
        if group(match, name):
            return f" {name} month"
    return ""


def last_week(match: Match) -> Piece:
    return Piece("last week", SPANS.get(group(match, "span")))


def day_of_year(match: Match) -> Piece:
    year = _other_year(match)
    text = f"{int(match['day'])}/{int(match['month'])}{year}"
    return Piece(text, Frequency.YEAR if year or group(match, "each") else None)


def _other_year(match: Match) -> str:
    return next((text for name, text in OF_ANOTHER_YEAR if group(match, name)), "")


def date_of(match: Match) -> Piece:
    return Piece(f"{int(match['day'])}/{int(match['month'])}/{match['year']}", Frequency.ONCE)


def day_of_week(match: Match) -> Piece:
    name = match["weekday"]
    index = (
        int(name) - 2
        if name.isdecimal()
        else next(i for names in (WEEKDAYS_VI, WEEKDAYS) for i, each in enumerate(names) if each == name)
    )
    return Piece(WEEKDAYS[index] + (" next week" if group(match, "later") else ""), Frequency.WEEK)


def of_each_day(match: Match) -> Piece:
    if group(match, "later"):
        return Piece("next day")
    return Piece("", Frequency.WORKDAY if group(match, "working") else Frequency.DAY)


def part_of_year(letter: str, index: int = 0) -> Build:
    """`Q1/2024` of a named year, `Q1`, `month 7` or `Q1 next year` of each."""

    def build(match: Match) -> Piece:
        part = f"{index}{letter}" if index else f"{letter}{number(match['index'])}"
        if year := group(match, "year"):
            return Piece(f"{part}/{year}", Frequency.ONCE)
        other = _other_year(match)
        said = Frequency.YEAR if other or group(match, "each") or letter in "HM" else None
        return Piece(f"{part if letter else f'month {part}'}{other}", said)

    return build


def named_year(match: Match) -> Piece:
    return Piece(match["year"], Frequency.ONCE)


def of_event(match: Match) -> Piece:
    weeks = 7 if match["unit"] in ("tuần", "week") else 1
    return Piece(f"within {int(match['count']) * weeks}{UNITS.get(match['unit'], 'd')} of {OWN_EVENT}")


def after_period(match: Match) -> Piece:
    weeks = 7 if match["unit"] in ("tuần", "week") else 1
    text = f"within {number(match['count']) * weeks}{UNITS.get(match['unit'], 'd')} after period"
    return Piece(text, SPANS.get(match["span"]))


def nth_working_day(match: Match) -> Piece:
    """The fifth working day of the next month is the fifth since this one ended; what lies before the fifth
    ends with the fourth."""
    count = number(match["count"]) - bool(group(match, "before"))
    return Piece(f"within {count}wd after period", SPANS.get(match["span"]))


def by_event(_match: Match) -> Piece:
    return Piece("by event")


def lead(match: Match) -> Piece:
    return Piece(f"lead {int(match['count'])}{UNITS[match['unit']]}")


def after(match: Match) -> Piece:
    return Piece(f"after {int(match['count'])}{UNITS[match['unit']]}")


def front(match: Match) -> Piece:
    return Piece("", SPANS[match["span"]])
