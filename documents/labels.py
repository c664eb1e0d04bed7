"""Label lines: "Thời gian thực hiện: …", "Đơn vị chủ trì: …", "Kết quả: …" under a task, each on a line of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum

from documents.outline import Part
from documents.unit_phrases import UnitPhrase


class Label(StrEnum):
    TIME = "time"
    LEAD = "lead"
    PARTNER = "partner"
    OTHER = "other"


TIME = re.compile(
    r"(?:thời gian,? tiến độ|thời gian|thời hạn|thời điểm|tiến độ|hạn|hoàn thành(?= ?:)|mốc thời gian|lộ trình|kế hoạch thời gian)"
    r"(?P<what>(?: (?:thực hiện|hoàn thành|triển khai|tổ chức|báo cáo|gửi|nộp|trình|ban hành|xây dựng|dự kiến|kết thúc|cuối cùng|xong|và|tổng kết"
    r"|phong trào thi đua|khen thưởng|thi công|cụ thể|nộp báo cáo|gửi báo cáo|công việc|nhiệm vụ|chậm nhất|yêu cầu))*)(?P<end>(?: ?\([^()]*\))? ?:|(?= (?:trước|trong|xong|hoàn thành|chậm nhất|từ|đến|quý|tháng|năm|ngày)\b))"
)
LEAD = re.compile(
    r"(?:(?:các )?(?:đối tượng|đơn vị|cơ quan|cơ quan, đơn vị|đơn vị, cơ quan|bộ phận|đầu mối|cá nhân|người|tổ chức)"
    r"(?: (?:chủ trì|thực hiện|tham mưu|phụ trách|chịu trách nhiệm|được giao|đầu mối|báo cáo|triển khai|chính))+|chủ trì(?: thực hiện| tham mưu)?|phân công(?: thực hiện| chủ trì)?|trách nhiệm(?: thực hiện)?|giao chủ trì|lãnh đạo phụ trách)[^:]{0,20}:"
)
PARTNER = re.compile(r"(?:(?:các )?(?:đơn vị|cơ quan|bộ phận|cơ quan, đơn vị)? ?(?:cùng )?(?:phối hợp|liên quan|tham gia))[^:]{0,20}:")
OTHER = re.compile(
    r"(?:kết quả|sản phẩm|kinh phí|địa điểm|thành phần|đối tượng|hình thức|nội dung|phương thức|nguồn|số lượng|yêu cầu|mục tiêu|mục đích|nhiệm vụ|căn cứ|phạm vi)(?: [\wà-ỹ,/]+){0,5} ?:"
)
LABELS = ((Label.TIME, TIME), (Label.LEAD, LEAD), (Label.PARTNER, PARTNER), (Label.OTHER, OTHER))


def label_of(part: Part) -> tuple[Label, re.Match[str]] | None:
    """The label that the line begins with."""
    for label, pattern in LABELS:
        match = pattern.match(part.low, part.body)
        if match is not None:
            return label, match
    return None


def group(part: Part, parts: list[Part], at: int) -> Iterator[Part]:
    """The label lines around the one at `at`, nearest first: before it, then behind it."""
    for step in (-1, 1):
        n = at + step
        while 0 <= n < len(parts) and abs(n - at) <= 8 and _belongs(parts[n], step):
            yield parts[n]
            n += step


def _belongs(part: Part, step: int) -> bool:
    found = label_of(part)
    if found is None:
        return part.low.startswith(("+", "liên quan")) or _is_label_head(part)
    return step > 0 or True


def _is_label_head(part: Part) -> bool:
    return part.low[part.body :].rstrip().endswith(":") and bool(re.match(r"(?:cơ quan|đơn vị|tổ chức|phân công)", part.low[part.body :]))


LABELLED = re.compile(rf"(?:{TIME.pattern}) ?(?:dự kiến:? ?|là ?)?$")


def is_labelled(low: str, start: int, at: int) -> bool:
    """Whether a time label with its colon stands directly before `at`."""
    return LABELLED.search(low[max(start, at - 60) : at]) is not None


def lead_within(part: Part) -> list[UnitPhrase]:
    """The lead that a label inside the paragraph names: "(Đơn vị chủ trì: Sở A; thời gian: quý I/2026)"."""
    match = LEAD.search(part.low, part.body)
    if match is None:
        return []
    stop = re.search(r"[;)]|$", part.low[match.end() :])
    end = match.end() + (stop.start() if stop else 0)
    return [unit for unit in part.units if match.end() <= unit.start < end]


def lead_units(part: Part, match: re.Match[str]) -> list[UnitPhrase]:
    """What stands behind "Đơn vị chủ trì:", without those that only take part: units, or an officer."""
    stop = re.search(r"(?:[,;]| và)? ?(?:(?:các )?(?:cơ quan|đơn vị) )?(?:chủ trì,? )?(?:phối hợp|cùng với|tham gia:)|(?<=\w)\.(?= |$)", part.low[match.end() :])
    end = match.end() + stop.start() if stop else len(part.low)
    begin = match.end() + len(part.low[match.end() : end]) - len(part.low[match.end() : end].lstrip())
    text = part.text[begin:end].rstrip(" .;,")
    if not text or len(text) > 400:
        return []
    return [UnitPhrase(begin, begin + len(text), text)]
