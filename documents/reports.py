"""Where a clause asks for a report: the verb, to whom, through whom; and what is only called so.

"Báo cáo" is a duty where somebody sends something to somebody. As a part of other words ("hệ thống báo cáo",
"báo cáo viên", "nghe báo cáo"), or as the purpose of another's report ("để tổng hợp, báo cáo …"), it is none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum

from documents.clauses import Clause
from documents.passage import UPPER
from documents.unit_phrases import UnitPhrase


class NoReport(StrEnum):
    """Why "báo cáo" asks for none."""

    NEGATED = "negated"
    SPEAKER = "speaker"
    LISTENING = "listening"
    CITED = "cited"
    PART_OF_NAME = "part-of-name"
    REGIME = "regime"
    ANOTHER_THING = "another-thing"
    PURPOSE = "purpose"


SENDERS = (
    r"thủ tướng|chính phủ|ubnd|ủy ban|hđnd|hội đồng|chủ tịch|lãnh đạo|cấp|ban|bộ|quốc hội|cơ quan"
    r"|thường trực|tỉnh ủy|người"
    r"|các cấp|sở"
)
VERB = re.compile(
    r"(?:gửi|nộp|lập|có|trình|tổng hợp|xây dựng|thực hiện|cập nhật)"
    r"(?:,? (?:các|bản|gửi|văn bản|chế độ|và|thông tin,?|hồ sơ|dự thảo))* báo cáo"
    r"|báo cáo"
    r"|phản ánh(?= (?:kịp thời )?(?:về|với|lên|tới|đến|bằng|cho|qua))"
    rf"|\btrình(?= (?:{SENDERS}))"
    r"|(?<!kính )(?:gửi|nộp)(?! đến các| kèm| cho các tổ chức)"
    r"|(?:thông tin|thông báo)(?= (?:kết quả|tình hình))"
)
THINGS = (
    r"hệ thống|mẫu|biểu|biểu mẫu|đề cương|nội dung|thông tin|(?<!định )kỳ|(?<!hằng )(?<!mỗi )(?:tháng|quý"
    r"|năm)|thời gian"
    r"|thời hạn|thời điểm|số liệu|chất lượng|phương thức|hình thức|quy trình|loại|danh mục|hoạt động"
    r"|phần mềm|cơ sở dữ liệu"
    r"|trách nhiệm|tài liệu|chuyên đề|công tác|thống kê,"
)
NO_REPORTS: tuple[tuple[NoReport, re.Pattern[str] | None, re.Pattern[str] | None], ...] = tuple(
    (reason, re.compile(rf"(?:{before})\Z") if before else None, re.compile(after) if after else None)
    for reason, before, after in (
        (NoReport.NEGATED, r"không (?:gửi |thực hiện |có )?", ""),
        (NoReport.SPEAKER, "", r" viên\b"),
        (NoReport.LISTENING, r"\bnghe [^.;]{0,80}", ""),
        (
            NoReport.LISTENING,
            r"\b(?:nghe|xem xét|tiếp nhận|thẩm tra|cho ý kiến|xét|góp ý|thông qua|phê duyệt) (?:các "
            r"|dự thảo )?",
            "",
        ),
        (
            NoReport.CITED,
            r"\b(?:căn cứ|theo|xét|trong|tại|từ|qua|trên cơ sở|về việc|kèm theo|nêu tại|của|những|một số"
            r"|hoàn thiện) "
            r"(?:các |bản |nội dung |kết quả )*",
            "",
        ),
        (NoReport.PART_OF_NAME, rf"\b(?:{THINGS}) ?", ""),
        (
            NoReport.REGIME,
            r"\b(?<!thực hiện )(?<!thực hiện nghiêm )(?<!thực hiện tốt )chế độ (?:thông tin,? )?",
            "",
        ),
        (
            NoReport.PART_OF_NAME,
            r"\b(?:quản lý|điều hành|chỉ đạo|theo dõi|tuyên truyền|thống kê), ?",
            r" ?(?:[,.;]|$| và )",
        ),
        (
            NoReport.ANOTHER_THING,
            "",
            r" (?:số \d|này\b|đã\b|nói trên|nêu trên|trên đây|nghiên cứu khả thi|tài chính\b(?! .*(?:về|gửi))"
            r"|đánh giá tác động|đề xuất chủ trương|kinh tế - kỹ thuật|thành tích|chính trị\b|từ )",
        ),
    )
)
PURPOSE = re.compile(
    r"(?:\bđể|\bnhằm|\blàm cơ sở|\bphục vụ)"
    r"(?: (?:kịp thời|tổng hợp|theo dõi|thẩm định|xem xét|tham mưu|đề xuất|cập nhật|hoàn thiện|xử lý|gửi"
    r"|chỉ đạo|trình"
    r"|\w+ \w+))?(?: ?,| và)?"
    r"(?: (?:tổng hợp|theo dõi|xem xét|thẩm định|tham mưu|đề xuất|trình|cập nhật|chung|chỉ đạo"
    r"|giải quyết))*(?: ?,| và)? ?$"
)
TO = re.compile(
    r"(?:(?:báo cáo|gửi) (?:kết quả|tình hình|tiến độ)(?: thực hiện| triển khai| triển khai thực hiện)?"
    r"|về|gửi|cho|lên|đến|tới|với|trình|nộp|báo cáo|phản ánh|ngay|kịp thời|đồng gửi|trực tiếp) ?$"
)
VIA = re.compile(rf"\(? ?(?:thông qua|qua)(?: đầu mối)?(?: là)?:? (?=[{UPPER}])")
GATHERED = re.compile(
    r"(?:\(?,? ?(?:để|nhằm|làm cơ sở|và) (?:kịp thời )?(?:theo dõi, |thẩm định, |cập nhật, |xem xét, )?"
    r"(?:tổng hợp|xem xét|thẩm định|theo dõi)"
    r"|(?:(?!đồng gửi)[^.;]){0,60}?(?:để|nhằm) (?:theo dõi, )?tổng hợp)"
)
FOR_GATHERER = re.compile(r"(?:để|nhằm|giúp) (?=\w[^.;]{3,80} (?:tổng hợp|theo dõi))")
ONWARD = re.compile(r"(?:để|nhằm|tổng hợp|tham mưu)[^.;]*(?:báo cáo|trình|tham mưu)(?: cho)? ?$")
LISTED = re.compile(r" ?(?:\([^()]*\))? ?(?:,|và|;|, đồng gửi|đồng gửi|và gửi)? ?(?:và )?")
RESULT = re.compile(
    r"kết quả|tình hình|tiến độ|sơ kết|tổng kết|sơ, tổng kết|việc (?:thực hiện|triển khai)|định kỳ"
)
DECIDES = re.compile(
    r" ?(?:\([^()]*\))?,? ?(?:để )?(?:được )?(?:kịp thời )?(?:xem xét|quyết định|phê duyệt|cho ý kiến"
    r"|chỉ đạo|giải quyết"
    r"|bổ sung|xử lý|bố trí|điều chỉnh|ban hành|thông qua|hướng dẫn|áp dụng|tháo gỡ|thẩm định|cho phép|ký)"
)
TROUBLE = re.compile(
    r"(?:nếu|khi|trường hợp|quá trình|những|có|các)[^.;]{0,40}(?:khó khăn|vướng mắc|vấn đề (?:mới|phát sinh))"
    r"|(?:khó khăn|vướng mắc)[^.;]{0,60}(?:kịp thời|báo cáo|phản ánh)"
)
AT_ONCE = re.compile(r" (?:ngay|khẩn|tức thời|nhanh)\b")
BEFORE_RESULT, BEHIND_RESULT = 60, 160
"""Letters around the verb in which "kết quả" is what is reported."""


@dataclass(frozen=True)
class Report:
    """A report asked for: the span of its verb, and the units around it."""

    start: int
    end: int
    recipients: tuple[UnitPhrase, ...] = ()
    via: tuple[UnitPhrase, ...] = ()
    final: tuple[UnitPhrase, ...] = ()
    has_result: bool = False
    for_decision: bool = False
    trouble: bool = False
    proposes: bool = False
    at_once: bool = False

    @property
    def orders_alone(self) -> bool:
        """Whether it is a duty without a time or a frequency."""
        return bool(self.recipients) and self.has_result and not (self.trouble or self.proposes)


@dataclass
class Reports:
    """What a clause says about reports: asked for, and only mentioned (span and reason)."""

    asked: list[Report] = field(default_factory=list)
    mentioned: list[tuple[int, int, NoReport]] = field(default_factory=list)


def find_reports(clause: Clause) -> Reports:
    """The reports that the clause asks for."""
    found = Reports()
    for match in VERB.finditer(clause.part.low, clause.start, clause.end):
        reason = _no_report(clause, match)
        if reason is None:
            found.asked.append(_report(clause, match))
        elif "báo cáo" in match[0]:
            found.mentioned.append((match.start(), match.end(), reason))
    return found


def merged(clause: Clause, reports: list[Report], at: int) -> Report | None:
    """The report nearest before `at`; "đồng gửi X" adds its recipients to those of the report before it."""
    before = [report for report in reports if report.start < at]
    if not before:
        return None
    last = before[-1]
    if len(before) > 1 and clause.part.low[: last.start].endswith(("đồng ", "đồng thời ")):
        first = before[-2]
        more = tuple(unit for unit in last.recipients if unit not in first.recipients)
        return replace(last, start=first.start, recipients=first.recipients + more)
    return last


def _no_report(clause: Clause, match: re.Match[str]) -> NoReport | None:
    before = clause.before(match.start())[-BEFORE_RESULT:]
    if PURPOSE.search(before):
        return NoReport.PURPOSE
    after, noun = clause.after(match.end()), match[0].startswith("báo cáo")
    for reason, left, right in NO_REPORTS:
        if (left is None or (noun and left.search(before))) and (right is None or right.match(after)):
            return reason
    return None


def _report(clause: Clause, match: re.Match[str]) -> Report:
    low, start, end = clause.part.low, match.start(), match.end()
    units = [unit for unit in clause.part.units if start <= unit.start and unit.end <= clause.end]
    recipients, via, final = _sorted(clause, units)
    around = low[max(clause.start, start - BEFORE_RESULT) : min(clause.end, end + BEHIND_RESULT)]
    return Report(
        start,
        end,
        tuple(recipients),
        tuple(via or _gatherers(clause, recipients, end)),
        tuple(final),
        has_result="chế độ" in match[0] or RESULT.search(around) is not None,
        for_decision=any(DECIDES.match(low, unit.end) for unit in recipients),
        trouble=TROUBLE.search(clause.low) is not None,
        proposes=match[0] == "trình",
        at_once=AT_ONCE.match(low, end) is not None,
    )


Phrases = list[UnitPhrase]


def _sorted(clause: Clause, units: Phrases) -> tuple[Phrases, Phrases, Phrases]:
    """The units behind the verb: who receives, through whom, and who stands at the end of the chain."""
    recipients: Phrases = []
    via: Phrases = []
    final: Phrases = []
    for unit in units:
        before = clause.before(unit.start)[-40:]
        if VIA.search(clause.part.text, max(clause.start, unit.start - 20), unit.start + 1):
            via.append(unit)
        elif _is_onward(clause, recipients, unit, before):
            final.append(unit)
        elif TO.search(before) or (recipients and _follows(clause, recipients[-1], unit)):
            recipients.append(unit)
    return recipients, via, final


def _is_onward(clause: Clause, recipients: Phrases, unit: UnitPhrase, before: str) -> bool:
    """In `gửi X để tổng hợp, báo cáo Y`, Y is the end of the chain."""
    if PURPOSE.search(re.sub(r"(?:báo cáo|trình) ?$", "", before)):
        return True
    return bool(recipients) and ONWARD.search(clause.part.low[recipients[-1].end : unit.start]) is not None


def _follows(clause: Clause, last: UnitPhrase, unit: UnitPhrase) -> bool:
    return LISTED.fullmatch(clause.part.low[last.end : unit.start]) is not None


def _gatherers(clause: Clause, recipients: Phrases, at: int) -> Phrases:
    """The recipients that gather: `về X để tổng hợp`, `gửi X … để X tổng hợp`."""
    low = clause.part.low
    named = FOR_GATHERER.search(low, at, clause.end)
    if named is not None:
        again = [unit for unit in recipients if low.startswith(low[unit.start : unit.end], named.end())]
        if again:
            return again
    return [unit for unit in recipients if GATHERED.match(low, unit.end)]
