"""Which frequency belongs to which time, and what the two come to."""

from __future__ import annotations

import re
from collections.abc import Iterator

from documents.clauses import Clause
from documents.frequencies import Often, Said, each_once
from documents.moments import Moment, MomentKind, Written
from documents.reports import Report

Pair = tuple[Written, Said | None]
OF_SPAN = {"quarter": Often.QUARTER, "half-year": Often.HALF_YEAR, "year": Often.YEAR}
WITHIN_MONTH = frozenset({Often.DAY, Often.WORKDAY, Often.WEEK, Often.MONTH})
"""What comes several times a year; a day with its month is no time of it."""
HAPPENS_ONCE = re.compile(
    r"(?:kết thúc|tổ chức|hoàn thành|khai mạc|bế mạc|hội nghị|ban hành|công bố|tổng kết|bầu cử)"
)
IN_BRACKET = re.compile(r"[^()]{0,25}\([^()]*")
CONCERNING = re.compile(r" ?(?:\(|,)? ?(?:đối với|cho|với) [^();]*| ?\([^()]*")
NEAR = 12
OTHERS = re.compile(
    r"(?:kế hoạch|dự toán|ngân sách|kinh phí|chương trình|vốn|chỉ tiêu|nhiệm vụ|đánh giá|xếp loại|thi đua"
    r"|công tác|nguồn"
    r"|định mức|chi|kiểm tra|giám sát|tập huấn|hội nghị|diễn tập|trung hạn(?:,"
    r"| và)?)(?: [\wđ()]+){0,5},? ?(?:và )?$"
)
"""Whose "hằng năm" it is, where no report stands nearer."""
REPORT_BEFORE = re.compile(r"báo cáo[^.;,]{0,40}$")
FOR_REPORT = re.compile(
    r",? (?:tiến hành |thực hiện |tổ chức )?"
    r"(?:(?:đánh giá|tổng hợp|sơ kết|tổng kết|lập|xây dựng|có|gửi|rà soát)(?:,| và)? ?)*(?:báo cáo|gửi)"
)


def frequency_of(moment: Moment, said: Often | None) -> Often:
    """The frequency of a time, with what the clause says about how often."""
    match moment.kind:
        case MomentKind.DATE:
            return Often.ONCE
        case MomentKind.DAY | MomentKind.LAST_DAY:
            return said or OF_SPAN.get(moment.span or "", Often.MONTH)
        case MomentKind.DELAY | MomentKind.EVENT:
            once = moment.from_this_paper or HAPPENS_ONCE.match(moment.anchor or "") is not None
            return said or (Often.ONCE if once else Often.ON_DEMAND)
        case MomentKind.MONTH | MomentKind.WEEK if moment.span:
            return said or OF_SPAN[moment.span]
        case MomentKind.HOUR:
            return said or Often.DAY
        case MomentKind.WEEKDAY:
            return Often.WEEK
    if moment.year is not None or (said in WITHIN_MONTH and moment.kind is MomentKind.DAY_MONTH):
        return Often.ONCE
    return said or (Often.YEAR if moment.next_year else Often.ONCE)


def pair(low: str, times: list[Written], often: list[Said]) -> list[Pair]:
    """Each time with its frequency: the one whose bracket holds it, or that its bracket names; as many times
    as frequencies go one to one; a single time without a bracket is that of every frequency."""
    often = [
        said for said in each_once(often) if said is often[0] or not _within_bracket(low, often[0], said)
    ]
    if len(often) < 2:
        return [(time, often[0] if often else None) for time in times]
    if len(times) == len(often) and max(said.end for said in often) <= times[0].start:
        return list(zip(times, often, strict=True))
    if len(times) == 1 and not any(_bracketed(low, often, times[0])):
        return [(times[0], said) for said in often]
    return [(time, _partner(low, often, time)) for time in times]


def _within_bracket(low: str, first: Said, later: Said) -> bool:
    """Whether the later word stands in the bracket that opens behind the first one."""
    between = low[first.end : later.start]
    return between.lstrip().startswith("(") and ")" not in between


def _bracketed(low: str, often: list[Said], time: Written) -> Iterator[Said]:
    for said in often:
        if (said.end <= time.start and IN_BRACKET.fullmatch(low[said.end : time.start])) or (
            time.end <= said.start and CONCERNING.fullmatch(low[time.end : said.start])
        ):
            yield said


def _partner(low: str, often: list[Said], time: Written) -> Said:
    bracketed = next(_bracketed(low, often, time), None)
    before = [said for said in often if said.start < time.start]
    return bracketed or (before[-1] if before else often[0])


def belongs(clause: Clause, said: Said, reports: list[Report], times: list[Written]) -> bool:
    """Whether the frequency is that of a report or a date, not of a plan, a budget or a meeting."""
    low = clause.part.low
    if any(_is_near(said, time) for time in times) or FOR_REPORT.match(clause.after(said.end)):
        return True
    if "định kỳ" in low[said.start : said.end]:
        return True
    before = clause.before(said.start)
    if OTHERS.search(before) and not REPORT_BEFORE.search(before[-50:]):
        return False
    return bool(reports) or (bool(times) and said.is_regular)


def _is_near(said: Said, time: Written) -> bool:
    ahead, behind = time.start - said.end, said.start - time.end
    return 0 <= ahead <= NEAR or 0 <= behind <= NEAR or time.start <= said.start < time.end
