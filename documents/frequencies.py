"""How often: the words for it, each with its place, and what they belong to.

"Hằng năm" counts where it says how often something is reported; in "dự toán ngân sách hằng năm" it describes
a budget. It belongs to the nearest of a report, "định kỳ" and a date, never to plans and budgets.
"""

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


UNIT = r"(?:ngày làm việc|ngày|tuần|tháng|quý|0?6 tháng|sáu tháng|nửa năm|bán niên|0?9 tháng|chín tháng|năm)"
PERIODS = (
    (r"ngày làm việc", Often.WORKDAY),
    (r"ngày", Often.DAY),
    (r"tuần", Often.WEEK),
    (r"(?:0?6|sáu) tháng(?: đầu năm| cuối năm| đầu| cuối)?|nửa năm|bán niên", Often.HALF_YEAR),
    (r"(?:0?9|chín) tháng(?: đầu năm)?", Often.NINE_MONTHS),
    (r"tháng", Often.MONTH),
    (r"quý", Often.QUARTER),
    (r"(?:cả |một |01 |1 )?năm", Often.YEAR),
)
NOT_DATED = r"(?! ?(?:\d|iv\b|i{1,3}\b|nay\b|học\b|qua\b|trước\b(?! (?:ngày|\d|thời))|sau\b|tới\b|thứ\b|vừa\b|đầu\b|giới\b|hoạt động|hành động|cao điểm|công nhân))"
NOT_COUNTED = r"(?<!\d )(?<!\d)"
ITEM = "|".join(pattern for pattern, _ in PERIODS)
ITEM_LIST = rf"(?:{ITEM}){NOT_DATED}(?: ?\([^()]{{0,60}}\))?(?:(?: ?[,;/]| và| hoặc| ?,? ?(?:và|hoặc))(?: (?:định kỳ|báo cáo|hằng))* ?(?:{ITEM}){NOT_DATED}(?: ?\([^()]{{0,60}}\))?)*"
OF_EACH = re.compile(rf"ngày \d{{1,2}}(?: ?\([^()]*\))? của (?:mỗi |từng )?(?P<items>(?:{ITEM}), {ITEM_LIST})")
EACH = re.compile(rf"(?:hằng|mỗi|từng|theo từng) (?P<items>{ITEM_LIST})")
REGULAR = re.compile(
    rf"(?:định kỳ|báo cáo(?: định kỳ)?(?: (?:sơ kết|tổng kết|đánh giá|kết quả|tình hình|công tác|thực hiện))*|theo kỳ|kỳ báo cáo|chế độ báo cáo|theo)(?: ?\(| ?:)? ?(?:hằng |theo |vào )?(?P<items>{ITEM_LIST})"
)
ONE_ITEM = re.compile(rf"(?:{ITEM}){NOT_DATED}")
EVERY_YEARS = re.compile(r"(?:định kỳ )?(?P<count>\d{1,2})(?: ?\([a-zà-ỹ]+\))? năm(?:/| (?:một|1|01) )lần|(?:định kỳ|báo cáo(?: kế hoạch)?) (?P<more>\d{1,2}) năm\b(?! ?\d)")
PER_TIME = re.compile(
    r"(?:(?P<count>\d{1,2}|một|mỗi) )?(?P<unit>tháng|quý|năm|tuần|ngày)(?: ?/ ?lần| (?:một|1|01) lần)"
    r"|(?:mỗi|một|1|01) (?P<of>năm|tháng|quý|tuần|ngày) (?P<times>một|hai|\d{1,2}) lần"
    r"|(?P<rate>\d{1,2}|một|hai) lần ?(?:/|trong|một|mỗi)? ?(?:0?1 |một |mỗi )?(?P<per>năm|tháng|quý|tuần|ngày)"
)
IN_A_YEAR = {1: Often.YEAR, 2: Often.HALF_YEAR, 4: Often.QUARTER, 12: Often.MONTH}
SINGLE = {"ngày": Often.DAY, "tuần": Often.WEEK, "tháng": Often.MONTH, "quý": Often.QUARTER, "năm": Often.YEAR}
ON_DEMAND = re.compile(
    r"(?:báo cáo )?đột xuất|(?:hoặc|và|,) (?:báo cáo )?(?:theo|khi có|khi được) (?:yêu cầu|đề nghị|chỉ đạo)(?! nhiệm vụ)"
    r"|khi (?:có|được) (?:yêu cầu|đề nghị)"
)
REGULARLY = re.compile(r"định kỳ")


def find_frequencies(low: str) -> list[Said]:
    """What the text says about how often, in its order, each place once."""
    found = [*_years(low), *_per_time(low), *_listed(low), *_on_demand(low)]
    found.sort(key=lambda each: (each.start, -each.end))
    kept: list[Said] = []
    for each in found:
        if not any(each.start < other.end and other.start < each.end for other in kept):
            kept.append(each)
    return kept


def _years(low: str) -> Iterator[Said]:
    for match in EVERY_YEARS.finditer(low):
        years = int(match["count"] or match["more"])
        if years > 1:
            yield Said(match.start(), match.end(), Often.YEARS, years)


def _per_time(low: str) -> Iterator[Said]:
    for match in PER_TIME.finditer(low):
        unit = match["unit"] or match["of"] or match["per"]
        count = match["count"] or ""
        times = {"một": 1, "hai": 2}.get(rate := match["times"] or match["rate"] or "1", 0) or int(rate)
        if times > 1:
            if unit == "năm" and times in IN_A_YEAR:
                yield Said(match.start(), match.end(), IN_A_YEAR[times])
        elif count.isdecimal() and int(count) == 6 and unit == "tháng":
            yield Said(match.start(), match.end(), Often.HALF_YEAR)
        elif count.isdecimal() and int(count) == 3 and unit == "tháng":
            yield Said(match.start(), match.end(), Often.QUARTER)
        elif not count.isdecimal() or int(count) == 1:
            yield Said(match.start(), match.end(), SINGLE[unit])


def _listed(low: str) -> Iterator[Said]:
    for pattern in (EACH, REGULAR, OF_EACH):
        for match in pattern.finditer(low):
            start, end = match.span("items")
            items = list(ONE_ITEM.finditer(low, start, end))
            for number, item in enumerate(items):
                yield Said(match.start() if number == 0 else item.start(), item.end(), _often(item[0]))


def _often(text: str) -> Often:
    return next(often for pattern, often in PERIODS if re.fullmatch(pattern, text))


def _on_demand(low: str) -> Iterator[Said]:
    return (Said(match.start(), match.end(), Often.ON_DEMAND) for match in ON_DEMAND.finditer(low))
