"""Duties: what a clause, a label line or a row of a table asks for, when and how often.

(a) a limit and a time · (b) a label line with a time · (c) a report and a frequency · (d) a report to somebody,
with neither. Every time and every "báo cáo" that becomes none is kept with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from documents.clauses import clauses
from documents.frequencies import REGULARLY, Often, Said, find_frequencies
from documents.furniture import Act
from documents.labels import TIME as TIME_LABEL
from documents.labels import Label, group, is_labelled, label_of, lead_units, lead_within
from documents.moments import Limit, Moment, MomentKind, Written
from documents.outline import Part, Section
from documents.quotes import quote_span
from documents.reporters import From, Reporters, carried, heading_units, subject
from documents.reports import Report, find_reports, names
from documents.source import BlockKind, Span
from documents.tables import Row, table_rows
from documents.times import find_times
from documents.unit_phrases import UnitPhrase, split_units
from documents.vetoes import Veto, veto


class Rule(StrEnum):
    """Which rule drafted the duty."""

    LIMIT = "limit-and-time"
    LABEL = "label"
    ROW = "row"
    OFTEN = "report-and-frequency"
    SENT = "report-to-somebody"


class Doubt(StrEnum):
    """What a person should look at."""

    YEAR = "year-worked-out"
    REPORTER = "reporter-inherited"
    NO_REPORTER = "no-reporter"
    NO_DATE = "no-date"
    NO_FREQUENCY = "no-frequency"
    BEFORE_ISSUE = "before-issue"
    SEVERAL_TIMES = "several-times"
    SPREAD = "spread-date"
    MONTH_ONLY = "month-only"
    SCANNED = "scanned"


@dataclass
class Duty:
    rule: Rule
    part: Part
    start: int  # of the clause, in the part's passage
    end: int
    often: Often
    years: int | None = None
    time: Written | None = None
    said: Said | None = None
    report: Report | None = None
    reporters: Reporters | None = None
    title: Span | None = None
    task: Part | None = None
    lower: bool = False
    doubts: set[Doubt] = field(default_factory=set)

    @property
    def quote(self) -> Span:
        if self.rule in (Rule.ROW, Rule.LABEL):
            return self.part.passage.span(self.start, self.end)
        anchors = [(x.start, x.end) for x in (self.time, self.said, self.report) if x is not None and self.start <= x.start < self.end]
        if self.report is not None:
            anchors += [(unit.start, unit.end) for unit in self.report.recipients]
        return self.part.passage.span(*quote_span(self.part.text, (self.start, self.end), anchors, self.part.units))


@dataclass(frozen=True)
class Passed:
    """What looks like a time or a report and became no duty: where, and why."""

    part: Part
    start: int
    end: int
    reason: str

    @property
    def span(self) -> Span:
        return self.part.passage.span(self.start, self.end)


@dataclass
class Found:
    duties: list[Duty] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list)


OBLIGED = re.compile(r"(?P<who>đối tượng (?:thực hiện|gửi|nộp) (?:chế độ )?báo cáo(?: định kỳ)?) (?:được|là|theo)")
ABOUT_REPORTING = re.compile(r"chế độ (?:thông tin,? )?báo cáo|công tác (?:thông tin,? )?báo cáo|thông tin,? báo cáo")
REPORT_OF = re.compile(r"^báo cáo (?:định kỳ )?(?:hằng |theo )?(?:tháng|quý|0?6 tháng|0?9 tháng|năm|tuần|ngày|kế hoạch|đột xuất)")
TASK = re.compile(
    r"hoàn thành|hoàn thiện|xong|ban hành|trình|báo cáo|gửi|nộp|tổ chức|thực hiện|triển khai|xây dựng|tổng kết|sơ kết|phê duyệt|đề xuất|tham mưu"
    r"|rà soát|lập|công bố|kết thúc|bàn giao|thành lập|kiện toàn|cập nhật|đăng ký|phối hợp|làm việc|cung cấp|nghiệm thu|khởi công|đưa vào|thông báo|kiểm tra|quyết toán|giải ngân|phát hành|đăng tải|cung cấp|niêm yết|bầu cử|hiệp thương"
)
NEXT_TO = re.compile(r"(?:tổ chức|thực hiện|triển khai|phát động|khai mạc|tiến hành|diễn ra) ?$")
FINISHED = re.compile(r"gửi|nộp|hoàn thành|hoàn thiện|xong|ban hành|trình|phê duyệt|báo cáo|kết thúc|tổng kết|sơ kết")
ATTRIBUTE = re.compile(
    r"^ ?(?:của|đã|được|theo|là|và các|so|như|trên|ở|cho|với|phải|tại|về|đối|có|bằng|nhằm|để (?:góp|phục|đảm|bảo|tạo)|này)\b"
)
NOT_YET = re.compile(r"(?:nhiệm vụ|kế hoạch|công tác|chương trình|kết quả|báo cáo|nội dung|hoạt động|dự án|đề án|chính sách)(?: [\w]+){0,6} ?$")


def find_duties(act: Act, parts: Sequence[Part]) -> Found:
    """All duties of one document, in its order."""
    found = Found()
    reader = _Reader(act, list(parts), found)
    reader.read()
    return found


@dataclass
class _Reader:
    act: Act
    parts: list[Part]
    found: Found

    def __post_init__(self) -> None:
        opening = " ".join(part.low for part in self.parts[:6] if len(part.low) < 200)
        self.about_reporting = ABOUT_REPORTING.search(f"{self.act.head.title.lower()} {opening}") is not None

    def read(self) -> None:
        rows = {id(row.part): row for row in table_rows(self.parts)}
        for n, part in enumerate(self.parts):
            if part.block.kind is BlockKind.ROW:
                if (row := rows.get(id(part))) is not None:
                    self._row(row)
                continue
            label = label_of(part)
            if label is not None and label[0] is Label.TIME and self._label(n, part, label[1]):
                continue
            if label is not None and label[0] in (Label.LEAD, Label.PARTNER) and len(part.text) - label[1].end() < 150 and not find_times(part.low):
                continue
            self._paragraph(n, part)

    # ---- label lines
    def _label(self, n: int, part: Part, match: re.Match[str]) -> bool:
        rest = clauses(part.text, match.end()) or [(match.end(), len(part.text))]
        times = [t for t in find_times(part.low) if t.start >= match.start() and t.moment_start >= match.end("what")]
        start, end = part.body, max(rest[0][1], times[0].end if times else 0)
        if not times or times[0].start > rest[0][1]:
            return False
        if re.search(r"tính từ|khen thưởng|chốt", part.low[match.start() : match.end() + 12]):
            return False
        in_first = _dates_before_delays([t for t in times if t.start < end])
        taken = [t for t in in_first if not self._label_veto(part, t, end)]
        often = [f for f in self._above(part, find_frequencies(part.low[:end])) if f.often is not Often.ON_DEMAND]
        for time, said in pair(part.low, [_in_label(t) for t in taken], often):
            duty = Duty(Rule.LABEL, part, start, end, Often.ONCE, time=time)
            self._settle(duty, [said] if said else [])
            self._task(n, duty)
            duty.reporters = self._lead(n, part) or self._of_task(n, duty) or self._inherited(n, part)
            self._add(duty)
        self._rest(n, part, end)
        return True

    def _label_veto(self, part: Part, time: Written, end: int) -> bool:
        reason = veto(part.low, time, part.body, end, self._is_past(time) and time.moment.kind is MomentKind.DATE and not time.hard)
        if reason is None and time.moment.kind is MomentKind.EVENT and not time.hard or time.moment.counts_back:
            reason = Veto.NO_ORDER
        if reason in (Veto.TARGET, Veto.STORY, Veto.BUDGET):
            return False
        if reason is not None:
            self._pass(part, time.start, time.end, reason)
        return reason is not None

    def _lead(self, n: int, part: Part) -> Reporters | None:
        for other in group(part, self.parts, n):
            found = label_of(other)
            if found is not None and found[0] is Label.LEAD:
                units = lead_units(other, found[1])
                if units:
                    return _reporters(other, units, From.LEAD_LABEL)
        return None

    def _task(self, n: int, duty: Duty) -> None:
        """The task is the plain line above the labels; a report that it asks for says to whom."""
        for other in reversed(self.parts[max(0, n - 8) : n]):
            if label_of(other) is None and not other.low[other.body :].rstrip().endswith(":"):
                duty.title = other.passage.span(other.body, len(other.text))
                duty.task = other
                reports, _ = find_reports(other.text, other.low, other.units, other.body, len(other.text))
                duty.report = next((r for r in reports if r.recipients), None)
                return

    def _of_task(self, n: int, duty: Duty) -> Reporters | None:
        task = duty.task
        if task is None or task.is_heading and task.style in ("roman", "part", "article"):
            return None
        found = subject(task, task.body, len(task.text), len(task.text))
        return _reporters(task, [found[0]], found[1]) if found else None

    def _rest(self, n: int, part: Part, end: int) -> None:
        if part.text[end:].strip(" .;"):
            self._paragraph(n, part, end)

    # ---- rows
    def _row(self, row: Row) -> None:
        for time in row.times:
            duty = Duty(Rule.ROW, row.part, 0, row.end, Often.ONCE, time=time)
            self._settle(duty, row.often)
            if row.leads:
                duty.reporters = _reporters(row.part, row.leads, From.COLUMN)
            duty.title = row.task
            if row.reports:
                duty.report = row.reports[0]
            self._add(duty)

    # ---- paragraphs
    def _paragraph(self, n: int, part: Part, begin: int | None = None) -> None:
        times = find_times(part.low)
        for start, end in self._whole(part, clauses(part.text, part.body if begin is None else begin)):
            inside = [t for t in times if start <= t.start and t.moment_start < end]
            self._clause(n, part, start, end, inside)

    def _whole(self, part: Part, spans: list[Span]) -> list[Span]:
        """Clauses, without cutting a list of units that has semicolons in it."""
        found: list[Span] = []
        for start, end in spans:
            if found and _ends_in_unit(part, *found[-1]) and _begins_with_unit(part, start):
                found[-1] = (found[-1][0], end)
            else:
                found.append((start, end))
        return found

    def _clause(self, n: int, part: Part, start: int, end: int, times: list[Written]) -> None:
        reports, vetoed = find_reports(part.text, part.low, part.units, start, end)
        for left, right, reason in vetoed:
            self._pass(part, left, right, f"report: {reason}")
        often = self._often(part, start, end, reports, times)
        times = [_as_label(part.low, t, start) for t in times]
        times = [_in_bracket_of(part.low, _at_once(t, reports), often, reports) for t in times]
        kept = _dates_before_delays([t for t in times if self._orders(part, t, start, end, reports)])
        often = self._often(part, start, end, reports, kept)
        duties = list(self._dated(part, start, end, kept, often, reports))
        used = {id(d.said) for d in duties}
        duties += self._undated(n, part, start, end, [f for f in often if id(f) not in used], reports, bool(duties))
        for duty in duties:
            anchor = _anchor(duty, start, end)
            duty.reporters = self._who(n, part, start, end, anchor, duty.report)
            self._add(duty)

    def _orders(self, part: Part, time: Written, start: int, end: int, reports: list[Report]) -> bool:
        low = part.low
        reason: str | None = veto(low, time, start, end, self._is_past(time))
        if reason is None and part.section is Section.TARGETS and not (time.hard and reports):
            reason = Veto.TARGET
        if reason is None and part.section is Section.DATA:
            reason = Veto.DATA_WINDOW
        if reason is None and part.section is Section.PURPOSE and not time.hard:
            reason = Veto.NO_ORDER
        if reason is None and not _is_order(low, time, start, end, bool(reports)):
            reason = Veto.NO_ORDER
        if reason is not None:
            self._pass(part, time.start, time.end, reason)
        return reason is None

    def _often(self, part: Part, start: int, end: int, reports: list[Report], times: list[Written]) -> list[Said]:
        found = find_frequencies(part.low[start:end])
        moved = [replace(f, start=f.start + start, end=f.end + start) for f in found]
        return [f for f in moved if _belongs(part.low, f, start, end, reports, times)]

    def _dated(self, part: Part, start: int, end: int, times: list[Written], often: list[Said], reports: list[Report]) -> Iterator[Duty]:
        report = reports[0] if reports else None
        if not often and times:
            often = self._above(part, often)
        report_of: dict[int, Report | None] = {id(t): self._merged(part, reports, t) for t in times}
        for time, said in pair(part.low, times, [f for f in often if f.often is not Often.ON_DEMAND]):
            duty = Duty(Rule.LIMIT, part, start, end, Often.ONCE, time=time, report=report_of[id(time)] or report)
            self._settle(duty, [said] if said else [])
            if duty.often is Often.ONCE and time.moment.kind is MomentKind.DAY_MONTH and REGULARLY.search(part.low, start, end):
                duty.often = Often.YEAR
                duty.doubts.discard(Doubt.YEAR)
            if len(times) > 1:
                duty.doubts.add(Doubt.SEVERAL_TIMES)
            yield duty

    def _merged(self, part: Part, reports: list[Report], time: Written) -> Report | None:
        """The report nearest before the time; "đồng gửi X" adds its recipients to those before."""
        before = [r for r in reports if r.start < time.start]
        if not before:
            return None
        last = before[-1]
        if len(before) > 1 and part.low[: last.start].endswith(("đồng ", "đồng thời ")):
            more = tuple(unit for unit in last.recipients if unit not in before[-2].recipients)
            return replace(last, start=before[-2].start, recipients=before[-2].recipients + more)
        return last

    def _has_label(self, n: int, part: Part, start: int, end: int) -> bool:
        """Whether a label behind the clause, or on a line below, says when."""
        following = [(part, left) for left, _ in clauses(part.text, end)]
        for other in self.parts[n + 1 : n + 6]:
            if label_of(other) is None:
                break
            following.append((other, other.body))
        return any(TIME_LABEL.match(other.low, left) and find_times(other.low[left:]) for other, left in following)

    def _often_below(self, n: int) -> list[Said]:
        """What a time label on a line below says about how often: "Thời gian thực hiện: Hằng năm"."""
        for other in self.parts[n + 1 : n + 6]:
            found = label_of(other)
            if found is None:
                break
            if found[0] is Label.TIME:
                return [f for f in find_frequencies(other.low) if f.often is not Often.ON_DEMAND]
        return []

    def _undated(self, n: int, part: Part, start: int, end: int, often: list[Said], reports: list[Report], dated: bool) -> Iterator[Duty]:
        if not reports:
            return
        said_below = [] if dated or often or self.about_reporting else self._often_below(n)
        if said_below:
            often = said_below
        elif self.about_reporting or not dated and self._has_label(n, part, start, end):
            self._pass(part, reports[0].start, reports[0].end, "report: regime" if self.about_reporting else "report: dated below")
            return
        report = next((r for r in reports if r.recipients), reports[0])
        regular = [f for f in often if not (dated and f.often is not Often.ON_DEMAND)]
        for said in _each_once(regular):
            if said.often is Often.ON_DEMAND and (report.trouble and not dated):
                continue
            yield Duty(Rule.OFTEN, part, start, end, said.often, said.years, said=said, report=report, doubts={Doubt.NO_DATE})
        unsaid = not [f for f in regular if f.often is not Often.ON_DEMAND]
        if dated or not unsaid or part.section is Section.PURPOSE:
            return
        sent = next((r for r in reports if r.orders_alone), None)
        regularly = REGULARLY.search(part.low, start, end)
        ruled = RULED.search(part.low, report.end, min(end, report.end + 160))
        if sent is not None and (not sent.for_decision or regularly) or regularly and report.has_result or ruled and report.has_result and not report.recipients:
            yield Duty(
                Rule.SENT, part, start, end, Often.UNSPECIFIED, report=sent or report, lower=True,
                doubts={Doubt.NO_DATE, Doubt.NO_FREQUENCY},
            )  # fmt: skip

    # ---- settling
    def _above(self, part: Part, often: list[Said]) -> list[Said]:
        """Under "Báo cáo 6 tháng" a date is that of the half-year's report, whatever stands beside the date."""
        above = part.parent if part.style else part.parent
        while above is not None:
            if REPORT_OF.match(above.low[above.body :]) and len(above.low) < 80:
                found = [f for f in find_frequencies(above.low) if f.often is not Often.ON_DEMAND]
                if found and (not often or often[0].often in (Often.YEAR, found[0].often)):
                    return found
                return often
            above = above.parent
        return often

    def _settle(self, duty: Duty, often: list[Said]) -> None:
        """The frequency that the time and the words about it come to."""
        time = duty.time
        if time is None:
            return
        duty.said = next((f for f in often if f.often is not Often.ON_DEMAND), None)
        said = duty.said.often if duty.said else None
        duty.years = duty.said.years if duty.said else None
        duty.often = frequency_of(time.moment, said)
        if time.limit is None and time.moment.kind is not MomentKind.EVENT:
            time = duty.time = replace(time, limit=Limit.IN if time.moment.is_span else Limit.ON)
        if time.moment.year is None and duty.often is Often.ONCE and time.moment.month:
            duty.doubts.add(Doubt.YEAR)
        if self._is_past(time):
            duty.doubts.add(Doubt.BEFORE_ISSUE)
        if time.moment.kind is MomentKind.MONTH:
            duty.doubts.add(Doubt.MONTH_ONLY)

    def _is_past(self, time: Written) -> bool:
        issued, moment = self.act.head.issued, time.moment
        if issued is None or moment.kind is not MomentKind.DATE or moment.year is None:
            return False
        return (moment.year, moment.month or 0, moment.day or 0) <= (issued.year, issued.month, issued.day)

    # ---- reporters
    def _who(self, n: int, part: Part, start: int, end: int, anchor: int, report: Report | None) -> Reporters | None:
        here = subject(part, start, end, anchor)
        if here is None and report is not None and start <= report.start < end:
            late = subject(part, start, end, report.start)
            here = late if late is not None and late[1] is From.SUBJECT else None
        if here is not None:
            return _reporters(part, [here[0]], here[1])
        within = lead_within(part)
        if within:
            return _reporters(part, within, From.LEAD_LABEL)
        before = carried(part, start)
        if before is not None:
            return _reporters(part, [before[0]], From.CARRIED)
        return self._lead(n, part) or self._inherited(n, part)

    def _inherited(self, n: int, part: Part) -> Reporters | None:
        near = self._lead_near(n, part)
        if near is not None:
            return near
        above = part.parent
        while above is not None:
            units = heading_units(above)
            if units:
                return _reporters(above, units, From.HEADING)
            low = above.low.rstrip()
            if low.endswith(":"):
                intro = subject(above, above.body, len(above.text), len(above.text))
                if intro is not None:
                    return _reporters(above, [intro[0]], From.INTRODUCTION)
            above = above.parent
        around = self._lead_around(n, part)
        if around is not None:
            return around
        head = self.act.head
        if head.addressees and head.addressees_at:
            return Reporters(tuple(split_units(head.addressees)), From.ADDRESSEES, head.addressees_at)
        return None

    def _lead_near(self, n: int, part: Part) -> Reporters | None:
        """The lead label below a list of steps, all of one task."""
        for other in self.parts[n + 1 : n + 8]:
            found = label_of(other)
            if other.style and other.style == part.style and found is None and part.style not in ("dash", "plus", "number)"):
                break
            if found is not None and found[0] is Label.LEAD and part.style in ("number)", "dash", "plus", "letter)"):
                units = lead_units(other, found[1])
                return _reporters(other, units, From.LEAD_LABEL) if units and other.style in ("dash", "") else None
            if other.style in ("roman", "part", "article", "number", "number.2"):
                break
        return None

    def _lead_around(self, n: int, part: Part) -> Reporters | None:
        """The nearest lead label above, under the same section."""
        for other in reversed(self.parts[max(0, n - 40) : n]):
            if other.style in ("roman", "part", "article", "letter"):
                break
            found = label_of(other)
            if found is not None and found[0] is Label.LEAD:
                units = lead_units(other, found[1])
                return _reporters(other, units, From.LEAD_LABEL) if units else None
            obliged = OBLIGED.match(other.low, other.body)
            if obliged is not None:
                unit = UnitPhrase(other.body, obliged.end("who"), other.text[other.body : obliged.end("who")])
                return _reporters(other, [unit], From.LEAD_LABEL)
        return None

    def _add(self, duty: Duty) -> None:
        if duty.reporters is None:
            duty.doubts.add(Doubt.NO_REPORTER)
        elif duty.reporters.names == ("Bộ",) and self.act.head.issuer.startswith("BỘ "):
            duty.reporters = replace(duty.reporters, names=(self.act.head.issuer,))
        elif duty.reporters.origin not in (From.SUBJECT, From.ORDERED, From.CARRIED):
            duty.doubts.add(Doubt.REPORTER)
        self.found.duties.append(duty)

    def _pass(self, part: Part, start: int, end: int, reason: str) -> None:
        self.found.passed.append(Passed(part, start, end, reason))


HAPPENS_ONCE = re.compile(r"(?:kết thúc|tổ chức|hoàn thành|khai mạc|bế mạc|hội nghị|ban hành|công bố|tổng kết|bầu cử)")
RULED = re.compile(r"theo (?:đúng )?quy định")


def _each_once(often: list[Said]) -> list[Said]:
    return [f for n, f in enumerate(often) if f.often not in [other.often for other in often[:n]]]


def _dates_before_delays(times: list[Written]) -> list[Written]:
    """Beside a date, what counts back from an event says the same once more."""
    if any(t.moment.kind is MomentKind.DATE for t in times):
        return [t for t in times if t.moment.kind is not MomentKind.DELAY]
    return times


def _anchor(duty: Duty, start: int, end: int) -> int:
    """Where the subject must have been named: before the report, else before a time that does not open the clause."""
    if duty.report is not None and start <= duty.report.start < end and not (duty.time and start + 40 < duty.time.start < duty.report.start):
        return duty.report.start
    if duty.time is not None and duty.time.start > start + 40:
        return duty.time.start
    return end


def _ends_in_unit(part: Part, start: int, end: int) -> bool:
    """Whether the clause is only units, up to its semicolon."""
    if part.text[end - 1 : end] != ";":
        return False
    inside = [unit for unit in part.units if start <= unit.start < end]
    return bool(inside) and part.low[inside[-1].end : end].strip(" ;") == "" and not TASK.search(part.low[start : inside[0].start][-40:]) and not TASK.search(
        part.low[inside[0].end : inside[-1].start]
    )


def _begins_with_unit(part: Part, start: int) -> bool:
    return any(0 <= unit.start - start <= 4 for unit in part.units)


FINISHED_BY = re.compile(r"(?:hoàn thành|xong|kết thúc|hoàn thiện)(?: (?:trong|vào|là|cuối))? ?$")


def _as_label(low: str, time: Written, start: int) -> Written:
    """Behind a label inside the clause, or behind "hoàn thành", a time needs no limit of its own."""
    if time.limit is not None or time.moment.kind in (MomentKind.DELAY, MomentKind.EVENT):
        return time
    if is_labelled(low, start, time.start) or FINISHED_BY.search(low[start : time.start]):
        return replace(time, limit=Limit.IN if time.moment.is_span else Limit.BY, hard=True)
    return time


def _at_once(time: Written, reports: list[Report]) -> Written:
    """`Báo cáo ngay … khi phát sinh …`: at once, when it happens."""
    if time.rule == "when-event" and any(r.at_once and not r.trouble for r in reports):
        return replace(time, limit=Limit.AT_ONCE, hard=True)
    return time


def _in_bracket_of(low: str, time: Written, often: list[Said], reports: list[Report]) -> Written:
    """A time in brackets behind a frequency or a report is its time, without words of its own:
    `06 tháng một lần (tháng 01 và tháng 6 hằng năm)`."""
    if time.limit is not None or not time.moment.is_span:
        return time
    opened = low.rfind("(", 0, time.start)
    if opened < 0 or ")" in low[opened : time.start] or low[opened + 1 : time.start].strip(" ,và") and not re.fullmatch(r"[\w ]{0,20}(?:,| và) ?", low[opened + 1 : time.start]):
        return time
    behind = reports and any(0 <= opened - f.end <= 12 for f in often) or any(0 <= opened - r.end <= 60 for r in reports)
    return replace(time, limit=Limit.IN, hard=True) if behind else time


def frequency_of(moment: Moment, said: Often | None) -> Often:
    """The frequency of a time, with what the clause says about how often."""
    match moment.kind:
        case MomentKind.DATE:
            return Often.ONCE
        case MomentKind.DAY | MomentKind.LAST_DAY:
            own = {"quarter": Often.QUARTER, "half-year": Often.HALF_YEAR, "year": Often.YEAR}.get(moment.span or "")
            return said or own or Often.MONTH
        case MomentKind.DELAY | MomentKind.EVENT:
            return said or (Often.ONCE if HAPPENS_ONCE.match(moment.anchor or "") else Often.ON_DEMAND)
        case MomentKind.MONTH | MomentKind.WEEK if moment.span:
            return said or {"quarter": Often.QUARTER, "half-year": Often.HALF_YEAR}.get(moment.span, Often.YEAR)
        case MomentKind.HOUR:
            return said or Often.DAY
        case MomentKind.WEEKDAY:
            return Often.WEEK
    if moment.year is not None:
        return Often.ONCE
    return said or Often.ONCE


def pair(low: str, times: list[Written], often: list[Said]) -> list[tuple[Written, Said | None]]:
    """Each frequency with its date: the one in the bracket behind it; only if none has one, one date is spread."""
    often = _each_once(often)
    often = [f for n, f in enumerate(often) if n == 0 or not _within_bracket(low, often[0].end, f.start)]
    if not often:
        return [(time, None) for time in times]
    if len(often) == 1:
        return [(time, often[0]) for time in times]
    if len(times) == len(often) and max(f.end for f in often) <= times[0].start and len(often) > 1:
        return list(zip(times, often, strict=True))
    if len(times) == 1 and not any(_brackets(low, often, times[0])):
        return [(times[0], f) for f in often]
    return [(time, _partner(low, often, time)) for time in times]


def _brackets(low: str, often: list[Said], time: Written) -> Iterator[Said]:
    """The frequencies whose bracket holds the time, or that stand in the bracket behind it."""
    for said in often:
        if said.end <= time.start and re.fullmatch(r"[^()]{0,25}\([^()]*", low[said.end : time.start]):
            yield said
        elif time.end <= said.start and re.fullmatch(r" ?(?:\(|,)? ?(?:đối với|cho|với) [^();]*|\ ?\([^()]*", low[time.end : said.start]):
            yield said


def _partner(low: str, often: list[Said], time: Written) -> Said:
    """The frequency that a time among several belongs to."""
    bracketed = next(_brackets(low, often, time), None)
    if bracketed is not None:
        return bracketed
    before = [f for f in often if f.start < time.start]
    return before[-1] if before else next(f for f in often)


def _within_bracket(low: str, end: int, start: int) -> bool:
    """Whether the later word stands in the bracket that opens behind the earlier one."""
    between = low[end:start]
    return between.lstrip().startswith("(") and ")" not in between


def _belongs(low: str, said: Said, start: int, end: int, reports: list[Report], times: list[Written]) -> bool:
    """Whether the frequency is that of a report or a date, not of a plan, a budget or a meeting."""
    before, after = low[start : said.start], low[said.end : end]
    near_date = any(0 <= t.start - said.end <= 12 or 0 <= said.start - t.end <= 12 or t.start <= said.start < t.end for t in times)
    if near_date or FOR_REPORT.match(after) or "định kỳ" in low[said.start : said.end]:
        return True
    if re.search(OTHER_NOUN, before) and not re.search(r"báo cáo[^.;,]{0,40}$", before[-50:]):
        return False
    if said.often is Often.ON_DEMAND:
        return bool(reports)
    return bool(reports) or bool(times)


FOR_REPORT = re.compile(r",? (?:tiến hành |thực hiện |tổ chức )?(?:(?:đánh giá|tổng hợp|sơ kết|tổng kết|lập|xây dựng|có|gửi|rà soát)(?:,| và)? ?)*(?:báo cáo|gửi)")
OTHER_NOUN = re.compile(
    r"(?:kế hoạch|dự toán|ngân sách|kinh phí|chương trình|vốn|chỉ tiêu|nhiệm vụ|đánh giá|xếp loại|thi đua|công tác|nguồn|định mức|chi|kiểm tra|giám sát|tập huấn|hội nghị|diễn tập|trung hạn(?:,| và)?)(?: [\wđ()]+){0,5},? ?(?:và )?$"
)


def _is_order(low: str, time: Written, start: int, end: int, reports: bool) -> bool:
    """Whether the clause orders something for that time."""
    before, after = low[start : time.moment_start], low[time.end : end]
    moment = time.moment
    if moment.kind is MomentKind.DELAY:
        return time.limit is not None and reports and not moment.counts_back
    if moment.kind is MomentKind.EVENT:
        return time.limit is Limit.AT_ONCE and reports
    if moment.kind in (MomentKind.HOUR, MomentKind.WEEKDAY, MomentKind.LAST_DAY, MomentKind.DAY):
        recurring = moment.month_of is not None and moment.kind is not MomentKind.HOUR
        return (time.limit is not None or recurring and reports) and (time.hard or reports or bool(TASK.search(before)))
    if time.hard:
        return bool(TASK.search(low[start:end])) or moment.kind is not MomentKind.YEAR
    if time.limit is None and time.moment.is_span and moment.year is not None and _opens_order(low, time, start, end):
        return True
    if moment.kind is MomentKind.YEAR:
        return time.limit is Limit.IN and bool(FINISHED.search(before[-60:])) and not ATTRIBUTE.match(after) and (low.startswith("vào", time.start) or not NOT_YET.search(low[start : time.start]))
    if time.limit is None:
        return False
    if time.limit is Limit.ON and moment.kind is MomentKind.DATE and not TASK.search(before):
        return False
    if ATTRIBUTE.match(after) and not (FINISHED.search(before[-25:]) or NEXT_TO.search(low[start : time.start])):
        return False
    if time.opens is not None and not (reports or re.search(r"(?:hoàn thành|xong|báo cáo|gửi|nộp) ?$", low[start : time.start])):
        return False
    return bool(TASK.search(before)) or bool(TASK.search(after)) and not low[start : time.start].strip(" -")


OPENED = re.compile(r", (?P<unit>[A-ZĐ])")
EVENT_NAME = re.compile(r"^(?:[^:;]{3,40}: ?)?(?:tham mưu |triển khai |tổ chức |phối hợp )[^.;]*\b(?:hội nghị|hội thảo|lễ|đại hội|tọa đàm)\b[^,.;:]{0,60}$")


def _opens_order(low: str, time: Written, start: int, end: int) -> bool:
    """`Năm 2023, Cục X … trình …`; `Tổ chức hội nghị … tháng 5/2024.`"""
    before, after = low[start : time.start].strip(" -"), low[time.end : end]
    if not before:
        return re.match(r", ", after) is not None and re.search(r"\b(?:trình|hoàn thành|ban hành|xây dựng)\b", after) is not None
    return EVENT_NAME.match(before) is not None and not after.strip(" .;)/")


def _in_label(time: Written) -> Written:
    """In a label line a time needs no words of its own."""
    if time.limit is None:
        return replace(time, limit=Limit.IN if time.moment.is_span else Limit.BY)
    return time


def _reporters(part: Part, units: list[UnitPhrase], origin: From) -> Reporters:
    span = part.passage.span(units[0].start, units[-1].end)
    return Reporters(tuple(names(tuple(units))), origin, span)
