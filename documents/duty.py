"""What is found in a document: duties, and what was passed over with the reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from documents.clauses import Clause
from documents.frequencies import Often, Said
from documents.moments import Written
from documents.outline import Part
from documents.quotes import quote_span
from documents.reports import Report
from documents.source import Span


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


class From(StrEnum):
    """Where the reporters were found, in the order in which the places are asked."""

    SUBJECT = "subject"
    ORDERED = "ordered"
    CARRIED = "carried"
    LEAD_LABEL = "lead-label"
    COLUMN = "column"
    HEADING = "heading"
    INTRODUCTION = "introduction"
    ADDRESSEES = "addressees"

    @property
    def is_read(self) -> bool:
        """Whether the clause itself says so; a person confirms the others."""
        return self in (From.SUBJECT, From.ORDERED, From.CARRIED)


@dataclass(frozen=True)
class Reporters:
    """Who owes a duty, and the words that say so, as a span of the original."""

    names: tuple[str, ...]
    origin: From
    span: Span


@dataclass(frozen=True)
class Passed:
    """What looks like a time or a report and became no duty: where, and why."""

    span: Span
    reason: str


@dataclass
class Duty:
    rule: Rule
    clause: Clause
    often: Often
    years: int | None = None
    time: Written | None = None
    said: Said | None = None
    said_in: Part | None = None  # the part that says how often, where it is another
    report: Report | None = None
    reporters: Reporters | None = None
    task: Part | None = None  # where a label's task stands
    title: Span | None = None
    doubts: set[Doubt] = field(default_factory=set)

    @property
    def part(self) -> Part:
        return self.clause.part

    @property
    def quote(self) -> Span:
        """The words that carry the duty, as a span of the original."""
        clause = self.clause
        if self.rule in (Rule.ROW, Rule.LABEL):
            return self.part.passage.span(clause.start, clause.end)
        found = (self.time, self.said, self.report)
        anchors = [(each.start, each.end) for each in found if each is not None and clause.holds(each.start)]
        if self.report is not None:
            anchors += [(unit.start, unit.end) for unit in self.report.recipients]
        span = quote_span(self.part.text, (clause.start, clause.end), anchors, self.part.units)
        return self.part.passage.span(*span)


@dataclass
class Found:
    duties: list[Duty] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list)

    def skip(self, part: Part, start: int, end: int, reason: str) -> None:
        self.passed.append(Passed(part.passage.span(start, end), reason))
