"""Whether a clause orders something for a time, where no reason speaks against it."""

from __future__ import annotations

import re
from dataclasses import replace

from documents.clauses import Clause
from documents.frequencies import Said
from documents.labels import is_labelled
from documents.moments import Limit, MomentKind, Written
from documents.reports import Report

RECURRING = frozenset({MomentKind.HOUR, MomentKind.WEEKDAY, MomentKind.LAST_DAY, MomentKind.DAY})
TASK = re.compile(
    r"hoàn thành|hoàn thiện|xong|ban hành|trình|báo cáo|gửi|nộp|tổ chức|thực hiện|triển khai|xây dựng"
    r"|tổng kết|sơ kết"
    r"|phê duyệt|đề xuất|tham mưu|rà soát|lập|công bố|kết thúc|bàn giao|thành lập|kiện toàn|cập nhật"
    r"|đăng ký|phối hợp"
    r"|làm việc|cung cấp|nghiệm thu|khởi công|đưa vào|thông báo|kiểm tra|quyết toán|giải ngân|phát hành"
    r"|đăng tải|niêm yết"
    r"|bầu cử|hiệp thương"
)
FINISHED = re.compile(
    r"gửi|nộp|hoàn thành|hoàn thiện|xong|ban hành|trình|phê duyệt|báo cáo|kết thúc|tổng kết|sơ kết"
)
CARRIED_OUT = re.compile(r"(?:tổ chức|thực hiện|triển khai|phát động|khai mạc|tiến hành|diễn ra) ?$")
ATTRIBUTE = re.compile(
    r" ?(?:của|đã|được|theo|là|và các|so|như|trên|ở|cho|với|phải|tại|về|đối|có|bằng|nhằm"
    r"|để (?:góp|phục|đảm|bảo|tạo)|này)\b"
)
"""Behind a time that only describes a noun."""
OF_YEAR = re.compile(
    r"(?:nhiệm vụ|kế hoạch|công tác|chương trình|kết quả|báo cáo|nội dung|hoạt động|dự án|đề án"
    r"|chính sách)(?: [\w]+){0,6} ?$"
)
SENT = re.compile(r"(?:hoàn thành|xong|báo cáo|gửi|nộp) ?$")
FINISHED_BY = re.compile(r"(?:hoàn thành|xong|kết thúc|hoàn thiện)(?: (?:trong|vào|là|cuối))? ?$")
MEETING = re.compile(
    r"(?:[^:;]{3,40}: ?)?(?:tham mưu |triển khai |tổ chức |phối hợp )[^.;]*"
    r"\b(?:hội nghị|hội thảo|lễ|đại hội|tọa đàm)\b[^,.;:]{0,60}$"
)
OPENING = re.compile(r", (?=.*\b(?:trình|hoàn thành|ban hành|xây dựng)\b)", re.DOTALL)
YEARLY = re.compile(r" (?:hằng|mỗi) năm\b")
SHORT_NOTE = re.compile(r"[\w ]{0,20}(?:,| và) ?")


def as_ordered(clause: Clause, time: Written, often: list[Said], reports: list[Report]) -> Written:
    """The time with the limit that its place gives it, where it has no words of its own."""
    if time.rule == "when-event" and any(report.at_once and not report.trouble for report in reports):
        return replace(time, limit=Limit.AT_ONCE, hard=True)
    low = clause.part.low
    if time.opens is not None and is_labelled(low, clause.start, time.start):
        return replace(time, hard=True)
    if time.limit is not None or time.moment.kind in (MomentKind.DELAY, MomentKind.EVENT):
        return time
    if is_labelled(low, clause.start, time.start) or FINISHED_BY.search(clause.before(time.start)):
        return replace(time, limit=Limit.IN if time.moment.is_span else Limit.BY, hard=True)
    if time.moment.is_span and (
        _in_bracket(low, time, often, reports) or (reports and YEARLY.match(low, time.end))
    ):
        return replace(time, limit=Limit.IN, hard=True)
    return time


def _in_bracket(low: str, time: Written, often: list[Said], reports: list[Report]) -> bool:
    """In brackets behind a frequency or a report: `06 tháng một lần (tháng 01 và tháng 6 hằng năm)`."""
    opened = low.rfind("(", 0, time.start)
    inside = low[opened + 1 : time.start]
    if opened < 0 or ")" in inside or (inside.strip(" ,và") and not SHORT_NOTE.fullmatch(inside)):
        return False
    behind = any(0 <= opened - said.end <= 12 for said in often)
    return (bool(reports) and behind) or any(0 <= opened - report.end <= 60 for report in reports)


def is_order(clause: Clause, time: Written, has_report: bool) -> bool:
    """Whether the clause orders something for that time."""
    kind = time.moment.kind
    if kind is MomentKind.DELAY:
        told = has_report or (time.moment.from_this_paper and TASK.search(clause.low) is not None)
        return time.limit is not None and told and not time.moment.counts_back
    if kind is MomentKind.EVENT:
        return time.limit is Limit.AT_ONCE and has_report
    if kind in RECURRING:
        return _recurs(clause, time, has_report)
    if time.hard:
        needs_task = kind is MomentKind.YEAR or (
            time.opens is not None and not _is_behind_colon(clause, time)
        )
        return not needs_task or TASK.search(clause.low) is not None
    if time.limit is None:
        return time.moment.is_span and time.moment.year is not None and _opens_order(clause, time)
    if kind is MomentKind.YEAR:
        return _is_year_to_finish(clause, time)
    return _is_told_to_do(clause, time, has_report)


def _recurs(clause: Clause, time: Written, has_report: bool) -> bool:
    limited = time.limit is not None or (time.moment.month_of is not None and has_report)
    return limited and (time.hard or has_report or TASK.search(clause.before(time.moment_start)) is not None)


def _is_all_behind_colon(clause: Clause, time: Written) -> bool:
    """`Lập danh sách: từ ngày 10/10 đến ngày 15/10.`"""
    day = time.moment.kind in (MomentKind.DATE, MomentKind.DAY_MONTH)
    return day and _is_behind_colon(clause, time) and not clause.after(time.end).strip(" .;)/")


def _is_behind_colon(clause: Clause, time: Written) -> bool:
    return clause.before(time.start).rstrip().endswith(":")


def _opens_order(clause: Clause, time: Written) -> bool:
    """`Năm 2023, Cục X … trình …`; `Tổ chức hội nghị … tháng 5/2024.`"""
    before, after = clause.before(time.start).strip(" -"), clause.after(time.end)
    if not before:
        return OPENING.match(after) is not None
    return MEETING.match(before) is not None and not after.strip(" .;)/")


def _is_year_to_finish(clause: Clause, time: Written) -> bool:
    """`Hoàn thành trong năm 2025`, `tổng kết vào năm 2030`; not `các nhiệm vụ trong năm 2025`."""
    if time.limit is not Limit.IN or ATTRIBUTE.match(clause.after(time.end)):
        return False
    finishes = FINISHED.search(clause.before(time.moment_start)[-60:]) is not None
    at_a_time = clause.part.low.startswith("vào", time.start)
    return finishes and (at_a_time or OF_YEAR.search(clause.before(time.start)) is None)


def _is_told_to_do(clause: Clause, time: Written, has_report: bool) -> bool:
    before, after = clause.before(time.moment_start), clause.after(time.end)
    bare = clause.before(time.start)
    if time.limit is Limit.ON and time.moment.kind is MomentKind.DATE and not TASK.search(before):
        return False
    if ATTRIBUTE.match(after) and not (FINISHED.search(before[-25:]) or CARRIED_OUT.search(bare)):
        return False
    if time.opens is not None and not (has_report or SENT.search(bare)):
        return _is_all_behind_colon(clause, time)
    return TASK.search(before) is not None or (TASK.search(after) is not None and not bare.strip(" -"))
