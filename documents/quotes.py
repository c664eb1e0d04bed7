"""The words of a clause that carry a duty: enough to be understood, no more than needed to be found."""

from __future__ import annotations

import re
from collections.abc import Iterable

from documents.source import Span
from documents.unit_phrases import UnitPhrase

SHORTEST = 60
SHARE = 0.15
LONG_TAIL = 160
JOINT = re.compile(r"(?:[,;:]|(?<= )và|(?<= )đồng thời) (?!\d|ngày|trước ngày|tháng \d|quý )")


def quote_span(text: str, clause: Span, anchors: Iterable[Span], units: list[UnitPhrase]) -> Span:
    """From the joint before the first anchor to the end of the clause, or to the joint behind the last anchor
    where the clause goes on for long. A list of units is never cut."""
    spans = list(anchors)
    start, end = clause
    if not spans:
        return clause
    first, last = min(left for left, _ in spans), max(right for _, right in spans)
    joints = [m for m in JOINT.finditer(text, start, end) if not _inside(m.start(), units) and _level(text, start, m.start()) == 0]
    if end - last > LONG_TAIL:
        behind = [m.start() for m in joints if m.start() >= last]
        end = behind[0] if behind else end
    least = max(SHORTEST, int((clause[1] - clause[0]) * SHARE))
    before = [m.end() for m in joints if m.end() <= first and end - m.end() >= least]
    return (before[-1] if before else start), end


def _inside(at: int, units: list[UnitPhrase]) -> bool:
    return any(unit.start < at < unit.end for unit in units)


def _level(text: str, start: int, at: int) -> int:
    return text.count("(", start, at) - text.count(")", start, at)
