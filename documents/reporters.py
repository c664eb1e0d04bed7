"""Who owes a duty: the first of an ordered list of places that answers, with its words as evidence.

1. the subject before the verb · 2. "giao / đề nghị / yêu cầu X" · 3. the subject carried on in the paragraph ·
4. "Đơn vị chủ trì:" beside a label line · 5. the table's column · 6. the nearest heading that is a unit ·
7. an introduction that ends in ":" · 8. the addressees · 9. the issuer. From the fourth on a person confirms.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from documents.clauses import clauses
from documents.outline import Part
from documents.source import Span
from documents.unit_phrases import UnitPhrase, split_units


class From(StrEnum):
    """Where the reporters were found."""

    SUBJECT = "subject"
    ORDERED = "ordered"
    CARRIED = "carried"
    LEAD_LABEL = "lead-label"
    COLUMN = "column"
    HEADING = "heading"
    INTRODUCTION = "introduction"
    ADDRESSEES = "addressees"
    ISSUER = "issuer"


@dataclass(frozen=True)
class Reporters:
    names: tuple[str, ...]
    origin: From
    span: Span  # of the evidence, in the original


ORDER = re.compile(
    r"(?:giao(?: nhiệm vụ)?(?: cho)?|đề nghị|yêu cầu|phân công|kính đề nghị|kính mời|ủy quyền|ủy nhiệm|trách nhiệm của|do)(?: (?:đồng chí|các đồng chí|đ/c))? ?$"
)
DECIDER = re.compile(r" ?,? ?(?:xem xét|quyết định|phê duyệt|cho ý kiến|khen|tặng|cho phép|tạo điều kiện|chấp thuận|thống nhất)")
LEADS = re.compile(r" ?(?:\([^()]*\))? ?(?:làm |là )?(?:cơ quan |đơn vị |đầu mối )?chủ trì\b")
LEAD_IN = re.compile(
    r"(?:căn cứ|trên cơ sở|hằng|định kỳ|trong quá trình|trong phạm vi|trong thời gian|trường hợp|nếu|trước|khi|sau|để|ngoài|đồng thời|theo|với|kết thúc|ngay sau|chậm nhất"
    r"|trong|từ|đến|riêng|bên cạnh|hết|vào|nhằm|tiếp tục|quá trình|thực hiện|kịp thời|năm \d|quý|tháng|ngày|\d)"
)
LEAD_TIME = re.compile(r"(?:hằng (?:ngày|tuần|tháng|quý|năm)|định kỳ|\d{4})$")
BASIS = re.compile(r"(?:căn cứ|trên cơ sở|theo|thực hiện)\b")
AFTER_SUBJECT = re.compile(r" ?(?:[(:,]|$|(?:có trách nhiệm|chịu trách nhiệm|căn cứ|theo|tại|phải|cần|sẽ|được|là|và)\b)")
OBJECT_BEFORE = re.compile(
    r"(?:với|của|gửi|về|qua|tham mưu|cho|theo|trình|giúp|thuộc|tại|từ|đến|hướng dẫn|đôn đốc|kiểm tra|và|báo cáo|phản ánh|cùng|bởi|đồng gửi|trong|là|giữa|tới|hỗ trợ|phối hợp)$"
)


def subject(part: Part, start: int, end: int, until: int) -> tuple[UnitPhrase, From] | None:
    """The last subject of the clause that stands before `until`."""
    found: tuple[UnitPhrase, From] | None = None
    for unit in part.units:
        if unit.start < start or unit.start >= min(end, until):
            continue
        origin = _as_subject(part, unit, start)
        if origin is not None:
            found = origin
    return found


def _as_subject(part: Part, unit: UnitPhrase, start: int) -> tuple[UnitPhrase, From] | None:
    before = part.low[start : unit.start].rstrip(" ,-:“\"(")
    lead = re.sub(r"^(?:\W|\d+[.)]?|[a-zđ]\))+", "", part.low[start : unit.start]).strip()
    if unit.start <= max(part.body, start) + 3 or not lead:
        return unit, From.SUBJECT
    if LEADS.match(part.low, unit.end) and not re.search(r"(?:với|của|cùng|và) ?$", before):
        return unit, From.ORDERED
    if re.fullmatch(r"(?:thời hạn|thời gian|đối với|riêng|riêng đối với)", lead):
        return unit, From.SUBJECT
    if ORDER.search(before) and not DECIDER.match(part.low, unit.end):
        return unit, From.ORDERED
    comma = part.low[: unit.start].rstrip().endswith(",")
    if LEAD_IN.match(lead) and (comma or LEAD_TIME.search(lead)):
        return unit, From.SUBJECT
    if BASIS.match(lead) and (tail := _tail(unit)) is not None:
        return tail, From.SUBJECT
    if re.fullmatch(r"(?:trong đó|cụ thể|riêng|đồng thời|lưu ý|ghi chú|các đồng chí|đồng chí)[:,]?", lead):
        return unit, From.SUBJECT
    return None


def _tail(unit: UnitPhrase) -> UnitPhrase | None:
    """In "Căn cứ hướng dẫn của Bộ X, Sở Y …" the subject is what follows the comma."""
    cut = unit.text.rfind(", ")
    pieces = list(split_units(unit.text))
    if cut < 0 or len(pieces) < 2:
        return None
    last = pieces[-1]
    at = unit.text.rfind(last)
    return UnitPhrase(unit.start + at, unit.end, last)


def carried(part: Part, start: int) -> tuple[UnitPhrase, From] | None:
    """The subject of the clauses before, in the same paragraph."""
    found = None
    for left, right in clauses(part.text, part.body):
        if left >= start:
            break
        found = subject(part, left, right, right) or found
    return found


def heading_units(part: Part) -> list[UnitPhrase]:
    """The units that a heading names as those who act: it is one, or "Trách nhiệm của X", or "Giao X"."""
    low = part.low[part.body :].rstrip(" .:;")
    body = part.body
    opening = re.match(r"(?:trách nhiệm(?: thực hiện)?(?: của)?|nhiệm vụ của|giao|đề nghị|yêu cầu|phân công|đối với|thứ trưởng[^.;]*chỉ đạo:?)(?: cho)? ?", low)
    if opening:
        body += opening.end()
    charged = re.match(r"trách nhiệm(?: thực hiện)? của ", low)
    lead = next((unit for unit in part.units if unit.start > part.body and LEADS.match(part.low, unit.end)), None)
    if lead is not None and (part.low.rstrip().endswith(":") or len(part.low) < 200):
        return [lead]
    first = next((unit for unit in part.units if unit.start >= part.body), None)
    if first is None or first.start > body + 1:
        if charged and len(low) < 150:
            end = part.body + (re.search(r" \(|$", low) or charged).start()
            return [UnitPhrase(part.body + charged.end(), end, part.text[part.body + charged.end() : end])]
        return []
    rest = part.low[first.end :].strip(" .:;,")
    if rest.startswith("phụ trách") and len(low) < 150:
        return [UnitPhrase(first.start, len(part.text.rstrip(" .:;")), part.text[first.start :].rstrip(" .:;"))]
    covers = first.end - body >= 0.6 * len(part.low[body:].rstrip(" .:;"))
    leads = re.match(r"(?:\([^)]*\))?[ :]*(?:$|chủ trì|có trách nhiệm|phối hợp|chịu trách nhiệm|:|giúp|tham mưu)", rest)
    if covers or leads and (part.low.rstrip().endswith(":") or len(part.low) < 200):
        others = [u for u in part.units if u.start > first.end and re.fullmatch(r"[ ;,]*(?:và)? ?", part.low[first.end : u.start])]
        return [first, *others]
    return []
