"""Clauses of a paragraph: cut at "; " outside brackets and at ". " before a capital."""

from __future__ import annotations

import re

from documents.source import Span

ABBREVIATION = re.compile(r"(?:\b(?:TP|Tp|tp|TS|ThS|GS|PGS|BS|KS|Mr|St|v\.v|vv|Đ|đ|ĐT|Tr|tr|No|Q|P|TX|H|X)|\b[A-ZĐ]|^\(?\d{1,2}(?:\.\d{1,2})*)$")


def clauses(text: str, start: int = 0) -> list[Span]:
    """The spans of the clauses of `text` from `start` on."""
    found: list[Span] = []
    depth, begin = 0, start
    for at in range(start, len(text)):
        char = text[at]
        if char == "(":
            depth += 1
        elif char == ")":
            depth = max(0, depth - 1)
        elif depth == 0 and char in ";." and _ends(text, begin, at):
            found.append((begin, at + 1))
            begin = at + 1
    if text[begin:].strip():
        found.append((begin, len(text)))
    return [_trimmed(text, span) for span in found if text[span[0] : span[1]].strip(" .;")]


def _ends(text: str, begin: int, at: int) -> bool:
    if text[at] == ";":
        return True
    after = text[at + 1 : at + 3]
    if not after.startswith(" ") or len(after) < 2 or not (after[1].isupper() or after[1] in "-+(“\""):
        return False
    return ABBREVIATION.search(text[begin:at].lstrip()) is None


def _trimmed(text: str, span: Span) -> Span:
    start, end = span
    while start < end and text[start] == " ":
        start += 1
    return start, end
