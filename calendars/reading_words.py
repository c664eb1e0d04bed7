"""Names of spans, ordinals and months as documents write them: what `reading_vi` and `reading_en` share."""

from __future__ import annotations

from calendars.periods import Frequency

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
SPANS = {
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
}
NUMBERS = {word: n for words in (NTH_VI, NTH_EN) for n, word in enumerate(words, 2)} | {
    "nhất": 1,
    "đầu": 1,
    "cuối": 2,
    "first": 1,
    **{name: n for n, name in enumerate(MONTHS_EN, 1)},
    **{name[:3]: n for n, name in enumerate(MONTHS_EN, 1)},
}
"""Ordinals, the halves of a year, and the months."""
