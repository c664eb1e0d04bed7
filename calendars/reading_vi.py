"""Reads due rules in the Vietnamese of official documents, in the spellings that they do use."""

from __future__ import annotations

import re
import unicodedata

from calendars.periods import Frequency
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
from calendars.wording_vi import NTH, SPAN

REMEDY = (
    'viết như "trước ngày 18 hằng tháng", "chậm nhất ngày 05 của tháng sau", "trước ngày 15 tháng cuối quý", '
    '"trước ngày 10/12 hằng năm", "trước ngày 30/6/2024", "trong quý I/2024"'
)
# One spelling of what documents write in several ways; the order matters.
SPELLINGS = (
    (r"\bhàng (tháng|quý|năm)\b", r"hằng \1"),
    (r"\b(?:mỗi|từng) (tháng|quý|năm)\b", r"hằng \1"),
    (r"\bđịnh kỳ ", ""),
    (r"\b(?:mùng|mồng) (?=\d)", ""),
    (r"\bquý iv\b", "quý 4"),
    (r"\bquý iii\b", "quý 3"),
    (r"\bquý ii\b", "quý 2"),
    (r"\bquý i\b", "quý 1"),
    (r"\bngày (\d{1,2}) tháng (\d{1,2})\b", r"ngày \1/\2"),
    (r"(?<=\d) ?[/.-] ?(?=\d)", "/"),
    (r"(?<=\d)(?: của)? năm (?=\d{4})", "/"),
)
WHEN = (
    r"(?P<bound>(?:chậm nhất (?:là )?)?trước|(?:chậm nhất|muộn nhất)(?: là| vào| đến)*(?: hết)?"
    r"|không muộn hơn|đến(?: hết)?)"
)
DAY = r"(?:ngày (?P<day>\d{1,2})|ngày cuối(?: cùng)?)"
OF = r" (?:của )?"
EACH_MONTH = r"(?P<each>(?:tháng )?hằng tháng|tháng)"
NEXT_MONTH = r"(?P<next>tháng (?:sau|kế tiếp|tiếp theo|liền kề))(?: hằng tháng)?"
UNIT = r"(?:của )?(?P<span>quý|kỳ 6 tháng|6 tháng|kỳ 9 tháng|9 tháng|năm)(?: báo cáo)?"
NTHS = "|".join(("nhất", *sorted(NTH, key=len, reverse=True), r"\d{1,2}"))
FREQUENCIES = {words.removeprefix("kỳ "): frequency for frequency, words in SPAN.items()}
EACH = r"(?: (?:của )?(?:(?P<each>hằng năm)|(?P<next>năm (?:sau|kế tiếp|tiếp theo|liền kề))))"
DAY_MONTH = r"(?:ngày )?(?P<day>\d{1,2})/(?P<month>\d{1,2})"
BY_SPAN = r"(?:(?:hoàn thành )?trong|chậm nhất(?: là| vào| đến| trong)*(?: hết)?|đến hết)"
IN_YEAR = rf"(?:/(?P<year>\d{{4}})|{EACH})"
OF_YEAR = rf"(?:(?: của)? năm (?P<year>\d{{4}})|{EACH})"
COUNT = r"(?P<count>\d{1,3}) ngày(?P<working> làm việc)?"


def read(text: str) -> Reading:
    """The rule in `text`; a frequency may stand in front ("hằng tháng, trước ngày 18") or behind."""
    plain = " ".join(unicodedata.normalize("NFC", text).lower().split()).strip(" .;,")
    for pattern, spelling in SPELLINGS:
        plain = re.sub(pattern, spelling, plain)
    fronted = re.fullmatch(r"([^,]+), ?((?:trước|chậm nhất|muộn nhất|không muộn hơn|đến) .+)", plain)
    return first_match(f"{fronted[2]} {fronted[1]}" if fronted else plain, text, PHRASES, REMEDY)


def _bound(match: Match) -> DayBound:
    return Bound.BEFORE if match["bound"].endswith("trước") else Bound.BY


def _frequency(span: str) -> Frequency:
    return FREQUENCIES[span.removeprefix("kỳ ")]


def _monthly(match: Match) -> Reading:
    later = match["next"] is not None
    said = later or match["each"] is not None
    return in_month(
        _bound(match), match["day"], "next" if later else "own", Frequency.MONTH if said else None
    )


def _of_span(match: Match) -> Reading:
    which = match["which"]
    frequency = _frequency(match["span"])
    if which.startswith("thứ "):
        return in_month(_bound(match), match["day"], _number(which.removeprefix("thứ ")), frequency)
    return in_month(_bound(match), match["day"], "first" if which == "đầu" else "last", frequency)


def _after_span(match: Match) -> Reading:
    return in_month(_bound(match), match["day"], "next", _frequency(match["span"]))


def _number(nth: str) -> int:
    return int(nth) if nth.isdecimal() else (1 if nth == "nhất" else NTH.index(nth) + 2)


def _yearly(match: Match) -> Reading:
    later = match["next"] is not None
    return in_year(_bound(match), match["day"], match["month"], later, match["each"] is not None)


def _dated(match: Match) -> Reading:
    return on_date(_bound(match), match["day"], match["month"], match["year"])


def _within_month(match: Match) -> Reading:
    return within(Frequency.MONTH, int(match["index"]), match["year"], bool(match["next"]))


def _within_quarter(match: Match) -> Reading:
    return within(Frequency.QUARTER, int(match["index"]), match["year"], bool(match["next"]))


def _within_half(match: Match) -> Reading:
    index = 1 if match["half"] == "đầu" else 2
    return within(Frequency.HALF_YEAR, index, match["year"], bool(match["next"]))


def _within_nine(match: Match) -> Reading:
    return within(Frequency.NINE_MONTHS, 1, match["year"], bool(match["next"]))


def _within_year(match: Match) -> Reading:
    return within(Frequency.YEAR, 1, match["year"], next_year=False)


def _lead(match: Match) -> Reading:
    return Lead(int(match["count"]), match["working"] is not None), None


def _after(match: Match) -> Reading:
    return After(int(match["count"]), match["working"] is not None), None


PHRASES = compiled(
    (
        (rf"{WHEN} {DAY}(?:{OF}(?:{EACH_MONTH}|{NEXT_MONTH}))?", _monthly),
        (rf"{WHEN} {DAY}{OF}tháng (?:liền )?sau {UNIT}", _after_span),
        (rf"{WHEN} {DAY}{OF}tháng đầu(?: tiên)? {UNIT} sau", _after_span),
        (rf"{WHEN} {DAY}{OF}tháng (?P<which>đầu|cuối|thứ (?:{NTHS}))(?: tiên| cùng)? {UNIT}", _of_span),
        (rf"{WHEN} {DAY_MONTH}{EACH}?", _yearly),
        (rf"{WHEN} {DAY_MONTH}/(?P<year>\d{{4}})", _dated),
        (rf"{BY_SPAN} tháng (?P<index>\d{{1,2}}){IN_YEAR}", _within_month),
        (rf"{BY_SPAN} quý (?P<index>\d){IN_YEAR}", _within_quarter),
        (rf"{BY_SPAN} 6 tháng (?P<half>đầu|cuối){OF_YEAR}", _within_half),
        (rf"{BY_SPAN} 9 tháng(?: đầu)?{OF_YEAR}", _within_nine),
        (rf"{BY_SPAN} năm (?P<year>\d{{4}})", _within_year),
        (rf"trước thời hạn của cấp trên {COUNT}", _lead),
        (rf"{COUNT} trước thời hạn của cấp trên", _lead),
        (rf"sau thời hạn của cấp dưới {COUNT}", _after),
        (rf"{COUNT} sau thời hạn của cấp dưới", _after),
    )
)
