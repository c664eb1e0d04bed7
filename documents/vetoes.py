"""Why a time in the text is no deadline: each reason has a name.

A hard limit ("trước ngày", "chậm nhất") wins over what only surrounds the time, such as a citation. What the
words before it describe (when a law takes effect, which data is counted) it does not.
"""

from __future__ import annotations

import re
from enum import StrEnum

from documents.clauses import Clause
from documents.moments import Limit, MomentKind, Written


class Veto(StrEnum):
    CITATION = "citation"
    EFFECT = "effect"
    TARGET = "target"
    STORY = "story"
    DATA_WINDOW = "data-window"
    BUDGET = "budget"
    SPAN = "span"
    OPEN_ENDED = "open-ended"
    EVENT_DAY = "event-day"
    NO_ORDER = "no-order"


DATED_PAPERS = frozenset({MomentKind.DATE, MomentKind.DAY_MONTH, MomentKind.MONTH, MomentKind.YEAR})
LAWS = (
    r"(?:quyết định|nghị định|nghị quyết|thông tư(?: liên tịch)?|luật|bộ luật|chỉ thị|công văn|kế hoạch"
    r"|văn bản|thông báo"
    r"|kết luận|công điện|hướng dẫn|tờ trình|chương trình|đề án|quy định|pháp lệnh|hiến pháp|biên bản"
    r"|báo cáo số|giấy phép"
    r"|quy chế|lệnh|hiệp định|giấy mời|phiếu|hợp đồng)"
)
NUMBERED = re.compile(
    r"(?:số:? ?)?\d+[\w.]*(?: ?[/-] ?[\w&.]+)+ ?,? ?(?:được [a-zà-ỹ ]{3,20} )?(?:ban hành )?$|số:? \d+ ?,? ?$"
)
CITED = re.compile(rf"\b{LAWS}\b(?:(?!trước|chậm nhất|hoàn thành|xong|báo cáo|trình |gửi )[^.;:]){{0,90}}$")
EFFECT = re.compile(
    r"hiệu lực(?: thi hành)?(?: kể)?(?: từ| đến)?[^.;]{0,25}$|(?:áp dụng|thi hành)(?: kể)? từ[^.;]{0,15}$"
)
DATA = re.compile(
    r"(?:\btính (?:từ|đến)|\b(?<!chủ )(?<!then )chốt|\b(?:lấy|thu thập) số liệu|số liệu(?: tính)?(?: từ"
    r"| đến))(?:(?!gửi |nộp |trình |, báo cáo)[^.;]){0,60}$"
)
TARGET = re.compile(
    r"(?:phấn đấu|mục tiêu(?: cụ thể| tổng quát| chung)?(?:$| ?:| là| đến)|chỉ tiêu(?:$| ?:| \d)|tầm nhìn"
    r"|định hướng đến"
    r"|đạt(?: (?:ít nhất|tối thiểu|trên|khoảng|từ))* ?[\d.,]+|\d ?%|tỷ lệ|tỉ lệ|có ít nhất|tối thiểu \d)"
)
AIM = re.compile(r"phấn đấu|mục tiêu|chỉ tiêu|tầm nhìn|định hướng")
FINISHED_BEHIND = re.compile(r", (?=(?:hoàn thành|xong|kết thúc)\b[^,]*$)")
STORY = re.compile(
    r"\b(?:đã|vừa qua|xảy ra|diễn ra|những năm qua|thời gian qua|trong những năm|kết quả đạt được|so với"
    r"|cùng kỳ)\b"
)
TOLD = re.compile(r"\b(?:đã|xảy ra|đạt được|giải ngân được)\b")
TOLD_BEFORE = re.compile(r"(?:đã|được)(?: \w+){1,5} trước(?: ngày)? ?$")
BUDGET = re.compile(
    r"(?:dự toán|ngân sách|kinh phí|nguồn vốn|vốn|kế hoạch vốn|quyết toán"
    r"|chi thường xuyên)(?: [\w,()-]+){0,9} $"
)
SPAN = re.compile(
    r"(?:giai đoạn|nhiệm kỳ|thời kỳ|khóa|niên độ|năm học|kế hoạch 5 năm"
    r"|5 năm)(?: từ)?(?: năm)?(?: [\d -]+)? ?$"
)
LASTS = re.compile(
    r"(?:kế hoạch|chương trình|đề án|chiến dịch|phong trào|cuộc vận động|đợt cao điểm)(?: này)?(?: được)?"
    r" (?:triển khai|thực hiện|tổ chức)(?: thực hiện)?(?: trong thời gian)? ?$"
)
"""How long a plan itself runs."""
LONGEST_YEARS = 2
OPEN_ENDED = re.compile(
    r"[^.;,]{0,12}(?:và|đến)? ?(?:các|những) năm (?:tiếp theo|sau|kế tiếp)| trở đi| và (?:những|các) năm"
    r"| và hằng năm"
)
FROM_NOW = re.compile(r"(?:từ nay|kể từ nay|từ khi ban hành|từ ngày ký)(?: cho)? ?$")
EVENT_DAY = re.compile(
    r"(?:ngày (?:bầu cử|hội|lễ|thành lập|truyền thống|quốc tế|thế giới|khai mạc|kỷ niệm)|kỷ niệm|sinh nhật"
    r"|tết|đại hội)"
    r"[^.;,]{0,60}$"
)
NAMED_DAY = re.compile(r"“?ngày [^()]{4,120} ?\($")


def veto(clause: Clause, time: Written, past: bool) -> Veto | None:
    """Why the time is no deadline of the clause; `past`: it is not after the day of issue."""
    return _whatever_the_limit(clause, time, past) or _without_hard_limit(clause, time, past)


def _whatever_the_limit(clause: Clause, time: Written, past: bool) -> Veto | None:
    before = clause.before(time.start)
    if _is_citation(before, time):
        return Veto.CITATION
    if EFFECT.search(before):
        return Veto.EFFECT
    if DATA.search(before) or DATA.search(clause.before(time.moment_start)):
        return Veto.DATA_WINDOW
    if _is_open(clause, time, before):
        return Veto.OPEN_ENDED
    if (EVENT_DAY.search(before) and time.limit is None) or NAMED_DAY.search(before):
        return Veto.EVENT_DAY
    if past and _is_told(clause, time):
        return Veto.STORY
    lasts = time.opens is not None and LASTS.search(before) is not None
    if lasts or (SPAN.search(before) and not time.hard) or _takes_years(time):
        return Veto.SPAN
    return None


def _without_hard_limit(clause: Clause, time: Written, past: bool) -> Veto | None:
    """What a hard limit wins over; a mere year has no limit that is hard enough."""
    if time.limit is Limit.BEFORE or (time.hard and time.moment.kind is not MomentKind.YEAR):
        return None
    before, after = clause.before(time.start), clause.after(time.end)
    if past or STORY.search(before[-60:]):
        return Veto.STORY
    own = _of_its_own(before, clause.before(time.moment_start))
    if TARGET.search(own[-90:]) or TARGET.search(after[:70]):
        return Veto.TARGET
    if time.moment.is_span and BUDGET.search(before):
        return Veto.BUDGET
    return None


def _of_its_own(before: str, with_limit: str) -> str:
    """`Kiểm tra ít nhất 30% số đơn vị, hoàn thành trong quý III/2025`: behind the comma no number is meant,
    unless the whole is an aim."""
    finished = FINISHED_BEHIND.search(with_limit)
    return before if finished is None or AIM.search(before) else before[finished.end() :]


def _is_citation(before: str, time: Written) -> bool:
    """The date of a law or paper that is named."""
    near = before[-140:]
    if time.hard or (time.limit in (Limit.BEFORE, Limit.BY) and time.moment.kind is MomentKind.DAY_MONTH):
        return time.limit is None and NUMBERED.search(near) is not None
    if time.moment.kind not in DATED_PAPERS:
        return False
    return NUMBERED.search(near) is not None or (time.limit is None and CITED.search(near) is not None)


def _is_open(clause: Clause, time: Written, before: str) -> bool:
    """A window without an end, or one that runs from now on."""
    if FROM_NOW.search(before) and not re.search(r"hoàn thành|xong", before):
        return True
    return time.limit is Limit.FROM or OPEN_ENDED.match(clause.after(time.end)) is not None


def _is_told(clause: Clause, time: Written) -> bool:
    if time.limit is not Limit.BEFORE:
        return TOLD.search(clause.low) is not None
    return TOLD_BEFORE.search(clause.before(time.moment_start)) is not None


def _takes_years(time: Written) -> bool:
    """`Năm 2025 - 2030` is a stage of a programme, `năm 2025 - 2026` may be a time to do something in."""
    if time.opens is None or time.opens.year is None or time.moment.year is None:
        return False
    return time.moment.year - time.opens.year > LONGEST_YEARS
