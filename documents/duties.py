"""Duties: what a clause, a label line or a row of a table asks for, when and how often.

(a) a limit and a time · (b) a label line with a time · (c) a report and a frequency · (d) a report to
somebody, with neither. Every time and every "báo cáo" that becomes none is kept with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from documents.acts import Act
from documents.clauses import Clause, clauses_of
from documents.duty import Doubt, Duty, Found, From, Rule
from documents.frequencies import REGULARLY, Often, Said, each_once, find_frequencies
from documents.labels import (
    Label,
    LabelLine,
    frequencies_below,
    label_of,
    lines_below,
    states_time,
)
from documents.moments import Limit, MomentKind, Written
from documents.orders import as_ordered, is_order
from documents.outline import Part, Section
from documents.pairing import belongs, frequency_of, pair
from documents.reporters import Responsibility, reporters_from
from documents.reports import Report, Reports, find_reports, merged
from documents.source import BlockKind
from documents.tables import Row, table_rows
from documents.times import find_times
from documents.vetoes import Veto, veto

ABOUT_REPORTING = re.compile(
    r"chế độ (?:thông tin,? )?báo cáo|công tác (?:thông tin,? )?báo cáo|thông tin,? báo cáo"
)
REPORT_OF = re.compile(
    r"báo cáo (?:định kỳ )?(?:hằng |theo )?(?:tháng|quý|0?6 tháng|0?9 tháng|năm|tuần|ngày|kế hoạch|đột xuất)"
)
RULED = re.compile(r"theo (?:đúng )?quy định")
NO_DEADLINE = re.compile(r"tính từ|khen thưởng|chốt")
OVER_LABELS = frozenset({Veto.TARGET, Veto.STORY, Veto.BUDGET})
"""Reasons that do not hold in a label line, whose words are about something else than its time."""
YEARS = re.compile(r"(?<!\d)20\d\d(?!\d)")
PLAIN_LABEL = 150
LINES_ABOVE = 8
OPENING_PARTS = 6
SHORT = 200
RESULT_WITHIN = 160


def find_duties(act: Act, parts: Sequence[Part]) -> Found:
    """All duties of one document, in its order."""
    reader = _Reader(act, parts)
    reader.read()
    return reader.found


class _Reader:
    def __init__(self, act: Act, parts: Sequence[Part]) -> None:
        self.act, self.parts = act, parts
        self.found = Found()
        self.who = Responsibility(act.head, parts)
        opening = " ".join(part.low for part in parts[:OPENING_PARTS] if len(part.low) < SHORT)
        self.years = set(YEARS.findall(" ".join((act.head.title, *(part.low for part in parts)))))
        self.about_reporting = ABOUT_REPORTING.search(f"{act.head.title.lower()} {opening}") is not None

    def read(self) -> None:
        rows: dict[int, list[Row]] = {}
        for row in table_rows(self.parts):
            rows.setdefault(id(row.clause.part), []).append(row)
        for n, part in enumerate(self.parts):
            if part.block.kind is not BlockKind.ROW:
                self._lines(n, part)
            for row in rows.get(id(part), ()):
                self._row(row)

    def _lines(self, n: int, part: Part) -> None:
        line = label_of(part)
        if line is not None and line.label is Label.TIME:
            end = self._label(n, line)
            if end is not None:
                if part.text[end:].strip(" .;"):
                    self._paragraph(n, part, end)
                return
        if line is None or not _is_plain_label(line):
            self._paragraph(n, part, part.body)

    # label lines

    def _label(self, n: int, line: LabelLine) -> int | None:
        """The duties of a time label; where its sentence ends, or None if it states no time."""
        part = line.part
        first = next(iter(clauses_of(part, line.value)), Clause(part, line.value, len(part.text)))
        times = [time for time in find_times(part.low) if time.moment_start >= line.what]
        if (
            not times
            or times[0].start > first.end
            or NO_DEADLINE.search(part.low[part.body : line.value + 12])
        ):
            return None
        clause = Clause(part, part.body, max(first.end, times[0].end))
        taken = [
            _in_label(time)
            for time in _dates_before_delays([time for time in times if time.start < clause.end])
            if self._holds_in_label(clause, time)
        ]
        often = [said for said in find_frequencies(part.low, 0, clause.end) if said.is_regular]
        often, said_in = self._of_heading(part, often)
        for duty in self._dated_duties(Rule.LABEL, clause, taken, often):
            duty.said_in = said_in
            self._set_task(n, duty)
            duty.reporters = self.who.of_label(n, duty)
            self._add(duty)
        return clause.end

    def _holds_in_label(self, clause: Clause, time: Written) -> bool:
        told = self._is_past(time) and not time.hard
        reason = veto(clause, time, told)
        happens = time.moment.kind is MomentKind.EVENT and not time.hard
        if reason is None and (happens or time.moment.counts_back):
            reason = Veto.NO_ORDER
        if reason is None or reason in OVER_LABELS:
            return True
        self.found.skip(clause.part, time.start, time.end, reason)
        return False

    def _set_task(self, n: int, duty: Duty) -> None:
        """The task is the plain line above the labels; a report that it asks for says to whom."""
        for part in reversed(self.parts[max(0, n - LINES_ABOVE) : n]):
            if label_of(part) is None and not part.introduces:
                duty.task, duty.title = part, part.passage.span(part.body, len(part.text))
                asked = find_reports(Clause(part, part.body, len(part.text))).asked
                duty.report = next((report for report in asked if report.recipients), None)
                return

    # rows

    def _row(self, row: Row) -> None:
        for duty in self._dated_duties(Rule.ROW, row.clause, list(row.times), row.often):
            duty.title, duty.report = row.task, row.report
            if row.leads:
                duty.reporters = reporters_from(row.clause.part, row.leads, From.COLUMN)
            self._add(duty)

    # paragraphs

    def _paragraph(self, n: int, part: Part, start: int) -> None:
        times = find_times(part.low)
        for clause in clauses_of(part, start):
            inside = [time for time in times if clause.start <= time.start and time.moment_start < clause.end]
            for duty in self._clause(n, clause, inside):
                duty.reporters = self.who.of_clause(n, duty)
                self._add(duty)

    def _clause(self, n: int, clause: Clause, times: list[Written]) -> list[Duty]:
        reports = find_reports(clause)
        for start, end, reason in reports.mentioned:
            self.found.skip(clause.part, start, end, f"report: {reason}")
        said = find_frequencies(clause.part.low, clause.start, clause.end)
        often = [each for each in said if belongs(clause, each, reports.asked, times)]
        times = [as_ordered(clause, time, often, reports.asked) for time in times]
        kept = _dates_before_delays([time for time in times if self._orders(clause, time, reports)])
        often = [each for each in said if belongs(clause, each, reports.asked, kept)]
        dated = list(self._dated(clause, kept, often, reports))
        return dated + list(self._undated(n, clause, often, reports, bool(dated)))

    def _orders(self, clause: Clause, time: Written, reports: Reports) -> bool:
        reason = veto(clause, time, self._is_past(time)) or _section_veto(clause, time, bool(reports.asked))
        if reason is None and not is_order(clause, time, bool(reports.asked)):
            reason = Veto.NO_ORDER
        if reason is not None:
            self.found.skip(clause.part, time.start, time.end, reason)
        return reason is None

    def _dated(
        self, clause: Clause, times: list[Written], often: list[Said], reports: Reports
    ) -> Iterator[Duty]:
        regular, said_in = [said for said in often if said.is_regular], None
        if not often and times:
            regular, said_in = self._of_heading(clause.part, regular)
        for duty in self._dated_duties(Rule.LIMIT, clause, times, regular):
            duty.said_in = said_in
            start = duty.time.start if duty.time else clause.start
            duty.report = merged(clause, reports.asked, start) or next(iter(reports.asked), None)
            if _comes_yearly(duty):
                duty.often = Often.YEAR
                duty.doubts.discard(Doubt.YEAR)
            if len(times) > 1:
                duty.doubts.add(Doubt.SEVERAL_TIMES)
            yield duty

    def _undated(
        self, n: int, clause: Clause, often: list[Said], reports: Reports, dated: bool
    ) -> Iterator[Duty]:
        """Reports with a frequency, and reports to somebody with neither; in a regime of reports none."""
        if not reports.asked:
            return
        said_in = None
        if dated:
            often = [said for said in often if not said.is_regular]
        elif not often and not self.about_reporting:
            often, said_in = frequencies_below(self.parts, n)
        reason = self._why_undated_not(n, clause, dated)
        if reason:
            self.found.skip(clause.part, reports.asked[0].start, reports.asked[0].end, reason)
            return
        report = next((each for each in reports.asked if each.recipients), reports.asked[0])
        for said in each_once(often):
            if said.is_regular or dated or not report.trouble:
                duty = Duty(Rule.OFTEN, clause, said.often, said.years, doubts={Doubt.NO_DATE})
                duty.said, duty.said_in, duty.report = said, said_in, report
                yield duty
        if not dated and not any(said.is_regular for said in often):
            yield from _sent(clause, reports, report)

    def _why_undated_not(self, n: int, clause: Clause, dated: bool) -> str:
        if self.about_reporting:
            return "report: regime"
        below = any(states_time(line) for line in lines_below(self.parts, n))
        behind = (label_of(clause.part, each.start) for each in clauses_of(clause.part, clause.end))
        if not dated and (below or any(line is not None and states_time(line) for line in behind)):
            return "report: dated-below"
        return ""

    # what a time comes to

    def _dated_duties(
        self, rule: Rule, clause: Clause, times: list[Written], often: list[Said]
    ) -> Iterator[Duty]:
        pairs = pair(clause.part.low, times, often)
        for time, said in pairs:
            duty = self._dated_duty(rule, clause, time, said)
            if sum(other is time for other, _ in pairs) > 1:
                duty.doubts.add(Doubt.SPREAD)
            yield duty

    def _dated_duty(self, rule: Rule, clause: Clause, time: Written, said: Said | None) -> Duty:
        if time.limit is None and time.moment.kind is not MomentKind.EVENT:
            time = replace(time, limit=Limit.IN if time.moment.is_span else Limit.ON)
        duty = Duty(
            rule, clause, frequency_of(time.moment, said.often if said else None), time=time, said=said
        )
        duty.years = said.years if said else None
        if time.moment.next_year and said is None:
            duty.doubts.add(Doubt.NO_FREQUENCY)
        if time.moment.year is None and duty.often is Often.ONCE and time.moment.month:
            duty.doubts.add(Doubt.YEAR)
        if self._is_past(time):
            duty.doubts.add(Doubt.BEFORE_ISSUE)
        if time.moment.kind is MomentKind.MONTH:
            duty.doubts.add(Doubt.MONTH_ONLY)
        return duty

    def _of_heading(self, part: Part, often: list[Said]) -> tuple[list[Said], Part | None]:
        """Under "Báo cáo 6 tháng" a date is that of the half-year's report, whatever stands beside the date.
        Beside the frequencies: the heading, where they are its own."""
        for above in part.above():
            if REPORT_OF.match(above.low, above.body) and len(above.low) < SHORT // 2:
                found = [said for said in find_frequencies(above.low) if said.is_regular]
                fits = found and (not often or often[0].often in (Often.YEAR, found[0].often))
                return (found, above) if fits else (often, None)
        return often, None

    def _is_past(self, time: Written) -> bool:
        issued, moment = self.act.head.issued, time.moment
        if issued is None or moment.kind is not MomentKind.DATE:
            return False
        written = (moment.year or 0, moment.month or 0, moment.day or 0)
        return written <= (issued.year, issued.month, issued.day)

    def _in_its_year(self, duty: Duty) -> None:
        """A bare date that the year of issue has behind it is of the next year, where the text names that
        year or the date ends a window from the one into the other."""
        issued, time = self.act.head.issued, duty.time
        if issued is None or time is None or duty.often is not Often.ONCE or not time.moment.is_over(issued):
            return
        opens = time.opens
        if str(issued.year + 1) in self.years or (opens is not None and not opens.is_over(issued)):
            if opens is not None and opens.is_over(issued):
                opens = replace(opens, next_year=True)
            duty.time = replace(time, moment=replace(time.moment, next_year=True), opens=opens)
        else:
            duty.doubts.add(Doubt.BEFORE_ISSUE)

    def _add(self, duty: Duty) -> None:
        self._in_its_year(duty)
        if duty.reporters is None:
            duty.doubts.add(Doubt.NO_REPORTER)
        elif not duty.reporters.origin.is_read:
            duty.doubts.add(Doubt.REPORTER)
        self.found.duties.append(duty)


def _is_plain_label(line: LabelLine) -> bool:
    """A lead or partner label with no sentence and no time behind it: evidence for others, no clause."""
    short = len(line.part.text) - line.value < PLAIN_LABEL
    return line.label in (Label.LEAD, Label.PARTNER) and short and not find_times(line.part.low)


def _in_label(time: Written) -> Written:
    """In a label line a time needs no words of its own."""
    if time.limit is None:
        return replace(time, limit=Limit.IN if time.moment.is_span else Limit.BY)
    return time


def _dates_before_delays(times: list[Written]) -> list[Written]:
    """Beside a date, what counts from an event says the same once more."""
    if any(time.moment.kind is MomentKind.DATE for time in times):
        return [time for time in times if time.moment.kind is not MomentKind.DELAY]
    return times


def _section_veto(clause: Clause, time: Written, has_report: bool) -> Veto | None:
    match clause.part.section:
        case Section.TARGETS if not (time.hard and has_report):
            return Veto.TARGET
        case Section.DATA:
            return Veto.DATA_WINDOW
        case Section.PURPOSE if not time.hard:
            return Veto.NO_ORDER
    return None


def _comes_yearly(duty: Duty) -> bool:
    """`định kỳ báo cáo … trước ngày 20/11`: a day without a year, of something that comes again."""
    day = duty.time is not None and duty.time.moment.kind is MomentKind.DAY_MONTH
    regularly = REGULARLY.search(duty.part.low, duty.clause.start, duty.clause.end)
    return day and duty.often is Often.ONCE and regularly is not None


def _sent(clause: Clause, reports: Reports, report: Report) -> Iterator[Duty]:
    """A report of results to somebody, or a regular one, with no word of when."""
    if clause.part.section is Section.PURPOSE:
        return
    low = clause.part.low
    sent = next((each for each in reports.asked if each.orders_alone), None)
    regularly = REGULARLY.search(low, clause.start, clause.end) is not None
    ruled = RULED.search(low, report.end, min(clause.end, report.end + RESULT_WITHIN)) is not None
    to_somebody = sent is not None and (not sent.for_decision or regularly)
    if to_somebody or (report.has_result and (regularly or (ruled and not report.recipients))):
        doubts = {Doubt.NO_DATE, Doubt.NO_FREQUENCY}
        yield Duty(Rule.SENT, clause, Often.UNSPECIFIED, report=sent or report, doubts=doubts)
