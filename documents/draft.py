"""A draft: the duties of a document, each field with the words that say it and how it came.

Nothing in it is made up. A value is read, inherited from another place of the document, or assumed by a rule
that is named; what is missing stays missing. Every quote is cut from the document's text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from calendars.errors import Fault
from documents.acts import Act, acts
from documents.due_text import Due, due_of
from documents.duties import find_duties
from documents.duty import Doubt, Duty, Passed, Rule
from documents.faults import Remark
from documents.frequencies import Often
from documents.head import Head
from documents.outline import Part, outline
from documents.plain_text import read_text
from documents.source import Document, Span
from documents.unit_phrases import UnitPhrase, names
from models.vocabulary import DutyType, Provenance

MEETING = re.compile(r"hội nghị|hội thảo|tổng kết|sơ kết|lễ |hiệp thương|khai mạc|bế mạc|đại hội|bầu cử")
REPORTED = re.compile(r"báo cáo|gửi")
LONGEST_TITLE = 160
TITLE_ENDS = re.compile(r"[,;:.] ")


@dataclass(frozen=True)
class Quote:
    """Words of the document: `text` is `document.text[start:end]`, on `line` (from 1) and, where there are
    pages, `page`."""

    start: int
    end: int
    text: str
    line: int
    page: int | None = None


@dataclass(frozen=True)
class Field:
    """What a field holds, how it came, by which rule, and the words that say it."""

    values: tuple[str, ...]
    how: Provenance
    rule: str = ""
    quote: Quote | None = None

    @property
    def value(self) -> str:
        return "; ".join(self.values)


MISSING = Field((), Provenance.MISSING)


@dataclass(frozen=True)
class DraftDuty:
    """A duty to be confirmed. `found` is what the rules made it of, for scoring and for the review page."""

    id: str
    type: DutyType
    quote: Quote
    title: Field
    basis: str
    every: Field
    due: Field
    reporters: Field
    recipients: Field
    via: Field
    final: Field
    found: Duty
    rule_of_due: Due | None = None

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        return tuple(sorted(self.found.doubts))


@dataclass(frozen=True)
class PassedOver:
    """A phrase that looks like a time or a report and became no duty, with the reason."""

    quote: Quote
    reason: str


@dataclass(frozen=True)
class DraftPlan:
    """What one document comes to."""

    number: Field
    title: Field
    issuer: Field
    issued_on: Field
    duties: tuple[DraftDuty, ...]
    passed: tuple[PassedOver, ...]
    issued: date | None = None
    kind: str = ""


@dataclass(frozen=True)
class Draft:
    """The document with its plans: one, or as many as the file holds documents."""

    document: Document
    plans: tuple[DraftPlan, ...]
    remarks: tuple[Fault, ...] = field(default=())

    @property
    def duties(self) -> tuple[DraftDuty, ...]:
        return tuple(duty for plan in self.plans for duty in plan.duties)


def draft(document: Document) -> Draft:
    """The duties of a document, by the rules."""
    reader = _Drafter(document)
    plans = [reader.plan(act) for act in acts(document)]
    plans = [plan for plan in plans if plan.duties] or plans[:1]
    remarks = list(document.remarks)
    if len(plans) > 1:
        remarks.append(Remark.SEVERAL(count=len(plans)))
    if any(plan.issued is None for plan in plans):
        remarks.append(Remark.NO_DATE())
    return Draft(document, tuple(plans), tuple(remarks))


def drafted_words(text: str, issued: date | None) -> list[DraftDuty]:
    """The duties in words of a document that was issued on that day."""
    document = read_text(text, "")
    reader = _Drafter(document)
    found = [replace(act, head=replace(act.head, issued=issued)) for act in acts(document)]
    return [duty for act in found for duty in reader.plan(act).duties]


class _Drafter:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.count = 0

    def plan(self, act: Act) -> DraftPlan:
        found = find_duties(act, outline(self.document, act.blocks, act.restarts))
        head = act.head
        duties = tuple(self.duty(each, head) for each in found.duties)
        return DraftPlan(
            self.read(head.number, head.number_at),
            self.read(head.title, head.title_at),
            self.read(head.issuer, head.issuer_at),
            self.read(head.issued.isoformat() if head.issued else "", head.issued_at),
            duties,
            tuple(self.passed(found.passed)),
            head.issued,
            head.kind,
        )

    def read(self, value: str, at: Span | None) -> Field:
        return Field((value,), Provenance.READ, "letterhead", self.quote(at)) if value and at else MISSING

    def passed(self, found: Iterable[Passed]) -> Iterable[PassedOver]:
        for each in sorted(set(found), key=lambda each: each.span):
            yield PassedOver(self.quote(each.span), each.reason)

    def quote(self, span: Span) -> Quote:
        start, end = span
        text = self.document.text
        block = next((b for b in self.document.blocks if b.start <= start < b.end), None)
        return Quote(
            start, end, text[start:end], text.count("\n", 0, start) + 1, block.page if block else None
        )

    def duty(self, found: Duty, head: Head) -> DraftDuty:
        self.count += 1
        if self.document.scanned:
            found.doubts.add(Doubt.SCANNED)
        quote, due = self.quote(found.quote), due_of(found, head.issued)
        report = found.report
        return DraftDuty(
            f"nhiem-vu-{self.count}",
            _type(found),
            quote,
            self._title(found, quote),
            _basis(found.part),
            self._every(found),
            self._due(found, due),
            self._reporters(found),
            self._units(found, report.recipients if report else ()),
            self._units(found, report.via if report else ()),
            self._units(found, report.final if report else ()),
            found,
            due,
        )

    def _title(self, found: Duty, quote: Quote) -> Field:
        """The task of a label or a row, else the clause's own words up to a joint."""
        if found.title is not None:
            task = self.quote(found.title)
            return Field((shortened(task.text),), Provenance.INHERITED, "task-above", task)
        return Field((shortened(quote.text),), Provenance.READ, str(found.rule), quote)

    def _every(self, found: Duty) -> Field:
        value = f"{found.years} years" if found.often is Often.YEARS else found.often.value
        if found.said is not None:
            how = Provenance.READ if found.said_in is None else Provenance.INHERITED
            quote = self._at(found.said_in or found.part, found.said.start, found.said.end)
            return Field((value,), how, "frequency", quote)
        if found.time is not None and found.often is not Often.YEAR:
            return Field(
                (value,),
                Provenance.READ,
                "of-the-time",
                self._at(found.part, found.time.start, found.time.end),
            )
        how = Provenance.MISSING if found.often is Often.UNSPECIFIED else Provenance.ASSUMED
        return Field((value,), how, "none-said" if how is Provenance.MISSING else "comes-regularly")

    def _due(self, found: Duty, due: Due | None) -> Field:
        if found.time is None:
            return MISSING
        words = self._at(found.part, found.time.start, found.time.end)
        if due is None:
            return Field((), Provenance.MISSING, "no-rule-for-these-words", words)
        rule = ", ".join(due.assumed) or found.time.rule
        return Field((due.rule,), Provenance.ASSUMED if due.assumed else Provenance.READ, rule, words)

    def _reporters(self, found: Duty) -> Field:
        reporters = found.reporters
        if reporters is None:
            return MISSING
        how = Provenance.READ if reporters.origin.is_read else Provenance.INHERITED
        return Field(reporters.names, how, str(reporters.origin), self.quote(reporters.span))

    def _units(self, found: Duty, units: Sequence[UnitPhrase]) -> Field:
        if not units:
            return MISSING
        part = found.task if found.rule is Rule.LABEL and found.task is not None else found.part
        quote = self._at(part, units[0].start, units[-1].end)
        return Field(tuple(dict.fromkeys(names(units))), Provenance.READ, "report", quote)

    def _at(self, part: Part, start: int, end: int) -> Quote:
        return self.quote(part.passage.span(start, end))


def _type(found: Duty) -> DutyType:
    """A report, a meeting or review as a milestone, or a task."""
    low = found.part.low[found.clause.start : found.clause.end]
    if (found.report is not None and not found.report.proposes) or (
        found.task and REPORTED.search(found.task.low)
    ):
        return DutyType.REPORT
    return DutyType.MILESTONE if MEETING.search(low) else DutyType.TASK


def _basis(part: Part) -> str:
    """Where it stands: the markers of the headings above, e.g. IV.1.2."""
    markers: list[str] = []
    for each in [*reversed(list(part.above())), part]:
        marker = each.marker
        if not marker or each.style in ("dash", "plus"):
            continue
        if markers and marker.startswith(f"{markers[-1]}."):
            markers[-1] = marker
        else:
            markers.append(marker)
    return ".".join(markers)


def shortened(text: str) -> str:
    """On one line, and where it is long only up to a joint."""
    line = " ".join(text.replace("*", "").split()).strip(" .;,:-+")
    if len(line) <= LONGEST_TITLE:
        return line
    joints = [joint.start() for joint in TITLE_ENDS.finditer(line[:LONGEST_TITLE])]
    cut = joints[-1] if joints and joints[-1] > LONGEST_TITLE // 3 else line.rfind(" ", 0, LONGEST_TITLE)
    return line[:cut].strip(" .;,:-+")
