"""What of a document no duty uses: every phrase like a date and every "báo cáo", with the reason.

The net is wider than the rules that draft duties, so that what they overlooked shows too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from documents.source import Span

UNREAD = "unread"
"""The reason of a phrase that no rule has looked at."""
NET = re.compile(
    r"báo cáo"
    r"|(?:trước|sau|chậm nhất|không quá|trong vòng|hạn|đến|từ)?\s*(?:ngày|mùng)\s+\d{1,2}"
    r"(?:\s*[/.-]\s*\d{1,2}(?:\s*[/.-]\s*\d{4})?|\s+tháng\s+\d{1,2}(?:\s+năm\s+\d{4})?)?"
    r"|\b\d{1,2}/\d{1,2}(?:/\d{4})?\b|\btháng\s+\d{1,2}(?:/\d{4}|\s+năm\s+\d{4})?\b|\bquý\s+(?:[ivx]+|\d)\b"
    r"|\b(?:hằng|hàng|mỗi|định kỳ)\s+(?:ngày|tuần|tháng|quý|năm)\b|\b\d{1,3}\s+ngày(?:\s+làm việc)?\b"
    r"|\b(?:6|06|sáu|9|09|chín)\s+tháng\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, order=True)
class Gap:
    """A phrase that no duty uses; `line` is where it stands, `words` what it says."""

    start: int
    end: int
    reason: str
    line: int
    words: str
    sentence: str
    """The line around it, cut to what one reads at a glance."""


def gaps(text: str, used: Iterable[Span], passed: Iterable[tuple[int, int, str]]) -> list[Gap]:
    """What is not used, in the order of the document."""
    taken = sorted(used)
    found: list[tuple[int, int, str]] = []
    told = sorted({each for each in passed if not _is_within(each[:2], taken)})
    covered = sorted([*taken, *((start, end) for start, end, _ in told)])
    for match in NET.finditer(text):
        if not _touches(match.span(), covered):
            found.append((*match.span(), UNREAD))
    return [_gap(text, *each) for each in sorted([*_outermost(told), *found])]


def _outermost(told: Sequence[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Of places of which one lies in another, the outer."""
    kept: list[tuple[int, int, str]] = []
    for each in sorted(told, key=lambda each: (each[0], -each[1])):
        if not kept or each[1] > kept[-1][1]:
            kept.append(each)
    return kept


def _is_within(span: Sequence[int], taken: Sequence[Span]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in taken)


def _touches(span: Span, covered: Sequence[Span]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in covered)


AROUND = 70


def _gap(text: str, start: int, end: int, reason: str) -> Gap:
    first = max(text.rfind("\n", 0, start) + 1, start - AROUND)
    last = text.find("\n", end)
    last = min(len(text) if last < 0 else last, end + AROUND)
    sentence = " ".join(text[first:last].split())
    return Gap(
        start, end, reason, text.count("\n", 0, start) + 1, " ".join(text[start:end].split()), sentence
    )
