"""Why a time in the text is no deadline: each reason has a name, and holds for times without a hard limit.

A hard limit ("trước ngày", "chậm nhất") wins over what only surrounds the time, as in a citation; what the
words before it describe (when a law takes effect, which data is counted) it does not.
"""

from __future__ import annotations

import re
from enum import StrEnum

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


LAWS = (
    r"(?:quyết định|nghị định|nghị quyết|thông tư(?: liên tịch)?|luật|bộ luật|chỉ thị|công văn|kế hoạch|văn bản|thông báo|kết luận|công điện"
    r"|hướng dẫn|tờ trình|chương trình|đề án|quy định|pháp lệnh|hiến pháp|biên bản|báo cáo số|giấy phép|quy chế|lệnh|hiệp định|giấy mời|phiếu|hợp đồng)"
)
NUMBERED = re.compile(r"(?:số:? ?)?\d+[\w.]*(?: ?[/-] ?[\w&.]+)+ ?,? ?(?:được [a-zà-ỹ ]{3,20} )?(?:ban hành )?$|số:? \d+ ?,? ?$")
CITED = re.compile(rf"\b{LAWS}\b(?:(?!trước|chậm nhất|hoàn thành|xong|báo cáo|trình |gửi )[^.;:]){{0,90}}$")
ISSUED_WITH = re.compile(r"(?:ban hành|thông qua|ký|đính kèm|kèm theo|họp|phiên họp|kỳ họp)(?: [\w]+){0,6} $")
EFFECT = re.compile(r"hiệu lực(?: thi hành)?(?: kể)?(?: từ| đến)?[^.;]{0,25}$|(?:áp dụng|thi hành)(?: kể)? từ[^.;]{0,15}$")
DATA = re.compile(
    r"(?:số liệu|dữ liệu|thông tin|kỳ báo cáo|thời gian (?:lấy|chốt|tính|thống kê)|thời điểm (?:lấy|chốt|tính|thống kê|kiểm kê)|tính|chốt)(?: [\w,()]+){0,12}?"
    r" ?(?:tính |được tính )?(?:từ|đến|tại|chốt|là|vào|trong)?[^.;:]{0,20}$"
)
DATA_VERB = re.compile(r"(?:\btính (?:từ|đến)|\b(?<!chủ )(?<!then )chốt|\b(?:lấy|thu thập) số liệu|số liệu(?: tính)?(?: từ| đến)|thời gian (?:chốt|lấy) số liệu)[^.;]{0,60}$")
TARGET = re.compile(
    r"(?:phấn đấu|mục tiêu(?: cụ thể| tổng quát| chung)?(?:$| ?:| là| đến)|chỉ tiêu(?:$| ?:| \d)|tầm nhìn|định hướng đến|đạt(?: (?:ít nhất|tối thiểu|trên|khoảng|từ))* ?[\d.,]+|\d ?%|tỷ lệ|tỉ lệ|có ít nhất|tối thiểu \d)"
)
STORY = re.compile(r"\b(?:đã|vừa qua|xảy ra|diễn ra|những năm qua|thời gian qua|trong những năm|kết quả đạt được|so với|cùng kỳ)\b")
BUDGET = re.compile(r"(?:dự toán|ngân sách|kinh phí|nguồn vốn|vốn|kế hoạch vốn|quyết toán|chi thường xuyên)(?: [\w,()-]+){0,9} $")
SPAN = re.compile(r"(?:giai đoạn|nhiệm kỳ|thời kỳ|khóa|niên độ|năm học|kế hoạch 5 năm|5 năm)(?: từ)?(?: năm)?(?: [\d -]+)? ?$")
OPEN_ENDED = re.compile(r"^[^.;,]{0,12}(?:và|đến)? ?(?:các|những) năm (?:tiếp theo|sau|kế tiếp)|^ trở đi|^ và (?:những|các) năm|^ và hằng năm")
FROM_NOW = re.compile(r"(?:từ nay|kể từ nay|từ khi ban hành|từ ngày ký)(?: cho)? ?$")
EVENT_DAY = re.compile(r"(?:ngày (?:bầu cử|hội|lễ|thành lập|truyền thống|quốc tế|thế giới|khai mạc|kỷ niệm)|kỷ niệm|sinh nhật|tết|đại hội)[^.;,]{0,60}$")
NAMED_DAY = re.compile(r"“?ngày [^()]{4,120} ?\($")


def citation(low: str, time: Written) -> bool:
    """The date of a law or paper that is named."""
    before = low[max(0, time.start - 140) : time.start]
    if time.hard or time.limit in (Limit.BEFORE, Limit.BY) and time.moment.kind is MomentKind.DAY_MONTH:
        return NUMBERED.search(before) is not None and time.limit is None
    if time.moment.kind not in (MomentKind.DATE, MomentKind.DAY_MONTH, MomentKind.MONTH, MomentKind.YEAR):
        return False
    return bool(NUMBERED.search(before) or time.limit is None and CITED.search(before))


def veto(low: str, time: Written, start: int, end: int, past: bool) -> Veto | None:
    """Why the time is no deadline in the clause `low[start:end]`; `past`: not after the day of issue."""
    before, after = low[start : time.start], low[time.end : end]
    if citation(low[start:end], _moved(time, -start)):
        return Veto.CITATION
    if EFFECT.search(before):
        return Veto.EFFECT
    if DATA_VERB.search(before) or DATA_VERB.search(low[start : time.moment_start]):
        return Veto.DATA_WINDOW
    if SPAN.search(before) and not time.hard:
        return Veto.SPAN
    if FROM_NOW.search(before) and not re.search(r"hoàn thành|xong", before):
        return Veto.OPEN_ENDED
    if OPEN_ENDED.search(after) or time.limit is Limit.FROM:
        return Veto.OPEN_ENDED
    if EVENT_DAY.search(before) and time.limit is None or NAMED_DAY.search(before):
        return Veto.EVENT_DAY
    if past and time.limit is not Limit.BEFORE and TOLD.search(low, start, end):
        return Veto.STORY
    if past and TOLD_BEFORE.search(low[start : time.moment_start]):
        return Veto.STORY
    if _years_long(time):
        return Veto.SPAN
    if time.limit is Limit.BEFORE or time.hard and time.moment.kind is not MomentKind.YEAR:
        return None
    if past or STORY.search(before[-60:]):
        return Veto.STORY
    if TARGET.search(before[-90:]) or TARGET.search(after[:70]):
        return Veto.TARGET
    if time.moment.is_span and BUDGET.search(before):
        return Veto.BUDGET
    return None


TOLD = re.compile(r"\b(?:đã|xảy ra|đạt được|giải ngân được)\b")
TOLD_BEFORE = re.compile(r"(?:đã|được)(?: \w+){1,5} trước(?: ngày)? ?$")


def _years_long(time: Written) -> bool:
    """`Năm 2025 - 2030` is a stage of a programme, `năm 2025 - 2026` may be a time to do something in."""
    if time.opens is None or time.opens.year is None or time.moment.year is None:
        return False
    return time.moment.year - time.opens.year > 2


def _moved(time: Written, by: int) -> Written:
    from dataclasses import replace

    return replace(time, start=time.start + by, end=time.end + by, moment_start=time.moment_start + by)
