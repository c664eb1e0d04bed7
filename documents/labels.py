"""Label lines under a task: "Thời gian thực hiện: …", "Đơn vị chủ trì: …", "Kết quả: …"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from documents.frequencies import Said, find_frequencies
from documents.outline import Part
from documents.times import find_times
from documents.unit_phrases import UnitPhrase


class Label(StrEnum):
    TIME = "time"
    LEAD = "lead"
    PARTNER = "partner"
    OTHER = "other"


TIME = (
    r"(?:thời gian,? tiến độ|thời gian|thời hạn|thời điểm|tiến độ|hạn|hoàn thành(?= ?:)|mốc thời gian"
    r"|lộ trình)"
    r"(?P<what>(?: (?:thực hiện|hoàn thành|triển khai|tổ chức|báo cáo|gửi|nộp|trình|ban hành|xây dựng"
    r"|dự kiến|kết thúc"
    r"|cuối cùng|xong|và|tổng kết|phong trào thi đua|khen thưởng|thi công|cụ thể|nộp báo cáo|gửi báo cáo"
    r"|công việc|nhiệm vụ"
    r"|chậm nhất|yêu cầu))*)"
    r"(?:(?: ?\([^()]*\))? ?:|(?= (?:trước|trong|xong|hoàn thành|chậm nhất|từ|đến|quý|tháng|năm|ngày)\b))"
)
OFFICES = (
    r"(?:các )?(?:đối tượng|đơn vị|cơ quan|cơ quan, đơn vị|đơn vị, cơ quan|bộ phận|đầu mối|cá nhân|người"
    r"|tổ chức)"
)
LEAD = (
    rf"(?:{OFFICES}(?: (?:chủ trì|thực hiện|tham mưu|phụ trách|chịu trách nhiệm|được giao|đầu mối|báo cáo"
    rf"|triển khai|chính))+"
    r"|chủ trì(?: thực hiện| tham mưu)?|phân công(?: thực hiện| chủ trì)?|trách nhiệm(?: thực hiện)?"
    r"|giao chủ trì"
    r"|lãnh đạo phụ trách)[^:]{0,20}:"
)
PARTNER = (
    r"(?:(?:các )?(?:đơn vị|cơ quan|bộ phận|cơ quan, đơn vị)? ?(?:cùng )?(?:phối hợp|liên quan|tham gia))"
    r"[^:]{0,20}:"
)
OTHER = (
    r"(?:kết quả|sản phẩm|kinh phí|địa điểm|thành phần|đối tượng|hình thức|nội dung|phương thức|nguồn"
    r"|số lượng|yêu cầu"
    r"|mục tiêu|mục đích|nhiệm vụ|căn cứ|phạm vi)(?: [\wà-ỹ,/]+){0,5} ?:"
)
LABELS = tuple(
    (label, re.compile(pattern))
    for label, pattern in (
        (Label.TIME, TIME),
        (Label.LEAD, LEAD),
        (Label.PARTNER, PARTNER),
        (Label.OTHER, OTHER),
    )
)
BEFORE_TIME = re.compile(rf"(?:{TIME}) ?(?:dự kiến:? ?|là ?)?$")
LEAD_WITHIN = re.compile(LEAD)
LEAD_ENDS = re.compile(
    r"(?:[,;]| và)? ?(?:(?:các )?(?:cơ quan|đơn vị) )?(?:chủ trì,? )?(?:phối hợp|cùng với|tham gia:)"
    r"|(?<=\w)\.(?= |$)"
)
GROUP_HEAD = re.compile(r"(?:cơ quan|đơn vị|tổ chức|phân công)")
AROUND = 8
BELOW = 5
LONGEST_LEAD = 400


@dataclass(frozen=True)
class LabelLine:
    """A label with the place where what it says begins; of a time label, `what` ends the words of the "
    "label."""

    part: Part
    label: Label
    value: int
    what: int


def label_of(part: Part, at: int | None = None) -> LabelLine | None:
    """The label that the line begins with, or that stands at `at`."""
    for label, pattern in LABELS:
        match = pattern.match(part.low, part.body if at is None else at)
        if match is not None:
            what = match.end("what") if label is Label.TIME else match.end()
            return LabelLine(part, label, match.end(), what)
    return None


def is_labelled(low: str, start: int, at: int) -> bool:
    """Whether a time label with its colon stands directly before `at`."""
    return BEFORE_TIME.search(low[max(start, at - 60) : at]) is not None


def leads_around(parts: Sequence[Part], at: int) -> Iterator[LabelLine]:
    """The lead labels in the group of lines around the one at `at`, nearest first: before it, then behind "
    "it."""
    for step in (-1, 1):
        n = at + step
        while 0 <= n < len(parts) and abs(n - at) <= AROUND and _is_grouped(parts[n]):
            line = label_of(parts[n])
            if line is not None and line.label is Label.LEAD:
                yield line
            n += step


def _is_grouped(part: Part) -> bool:
    head = part.introduces and GROUP_HEAD.match(part.low, part.body) is not None
    return label_of(part) is not None or head or part.low.startswith(("+", "liên quan"))


def lead_units(line: LabelLine) -> list[UnitPhrase]:
    """What stands behind "Đơn vị chủ trì:", without those that only take part: units, or an officer."""
    part, start = line.part, line.value
    stop = LEAD_ENDS.search(part.low, start)
    end = stop.start() if stop else len(part.low)
    text = part.text[start:end]
    start += len(text) - len(text.lstrip())
    text = text.strip().rstrip(" .;,")
    return [UnitPhrase(start, start + len(text), text)] if text and len(text) <= LONGEST_LEAD else []


def lead_within(part: Part) -> list[UnitPhrase]:
    """The lead that a label inside a paragraph names: "(Đơn vị chủ trì: Sở A; thời gian: quý I/2026)"."""
    match = LEAD_WITHIN.search(part.low, part.body)
    if match is None:
        return []
    stop = re.compile(r"[;)]|$").search(part.low, match.end())
    end = stop.start() if stop else len(part.low)
    return [unit for unit in part.units if match.end() <= unit.start < end]


def lines_below(parts: Sequence[Part], at: int) -> Iterator[LabelLine]:
    """The label lines directly below the paragraph at `at`."""
    for part in parts[at + 1 : at + 1 + BELOW]:
        line = label_of(part)
        if line is None:
            return
        yield line


def states_time(line: LabelLine) -> bool:
    return line.label is Label.TIME and bool(find_times(line.part.low[line.what :]))


def frequencies_below(parts: Sequence[Part], at: int) -> tuple[list[Said], Part | None]:
    """What a time label below says about how often ("Thời gian thực hiện: Hằng năm"), and its line."""
    line = next((line for line in lines_below(parts, at) if line.label is Label.TIME), None)
    if line is None:
        return [], None
    return [said for said in find_frequencies(line.part.low) if said.is_regular], line.part
