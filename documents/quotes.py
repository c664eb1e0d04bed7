"""The words of a clause that carry a duty: enough to be understood, no more than needed to be found."""

from __future__ import annotations

import re
from collections.abc import Sequence

from documents.source import Span
from documents.unit_phrases import UnitPhrase

SHORTEST = 60
SHARE = 0.15
LONG_TAIL = 100
JOINT = re.compile(r"(?:[,;:]|(?<= )và|(?<= )đồng thời) (?!\d|ngày|trước ngày|tháng \d|quý )")


def quote_span(text: str, clause: Span, anchors: Sequence[Span], units: Sequence[UnitPhrase]) -> Span:
    """From the joint before the first anchor to the end of the clause, or to the joint behind the last anchor
    where the clause goes on for long. A list of units is never cut."""
    if not anchors:
        return clause
    start, end = clause
    first, last = min(left for left, _ in anchors), max(right for _, right in anchors)
    joints = [
        joint for joint in JOINT.finditer(text, start, end) if _is_open(text, start, joint.start(), units)
    ]
    if end - last > LONG_TAIL:
        end = next((joint.start() for joint in joints if joint.start() >= last), end)
    least = max(SHORTEST, int((clause[1] - clause[0]) * SHARE))
    before = [joint.end() for joint in joints if joint.end() <= first and end - joint.end() >= least]
    return (before[-1] if before else start), end


def _is_open(text: str, start: int, at: int, units: Sequence[UnitPhrase]) -> bool:
    """Whether nothing that belongs together is cut here: neither a bracket nor a list of units."""
    level = text.count("(", start, at) - text.count(")", start, at)
    return level == 0 and not any(unit.start < at < unit.end for unit in units)
