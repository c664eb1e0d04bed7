"""The subject of a clause: the unit before the verb, or the one told to ("giao / đề nghị / yêu cầu X")."""

from __future__ import annotations

import re
from collections.abc import Iterator

from documents.clauses import Clause, clauses_of
from documents.duty import From
from documents.outline import Part
from documents.unit_phrases import UnitPhrase, split_units

Subject = tuple[UnitPhrase, From]
TOLD = re.compile(
    r"(?:giao(?: nhiệm vụ)?(?: cho)?|đề nghị|yêu cầu|phân công|kính đề nghị|kính mời|ủy quyền|ủy nhiệm"
    r"|trách nhiệm của|do)"
    r"(?: (?:đồng chí|các đồng chí|đ/c|quý|các))? ?$"
)
DECIDES = re.compile(
    r" ?,? ?(?:xem xét|quyết định|phê duyệt|cho ý kiến|khen|tặng|cho phép|tạo điều kiện|chấp thuận"
    r"|thống nhất)"
)
ORDERS = re.compile(r" ?(?:\([^()]*\))? ?(?:yêu cầu|đề nghị|giao|chỉ thị|thông báo|hướng dẫn|phân công)\b")
LEADS = re.compile(r" ?(?:\([^()]*\))? ?(?:làm |là )?(?:cơ quan |đơn vị |đầu mối )?chủ trì\b")
TOGETHER = re.compile(r"(?:với|của|cùng|và) ?$")
LEAD_IN = re.compile(
    r"(?:căn cứ|trên cơ sở|hằng|định kỳ|trong quá trình|trong phạm vi|trong thời gian|trường hợp|nếu|trước"
    r"|khi|sau|để"
    r"|ngoài|đồng thời|theo|với|kết thúc|ngay sau|chậm nhất|trong|từ|đến|riêng|bên cạnh|hết|vào|nhằm"
    r"|tiếp tục|quá trình"
    r"|thực hiện|kịp thời|năm \d|quý|tháng|ngày|\d)"
)
LEAD_TIME = re.compile(r"(?:hằng (?:ngày|tuần|tháng|quý|năm)|định kỳ|\d{4})$")
BASIS = re.compile(r"(?:căn cứ|trên cơ sở|theo|thực hiện)\b")
OPENINGS = re.compile(r"(?:thời hạn|thời gian|đối với|riêng|riêng đối với|về [^:;.]{3,80}:)")
ASIDES = re.compile(r"(?:trong đó|cụ thể|riêng|đồng thời|lưu ý|ghi chú|các đồng chí|đồng chí)[:,]?")
MARKS = re.compile(r"^(?:\W|\d+[.)]?|[a-zđ]\))+")
CHARGE = re.compile(
    r"(?:trách nhiệm(?: thực hiện)?(?: của)?|nhiệm vụ của|giao|đề nghị|yêu cầu|phân công|đối với"
    r"|thứ trưởng[^.;]*chỉ đạo:?)"
    r"(?: cho)? ?"
)
LEVEL = re.compile(r"(?:đối với |ở )?(?P<level>(?:các )?cấp (?:tỉnh|thành phố|huyện|xã|cơ sở))")
CHARGED = re.compile(r"trách nhiệm(?: thực hiện)? của (?P<who>[^(]+?)(?= \(|$)")
ACTS = re.compile(
    r"(?:\([^)]*\))?[ :]*(?:$|chủ trì|có trách nhiệm|phối hợp|chịu trách nhiệm|:|giúp|tham mưu)"
)
SHORT = 150
HEADING = 200
COVERED = 0.6


def subject(clause: Clause, until: int) -> Subject | None:
    """The last subject of the clause that stands before `until`."""
    found: Subject | None = None
    for unit in clause.part.units:
        if clause.start <= unit.start < min(clause.end, until):
            found = _as_subject(clause, unit) or found
    return found


def subject_of_part(part: Part) -> Subject | None:
    """The last subject of a paragraph taken as one clause."""
    return subject(Clause(part, part.body, len(part.text)), len(part.text))


def carried(clause: Clause) -> Subject | None:
    """The subject of the clauses before, in the same paragraph."""
    found: Subject | None = None
    for earlier in clauses_of(clause.part):
        if earlier.start >= clause.start:
            break
        found = subject(earlier, earlier.end) or found
    return found


def _as_subject(clause: Clause, unit: UnitPhrase) -> Subject | None:
    """The unit as a subject of the clause, by what stands before and behind it."""
    part = clause.part
    raw = clause.before(unit.start)
    before, lead = raw.rstrip(' ,-:“"('), MARKS.sub("", raw).strip()
    if not lead or unit.start <= max(part.body, clause.start) + 3:
        return unit, From.SUBJECT
    if raw.rstrip().endswith(";"):
        return unit, From.SUBJECT
    if LEADS.match(part.low, unit.end) and not TOGETHER.search(before):
        return unit, From.ORDERED
    if TOLD.search(before) and not DECIDES.match(part.low, unit.end):
        return unit, From.ORDERED
    if OPENINGS.fullmatch(lead) or ASIDES.fullmatch(lead):
        return unit, From.SUBJECT
    if LEAD_IN.match(lead) and (raw.rstrip().endswith(",") or LEAD_TIME.search(lead)):
        return unit, From.SUBJECT
    tail = _behind_comma(unit) if BASIS.match(lead) else None
    return (tail, From.SUBJECT) if tail is not None else None


def _behind_comma(unit: UnitPhrase) -> UnitPhrase | None:
    """In "Căn cứ hướng dẫn của Bộ X, Sở Y …" the subject is what follows the comma."""
    pieces = list(split_units(unit.text))
    if ", " not in unit.text or len(pieces) < 2:
        return None
    return UnitPhrase(unit.start + unit.text.rfind(pieces[-1]), unit.end, pieces[-1])


def introduced(part: Part) -> Subject | None:
    """The subject of an introduction that ends in ":"; not who orders in it."""
    found = subject_of_part(part)
    orders = found is not None and found[1] is From.SUBJECT and ORDERS.match(part.low, found[0].end)
    return None if orders else found


def heading_units(part: Part) -> list[UnitPhrase]:
    """The units that a heading names as those who act: it is one, or "Trách nhiệm của X", or "Giao X"."""
    body = part.body
    low = part.low[body:].rstrip(" .:;")
    level = LEVEL.fullmatch(low)
    if level is not None:
        start, end = (body + at for at in level.span("level"))
        return [UnitPhrase(start, end, part.text[start:end])]
    lead = next((unit for unit in part.units if unit.start > body and LEADS.match(part.low, unit.end)), None)
    if lead is not None and (part.introduces or len(part.low) < HEADING):
        return [lead]
    charge = CHARGE.match(low)
    begin = body + (charge.end() if charge else 0)
    first = next((unit for unit in part.units if unit.start >= body), None)
    if first is None or first.start > begin + 1:
        return list(_charged(part, low))
    rest = part.low[first.end :].strip(" .:;,")
    if rest.startswith("phụ trách") and len(low) < SHORT:
        text = part.text[first.start :].rstrip(" .:;")
        return [UnitPhrase(first.start, first.start + len(text), text)]
    covers = first.end - begin >= COVERED * len(part.low[begin:].rstrip(" .:;"))
    if covers or (ACTS.match(rest) and (part.introduces or len(part.low) < HEADING)):
        return [first, *_listed_behind(part, first)]
    return []


def _charged(part: Part, low: str) -> Iterator[UnitPhrase]:
    """ "Trách nhiệm của đối tượng …": any subject, also where it is no unit that is known."""
    match = CHARGED.match(low)
    if match is not None and len(low) < SHORT:
        start, end = (part.body + at for at in match.span("who"))
        yield UnitPhrase(start, end, part.text[start:end])


def _listed_behind(part: Part, first: UnitPhrase) -> Iterator[UnitPhrase]:
    for unit in part.units:
        if unit.start > first.end and re.fullmatch(r"[ ;,]*(?:và)? ?", part.low[first.end : unit.start]):
            yield unit
