"""Clauses: cut at "; " outside brackets and at ". " before a capital; lists of units stay whole."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from documents.outline import Part
from documents.passage import UPPER
from documents.source import Span

ABBREVIATION = re.compile(
    r"(?:\b(?:TP|Tp|tp|TX|TS|ThS|GS|PGS|BS|KS|Mr|St|v\.v|vv|Đ|đ|ĐT|Tr|tr|No)|\b[A-ZĐ]"
    r"|^\(?\d{1,2}(?:\.\d{1,2})*)$"
)
NEXT_BEGINS = re.compile(rf" [{UPPER}+(“\"-]")
VERB = re.compile(
    r"hoàn thành|ban hành|trình|báo cáo|gửi|nộp|tổ chức|thực hiện|triển khai|xây dựng|phê duyệt|đề xuất"
    r"|tham mưu|rà soát"
    r"|lập|công bố|phối hợp|kiểm tra|chủ trì"
)


@dataclass(frozen=True)
class Clause:
    """A clause of a paragraph: `part.text[start:end]`."""

    part: Part
    start: int
    end: int

    @property
    def low(self) -> str:
        return self.part.low[self.start : self.end]

    def before(self, at: int) -> str:
        """The clause up to `at`, in small letters."""
        return self.part.low[self.start : at]

    def after(self, at: int) -> str:
        return self.part.low[at : self.end]

    def holds(self, at: int) -> bool:
        return self.start <= at < self.end


def clauses_of(part: Part, start: int | None = None) -> list[Clause]:
    """The clauses of a paragraph, from its body or from `start` on."""
    found: list[Clause] = []
    for left, right in cut(part.text, part.body if start is None else start):
        if found and _is_list(found[-1]) and _begins_with_unit(part, left):
            found[-1] = Clause(part, found[-1].start, right)
        else:
            found.append(Clause(part, left, right))
    return found


def cut(text: str, start: int = 0) -> list[Span]:
    """The spans of the clauses of `text`."""
    edges = [start, *_ends(text, start), len(text)]
    spans = [(_skip(text, left, right), right) for left, right in itertools.pairwise(edges)]
    return [span for span in spans if text[slice(*span)].strip(" .;")]


def _ends(text: str, start: int) -> Iterator[int]:
    depth, begin = 0, start
    for at in range(start, len(text)):
        char = text[at]
        depth = max(0, depth + (char == "(") - (char == ")"))
        if depth == 0 and (char == ";" or (char == "." and _ends_sentence(text, begin, at))):
            yield at + 1
            begin = at + 1


def _ends_sentence(text: str, begin: int, at: int) -> bool:
    return (
        NEXT_BEGINS.match(text, at + 1) is not None and ABBREVIATION.search(text[begin:at].lstrip()) is None
    )


def _skip(text: str, start: int, end: int) -> int:
    while start < end and text[start] == " ":
        start += 1
    return start


def _is_list(clause: Clause) -> bool:
    """Whether the clause is only units, up to its semicolon."""
    part, low = clause.part, clause.part.low
    inside = [unit for unit in part.units if clause.holds(unit.start)]
    if not inside or not clause.low.endswith(";") or low[inside[-1].end : clause.end].strip(" ;"):
        return False
    lead, middle = clause.before(inside[0].start)[-40:], low[inside[0].end : inside[-1].start]
    return not VERB.search(lead) and not VERB.search(middle)


def _begins_with_unit(part: Part, start: int) -> bool:
    return any(0 <= unit.start - start <= 4 for unit in part.units)
