"""Where a clause asks for a report: the verb, to whom, through whom, and what is only called so.

"Báo cáo" is a duty where somebody sends something to somebody; as a part of other words ("hệ thống báo cáo",
"báo cáo viên", "nghe báo cáo"), or as the purpose of another's report ("để tổng hợp, báo cáo …"), it is none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from documents.unit_phrases import UnitPhrase, split_units

VERB = re.compile(
    r"(?:gửi|nộp|lập|có|trình|tổng hợp|xây dựng|thực hiện|cập nhật)(?:,? (?:các|bản|gửi|văn bản|chế độ|và|thông tin,?|hồ sơ|dự thảo))* báo cáo"
    r"|báo cáo|phản ánh(?= (?:kịp thời )?(?:về|với|lên|tới|đến|bằng|cho|qua))|\btrình(?= (?:thủ tướng|chính phủ|ubnd|ủy ban|hđnd|hội đồng|chủ tịch|lãnh đạo|cấp|ban|bộ|quốc hội|cơ quan|thường trực|tỉnh ủy|người|các cấp|sở))|(?<!kính )(?:gửi|nộp)(?! đến các| kèm| cho các tổ chức)"
    r"|(?:thông tin|thông báo)(?= (?:kết quả|tình hình))"
)
NO_REPORT: tuple[tuple[str, re.Pattern[str] | None, re.Pattern[str] | None], ...] = tuple(
    (name, re.compile(rf"(?:{before})\Z") if before else None, re.compile(rf"(?:{after})") if after else None)
    for name, before, after in (
        ("no-report", r"không (?:gửi |thực hiện |có )?", r""),
        ("reporter", r"", r" viên\b"),
        ("listening", r"\bnghe [^.;]{0,80}", r""),
        ("listening", r"\b(?:nghe|xem xét|tiếp nhận|thẩm tra|cho ý kiến|xét|góp ý|thông qua|phê duyệt) (?:các |dự thảo )?", r""),
        ("cited", r"\b(?:căn cứ|theo|xét|trong|tại|từ|qua|trên cơ sở|về việc|kèm theo|nêu tại|của|những|một số|hoàn thiện) (?:các |bản |nội dung |kết quả )*", r""),
        ("noun", r"\b(?:hệ thống|mẫu|biểu|biểu mẫu|đề cương|nội dung|thông tin|(?<!định )kỳ|(?<!hằng )(?<!mỗi )(?:tháng|quý|năm)|thời gian|thời hạn|thời điểm|số liệu|chất lượng|phương thức|hình thức"
         r"|quy trình|loại|danh mục|hoạt động|phần mềm|cơ sở dữ liệu|trách nhiệm|tài liệu|chuyên đề|công tác|thống kê,) ?", r""),
        ("regime", r"\b(?<!thực hiện )(?<!thực hiện nghiêm )(?<!thực hiện tốt )chế độ (?:thông tin,? )?", r""),
        ("noun", r"\b(?:quản lý|điều hành|chỉ đạo|theo dõi|tuyên truyền|thống kê), ?", r" ?(?:[,.;]|$| và )"),
        ("numbered", r"", r" (?:số \d|này\b|đã\b|nói trên|nêu trên|trên đây|nghiên cứu khả thi|tài chính\b(?! .*(?:về|gửi))|đánh giá tác động|đề xuất chủ trương|kinh tế - kỹ thuật|thành tích|chính trị\b|từ )"),
    )
)  # fmt: skip
PURPOSE = re.compile(r"(?:\bđể|\bnhằm|\blàm cơ sở|\bphục vụ)(?: (?:kịp thời|tổng hợp|theo dõi|thẩm định|xem xét|tham mưu|đề xuất|cập nhật|hoàn thiện|xử lý|gửi|chỉ đạo|trình|\w+ \w+))?(?: ?,| và)?(?: (?:tổng hợp|theo dõi|xem xét|thẩm định|tham mưu|đề xuất|trình|cập nhật|chung|chỉ đạo|giải quyết))*(?: ?,| và)? ?$")
TO = re.compile(r"(?:(?:báo cáo|gửi) (?:kết quả|tình hình|tiến độ)(?: thực hiện| triển khai| triển khai thực hiện)?|về|gửi về|gửi|cho|lên|đến|tới|với|trình|nộp|gửi đến|gửi tới|gửi cho|báo cáo|phản ánh|phản ánh về|kịp thời về|ngay|kịp thời|đồng gửi|trực tiếp|đồng thời gửi) ?$")
RESULT = re.compile(r"kết quả|tình hình|tiến độ|sơ kết|tổng kết|sơ, tổng kết|việc (?:thực hiện|triển khai)|định kỳ")
DECIDES = re.compile(
    r" ?(?:\([^()]*\))?,? ?(?:để )?(?:được )?(?:kịp thời )?(?:xem xét|quyết định|phê duyệt|cho ý kiến|chỉ đạo|giải quyết|bổ sung|xử lý|bố trí|điều chỉnh|ban hành|thông qua|hướng dẫn|áp dụng|tháo gỡ|thẩm định|cho phép|ký)"
)
VIA = re.compile(r"\(? ?(?:thông qua|qua)(?: đầu mối)?(?: là)?:? (?=[A-ZĐÀ-Ỵ])")
GATHERS = re.compile(r"\(?,? ?(?:để|nhằm|làm cơ sở|và) (?:kịp thời )?(?:theo dõi, |thẩm định, |cập nhật, |xem xét, )?(?:tổng hợp|xem xét|thẩm định|theo dõi)")
FOR_THEM = re.compile(r"(?:để|nhằm|giúp) (?=\w[^.;]{3,80} (?:tổng hợp|theo dõi))")
TROUBLE = re.compile(r"(?:nếu|khi|trường hợp|quá trình|những|có|các)[^.;]{0,40}(?:khó khăn|vướng mắc|vấn đề (?:mới|phát sinh))|(?:khó khăn|vướng mắc)[^.;]{0,60}(?:kịp thời|báo cáo|phản ánh)")


AT_ONCE = re.compile(r" (?:ngay|khẩn|tức thời|nhanh)\b")


@dataclass(frozen=True)
class Report:
    """A report asked for: the span of its verb; units are positions in the paragraph's list of units."""

    start: int
    end: int
    recipients: tuple[UnitPhrase, ...]
    via: tuple[UnitPhrase, ...]
    final: tuple[UnitPhrase, ...]
    has_result: bool
    for_decision: bool
    trouble: bool

    proposes: bool = False
    at_once: bool = False

    @property
    def orders_alone(self) -> bool:
        """Whether it is a duty without a time or a frequency."""
        return bool(self.recipients) and self.has_result and not (self.trouble or self.proposes)


def find_reports(text: str, low: str, units: list[UnitPhrase], start: int, end: int) -> tuple[list[Report], list[tuple[int, int, str]]]:
    """The reports that `low[start:end]` asks for, and the mentions that are none, each with the reason."""
    found: list[Report] = []
    vetoed: list[tuple[int, int, str]] = []
    for match in VERB.finditer(low, start, end):
        reason = _veto(low, match, start, end)
        if reason:
            if "báo cáo" in match[0]:
                vetoed.append((match.start(), match.end(), reason))
        else:
            found.append(_report(text, low, units, match, start, end))
    return found, vetoed


def _veto(low: str, match: re.Match[str], start: int, end: int) -> str:
    before, after = low[max(start, match.start() - 60) : match.start()], low[match.end() : end]
    if PURPOSE.search(before):
        return "purpose"
    if not match[0].startswith("báo cáo"):
        before = before + "\x00"
    for name, left, right in NO_REPORT:
        if (left is None or left.search(before)) and (right is None or right.match(after)):
            return name
    return ""


def _report(text: str, low: str, units: list[UnitPhrase], match: re.Match[str], start: int, end: int) -> Report:
    recipients, via, final = [], [], []
    for unit in units:
        if unit.start < start or unit.end > end or unit.start < match.start() and not _sent_to(low, unit, match):
            continue
        before = low[max(start, unit.start - 40) : unit.start]
        if VIA.search(text, max(start, unit.start - 20), unit.start + 1):
            via.append(unit)
        elif PURPOSE.search(re.sub(r"(?:báo cáo|trình) ?$", "", before)) or recipients and re.search(r"(?:để|nhằm|tổng hợp|tham mưu)[^.;]*(?:báo cáo|trình|tham mưu)(?: cho)? ?$", low[recipients[-1].end : unit.start]):
            final.append(unit)
        elif TO.search(before):
            recipients.append(unit)
        elif recipients and _listed(low, recipients[-1], unit):
            recipients.append(unit)
    for_them = FOR_THEM.search(low, match.end(), end)
    if for_them and recipients:
        via = via or [unit for unit in recipients if low[unit.start : unit.end] == low[for_them.end() : for_them.end() + unit.end - unit.start]]
    gathered = [unit for unit in recipients if GATHERS.match(low, unit.end) or _gathers(low, unit)]
    window = low[start:end]
    decided = any(DECIDES.match(low, unit.end) for unit in recipients)
    return Report(
        match.start(), match.end(), tuple(recipients), tuple(via or gathered), tuple(final),
        "chế độ" in match[0] or bool(RESULT.search(low, max(start, match.start() - 60), min(end, match.end() + 160))),
        decided, bool(TROUBLE.search(window)), match[0] == "trình", bool(AT_ONCE.match(low, match.end())),
    )  # fmt: skip


def _sent_to(low: str, unit: UnitPhrase, match: re.Match[str]) -> bool:
    return False


def _listed(low: str, last: UnitPhrase, unit: UnitPhrase) -> bool:
    """Whether the unit goes on with a list of recipients."""
    return re.fullmatch(r" ?(?:\([^()]*\))? ?(?:,|và|;|, đồng gửi|đồng gửi|và gửi)? ?(?:và )?", low[last.end : unit.start]) is not None


def _gathers(low: str, unit: UnitPhrase) -> bool:
    return re.match(r"[^.;]{0,60}?(?:để|nhằm) (?:theo dõi, )?tổng hợp", low[unit.end : unit.end + 90]) is not None


def names(units: tuple[UnitPhrase, ...]) -> list[str]:
    """The single names that the phrases list."""
    return [name for unit in units for name in split_units(unit.text)]
