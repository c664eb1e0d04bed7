"""Who owes a duty: the first of an ordered list of places that answers, with its words as evidence.

1. the subject before the verb · 2. "giao / đề nghị / yêu cầu X" · 3. the subject carried on in the paragraph
· 4. "Đơn vị chủ trì:" beside a label line · 5. the table's column · 6. the nearest heading that is a unit ·
7. an introduction that ends in ":" · 8. the addressees. From the fourth on a person confirms.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from documents.duty import Duty, From, Reporters
from documents.head import Head
from documents.labels import Label, LabelLine, label_of, lead_units, lead_within, leads_around
from documents.outline import Part
from documents.subjects import carried, heading_units, introduced, subject, subject_of_part
from documents.unit_phrases import UnitPhrase, names, split_units

Place = Callable[[int, Duty], Reporters | None]
OBLIGED = re.compile(
    r"(?P<who>đối tượng (?:thực hiện|gửi|nộp) (?:chế độ )?báo cáo(?: định kỳ)?) (?:được|là|theo)"
)
STEPS = ("number)", "dash", "plus", "letter)")
NEW_TASK = ("roman", "part", "article", "number", "number.2")
LINES_BELOW = 7
LINES_ABOVE = 40
INTO_CLAUSE = 40
"""Letters: a time that stands further in does not open the clause."""


def reporters_from(part: Part, units: Sequence[UnitPhrase], origin: From) -> Reporters:
    span = part.passage.span(units[0].start, units[-1].end)
    return Reporters(tuple(names(units)), origin, span)


class Responsibility:
    """Finds reporters in one document."""

    def __init__(self, head: Head, parts: Sequence[Part]) -> None:
        self.head, self.parts = head, parts

    def of_clause(self, n: int, duty: Duty) -> Reporters | None:
        """The reporters of a duty in a paragraph, the n-th part."""
        return self._first(
            n, duty, self._named, self._within, self._carried, self._beside, *self._inherited()
        )

    def of_label(self, n: int, duty: Duty) -> Reporters | None:
        """The reporters of a label line's task."""
        return self._first(n, duty, self._beside, self._of_task, *self._inherited())

    def _inherited(self) -> Iterator[Place]:
        yield from (self._below_steps, self._headings, self._lead_above, self._addressees)

    def _first(self, n: int, duty: Duty, *places: Place) -> Reporters | None:
        found = next((found for place in places if (found := place(n, duty)) is not None), None)
        return self._spelt_out(found)

    def _spelt_out(self, found: Reporters | None) -> Reporters | None:
        """ "Bộ" alone is the ministry that issues."""
        if found is None or found.names != ("Bộ",) or not self.head.issuer.upper().startswith("BỘ "):
            return found
        return Reporters((self.head.issuer,), found.origin, found.span)

    def _named(self, n: int, duty: Duty) -> Reporters | None:
        clause, report = duty.clause, duty.report
        found = subject(clause, _anchor(duty))
        if found is None and report is not None and clause.holds(report.start):
            late = subject(clause, report.start)
            found = late if late is not None and late[1] is From.SUBJECT else None
        return reporters_from(clause.part, [found[0]], found[1]) if found else None

    def _within(self, n: int, duty: Duty) -> Reporters | None:
        units = lead_within(duty.part)
        return reporters_from(duty.part, units, From.LEAD_LABEL) if units else None

    def _carried(self, n: int, duty: Duty) -> Reporters | None:
        found = carried(duty.clause)
        return reporters_from(duty.part, [found[0]], From.CARRIED) if found else None

    def _beside(self, n: int, duty: Duty) -> Reporters | None:
        leads = (_lead(line) for line in leads_around(self.parts, n))
        return next((found for found in leads if found is not None), None)

    def _of_task(self, n: int, duty: Duty) -> Reporters | None:
        task = duty.task
        if task is None or (task.is_heading and task.is_chapter):
            return None
        found = subject_of_part(task)
        return reporters_from(task, [found[0]], found[1]) if found else None

    def _below_steps(self, n: int, duty: Duty) -> Reporters | None:
        """The lead label below a list of steps, all of one task."""
        if duty.part.style not in STEPS:
            return None
        for part in self.parts[n + 1 : n + 1 + LINES_BELOW]:
            line = label_of(part)
            if line is not None and line.label is Label.LEAD:
                return _lead(line) if part.style in ("dash", "") else None
            if part.style in NEW_TASK or (line is None and part.style == duty.part.style == "letter)"):
                return None
        return None

    def _headings(self, n: int, duty: Duty) -> Reporters | None:
        for above in duty.part.above():
            units = heading_units(above)
            if units:
                return reporters_from(above, units, From.HEADING)
            found = introduced(above) if above.introduces else None
            if found is not None:
                return reporters_from(above, [found[0]], From.INTRODUCTION)
        return None

    def _lead_above(self, n: int, duty: Duty) -> Reporters | None:
        """The nearest lead label above, in the same chapter."""
        for part in reversed(self.parts[max(0, n - LINES_ABOVE) : n]):
            if part.is_chapter:
                return None
            line = label_of(part)
            if line is not None and line.label is Label.LEAD:
                return _lead(line)
            obliged = OBLIGED.match(part.low, part.body)
            if obliged is not None:
                end = obliged.end("who")
                return reporters_from(
                    part, [UnitPhrase(part.body, end, part.text[part.body : end])], From.LEAD_LABEL
                )
        return None

    def _addressees(self, n: int, duty: Duty) -> Reporters | None:
        head = self.head
        if not head.addressees or head.addressees_at is None:
            return None
        return Reporters(tuple(split_units(head.addressees)), From.ADDRESSEES, head.addressees_at)


def _lead(line: LabelLine) -> Reporters | None:
    units = lead_units(line)
    return reporters_from(line.part, units, From.LEAD_LABEL) if units else None


def _anchor(duty: Duty) -> int:
    """Where the subject must have been named: before the report or a time that does not open the clause."""
    clause, time, report = duty.clause, duty.time, duty.report
    ends = [clause.end]
    if report is not None and clause.holds(report.start):
        ends.append(report.start)
    if time is not None and time.start > clause.start + INTO_CLAUSE:
        ends.append(time.start)
    return min(ends)
