"""How often: the words for it, each with its place in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Often(StrEnum):
    """How often, as a document can say it; the values are those of a plan file's `every`."""

    DAY = "day"
    WORKDAY = "workday"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half-year"
    NINE_MONTHS = "nine-months"
    YEAR = "year"
    YEARS = "years"
    ONCE = "once"
    ON_DEMAND = "on-demand"
    UNSPECIFIED = "unspecified"


@dataclass(frozen=True)
class Said:
    """A frequency where it stands; `years` for "5 năm một lần"."""

    start: int
    end: int
    often: Often
    years: int | None = None

    @property
    def is_regular(self) -> bool:
        return self.often is not Often.ON_DEMAND


PERIODS = (
    (r"ngày làm việc", Often.WORKDAY),
    (r"ngày", Often.DAY),
    (r"tuần", Often.WEEK),
    (r"(?:0?6|sáu) tháng(?: đầu năm| cuối năm| đầu| cuối)?|nửa năm|bán niên", Often.HALF_YEAR),
    (r"(?:0?9|chín) tháng(?: đầu năm)?", Often.NINE_MONTHS),
    (r"tháng", Often.MONTH),
    (r"quý(?: i(?=,? (?:và )?(?:0?6|sáu) tháng))?", Often.QUARTER),
    (r"(?:cả |một |01 |1 )?năm", Often.YEAR),
)
UNIT = r"(?:năm|tháng|quý|tuần|ngày)"
SINGLE = {
    "ngày": Often.DAY,
    "tuần": Often.WEEK,
    "tháng": Often.MONTH,
    "quý": Often.QUARTER,
    "năm": Often.YEAR,
}
IN_A_YEAR = {1: Often.YEAR, 2: Often.HALF_YEAR, 4: Often.QUARTER, 12: Often.MONTH}
IN_MONTHS = {1: Often.MONTH, 3: Often.QUARTER, 6: Often.HALF_YEAR, 9: Often.NINE_MONTHS, 12: Often.YEAR}
NUMBERS = {"một": 1, "mỗi": 1, "hai": 2}
OTHERWISE = (
    r"(?! ?(?:\d|iv\b|i{1,3}\b|(?:nay|học|qua|sau|tới|thứ|vừa|đầu|giới|hoạt động|hành động|cao điểm"
    r"|công nhân)\b"
    r"|trước\b(?! (?:ngày|\d|thời))))"
)
"""Behind "năm", "quý", "tháng": a number or a word that makes it a certain one, or another thing."""
ITEM = rf"(?:{'|'.join(pattern for pattern, _ in PERIODS)}){OTHERWISE}"
NOTE = r"(?: ?\([^()]{0,60}\))?"
ITEMS = rf"{ITEM}{NOTE}(?:(?: ?[,;/]| ?,? ?(?:và|hoặc))(?: (?:định kỳ|báo cáo|hằng))* ?{ITEM}{NOTE})*"
REPORT = r"báo cáo(?: định kỳ)?(?: (?:sơ kết|tổng kết|đánh giá|kết quả|tình hình|công tác|thực hiện))*"
LISTS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:hằng|mỗi|từng|theo từng) (?P<items>{ITEMS})",
        rf"(?:định kỳ|{REPORT}|theo kỳ|kỳ báo cáo|theo)(?: ?\(| ?:)? ?(?:hằng |theo "
        rf"|vào )?(?P<items>{ITEMS})",
        rf"ngày \d{{1,2}}(?: ?\([^()]*\))? của (?:mỗi |từng )?(?P<items>{ITEM}, {ITEMS})",
    )
)
ONE_ITEM = re.compile(
    "|".join(f"(?P<p{n}>(?:{pattern}){OTHERWISE})" for n, (pattern, _) in enumerate(PERIODS))
)
YEARS = re.compile(
    r"(?:định kỳ )?(?P<count>\d{1,2})(?: ?\([a-zà-ỹ]+\))? năm(?:/| (?:một|1|01) )lần"
    r"|(?:định kỳ|báo cáo(?: kế hoạch)?) (?P<more>\d{1,2}) năm\b(?! ?\d)"
)
PER_TIME = re.compile(
    rf"(?:(?P<count>\d{{1,2}}|một|mỗi) )?(?P<unit>{UNIT})(?: ?/ ?lần| (?:một|1|01) lần)"
    rf"|(?:mỗi|một|1|01) (?P<of>{UNIT}) (?P<times>một|hai|\d{{1,2}}) lần"
    rf"|(?P<rate>\d{{1,2}}|một|hai) lần ?(?:/|trong|một|mỗi)? ?(?:0?1 |một |mỗi )?(?P<per>{UNIT})"
)
ON_DEMAND = re.compile(
    r"(?:báo cáo )?đột xuất"
    r"|(?:hoặc|và|,) (?:báo cáo )?(?:theo|khi có|khi được) (?:yêu cầu|đề nghị|chỉ đạo)(?! nhiệm vụ)"
    r"|khi (?:có|được) (?:yêu cầu|đề nghị)"
)
REGULARLY = re.compile(r"định kỳ")


def find_frequencies(low: str, start: int = 0, end: int | None = None) -> list[Said]:
    """What `low[start:end]` says about how often, in its order, each place once."""
    text = low[start:end]
    found = [*_years(text), *_per_time(text), *_listed(text), *_on_demand(text)]
    kept: list[Said] = []
    for each in sorted(found, key=lambda said: (said.start, -said.end)):
        if not any(each.start < other.end and other.start < each.end for other in kept):
            kept.append(each)
    return [Said(each.start + start, each.end + start, each.often, each.years) for each in kept]


def each_once(found: list[Said]) -> list[Said]:
    """Without what says the same again."""
    return [each for n, each in enumerate(found) if each.often not in [other.often for other in found[:n]]]


def _years(text: str) -> Iterator[Said]:
    for match in YEARS.finditer(text):
        years = int(match["count"] or match["more"])
        if years > 1:
            yield Said(match.start(), match.end(), Often.YEARS, years)


def _per_time(text: str) -> Iterator[Said]:
    for match in PER_TIME.finditer(text):
        often = _rate(match)
        if often is not None:
            yield Said(match.start(), match.end(), often)


def _rate(match: re.Match[str]) -> Often | None:
    """`06 tháng/lần`, `mỗi năm hai lần`, `02 lần/năm`."""
    unit = match["unit"] or match["of"] or match["per"]
    times = _count(match["times"] or match["rate"])
    if times != 1:
        return IN_A_YEAR.get(times) if unit == "năm" else None
    count = _count(match["count"])
    if unit == "tháng":
        return IN_MONTHS.get(count)
    return SINGLE[unit] if count == 1 else None


def _count(text: str | None) -> int:
    return 1 if text is None else NUMBERS.get(text) or int(text)


def _listed(text: str) -> Iterator[Said]:
    for pattern in LISTS:
        for match in pattern.finditer(text):
            start, end = match.span("items")
            for number, item in enumerate(ONE_ITEM.finditer(text, start, end)):
                yield Said(match.start() if number == 0 else item.start(), item.end(), _often(item))


def _often(item: re.Match[str]) -> Often:
    return PERIODS[int((item.lastgroup or "p0").removeprefix("p"))][1]


def _on_demand(text: str) -> Iterator[Said]:
    return (Said(match.start(), match.end(), Often.ON_DEMAND) for match in ON_DEMAND.finditer(text))
